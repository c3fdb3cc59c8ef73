"""Briefs: files (or rows) people wrote, read into `domain.brief.Brief` and checked against their channel; all errors at once.

The pictures a brief names are pulled in by `studio.intake.images`, after this.
"""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from videofactory.domain.brief import Brief
from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.script import LENGTH_TOLERANCE, MAX_WORDS_PER_SECOND
from videofactory.studio.channels import style_problem, voice_problem
from videofactory.studio.documents import check_depth, read_document
from videofactory.studio.intake.text import clean_line, clean_text
from videofactory.studio.languages import is_language
from videofactory.studio.problems import nearest, problems_of, salvaged, shown

SHORTEST_SCENE = 1.0
LONGEST_SCENE = 60.0
"""The bounds of `domain.script.SceneSeconds`."""
_MANY_LINES = frozenset({"text", "narration", "on_screen_text", "description", "prompt"})
_AS_WRITTEN = frozenset({"images"})
"""A path must stay what the file system knows it by; what is dangerous in it is refused where it is pulled in."""
_STAND_INS = {"channel": "(unknown)", "title": "untitled", "text": "-", "images": ["-"]}
_Finding = tuple[str, object, str]


def read_brief(path: Path, *, channels: Mapping[str, Channel]) -> Brief:
    """The brief in a YAML or JSON file of at most 1 MB. Raises `InvalidInput` with every problem found."""
    return brief_from(read_document(path), file=path.name, channels=channels)


def brief_from(data: Mapping[str, object], *, file: str, channels: Mapping[str, Channel]) -> Brief:
    """The brief in these fields; `file` names their source in errors. Raises `InvalidInput` with every problem found."""
    check_depth(data, file=file)
    tidied = {name: _tidied(value, field=name) for name, value in data.items()}
    problems: list[Problem] = []
    brief: Brief | None
    try:
        brief = Brief.model_validate(tidied)
    except ValidationError as error:
        problems += problems_of(error, file=file, model=Brief)
        brief = _what_is_left(tidied, error=error)
    if brief is not None:
        reported = {problem.field for problem in problems}
        problems += [problem for problem in _checked(brief, file=file, channels=channels) if problem.field not in reported]
    if problems or brief is None:
        raise InvalidInput(problems)
    return brief


def _what_is_left(data: Mapping[str, object], *, error: ValidationError) -> Brief | None:
    try:
        return Brief.model_validate(salvaged(data, error=error, required=_STAND_INS))
    except ValidationError:
        return None


def rejection_note(error: InvalidInput, *, brief: str) -> str:
    """The text laid beside a rejected brief: what is wrong, where, and what to do then."""
    lines = [f"VideoFactory could not take in {brief}.", ""]
    lines.append("Please mend this:" if len(error.problems) == 1 else f"Please mend these {len(error.problems)} things:")
    for number, problem in enumerate(error.problems, start=1):
        lines += ["", f"{number}. {problem.field}", f"   found:  {problem.value}", f"   remedy: {problem.remedy}"]
    lines += ["", f"Then move {brief} back into the inbox. Nothing was made and nothing was paid."]
    return "\n".join(lines) + "\n"


def _checked(brief: Brief, *, file: str, channels: Mapping[str, Channel]) -> Iterator[Problem]:
    """The rules that go beyond one field's shape."""
    for field, value, remedy in itertools.chain(_channel_rules(brief, channels=channels), _own_rules(brief)):
        yield Problem(file=file, field=field, value=shown(value), remedy=remedy)


def _tidied(value: object, *, field: str) -> object:
    if field in _AS_WRITTEN:
        return value
    if isinstance(value, str):
        return clean_text(value) if field in _MANY_LINES else clean_line(value)
    if isinstance(value, Mapping):
        return {name: _tidied(entry, field=str(name)) for name, entry in value.items()}
    return [_tidied(entry, field=field) for entry in value] if isinstance(value, list | tuple) else value


def _channel_rules(brief: Brief, *, channels: Mapping[str, Channel]) -> Iterator[_Finding]:
    channel = channels.get(brief.channel)
    if channel is None:
        yield "channel", brief.channel, f"there is no such channel; {nearest(brief.channel, channels)}"
        return
    if brief.language is not None and is_language(brief.language):
        unspoken = voice_problem(brief.language, channel=channel)
        if unspoken:
            yield "language", brief.language, unspoken
    trouble = style_problem(brief.style, channel=channel) if brief.style is not None else None
    if trouble:
        yield "style", brief.style, trouble
    asked = [("engine", brief.engine), *((f"script[{n}].engine", scene.engine) for n, scene in enumerate(brief.script, start=1))]
    for field, engine in asked:
        if engine is not None and engine not in channel.engines.video.allowed:
            allowed = ", ".join(channel.engines.video.allowed)
            yield field, engine, f"channel {channel.key!r} does not allow this video engine; it allows {allowed}"


def _own_rules(brief: Brief) -> Iterator[_Finding]:
    if brief.aspects is not None and len(set(brief.aspects)) != len(brief.aspects):
        yield "aspects", list(brief.aspects), "name each ratio once"
    if brief.language is not None and not is_language(brief.language):
        yield "language", brief.language, "there is no such language; write its ISO 639 code, such as en, de or pt-BR"
    if brief.scenes is not None and len(brief.script) > brief.scenes:
        yield "scenes", brief.scenes, f"the script has {len(brief.script)} scenes; write that number, or take scenes out"
    yield from _length_rules(brief)
    yield from _speech_rules(brief)
    yield from _character_rules(brief)


def _length_rules(brief: Brief) -> Iterator[_Finding]:
    """The asked length must be reachable by the scenes: those with a length of their own, and 1 to 60 s for each other."""
    if brief.seconds is None:
        return
    given = [scene.seconds for scene in brief.script if scene.seconds is not None]
    others = max(brief.scenes or 0, len(brief.script)) - len(given)
    shortest, longest = sum(given) + others * SHORTEST_SCENE, sum(given) + others * LONGEST_SCENE
    if shortest > brief.seconds * (1 + LENGTH_TOLERANCE):
        yield "seconds", brief.seconds, f"the scenes need at least {shortest:g} s; ask for that, or shorten them"
    if brief.scenes is not None and longest < brief.seconds * (1 - LENGTH_TOLERANCE):
        yield "seconds", brief.seconds, f"the scenes fill at most {longest:g} s; ask for that, or for more scenes"


def _speech_rules(brief: Brief) -> Iterator[_Finding]:
    for number, scene in enumerate(brief.script, start=1):
        words = len((scene.narration or "").split())
        if scene.seconds is not None and words > scene.seconds * MAX_WORDS_PER_SECOND:
            needed = words / MAX_WORDS_PER_SECOND
            yield (
                f"script[{number}].seconds",
                scene.seconds,
                f"its {words} words need {needed:.1f} s; give it that, or fewer words",
            )


def _character_rules(brief: Brief) -> Iterator[_Finding]:
    names = [character.name for character in brief.characters]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield f"characters[{number + 1}].name", name, "two characters have this name; give each its own"
    for number, scene in enumerate(brief.script, start=1):
        for name in scene.characters or ():
            if name not in names:
                yield f"script[{number}].characters", name, f"the brief has no such character; {nearest(name, names)}"
