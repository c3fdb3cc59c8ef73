"""Many processes against one budget: together they take exactly what it holds, to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest

from videofactory.domain.errors import TooDear
from videofactory.domain.money import ZERO, usd
from videofactory.ledger.call import CallState
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.purses import Purse
from videofactory.providers.roles import Delivered
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.purchase import Door
from videofactory.studio.terms import Terms
from videofactory_tests.core import no_sleep
from videofactory_tests.processes import at_once
from videofactory_tests.stand_ins import CLIP, PRICE, REQUEST, ScriptedVideo

BUDGET = usd("7.35")
PAID_FOR = 21
"""Calls of 0.35 dollars the budget pays for."""
PROCESSES = 50


class Metered(ScriptedVideo):
    """A bought engine that charges what it is reserved at."""

    metered = True
    id = "stand-in"


def _buy(url: str, store: Path, project: str, number: int) -> str:
    """Buy a clip nobody else asks for; what became of it."""
    engine = Metered(store.parent / f"diary-{number}", answers=(Delivered(files=CLIP.files),))
    door = Door(open_ledger(url), artifacts=Artifacts(Folder(store)), sleep=no_sleep)
    terms = Terms(purses=(Purse(scope="project", name=project, limit=BUDGET),))
    request = REQUEST.model_copy(update={"seed": 1 + number})
    try:
        return door.buy(engine, request, role="video", project=project, terms=terms).call.state.value
    except TooDear:
        return "too dear"


@pytest.mark.both_ledgers
def test_fifty_processes_take_exactly_what_a_budget_holds(ledger: Ledger, ledger_url: str, project: str, tmp_path: Path) -> None:
    outcomes = at_once(PROCESSES, _buy, ledger_url, tmp_path / "store", project)
    assert (outcomes.count("done"), outcomes.count("too dear")) == (PAID_FOR, PROCESSES - PAID_FOR), outcomes
    held = ledger.purses.balance("project", project)
    assert (held.reserved_usd, held.spent_usd) == (ZERO, BUDGET)
    known = ledger.calls.of_project(project)
    assert {call.state for call in known} == {CallState.DONE}
    assert sum((call.cost_usd or ZERO for call in known), Decimal(0)) == BUDGET == PAID_FOR * PRICE
    asked = sum(len(path.read_text().splitlines()) for path in tmp_path.glob("diary-*"))
    assert asked == PAID_FOR
