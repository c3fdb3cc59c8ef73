"""Bought engines: tries and waits, doubt and look-up, limits, breaker, budgets; on a clock that waiting moves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from videofactory.domain.errors import (
    AnswerUnreadable,
    BreakerOpen,
    Busy,
    CallParked,
    EngineFailed,
    EngineRejected,
    FactoryError,
    Lasting,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
    TooDear,
)
from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.limits import Gate
from videofactory.ledger.purses import Purse
from videofactory.providers.roles import Pending, Role
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.dispatch import ROOM_WAIT
from videofactory.studio.following import LOOK_AGAIN, READINGS
from videofactory.studio.patience import PATIENCE
from videofactory.studio.purchase import Door
from videofactory.studio.terms import Bought, Terms
from videofactory_tests.core import order, take_in
from videofactory_tests.stand_ins import CLIP, COST, PRICE, REQUEST, Said, ScriptedVideo

BROKEN = Passing("no connection")
LOST = OutcomeUnknown("the line broke after the request had left")
JOB = Pending("job-1", wait=5)
PURSE = Purse(scope="project", name="harbour", limit=usd(1))


class Clock:
    """The time, moved by whoever waits."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        """Now."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)


class Metered(ScriptedVideo):
    """A bought engine."""

    metered = True


@pytest.fixture
def clock() -> Clock:
    """This test's time."""
    return Clock()


@pytest.fixture
def ledger(ledger_url: str, clock: Clock) -> Ledger:
    """A ledger that goes by this test's time."""
    return open_ledger(ledger_url, clock=clock)


@pytest.fixture
def buy(ledger: Ledger, artifacts: Artifacts, clock: Clock) -> Callable[..., Bought]:
    """Buys the same clip again and again."""
    door = Door(ledger, artifacts=artifacts, sleep=clock.sleep)
    project = take_in(ledger)

    def bought(engine: ScriptedVideo, *, role: Role = "video", terms: Terms | None = None, take: int = 1) -> Bought:
        return door.buy(engine, REQUEST, role=role, project=project, scene="scene-01", take=take, terms=terms or Terms())

    return bought


@pytest.fixture
def engine(tmp_path: Path) -> Callable[..., Metered]:
    """Makes bought engines that write into one diary."""

    def made(answers: Sequence[Said] = (CLIP,), **rest: object) -> Metered:
        return Metered(tmp_path / "diary", answers=answers, **rest)  # type: ignore[arg-type]

    return made


def only(ledger: Ledger) -> Call:
    """The one call there is."""
    [call] = ledger.calls.of_project()
    return call


@pytest.mark.parametrize("role", list(PATIENCE))
def test_what_was_certainly_not_accepted_is_tried_as_often_as_the_table_says(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, clock: Clock, role: Role
) -> None:
    asked = engine((BROKEN,))
    with pytest.raises(Passing, match="no connection"):
        buy(asked, role=role)
    waits = {"analyst": [2, 4], "director": [2, 4], "stills": [1, 2], "video": [30]}.get(role, [2, 4])
    assert clock.waits == waits
    assert len(asked.asked("submit")) == len(waits) + 1
    call = only(ledger)
    assert (call.state, call.cost_usd, call.attempts) == (CallState.FAILED, ZERO, len(waits) + 1)


def test_a_wait_that_is_asked_for_is_kept(buy: Callable[..., Bought], engine: Callable[..., Metered], clock: Clock) -> None:
    buy(engine((Busy("slow down", retry_after=7), CLIP)))
    assert clock.waits == [7]


def test_a_wait_longer_than_the_whole_job_may_take_is_not_waited(
    buy: Callable[..., Bought], engine: Callable[..., Metered], clock: Clock
) -> None:
    with pytest.raises(Busy):
        buy(engine((Busy("tomorrow", retry_after=86_400),)))
    assert clock.waits == []


