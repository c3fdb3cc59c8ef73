"""The narrow moments between two holders of a call: one dies, lets go or breaks down; the other goes on, and pays nothing."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.calls import Calls
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.purses import Purse
from videofactory.providers.roles import Pending
from videofactory.store.artifacts import Artifacts
from videofactory.studio.purchase import Door, order_of
from videofactory.studio.steps import run
from videofactory.studio.terms import Terms
from videofactory_tests.core import no_sleep
from videofactory_tests.processes import at_once
from videofactory_tests.stand_ins import PRICE, REQUEST, ScriptedVideo

JOB = Pending("job-1", wait=0)


class Metered(ScriptedVideo):
    """A bought engine."""

    metered = True


class Moved(Metered):
    """The same engine at another address."""

    @property
    def identity(self) -> str:
        """Elsewhere."""
        return "stand-in@elsewhere"


def _reserve_and_end(url: str, project: str, number: int) -> str:
    """Reserve the clip and end without sending it; its fingerprint."""
    del number
    ledger = open_ledger(url)
    order = order_of(Metered(Path("/nowhere")), REQUEST, role="video", project=project, scene=None, take=1)
    purse = Purse(scope="project", name=project, limit=PRICE)
    call, _ = ledger.calls.reserve(order, price=PRICE, purses=[purse])
    return call.fingerprint


@pytest.mark.both_ledgers
@pytest.mark.parametrize("resend_is_free", [False, True])
def test_what_was_reserved_and_never_sent_is_sent_and_nothing_is_booked_for_it(
    ledger: Ledger, ledger_url: str, door: Door, project: str, tmp_path: Path, *, resend_is_free: bool
) -> None:
    [fingerprint] = at_once(1, _reserve_and_end, ledger_url, project)
    left = ledger.calls.adopt(fingerprint)
    assert left is not None
    assert left.state is CallState.RESERVED
    engine = Metered(tmp_path / "diary", resend_is_free=resend_is_free)
    terms = Terms(purses=(Purse(scope="project", name=project, limit=PRICE),))
    bought = run(door.going_on(engine, REQUEST, left, terms=terms), sleep=no_sleep)
    assert (bought.call.state, bought.call.attempts) == (CallState.DONE, 1)
    assert (len(engine.asked("submit")), engine.asked("find")) == (1, [])
    held = ledger.purses.balance("project", project)
    assert (held.reserved_usd, held.spent_usd) == (ZERO, bought.call.cost_usd)


@pytest.mark.both_ledgers
def test_who_lets_a_call_go_that_another_has_taken_over_takes_nothing_from_it(
    ledger: Ledger, ledger_url: str, project: str
) -> None:
    [fingerprint] = at_once(1, _reserve_and_end, ledger_url, project)
    assert ledger.calls.adopt(fingerprint) is not None
    [answer] = at_once(1, _let_go, ledger_url, fingerprint)
    assert answer == "let go"
    left = ledger.calls.look(fingerprint)
    assert left is not None
    assert left.mine


def _let_go(url: str, fingerprint: str, number: int) -> str:
    del number
    open_ledger(url).calls.let_go(fingerprint, problem="I am late")
    return "let go"


def _broken(_: Call) -> None:
    raise KeyError("a channel's file is gone")


def test_a_defect_while_the_old_service_is_looked_for_leaves_the_call_to_the_next(
    ledger: Ledger, artifacts: Artifacts, project: str, tmp_path: Path
) -> None:
    first = Metered(tmp_path / "diary", answers=(JOB,), polls=(KeyboardInterrupt(),))
    door = Door(ledger, artifacts=artifacts, sleep=no_sleep)
    with pytest.raises(KeyboardInterrupt):
        door.buy(first, REQUEST, role="video", project=project)
    with pytest.raises(KeyError):
        Door(ledger, artifacts=artifacts, sleep=no_sleep, elsewhere=_broken).buy(
            Moved(tmp_path / "other"), REQUEST, role="video", project=project
        )
    _require_left(ledger, "job-1")
    _buy_the_rest(door, project, tmp_path)


class _Away(Calls):
    """Calls of a ledger that cannot be written when a call is to be settled."""

    def settle(self, fingerprint: str, *, files: Mapping[str, Artifact], cost: Decimal, remark: str | None = None) -> Call:
        """Break."""
        del fingerprint, files, cost, remark
        raise OSError("the disk went away")


def test_a_ledger_that_breaks_in_the_middle_leaves_the_call_to_the_next(
    ledger: Ledger, artifacts: Artifacts, project: str, tmp_path: Path
) -> None:
    engine = Metered(tmp_path / "diary", answers=(JOB,))
    away = replace(ledger, calls=_Away(ledger.database))
    door = Door(away, artifacts=artifacts, sleep=no_sleep)
    with pytest.raises(EngineFailed, match="went away"):
        door.buy(engine, REQUEST, role="video", project=project)
    _require_left(ledger, "job-1")
    _buy_the_rest(Door(ledger, artifacts=artifacts, sleep=no_sleep), project, tmp_path)


def _require_left(ledger: Ledger, job: str) -> None:
    [call] = ledger.calls.of_project()
    assert (call.state, call.external_id, call.orphaned) == (CallState.PENDING, job, True)


def _buy_the_rest(door: Door, project: str, folder: Path) -> None:
    engine = Metered(folder / "diary")
    assert door.buy(engine, REQUEST, role="video", project=project).call.state is CallState.DONE
    assert len(engine.asked("submit")) == 1
