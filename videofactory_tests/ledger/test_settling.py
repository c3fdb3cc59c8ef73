"""Settling: what a person decides about a lost call is one transaction of state, money and audit line, or nothing."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import update

from videofactory.domain.errors import Conflict, InvalidInput, NotFound
from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.ledger import Ledger
from videofactory.ledger.purses import Purse
from videofactory.ledger.tables import calls
from videofactory_tests.core import order

KEY = "f" * 64
OTHER = "ff0000" + "e" * 58
PRICE = usd("0.35")
PURSES = (Purse(scope="project", name="p", limit=usd(1)), Purse(scope="engine_day", name="kling/today", limit=usd(1)))
WHO = {"who": "Ada", "why": "asked Kling's support"}
Decide = Callable[[Ledger], Call]
DECISIONS: dict[str, Decide] = {
    "adopt": lambda ledger: ledger.settling.adopt(KEY, "job-7", **WHO),
    "release": lambda ledger: ledger.settling.release(KEY, **WHO),
    "retry": lambda ledger: ledger.settling.retry(KEY, **WHO),
}
ALL = pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)


def _sent(ledger: Ledger, project: str, *, key: str = KEY) -> None:
    ledger.calls.reserve(order(project, fingerprint=key), price=PRICE, purses=PURSES)
    ledger.calls.sending(key, identity="kling@old")


@pytest.fixture
def parked(ledger: Ledger, project: str) -> Call:
    """A call nobody knows the outcome of."""
    _sent(ledger, project)
    return ledger.calls.park(KEY, problem="no answer")


def _sums(ledger: Ledger) -> set[tuple[Decimal, Decimal]]:
    """Reserved and spent of every purse; one pair when all agree."""
    return {(purse.reserved_usd, purse.spent_usd) for purse in ledger.purses.all()}


def _leave(ledger: Ledger, *, key: str = KEY) -> None:
    """Make the call one of a process that died."""
    with ledger.database.write() as connection:
        connection.execute(update(calls).where(calls.c.fingerprint == key).values(owner=None))


@pytest.mark.usefixtures("parked")
def test_an_adopted_call_waits_for_its_job_at_the_service_of_now(ledger: Ledger) -> None:
    call = ledger.settling.adopt(KEY, " job-7 ", **WHO)
    assert (call.state, call.external_id, call.owner, call.identity, call.problem) == ("pending", "job-7", None, "", None)
    assert call.orphaned
    assert _sums(ledger) == {(PRICE, ZERO)}
    held = ledger.calls.adopt(KEY)
    assert held is not None
    ledger.calls.settle(KEY, files={}, cost=usd("0.30"))
    assert _sums(ledger) == {(ZERO, usd("0.30"))}


@pytest.mark.usefixtures("parked")
def test_a_released_call_gives_its_money_back_and_may_be_bought_again(ledger: Ledger, project: str) -> None:
    call = ledger.settling.release(KEY, **WHO)
    assert (call.state, call.cost_usd, call.owner) == (CallState.FAILED, ZERO, None)
    assert call.problem == "released by Ada: asked Kling's support"
    assert call.settled_at is not None
    assert _sums(ledger) == {(ZERO, ZERO)}
    again, held = ledger.calls.reserve(order(project), price=PRICE, purses=PURSES)
    assert held
    assert (again.external_id, again.problem) == (None, None)
    assert _sums(ledger) == {(PRICE, ZERO)}


@pytest.mark.usefixtures("parked")
def test_a_call_to_be_tried_again_is_booked_as_paid_and_both_attempts_stay_in_the_books(ledger: Ledger, project: str) -> None:
    call = ledger.settling.retry(KEY, **WHO)
    assert (call.state, call.cost_usd) == (CallState.FAILED, PRICE)
    assert _sums(ledger) == {(ZERO, PRICE)}
    ledger.calls.reserve(order(project), price=PRICE, purses=PURSES)
    assert _sums(ledger) == {(PRICE, PRICE)}
    assert ledger.calls.settle(KEY, files={}, cost=PRICE).cost_usd == PRICE * 2
    assert _sums(ledger) == {(ZERO, PRICE * 2)}


@ALL
def test_each_decision_is_in_the_audit_log_with_who_and_why(ledger: Ledger, parked: Call, decide: Decide) -> None:
    decide(ledger)
    [line] = ledger.settling.decisions(parked)
    assert (line.who, line.why, line.project, line.scene) == ("Ada", WHO["why"], parked.project, "scene-01")
    detail = json.loads(line.detail)
    assert (detail["call"], detail["was"], detail["reserved_usd"]) == (KEY, "parked", "0.350000")
    assert line.what.startswith("call ")


@ALL
@pytest.mark.parametrize("state", ["sent", "pending", "unconfirmed"])
def test_a_call_of_a_dead_process_can_be_settled_and_one_of_a_living_one_cannot(
    ledger: Ledger, project: str, decide: Decide, state: str
) -> None:
    _sent(ledger, project)
    if state == "pending":
        ledger.calls.accepted(KEY, external_id="job-1")
    elif state == "unconfirmed":
        ledger.calls.doubt(KEY, problem="no answer")
    with pytest.raises(Conflict, match="held by a living process"):
        decide(ledger)
    assert (_sums(ledger), ledger.audit.lines(project)[1:]) == ({(PRICE, ZERO)}, [])
    _leave(ledger)
    assert decide(ledger).state in {CallState.FAILED, CallState.PENDING}


@ALL
@pytest.mark.parametrize("over", ["done", "failed", "refused"])
def test_what_is_over_is_not_decided_again(ledger: Ledger, project: str, decide: Decide, over: str) -> None:
    _sent(ledger, project)
    if over == "done":
        ledger.calls.settle(KEY, files={}, cost=PRICE)
    else:
        ledger.calls.fail(KEY, state=CallState(over), problem="no")
    before = (ledger.calls.look(KEY), _sums(ledger), ledger.audit.lines())
    with pytest.raises(Conflict, match=f"is {over} since"):
        decide(ledger)
    assert (ledger.calls.look(KEY), _sums(ledger), ledger.audit.lines()) == before


@pytest.mark.usefixtures("parked")
def test_two_people_cannot_both_give_the_money_back(ledger: Ledger) -> None:
    ledger.settling.release(KEY, **WHO)
    with pytest.raises(Conflict):
        ledger.settling.retry(KEY, **WHO)
    assert _sums(ledger) == {(ZERO, ZERO)}


@ALL
@pytest.mark.usefixtures("parked")
def test_an_unknown_call_is_not_found(ledger: Ledger, decide: Decide) -> None:
    with ledger.database.write() as connection:
        connection.execute(update(calls).values(fingerprint=OTHER))
    with pytest.raises(NotFound):
        decide(ledger)


@pytest.mark.parametrize(("who", "why"), [("Ada", "no"), ("Ada", "  x  "), (" ", "a good reason")])
def test_who_and_why_are_needed(ledger: Ledger, parked: Call, who: str, why: str) -> None:
    for decide in (ledger.settling.release, ledger.settling.retry):
        with pytest.raises(InvalidInput):
            decide(KEY, who=who, why=why)
    with pytest.raises(InvalidInput):
        ledger.settling.adopt(KEY, "job-7", who=who, why=why)
    assert (ledger.calls.look(KEY), _sums(ledger)) == (parked, {(PRICE, ZERO)})


@pytest.mark.usefixtures("parked")
@pytest.mark.parametrize("name", ["", "  ", "job 7", "job\n7"])
def test_a_job_id_is_one_word(ledger: Ledger, name: str) -> None:
    with pytest.raises(InvalidInput, match="job's id"):
        ledger.settling.adopt(KEY, name, **WHO)


@pytest.mark.usefixtures("parked")
def test_a_job_belongs_to_one_call_only(ledger: Ledger, project: str) -> None:
    _sent(ledger, project, key=OTHER)
    ledger.calls.accepted(OTHER, external_id="job-7")
    with pytest.raises(Conflict, match=r"job-7 belongs to ff0000eeee"):
        ledger.settling.adopt(KEY, "job-7", **WHO)
    assert ledger.settling.adopt(KEY, "job-8", **WHO).external_id == "job-8"


def test_what_was_never_sent_can_only_be_released(ledger: Ledger, project: str) -> None:
    ledger.calls.reserve(order(project), price=PRICE, purses=PURSES)
    _leave(ledger)
    for decision in ("adopt", "retry"):
        with pytest.raises(Conflict, match=f"nothing to {decision}"):
            DECISIONS[decision](ledger)
    DECISIONS["release"](ledger)
    assert _sums(ledger) == {(ZERO, ZERO)}


def test_a_call_is_named_by_an_unambiguous_beginning(ledger: Ledger, parked: Call, project: str) -> None:
    assert ledger.settling.named("ffffff") == parked
    near = "ffffff" + "0" * 58
    _sent(ledger, project, key=near)
    with pytest.raises(InvalidInput, match=r"several calls begin so.*ffffffffffffffff.*ffffff0000000000"):
        ledger.settling.named("ffffff")
    assert ledger.settling.named("fffffff") == parked
    with pytest.raises(InvalidInput, match="at least 6"):
        ledger.settling.named("fffff")
    with pytest.raises(InvalidInput, match="0-9, a-f"):
        ledger.settling.named("ffff%_")
    with pytest.raises(NotFound, match=r"Not settled yet: ffffff0000000000 .*ffffffffffffffff"):
        ledger.settling.named("abcdef")
