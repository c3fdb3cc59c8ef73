"""Sensor `review_sensor`: starts the job each project waits for: develop when it is new, revise and produce as reviewers decide.

It only notices. Whether clips may be bought is asked at the gate, in the ledger, where money is spent.
"""

from dagster import DefaultSensorStatus, RunRequest, SensorEvaluationContext, SensorResult, SkipReason, sensor

from videofactory.defs.jobs import develop, produce, revise
from videofactory.defs.line import Line, unheard
from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import PARTITION_TAG, run_tags, under_way
from videofactory.domain.errors import FactoryError
from videofactory.domain.project import NEXT_JOB, ProjectState
from videofactory.ledger.projects import Project
from videofactory.studio.budgets import limits_of
from videofactory.studio.factory import Studio
from videofactory.studio.status import stopped_job
from videofactory.studio.survey import Survey

EVERY = 5
"""Seconds between two looks; SPEC asks for 10 at most."""
AT_ONCE = 50
"""Runs one look asks for at most: Dagster writes all down before it looks at anything else. The others come with the next."""


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
    open_ones = [project for project in studio.ledger.overview.unfinished() if project.key not in busy]
    chosen = Line(runs).up(unheard(context.instance, _wanted(context, studio, open_ones)))[:AT_ONCE]
    if not chosen:
        return SkipReason("Every project waits for a person, is under way, or is done.")
    keys = [request.partition_key for request in chosen if request.partition_key]
    return SensorResult(run_requests=chosen, dynamic_partitions_requests=[projects.build_add_request(keys)])


def _wanted(context: SensorEvaluationContext, studio: Studio, open_ones: list[Project]) -> list[RunRequest]:
    """The runs these projects wait for, oldest project first."""
    survey = Survey(studio, open_ones)
    settled = studio.ledger.overview.last_settled([project.key for project in open_ones])
    requests = []
    for project in open_ones:
        try:
            requests += _of_project(studio, survey, project, settled=settled.get(project.key, ""))
        except FactoryError as error:  # one project that cannot be read never stops the others
            context.log.warning("%s is left alone: %s", project.key, error)
    return requests


def _of_project(studio: Studio, survey: Survey, project: Project, *, settled: str) -> list[RunRequest]:
    """The run a project waits for: by its state; or, over budget, when a limit was raised or a new day has begun.

    One run for each thing that may have changed: brief, decisions, and money settled (over budget: the limits). None while a
    process works on it: one whose run has just ended for Dagster is at work in the ledger a moment longer, and seems to wait.
    """
    if survey.is_running(project.key):
        return []
    state = survey.state(project.key)
    over = state is ProjectState.OVER_BUDGET
    job = stopped_job(studio, project.key) if over else NEXT_JOB.get(state)
    if job is None:
        return []
    since = limits_of(studio, project.key) if over else settled
    key = f"{project.key}/{job}/{project.brief_version}/{len(survey.log(project.key))}/{since}"
    tags = run_tags(project.key, channel=project.channel, job=job)
    return [RunRequest(run_key=key, job_name=job, partition_key=project.key, tags=tags)]
