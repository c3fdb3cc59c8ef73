"""Days that differ: YouTube's is Pacific, the channel's its own, and twice a year one of them has 23 hours or 25."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from videofactory.domain.channel import YouTubeSettings
from videofactory.domain.errors import QuotaSpent, StillRunning
from videofactory.studio import allowance
from videofactory.studio.factory import Studio
from videofactory.studio.programme import programme
from videofactory_tests.clock import Clock
from videofactory_tests.publishing.screening import SLOTS, Line, channel, finished, screening, upload
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

NIGHTLY = SLOTS.model_copy(update={"slots": ("30 2 * * *",), "privacy": "unlisted"})
ONE_A_DAY = SLOTS.model_copy(update={"per_day": 1})


def at(studio: Studio, clock: Clock, moment: str) -> str:
    """What a look at this moment (UTC) does: the project and its slot, or why nothing."""
    clock.time = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    found = programme(studio)
    return " ".join(f"{one.project} {(one.slot or '')[:16]}" for one in found.due) or "; ".join(found.skipped)


def test_the_allowance_and_what_each_request_takes_are_googles() -> None:
    known = allowance.allowance()
    assert known.buckets == {"inserts": 100, "units": 10_000}
    taken = {name: (cost.bucket, cost.uses) for name, cost in known.costs.items()}
    assert taken["insert"] == ("inserts", 1)
    assert (taken["thumbnail"], taken["captions"]) == (("units", 50), ("units", 400))
    assert taken["playlist"] == ("units", 1 + 50)
    assert (taken["find"], taken["processing"]) == (("units", 3), ("units", 1))


def test_the_hundredth_upload_of_a_google_project_is_its_last_whichever_channel_asks(
    tmp_path: Path, clock: Clock, line: Line, twin: Twin
) -> None:
    studio = screening(tmp_path / "home", channel(), channel("bakery"), channel("other", youtube=_of("second")), clock=clock)
    films = {key: finished(studio, name=f"{key}-cup", channel=key) for key in ("harbour", "bakery", "other")}
    studio.ledger.quotas.reserve("main", "inserts", uses=99, of=100)
    line.publish(studio, films["harbour"])
    with pytest.raises(StillRunning, match="main has used 100 of its 100 inserts"):
        line.publish(studio, films["bakery"])
    line.publish(studio, films["other"])
    assert [len(room(twin.world).videos(name)) for name in ("harbour", "bakery", "other")] == [1, 0, 1]
    assert twin.asked("youtube.begin") == 2, "nothing is sent that the allowance does not cover"


def test_the_last_units_of_a_google_project_are_shared_to_the_unit(tmp_path: Path, clock: Clock) -> None:
    studio = screening(tmp_path / "home", channel(), channel("bakery"), clock=clock)
    studio.ledger.quotas.reserve("main", "units", uses=_uploads_share() - 4 * 400 - 3, of=10_000)
    for request in ("captions", "find", "captions", "captions", "captions"):
        key = "bakery" if request == "captions" else "harbour"
        allowance.take(studio, channel(key), request)
    for key in ("harbour", "bakery"):
        with pytest.raises(QuotaSpent, match=f"main has used {_uploads_share()} of its 10000 units"):
            allowance.take(studio, channel(key), "processing")
    allowance.take(studio, channel("bakery"), "insert")


def test_a_film_is_begun_only_when_the_allowance_covers_it_to_its_end(studio: Studio, project: str) -> None:
    whole = 50 + 400 + 51 + 1
    studio.ledger.quotas.reserve("main", "units", uses=_uploads_share() - whole + 1, of=10_000)
    assert f"has used {_uploads_share() - whole + 1} of its 10000 units" in "; ".join(programme(studio).skipped)
    other = screening(studio.settings.home.parent / "other", clock=Clock(studio.ledger.database.time()))
    finished(other)
    other.ledger.quotas.reserve("main", "units", uses=_uploads_share() - whole, of=10_000)
    assert len(programme(other).due) == 1
    assert upload(other, project).slot


@pytest.mark.parametrize(
    ("spent", "still", "again"),
    [
        ("2026-03-08T07:30", "2026-03-08T07:59", "2026-03-08T08:00"),  # midnight before the day of 23 hours
        ("2026-03-08T08:00", "2026-03-09T06:59", "2026-03-09T07:00"),  # that day itself
        ("2026-11-01T07:00", "2026-11-02T07:59", "2026-11-02T08:00"),  # the day of 25 hours
        ("2026-11-02T08:00", "2026-11-03T07:59", "2026-11-03T08:00"),
    ],
)
def test_publishing_goes_on_at_midnight_pacific_over_both_changes_of_the_clock(
    studio: Studio, clock: Clock, spent: str, still: str, again: str
) -> None:
    project = finished(studio)
    clock.time = datetime.fromisoformat(spent).replace(tzinfo=UTC)
    studio.ledger.quotas.exhaust("main", "units", of=10_000)
    assert f"There is more at {again.replace('T', ' ')} UTC (midnight Pacific)" in at(studio, clock, still)
    assert at(studio, clock, again).startswith(project)


@pytest.mark.parametrize(
    ("sent", "still", "again"),
    [
        ("2026-10-24T22:00", "2026-10-25T22:59", "2026-10-25T23:00"),  # Berlin's day of 25 hours
        ("2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00"),  # and of 23
    ],
)
def test_the_channels_own_day_is_that_of_its_time_zone_over_both_changes_of_the_clock(
    tmp_path: Path, clock: Clock, sent: str, still: str, again: str
) -> None:
    studio = screening(tmp_path / "home", channel(youtube=ONE_A_DAY), clock=clock)
    first, second = (finished(studio, name=name) for name in ("one", "two"))
    assert at(studio, clock, sent).startswith((first, second))
    studio.ledger.uploads.fail(*_key(studio), problem="so", gone=False)
    assert at(studio, clock, still) == "harbour: its 1 films of today are sent (youtube.per_day)"
    assert at(studio, clock, again).startswith((first, second))


def test_a_slot_in_the_hour_that_does_not_exist_comes_as_much_later_and_once(tmp_path: Path, clock: Clock) -> None:
    studio = screening(tmp_path / "home", channel(youtube=NIGHTLY), clock=clock)
    for name in ("one", "two"):
        finished(studio, name=name)
    assert at(studio, clock, "2026-03-29T00:59") == "harbour: its next slot has not come"  # 01:59 in Berlin, then 03:00
    assert at(studio, clock, "2026-03-29T01:29") == "harbour: its next slot has not come"
    assert at(studio, clock, "2026-03-29T01:30").endswith(" 2026-03-29T01:30")  # 03:30
    assert "no free publishing slot" in at(studio, clock, "2026-03-29T01:31")
    assert at(studio, clock, "2026-03-30T00:30").endswith(" 2026-03-30T00:30")  # 02:30 again


def test_a_slot_in_the_doubled_hour_publishes_once(tmp_path: Path, clock: Clock) -> None:
    studio = screening(tmp_path / "home", channel(youtube=NIGHTLY), clock=clock)
    for name in ("one", "two"):
        finished(studio, name=name)
    assert at(studio, clock, "2026-10-25T00:30").endswith(" 2026-10-25T00:30")  # 02:30, summer time
    studio.ledger.uploads.fail(*_key(studio), problem="so", gone=False)
    assert at(studio, clock, "2026-10-25T01:30") == "harbour: its next slot has not come"  # 02:30 once more
    assert at(studio, clock, "2026-10-26T01:30").endswith(" 2026-10-26T01:30")


def _uploads_share() -> int:
    """How many of a day's 10,000 units uploads may use; the rest, if any, is kept for what is urgent."""
    kept: dict[str, int] = allowance.allowance().model_dump().get("reserve", {})
    return 10_000 - kept.get("units", 0)


def _of(google_project: str) -> YouTubeSettings:
    return SLOTS.model_copy(update={"google_project": google_project})


def _key(studio: Studio) -> tuple[str, str]:
    [one] = studio.ledger.uploads.all()
    return one.project, one.film
