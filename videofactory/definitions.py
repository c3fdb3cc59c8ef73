"""The whole factory on one page: assets, checks, jobs, schedules, sensors and what they are handed."""

from dagster import Definitions

from videofactory.defs import assets, checks, jobs, schedules, sensors
from videofactory.defs.resources import FactoryResource, ValuesIOManager


def build_definitions(*, home: str = "") -> Definitions:
    """The definitions for a home; empty means the environment's (`VIDEOFACTORY_HOME`)."""
    return Definitions(
        assets=assets.ALL,
        asset_checks=checks.ALL,
        jobs=jobs.ALL,
        schedules=schedules.ALL,
        sensors=sensors.ALL,
        resources={"factory": FactoryResource(home=home), "values": ValuesIOManager(home=home)},
    )


defs = build_definitions()
