"""What things cost: what was spent, what each budget has left, and before a light is given what green would cost.

Nothing here holds anybody back: limits are enforced where money is reserved (`studio.purchase`).
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError
from videofactory.domain.money import ZERO
from videofactory.domain.review import Mark
from videofactory.domain.script import Scene
from videofactory.domain.value import Value
from videofactory.ledger.call import OPEN, OVER, Call, CallState
from videofactory.ledger.purses import WORDS, Purse
from videofactory.ledger.spending import Share
from videofactory.providers.cast import pick
from videofactory.providers.registry import registry
from videofactory.providers.roles import VideoEngine, VideoRequest
from videofactory.studio.budgets import channel_purses, engine_purse, project_purse, require_plan
from videofactory.studio.factory import Studio
from videofactory.studio.fallback import earlier_call
from videofactory.studio.gate import present_marks
from videofactory.studio.lengths import plan_lengths
from videofactory.studio.material import Narration, Previews, ScriptVersion
from videofactory.studio.purchase import order_of
from videofactory.studio.scene_clips import Producer


class Budget(Value):
    """One budget as it stands now, in US dollars; `words` say whose it is."""

    scope: str
    name: str
    words: str
    limit_usd: Decimal
    reserved_usd: Decimal
    spent_usd: Decimal

    @property
    def left_usd(self) -> Decimal:
        """What may still be reserved."""
        return max(ZERO, self.limit_usd - self.reserved_usd - self.spent_usd)

    @property
    def share(self) -> float:
        """How much of the limit is taken: 0 nothing, 1 all of it; above 1 when the limit was lowered since."""
        return float((self.reserved_usd + self.spent_usd) / self.limit_usd) if self.limit_usd else 1.0

    def told(self) -> dict[str, Any]:
        """As `--json` prints it."""
        money = ("limit_usd", "reserved_usd", "spent_usd", "left_usd")
        sums = {name: float(getattr(self, name)) for name in money}
        return {"scope": self.scope, "name": self.name, "words": self.words, **sums, "share": round(self.share, 4)}


@dataclass(frozen=True)
class ScenePrice:
    """What green means for one scene's clip, in US dollars.

    `full_usd` is the price of a new clip, `price_usd` what is still to be paid for the present one: nothing when it is bought or
    being made. Both are `None` where the price cannot be known; `words` then say why, or why there is nothing to pay.
    """

    engine: str
    seconds: float | None = None
    full_usd: Decimal | None = None
    price_usd: Decimal | None = None
    words: str = ""


@dataclass(frozen=True)
class GreenPrices:
    """What green for every scene would cost, by scene id, and the budgets that would pay."""

    scenes: dict[str, ScenePrice]
    budgets: tuple[Budget, ...]

    @property
    def total_usd(self) -> Decimal:
        """What is still to be paid, as far as it is known."""
        return _total(self.scenes.values())

    @property
    def unknown(self) -> tuple[str, ...]:
        """The scenes whose price cannot be known."""
        return tuple(scene for scene, price in self.scenes.items() if price.price_usd is None)

    def again(self, scenes: Collection[str]) -> "GreenPrices":
        """The same when these scenes' clips are bought anew, whatever was bought before."""
        anew = {scene: replace(price, price_usd=price.full_usd) for scene, price in self.scenes.items() if scene in scenes}
        return replace(self, scenes={**self.scenes, **anew})

    def shortfalls(self) -> tuple[str, ...]:
        """Which budgets do not pay for it, in words."""
        return tuple(words for budget in self.budgets if (words := self._shortfall(budget)))

    def _shortfall(self, budget: Budget) -> str:
        mine = self.scenes.values()
        if budget.scope == "engine_day":
            mine = [price for price in mine if budget.name.startswith(f"{price.engine}/")]  # type: ignore[assignment]
        needed = _total(mine)
        if needed <= budget.left_usd:
            return ""
        return f"{needed:.2f} US dollars are needed, and {budget.words} has {budget.left_usd:.2f} left of {budget.limit_usd:.2f}"

    def added_to(self, report: dict[str, Any]) -> dict[str, Any]:
        """A project's report with the price of green for each of its scenes, in all, and what is left of each budget."""
        scenes = [{**scene, **_told(self.scenes.get(scene["id"]))} for scene in report["scenes"]]
        budgets = [budget.told() for budget in self.budgets]
        return {**report, "scenes": scenes, "price_total_usd": float(self.total_usd), "budgets": budgets}


def prices_of_green(studio: Studio, project: str) -> GreenPrices:
    """What green would cost, scene by scene. Asks nobody: prices are the registry's, states the ledger's."""
    channel = studio.channel_of(project)
    version = studio.values.read("script", project, ScriptVersion)
    scenes = {scene.id: price for scene, price in _priced(studio, channel, project, version)} if version else {}
    engines = sorted({price.engine for price in scenes.values() if price.full_usd})
    wanted = [project_purse(studio, channel, project), *channel_purses(channel)]
    wanted += [engine_purse(studio, engine) for engine in engines]
    return GreenPrices(scenes, budgets=tuple(budget_of(studio, purse) for purse in wanted))


def budget_of(studio: Studio, purse: Purse) -> Budget:
    """A purse with what it holds now."""
    held = studio.ledger.purses.balance(purse.scope, purse.name)
    who = purse.name.partition("/")[0]
    words = WORDS[purse.scope].replace("the channel", who).replace("the engine", who)
    return Budget(
        scope=purse.scope,
        name=purse.name,
        words=words,
        limit_usd=purse.limit,
        reserved_usd=held.reserved_usd,
        spent_usd=held.spent_usd,
    )


