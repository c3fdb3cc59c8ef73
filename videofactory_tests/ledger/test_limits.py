"""Rate limits: never more than allowed in any window, over all processes, and a table that does not grow."""

import time
from bisect import bisect_left
from datetime import datetime

import pytest
from sqlalchemy import func, select

from videofactory.ledger.database import now
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.limits import CHANNEL_LIMITS, PRUNED, Gate, channel_gate
from videofactory.ledger.tables import passes
from videofactory_tests.clock import NOON, Clock
from videofactory_tests.processes import at_once

MINUTE = 60.0


def _noted(ledger: Ledger) -> int:
    with ledger.database.read() as connection:
        return connection.execute(select(func.count()).select_from(passes)).scalar_one()


def test_so_many_pass_and_the_next_one_is_told_how_long_to_wait(timed: Ledger, clock: Clock) -> None:
    answers = []
    for _ in range(3):
        answers.append(timed.limits.enter("kling", calls=2, seconds=MINUTE))
        clock.forward(10)
    assert answers == [0.0, 0.0, 40.0]
    assert _noted(timed) == 2


def test_the_window_slides_with_each_pass_of_its_own(timed: Ledger, clock: Clock) -> None:
    def enter() -> float:
        return timed.limits.enter("kling", calls=2, seconds=MINUTE)

    enter()
    clock.forward(50)
    assert enter() == 0.0
    clock.forward(9.999999)
    assert enter() == 0.000001
    clock.forward(0.000001)
    assert enter() == 0.0
    assert enter() == 50.0


def test_gates_do_not_know_each_other(timed: Ledger) -> None:
    assert [timed.limits.enter(name, calls=1, seconds=MINUTE) for name in ("kling", "luma", "kling")] == [0.0, 0.0, MINUTE]


def test_several_gates_are_passed_at_one_moment_or_not_at_all(timed: Ledger, clock: Clock) -> None:
    wide, narrow = Gate(name="wide", calls=9, seconds=10.0), Gate(name="narrow", calls=1, seconds=MINUTE)
    assert timed.limits.enter_all([wide, narrow]) == 0.0
    clock.forward(1)
    assert timed.limits.enter_all([wide, narrow]) == 59.0
    assert _noted(timed) == 2
    assert timed.limits.enter_all([]) == 0.0


@pytest.mark.parametrize(
    ("what", "calls"), [("uploads", 20), ("drafting", 10), ("refinements", 30), ("video", 5), ("other", 100)]
)
def test_each_channel_has_the_limits_of_the_contract(timed: Ledger, what: str, calls: int) -> None:
    gate = channel_gate("harbour", what=what)
    assert (gate.calls, gate.seconds, len(CHANNEL_LIMITS)) == (calls, MINUTE, 5)
    answers = [timed.limits.enter_all([gate]) for _ in range(calls + 1)]
    assert answers == [0.0] * calls + [MINUTE]
    assert timed.limits.enter_all([channel_gate("park", what=what)]) == 0.0


@pytest.mark.parametrize("gate", [Gate(name="shut", calls=0, seconds=1.0), Gate(name="shut", calls=1, seconds=0.0)])
def test_a_gate_that_lets_nobody_pass_is_a_mistake(timed: Ledger, gate: Gate) -> None:
    with pytest.raises(ValueError, match="The gate shut lets nobody pass"):
        timed.limits.enter_all([gate])


def test_outdated_passes_are_removed_a_bounded_number_at_a_time(timed: Ledger, clock: Clock) -> None:
    for _ in range(PRUNED + 20):
        timed.limits.enter("kling", calls=1000, seconds=MINUTE)
    timed.limits.enter("luma", calls=1, seconds=MINUTE)
    clock.forward(MINUTE)
    timed.limits.enter("kling", calls=1000, seconds=MINUTE)
    assert _noted(timed) == 20 + 1 + 1
    timed.limits.enter("kling", calls=1000, seconds=MINUTE)
    assert _noted(timed) == 2 + 1


def test_a_clock_that_was_set_back_shuts_no_gate_for_long(timed: Ledger, clock: Clock) -> None:
    timed.limits.enter("kling", calls=1, seconds=MINUTE)
    clock.forward(-3600)
    assert timed.limits.enter("kling", calls=1, seconds=MINUTE) == 0.0
    assert timed.limits.enter("kling", calls=1, seconds=MINUTE) == MINUTE


def _enter_often(url: str, number: int) -> list[float]:
    del number
    limits = open_ledger(url, clock=Clock()).limits
    return [limits.enter("kling", calls=7, seconds=MINUTE) for _ in range(3)]


def test_of_many_processes_no_more_than_allowed_pass(ledger: Ledger, ledger_url: str) -> None:
    answers = [answer for answers in at_once(6, _enter_often, ledger_url) for answer in answers]
    assert sorted(answers) == [0.0] * 7 + [MINUTE] * 11
    assert _noted(ledger) == 7


CALLS, WINDOW, HURRY = 5, 0.2, 0.7


def _hurry(url: str, number: int) -> list[datetime]:
    """Pass as often as the gate lets one, for a while; when that was."""
    del number
    times: list[datetime] = []
    passed: list[datetime] = []

    def clock() -> datetime:
        times.append(now())
        return times[-1]

    limits = open_ledger(url, clock=clock).limits
    end = time.monotonic() + HURRY
    while time.monotonic() < end:
        wait = limits.enter("kling", calls=CALLS, seconds=WINDOW)
        if wait == 0.0:
            passed.append(times[-1])
        time.sleep(min(wait, 0.01))
    return passed


def test_in_no_window_do_hurrying_processes_pass_more_often_than_allowed(ledger: Ledger, ledger_url: str) -> None:
    passed = sorted(at.timestamp() for times in at_once(4, _hurry, ledger_url) for at in times)
    assert all(bisect_left(passed, at + WINDOW - 0.00001) - place <= CALLS for place, at in enumerate(passed))
    assert len(passed) > CALLS
    assert _noted(ledger) <= 2 * CALLS


def test_the_channels_limit_holds_whatever_the_time_of_day(timed: Ledger, clock: Clock) -> None:
    clock.time = NOON.replace(hour=23, minute=59, second=59)
    gate = channel_gate("harbour", what="video")
    answers = []
    for _ in range(6):
        answers.append(timed.limits.enter_all([gate]))
        clock.forward(1)
    assert answers == [0.0] * 5 + [55.0]
