"""Facts about Dagster runs that sensors and the CLI share: which are under way, which tags ours carry."""

from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from videofactory.ledger.ledger import Ledger

IN_PROGRESS = (
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
)
PARTITION_TAG = "dagster/partition"
PRIORITY_TAG = "dagster/priority"
"""Of two queued runs Dagster starts the one with the higher number."""
CHANNEL_TAG = "videofactory/channel"


def run_tags(project: str, *, channel: str, job: str) -> dict[str, str]:
    """The tags every run of ours carries."""
    return {"videofactory/project": project, CHANNEL_TAG: channel, "videofactory/job": job}


def under_way(instance: DagsterInstance, project: str | None = None) -> list[DagsterRun]:
    """Runs queued or running, of one project or of all."""
    tags = {PARTITION_TAG: project} if project is not None else {}
    return list(instance.get_runs(RunsFilter(statuses=list(IN_PROGRESS), tags=tags)))


def close_dead_runs(instance: DagsterInstance, ledger: Ledger) -> list[str]:
    """Declare runs failed whose process is gone, and close them in the ledger; their ids."""
    closed = []
    for worker in ledger.runs.dead():
        run = instance.get_run_by_id(worker.run_id)
        if run is not None and run.status in IN_PROGRESS:
            instance.report_run_failed(run, f"The process that ran {worker.job} for {worker.project} ({worker.owner}) died.")
            closed.append(worker.run_id)
        ledger.runs.end(worker.run_id)
    return closed
