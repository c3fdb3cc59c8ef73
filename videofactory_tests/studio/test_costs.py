"""Costs: what green would cost before it is given, what is bought already, which budget does not pay, and what was spent."""

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Budgets, Channel
from videofactory.domain.errors import NotFound
from videofactory.domain.money import ZERO, usd
from videofactory.domain.review import ClipRedone, Light
from videofactory.domain.script import Route, Scene
from videofactory.ledger.call import CallState
from videofactory.ledger.purses import Purse
from videofactory.ledger.spending import Share
from videofactory.providers.cast import Cast, embedded_cast
from videofactory.providers.roles import VideoRequest
from videofactory.studio.budgets import channel_purses, terms_of
from videofactory.studio.costs import budget_of, prices_of_green, spent
from videofactory.studio.factory import Studio
from videofactory.studio.gate import present_marks
from videofactory.studio.lengths import plan_lengths
from videofactory.studio.material import Narration, Previews, SceneSpeech, ScriptVersion
from videofactory.studio.purchase import order_of
from videofactory.studio.reviewing import Desk
from videofactory.studio.scene_clips import Producer
from videofactory.studio.status import report
from videofactory_tests.core import order, take_in
from videofactory_tests.stand_ins import ScriptedVideo
from videofactory_tests.studio.home import SCRIPT, show, written

ONE, TWO, THREE = written()
PER_SECOND = usd("0.10")
PRICE = usd("0.50")
"""Five seconds of scene want 5.7 s of clip, of which 15 % need not be bought: 5 s."""


class Sold(ScriptedVideo):
    """A bought engine that is paid by the second."""

    metered = True

    def __init__(self, diary: Path, name: str) -> None:
        super().__init__(diary)
        self.id = name

    def price(self, request: VideoRequest) -> Decimal:
        """By the second."""
        return usd(PER_SECOND * Decimal(request.seconds))


def _scenes(**engines: str) -> tuple[Scene, ...]:
    plain = dict.fromkeys(written(), "luma") | {f"scene-0{name[-1]}": engine for name, engine in engines.items()}
    return tuple(one.model_copy(update={"route": Route(engine=plain[one.id], reason="test")}) for one in SCRIPT.scenes)


def _version(**engines: str) -> ScriptVersion:
    script = SCRIPT.model_copy(update={"scenes": _scenes(**engines)})
    return ScriptVersion(script=script, written=written(), takes=dict.fromkeys(written(), 1), engine="embedded")


@pytest.fixture
def studio(studio: Studio, tmp_path: Path) -> Studio:
    """The small home, with two bought engines."""
    assert studio.cast is not None
    video = {name: Sold(tmp_path / f"{name}.diary", name) for name in ("luma", "kling")}
    cast = Cast(directors=studio.cast.directors, video={**embedded_cast().video, **video})
    return dataclasses.replace(studio, cast=cast)


@pytest.fixture
def priced(studio: Studio, draft: str) -> str:
    """A drafted project whose three scenes of five seconds are luma's."""
    show(studio, draft, _version())
    _narrate(studio, draft, *written())
    return draft


def _narrate(studio: Studio, project: str, *scenes: str) -> None:
    spoken = {scene: SceneSpeech(scene=scene, text="", speech=None, engine="embedded") for scene in scenes}
    studio.values.write("narration", project, Narration(scenes=spoken, entries=0))


