"""The sensors, called as the daemon calls them: briefs in the inbox, jobs as decisions ask for them, runs that ended or died."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRequest,
    SensorResult,
    SkipReason,
    build_run_status_sensor_context,
    build_sensor_context,
)

from videofactory.definitions import defs
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import CHANNEL_TAG, PRIORITY_TAG
from videofactory.defs.sensors.inbox import inbox_sensor
from videofactory.defs.sensors.outcome import failure_sensor, success_sensor
from videofactory.defs.sensors.review import review_sensor
from videofactory.defs.sensors.upkeep import upkeep_sensor
from videofactory.domain.review import Light
from videofactory.studio.reviewing import Desk
from videofactory_tests.defs.floor import instance_at
from videofactory_tests.homes import PROJECT, done, put_brief, put_home, studio_of, variables

BEGIN = """
import sys
from pathlib import Path
from videofactory.ledger.ledger import open_ledger
open_ledger(sys.argv[1]).runs.begin(sys.argv[2], project=sys.argv[3], job="produce")
"""


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """A Dagster that forgets."""
    with DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


def swept(home: Path, instance: DagsterInstance) -> SensorResult | SkipReason:
    """One tick of the inbox sensor."""
    result = inbox_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    assert isinstance(result, SensorResult | SkipReason)
    return result


def asked(home: Path, instance: DagsterInstance) -> list[RunRequest]:
    """What one tick of the review sensor asks for."""
    result = review_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    if isinstance(result, SkipReason):
        return []
    assert isinstance(result, SensorResult)
    return list(result.run_requests or ())


def new_partitions(result: SensorResult | SkipReason) -> list[str]:
    """The partitions a tick adds."""
    assert isinstance(result, SensorResult)
    return [key for request in result.dynamic_partitions_requests or () for key in request.partition_keys]


def names(folder: Path) -> set[str]:
    """The files in a folder."""
    return {path.name for path in folder.iterdir() if path.is_file()} if folder.exists() else set()


def test_ten_briefs_come_in_at_once_and_a_bad_one_stops_none(home: Path, instance: DagsterInstance) -> None:
    for number in range(10):
        put_brief(home / "inbox", name=f"brief-{number}.yaml", title=f"Cup {number}")
    put_brief(home / "inbox", name="bad.yaml", channel="harbor", seconds=-1)
    (home / "inbox" / "broken.json").write_text("{", encoding="utf-8")
    settled = time.time() - 10
    os.utime(home / "inbox" / "broken.json", (settled, settled))
    keys = new_partitions(swept(home, instance))
    assert len(set(keys)) == 10
    assert {row.key for row in studio_of(home).ledger.projects.all()} == set(keys)
    assert names(home / "inbox") == {"cup.png"}
    assert names(home / "inbox" / "rejected") == {"bad.yaml", "bad.yaml.txt", "broken.json", "broken.json.txt"}
    note = (home / "inbox" / "rejected" / "bad.yaml.txt").read_text(encoding="utf-8")
    assert "harbour" in note
    assert "seconds" in note
    assert len(asked(home, instance)) == 10


def test_a_brief_that_is_still_being_written_waits(home: Path, instance: DagsterInstance) -> None:
    brief = put_brief(home / "inbox")
    os.utime(brief)
    assert isinstance(swept(home, instance), SkipReason)
    assert brief.exists()
    settled = time.time() - 2
    os.utime(brief, (settled, settled))
    assert new_partitions(swept(home, instance)) == [PROJECT]


def test_a_bad_channel_file_rejects_no_brief(home: Path, instance: DagsterInstance) -> None:
    brief = put_brief(home / "inbox")
    (home / "channels" / "other.yaml").write_text("name: [", encoding="utf-8")
    result = swept(home, instance)
    assert isinstance(result, SkipReason)
    assert "other.yaml" in str(result.skip_message)
    assert brief.exists()
    (home / "channels" / "other.yaml").unlink()
    assert new_partitions(swept(home, instance)) == [PROJECT]


def test_a_new_project_is_developed_under_a_key_that_stays(home: Path, instance: DagsterInstance, tmp_path: Path) -> None:
    done(home, "new", str(put_brief(tmp_path / "briefs")))
    (first,) = asked(home, instance)
    assert (first.job_name, first.partition_key) == ("develop", PROJECT)
    wanted = {"project": PROJECT, "channel": "harbour", "job": "develop"}
    assert {name: first.tags[f"videofactory/{name}"] for name in wanted} == wanted
    assert [request.run_key for request in asked(home, instance)] == [first.run_key]
    done(home, "new", str(put_brief(tmp_path / "briefs", text="Another text.")))
    (changed,) = asked(home, instance)
    assert changed.run_key != first.run_key


def test_decisions_ask_for_the_next_job(drafted_copy: Path, instance: DagsterInstance) -> None:
    assert asked(drafted_copy, instance) == []
    done(drafted_copy, "review", PROJECT, "--green", "1,2")
    assert asked(drafted_copy, instance) == []
    done(drafted_copy, "review", PROJECT, "--green", "3")
    (produce,) = asked(drafted_copy, instance)
    assert produce.job_name == "produce"
    desk = Desk(studio_of(drafted_copy), PROJECT, reviewer="Ada")
    desk.light(2, Light.RED)
    desk.record()
    (revise,) = asked(drafted_copy, instance)
    assert revise.job_name == "revise"
    assert revise.run_key != produce.run_key


def test_nothing_is_asked_for_a_finished_or_a_failed_project(finished_copy: Path, instance: DagsterInstance) -> None:
    assert asked(finished_copy, instance) == []
    studio_of(finished_copy).ledger.runs.reached(PROJECT, "final_cut", outcome="failed", entries=3, detail="x")
    assert asked(finished_copy, instance) == []


def started(instance: DagsterInstance, job: str = "produce", **tags: str) -> DagsterRun:
    """A run that Dagster believes to be under way."""
    plain = {"dagster/partition": PROJECT}
    run = instance.create_run_for_job(
        defs.resolve_job_def(job).get_subset(op_selection=None), tags={**plain, **tags}, status=DagsterRunStatus.STARTED
    )
    assert isinstance(run, DagsterRun)
    return run


def test_nothing_is_asked_while_a_run_of_the_project_is_under_way(drafted_copy: Path, instance: DagsterInstance) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "all")
    run = started(instance)
    assert asked(drafted_copy, instance) == []
    instance.report_run_failed(run)
    assert [request.job_name for request in asked(drafted_copy, instance)] == ["produce"]


def test_nothing_is_asked_while_a_process_puts_away_what_dagster_calls_done(
    finished_copy: Path, instance: DagsterInstance
) -> None:
    runs = studio_of(finished_copy).ledger.runs
    runs.begin("just ended", project=PROJECT, job="produce")
    assert asked(finished_copy, instance) == []
    runs.end("just ended")
    assert asked(finished_copy, instance) == []


def test_upkeep_closes_runs_of_dead_workers_and_leaves_the_living_alone(drafted_copy: Path, instance: DagsterInstance) -> None:
    studio = studio_of(drafted_copy)
    dead, living = started(instance), started(instance)
    words = [sys.executable, "-c", BEGIN, studio.settings.ledger_url, dead.run_id, PROJECT]
    subprocess.run(words, check=True, env=variables(drafted_copy))  # noqa: S603 - our own interpreter
    studio.ledger.runs.begin(living.run_id, project=PROJECT, job="produce")
    reason = upkeep_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(drafted_copy)))
    assert dead.run_id in str(reason)
    stati = [run.status for run in map(instance.get_run_by_id, (dead.run_id, living.run_id)) if run]
    assert stati == [DagsterRunStatus.FAILURE, DagsterRunStatus.STARTED]
    assert [worker.run_id for worker in studio.ledger.runs.alive()] == [living.run_id]
    assert studio.ledger.runs.dead() == []


def test_a_run_that_succeeded_is_closed_in_the_ledger(finished_copy: Path) -> None:
    studio = studio_of(finished_copy)
    with instance_at(finished_copy) as instance:
        (run,) = (run for run in instance.get_runs() if run.job_name == "produce")
        studio.ledger.runs.begin(run.run_id, project=PROJECT, job="produce")
        event = next(log.dagster_event for log in instance.all_logs(run.run_id) if _is(log.dagster_event, "RUN_SUCCESS"))
        assert event is not None
        context = build_run_status_sensor_context(
            sensor_name="success_sensor", dagster_event=event, dagster_instance=instance, dagster_run=run
        )
        success_sensor(context, factory=FactoryResource(home=str(finished_copy)))
    assert studio.ledger.runs.alive() == []
    assert "run success" in [line.what for line in studio.ledger.audit.lines(PROJECT)]


def _is(event: object, name: str) -> bool:
    kind = getattr(event, "event_type", None)
    return kind is not None and kind.name == name


@pytest.mark.parametrize("will_retry", [False, True])
def test_a_run_that_crashed_becomes_trouble_unless_it_starts_again(
    drafted_copy: Path, instance: DagsterInstance, *, will_retry: bool
) -> None:
    studio = studio_of(drafted_copy)
    run = started(instance, job="develop", **{"dagster/will_retry": str(will_retry).lower()})
    studio.ledger.runs.begin(run.run_id, project=PROJECT, job="develop")
    event = instance.report_run_failed(run, "The process died.")
    context = build_run_status_sensor_context(
        sensor_name="failure_sensor", dagster_event=event, dagster_instance=instance, dagster_run=run
    ).for_run_failure()
    failure_sensor(context, factory=FactoryResource(home=str(drafted_copy)))
    status = done(drafted_copy, "status", PROJECT)
    assert studio.ledger.runs.alive() == []
    assert (status["state"], status["problem"]) == (("in_review", None) if will_retry else ("failed", "The process died."))


def test_sensors_see_a_home_that_is_empty(tmp_path: Path, instance: DagsterInstance) -> None:
    empty = put_home(tmp_path / "empty")
    assert isinstance(swept(empty, instance), SkipReason)
    assert asked(empty, instance) == []


def over_budget(home: Path, stage: str) -> None:
    """The project's last run stopped at this stage for want of money."""
    studio = studio_of(home)
    entries = len(studio.ledger.reviews.log(PROJECT))
    studio.ledger.runs.reached(PROJECT, stage, outcome="over_budget", entries=entries, detail="too dear", run_id="run-1")


