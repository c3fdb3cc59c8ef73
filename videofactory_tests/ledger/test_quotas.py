"""The day's allowance of a Google project: never more than there is, whoever asks; a day is Pacific, over both clock changes."""

from datetime import UTC, datetime, timedelta

import pytest

from videofactory.domain.errors import QuotaSpent
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.quotas import next_day
from videofactory_tests.clock import Clock
from videofactory_tests.processes import at_once


def test_a_bucket_is_taken_to_its_end_and_not_beyond(ledger: Ledger) -> None:
    for _ in range(4):
        ledger.quotas.reserve("main", "units", uses=50, of=230)
    with pytest.raises(QuotaSpent, match=r"main has used 200 of its 230 units.*midnight Pacific"):
        ledger.quotas.reserve("main", "units", uses=50, of=230)
    ledger.quotas.reserve("main", "units", uses=30, of=230)
    assert ledger.quotas.used("main", "units") == 230


def test_projects_and_buckets_have_their_own(ledger: Ledger) -> None:
    ledger.quotas.reserve("main", "units", uses=10, of=10)
    ledger.quotas.reserve("main", "inserts", uses=1, of=1)
    ledger.quotas.reserve("other", "units", uses=10, of=10)
    assert ledger.quotas.used("other", "inserts") == 0


def test_what_the_service_says_is_used_up_is_used_up(ledger: Ledger) -> None:
    ledger.quotas.exhaust("main", "units", of=10)
    with pytest.raises(QuotaSpent):
        ledger.quotas.reserve("main", "units", uses=1, of=10)


@pytest.mark.parametrize(
    ("now", "reset"),
    [
        ("2026-03-07T12:00", "2026-03-08T08:00"),
        ("2026-03-08T12:00", "2026-03-09T07:00"),
        ("2026-10-31T12:00", "2026-11-01T07:00"),
        ("2026-11-01T12:00", "2026-11-02T08:00"),
        ("2026-11-20T07:59", "2026-11-20T08:00"),
    ],
)
def test_the_next_day_begins_at_midnight_pacific(timed: Ledger, clock: Clock, now: str, reset: str) -> None:
    clock.time, there = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, reset))
    assert next_day(clock.time) == there
    timed.quotas.reserve("main", "units", uses=10, of=10)
    with pytest.raises(QuotaSpent) as caught:
        timed.quotas.reserve("main", "units", uses=1, of=10)
    assert caught.value.retry_after == (there - clock.time).total_seconds()
    clock.time = there - timedelta(seconds=1)
    assert timed.quotas.used("main", "units") == 10
    clock.time = there
    timed.quotas.reserve("main", "units", uses=10, of=10)


def _take(url: str, number: int) -> int:
    """Take one at a time until there is no more."""
    del number
    quotas, taken = open_ledger(url).quotas, 0
    while True:
        try:
            quotas.reserve("main", "inserts", uses=1, of=10)
        except QuotaSpent:
            return taken
        taken += 1


def test_several_processes_never_take_more_than_there_is(ledger: Ledger, ledger_url: str) -> None:
    assert sum(at_once(3, _take, ledger_url)) == 10
    assert ledger.quotas.used("main", "inserts") == 10
