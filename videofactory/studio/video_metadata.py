"""What a film's video says of itself on YouTube: the channel's templates filled in, chapters from scene times, flags and privacy.

Templates may hold `{title}`, `{description}`, `{chapters}`, `{call_to_action}`, `{channel}` and `{tags}` (as #hashtags). What the
script says too long is shortened; a channel's file that leaves no room for it is refused when it is read (`template_problems`).
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from videofactory.domain.channel import Channel, YouTubeSettings
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.script import Scene, Script
from videofactory.domain.timeline import Timeline
from videofactory.providers.youtube.metadata import (
    DESCRIPTION_BYTES,
    TAGS_CHARACTERS,
    TITLE_CHARACTERS,
    VideoMetadata,
    tags_length,
)
from videofactory.providers.youtube.metadata import problems as metadata_problems
from videofactory.studio.problems import shown

WORDS = ("title", "description", "chapters", "call_to_action", "channel", "tags")
_WORD = re.compile(r"\{([a-z_]+)\}")
_BRACED = re.compile(r"\{[^{}]*\}?")
_FORBIDDEN = re.compile(r"[<>]")
_BRACKETS = str.maketrans({"<": "(", ">": ")"})
_FIELDS: Mapping[str, str] = {"publish_at": "youtube.slots", "language": "language", "tags": "youtube.tags"}
"""Where what is wrong is mended in a channel's file, where that is no field of the same name below `youtube`."""
SHORTEST_CHAPTER = 10.0
FEWEST_CHAPTERS = 3
"""YouTube shows chapters only when there are three or more of ten seconds or more, the first at 0:00."""
CHAPTER_WORDS = 6
"""How many words of a scene's narration name its chapter, where it has no text on screen."""
CHAPTER_CHARACTERS = 60
"""How long a chapter's name may be: with the most scenes a film may have, all of them fit the description in most scripts."""


def template_problems(channel: Channel) -> Iterator[tuple[str, object, str]]:
    """What of a channel's templates and tags no video could be told by: field, value and remedy."""
    settings = channel.youtube or YouTubeSettings()
    yield from _word_problems(settings)
    words = {**dict.fromkeys(WORDS, ""), "channel": channel.name, "call_to_action": channel.call_to_action}
    if (size := len(_title(settings.title, words))) >= TITLE_CHARACTERS:
        yield "youtube.title", settings.title, f"its own {size} characters leave no room: YouTube takes {TITLE_CHARACTERS} in all"
    if (size := len(_description(settings.description, words).encode())) > DESCRIPTION_BYTES:
        yield "youtube.description", settings.description, f"it is {size} bytes in UTF-8; YouTube takes {DESCRIPTION_BYTES}"
    for number, tag in enumerate(settings.tags, start=1):
        if _FORBIDDEN.search(tag) or "," in tag or not tag.strip():
            yield f"youtube.tags[{number}]", tag, "a tag is not empty, and has no <, no > and no comma"
    if (size := tags_length(settings.tags)) > TAGS_CHARACTERS:
        remedy = f"{size} characters with commas, and quotes where a tag has a space; YouTube takes {TAGS_CHARACTERS}"
        yield "youtube.tags", list(settings.tags), remedy


def _word_problems(settings: YouTubeSettings) -> Iterator[tuple[str, object, str]]:
    known = ", ".join(f"{{{name}}}" for name in WORDS)
    for field, template in (("youtube.title", settings.title), ("youtube.description", settings.description)):
        for word in _BRACED.findall(template):
            if word.strip("{}") not in WORDS or not word.endswith("}"):
                yield field, word, f"there is no such word; write {known}"
        if _FORBIDDEN.search(template):
            yield field, template, "YouTube takes no < and no >; leave them out"


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
        "tags": " ".join(f"#{word}" for tag in tags if (word := re.sub(r"\W", "", tag))),
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
    """Raises `InvalidInput` with everything YouTube would not take, and where it is mended, before anything is sent."""
    found = [problem.partition(": ") for problem in metadata_problems(metadata)]
    if found:
        told = metadata.model_dump(mode="json")
        problems = [
            Problem(
                file=f"{channel.key}.yaml", field=_FIELDS.get(field, f"youtube.{field}"), value=shown(told[field]), remedy=remedy
            )
            for field, _, remedy in found
        ]
        raise InvalidInput(problems)