@pytest.mark.parametrize("error", [EngineRejected("400"), EngineFailed("it failed"), Refused("no faces")])
def test_a_no_is_not_tried_again(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, error: FactoryError
) -> None:
    asked = engine((error,))
    with pytest.raises(type(error)):
        buy(asked)
    assert len(asked.asked("submit")) == 1
    assert only(ledger).problem == str(error)
    assert only(ledger).state == ("refused" if isinstance(error, Refused) else "failed")


def test_a_lost_cheap_call_is_sent_again_and_both_are_booked(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger
) -> None:
    terms = Terms(purses=(PURSE,))
    asked = engine((LOST, CLIP), resend_is_free=True)
    assert buy(asked, role="stills", terms=terms).call.cost_usd == PRICE + COST
    assert (len(asked.asked("submit")), asked.asked("find")) == (2, [])
    held = ledger.purses.balance("project", "harbour")
    assert (held.reserved_usd, held.spent_usd) == (ZERO, PRICE + COST)


def test_a_lost_cheap_call_is_not_sent_again_when_the_purse_is_empty(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger
) -> None:
    terms = Terms(purses=(PURSE.model_copy(update={"limit": usd("0.5")}),))
    asked = engine((LOST, CLIP), resend_is_free=True)
    with pytest.raises(TooDear):
        buy(asked, role="stills", terms=terms)
    call = only(ledger)
    assert (call.state, call.cost_usd, len(asked.asked("submit"))) == (CallState.FAILED, PRICE, 1)
    assert ledger.purses.balance("project", "harbour").reserved_usd == ZERO


@pytest.mark.parametrize("error", [LOST, AnswerUnreadable("<html>"), ZeroDivisionError("a defect after the request had left")])
def test_a_lost_dear_call_is_looked_up_and_never_simply_sent_again(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, error: Exception
) -> None:
    asked = engine((error, CLIP), found=JOB)
    assert not buy(asked).kept
    assert (len(asked.asked("submit")), len(asked.asked("find")), asked.asked("poll")) == (1, 1, ["job-1"])
    assert only(ledger).attempts == 1


def test_a_lost_dear_call_nobody_can_look_up_is_parked_with_its_price(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger
) -> None:
    asked = engine((LOST, CLIP), found=OutcomeUnknown("no list here"))
    for _ in range(2):
        with pytest.raises(CallParked, match="no list here"):
            buy(asked, terms=Terms(purses=(PURSE,)))
    assert (only(ledger).state, len(asked.asked("submit"))) == (CallState.PARKED, 1)
    assert ledger.purses.balance("project", "harbour").reserved_usd == PRICE


def test_a_look_up_is_asked_again_as_long_as_the_engine_may_still_find_it(
    buy: Callable[..., Bought], engine: Callable[..., Metered], clock: Clock
) -> None:
    asked = engine((LOST, CLIP), found=None)
    asked.findable_for = 3 * LOOK_AGAIN
    buy(asked)
    assert clock.waits == [LOOK_AGAIN] * 3
    assert (len(asked.asked("find")), len(asked.asked("submit"))) == (4, 2)
    assert asked.asked("submit")[0] != asked.asked("submit")[1]


def test_a_job_that_does_not_end_in_time_stays_open_and_nothing_else_is_bought(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, clock: Clock
) -> None:
    asked = engine((JOB,), polls=(JOB,))
    began = clock()
    with pytest.raises(StillRunning, match="goes on at the engine"):
        buy(asked)
    assert 600 <= (clock() - began).total_seconds() <= 610
    assert (only(ledger).state, only(ledger).orphaned) == (CallState.PENDING, True)
    asked = engine((JOB,), polls=(CLIP,))
    assert not buy(asked).kept
    assert len(asked.asked("submit")) == 1


