"""What the next run does with a call a person has settled: asks for the adopted job, or buys anew; never both."""

from collections.abc import Callable
from pathlib import Path

import pytest

from videofactory.domain.errors import CallParked, EngineFailed, OutcomeUnknown
from videofactory.domain.money import ZERO
from videofactory.ledger.call import Call
from videofactory.ledger.ledger import Ledger
from videofactory.providers.roles import Pending
from videofactory.studio.purchase import Door
from videofactory.studio.terms import Bought
from videofactory_tests.stand_ins import CLIP, COST, PRICE, REQUEST, ScriptedVideo

pytestmark = pytest.mark.both_ledgers
WHO = {"who": "ada", "why": "looked on its page"}


class Moving(ScriptedVideo):
    """A bought engine whose address can change."""

    metered = True
    address = "old"

    @property
    def identity(self) -> str:
        """Where it is now."""
        return f"stand-in@{self.address}"


@pytest.fixture
def engine(tmp_path: Path) -> Moving:
    """An engine that breaks while it takes the first request, and finds nothing by our id."""
    lost = EngineFailed("stand-in cannot look that up")
    polls = (Pending("job-7", wait=0), CLIP)
    return Moving(tmp_path / "diary", answers=(OutcomeUnknown("cut"), CLIP), polls=polls, found=lost)


@pytest.fixture
def buy(door: Door, project: str, engine: Moving) -> Callable[[], Bought]:
    """Buys the same clip again and again."""
    return lambda: door.buy(engine, REQUEST, role="video", project=project, scene="scene-01")


@pytest.fixture
def parked(ledger: Ledger, engine: Moving, buy: Callable[[], Bought]) -> Call:
    """The call, parked, and sent to an address that is no more."""
    with pytest.raises(CallParked):
        buy()
    engine.address = "new"
    [call] = ledger.calls.of_project()
    assert (call.state, call.identity) == ("parked", "stand-in@old")
    return call


def test_an_adopted_job_is_asked_for_and_nothing_is_sent(
    ledger: Ledger, engine: Moving, buy: Callable[[], Bought], parked: Call
) -> None:
    ledger.settling.adopt(parked.fingerprint, "job-7", **WHO)
    assert buy().call.cost_usd == COST
    assert (len(engine.asked("submit")), engine.asked("poll")) == (1, ["job-7", "job-7"])
    assert buy().kept


def test_a_released_call_is_bought_and_the_lost_attempt_cost_nothing(
    ledger: Ledger, engine: Moving, buy: Callable[[], Bought], parked: Call
) -> None:
    assert ledger.settling.release(parked.fingerprint, **WHO).cost_usd == ZERO
    assert buy().call.cost_usd == COST
    assert len(engine.asked("submit")) == 2


def test_a_call_given_up_is_bought_again_and_both_are_booked(
    ledger: Ledger, engine: Moving, buy: Callable[[], Bought], parked: Call
) -> None:
    assert ledger.settling.retry(parked.fingerprint, **WHO).cost_usd == PRICE
    assert buy().call.cost_usd == PRICE + COST
    assert len(set(engine.asked("submit"))) == 2
