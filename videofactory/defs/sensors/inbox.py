"""Sensor `inbox_sensor`: briefs dropped into the home's `inbox/` become projects. Starting them is `review_sensor`'s work."""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SensorResult, SkipReason, sensor

from videofactory.defs.partitions import projects
from videofactory.defs.resources import FactoryResource
from videofactory.domain.errors import InvalidInput
from videofactory.studio.take_in import sweep_inbox

EVERY = 5
"""Seconds between two looks."""


@sensor(
    minimum_interval_seconds=EVERY,
    default_status=DefaultSensorStatus.RUNNING,
    description="Takes briefs dropped into the inbox folder in as projects; bad ones go to inbox/rejected with a note.",
)
def inbox_sensor(context: SensorEvaluationContext, factory: FactoryResource) -> SensorResult | SkipReason:
    """Take new briefs in; bad ones go to `inbox/rejected/` with a note."""
    studio = factory.studio()
    try:
        taken, rejected = sweep_inbox(studio)
    except InvalidInput as error:
        return SkipReason(f"The channel files have errors, so no brief is taken in:\n{error}")
    for name in rejected:
        context.log.warning("%s was put into inbox/rejected; the note beside it says what to mend", name)
    if not taken:
        return SkipReason(f"No new brief in {studio.settings.inbox}.")
    keys = [project.key for project in taken]
    return SensorResult(dynamic_partitions_requests=[projects.build_add_request(keys)])
