"""What a film's video says of itself on YouTube: the channel's templates filled in, chapters from scene times, flags and privacy.

Templates may hold `{title}`, `{description}`, `{chapters}`, `{call_to_action}`, `{channel}` and `{tags}` (as #hashtags). What the
director wrote too long is shortened; what a person wrote too long is said (`problems` of the provider's limits).
"""

import re
from collections.abc import Mapping
from datetime import datetime

from videofactory.domain.channel import Channel, YouTubeSettings
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.script import Script
from videofactory.domain.timeline import Timeline
from videofactory.providers.youtube.metadata import (
    DESCRIPTION_BYTES,
    TAGS_CHARACTERS,
    TITLE_CHARACTERS,
    VideoMetadata,
    tags_length,
)
from videofactory.providers.youtube.metadata import problems as metadata_problems

WORDS = ("title", "description", "chapters", "call_to_action", "channel", "tags")
_WORD = re.compile(r"\{([a-z_]+)\}")
_BRACKETS = str.maketrans({"<": "(", ">": ")"})
SHORTEST_CHAPTER = 10.0
FEWEST_CHAPTERS = 3
"""YouTube shows chapters only when there are three or more of ten seconds or more, the first at 0:00."""
CHAPTER_WORDS = 6
"""How many words of a scene's narration name its chapter, where it has no text on screen."""


def unknown_words(template: str) -> tuple[str, ...]:
    """The words in braces that no template knows."""
    return tuple(word for word in _WORD.findall(template) if word not in WORDS)


def metadata_of(
    channel: Channel, script: Script, timeline: Timeline, *, language: str, publish_at: datetime | None
) -> VideoMetadata:
    """What is told about the video. With a publish time it is private until YouTube opens it."""
    settings = channel.youtube or YouTubeSettings()
    tags = _fitting_tags((*settings.tags, *script.tags))
    words = {
        "title": script.title,
        "description": script.description,
        "chapters": "\n".join(chapters(script, timeline)),
        "call_to_action": script.call_to_action or channel.call_to_action,
        "channel": channel.name,
        "tags": " ".join("#" + re.sub(r"\W", "", tag) for tag in tags),
    }
    return VideoMetadata(
        title=_title(settings.title, words),
        description=_description(settings.description, words),
        tags=tags,
        category=str(settings.category),
        language=language,
        privacy="private" if publish_at else settings.privacy,
        publish_at=publish_at,
        made_for_kids=settings.made_for_kids,
        synthetic_media=settings.synthetic_media,
    )


def require_valid(metadata: VideoMetadata, *, channel: Channel) -> None:
    """Raises `InvalidInput` with everything YouTube would not take, before anything is sent."""
    found = [problem.partition(": ") for problem in metadata_problems(metadata)]
    if found:
        file = f"video of channel {channel.key}"
        raise InvalidInput([Problem(file=file, field=field, value="", remedy=remedy) for field, _, remedy in found])


def chapters(script: Script, timeline: Timeline) -> list[str]:
    """`0:00 Dawn` for each chapter; scenes shorter than ten seconds join the chapter before. Empty when there are too few."""
    scenes = {scene.id: scene for scene in script.scenes}
    found: list[tuple[float, str]] = []
    for shot in timeline.shots:
        at = shot.start / timeline.frame.fps
        scene = scenes.get(shot.scene)
        name = (scene.on_screen_text or " ".join(scene.narration.split()[:CHAPTER_WORDS]).rstrip(".,;:!?")) if scene else ""
        if not found:
            found.append((0.0, name or script.title))
        elif name and at - found[-1][0] >= SHORTEST_CHAPTER and timeline.seconds - at >= SHORTEST_CHAPTER:
            found.append((at, name))
    return [f"{_clock(at)} {_clean(name)}" for at, name in found] if len(found) >= FEWEST_CHAPTERS else []


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _title(template: str, words: Mapping[str, str]) -> str:
    """The film's title makes room for what the template puts around it."""
    rest = len(_filled(template, {**words, "title": ""}))
    return _filled(template, {**words, "title": _shortened(words["title"], characters=max(TITLE_CHARACTERS - rest, 1))})


def _description(template: str, words: Mapping[str, str]) -> str:
    """The director's description makes room for all else."""
    rest = len(_filled(template, {**words, "description": ""}).encode())
    written = words["description"]
    while written and rest + len(_clean(written).encode()) > DESCRIPTION_BYTES:
        written = _shortened(written, characters=len(written) - 1)
    return _filled(template, {**words, "description": written})


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = _WORD.sub(lambda match: words.get(match[1], match[0]), template)
    return re.sub(r"\n{3,}", "\n\n", _clean(text)).strip()


def _clean(text: str) -> str:
    """Without the two characters YouTube refuses."""
    return text.translate(_BRACKETS)


def _shortened(text: str, *, characters: int) -> str:
    """At most so many characters, cut between words where there are any."""
    if len(text) <= characters:
        return text
    if characters < len("a…"):
        return ""
    kept = text[: characters - 1].rstrip()
    between = kept.rsplit(" ", 1)[0] if " " in kept else kept
    return f"{between}…"


def _fitting_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """As many as fit, in order, each once."""
    kept: list[str] = []
    for tag in dict.fromkeys(_clean(tag.replace(",", " ")).strip() for tag in tags):
        if tag and tags_length((*kept, tag)) <= TAGS_CHARACTERS:
            kept.append(tag)
    return tuple(kept)