def _reserve(studio: Studio, project: str, scene: str, *, engine: str = "luma") -> str:
    """Reserve the very call that `scene_clips` would make for a scene; its fingerprint."""
    version = studio.values.read("script", project, ScriptVersion)
    previews = studio.values.read("scene_previews", project, Previews)
    narration = studio.values.read("narration", project, Narration)
    taken = studio.values.read("brief", project, TakenIn)
    assert version is not None
    assert previews is not None
    assert narration is not None
    assert taken is not None
    frame = studio.frame(taken.aspects[0])
    producer = Producer(studio, project, version=version, previews=previews, frame=frame)
    wanted = next(one for one in version.script.scenes if one.id == scene)
    mark = present_marks(studio.ledger, project, version)[scene]
    needed = plan_lengths((wanted,), narration, fps=frame.fps)[0].clip_seconds(fps=frame.fps)
    seller = studio.engines("harbour").video[engine]
    request = producer.request(seller, wanted, mark, needed=needed)
    terms = terms_of(studio, seller, request, role="video", project=project)
    asked = order_of(seller, request, role="video", project=project, scene=scene, take=mark.clip_take, terms=terms)
    studio.ledger.calls.reserve(asked, price=seller.price(request), purses=terms.purses)
    return asked.fingerprint


def _budgets(studio: Studio, **limits: str) -> Studio:
    channel = studio.channel("harbour").model_copy(update={"budgets": Budgets.model_validate(limits)})
    return dataclasses.replace(studio, given_channels={"harbour": channel})


def test_green_costs_what_the_engine_sells_for_the_length_it_would_buy(studio: Studio, priced: str) -> None:
    prices = prices_of_green(studio, priced)
    assert [(scene, price.seconds, price.price_usd) for scene, price in prices.scenes.items()] == [
        (ONE, 5, PRICE),
        (TWO, 5, PRICE),
        (THREE, 5, PRICE),
    ]
    assert (prices.total_usd, prices.unknown, prices.shortfalls()) == (PRICE * 3, (), ())
    left = {budget.scope: budget.left_usd for budget in prices.budgets}
    assert left == {"project": usd(20), "channel_day": usd(60), "channel_month": usd(600), "engine_day": usd(200)}


def test_the_embedded_engine_costs_nothing_and_is_no_budgets_business(studio: Studio, draft: str) -> None:
    _narrate(studio, draft, *written())
    prices = prices_of_green(studio, draft)
    assert [price.price_usd for price in prices.scenes.values()] == [ZERO] * 3
    assert "engine_day" not in {budget.scope for budget in prices.budgets}


@pytest.mark.parametrize(
    ("state", "words"),
    [("sent", "being made by luma: 0.50 are reserved"), ("parked", "parked: 0.50 stay reserved"), ("done", "bought already")],
)
def test_what_is_bought_or_on_its_way_costs_nothing_more(studio: Studio, priced: str, state: str, words: str) -> None:
    key = _reserve(studio, priced, TWO)
    studio.ledger.calls.sending(key)
    if state == "parked":
        studio.ledger.calls.park(key, problem="no answer")
    elif state == "done":
        studio.ledger.calls.settle(key, files={}, cost=PRICE)
    prices = prices_of_green(studio, priced)
    assert (prices.scenes[TWO].price_usd, prices.scenes[TWO].full_usd) == (ZERO, PRICE)
    assert words in prices.scenes[TWO].words
    assert prices.total_usd == PRICE * 2
    assert prices.budgets[0].left_usd == 20 - PRICE


def test_what_failed_or_was_asked_for_again_costs_its_price_again(studio: Studio, priced: str) -> None:
    studio.ledger.calls.fail(_reserve(studio, priced, ONE), state=CallState.FAILED, problem="no")
    studio.ledger.calls.settle(_reserve(studio, priced, TWO), files={}, cost=PRICE)
    assert prices_of_green(studio, priced).total_usd == PRICE * 2
    studio.ledger.reviews.add(priced, (ClipRedone(scene=TWO),), reviewer="ada", based_on=0)
    assert prices_of_green(studio, priced).total_usd == PRICE * 3


def test_what_another_engine_made_in_its_place_is_not_bought_again(studio: Studio, priced: str) -> None:
    studio.ledger.calls.fail(_reserve(studio, priced, ONE), state=CallState.FAILED, problem="no")
    studio.ledger.calls.settle(_reserve(studio, priced, ONE, engine="kling"), files={}, cost=PRICE)
    price = prices_of_green(studio, priced).scenes[ONE]
    assert (price.price_usd, price.words) == (ZERO, "bought already, from kling")


