"""The twin's paid jobs against the ledger's calls: nothing bought twice, nothing lost, every purse the sum of its calls."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from videofactory.domain.money import ZERO
from videofactory.ledger.call import HOLDING, Call, CallState
from videofactory.ledger.ledger import Ledger
from videofactory_tests.money.shop import WARES, Shop
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Job

_MARK = re.compile(r"item-\d{5}")


@dataclass(frozen=True)
class Books:
    """What was found: paid jobs, calls that are done, parked, and parked ones whose job was made."""

    paid: int
    done: int
    parked: int
    parked_and_made: int
    resent: int

    def __str__(self) -> str:
        """For people."""
        return (
            f"{self.paid} paid jobs = {self.done} calls done + {self.parked_and_made} of {self.parked} parked "
            f"+ {self.resent} cheap ones sent again and booked"
        )


def mark_of(text: str) -> str:
    """The number of the item a request is for."""
    found = _MARK.search(text)
    assert found is not None, text[:200]
    return found[0]


def jobs_of(twin: Twin) -> Mapping[str, list[Job]]:
    """The twin's paid jobs by item."""
    with twin.world.lock:
        jobs = list(twin.world.jobs.values())
    found: dict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        found[mark_of(json.dumps(job.request))].append(job)
    return found


def balanced(shop: Shop, twin: Twin) -> Books:
    """The books, when everything agrees and every call is done or parked; else an assertion that says what does not."""
    jobs, calls = jobs_of(twin), {mark_of(call.request): call for call in shop.ledger.calls.of_project()}
    assert set(jobs) <= set(calls), "the twin was paid for jobs that the ledger does not know"
    cheap = {shop.engines[ware].model for ware in WARES if shop.engines[ware].resend_is_free}
    for mark, call in calls.items():
        _require_paid_once(call, jobs.get(mark, []), cheap=call.model in cheap)
        assert all(shop.artifacts.has(artifact) for artifact in call.files.values()), f"{mark}: a result is gone"
    require_purses(shop.ledger)
    parked = [mark for mark, call in calls.items() if call.state is CallState.PARKED]
    books = Books(
        paid=twin.paid(),
        done=len(calls) - len(parked),
        parked=len(parked),
        parked_and_made=sum(len(jobs.get(mark, ())) for mark in parked),
        resent=sum(len(jobs[mark]) - 1 for mark, call in calls.items() if call.state is CallState.DONE),
    )
    assert books.paid == books.done + books.parked_and_made + books.resent
    return books


def _require_paid_once(call: Call, jobs: list[Job], *, cheap: bool) -> None:
    told = f"{mark_of(call.request)} at {call.engine}: {call.state}, {len(jobs)} jobs, {call.cost_usd} US dollars, {call.problem}"
    assert call.state in {CallState.DONE, CallState.PARKED}, told
    if cheap:
        booked = (call.cost_usd or ZERO) / call.reserved_usd
        assert call.state is CallState.DONE, told
        assert 1 <= len(jobs) <= booked <= call.attempts, f"{told}; {booked} booked of {call.attempts} attempts"
    elif call.state is CallState.DONE:
        assert len(jobs) == 1, told
        assert call.cost_usd == call.reserved_usd > ZERO, told
        if call.external_id is not None:
            assert call.external_id.endswith(jobs[0].id), told
    else:
        assert len(jobs) <= 1, told
        assert (call.cost_usd or ZERO, call.reserved_usd > ZERO) == (ZERO, True), told


def require_purses(ledger: Ledger) -> None:
    """Every purse holds exactly what its calls reserve and have cost."""
    reserved: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for call in ledger.calls.of_project():
        for scope, name in json.loads(call.purses):
            reserved[scope, name] += call.reserved_usd if call.state in HOLDING else ZERO
            spent[scope, name] += call.cost_usd or ZERO
    held = {(purse.scope, purse.name): (purse.reserved_usd, purse.spent_usd) for purse in ledger.purses.all()}
    assert held == {purse: (reserved[purse], spent[purse]) for purse in held}
    assert set(reserved) <= set(held)
