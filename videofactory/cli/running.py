"""Running a job for a project in a Dagster run, in this process; or waiting for the run that is under way already."""

import time
from dataclasses import dataclass
from uuid import uuid4

from dagster import (
    DagsterEventType,
    DagsterExecutionInterruptedError,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    ExecuteInProcessResult,
)

from videofactory.cli.opening import instance_of
from videofactory.cli.progress_bars import shown_progress
from videofactory.definitions import defs
from videofactory.defs.failures import record_crash
from videofactory.defs.partitions import projects
from videofactory.defs.runs import close_dead_runs, run_tags, under_way
from videofactory.domain.errors import FactoryError, GateClosed, Lasting
from videofactory.domain.project import NEXT_JOB
from videofactory.studio.factory import Studio
from videofactory.studio.reviewing import approve_in_advance
from videofactory.studio.status import problem_of, state_of

LOOK_EVERY = 0.5
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster's event lines stay off the terminal; they are in the run's log in the UI."""


@dataclass(frozen=True)
class JobRun:
    """A run that ended."""

    run_id: str
    succeeded: bool


def run_job(studio: Studio, project: str, job: str, *, quiet: bool) -> JobRun:
    """Run the job to its end. A run of the same project that is under way is waited for first.

    Raises `KeyboardInterrupt` when a person stopped it: Dagster ends the run and keeps the interrupt to itself.
    """
    row = studio.ledger.projects.get(project)
    with instance_of(studio) as instance:
        close_dead_runs(instance, studio.ledger)
        other = _wait_for_others(instance, project)
        if other is not None and _did_it(studio, project, job, other):
            return JobRun(other.run_id, succeeded=True)
        instance.add_dynamic_partitions(str(projects.name), [project])
        run_id = str(uuid4())
        studio.ledger.runs.begin(run_id, project=project, job=job)  # before Dagster hears of it: killed now, it is known as dead
        with shown_progress(job, quiet=quiet):
            result = defs.resolve_job_def(job).execute_in_process(
                instance=instance,
                partition_key=project,
                run_id=run_id,
                tags=run_tags(project, channel=row.channel, job=job),
                run_config=QUIET,
                raise_on_error=False,
            )
        studio.ledger.runs.end(result.run_id)
        if _interrupted(result):
            raise KeyboardInterrupt
        if not result.success:
            record_crash(studio, project, run_id=result.run_id, words=_last_words(result))
        approve_in_advance(studio, project)
    return JobRun(result.run_id, succeeded=result.success)


def _did_it(studio: Studio, project: str, job: str, other: DagsterRun) -> bool:
    """Whether the run waited for was this very job, and nothing has been decided since that asks for it again."""
    done = other.job_name == job and other.status is DagsterRunStatus.SUCCESS
    return done and NEXT_JOB.get(state_of(studio, project)) != job


def _interrupted(result: ExecuteInProcessResult) -> bool:
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    return any(error.cls_name == DagsterExecutionInterruptedError.__name__ for error in errors if error)


def _last_words(result: ExecuteInProcessResult) -> str:
    """Why a run failed, in the words of what broke."""
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    said = [(error.cause or error).message.strip() for error in errors if error]
    run = [event.message for event in result.all_events if event.event_type is DagsterEventType.RUN_FAILURE and event.message]
    return "; ".join(said or run) or "The run failed without a word."


def require_success(studio: Studio, project: str, run: JobRun) -> None:
    """Raise what stopped the run, in the words the ledger has of it."""
    if not run.succeeded:
        waits = [stage for stage in studio.ledger.runs.milestones(project).values() if stage.run_id == run.run_id]
        closed = next((stage for stage in waits if stage.outcome == "waiting"), None)
        if closed is not None:
            raise GateClosed(closed.detail)
        raise _failure(studio, project, run)


def _failure(studio: Studio, project: str, run: JobRun) -> FactoryError:
    words = problem_of(studio, project) or "The run failed."
    return Lasting(words, remedy=f"The run {run.run_id} in the Dagster UI has every step's log.")


def _wait_for_others(instance: DagsterInstance, project: str) -> DagsterRun | None:
    """Wait until no other run of the project is under way; the last one waited for."""
    last: str | None = None
    while runs := under_way(instance, project):
        last = runs[0].run_id
        time.sleep(LOOK_EVERY)
    return instance.get_run_by_id(last) if last else None
