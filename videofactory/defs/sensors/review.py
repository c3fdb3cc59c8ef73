"""Sensor `review_sensor`: starts the job each project waits for: develop when it is new, revise and produce as reviewers decide.

It only notices. Whether clips may be bought is asked at the gate, in the ledger, where money is spent.
"""

from collections import Counter

from dagster import DefaultSensorStatus, RunRequest, SensorEvaluationContext, SensorResult, SkipReason, sensor

from videofactory.defs.jobs import develop, produce, revise
from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import CHANNEL_TAG, PARTITION_TAG, PRIORITY_TAG, run_tags, under_way
from videofactory.domain.errors import FactoryError
from videofactory.domain.project import NEXT_JOB, ProjectState
from videofactory.ledger.projects import Project
from videofactory.studio.budgets import limits_of
from videofactory.studio.factory import Studio
from videofactory.studio.status import state_of, stopped_job

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
    runs = under_way(context.instance)
    busy = {run.tags.get(PARTITION_TAG) for run in runs}
    waiting = Counter(run.tags.get(CHANNEL_TAG) for run in runs)
    requests = []
    for project in studio.ledger.projects.all():
        if project.key in busy:
            continue
        try:
            requests += [in_turn(request, waiting) for request in _wanted(studio, project)]
        except FactoryError as error:  # one project that cannot be read never stops the others
            context.log.warning("%s is left alone: %s", project.key, error)
    if not requests:
        return SkipReason("Every project waits for a person, is under way, or is done.")
    keys = [request.partition_key for request in requests if request.partition_key]
    return SensorResult(run_requests=requests, dynamic_partitions_requests=[projects.build_add_request(keys)])


def in_turn(request: RunRequest, waiting: "Counter[str | None]") -> RunRequest:
    """The request with its place in line: the n-th of each channel goes before the n+1st of any, however many one has."""
    channel = request.tags.get(CHANNEL_TAG)
    place = waiting[channel]
    waiting[channel] += 1
    return request.with_replaced_attrs(tags={**request.tags, PRIORITY_TAG: str(-place)})


def _wanted(studio: Studio, project: Project) -> list[RunRequest]:
    """The run a project waits for: by its state; or, over budget, when a limit was raised or a new day has begun."""
    state = state_of(studio, project.key)
    if state is ProjectState.OVER_BUDGET:
        job = stopped_job(studio, project.key)
        return [_request(studio, project, job, since=limits_of(studio, project.key))]
    wanted = NEXT_JOB.get(state)
    return [_request(studio, project, wanted, since=studio.ledger.calls.last_settled(project.key))] if wanted else []


def _request(studio: Studio, project: Project, job: str, *, since: str) -> RunRequest:
    """One run for each thing that may have changed: brief, decisions, and what `since` names (money settled, limits)."""
    entries = len(studio.ledger.reviews.log(project.key))
    return RunRequest(
        run_key=f"{project.key}/{job}/{project.brief_version}/{entries}/{since}",
        job_name=job,
        partition_key=project.key,
        tags=run_tags(project.key, channel=project.channel, job=job),
    )
