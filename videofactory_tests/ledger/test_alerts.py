"""Alerts in the ledger, on both databases: each is noted once at a place, and only one claims it."""

from videofactory.ledger.alerts import Alert
from videofactory.ledger.ledger import Ledger
from videofactory_tests.core import dollars as usd
from videofactory_tests.core import order, take_in

PLACE = "discord:OPS_URL"


def alert(ledger: Ledger, key: str, *, place: str = PLACE, kind: str = "run_failed") -> Alert:
    """Something to tell."""
    at = ledger.database.stamp()
    return Alert(place=place, key=key, channel="harbour", kind=kind, subject="first-cup", words="No space.", seen_at=at)


def test_a_thing_is_noted_once_at_each_place(ledger: Ledger) -> None:
    assert ledger.alerts.note([alert(ledger, "a"), alert(ledger, "a", place="slack:T")]) == 2
    assert ledger.alerts.note([alert(ledger, "a"), alert(ledger, "b")]) == 1
    assert ledger.alerts.known(PLACE) == {"a", "b"}


def test_only_one_claims_a_message_and_what_was_told_is_over(ledger: Ledger) -> None:
    ledger.alerts.note([alert(ledger, "a"), alert(ledger, "b"), alert(ledger, "c", kind="published")])
    first, second = ledger.alerts.claim(PLACE), ledger.alerts.claim(PLACE)
    assert [[one.key for one in group] for group in (first, second)] == [["a", "b"], ["c"]]
    assert ledger.alerts.claim(PLACE) == []
    ledger.alerts.told(first)
    assert [one.told_at is not None for one in ledger.alerts.all()] == [True, True, False]


def test_a_place_that_failed_is_claimed_when_its_wait_is_over(ledger: Ledger) -> None:
    ledger.alerts.note([alert(ledger, "a")])
    ledger.alerts.failed(ledger.alerts.claim(PLACE), problem="503", wait=600)
    assert ledger.alerts.claim(PLACE) == []
    ledger.alerts.failed(ledger.alerts.all(), problem="503", wait=-1)
    [again] = ledger.alerts.claim(PLACE)
    assert (again.tries, again.problem) == (2, "503")


def test_the_looks_over_all_projects_see_what_is_recent(ledger: Ledger) -> None:
    project = take_in(ledger)
    ledger.runs.reached(project, "brief", outcome="failed", entries=0)
    ledger.calls.reserve(order(project), price=usd("0.35"))
    [end] = ledger.alerts.ended(since="2000", outcomes=["failed"], stage="brief")
    assert (end.project, ledger.alerts.buyers(since="2000")) == (project, {project})
    assert (ledger.alerts.ended(since="9999", outcomes=["failed"]), ledger.alerts.buyers(since="9999")) == ([], set())
