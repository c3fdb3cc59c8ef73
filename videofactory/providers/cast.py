"""Who can fill which role: every engine this build knows, by role and name. One line an engine.

Which of them a channel uses is decided in `studio.engines`; what each one can do stands in its own file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from videofactory.domain.errors import EngineFailed
from videofactory.providers.embedded.analyst import EmbeddedAnalyst
from videofactory.providers.embedded.director import EmbeddedDirector
from videofactory.providers.embedded.effects import EmbeddedEffects
from videofactory.providers.embedded.music import EmbeddedMusic
from videofactory.providers.embedded.stills import EmbeddedStills
from videofactory.providers.embedded.video import EmbeddedVideo
from videofactory.providers.embedded.voice import EmbeddedVoice
from videofactory.providers.roles import Analyst, Composer, Director, SoundEngine, StillEngine, VideoEngine, Voice

PartT = TypeVar("PartT")


def _named(*engines: PartT) -> dict[str, PartT]:
    return {engine.id: engine for engine in engines}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Cast:
    """The engines that are there, by role and by the name channels use for them."""

    analysts: Mapping[str, Analyst] = field(default_factory=dict)
    directors: Mapping[str, Director] = field(default_factory=dict)
    stills: Mapping[str, StillEngine] = field(default_factory=dict)
    video: Mapping[str, VideoEngine] = field(default_factory=dict)
    voices: Mapping[str, Voice] = field(default_factory=dict)
    effects: Mapping[str, SoundEngine] = field(default_factory=dict)
    music: Mapping[str, Composer] = field(default_factory=dict)


def embedded_cast() -> Cast:
    """The engines that need no key."""
    return Cast(
        analysts=_named(EmbeddedAnalyst()),
        directors=_named(EmbeddedDirector()),
        stills=_named(EmbeddedStills()),
        video=_named(EmbeddedVideo()),
        voices=_named(EmbeddedVoice()),
        effects=_named(EmbeddedEffects()),
        music=_named(EmbeddedMusic()),
    )


def pick(engines: Mapping[str, PartT], name: str, *, role: str, channel: str) -> PartT:
    """The engine of this name. Raises `EngineFailed` when it is not configured on this machine: never another one instead."""
    engine = engines.get(name)
    if engine is None:
        raise EngineFailed(
            f"Channel {channel} asks for the {role} engine {name!r}, which is not configured here "
            f"(configured: {', '.join(sorted(engines))}).",
            remedy=f"Set its key, or name another engine in channels/{channel}.yaml.",
        )
    return engine
