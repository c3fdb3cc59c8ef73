"""Which video engine makes a scene, and why, in words (SPEC 5). Never a silent fallback to the embedded engine."""

from collections.abc import Collection

from videofactory.domain.brand import Scores
from videofactory.domain.channel import EMBEDDED, Channel
from videofactory.domain.errors import EngineFailed
from videofactory.domain.script import Route
from videofactory.providers.registry import registry

HIGH = 0.7
"""Above this a score decides the route."""
FAMILIES = (("physics", "kling"), ("vibe", "luma"), ("logic", "gemini"))
"""Which family of engines each score asks for; where several are high, the first in this order decides."""


def route(scores: Scores, *, channel: Channel, configured: Collection[str], wish: str | None = None) -> Route:
    """The engine for a project's scenes among those the channel allows and this machine has configured.

    `wish` is the engine a brief names. Raises `EngineFailed` when nothing is left.
    """
    usable = [engine for engine in channel.engines.video.allowed if engine in configured]
    default = channel.engines.video.default
    if default in configured and default not in usable:
        usable.append(default)
    if wish is not None:
        return _wished(wish, usable, channel)
    for score, family in FAMILIES:
        value = getattr(scores, score)
        engine = next((name for name in usable if family_of(name) == family), None)
        if value > HIGH and engine is not None:
            return Route(engine=engine, reason=f"{score} is {value:.2f}, above {HIGH}: {engine}.")
    if default in usable:
        return Route(engine=default, reason=f"{_why_not(scores, usable)} the channel's default is {default}.")
    if usable:
        other = next((engine for engine in usable if engine != EMBEDDED), EMBEDDED)
        return Route(engine=other, reason=f"{_why_not(scores, usable)} {default} is not configured; {other} is.")
    if EMBEDDED in configured:
        return Route(engine=EMBEDDED, reason="No engine this channel allows is configured: embedded.")
    raise EngineFailed(
        f"Channel {channel.key} has no usable video engine.", remedy="Name one in the channel file, and set its key."
    )


def family_of(name: str) -> str:
    """The family of an engine, in the words of routing and fallback: Kling through KIE.ai is of the family kling."""
    model = registry().find("video", name)
    return model.family if model is not None and model.family else name


def _wished(wish: str, usable: Collection[str], channel: Channel) -> Route:
    if wish in usable:
        return Route(engine=wish, reason=f"The brief names {wish}.")
    raise EngineFailed(
        f"The brief names the video engine {wish!r}, which channel {channel.key} cannot use here.",
        remedy=f"It must be allowed in the channel file and configured; usable now: {', '.join(usable) or 'none'}.",
    )


def _why_not(scores: Scores, usable: Collection[str]) -> str:
    wanted = [
        f"{score} is {getattr(scores, score):.2f} ({engine})" for score, engine in FAMILIES if getattr(scores, score) > HIGH
    ]
    if not wanted:
        return f"No score is above {HIGH}:"
    return f"{'; '.join(wanted)}, but only {', '.join(usable)} can be used:"