def _priced(studio: Studio, channel: Channel, project: str, version: ScriptVersion) -> Iterator[tuple[Scene, ScenePrice]]:
    present = present_marks(studio.ledger, project, version)
    pricing = _Pricing(studio, channel, project, version)
    for scene in version.script.scenes:
        if scene.id in present:
            yield scene, pricing.of(scene, present[scene.id])


class _Pricing:
    """Prices the clips of one project."""

    def __init__(self, studio: Studio, channel: Channel, project: str, version: ScriptVersion) -> None:
        self._studio = studio
        self._channel = channel
        self._project = project
        taken = studio.values.read("brief", project, TakenIn)
        self._frame = studio.frame(taken.aspects[0] if taken else channel.aspects[0])
        self._narration = studio.values.read("narration", project, Narration)
        self._previews = studio.values.read("scene_previews", project, Previews)
        shown = self._previews or Previews(scenes={}, entries=0)
        self._producer = Producer(studio, project, version=version, previews=shown, frame=self._frame)

    def of(self, scene: Scene, mark: Mark) -> ScenePrice:
        """The price of this scene's clip."""
        name = scene.route.engine
        if self._narration is None or scene.id not in self._narration.scenes:
            return ScenePrice(name, words="known when its narration is made, which says how long it is")
        if self._previews is None or scene.id not in self._previews.scenes:
            return ScenePrice(name, words="known when its preview is made")
        needed = plan_lengths((scene,), self._narration, fps=self._frame.fps)[0].clip_seconds(fps=self._frame.fps)
        call = earlier_call(
            self._studio,
            self._project,
            scene=scene,
            take=mark.clip_take,
            enough=lambda asked: self._producer.suits(asked, scene, mark, needed=needed),
        )
        try:
            engine = self._engine(name)
            if engine.metered:
                require_plan(self._channel, engine.id)
            request = self._producer.request(engine, scene, mark, needed=needed)
            full = engine.price(request)
        except FactoryError as error:
            if call is not None:  # what is bought costs nothing more, whatever is configured now
                return ScenePrice(name, price_usd=ZERO, words=_why_free(call))
            return ScenePrice(name, words=f"{error.message} {error.remedy}".strip())
        call = call or self._same(engine, request, scene, mark)
        price = full if call is None else ZERO
        return ScenePrice(name, seconds=request.seconds, full_usd=full, price_usd=price, words=_why_free(call))

    def _same(self, engine: VideoEngine, request: VideoRequest, scene: Scene, mark: Mark) -> Call | None:
        """The call of exactly this request, for engines that cost nothing, too."""
        order = order_of(engine, request, role="video", project=self._project, scene=scene.id, take=mark.clip_take)
        call = self._studio.ledger.calls.look(order.fingerprint)
        return None if call is None or call.state in OVER else call

    def _engine(self, name: str) -> VideoEngine:
        return pick(self._studio.engines(self._channel.key).video, name, role="video", channel=self._channel.key)


def _why_free(call: Call | None) -> str:
    if call is None:
        return ""
    if call.state is CallState.PARKED:
        return f"parked: {call.reserved_usd:.2f} stay reserved until a person settles it ('videofactory calls')"
    if call.state in OPEN:
        return f"being made by {call.engine}: {call.reserved_usd:.2f} are reserved"
    return f"bought already, from {call.engine}"


def _told(price: ScenePrice | None) -> dict[str, Any]:
    if price is None:
        return {"price_usd": None, "redo_usd": None, "price_words": "known when the scene is made"}
    money = {"price_usd": price.price_usd, "redo_usd": price.full_usd}
    plain: dict[str, Any] = {name: None if amount is None else float(amount) for name, amount in money.items()}
    return {**plain, "bought_seconds": price.seconds, "price_words": price.words}


def _total(prices: Iterable[ScenePrice]) -> Decimal:
    return sum((price.price_usd or ZERO for price in prices), ZERO)


def spent(studio: Studio, share: Share) -> dict[str, Any]:
    """What was spent of this share, added up in every way, and the budgets of today that pay for it (SPEC 11)."""
    if share.project:
        studio.ledger.projects.get(share.project)
    if share.channel and share.channel not in studio.ledger.spending.by("channel"):
        studio.channel(share.channel)
    parts = ("project", "engine", "channel", "month")
    sums: dict[str, Any] = {f"by_{part}": _dollars(studio.ledger.spending.by(part, share)) for part in parts}  # type: ignore[arg-type]
    if share.project:
        sums["by_scene"] = _dollars(studio.ledger.spending.by("scene", share))
    budgets = [budget_of(studio, purse).told() for purse in _purses_now(studio, share)]
    return {"total_usd": float(studio.ledger.spending.total(share)), **sums, "budgets": budgets}


def _dollars(sums: dict[str, Decimal]) -> dict[str, float]:
    return {name: float(amount) for name, amount in sums.items()}


def _purses_now(studio: Studio, share: Share) -> Iterator[Purse]:
    """The purses of this day and month: of channels, of projects that pay this month, of engines that cost something today."""
    rows = {row.key: row for row in studio.ledger.projects.all()}
    keys = {rows[share.project].channel} if share.project else {share.channel} if share.channel else set(studio.channels)
    channels = {key: studio.channels[key] for key in sorted(keys) if key in studio.channels}
    for channel in channels.values():
        yield from channel_purses(channel)
    this_month = f"{studio.ledger.database.time():%Y-%m}"
    paying = studio.ledger.spending.paying_projects(Share(month=this_month, channel=share.channel))
    for project in [share.project] if share.project else paying:
        if rows[project].channel in channels:
            yield project_purse(studio, channels[rows[project].channel], project)
    for engine in sorted({model.engine for model in registry().models}):
        purse = engine_purse(studio, engine)
        if studio.ledger.purses.balance(purse.scope, purse.name).taken:
            yield purse