@pytest.mark.parametrize("error", [EngineRejected("401"), Passing("502"), Lasting("something odd")])
def test_only_the_engines_own_no_ends_an_accepted_job(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, error: FactoryError
) -> None:
    with pytest.raises(type(error)):
        buy(engine((JOB,), polls=(error,)))
    assert (only(ledger).state, only(ledger).external_id) == (CallState.PENDING, "job-1")


@pytest.mark.parametrize("error", [EngineFailed("it broke"), Refused("no faces")])
def test_a_job_that_fails_at_the_engine_gives_the_money_back(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, error: FactoryError
) -> None:
    with pytest.raises(type(error)):
        buy(engine((JOB,), polls=(error,)), terms=Terms(purses=(PURSE,)))
    held = ledger.purses.balance("project", "harbour")
    assert (held.reserved_usd, held.spent_usd, only(ledger).cost_usd) == (ZERO, ZERO, ZERO)


def test_what_a_failure_cost_all_the_same_is_booked(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger
) -> None:
    error = EngineFailed("nonsense")
    error.cost_usd = usd("0.01")
    with pytest.raises(EngineFailed):
        buy(engine((error,)), terms=Terms(purses=(PURSE,)))
    assert only(ledger).cost_usd == ledger.purses.balance("project", "harbour").spent_usd == usd("0.01")


def test_money_is_reserved_before_the_request_leaves_and_booked_when_it_is_kept(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger
) -> None:
    seen: list[Decimal] = []

    def look() -> object:
        seen.append(ledger.purses.balance("project", "harbour").reserved_usd)
        return CLIP

    buy(engine((look,)), terms=Terms(purses=(PURSE,)))
    held = ledger.purses.balance("project", "harbour")
    assert (seen, held.reserved_usd, held.spent_usd) == ([PRICE], ZERO, COST)


def test_what_no_purse_pays_for_is_never_sent(buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger) -> None:
    asked = engine()
    poor = Terms(purses=(PURSE, Purse(scope="channel_day", name="harbour/today", limit=usd("0.34"))))
    with pytest.raises(TooDear, match=r"0\.3500 US dollars are needed.*day.*0\.34.*day_usd"):
        buy(asked, terms=poor)
    assert (asked.asked("submit"), ledger.calls.of_project(), ledger.purses.all()) == ([], [], [])
    buy(asked, terms=Terms(purses=(PURSE,)))


def test_five_failures_open_the_breaker_and_nobody_asks_until_its_trial(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, clock: Clock
) -> None:
    asked = engine((*[EngineFailed("it broke")] * 5, CLIP))
    for take in range(1, 6):
        with pytest.raises(EngineFailed):
            buy(asked, take=take)
    with pytest.raises(BreakerOpen) as caught:
        buy(asked, take=6)
    assert caught.value.retry_after == 60
    assert len(asked.asked("submit")) == 5
    clock.sleep(60)
    buy(asked, take=6)
    assert ledger.breakers.state(asked.id) == "closed"


@pytest.mark.parametrize("error", [EngineRejected("400"), Refused("no"), Busy("429", retry_after=86_400)])
def test_what_is_not_the_engines_fault_opens_no_breaker(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, error: FactoryError
) -> None:
    for take in range(1, 8):
        with pytest.raises(type(error)):
            buy(engine((error,)), take=take)
    assert ledger.breakers.state("stand-in") == "closed"


def test_a_trial_that_is_answered_with_a_no_to_the_content_closes_the_breaker(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, clock: Clock
) -> None:
    asked = engine((*[EngineFailed("it broke")] * 5, Refused("no faces")))
    for take in range(1, 6):
        with pytest.raises(EngineFailed):
            buy(asked, take=take)
    clock.sleep(60)
    with pytest.raises(Refused):
        buy(asked, take=6)
    assert ledger.breakers.state(asked.id) == "closed"


