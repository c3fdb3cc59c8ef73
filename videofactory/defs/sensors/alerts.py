"""Sensor `alerts_sensor`: tells people what happened, on Discord, Slack or any webhook. It asks for no runs."""

import time

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from videofactory.defs.resources import FactoryResource
from videofactory.domain.errors import FactoryError
from videofactory.settings import addresses
from videofactory.studio.alerts import places, tell

EVERY = 30
"""Seconds between two looks."""
LOOK_SECONDS = 25.0
"""How long a look goes on sending, beside the message under way at its end: a tick is cut off after 60 s."""


@sensor(
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Tells people of failures, flagged brands, parked calls, budgets, breakers, lost leave, and films.",
)
def alerts_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SkipReason:
    """Note what is new, and tell what is due."""
    studio = factory.studio()
    try:
        known = addresses(place.partition(":")[2] for place in places(studio))
        told = tell(studio, known, until=time.monotonic() + LOOK_SECONDS)
    except FactoryError as error:
        return SkipReason(f"Nothing is told until this is mended: {error}")
    for problem in told.problems:
        context.log.warning("Not told yet: %s", problem)
    return SkipReason(f"{told.told} things told." if told.told else "There is nothing to tell.")
