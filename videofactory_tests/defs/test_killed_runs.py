"""Runs whose process was killed: a publication goes on after growing waits; a run nobody heard of is closed all the same."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from dagster import (
    DagsterEvent,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    build_run_status_sensor_context,
    build_sensor_context,
)

from videofactory.definitions import defs
from videofactory.defs.failures import record_kill
from videofactory.defs.resources import FactoryResource
from videofactory.defs.sensors.outcome import REASON_TAG, STEP_FAILED, failure_sensor
from videofactory.defs.sensors.upkeep import upkeep_sensor
from videofactory.domain.project import ProjectState
from videofactory.ledger.uploads import UploadState
from videofactory.studio.programme import LONGEST_PAUSE, programme
from videofactory.studio.status import report, state_of
from videofactory_tests.clock import Clock
from videofactory_tests.homes import put_home
from videofactory_tests.publishing.screening import THURSDAY, finished, screening, upload

SAYS_ITS_PROCESS = """
import os, sys
from dagster import DagsterInstance, MetadataValue
from dagster._core.events import EngineEventData
with DagsterInstance.from_config(sys.argv[1]) as instance:
    run = instance.get_run_by_id(sys.argv[2])
    told = EngineEventData(metadata={"pid": MetadataValue.text(str(os.getpid()))})
    instance.report_engine_event("Started process for run.", run, told)
"""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """Dagster on disk, for several processes."""
    (tmp_path / "dagster").mkdir()
    with DagsterInstance.from_config(str(tmp_path / "dagster")) as found:
        yield found


def started(instance: DagsterInstance, project: str, job: str = "publish", **tags: str) -> DagsterRun:
    """A run that Dagster believes to be under way."""
    return instance.create_run_for_job(
        defs.resolve_job_def(job), tags={"dagster/partition": project, **tags}, status=DagsterRunStatus.STARTED
    )


def ended(instance: DagsterInstance, home: Path, run: DagsterRun) -> None:
    """The run is declared failed, and the factory hears of it."""
    event: DagsterEvent = instance.report_run_failed(run, "The process that ran publish died.")
    context = build_run_status_sensor_context(
        sensor_name="failure_sensor", dagster_event=event, dagster_instance=instance, dagster_run=run
    ).for_run_failure()
    failure_sensor(context, factory=FactoryResource(home=str(home)))


def test_a_killed_publication_waits_longer_each_time_and_never_fails(tmp_path: Path) -> None:
    clock = Clock(THURSDAY)
    studio = screening(tmp_path / "home", clock=clock)
    project = finished(studio)
    waits = []
    for _ in range(9):
        [due] = programme(studio).due
        now = studio.ledger.database.time()
        record_kill(studio, project, run_id="x", words="killed")
        again = datetime.fromisoformat(upload(studio, project).again_at or "")
        waits.append((again - now).total_seconds())
        assert programme(studio).due == ()
        assert state_of(studio, project) is ProjectState.FINAL_REVIEW
        problem = report(studio, project)["problem"]
        assert (
            problem
            == f"The run that publishes it was cut off: killed It goes on by itself after {upload(studio, project).again_at}."
        )
        clock.forward(waits[-1])
    assert waits == [60, 120, 240, 480, 960, 1920, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    studio.ledger.uploads.step(project, due.film, "thumbnail")
    record_kill(studio, project, run_id="x", words="killed")
    assert upload(studio, project).crashes == 1


def test_bytes_that_arrived_end_the_row_of_kills_and_an_answer_without_any_does_not(tmp_path: Path) -> None:
    studio = screening(tmp_path / "home")
    project = finished(studio)
    [due] = programme(studio).due
    record_kill(studio, project, run_id="x", words="killed")
    studio.ledger.uploads.began(project, due.film, session="https://youtube/session")
    studio.ledger.uploads.progress(project, due.film, session="https://youtube/session", confirmed=0)
    assert upload(studio, project).crashes == 1
    studio.ledger.uploads.progress(project, due.film, session="https://youtube/session", confirmed=10)
    assert upload(studio, project).crashes == 0


@pytest.mark.parametrize(
    ("job", "tags", "state"),
    [
        ("publish", {}, ProjectState.FINAL_REVIEW),
        ("publish", {REASON_TAG: STEP_FAILED}, ProjectState.FAILED),
        ("produce", {}, ProjectState.FAILED),
    ],
)
def test_only_a_killed_publication_is_no_failure(
    tmp_path: Path, instance: DagsterInstance, job: str, tags: dict[str, str], state: ProjectState
) -> None:
    home = put_home(tmp_path / "home")
    studio = screening(home)
    project = finished(studio)
    assert programme(studio).due
    ended(instance, home, started(instance, project, job, **tags))
    assert state_of(studio, project) is state
    assert (upload(studio, project).crashes, upload(studio, project).state) == (
        int(state is ProjectState.FINAL_REVIEW),
        UploadState.PLANNED,
    )


def test_upkeep_closes_runs_whose_process_died_before_the_ledger_heard_of_it(tmp_path: Path, instance: DagsterInstance) -> None:
    home = put_home(tmp_path / "home")
    project = finished(screening(home))
    dead, silent = started(instance, project), started(instance, project)
    known = screening(home).ledger
    words = [sys.executable, "-c", SAYS_ITS_PROCESS, str(tmp_path / "dagster")]
    subprocess.run([*words, dead.run_id], check=True)  # noqa: S603 - our own interpreter
    heard = started(instance, project)
    subprocess.run([*words, heard.run_id], check=True)  # noqa: S603 - our own interpreter
    known.runs.begin(heard.run_id, project=project, job="publish")
    reason = upkeep_sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    assert f"1 runs of dead workers closed: {dead.run_id}" in str(reason)
    stati = [run.status for run in map(instance.get_run_by_id, (dead.run_id, silent.run_id, heard.run_id)) if run]
    assert stati == [DagsterRunStatus.FAILURE, DagsterRunStatus.STARTED, DagsterRunStatus.STARTED]
