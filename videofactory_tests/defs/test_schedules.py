"""The publishing schedule: a run for each publication that is due, one at a time for a project, and words where there is none."""

from datetime import timedelta
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRunStatus, RunRequest, SkipReason, build_schedule_context

from videofactory.definitions import defs
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import run_tags
from videofactory.defs.schedules import publishing_schedule
from videofactory.domain.brief import Rights, TakenIn
from videofactory.domain.review import FilmLightGiven, Light
from videofactory.studio.material import FinalCut
from videofactory_tests.defs.floor import instance_at
from videofactory_tests.homes import PROJECT, put_home, studio_of

YOUTUBE = {"google_project": "main", "slots": ["0 17 * * *"], "time_zone": "Europe/Berlin", "privacy": "public"}


@pytest.fixture
def approved(finished_copy: Path) -> Path:
    """A home whose one film is green, its rights written, and whose channel publishes daily."""
    put_home(finished_copy, youtube=YOUTUBE)
    studio = studio_of(finished_copy)
    taken, cut = studio.values.read("brief", PROJECT, TakenIn), studio.values.read("final_cut", PROJECT, FinalCut)
    assert taken
    assert cut
    brief = taken.brief.model_copy(update={"rights": Rights(images="own")})
    studio.values.write("brief", PROJECT, taken.model_copy(update={"brief": brief}))
    light = FilmLightGiven(film=cut.masters[0].film.sha256, light=Light.GREEN)
    studio.ledger.reviews.add(PROJECT, [light], reviewer="ada", based_on=len(studio.ledger.reviews.log(PROJECT)))
    return finished_copy


def tick(instance: DagsterInstance, home: Path) -> list[RunRequest] | str:
    """What one look asks for, or why it asks for nothing."""
    context = build_schedule_context(instance=instance, resources={"factory": FactoryResource(home=str(home))})
    said = publishing_schedule(context)
    if isinstance(said, SkipReason):
        return said.skip_message or ""
    assert isinstance(said, list)
    return said


def test_an_approved_film_is_asked_for_once(approved: Path) -> None:
    with instance_at(approved) as instance:
        said = tick(instance, approved)
        assert isinstance(said, list)
        [request] = said
        assert request.partition_key == PROJECT
        assert request.tags["videofactory/job"] == "publish"
        assert request.tags["videofactory/channel"] == "harbour"
        assert tick(instance, approved) == "harbour: no approved film waits"


def test_a_project_dagster_has_forgotten_stops_no_publication(approved: Path) -> None:
    with instance_at(approved) as instance:
        instance.delete_dynamic_partition("projects", PROJECT)
        assert tick(instance, approved) != []
        assert instance.has_dynamic_partition("projects", PROJECT)


def test_a_project_with_a_run_under_way_is_not_asked_for(approved: Path) -> None:
    with instance_at(approved) as instance:
        tags = run_tags(PROJECT, channel="harbour", job="publish") | {"dagster/partition": PROJECT}
        instance.create_run_for_job(defs.resolve_job_def("publish"), tags=tags, status=DagsterRunStatus.STARTED)
        assert tick(instance, approved) == f"{PROJECT}: a run of it is under way"


def test_a_publication_that_waited_for_a_run_begins_when_that_is_over(approved: Path) -> None:
    with instance_at(approved) as instance:
        tags = run_tags(PROJECT, channel="harbour", job="produce") | {"dagster/partition": PROJECT}
        run = instance.create_run_for_job(defs.resolve_job_def("produce"), tags=tags, status=DagsterRunStatus.STARTED)
        assert tick(instance, approved) == f"{PROJECT}: a run of it is under way"
        instance.report_run_canceled(run)
        said = tick(instance, approved)
        assert isinstance(said, list)
        assert [request.partition_key for request in said] == [PROJECT]


def test_channel_files_with_errors_stop_publishing_in_words(approved: Path) -> None:
    (approved / "channels" / "broken.yaml").write_text("name: [", encoding="utf-8")
    with instance_at(approved) as instance:
        assert "so nothing is published" in str(tick(instance, approved))


def test_where_no_channel_publishes_the_tick_says_so(finished_copy: Path) -> None:
    with instance_at(finished_copy) as instance:
        assert tick(instance, finished_copy) == "No channel publishes to YouTube."


def test_a_look_first_takes_off_what_lost_its_approval_and_says_what_hinders_it(approved: Path) -> None:
    studio = studio_of(approved)
    cut = studio.values.read("final_cut", PROJECT, FinalCut)
    assert cut
    film = cut.masters[0].film
    slot = studio.ledger.database.time() + timedelta(days=1)
    studio.ledger.uploads.plan(PROJECT, film.sha256, channel="harbour", size=film.size, slots=[slot], public=True)
    studio.ledger.uploads.sent(PROJECT, film.sha256, video_id="vid-1")
    light = FilmLightGiven(film=film.sha256, light=Light.RED)
    studio.ledger.reviews.add(PROJECT, [light], reviewer="ada", based_on=len(studio.ledger.reviews.log(PROJECT)))
    with instance_at(approved) as instance:
        said = tick(instance, approved)
    assert "not withdrawn yet: Nobody has given leave" in str(said)
    assert studio.ledger.videos.find(PROJECT, film.sha256).pending
