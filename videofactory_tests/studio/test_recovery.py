"""What dead processes left open is settled by looking, and nothing is bought by it."""

from dataclasses import replace
from pathlib import Path

import pytest

from videofactory.domain.errors import EngineFailed, OutcomeUnknown
from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.ledger import Ledger
from videofactory.ledger.purses import Purse
from videofactory.providers.roles import Pending
from videofactory.store.artifacts import Artifacts
from videofactory.studio.factory import Studio
from videofactory.studio.purchase import Door
from videofactory.studio.recovery import settle_orphans
from videofactory_tests.core import no_sleep, order
from videofactory_tests.stand_ins import CLIP, COST, PRICE, Said, ScriptedVideo

JOB = Pending("job-1", wait=5)
PURSE = Purse(scope="project", name="harbour", limit=usd(1))


class Metered(ScriptedVideo):
    """A bought engine."""

    metered = True


@pytest.fixture
def orphan(ledger: Ledger, project: str) -> Call:
    """A call whose holder died after it had been reserved."""
    asked = order(project)
    ledger.calls.reserve(asked, price=PRICE, purses=[PURSE])
    ledger.calls.let_go(asked.fingerprint)
    found = ledger.calls.look(asked.fingerprint)
    assert found is not None
    return found


def sent(ledger: Ledger, call: Call, *, accepted: bool) -> None:
    """The holder died later: when the request had left, or when the engine had taken it."""
    ledger.calls.adopt(call.fingerprint)
    ledger.calls.sending(call.fingerprint, identity="stand-in/stand-in-1")
    if accepted:
        ledger.calls.accepted(call.fingerprint, external_id="job-1")
    ledger.calls.let_go(call.fingerprint)


def settled(ledger: Ledger, artifacts: Artifacts, engine: ScriptedVideo | None) -> Call:
    """The one call after a look at it."""
    door = Door(ledger, artifacts=artifacts, sleep=no_sleep, elsewhere=lambda _: engine)
    [call] = ledger.calls.open()
    return door.settle(call)


def test_what_was_never_sent_gives_its_money_back(ledger: Ledger, artifacts: Artifacts, orphan: Call) -> None:
    assert orphan.orphaned
    call = settled(ledger, artifacts, None)
    assert (call.state, call.cost_usd) == (CallState.FAILED, ZERO)
    assert ledger.purses.balance("project", "harbour").taken == ZERO


@pytest.mark.parametrize(
    ("said", "state", "taken"),
    [(CLIP, CallState.DONE, COST), (JOB, CallState.PENDING, PRICE), (EngineFailed("it broke"), CallState.FAILED, ZERO)],
)
def test_an_accepted_job_is_asked_for_once(
    ledger: Ledger, artifacts: Artifacts, orphan: Call, tmp_path: Path, said: Said, state: CallState, taken: object
) -> None:
    sent(ledger, orphan, accepted=True)
    engine = Metered(tmp_path / "diary", polls=(said,))
    call = settled(ledger, artifacts, engine)
    assert (call.state, call.orphaned) == (state, state is CallState.PENDING)
    assert (engine.asked("submit"), engine.asked("poll")) == ([], ["job-1"])
    assert ledger.purses.balance("project", "harbour").taken == taken


@pytest.mark.parametrize(
    ("found", "state"),
    [(None, CallState.FAILED), (CLIP, CallState.DONE), (OutcomeUnknown("no list here"), CallState.PARKED)],
)
def test_a_lost_answer_is_looked_up_and_nothing_is_sent(
    ledger: Ledger, artifacts: Artifacts, orphan: Call, tmp_path: Path, found: Said, state: CallState
) -> None:
    sent(ledger, orphan, accepted=False)
    engine = Metered(tmp_path / "diary", found=found)
    assert settled(ledger, artifacts, engine).state is state
    assert (engine.asked("submit"), len(engine.asked("find"))) == ([], 1)


def test_a_lost_cheap_call_is_booked_as_paid(ledger: Ledger, artifacts: Artifacts, orphan: Call, tmp_path: Path) -> None:
    sent(ledger, orphan, accepted=False)
    call = settled(ledger, artifacts, Metered(tmp_path / "diary", resend_is_free=True))
    assert (call.state, call.cost_usd) == (CallState.FAILED, PRICE)


def test_a_call_to_a_service_that_is_gone_is_left_to_a_person(ledger: Ledger, artifacts: Artifacts, orphan: Call) -> None:
    sent(ledger, orphan, accepted=True)
    assert settled(ledger, artifacts, None).state is CallState.PENDING


def test_upkeep_settles_what_is_orphaned_and_nothing_else(studio: Studio, draft: str, tmp_path: Path) -> None:
    engine = Metered(tmp_path / "engine", polls=(CLIP,))
    door = Door(studio.ledger, artifacts=studio.artifacts, sleep=no_sleep, elsewhere=lambda _: engine)
    asked = order(draft)
    studio.ledger.calls.reserve(asked, price=PRICE)
    call = studio.ledger.calls.look(asked.fingerprint)
    assert call is not None
    sent(studio.ledger, call, accepted=True)
    kept = replace(studio, door=door)
    settled, troubles = settle_orphans(kept)
    assert ([call.state for call in settled], troubles) == ([CallState.DONE], [])
    assert settle_orphans(kept) == ([], [])