def test_a_price_nobody_knows_is_said_in_words(studio: Studio, priced: str) -> None:
    show(studio, priced, _version(scene2="gemini"))
    _narrate(studio, priced, ONE, TWO)
    prices = prices_of_green(studio, priced)
    assert prices.unknown == (TWO, THREE)
    assert "'gemini', which is not configured here" in prices.scenes[TWO].words
    assert "narration" in prices.scenes[THREE].words
    assert prices.total_usd == PRICE


def test_an_engine_the_plan_does_not_cover_has_no_price(studio: Studio, priced: str) -> None:
    channel = studio.channel("harbour").model_copy(update={"plan": "free"})
    prices = prices_of_green(dataclasses.replace(studio, given_channels={"harbour": channel}), priced)
    assert len(prices.unknown) == 3
    assert "plan Free" in prices.scenes[ONE].words


def test_a_budget_that_does_not_pay_is_named_before_the_light(studio: Studio, priced: str) -> None:
    tight = _budgets(studio, project_usd="1.49", day_usd="1.50", month_usd="600")
    assert prices_of_green(tight, priced).shortfalls() == (
        "1.50 US dollars are needed, and the project's budget has 1.49 left of 1.49",
    )
    spend = usd("0.01")
    day = channel_purses(tight.channel("harbour"))[0]
    studio.ledger.calls.reserve(order(priced), price=spend, purses=(day,))
    words = prices_of_green(tight, priced).shortfalls()
    assert words[1] == "1.50 US dollars are needed, and harbour's budget for the day has 1.49 left of 1.50"


def test_an_engines_day_pays_for_that_engine_alone(studio: Studio, priced: str) -> None:
    show(studio, priced, _version(scene3="kling"))
    _narrate(studio, priced, *written())
    day = next(budget for budget in prices_of_green(studio, priced).budgets if budget.name.startswith("kling/"))
    purse = Purse(scope="engine_day", name=day.name, limit=usd(200))
    studio.ledger.calls.reserve(order(priced), price=usd("199.50"), purses=(purse,))
    assert prices_of_green(studio, priced).shortfalls() == ()
    studio.ledger.calls.reserve(order(priced, fingerprint="e" * 64), price=usd("0.01"), purses=(purse,))
    [words] = prices_of_green(studio, priced).shortfalls()
    assert words.startswith("0.50 US dollars are needed, and kling's budget for the day has 0.49 left")


def test_a_budget_tells_its_share(studio: Studio) -> None:
    purse = Purse(scope="project", name="p", limit=usd(2))
    take_in(studio.ledger)
    project = studio.ledger.projects.all()[0].key
    studio.ledger.calls.reserve(order(project), price=usd("0.50"), purses=(purse,))
    assert budget_of(studio, purse).told() == {
        "scope": "project",
        "name": "p",
        "words": "the project's budget",
        "limit_usd": 2.0,
        "reserved_usd": 0.5,
        "spent_usd": 0.0,
        "left_usd": 1.5,
        "share": 0.25,
    }
    lowered = purse.model_copy(update={"limit": usd("0.25")})
    assert (budget_of(studio, lowered).left_usd, budget_of(studio, lowered).share) == (ZERO, 2.0)
    assert budget_of(studio, purse.model_copy(update={"limit": ZERO})).share == 1.0


def test_spending_is_told_with_the_budgets_that_pay(studio: Studio, priced: str) -> None:
    studio.ledger.calls.settle(_reserve(studio, priced, ONE), files={}, cost=usd("0.45"))
    _reserve(studio, priced, TWO)
    told = spent(studio, Share())
    assert (told["total_usd"], told["by_project"], told["by_engine"]) == (0.45, {priced: 0.45}, {"luma": 0.45})
    assert told["by_channel"] == {"harbour": 0.45}
    assert list(told["by_month"].values()) == [0.45]
    assert "by_scene" not in told
    assert [(one["scope"], one["reserved_usd"], one["spent_usd"]) for one in told["budgets"]] == [
        (scope, 0.5, 0.45) for scope in ("channel_day", "channel_month", "project", "engine_day")
    ]
    assert spent(studio, Share(project=priced))["by_scene"] == {ONE: 0.45}


