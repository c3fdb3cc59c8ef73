"""The engines by the names channel files use, and the roles each can fill (SPEC 5): the embedded ones and those of the registry.

Pure names: whether an engine is configured or retired is not known here, see `studio.casting`.
"""

from collections.abc import Mapping
from functools import cache

from videofactory.domain.channel import EMBEDDED, EngineChoices
from videofactory.providers.registry import registry
from videofactory.providers.roles import Role

ROLES: Mapping[str, Role] = {
    "analyst": "analyst",
    "director": "director",
    "stills": "stills",
    "style": "stills",
    "video": "video",
    "voice": "voice",
    "effects": "effects",
    "music": "music",
}
"""The role behind each entry of a channel's `engines`."""


@cache
def engines_for(entry: str) -> tuple[str, ...]:
    """The names that may stand under this entry: engines, and behind them the ids of single models."""
    models = registry().of_role(ROLES[entry])
    return tuple(dict.fromkeys((EMBEDDED, *(model.engine for model in models), *(model.id for model in models))))


def engine_named(entry: str, name: str) -> str:
    """The engine behind a name: its own, or the one a model's id belongs to."""
    model = registry().find(ROLES[entry], name)
    return name if model is None else model.engine


def named_engines(choices: EngineChoices) -> list[tuple[str, str, str]]:
    """Every engine a channel names, as (field below `engines`, role, engine)."""
    plain = ("analyst", "director", "stills", "style", "effects", "music")
    named = [(role, role, str(getattr(choices, role))) for role in plain]
    named.append(("video.default", "video", choices.video.default))
    named += [(f"video.allowed[{number}]", "video", engine) for number, engine in enumerate(choices.video.allowed, start=1)]
    named.append(("voice.engine", "voice", choices.voice.engine))
    return named
