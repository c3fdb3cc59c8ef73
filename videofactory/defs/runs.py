"""Facts about Dagster runs that sensors and the CLI share: which are under way, which tags ours carry."""

from collections.abc import Iterator

from dagster import DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter

from videofactory.ledger.ledger import Ledger
from videofactory.ledger.ownership import is_here

IN_PROGRESS = (
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
)
LAUNCHED = (DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING)
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


def close_unheard_runs(instance: DagsterInstance, ledger: Ledger) -> list[str]:
    """Declare runs failed whose process was killed before its first station told the ledger of it; their ids.

    For processes of this machine only, which Dagster's default launcher starts and never looks at again: the others check theirs.
    """
    if instance.run_launcher.supports_check_run_worker_health:
        return []
    closed = []
    for run in instance.get_runs(RunsFilter(statuses=list(LAUNCHED))):
        processes = list(_processes(instance, run))
        if processes and not is_here(processes[-1]) and not ledger.runs.knows(run.run_id):
            instance.report_run_failed(run, f"The process of the run ({processes[-1]}) died before its first station.")
            closed.append(run.run_id)
    return closed


def _processes(instance: DagsterInstance, run: DagsterRun) -> Iterator[int]:
    """The processes that said in Dagster's log that they work on the run."""
    for entry in instance.all_logs(run.run_id, of_type=DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        process = event.engine_event_data.metadata.get("pid") if event else None
        if process is not None and str(process.value).isdigit():
            yield int(str(process.value))
