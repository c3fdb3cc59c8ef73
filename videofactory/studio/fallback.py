"""Buying a clip from the engine its route names, and from another one when that one fails (SPEC 5).

A next engine is asked only when nothing of the last one is unsettled, and only one that the channel allows, that is configured
and still served, whose breaker is not open, that can do what the scene asks, and that the rest of the budget pays for. Every step
is written down. A refusal of the content is never taken elsewhere, and the embedded engine never stands in silently.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from videofactory.domain.channel import EMBEDDED, Channel
from videofactory.domain.errors import EngineFailed, FactoryError, LinkDead, Passing, StillRunning, StoreAway
from videofactory.domain.script import Scene
from videofactory.ledger.call import OVER
from videofactory.providers.cast import pick
from videofactory.providers.roles import VideoEngine, VideoRequest
from videofactory.studio.budgets import left, require_plan
from videofactory.studio.buying import buying
from videofactory.studio.factory import Studio
from videofactory.studio.purchase import order_of
from videofactory.studio.routing import family_of
from videofactory.studio.steps import Steps
from videofactory.studio.terms import Bought

NEXT = {"kling": ("luma", "gemini"), "luma": ("gemini", "kling"), "gemini": ("luma", "kling")}
"""Which families of engines are asked, in order, when one fails."""
Asking = Callable[[VideoEngine], VideoRequest]
"""Makes the request for an engine. Raises `EngineRejected` when it cannot make such a clip."""


@dataclass(frozen=True)
class Chosen:
    """Who made the clip, of what request; `fallback` says in words why not the engine of the route."""

    engine: VideoEngine
    request: VideoRequest
    purchase: Bought
    fallback: str = ""

    def remarks(self, scene: Scene) -> tuple[str, ...]:
        """What the engine could not follow, for the reviewer."""
        words = [self.purchase.call.problem] if self.purchase.call.problem else []
        if scene.last_frame and self.request.last_frame is None:
            words.append(f"{self.engine.id} takes no last frame: the clip ends as it likes.")
        if scene.characters and self.engine.metered and "references" not in self.engine.can:
            words.append(f"{self.engine.id} takes no pictures of characters: their looks rest on first frame and prompt.")
        return tuple(words)


def with_fallback(studio: Studio, project: str, *, scene: Scene, take: int, ask: Asking) -> Steps[Chosen]:
    """The clip of a scene. Raises what its own engine raised when no other one can stand in."""
    channel = studio.channel_of(project)
    buyer = _Buyer(studio, channel, project=project, scene=scene, take=take, ask=ask)
    standing = buyer.standing()
    if standing is not None:
        return (yield from buyer.buy(standing, words=f"{standing} made it when {scene.route.engine} had failed."))
    try:
        return (yield from buyer.buy(scene.route.engine))
    except FactoryError as error:
        if not _may_go_elsewhere(error) or buyer.unsettled(scene.route.engine):
            raise
        first = error
    said = [f"{scene.route.engine}: {first.message}"]
    for name in successors(channel, scene.route.engine):
        obstacle = buyer.obstacle(name)
        if obstacle:
            said.append(f"{name}: {obstacle}")
            continue
        words = f"{'; '.join(said)} So {name} made it."
        studio.ledger.audit.note("fallback", project=project, scene=scene.id, why="; ".join(said), detail={"to": name})
        try:
            return (yield from buyer.buy(name, words=words))
        except FactoryError as error:
            if not _may_go_elsewhere(error) or buyer.unsettled(name):
                raise
            said.append(f"{name}: {error.message}")
    if len(said) > 1:
        first.message = f"{first.message} No other engine stands in: {'; '.join(said[1:])}"
        first.args = (f"{first.message} {first.remedy}".strip(),)
    raise first


def successors(channel: Channel, name: str) -> Iterator[str]:
    """The engines this channel may use that could stand in for this one, in order."""
    choice = channel.engines.video
    usable = [engine for engine in dict.fromkeys((*choice.allowed, choice.default)) if engine not in {EMBEDDED, name}]
    for family in NEXT.get(family_of(name), ()):
        yield from (engine for engine in usable if family_of(engine) == family)


def _may_go_elsewhere(error: FactoryError) -> bool:
    """Whether another engine could do better: not for the content, the budget, or a job that goes on."""
    return isinstance(error, EngineFailed | Passing) and not isinstance(error, StillRunning | StoreAway | LinkDead)


class _Buyer:
    """Buys one scene's clip from one engine or another."""

    def __init__(self, studio: Studio, channel: Channel, *, project: str, scene: Scene, take: int, ask: Asking) -> None:
        self._studio = studio
        self._channel = channel
        self._project = project
        self._scene = scene
        self._take = take
        self._ask = ask

    def buy(self, name: str, *, words: str = "") -> Steps[Chosen]:
        """The clip from this engine."""
        engine = self._engine(name)
        request = self._ask(engine)
        bought = yield from buying(
            self._studio, engine, request, role="video", project=self._project, scene=self._scene.id, take=self._take
        )
        return Chosen(engine, request=request, purchase=bought, fallback=words)

    def standing(self) -> str | None:
        """The engine that stood in for the route's before, if it did: what it made, or is making, is not bought again."""
        if self._known(self._scene.route.engine) not in {None, *OVER}:
            return None
        for name in successors(self._channel, self._scene.route.engine):
            if self._known(name) not in {None, *OVER}:
                return name
        return None

    def unsettled(self, name: str) -> bool:
        """Whether a call to this engine may still cost money."""
        return self._known(name) not in {None, *OVER}

    def obstacle(self, name: str) -> str:
        """Why this engine cannot stand in, in words; empty when it can."""
        try:
            require_plan(self._channel, name)
            engine = self._engine(name)
            price = engine.price(self._ask(engine))
        except FactoryError as error:
            return error.message
        if self._scene.last_frame and "last_frame" not in engine.can:
            return "it takes no last frame, which the scene asks for."
        if self._scene.own_sound and "native_audio" not in engine.can:
            return "it makes no sound of its own, which the scene asks for."
        if self._studio.ledger.breakers.state(engine.id) == "open":
            return "its circuit breaker is open."
        rest = left(self._studio, self._channel, project=self._project, engine=engine.id)
        return f"it costs {price:.2f} US dollars, and {rest:.2f} are left." if price > rest else ""

    def _engine(self, name: str) -> VideoEngine:
        return pick(self._studio.engines(self._channel.key).video, name, role="video", channel=self._channel.key)

    def _known(self, name: str) -> str | None:
        """The state of the call for this clip to this engine, if there is one."""
        try:
            engine = self._engine(name)
            request = self._ask(engine)
        except FactoryError:
            return None
        order = order_of(engine, request, role="video", project=self._project, scene=self._scene.id, take=self._take)
        call = self._studio.ledger.calls.look(order.fingerprint)
        return None if call is None else call.state
