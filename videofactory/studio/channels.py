"""Channels, style presets and plans, read from their files and checked against each other; all errors at once.

The shape of a channel is `domain.channel`; briefs are read in `studio.briefs`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError

from videofactory.domain.channel import EMBEDDED, Channel, Plan, StylePreset, VideoChoice
from videofactory.domain.errors import EngineFailed, InvalidInput, Problem
from videofactory.providers.alerts import BODIES
from videofactory.providers.embedded.voice import voice_name
from videofactory.studio.cron import cron_problem
from videofactory.studio.documents import read_document
from videofactory.studio.engine_names import engine_named, engines_for, named_engines
from videofactory.studio.intake.text import clean_line, clean_text
from videofactory.studio.languages import is_language
from videofactory.studio.logo_files import logo_problem
from videofactory.studio.problems import empty_fields, nearest, problems_of, salvaged, shown, without_empty
from videofactory.studio.video_metadata import template_problems

ALL_ENGINES = "*"
_STAND_INS = {"key": "unnamed", "name": "unnamed", "language": "en"}
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*$")


@cache
def style_presets() -> Mapping[str, StylePreset]:
    """The style presets by id, from `data/styles.toml`."""
    presets = [StylePreset.model_validate(entry) for entry in _data("styles.toml")["style"]]
    return MappingProxyType({preset.id: preset for preset in presets})


@cache
def plans() -> Mapping[str, Plan]:
    """The plans by id, from `data/plans.toml`."""
    return MappingProxyType({plan.id: plan for plan in map(Plan.model_validate, _data("plans.toml")["plan"])})


def _data(name: str) -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(resources.files("videofactory").joinpath("data", name).read_text(encoding="utf-8"))


def load_channels(folder: Path) -> dict[str, Channel]:
    """All channels of `folder` (`*.yaml`) by key, which is the file's name without ending; none where there is no folder.

    Raises `InvalidInput` with every problem of every file.
    """
    channels: dict[str, Channel] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.y*ml")):
        try:
            channels[path.stem] = read_channel(path)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return channels


def read_channel(path: Path) -> Channel:
    """One channel from its file. Limits the file leaves open are at most what its plan pays for."""
    if path.suffix != ".yaml":
        raise InvalidInput([Problem(file=path.name, field="(file)", value=path.suffix, remedy="end its name in .yaml")])
    data = _tidied(read_document(path))
    problems = [*_reserved(data, file=path.name), *empty_fields(data, file=path.name), *_hidden_alerts(data, file=path.name)]
    data = {**without_empty(data), "key": path.stem}
    channel: Channel | None
    try:
        channel = Channel.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, file=path.name, model=Channel)
        channel = _what_is_left(data, error=error)
    if channel is not None:
        problems += [*_rules(channel, file=path.name), *_logo_rules(channel, path=path)]
    if problems or channel is None:
        raise InvalidInput(problems)
    return _settled(channel)


def _reserved(data: dict[str, object], *, file: str) -> Iterator[Problem]:
    if "key" in data:
        yield Problem(file=file, field="key", value=shown(data["key"]), remedy="remove it: the file's name is the key")


def _what_is_left(data: dict[str, object], *, error: ValidationError) -> Channel | None:
    try:
        return Channel.model_validate(salvaged(data, error=error, required=_STAND_INS))
    except ValidationError:
        return None


def allows(plan: Plan, *, engine: str) -> bool:
    """Whether the plan pays for this engine."""
    return ALL_ENGINES in plan.engines or engine in plan.engines


def style_problem(style: str, *, channel: Channel) -> str | None:
    """Why this style cannot be used on the channel, with the remedy; `None` when it can."""
    preset, plan = style_presets().get(style), plans().get(channel.plan)
    if preset is None:
        return f"there is no such style; {nearest(style, style_presets())}"
    if preset.premium and plan is not None and not plan.premium_styles:
        return f"this style is premium and plan {plan.id!r} has none; choose another style or plan"
    return None


def voice_problem(language: str, *, channel: Channel) -> str | None:
    """Why the channel's voice cannot speak this language, as far as can be known without asking an engine; `None` if it can."""
    voice = channel.engines.voice
    if voice.engine != EMBEDDED:
        return None
    try:
        voice_name(language, voice=voice.id)
    except EngineFailed as error:
        return f"{error.message} Write a language or variant of espeak-ng (en-gb, f3, en-gb+f3), or name another voice engine"
    return None


def _tidied(data: dict[str, object]) -> dict[str, object]:
    """Colours in lower case, words without control characters, all but a video's description on one line."""
    tidied = {name: _tidy(value) for name, value in data.items()}
    written, youtube = data.get("youtube"), tidied.get("youtube")
    if isinstance(written, dict) and isinstance(youtube, dict) and isinstance(text := written.get("description"), str):
        youtube["description"] = clean_text(text)
    colours = tidied.get("colours")
    if isinstance(colours, dict):
        tidied["colours"] = {name: text.lower() if isinstance(text, str) else text for name, text in colours.items()}
    return tidied