def test_a_channel_tells_its_own_budgets_only(studio: Studio, priced: str) -> None:
    studio.ledger.calls.settle(_reserve(studio, priced, ONE), files={}, cost=PRICE)
    quay = Channel(key="quay", name="Quay", language="en")
    both = dataclasses.replace(studio, given_channels={"harbour": studio.channel("harbour"), "quay": quay})
    names = {budget["name"].partition("/")[0] for budget in spent(both, Share(channel="quay"))["budgets"]}
    assert "harbour" not in names
    assert priced not in names
    assert spent(both, Share(channel="quay"))["total_usd"] == 0
    assert {"harbour", "quay", priced} <= {one["name"].partition("/")[0] for one in spent(both, Share())["budgets"]}


def test_an_unknown_project_or_channel_is_not_found_but_a_removed_channels_spending_is(studio: Studio, priced: str) -> None:
    with pytest.raises(NotFound):
        spent(studio, Share(project="nope"))
    with pytest.raises(NotFound):
        spent(studio, Share(channel="nope"))
    studio.ledger.calls.settle(_reserve(studio, priced, ONE), files={}, cost=PRICE)
    gone = dataclasses.replace(studio, given_channels={})
    assert spent(gone, Share(channel="harbour"))["total_usd"] == 0.5
    assert spent(gone, Share(project=priced))["total_usd"] == 0.5


def test_nothing_is_asked_and_nothing_written_down(studio: Studio, priced: str, tmp_path: Path) -> None:
    prices_of_green(studio, priced)
    assert studio.ledger.calls.of_project() == []
    assert not (tmp_path / "luma.diary").exists()


def test_a_clip_made_anew_costs_its_price_whatever_was_bought(studio: Studio, priced: str) -> None:
    for scene in written():
        studio.ledger.calls.settle(_reserve(studio, priced, scene), files={}, cost=PRICE)
    prices = prices_of_green(studio, priced)
    assert (prices.total_usd, prices.again((TWO,)).total_usd) == (ZERO, PRICE)
    tight = _budgets(studio, project_usd="1.90")
    assert prices_of_green(tight, priced).shortfalls() == ()
    [words] = prices_of_green(tight, priced).again((TWO,)).shortfalls()
    assert words == "0.50 US dollars are needed, and the project's budget has 0.40 left of 1.90"


def test_a_report_gets_prices_and_budgets(studio: Studio, priced: str) -> None:
    show(studio, priced, _version(scene2="gemini"))
    _narrate(studio, priced, *written())
    studio.ledger.calls.settle(_reserve(studio, priced, THREE), files={}, cost=PRICE)
    told = prices_of_green(studio, priced).added_to(report(studio, priced))
    assert [(scene["id"], scene["price_usd"], scene["redo_usd"]) for scene in told["scenes"]] == [
        (ONE, 0.5, 0.5),
        (TWO, None, None),
        (THREE, 0.0, 0.5),
    ]
    assert (told["price_total_usd"], told["budgets"][0]["left_usd"]) == (0.5, 19.5)


def test_a_visit_knows_whether_it_lets_money_be_spent(studio: Studio, priced: str) -> None:
    desk = Desk(studio, priced, reviewer="ada")
    desk.light(2, Light.YELLOW, feedback="warmer")
    assert (desk.spends, desk.redone) == (False, ())
    desk.light(1, Light.GREEN)
    assert (desk.spends, desk.redone) == (True, ())
    desk.record()
    desk = Desk(studio, priced, reviewer="ada")
    desk.redo(1)
    assert (desk.spends, desk.redone) == (True, (ONE,))
