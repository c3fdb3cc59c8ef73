"""Whoever buys many things at once is killed at random moments, faults mixed in, until everything is done or parked."""

import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from videofactory.domain.errors import CallParked, Passing
from videofactory.ledger.call import CallState
from videofactory.studio.steps import weave
from videofactory_tests.money.books import Books, balanced, mark_of
from videofactory_tests.money.hurry import Hurry, hurried
from videofactory_tests.money.shop import WARES, Item, Place, Shop, found, open_shop
from videofactory_tests.processes import PATIENCE, started
from videofactory_tests.twin.server import Twin

SEED = 20_261_121
AT_ONCE = 4
FEW, MANY = 8, 200
"""Kills in `make test` and in `make soak`."""
OPEN = 14
"""Items that a worker finds unsettled when it starts: for each one settled another is added."""
WAITS = (0.1, 1.4)
"""Seconds until a kill, at least and at most."""
FINDABLE = 60.0
"""Seconds of the fast clock, three of ours: longer than the twin ever takes to see a request that has left."""
SETTLED = {CallState.DONE, CallState.PARKED}
SUBMITS = ("kling.submit", "fal.submit", "luma.submit", "gemini.submit", "elevenlabs.speech", "elevenlabs.music")
POLLS = ("kling.poll", "fal.poll", "fal.result", "luma.poll", "gemini.poll")
SUBMIT_FAULTS = (
    ("cut_after", 0),
    ("cut_before", 0),
    ("error", 500),
    ("busy", 0.1),
    ("latency", 0.1),
    ("dead_link", 0),
    ("truncated", 0),
)
POLL_FAULTS = (("busy", 0.01), ("latency", 0.1), ("invalid_json", 0))


def ware(number: int) -> str:
    """What the item of this number is; takes of one request stand beside different requests."""
    return list(WARES)[number % len(WARES)]


def item(number: int) -> Item:
    """The item of this number."""
    return Item(number, ware(number), take=1 + number % 3)


def settled(shop: Shop) -> set[str]:
    """The items that are done or parked."""
    return {mark_of(call.request) for call in shop.ledger.calls.of_project() if call.state in SETTLED}


def work(place: Place, count: int) -> None:
    """Buy the first `count` items, several at once, until every one is done or parked."""
    shop = open_shop(place)
    while True:
        over = settled(shop)
        wanted = [item(number) for number in range(count) if item(number).mark not in over]
        if not wanted:
            return
        _, errors = weave({each.mark: hurried(shop.buying(each)) for each in wanted}, workers=AT_ONCE)
        odd = [error for error in errors.values() if not isinstance(error, Passing | CallParked)]
        if odd:
            raise odd[0]


@dataclass
class Storm:
    """The twin, the shop of the process that lives, and chance."""

    twin: Twin
    place: Place
    rng: random.Random
    kills: int = 0
    count: int = 0
    faults: int = field(default=0)

    def rage(self, kills: int) -> Books:
        """Kill so many workers at work, then let one finish; what the books say."""
        shop = open_shop(self.place)
        while self.kills < kills:
            self._trouble()
            self.count = len(settled(shop)) + OPEN
            worker = started(work, self.place, self.count)
            worker.join(self.rng.uniform(*WAITS))
            if worker.exitcode is None:
                worker.kill()
                worker.join(PATIENCE)
                self.kills += worker.exitcode == -signal.SIGKILL
            assert worker.exitcode in {0, -signal.SIGKILL}
        self.twin.world.faults.clear()
        self._mend()
        last = started(work, self.place, self.count)
        last.join(PATIENCE)
        assert last.exitcode == 0
        return balanced(shop, self.twin)

    def _trouble(self) -> None:
        """New faults; files that were cut short are whole from now on."""
        self._mend()
        for operations, faults in ((SUBMITS, SUBMIT_FAULTS), (POLLS, POLL_FAULTS)):
            if self.rng.random() < 0.6:
                kind, value = self.rng.choice(faults)
                self.faults += 1
                self.twin.misbehave(self.rng.choice(operations), kind, value=value)

    def _mend(self) -> None:
        with self.twin.world.lock:
            for job in self.twin.world.jobs.values():
                if job.fault == "truncated":
                    job.fault = ""


@pytest.fixture
def storm(ledger_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Storm]:
    """A storm of this test's own."""
    seed = getattr(request, "param", SEED)
    print(f"the seed of chance is {seed}")  # noqa: T201 - shown when the test fails
    with Twin(render_seconds=0.1).running() as twin:
        place = found(ledger_url, tmp_path / "store", twin.url, clock=Hurry(time.time()), findable=FINDABLE)
        yield Storm(twin, place, rng=random.Random(seed))  # noqa: S311 - a test's moments


@pytest.mark.both_ledgers
def test_kills_at_random_moments_pay_once_and_lose_nothing(storm: Storm) -> None:
    books = storm.rage(FEW)
    assert books.done >= OPEN // 2


@pytest.mark.soak
@pytest.mark.both_ledgers
@pytest.mark.timeout(1800)
def test_two_hundred_kills_pay_once_and_lose_nothing(storm: Storm) -> None:
    books = storm.rage(MANY)
    print(f"{storm.kills} kills, {storm.faults} faults, {storm.count} items: {books}")  # noqa: T201 - the soak's figures
    assert books.done > books.parked
