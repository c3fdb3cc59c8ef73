"""A channel's slots as moments: in its time zone, over both changes of the clock, in order and each once."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.channel import YouTubeSettings
from videofactory.studio.cron import times_on
from videofactory.studio.slots import just_come, upcoming


def slots(*cron: str, zone: str = "Europe/Berlin", after: datetime, count: int) -> list[str]:
    """The next slots, as their clock shows them and in UTC."""
    settings = YouTubeSettings(slots=cron, time_zone=zone)
    found = islice(upcoming(settings, after=after), count)
    return [f"{slot.astimezone(ZoneInfo(zone)):%d %H:%M} {slot:%H:%M}Z" for slot in found]


def test_a_slot_keeps_its_hour_on_the_wall_when_summer_begins_and_ends() -> None:
    spring = slots("0 17 * * *", after=datetime(2026, 3, 28, tzinfo=UTC), count=3)
    assert spring == ["28 17:00 16:00Z", "29 17:00 15:00Z", "30 17:00 15:00Z"]
    autumn = slots("0 17 * * *", after=datetime(2026, 10, 24, tzinfo=UTC), count=3)
    assert autumn == ["24 17:00 15:00Z", "25 17:00 16:00Z", "26 17:00 16:00Z"]


def test_an_hour_the_clock_leaps_over_comes_as_much_later_and_only_once() -> None:
    found = slots("30 2 * * *", "30 3 * * *", after=datetime(2026, 3, 28, 12, tzinfo=UTC), count=3)
    assert found == ["29 03:30 01:30Z", "30 02:30 00:30Z", "30 03:30 01:30Z"]


def test_an_hour_the_clock_shows_twice_comes_the_first_time() -> None:
    found = slots("30 2 * * *", after=datetime(2026, 10, 24, 12, tzinfo=UTC), count=2)
    assert found == ["25 02:30 00:30Z", "26 02:30 01:30Z"]


def test_in_new_york_the_clocks_change_on_other_days() -> None:
    found = slots("30 2 * * *", zone="America/New_York", after=datetime(2026, 3, 7, 12, tzinfo=UTC), count=2)
    assert found == ["08 03:30 07:30Z", "09 02:30 06:30Z"]


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kolkata", "UTC"]),
    st.integers(0, 23),
    st.integers(0, 59),
    st.dates(date(2025, 6, 1), date(2027, 6, 1)),
)
def test_a_daily_slot_comes_once_on_each_day_at_its_hour_unless_the_clock_leaps_over_it(
    zone: str, hour: int, minute: int, first: date
) -> None:
    there = ZoneInfo(zone)
    after = datetime.combine(first, time(), tzinfo=there).astimezone(UTC) - timedelta(microseconds=1)
    found = list(islice(upcoming(YouTubeSettings(slots=(f"{minute} {hour} * * *",), time_zone=zone), after=after), 365))
    assert found == sorted(set(found))
    assert [slot.astimezone(there).date() for slot in found] == [first + timedelta(days=number) for number in range(365)]
    for slot in found:
        seen = slot.astimezone(there)
        if seen.time() == time(hour, minute):
            assert seen.fold == 0, "the first time the clock shows it"
        else:
            wanted = datetime.combine(seen.date(), time(hour, minute), tzinfo=there)
            assert wanted.astimezone(UTC).astimezone(there).time() != time(hour, minute), "that day has no such time"


def test_several_expressions_give_one_order_and_each_moment_once() -> None:
    found = slots("0 17 * * *", "0 9,17 * * 1-5", zone="UTC", after=datetime(2026, 11, 20, 12, tzinfo=UTC), count=4)
    assert found == ["20 17:00 17:00Z", "21 17:00 17:00Z", "22 17:00 17:00Z", "23 09:00 09:00Z"]


def test_a_slot_at_this_very_moment_has_come() -> None:
    now = datetime(2026, 11, 20, 17, tzinfo=UTC)
    settings = YouTubeSettings(slots=("0 17 * * *",))
    assert next(upcoming(settings, after=now)) == now + timedelta(days=1)
    assert just_come(settings, now=now) == now
    assert just_come(settings, now=now + timedelta(minutes=9)) == now
    assert just_come(settings, now=now + timedelta(minutes=11)) is None
    assert just_come(settings, now=now - timedelta(minutes=1)) is None


def test_a_slot_that_never_comes_ends_the_search() -> None:
    assert slots("0 17 31 2 *", after=datetime(2026, 11, 20, tzinfo=UTC), count=1) == []


@pytest.mark.parametrize(
    ("expression", "day", "due"),
    [
        ("0 17 * * *", date(2026, 11, 20), [time(17)]),
        ("*/20 6-7 * * *", date(2026, 11, 20), [time(6), time(6, 20), time(6, 40), time(7), time(7, 20), time(7, 40)]),
        ("50/5 6 * * *", date(2026, 11, 20), [time(6, 50), time(6, 55)]),
        ("0 8 * * sun", date(2026, 11, 22), [time(8)]),
        ("0 8 * * 7", date(2026, 11, 22), [time(8)]),
        ("0 8 * * 0", date(2026, 11, 22), [time(8)]),
        ("0 8 * * sun", date(2026, 11, 20), []),
        ("0 8 * dec *", date(2026, 11, 20), []),
        ("0 8 1 * fri", date(2026, 11, 20), [time(8)]),
        ("0 8 20 * mon", date(2026, 11, 20), [time(8)]),
        ("0 8 1 * mon", date(2026, 11, 20), []),
        ("0 8 20 * *", date(2026, 11, 20), [time(8)]),
        ("0 8 21 * *", date(2026, 11, 20), []),
    ],
)
def test_an_expression_falls_due_as_cron_has_it(expression: str, day: date, due: list[time]) -> None:
    assert list(times_on(expression, day)) == due
