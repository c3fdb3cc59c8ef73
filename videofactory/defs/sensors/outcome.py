"""Sensors on runs that ended: they close the run in the ledger, and record failures that no station could record itself."""

from dagster import (
    DagsterRun,
    DagsterRunStatus,
    DefaultSensorStatus,
    RunFailureSensorContext,
    RunStatusSensorContext,
    run_failure_sensor,
    run_status_sensor,
)

from videofactory.defs.failures import record_crash, record_kill
from videofactory.defs.jobs import PUBLISH, publish
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import PARTITION_TAG
from videofactory.studio.factory import Studio
from videofactory.studio.reviewing import approve_in_advance

EVERY = 5
"""Seconds between two looks; Dagster's own default is 30."""
WILL_RETRY_TAG = "dagster/will_retry"
"""What Dagster writes on a failed run that it will start again by itself."""
REASON_TAG, STEP_FAILED = "dagster/failure_reason", "STEP_FAILURE"
"""What Dagster writes on a failed run in which a step failed."""


@run_status_sensor(
    run_status=DagsterRunStatus.SUCCESS,
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Closes runs that succeeded, and gives the lights a channel gives in advance (auto_approve).",
)
def success_sensor(context: RunStatusSensorContext, factory: FactoryResource) -> None:
    """Close the run, and decide what the channel decides in advance; the project's state says what it waits for."""
    studio = factory.studio()
    run = context.dagster_run
    studio.ledger.runs.end(run.run_id)
    if project := run.tags.get(PARTITION_TAG):
        approve_in_advance(studio, project)
    _log(context, studio)


@run_failure_sensor(
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Closes runs that failed in the ledger; a failure that no station recorded becomes the project's trouble.",
)
def failure_sensor(context: RunFailureSensorContext, factory: FactoryResource) -> None:
    """Close the run; a failure no station recorded becomes the project's trouble, unless the run is started again.

    Dagster starts killed runs again a few times; the publishing schedule goes on with killed publications for ever.
    """
    studio = factory.studio()
    run = context.dagster_run
    studio.ledger.runs.end(run.run_id)
    project = run.tags.get(PARTITION_TAG)
    if project and run.tags.get(WILL_RETRY_TAG) != "true":
        record = record_kill if _was_killed(run) and _publishes(run) else record_crash
        record(studio, project, run_id=run.run_id, words=context.failure_event.message or "The run failed without a word.")
    _log(context, studio)


def _was_killed(run: DagsterRun) -> bool:
    """Whether the process ended, and not a step of it: the same question Dagster asks before it starts a run again."""
    return run.tags.get(REASON_TAG) != STEP_FAILED


def _publishes(run: DagsterRun) -> bool:
    """Whether the run only publishes: as its job, or by the button *Materialize*."""
    chosen = {key.path[-1] for key in run.asset_selection or ()}
    return chosen <= set(PUBLISH) if chosen else run.job_name == publish.name


def _log(context: RunStatusSensorContext, studio: Studio) -> None:
    run = context.dagster_run
    studio.ledger.audit.note(
        f"run {run.status.value.lower()}",
        project=run.tags.get(PARTITION_TAG),
        detail={"run_id": run.run_id, "job": run.job_name},
    )
