"""Sensors on Notion: `notion_tasks_sensor` takes rows in, `notion_review_sensor` reads decisions and writes back.

Neither starts a run: `review_sensor` does, when the ledger says a project waits for one. Both end in time, and a channel whose
Notion does not answer, or is set up wrongly, never stops another.
"""

import json
import time
from datetime import timedelta

from dagster import DefaultSensorStatus, SensorEvaluationContext, SensorResult, SkipReason, sensor

from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import under_way
from videofactory.domain.channel import Channel
from videofactory.domain.errors import Busy, FactoryError, InvalidInput, Passing
from videofactory.providers.notion.client import Notion
from videofactory.studio.factory import Studio
from videofactory.studio.notion.desk import read_decisions
from videofactory.studio.notion.intake import Swept, sweep
from videofactory.studio.notion.leave import heard
from videofactory.studio.notion.turns import Turns
from videofactory.studio.notion.webhook import nudged_by
from videofactory.studio.notion.writing import write_back
from videofactory.studio.notion_access import notion_for, service

TASKS_EVERY = 60.0
"""Seconds between two looks for a channel's tasks (SPEC 9), when nothing is reported. When something is, the next tick looks."""
TICK_EVERY = 10
"""Seconds between two ticks: so long a report of Notion's waits at most for its look, and a decision for its own (SPEC 7)."""
TASKS_SECONDS = 20.0
REVIEW_SECONDS = 12.0
"""How long a look lasts at most, beside the request under way at its end: a tick is cut off after 60 s."""


@sensor(
    minimum_interval_seconds=TICK_EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description=(
        "Takes rows of Notion in as projects; edited rows change their briefs, withdrawn ones cancel their projects."
        " Looks each minute, and at once where Notion's webhook reported an edit."
    ),
)
def notion_tasks_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SensorResult | SkipReason:
    """Deal with new, edited and withdrawn rows of every channel whose look is due or was asked for."""
    studio = factory.studio()
    nudges = studio.ledger.notion_hooks.nudges()  # before any look begins: what is reported from now on is for the next tick
    channels = _on_notion(context, studio)
    last = _last_looks(context.cursor)
    wanted = [one for one in channels if nudges.keys() & nudged_by(one) or _is_due(last.get(one.key))]
    looked: set[str] = set()
    taken: list[str] = []
    said: list[str] = []
    turns = Turns(studio, wanted, desk="tasks", seconds=TASKS_SECONDS)
    for channel, until in turns:
        swept = _swept(context, studio, channel, until=until)
        if swept is None or swept.left == 0:
            last[channel.key] = time.time()
        if swept is None:
            turns.had(channel)
            continue
        if swept.left == 0 or swept.taken:
            turns.had(channel, more=swept.left > 0)
        looked |= {channel.key} if swept.left == 0 else set()
        taken += [*swept.taken, *swept.changed]
        _stop(context, swept.cancelled)
        said += [f"{len(swept.cancelled)} projects of {channel.key} withdrawn"] if swept.cancelled else []
        said += [f"{len(swept.told)} writers of {channel.key} told what to mend"] if swept.told else []
    if channels:
        waiting = {place for one in channels if one.key not in looked for place in nudged_by(one)}
        studio.ledger.notion_hooks.looked({place: mark for place, mark in nudges.items() if place not in waiting})
    context.update_cursor(json.dumps({one.key: last[one.key] for one in channels if one.key in last}))
    if not taken:
        return SkipReason("; ".join(said) or "No row asks for anything new.")
    return SensorResult(dynamic_partitions_requests=[projects.build_add_request(taken)])


def _swept(context: SensorEvaluationContext, studio: Studio, channel: Channel, *, until: float) -> Swept | None:
    """What a look at the channel's rows did; `None` when it shall be repeated at the next tick if it was asked for.

    What lasts (a wrong token, a missing property) is not asked again and again: the look of each minute is enough.
    """
    try:
        swept = sweep(studio, channel, notion_for(studio, channel), until=until)
    except FactoryError as error:
        _left(context, studio, channel, error)
        return None if isinstance(error, Passing) else Swept()
    if swept.left == 0:
        heard(studio, channel, None)
    return swept


def _left(context: SensorEvaluationContext, studio: Studio, channel: Channel, error: FactoryError) -> None:
    """Say why a channel's Notion is left alone; what a person has to mend is told by `alerts_sensor`, too."""
    heard(studio, channel, error)
    context.log.warning("Notion of channel %s is left for the next look: %s", channel.key, error)


def _last_looks(cursor: str | None) -> dict[str, float]:
    """When each channel was looked at last, in seconds since 1970, by its key."""
    return {key: float(at) for key, at in json.loads(cursor or "{}").items()}


def _is_due(last: float | None) -> bool:
    """Whether a minute is over, or will be over before the middle of the next tick. A clock set back does not make it longer."""
    return last is None or not 0 <= time.time() - last < TASKS_EVERY - TICK_EVERY / 2


@sensor(
    minimum_interval_seconds=TICK_EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Reads lights and edits from the rows of scenes and films, and writes states, prices, previews and films back.",
)
def notion_review_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SkipReason:
    """Record decisions, then bring every row up to date."""
    studio = factory.studio()
    said: list[str] = []
    channels = _on_notion(context, studio)
    turns = Turns(studio, channels, desk="review", seconds=REVIEW_SECONDS)
    lines: dict[str, Notion] = {}  # opening one costs more than a turn
    for channel, until in turns:
        try:
            notion = lines[channel.key] = lines.get(channel.key) or notion_for(studio, channel)
            decided = read_decisions(studio, channel, notion, until=until, every=_pause(len(channels)))
            written = write_back(studio, channel, notion, until=until)
        except FactoryError as error:
            _left(context, studio, channel, error)
            if not isinstance(error, Busy):
                turns.had(channel)
            continue
        if written.rows or not written.away:
            turns.had(channel, more=written.more)
        for problem in filter(None, [*written.problems, written.away]):
            context.log.warning("Not written back: %s", problem)
        said += [f"{len(decided)} decisions of {channel.key} recorded"] if decided else []
        said += [f"{written.rows} rows of {channel.key} written"] if written.rows else []
    return SkipReason("; ".join(said) or "Nothing was decided, and every row is up to date.")


def _on_notion(context: SensorEvaluationContext, studio: Studio) -> list[Channel]:
    """The channels on Notion; none while the channel files have errors."""
    try:
        return [channel for channel in studio.channels.values() if channel.notion and channel.notion.data_source]
    except InvalidInput as error:
        context.log.warning("The channel files have errors, so Notion is left alone:\n%s", error)
        return []


def _pause(channels: int) -> timedelta:
    """How long the desks of so many channels are left alone: reading them takes no more than half of the requests."""
    budget = service()
    return timedelta(seconds=2 * channels * budget.seconds / budget.calls)


def _stop(context: SensorEvaluationContext, cancelled: list[str]) -> None:
    """End the runs of projects nobody wants any more. A run that cannot be ended buys nothing: the ledger does not let it."""
    for project in cancelled:
        for run in under_way(context.instance, project):
            try:
                context.instance.run_coordinator.cancel_run(run.run_id)
            except Exception as error:  # noqa: BLE001 - launchers raise what they like
                context.log.warning("The run %s of %s goes on, and buys nothing: %s", run.run_id, project, error)
