"""Buying a clip from the engine its route names, and from another one when that one fails (SPEC 5).

A next engine is asked only when nothing of the last one is unsettled, and only one that the channel allows, that is configured
and still served, whose breaker is not open, that can do what the scene asks, and that the rest of the budget pays for. Every step
is written down. A refusal of the content is never taken elsewhere, and the embedded engine never stands in silently.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from videofactory.domain.channel import EMBEDDED, Channel
from videofactory.domain.errors import CallParked, EngineFailed, FactoryError, LinkDead, Passing, StillRunning, StoreAway
from videofactory.domain.script import Scene
from videofactory.ledger.call import OVER, Call, CallState, Order
from videofactory.providers.cast import pick
from videofactory.providers.roles import VideoEngine, VideoRequest
from videofactory.studio.budgets import left, require_plan, terms_of
from videofactory.studio.buying import buying
from videofactory.studio.factory import Studio
from videofactory.studio.routing import family_of
from videofactory.studio.steps import Steps
from videofactory.studio.terms import Bought, name_of

NEXT = {"kling": ("luma", "gemini"), "luma": ("gemini", "kling"), "gemini": ("luma", "kling")}
"""Which families of engines are asked, in order, when one fails."""
Asking = Callable[[VideoEngine], VideoRequest]
"""Makes the request for an engine. Raises `EngineRejected` when it cannot make such a clip."""
Enough = Callable[[VideoRequest], bool]
"""Whether a request asked for the clip that is wanted now."""


@dataclass(frozen=True)
class Chosen:
    """Who made the clip, of what request; `fallback` says in words why not the engine of the route."""

    engine: str
    metered: bool
    request: VideoRequest
    purchase: Bought
    fallback: str = ""
    takes_references: bool = True

    def remarks(self, scene: Scene) -> tuple[str, ...]:
        """What the engine could not follow, for the reviewer."""
        words = [self.purchase.call.problem] if self.purchase.call.problem else []
        if scene.last_frame and self.request.last_frame is None:
            words.append(f"{self.engine} takes no last frame: the clip ends as it likes.")
        if scene.characters and self.metered and not self.takes_references:
            words.append(f"{self.engine} takes no pictures of characters: their looks rest on first frame and prompt.")
        return tuple(words)


def with_fallback(
    studio: Studio, project: str, *, scene: Scene, take: int, ask: Asking, enough: Enough, allowed: Callable[[], None]
) -> Steps[Chosen]:
    """The clip of a scene. Raises what its own engine raised when no other one can stand in.

    `enough` tells whether a request of before asked for this very clip: then its call is gone on with, whoever made it, and
    whatever is configured now. `allowed` is asked before every sending.
    """
    channel = studio.channel_of(project)
    buyer = _Buyer(studio, channel, project=project, scene=scene, take=take, ask=ask, allowed=allowed)
    earlier = earlier_call(studio, project, scene=scene, take=take, enough=enough)
    if earlier is not None:
        return (yield from buyer.go_on(earlier))
    try:
        return (yield from buyer.buy(scene.route.engine))
    except FactoryError as error:
        if not _may_go_elsewhere(error) or earlier_call(studio, project, scene=scene, take=take, enough=enough):
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
            if not _may_go_elsewhere(error) or earlier_call(studio, project, scene=scene, take=take, enough=enough):
                raise
            said.append(f"{name}: {error.message}")
    if len(said) > 1:
        first.message = f"{first.message} No other engine stands in: {'; '.join(said[1:])}"
        first.args = (f"{first.message} {first.remedy}".strip(),)
    raise first


def earlier_call(studio: Studio, project: str, *, scene: Scene, take: int, enough: Enough) -> Call | None:
    """The bought call that brings, or has brought, this very clip, from whichever engine; asked of the ledger alone.

    It is found whatever is configured, allowed, or served now: what was paid for is never bought again elsewhere.
    """
    for call in reversed(studio.ledger.calls.of_project(project)):
        mine = (call.scene, call.role, call.take) == (scene.id, "video", take) and call.engine != EMBEDDED
        if mine and call.state not in OVER and _asked_for(call, enough):
            return call
    return None


def _asked_for(call: Call, enough: Enough) -> bool:
    """Whether the call asked for this clip; a request that this version cannot read asked for another one."""
    try:
        return enough(VideoRequest.model_validate_json(call.request))
    except ValueError:
        return False


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

    def __init__(
        self,
        studio: Studio,
        channel: Channel,
        *,
        project: str,
        scene: Scene,
        take: int,
        ask: Asking,
        allowed: Callable[[], None],
    ) -> None:
        self._studio = studio
        self._channel = channel
        self._project = project
        self._scene = scene
        self._take = take
        self._ask = ask
        self._allowed = allowed

    def buy(self, name: str, *, words: str = "") -> Steps[Chosen]:
        """The clip from this engine."""
        engine = self._engine(name)
        request = self._ask(engine)
        bought = yield from buying(
            self._studio,
            engine,
            request,
            role="video",
            project=self._project,
            scene=self._scene.id,
            take=self._take,
            allowed=self._allowed,
        )
        return self._chosen(engine, request, bought, words=words)

    def go_on(self, call: Call) -> Steps[Chosen]:
        """The clip of a call that is there already: from the store, or followed at the engine it was sent to."""
        request = VideoRequest.model_validate_json(call.request)
        words = "" if call.engine == self._scene.route.engine else f"{call.engine} had made it before; the route is another now."
        if call.state is CallState.DONE and all(self._studio.artifacts.has(file) for file in call.files.values()):
            return Chosen(
                call.engine, metered=True, request=request, purchase=Bought(call, call.files, kept=True), fallback=words
            )
        engine = self._asked_then(call)
        order = Order.model_validate(call.model_dump(include=set(Order.model_fields)))
        terms = replace(terms_of(self._studio, engine, request, role="video", project=self._project), allowed=self._allowed)
        bought = yield from self._studio.door.buying(engine, request, order=order, terms=terms)
        return self._chosen(engine, request, bought, words=words)

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

    def _chosen(self, engine: VideoEngine, request: VideoRequest, bought: Bought, *, words: str) -> Chosen:
        return Chosen(
            engine.id,
            metered=engine.metered,
            request=request,
            purchase=bought,
            fallback=words,
            takes_references="references" in engine.can,
        )

    def _engine(self, name: str) -> VideoEngine:
        return pick(self._studio.engines(self._channel.key).video, name, role="video", channel=self._channel.key)

    def _asked_then(self, call: Call) -> VideoEngine:
        """The engine a call was sent to, or, before it was sent, the one it is for. Raises `CallParked` when it is not there."""
        configured = self._studio.engines(self._channel.key).video
        for name in (call.model, call.engine):
            if name in configured and configured[name].model == call.model:
                return configured[name]
        then = self._studio.casting.sent_to(call)
        if isinstance(then, VideoEngine):
            return then
        raise CallParked(
            f"{name_of(call)} is {call.state}, and {call.engine} is not configured any more; nothing is bought in its place.",
            remedy="Set its key again until the call is settled, or settle it with 'videofactory calls'.",
        )