def _tidy(value: object) -> object:
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, dict):
        return {name: _tidy(entry) for name, entry in value.items()}
    return [_tidy(entry) for entry in value] if isinstance(value, list) else value


def _settled(channel: Channel) -> Channel:
    """What the file leaves open is closed: limits follow the plan's where that is lower; see `_settled_video`."""
    ceiling, written = plans()[channel.plan].month_usd, channel.budgets.model_fields_set
    lowered = {name: min(amount, ceiling) for name, amount in channel.budgets if name not in written}
    budgets = channel.budgets.model_copy(update=lowered)
    engines = channel.engines.model_copy(update={"video": _settled_video(channel.engines.video)})
    return channel.model_copy(update={"budgets": budgets, "engines": engines})


def _settled_video(video: VideoChoice) -> VideoChoice:
    """The default engine is always allowed; where only the allowed ones are written, the first of them is the default."""
    written = video.model_fields_set
    if "default" not in written:
        default = video.default if video.default in video.allowed else video.allowed[0]
        return VideoChoice(default=default, allowed=video.allowed)
    others = video.allowed if "allowed" in written else ()
    return VideoChoice(default=video.default, allowed=tuple(dict.fromkeys((*others, video.default))))


def _rules(channel: Channel, *, file: str) -> Iterator[Problem]:
    for field, value, remedy in [*_plan_rules(channel), *_engine_rules(channel), *_publishing_rules(channel)]:
        yield Problem(file=file, field=field, value=shown(value), remedy=remedy)


def _logo_rules(channel: Channel, *, path: Path) -> Iterator[Problem]:
    trouble = logo_problem(channel.logo, folder=path.parent) if channel.logo else None
    if trouble:
        yield Problem(file=path.name, field="logo", value=shown(channel.logo), remedy=trouble)


def _plan_rules(channel: Channel) -> Iterator[tuple[str, object, str]]:
    plan = plans().get(channel.plan)
    if plan is None:
        yield "plan", channel.plan, f"there is no such plan; {nearest(channel.plan, plans())}"
    elif "month_usd" in channel.budgets.model_fields_set and channel.budgets.month_usd > plan.month_usd:
        yield "budgets.month_usd", str(channel.budgets.month_usd), f"plan {plan.id!r} ends at {plan.month_usd:.2f}; write less"
    trouble = style_problem(channel.style, channel=channel)
    if trouble:
        yield "style", channel.style, trouble
    if not is_language(channel.language):
        yield "language", channel.language, "there is no such language; write its ISO 639 code, such as en, de or pt-BR"


def _engine_rules(channel: Channel) -> Iterator[tuple[str, object, str]]:
    plan = plans().get(channel.plan)
    for field, role, engine in named_engines(channel.engines):
        if engine not in engines_for(role):
            yield f"engines.{field}", engine, f"this is no engine for {role}; {nearest(engine, engines_for(role))}"
        elif plan is not None and not allows(plan, engine=engine_named(role, engine)):
            yield f"engines.{field}", engine, f"plan {plan.id!r} has no such engine; it has {', '.join(plan.engines)}"
    if not channel.engines.video.allowed:
        yield "engines.video.allowed", [], "write at least one engine, or remove the line"
    trouble = voice_problem(channel.language, channel=channel) if is_language(channel.language) else None
    if trouble:
        yield (
            ("engines.voice.id", channel.engines.voice.id, trouble)
            if channel.engines.voice.id
            else ("language", channel.language, trouble)
        )


def _publishing_rules(channel: Channel) -> Iterator[tuple[str, object, str]]:
    if len(set(channel.aspects)) != len(channel.aspects):
        yield "aspects", list(channel.aspects), "name each ratio once"
    if channel.youtube is None:
        return
    for number, slot in enumerate(channel.youtube.slots, start=1):
        trouble = cron_problem(slot)
        if trouble:
            yield f"youtube.slots[{number}]", slot, trouble
    yield from template_problems(channel)
    if not _is_time_zone(channel.youtube.time_zone):
        zones = available_timezones()
        near = nearest(channel.youtube.time_zone, zones) if zones else ""
        remedy = near if near.startswith("did") else "write a name of the IANA data base such as Europe/Berlin"
        yield "youtube.time_zone", channel.youtube.time_zone, remedy


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _hidden_alerts(data: dict[str, object], *, file: str) -> Iterator[Problem]:
    """An alert names an environment variable; a webhook's address is a secret, so what stands there is not repeated."""
    alerts = data.get("alerts")
    for name, variable in alerts.items() if isinstance(alerts, dict) else ():
        if name not in BODIES:
            remedy = f"there is no such service; choose one of {', '.join(BODIES)}"
            yield Problem(file=file, field=f"alerts.{name}", value="(hidden)", remedy=remedy)
        if isinstance(variable, str) and not _VARIABLE.match(variable):
            remedy = "write the name of an environment variable, such as DISCORD_WEBHOOK_URL, and set the address there"
            yield Problem(file=file, field=f"alerts.{name}", value="(hidden)", remedy=remedy)
