"""A buying process is killed at every step of a paid call, one after another; the next one buys the same, and pays once."""

import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from videofactory.domain.errors import CallParked
from videofactory.ledger.call import Call, CallState
from videofactory_tests.money.books import balanced, jobs_of, mark_of
from videofactory_tests.money.hurry import Hurry
from videofactory_tests.money.mortal import Doom
from videofactory_tests.money.shop import Item, Place, Shop, found, open_shop
from videofactory_tests.processes import ended
from videofactory_tests.twin.server import Twin

SUBMITS = {
    "kling": "kling.submit",
    "fal": "fal.submit",
    "luma": "luma.submit",
    "gemini": "gemini.submit",
    "drawing": "fal.submit",
    "music": "elevenlabs.music",
    "speech": "elevenlabs.speech",
}
FAILURES_COUNT_FOR = 120.0
"""Seconds after which a failure no longer opens a breaker: so long is between two of our kills."""
PLAIN = ("plain",)
TROUBLES = ("busy", "cut_after", "cut_before", "dead_link")
"""What goes wrong besides: no room, the answer lost, the request lost, the first link dead."""
BLIND = {"luma", "gemini", "music"}
"""Engines that can look nothing up: what was sent and not answered is parked."""


@dataclass(frozen=True)
class Stage:
    """A twin, and a place to buy from whose processes die; `shop` is that of the process that lives."""

    twin: Twin
    place: Place
    shop: Shop
    diary: Path

    def steps(self, item: Item, trouble: str) -> Sequence[str]:
        """What one undisturbed purchase consists of."""
        self.diary.unlink(missing_ok=True)
        assert self.die(item, 0, trouble) == 0
        return self.diary.read_text().splitlines()

    def die(self, item: Item, fatal: int, trouble: str = "plain") -> int:
        """Buy in a process that is killed at this step; its exit code. The trouble is over afterwards."""
        self.place.clock.skip(FAILURES_COUNT_FOR)
        if trouble != "plain":
            self.twin.misbehave(SUBMITS[item.ware], trouble)
        code = ended(_buy, self.place, item, fatal, self.diary)
        self.twin.world.faults.clear()
        return code

    def call(self, item: Item) -> Call | None:
        """The item's call."""
        return next((call for call in self.shop.ledger.calls.of_project() if mark_of(call.request) == item.mark), None)

    def made(self, item: Item) -> int:
        """How many jobs the twin was paid for."""
        return len(jobs_of(self.twin).get(item.mark, ()))


def _buy(place: Place, item: Item, fatal: int, diary: Path) -> None:
    doom = Doom(fatal, diary=None if fatal else diary)
    shop = open_shop(place, doom=doom)
    try:
        shop.buy(item)
    except CallParked:
        doom.step("parked")
    doom.step("end")


@pytest.fixture
def stage(ledger_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A stage for this test."""
    with Twin().running() as twin:
        place = found(ledger_url, tmp_path / "store", twin.url, clock=Hurry(time.time()), findable=0)
        shop = open_shop(place)
        yield Stage(twin, place, shop=shop, diary=tmp_path / "diary")
        shop.line.cut()


def strike_at_every_step(stage: Stage, ware: str, trouble: str) -> int:
    """Kill a purchase at each of its steps, and buy again each time; how many kills there were."""
    steps = stage.steps(Item(0, ware), trouble)
    for fatal, step in enumerate(steps, 1):
        item = Item(fatal, ware)
        assert stage.die(item, fatal, trouble) == -signal.SIGKILL, f"{step} (step {fatal}) was never reached"
        left, made = stage.call(item), stage.made(item)
        outcome = _buy_again(stage.shop, item)
        told = f"killed at step {fatal} of {len(steps)}, {step}, with the call {left and left.state} and {made} jobs at {ware}"
        assert outcome is expected(ware, left, made), told
    balanced(stage.shop, stage.twin)
    return len(steps)


def _buy_again(shop: Shop, item: Item) -> CallState:
    try:
        return shop.buy(item).call.state
    except CallParked:
        return CallState.PARKED


def expected(ware: str, left: Call | None, made: int) -> CallState:
    """What must become of a call that was left so, when so many jobs were made of it."""
    state = left.state if left else CallState.RESERVED
    blind = ware in BLIND or (ware == "fal" and not made)
    return CallState.PARKED if state is CallState.PARKED or (state in IN_DOUBT and blind) else CallState.DONE


IN_DOUBT = {CallState.SENT, CallState.UNCONFIRMED}
"""States in which nobody knows, without asking the engine, whether it was paid."""


@pytest.mark.both_ledgers
def test_a_kill_at_any_step_pays_once_and_loses_nothing(stage: Stage) -> None:
    assert strike_at_every_step(stage, "kling", "plain") >= 15


@pytest.mark.parametrize(
    ("ware", "trouble"), [("fal", "plain"), ("gemini", "plain"), ("luma", "cut_after"), ("kling", "cut_before")]
)
def test_whatever_can_be_looked_up_is_found_and_the_rest_is_parked(stage: Stage, ware: str, trouble: str) -> None:
    assert strike_at_every_step(stage, ware, trouble) >= 8


@pytest.mark.soak
@pytest.mark.both_ledgers
@pytest.mark.parametrize("trouble", [*PLAIN, *TROUBLES])
@pytest.mark.parametrize("ware", list(SUBMITS))
def test_every_ware_with_every_trouble(stage: Stage, ware: str, trouble: str) -> None:
    assert strike_at_every_step(stage, ware, trouble) >= 6


@pytest.mark.parametrize("ware", ["kling", pytest.param("luma", marks=pytest.mark.soak)])
def test_whoever_takes_over_may_be_killed_at_any_step_too(stage: Stage, ware: str) -> None:
    answered = next(
        number for number, step in enumerate(stage.steps(Item(0, ware), "plain"), 1) if step.startswith("answer POST")
    )
    assert stage.die(Item(1, ware), answered) == -signal.SIGKILL
    steps = stage.steps(Item(1, ware), "plain")
    for fatal, step in enumerate(steps, 1):
        item = Item(1 + fatal, ware)
        assert stage.die(item, answered) == -signal.SIGKILL
        assert stage.die(item, fatal) == -signal.SIGKILL, f"{step} (step {fatal}) was never reached"
        assert stage.made(item) == 1
        assert _buy_again(stage.shop, item) is (CallState.PARKED if ware in BLIND else CallState.DONE), step
    balanced(stage.shop, stage.twin)
