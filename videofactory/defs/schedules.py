"""Schedule `publishing_schedule`: gives approved films their channel's next slots, and starts and goes on with publications.

What is not approved any more is taken off YouTube in the tick itself, not in a run: a run may have to wait behind others.

One schedule looks at every channel each minute, in the channel's own time zone, and reads the channel files each time: a channel
added or changed while the factory runs needs no reload, and a slot is right over both changes of the clock. Missed ticks are not
made up for: what is due is told by the ledger, not by the tick.
"""

from dagster import DefaultScheduleStatus, RunRequest, ScheduleDefinition, ScheduleEvaluationContext, SkipReason, schedule

from videofactory.defs.jobs import publish
from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import PARTITION_TAG, run_tags, under_way
from videofactory.domain.errors import InvalidInput
from videofactory.studio.programme import programme
from videofactory.studio.stopping import stop_unapproved

EVERY_MINUTE = "* * * * *"


@schedule(
    job=publish,
    cron_schedule=EVERY_MINUTE,
    default_status=DefaultScheduleStatus.RUNNING,
    description="Gives approved films their channels' next slots, goes on with publications, takes off what lost its approval.",
)
def publishing_schedule(context: ScheduleEvaluationContext, factory: FactoryResource) -> list[RunRequest] | SkipReason:
    """A run for each publication that is due; else why there is none. Films nobody approves any more are taken off first."""
    studio = factory.studio()
    stopped = stop_unapproved(studio)
    for words in stopped:
        context.log.warning(words)
    busy = {run.tags.get(PARTITION_TAG, "") for run in under_way(context.instance)}
    try:
        found = programme(studio, busy=busy)
    except InvalidInput as error:
        return SkipReason(f"The channel files have errors, so nothing is published:\n{error}")
    requests = [
        RunRequest(
            run_key=f"{upload.project}/publish/{upload.film[:12]}/{upload.again_at}/{upload.state}",
            partition_key=upload.project,
            tags=run_tags(upload.project, channel=upload.channel, job="publish"),
        )
        for upload in found.due
    ]
    known = [request.partition_key for request in requests if request.partition_key]
    if known:  # one that Dagster does not know (a new DAGSTER_HOME) would end the tick for every channel
        context.instance.add_dynamic_partitions(str(projects.name), known)
    waiting = [f"{upload.project}: a run of it is under way" for upload in found.waiting]
    return requests or SkipReason("; ".join([*stopped, *waiting, *found.skipped]) or "No channel publishes to YouTube.")


ALL: list[ScheduleDefinition] = [publishing_schedule]
