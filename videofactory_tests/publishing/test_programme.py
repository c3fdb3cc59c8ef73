"""Which film is published when: order, free slots, missed ones, quota, the channel's own limit; and why nothing is published."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from videofactory.domain.brief import Rights
from videofactory.domain.errors import Conflict, QuotaSpent, StillRunning
from videofactory.domain.review import Light
from videofactory.ledger.uploads import UploadState
from videofactory.studio import allowance
from videofactory.studio.approval import film_of
from videofactory.studio.factory import Studio
from videofactory.studio.programme import planned, programme
from videofactory.studio.status import state_of
from videofactory_tests.clock import Clock
from videofactory_tests.processes import at_once
from videofactory_tests.publishing.screening import SLOTS, Line, approve, channel, film, finished, screening, upload
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

NONE = "harbour: no approved film waits"


def plan(studio: Studio) -> list[tuple[str, str | None]]:
    """What is to be gone on with: project and slot."""
    return [(one.project, (one.slot or "")[:16] or None) for one in programme(studio).due]


def why(studio: Studio) -> str:
    """Why nothing new is published."""
    found = programme(studio)
    assert found.due == ()
    return "; ".join(found.skipped)


def test_the_film_that_waited_longest_comes_first_and_each_gets_a_slot_of_its_own(studio: Studio, clock: Clock) -> None:
    late = finished(studio, name="late", light=None)
    early = finished(studio, name="early", light=None)
    approve(studio, early, Light.GREEN)
    clock.forward(60)
    approve(studio, late, Light.GREEN)
    assert plan(studio) == [(early, "2026-11-19T16:00")]
    assert plan(studio) == [(late, "2026-11-20T16:00")]
    assert why(studio) == NONE


def test_a_slot_that_is_upon_us_is_left_alone(studio: Studio, project: str, clock: Clock) -> None:
    clock.time = datetime(2026, 11, 19, 15, 59, 30, tzinfo=UTC)
    assert plan(studio) == [(project, "2026-11-20T16:00")]


def test_films_are_not_published_in_a_burst_after_a_downtime(studio: Studio, clock: Clock, line: Line) -> None:
    films = [finished(studio, name=f"film-{number}") for number in range(3)]
    for _ in films:
        plan(studio)
    assert sorted((upload(studio, project).slot or "")[:10] for project in films) == ["2026-11-19", "2026-11-20", "2026-11-21"]
    clock.forward(10 * 86_400)
    for project in films:
        line.publish(studio, project)
    slots = sorted((upload(studio, project).publish_at or "")[:16] for project in films)
    assert slots == ["2026-11-29T16:00", "2026-11-30T16:00", "2026-12-01T16:00"]


@pytest.mark.parametrize("light", [None, Light.RED])
def test_a_film_nobody_approved_waits(studio: Studio, light: Light | None) -> None:
    finished(studio, light=light)
    assert why(studio) == NONE


def test_a_film_without_rights_waits(studio: Studio) -> None:
    finished(studio, rights=Rights())
    assert why(studio) == NONE


def test_a_cancelled_project_is_not_published(studio: Studio, project: str) -> None:
    studio.ledger.projects.cancel(project, who="ada", why="no")
    assert why(studio) == NONE


def test_a_channel_without_slots_says_so(tmp_path: Path) -> None:
    studio = screening(tmp_path / "home", channel(youtube=SLOTS.model_copy(update={"slots": ()})))
    finished(studio)
    assert why(studio) == "harbour: no slots in its channel file; publish by hand"


def test_a_channel_that_is_not_public_sends_when_the_slot_comes_and_only_one_film(tmp_path: Path, clock: Clock) -> None:
    studio = screening(tmp_path / "home", channel(youtube=SLOTS.model_copy(update={"privacy": "unlisted"})), clock=clock)
    projects = {finished(studio, name=name) for name in ("one", "two")}
    assert why(studio) == "harbour: its next slot has not come"
    clock.time = datetime(2026, 11, 19, 16, 0, 5, tzinfo=UTC)
    [(first, slot)] = plan(studio)
    assert (slot, upload(studio, first).publish_at) == ("2026-11-19T16:00", None)
    assert why(studio) == "harbour: harbour has no free publishing slot. Add one to youtube.slots of its channel file."
    clock.time = datetime(2026, 11, 20, 16, 20, tzinfo=UTC)
    assert [project for project, _ in plan(studio)] == [first]
    assert projects > {first}


def test_the_channels_own_limit_of_a_day_holds(tmp_path: Path, clock: Clock) -> None:
    studio = screening(tmp_path / "home", channel(youtube=SLOTS.model_copy(update={"per_day": 1})), clock=clock)
    for name in ("one", "two"):
        finished(studio, name=name)
    plan(studio)
    assert why(studio) == "harbour: its 1 films of today are sent (youtube.per_day)"
    clock.time = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)  # after midnight in Berlin
    assert len(programme(studio).due) == 2


def test_an_exhausted_quota_skips_with_words_and_the_next_day_goes_on(studio: Studio, project: str, clock: Clock) -> None:
    studio.ledger.quotas.exhaust("main", "units", of=10_000)
    assert "harbour: Google project main has used 10000 of its 10000 units for today." in why(studio)
    clock.time = datetime(2026, 11, 20, 7, 59, tzinfo=UTC)
    assert "midnight Pacific" in why(studio)
    clock.time = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert plan(studio) == [(project, "2026-11-20T16:00")]


def test_two_channels_on_one_google_project_share_its_quota(tmp_path: Path, clock: Clock, line: Line, twin: Twin) -> None:
    studio = screening(tmp_path / "home", channel(), channel("bakery"), clock=clock)
    line.publish(studio, finished(studio))
    line.publish(studio, finished(studio, name="bread", channel="bakery"))
    assert studio.ledger.quotas.used("main", "inserts") == 2
    assert studio.ledger.quotas.used("main", "units") == 2 * (50 + 400 + 51 + 1)
    assert [len(room(twin.world).videos(name)) for name in ("harbour", "bakery")] == [1, 1]


def test_a_quota_that_ends_in_the_middle_goes_on_the_next_day_where_it_stopped(
    studio: Studio, project: str, clock: Clock, line: Line, twin: Twin
) -> None:
    studio.ledger.quotas.reserve("main", "units", uses=9_380, of=10_000)
    with pytest.raises(StillRunning, match="has used 9430 of its 10000 units"):
        line.publish(studio, project)
    assert (upload(studio, project).steps, upload(studio, project).owner) == (("upload", "thumbnail"), None)
    assert "waits until 2026-11-20T08:00" in why(studio)
    clock.time = datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC)
    assert [one for one, _ in plan(studio)] == [project]
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), twin.asked("youtube.thumbnail")) == (1, 1)
    assert upload(studio, project).state is UploadState.DONE


def test_youtubes_word_on_the_quota_counts_more_than_our_books(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.captions", "refuse", words="quotaExceeded")
    with pytest.raises(StillRunning, match="quotaExceeded"):
        line.publish(studio, project)
    with pytest.raises(QuotaSpent):
        allowance.take(studio, channel(), "processing")
    allowance.take(studio, channel(), "insert")


def test_the_channels_limit_at_youtube_does_not_stop_the_others_of_its_google_project(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.misbehave("youtube.begin", "refuse", words="uploadLimitExceeded")
    with pytest.raises(StillRunning, match="uploadLimitExceeded"):
        line.publish(studio, project)
    allowance.take(studio, channel(), "insert")
    assert (upload(studio, project).again_at or "")[:16] == "2026-11-20T12:00"
    finished(studio, name="second")
    assert "waits until 2026-11-20T12:00" in why(studio)


def test_a_channel_in_trouble_never_stops_another(tmp_path: Path, clock: Clock) -> None:
    studio = screening(tmp_path / "home", channel(), channel("bakery"), clock=clock)
    finished(studio, name="cup")
    project = finished(studio, name="bread", channel="bakery")
    studio.ledger.quotas.exhaust("main", "units", of=10_000)
    assert why(studio).count("has used") == 2
    own = channel("bakery", youtube=SLOTS.model_copy(update={"google_project": "second"}))
    other = screening(tmp_path / "home", channel(), own, clock=clock)
    assert plan(other) == [(project, "2026-11-19T16:00")]


def test_a_publication_nobody_heard_of_is_asked_for_again_after_a_while_and_one_under_way_is_not(
    studio: Studio, project: str, clock: Clock
) -> None:
    assert [one for one, _ in plan(studio)] == [project]
    assert why(studio) == NONE
    clock.forward(301)
    assert [one for one, _ in plan(studio)] == [project]
    clock.forward(301)
    studio.ledger.uploads.hold(project, upload(studio, project).film)
    assert why(studio) == NONE


def test_a_publication_that_failed_waits_for_a_person(studio: Studio, project: str, clock: Clock, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.thumbnail", "refuse", words="forbidden")
    with pytest.raises(Exception, match="not complete"):
        line.publish(studio, project)
    entries = len(studio.ledger.reviews.log(project))
    studio.ledger.runs.reached(project, "youtube_video", outcome="failed", entries=entries, detail="no thumbnail")
    clock.forward(7200)
    assert state_of(studio, project) == "failed"
    assert why(studio) == NONE


def test_now_means_at_once_and_leaves_the_slot_to_the_next(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    plan(studio)
    planned(studio, project, film_of(film(studio, project).cut, channel()), now=True)
    line.publish(studio, project)
    status = room(twin.world).videos("harbour")[0].request["status"]
    assert (status["privacyStatus"], "publishAt" in status) == ("public", False)
    assert state_of(studio, project) == "published"
    other = finished(studio, name="other")
    assert plan(studio) == [(other, "2026-11-19T16:00")]


def test_now_opens_a_film_that_has_its_time_at_youtube_and_leaves_its_slot_to_the_next(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    line.publish(studio, project)
    planned(studio, project, film_of(film(studio, project).cut, channel()), now=True)
    assert state_of(studio, project) == "scheduled"
    line.publish(studio, project)
    status = room(twin.world).videos("harbour")[0].request["status"]
    assert (status["privacyStatus"], "publishAt" in status, twin.asked("youtube.begin")) == ("public", False, 1)
    assert state_of(studio, project) == "published"
    assert plan(studio) == []
    other = finished(studio, name="other")
    assert plan(studio) == [(other, "2026-11-19T16:00")]


def test_now_is_refused_while_nobody_knows_whether_youtube_has_the_film(studio: Studio, project: str) -> None:
    plan(studio)
    studio.ledger.uploads.park(project, upload(studio, project).film, problem="it may be there")
    with pytest.raises(Conflict, match="Nobody can tell"):
        planned(studio, project, film_of(film(studio, project).cut, channel()), now=True)


def _tick(home: Path, number: int) -> list[str]:
    """One look of a schedule in its own process."""
    del number
    return [one.project for one in programme(screening(home)).due]


def test_two_schedules_at_once_publish_one_film_once(studio: Studio, project: str) -> None:
    found = at_once(3, _tick, studio.settings.home)
    assert all(isinstance(projects, list) for projects in found), found
    assert {name for projects in found for name in projects} == {project}
    assert len(studio.ledger.uploads.all()) == 1
