"""Sensors on Notion: `notion_tasks_sensor` takes rows in, `notion_review_sensor` reads decisions and writes back.

Neither starts a run: `review_sensor` does, when the ledger says a project waits for one. Both end in time, and a channel whose
Notion does not answer, or is set up wrongly, never stops another.
"""

import time
from collections.abc import Iterator

from dagster import DefaultSensorStatus, SensorEvaluationContext, SensorResult, SkipReason, sensor

from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import under_way
from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError, InvalidInput
from videofactory.studio.factory import Studio
from videofactory.studio.notion.desk import read_decisions
from videofactory.studio.notion.intake import sweep
from videofactory.studio.notion.writing import write_back
from videofactory.studio.notion_access import notion_for

TASKS_EVERY = 60
"""Seconds between two looks for tasks (SPEC 9)."""
REVIEW_EVERY = 10
"""Seconds between two looks at the desk (SPEC 7)."""
TASKS_SECONDS = 20.0
REVIEW_SECONDS = 12.0
"""How long a look lasts at most, beside the request under way at its end: a tick is cut off after 60 s."""


@sensor(
    minimum_interval_seconds=TASKS_EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Takes rows of Notion in as projects; edited rows change their briefs, withdrawn ones cancel their projects.",
)
def notion_tasks_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SensorResult | SkipReason:
    """Deal with new, edited and withdrawn rows of every channel."""
    studio = factory.studio()
    taken: list[str] = []
    said: list[str] = []
    for channel, until in _turns(context, studio, seconds=TASKS_SECONDS):
        try:
            swept = sweep(studio, channel, notion_for(studio, channel), until=until)
        except FactoryError as error:
            context.log.warning("Notion of channel %s is left for the next look: %s", channel.key, error)
            continue
        taken += [*swept.taken, *swept.changed]
        _stop(context, swept.cancelled)
        said += [f"{len(swept.cancelled)} projects of {channel.key} withdrawn"] if swept.cancelled else []
        said += [f"{len(swept.told)} writers of {channel.key} told what to mend"] if swept.told else []
    if not taken:
        return SkipReason("; ".join(said) or "No row asks for anything new.")
    return SensorResult(dynamic_partitions_requests=[projects.build_add_request(taken)])


@sensor(
    minimum_interval_seconds=REVIEW_EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Reads lights and edits from the rows of scenes and films, and writes states, prices, previews and films back.",
)
def notion_review_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SkipReason:
    """Record decisions, then bring every row up to date."""
    studio = factory.studio()
    said: list[str] = []
    for channel, until in _turns(context, studio, seconds=REVIEW_SECONDS):
        try:
            notion = notion_for(studio, channel)
            decided = read_decisions(studio, channel, notion, until=until)
            written = write_back(studio, channel, notion, until=until)
        except FactoryError as error:
            context.log.warning("Notion of channel %s is left for the next look: %s", channel.key, error)
            continue
        for problem in filter(None, [*written.problems, written.away]):
            context.log.warning("Not written back: %s", problem)
        said += [f"{len(decided)} decisions of {channel.key} recorded"] if decided else []
        said += [f"{written.rows} rows of {channel.key} written"] if written.rows else []
    return SkipReason("; ".join(said) or "Nothing was decided, and every row is up to date.")


def _turns(context: SensorEvaluationContext, studio: Studio, *, seconds: float) -> Iterator[tuple[Channel, float]]:
    """The channels on Notion, each with the end of its share of the time; the one who begins changes from look to look."""
    try:
        channels = [channel for channel in studio.channels.values() if channel.notion and channel.notion.data_source]
    except InvalidInput as error:
        context.log.warning("The channel files have errors, so Notion is left alone:\n%s", error)
        return
    first = int(time.time() // seconds) % len(channels) if channels else 0
    end = time.monotonic() + seconds
    turns = [*channels[first:], *channels[:first]]
    for number, channel in enumerate(turns):
        now = time.monotonic()
        if now >= end:
            return
        yield channel, now + (end - now) / (len(turns) - number)


def _stop(context: SensorEvaluationContext, cancelled: list[str]) -> None:
    """End the runs of projects nobody wants any more. A run that cannot be ended buys nothing: the ledger does not let it."""
    for project in cancelled:
        for run in under_way(context.instance, project):
            try:
                context.instance.run_coordinator.cancel_run(run.run_id)
            except Exception as error:  # noqa: BLE001 - launchers raise what they like
                context.log.warning("The run %s of %s goes on, and buys nothing: %s", run.run_id, project, error)