def test_a_rate_limit_is_waited_for_in_line(buy: Callable[..., Bought], engine: Callable[..., Metered], clock: Clock) -> None:
    terms = Terms(gates=(Gate(name="channel/harbour/video", calls=2, seconds=60),))
    for take in (1, 2, 3):
        buy(engine(), take=take, terms=terms)
    assert clock.waits == [60]


def test_a_full_engine_is_waited_for(ledger: Ledger, artifacts: Artifacts, engine: Callable[..., Metered], clock: Clock) -> None:
    other = order(take_in(ledger)).model_copy(update={"engine": "stand-in"})
    ledger.calls.reserve(other, price=PRICE)
    ledger.calls.sending(other.fingerprint)

    def free_it(seconds: float) -> None:
        clock.sleep(seconds)
        ledger.calls.fail(other.fingerprint, state=CallState.FAILED, problem="over")

    asked = engine()
    asked.room = 1
    Door(ledger, artifacts=artifacts, sleep=free_it).buy(asked, REQUEST, role="video", project=other.project, scene="scene-01")
    assert clock.waits == [ROOM_WAIT]


def test_an_unreadable_reading_ends_no_job(buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger) -> None:
    with pytest.raises(Passing, match="html"):
        buy(engine((JOB,), polls=(AnswerUnreadable("<html>"),)))
    assert only(ledger).state is CallState.PENDING


def test_readings_that_break_are_repeated_and_then_left_to_the_next_try(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger
) -> None:
    asked = engine((JOB,), polls=(*[BROKEN] * (READINGS - 1), CLIP))
    buy(asked)
    assert len(asked.asked("poll")) == READINGS
    assert only(ledger).state is CallState.DONE


class Moved(Metered):
    """The same engine at another address."""

    @property
    def identity(self) -> str:
        """Elsewhere."""
        return "stand-in@elsewhere"


def test_a_job_is_asked_for_only_where_it_was_sent(
    ledger: Ledger, artifacts: Artifacts, clock: Clock, engine: Callable[..., Metered], tmp_path: Path
) -> None:
    project = take_in(ledger)
    first = engine((JOB,), polls=(KeyboardInterrupt(), CLIP))
    asking = {"role": "video", "project": project, "scene": "scene-01"}
    with pytest.raises(KeyboardInterrupt):
        Door(ledger, artifacts=artifacts, sleep=clock.sleep).buy(first, REQUEST, **asking)  # type: ignore[arg-type]
    moved = Moved(tmp_path / "other diary")
    with pytest.raises(Lasting, match="not configured any more"):
        Door(ledger, artifacts=artifacts, sleep=clock.sleep).buy(moved, REQUEST, **asking)  # type: ignore[arg-type]
    door = Door(ledger, artifacts=artifacts, sleep=clock.sleep, elsewhere=lambda call: first if call.identity else None)
    assert not door.buy(moved, REQUEST, **asking).kept  # type: ignore[arg-type]
    assert (moved.asked("poll"), moved.asked("submit"), first.asked("poll")) == ([], [], ["job-1", "job-1"])


@pytest.mark.parametrize("cost", [None, COST], ids=["as reserved", "told again"])
def test_files_the_store_has_lost_come_from_the_paid_job_once_more_and_cost_nothing(
    buy: Callable[..., Bought], engine: Callable[..., Metered], ledger: Ledger, folder: Folder, cost: Decimal | None
) -> None:
    asked = engine((JOB,), polls=(replace(CLIP, cost_usd=cost),))
    terms = Terms(purses=(PURSE,))
    paid = buy(asked, terms=terms).call.cost_usd
    for path in folder.root.rglob("artifacts/*/*"):
        path.unlink()
    again = buy(asked, terms=terms)
    assert (again.call.state, again.call.cost_usd) == (CallState.DONE, paid)
    assert (len(asked.asked("submit")), asked.asked("poll")) == (1, ["job-1", "job-1"])
    held = ledger.purses.balance("project", "harbour")
    assert (held.reserved_usd, held.spent_usd) == (ZERO, paid)
