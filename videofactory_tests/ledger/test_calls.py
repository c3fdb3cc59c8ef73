"""Calls: every step of their life, who may take them over, and that a fingerprint is reserved by one alone."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from videofactory.domain.errors import Busy, StillRunning
from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import CallState, Order
from videofactory.ledger.calls import Calls
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.ownership import me
from videofactory_tests.core import order, take_in
from videofactory_tests.processes import at_once, kill_when

KEY = "f" * 64
PRICE = usd("0.35")
HOLD = 1.0
"""Seconds a child lives on, so that nobody takes it for dead while the others try."""
CLIP = Artifact(sha256="c" * 64, media_type="video/mp4", size=3)


@pytest.fixture
def asked(project: str) -> Order:
    """An order of the project."""
    return order(project)


def test_a_reserved_call_says_everything_that_is_asked(ledger: Ledger, asked: Order) -> None:
    call, held = ledger.calls.reserve(asked, price=PRICE)
    assert held
    assert (call.state, call.attempts, call.reserved_usd, call.cost_usd) == (CallState.RESERVED, 0, PRICE, None)
    assert (call.owner, call.mine, call.orphaned, call.files) == (me(), True, False, {})
    assert {name: getattr(call, name) for name in Order.model_fields} == asked.model_dump()
    assert len(call.token) == 32
    assert ledger.calls.look(KEY) == call
    assert ledger.calls.look("0" * 64) is None


def test_the_straight_way_from_reserved_to_done(ledger: Ledger, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    sent = ledger.calls.sending(KEY)
    assert (sent.state, sent.attempts, sent.sent_at is not None) == (CallState.SENT, 1, True)
    pending = ledger.calls.accepted(KEY, external_id="job-1")
    assert (pending.state, pending.external_id, pending.mine) == (CallState.PENDING, "job-1", True)
    done = ledger.calls.settle(KEY, files={"clip": CLIP}, cost=usd("0.3"))
    assert (done.state, done.files, done.cost_usd, done.owner) == (CallState.DONE, {"clip": CLIP}, Decimal("0.3"), None)
    assert done.settled_at is not None
    assert done.reserved_usd == PRICE


@pytest.mark.parametrize("state", [CallState.FAILED, CallState.REFUSED])
def test_a_failed_call_owes_nothing_and_its_next_attempt_is_a_new_one(ledger: Ledger, asked: Order, state: CallState) -> None:
    first, _ = ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    ledger.calls.accepted(KEY, external_id="job-1")
    failed = ledger.calls.fail(KEY, state=state, problem="no cups")
    assert (failed.state, failed.problem, failed.cost_usd, failed.owner) == (state, "no cups", ZERO, None)
    again, held = ledger.calls.reserve(asked, price=usd(1))
    assert held
    assert (again.id, again.state, again.problem, again.external_id) == (first.id, CallState.RESERVED, None, None)
    assert again.token != first.token
    assert again.reserved_usd == usd(1)
    assert ledger.calls.sending(KEY).attempts == 2


@pytest.mark.parametrize("state", [CallState.UNCONFIRMED, CallState.PARKED])
def test_a_call_nobody_knows_the_outcome_of_keeps_its_price_and_waits(ledger: Ledger, asked: Order, state: CallState) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    waits = {CallState.UNCONFIRMED: ledger.calls.doubt, CallState.PARKED: ledger.calls.park}[state]
    parked = waits(KEY, problem="the line broke")
    assert (parked.state, parked.cost_usd, parked.reserved_usd) == (state, None, PRICE)
    again, held = ledger.calls.reserve(asked, price=usd(9))
    assert not held
    assert again == parked
    assert ledger.calls.adopt(KEY) is None


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_an_open_call_of_a_living_process_is_left_alone(ledger: Ledger, asked: Order, steps: int) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    if steps > 0:
        ledger.calls.sending(KEY)
    if steps > 1:
        ledger.calls.accepted(KEY, external_id="job-1")
    before = ledger.calls.look(KEY)
    assert ledger.calls.reserve(asked, price=PRICE) == (before, False)
    assert ledger.calls.adopt(KEY) is None


def test_a_done_call_is_left_alone(ledger: Ledger, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    done = ledger.calls.settle(KEY, files={"clip": CLIP}, cost=PRICE)
    assert ledger.calls.reserve(asked, price=PRICE) == (done, False)
    assert ledger.calls.adopt(KEY) is None


def test_earlier_attempts_stay_booked(ledger: Ledger, asked: Order) -> None:
    for cost in ("0.1", "0.2"):
        ledger.calls.reserve(asked, price=PRICE)
        ledger.calls.sending(KEY)
        ledger.calls.settle(KEY, files={"clip": CLIP}, cost=usd(cost))
        reopened = ledger.calls.reopen(KEY, problem="lost")
        assert (reopened.state, reopened.problem) == (CallState.FAILED, "lost")
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    assert ledger.calls.fail(KEY, state=CallState.FAILED, problem="no").cost_usd == usd("0.3")


def test_only_a_done_call_is_reopened(ledger: Ledger, asked: Order) -> None:
    call, _ = ledger.calls.reserve(asked, price=PRICE)
    assert ledger.calls.reopen(KEY, problem="lost") == call


def test_a_call_let_go_may_be_adopted_once(ledger: Ledger, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    ledger.calls.let_go(KEY, problem="interrupted")
    orphan = ledger.calls.look(KEY)
    assert orphan is not None
    assert (orphan.orphaned, orphan.state, orphan.problem) == (True, CallState.SENT, "interrupted")
    assert ledger.calls.reserve(asked, price=PRICE)[1] is False
    adopted = ledger.calls.adopt(KEY)
    assert adopted is not None
    assert (adopted.mine, adopted.state, adopted.token) == (True, CallState.SENT, orphan.token)
    assert ledger.calls.adopt(KEY) is None


def _reserve_and_wait(url: str, asked: Order, mark: Path, *, send: bool) -> None:
    ledger = open_ledger(url)
    ledger.calls.reserve(asked, price=PRICE)
    if send:
        ledger.calls.sending(asked.fingerprint)
    mark.touch()
    time.sleep(600)


def _reserve_only(url: str, asked: Order, mark: Path) -> None:
    _reserve_and_wait(url, asked, mark, send=False)


def _reserve_and_send(url: str, asked: Order, mark: Path) -> None:
    _reserve_and_wait(url, asked, mark, send=True)


def test_a_dead_holder_who_never_sent_is_replaced(ledger: Ledger, ledger_url: str, asked: Order, tmp_path: Path) -> None:
    kill_when(_reserve_only, ledger_url, asked, tmp_path / "mark", until=tmp_path / "mark")
    call, held = ledger.calls.reserve(asked, price=PRICE)
    assert (held, call.mine, call.attempts) == (True, True, 0)


def test_a_dead_holder_who_sent_is_not_simply_replaced(ledger: Ledger, ledger_url: str, asked: Order, tmp_path: Path) -> None:
    kill_when(_reserve_and_send, ledger_url, asked, tmp_path / "mark", until=tmp_path / "mark")
    call, held = ledger.calls.reserve(asked, price=PRICE)
    assert (held, call.orphaned, call.state) == (False, True, CallState.SENT)
    assert ledger.calls.adopt(KEY) is not None


def _reserve(url: str, asked: Order, number: int) -> bool:
    del number
    held = open_ledger(url).calls.reserve(asked, price=PRICE)[1]
    time.sleep(HOLD)
    return held


def _adopt(url: str, number: int) -> bool:
    del number
    adopted = open_ledger(url).calls.adopt(KEY) is not None
    time.sleep(HOLD)
    return adopted


def test_of_eight_processes_one_reserves(ledger: Ledger, ledger_url: str, asked: Order) -> None:
    assert sorted(at_once(8, _reserve, ledger_url, asked)) == [False] * 7 + [True]
    assert len(ledger.calls.of_project()) == 1


def test_of_eight_processes_one_adopts(ledger: Ledger, ledger_url: str, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    ledger.calls.let_go(KEY)
    assert sorted(at_once(8, _adopt, ledger_url)) == [False] * 7 + [True]


def test_calls_are_listed_by_project_and_state(ledger: Ledger, project: str) -> None:
    other = take_in(ledger, source="two.yaml")
    for key, owner in (("a" * 64, project), ("b" * 64, other), ("c" * 64, project)):
        ledger.calls.reserve(order(owner, fingerprint=key), price=PRICE)
    ledger.calls.fail("a" * 64, state=CallState.FAILED, problem="no")
    assert [call.fingerprint[0] for call in ledger.calls.of_project()] == ["a", "b", "c"]
    assert [call.fingerprint[0] for call in ledger.calls.of_project(project)] == ["a", "c"]
    assert [call.fingerprint[0] for call in ledger.calls.of_project(project, state="reserved")] == ["c"]


def test_money_spent_is_summed_exactly(ledger: Ledger, project: str) -> None:
    other = take_in(ledger, source="two.yaml")
    for number, owner in enumerate([project] * 10 + [other]):
        key = f"{number:064d}"
        ledger.calls.reserve(order(owner, fingerprint=key), price=PRICE)
        if number != 3:
            ledger.calls.settle(key, files={"clip": CLIP}, cost=usd("0.1"))
    assert ledger.calls.spent(by="project") == {project: usd("0.9"), other: usd("0.1")}
    assert ledger.calls.spent(by="engine") == {"kling": usd(1)}


def test_a_call_belongs_to_a_project_that_is_there(ledger: Ledger) -> None:
    with pytest.raises(IntegrityError):
        ledger.calls.reserve(order("nobody"), price=PRICE)


def test_an_engines_words_may_hold_what_no_database_wants(ledger: Ledger, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    assert ledger.calls.fail(KEY, state=CallState.FAILED, problem="no\x00 cups").problem == "no cups"
    ledger.calls.reserve(asked, price=PRICE)
    assert ledger.calls.doubt(KEY, problem="no\x00 line").problem == "no line"


@pytest.mark.parametrize(
    "change",
    [
        lambda calls: calls.sending(KEY),
        lambda calls: calls.accepted(KEY, external_id="job-1"),
        lambda calls: calls.unsent(KEY, problem="no"),
        lambda calls: calls.doubt(KEY, problem="no"),
        lambda calls: calls.park(KEY, problem="no"),
        lambda calls: calls.lost(KEY, problem="no"),
        lambda calls: calls.settle(KEY, files={}, cost=PRICE),
        lambda calls: calls.fail(KEY, state=CallState.FAILED, problem="no"),
    ],
)
def test_who_lost_a_call_to_somebody_else_moves_it_no_more(
    ledger: Ledger, asked: Order, change: Callable[[Calls], object]
) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.let_go(KEY)
    before = ledger.calls.look(KEY)
    with pytest.raises(StillRunning, match="taken over"):
        change(ledger.calls)
    assert ledger.calls.look(KEY) == before


def test_a_call_that_was_sent_is_not_sent_once_more(ledger: Ledger, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(KEY)
    with pytest.raises(StillRunning, match="sent already"):
        ledger.calls.sending(KEY)


def test_a_call_that_is_over_costs_nothing_more(ledger: Ledger, asked: Order) -> None:
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.settle(KEY, files={"clip": CLIP}, cost=PRICE)
    with pytest.raises(StillRunning):
        ledger.calls.settle(KEY, files={"clip": CLIP}, cost=PRICE)
    call = ledger.calls.look(KEY)
    assert call is not None
    assert call.cost_usd == PRICE


def test_hung_calls_of_yesterday_hold_no_place_at_an_engine(ledger_url: str) -> None:
    clock = [datetime(2026, 11, 20, tzinfo=UTC)]
    ledger = open_ledger(ledger_url, clock=lambda: clock[0])
    asked = order(take_in(ledger))
    ledger.calls.reserve(asked, price=PRICE)
    ledger.calls.sending(asked.fingerprint, room=1)
    other = asked.model_copy(update={"fingerprint": "e" * 64})
    ledger.calls.reserve(other, price=PRICE)
    with pytest.raises(Busy):
        ledger.calls.sending(other.fingerprint, room=1)
    clock[0] += timedelta(days=1, seconds=1)
    assert ledger.calls.sending(other.fingerprint, room=1).state is CallState.SENT
