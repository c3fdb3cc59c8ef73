"""Sensor `upkeep_sensor`: takes care of what dead processes left behind, their runs and their calls at engines.

Their runs are declared failed, so that Dagster's run retries start them again; their calls are looked at until they are settled.
Dagster's default launcher cannot see a dead run worker; the ledger knows which process works on which run.
"""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from videofactory.defs.resources import FactoryResource
from videofactory.defs.runs import close_dead_runs, close_unheard_runs
from videofactory.studio.recovery import settle_orphans

EVERY = 10
"""Seconds between two looks."""


@sensor(
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Declares runs failed whose process died, and settles the calls dead processes left open at engines.",
)
def upkeep_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SkipReason:
    """Close runs of dead workers, and settle what they bought. It asks for no runs itself."""
    studio = factory.studio()
    closed = [*close_dead_runs(context.instance, studio.ledger), *close_unheard_runs(context.instance, studio.ledger)]
    settled, troubles = settle_orphans(studio)
    for words in troubles:
        context.log.warning("A call of a dead worker could not be settled: %s", words)
    said = [f"{len(closed)} runs of dead workers closed: {', '.join(closed)}"] if closed else []
    said += [f"{len(settled)} calls of dead workers settled"] if settled else []
    return SkipReason("; ".join(said) or "No worker died.")
