"""Sensor `review_sensor`: starts the job each project waits for: develop when it is new, revise and produce as reviewers decide.

It only notices. Whether clips may be bought is asked at the gate, in the ledger, where money is spent.
"""

from dagster import DefaultSensorStatus, RunRequest, SensorEvaluationContext, SensorResult, SkipReason, sensor

from videofactory.defs.jobs import develop, produce, revise
from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import PARTITION_TAG, run_tags, under_way
from videofactory.domain.project import NEXT_JOB
from videofactory.ledger.projects import Project
from videofactory.studio.factory import Studio
from videofactory.studio.status import state_of

EVERY = 5
"""Seconds between two looks; SPEC asks for 10 at most."""


@sensor(
    jobs=[develop, revise, produce],
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Starts the job each project waits for: develop when it is new, revise and produce as reviewers decide.",
)
def review_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SensorResult | SkipReason:
    """Ask for the next job of every project that waits for one and has no run under way."""
    studio = factory.studio()
    busy = {run.tags.get(PARTITION_TAG) for run in under_way(context.instance)}
    requests = []
    for project in studio.ledger.projects.all():
        job = None if project.key in busy else NEXT_JOB.get(state_of(studio, project.key))
        if job is not None:
            requests.append(_request(studio, project, job))
    if not requests:
        return SkipReason("Every project waits for a person, is under way, or is done.")
    keys = [request.partition_key for request in requests if request.partition_key]
    return SensorResult(run_requests=requests, dynamic_partitions_requests=[projects.build_add_request(keys)])


def _request(studio: Studio, project: Project, job: str) -> RunRequest:
    entries = len(studio.ledger.reviews.log(project.key))
    return RunRequest(
        run_key=f"{project.key}/{job}/{project.brief_version}/{entries}",
        job_name=job,
        partition_key=project.key,
        tags=run_tags(project.key, channel=project.channel, job=job),
    )
