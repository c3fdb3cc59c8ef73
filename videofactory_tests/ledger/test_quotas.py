"""The day's allowance of a Google project: never more than there is, whoever asks; a day is Pacific, over both clock changes."""

import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videofactory.domain.errors import QuotaSpent
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.quotas import day_of, next_day
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


def pacific(moment: datetime) -> datetime:
    """The clock on the wall in California in 2026, without anybody's time zone data: summer time from 8 March to 1 November."""
    summer = datetime(2026, 3, 8, 10, tzinfo=UTC) <= moment < datetime(2026, 11, 1, 9, tzinfo=UTC)
    return (moment - timedelta(hours=7 if summer else 8)).replace(tzinfo=None)


MOMENTS = st.integers(0, 364 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=minute))
NEAR = st.tuples(
    st.sampled_from([datetime(2026, 3, 8, 10, tzinfo=UTC), datetime(2026, 11, 1, 9, tzinfo=UTC)]), st.integers(-3000, 3000)
).map(lambda near: near[0] + timedelta(minutes=near[1]))


@given(st.one_of(MOMENTS, NEAR))
def test_the_day_and_its_end_are_those_of_the_clock_in_california(moment: datetime) -> None:
    there = next_day(moment)
    assert day_of(moment) == pacific(moment).date().isoformat()
    assert (pacific(there).hour, pacific(there).minute) == (0, 0)
    assert pacific(there).date() == pacific(moment).date() + timedelta(days=1)
    assert timedelta() < there - moment <= timedelta(hours=25)


@settings(max_examples=25)
@given(
    st.one_of(MOMENTS, NEAR),
    st.lists(
        st.tuples(
            st.integers(0, 900), st.sampled_from(["main", "other"]), st.sampled_from(["units", "inserts"]), st.integers(1, 7)
        ),
        max_size=40,
    ),
)
def test_whoever_takes_whatever_no_day_gives_more_than_there_is(start: datetime, asked: list[tuple[int, str, str, int]]) -> None:
    clock, books = Clock(start), Counter[tuple[str, str, str]]()
    with tempfile.TemporaryDirectory() as folder:
        quotas = open_ledger(f"sqlite:///{folder}/ledger.db", clock=clock).quotas
        for minutes, project, bucket, uses in asked:
            clock.forward(60 * minutes)
            mine = (project, bucket, pacific(clock.time).date().isoformat())
            try:
                quotas.reserve(project, bucket, uses=uses, of=10)
            except QuotaSpent:
                assert books[mine] + uses > 10
            else:
                books[mine] += uses
            assert quotas.used(project, bucket) == books[mine] <= 10


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