@pytest.mark.parametrize(
    ("stage", "job"), [("brand_analysis", "develop"), ("scene_previews", "revise"), ("scene_clips", "produce")]
)
def test_over_budget_a_project_goes_on_when_a_limit_is_raised(
    drafted_copy: Path, instance: DagsterInstance, stage: str, job: str
) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "all")
    over_budget(drafted_copy, stage)
    assert done(drafted_copy, "status", PROJECT)["state"] == "over_budget"
    first, again = asked(drafted_copy, instance), asked(drafted_copy, instance)
    assert [request.job_name for request in first] == [job]
    assert first[0].run_key == again[0].run_key  # Dagster starts one run for a key: nothing happens while the limits stand
    put_home(drafted_copy, budgets={"project_usd": 31})
    assert asked(drafted_copy, instance)[0].run_key != first[0].run_key


def test_a_project_that_cannot_be_read_never_stops_the_others(drafted_copy: Path, instance: DagsterInstance) -> None:
    over_budget(drafted_copy, "scene_clips")
    (drafted_copy / "channels" / "harbour.yaml").write_text("name: [", encoding="utf-8")
    studio_of(drafted_copy).ledger.projects.take_in(
        channel="harbour", title="Another", source_kind="file", source_id="another.yaml", brief="{}"
    )
    assert [request.job_name for request in asked(drafted_copy, instance)] == ["develop"]


def test_a_channel_with_many_projects_does_not_starve_one_with_few(home: Path, instance: DagsterInstance) -> None:
    put_home(home)
    (home / "channels" / "park.yaml").write_text("{name: Park, language: en}", encoding="utf-8")
    for number in range(5):
        put_brief(home / "inbox", name=f"harbour-{number}.yaml", title=f"Cup {number}")
    for number in range(2):
        put_brief(home / "inbox", name=f"park-{number}.yaml", title=f"Tree {number}", channel="park")
    new_partitions(swept(home, instance))
    started(instance, job="develop", **{CHANNEL_TAG: "park"})
    places = sorted((-int(request.tags[PRIORITY_TAG]), request.tags[CHANNEL_TAG]) for request in asked(home, instance))
    assert places == [(0, "harbour"), (1, "harbour"), (1, "park"), (2, "harbour"), (2, "park"), (3, "harbour"), (4, "harbour")]
