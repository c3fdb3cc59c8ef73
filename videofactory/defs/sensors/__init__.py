"""What is noticed, and when: briefs in the inbox, decisions of reviewers, runs that ended, workers that died; and who is told."""

from dagster import SensorDefinition

from videofactory.defs.sensors.alerts import alerts_sensor
from videofactory.defs.sensors.inbox import inbox_sensor
from videofactory.defs.sensors.notion import notion_review_sensor, notion_tasks_sensor
from videofactory.defs.sensors.outcome import failure_sensor, success_sensor
from videofactory.defs.sensors.review import review_sensor
from videofactory.defs.sensors.upkeep import upkeep_sensor

ALL: list[SensorDefinition] = [
    inbox_sensor,
    notion_tasks_sensor,
    notion_review_sensor,
    review_sensor,
    success_sensor,
    failure_sensor,
    upkeep_sensor,
    alerts_sensor,
]