def chapters(script: Script, timeline: Timeline) -> list[str]:
    """`0:00 Dawn` for each chapter, from 0:00 on; empty when there are fewer than three.

    What is shorter than ten seconds joins the chapter before, and so does another shot of the same scene.
    """
    scenes = {scene.id: scene for scene in script.scenes}
    found: list[tuple[float, str]] = []
    for shot in timeline.shots:
        at = shot.start / timeline.frame.fps
        name = _chapter_name(scenes.get(shot.scene))
        if not found:
            found.append((0.0, name or script.title))
        elif name and name != found[-1][1] and min(at - found[-1][0], timeline.seconds - at) >= SHORTEST_CHAPTER:
            found.append((at, name))
    return [f"{_clock(at)} {_clean(name)}" for at, name in found] if len(found) >= FEWEST_CHAPTERS else []


def _chapter_name(scene: Scene | None) -> str:
    """On one line: what is written over the scene's picture, or the first words spoken."""
    if scene is None:
        return ""
    spoken = " ".join(scene.narration.split()[:CHAPTER_WORDS]).rstrip(".,;:!?")
    return _shortened(" ".join(scene.on_screen_text.split()) or spoken, characters=CHAPTER_CHARACTERS)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _title(template: str, words: Mapping[str, str]) -> str:
    """On one line; the film's title makes room for what the template puts around it."""

    def told(written: str) -> str:
        return " ".join(_filled(template, {**words, "title": written}).split())

    return _fitted(words["title"], told, fits=lambda text: len(text) <= TITLE_CHARACTERS)


def _description(template: str, words: Mapping[str, str]) -> str:
    """The script's description makes room for all else; where that is not enough, there are no chapters."""

    def told(written: str) -> str:
        return _filled(template, {**words, "description": written})

    def fits(text: str) -> bool:
        return len(text.encode()) <= DESCRIPTION_BYTES

    if words["chapters"] and not fits(told("")):
        return _description(template, {**words, "chapters": ""})
    return _fitted(words["description"], told, fits=fits)


def _fitted(written: str, told: Callable[[str], str], *, fits: Callable[[str], bool]) -> str:
    """What is told with as much of what was written as fits."""
    if fits(text := told(written)):
        return text
    most = bisect_right(range(len(written)), 0, key=lambda characters: not fits(told(_shortened(written, characters=characters))))
    return told(_shortened(written, characters=most - 1))


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = _WORD.sub(lambda match: words.get(match[1], match[0]), template)
    return re.sub(r"\n{3,}", "\n\n", _clean(text)).strip()


def _clean(text: str) -> str:
    """Without the two characters YouTube refuses."""
    return text.translate(_BRACKETS)


def _shortened(text: str, *, characters: int) -> str:
    """At most so many characters, cut between words where that leaves the half of them."""
    if len(text) <= characters:
        return text
    if characters < len("a…"):
        return ""
    kept = text[: characters - 1].rstrip()
    between = kept.rsplit(" ", 1)[0]
    return f"{between if 2 * len(between) >= len(kept) else kept}…"


def _fitting_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """As many as fit, in order, each once, whatever its capitals."""
    kept: list[str] = []
    known: set[str] = set()
    for tag in (" ".join(_clean(tag.replace(",", " ")).split()) for tag in tags):
        if tag and tag.casefold() not in known and tags_length((*kept, tag)) <= TAGS_CHARACTERS:
            kept.append(tag)
            known.add(tag.casefold())
    return tuple(kept)
