"""Sensor `upkeep_sensor`: runs whose process died are declared failed, so that Dagster's run retries start them again.

Dagster's default launcher cannot see a dead run worker; the ledger knows which process works on which run.
"""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import close_dead_runs

EVERY = 10
"""Seconds between two looks."""


@sensor(
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Declares runs failed whose process died, so that Dagster's run retries start them again.",
)
def upkeep_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SkipReason:
    """Close runs of dead workers. It asks for no runs itself."""
    closed = close_dead_runs(context.instance, factory.studio().ledger)
    return SkipReason(f"{len(closed)} runs of dead workers closed: {', '.join(closed)}" if closed else "No worker died.")
