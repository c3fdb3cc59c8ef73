"""What Dagster hands to assets, checks and sensors: the studio of this home, and the IO manager of the values."""

from functools import cache
from pathlib import Path
from typing import Any

from dagster import ConfigurableIOManager, ConfigurableResource, Failure, InputContext, OutputContext
from pydantic import BaseModel

from videofactory.settings import Settings, load_settings
from videofactory.studio.factory import Studio, open_studio


@cache
def _studio(settings: str) -> Studio:
    """The studio of these settings, written as JSON; opened once a process."""
    return open_studio(Settings.model_validate_json(settings))


def _studio_at(home: str) -> Studio:
    settings = load_settings(home=Path(home) if home else None)
    return _studio(settings.model_dump_json()).afresh()


class FactoryResource(ConfigurableResource[Studio]):
    """The factory's home; empty means what the environment says (`VIDEOFACTORY_HOME`, default `./factory`)."""

    home: str = ""

    def studio(self) -> Studio:
        """The studio of this home as the settings stand now; opened once a process, its channels read anew each time."""
        return _studio_at(self.home)


class ValuesIOManager(ConfigurableIOManager):
    """Keeps asset values as JSON, by asset and project, in the store of this home; empty means the environment's.

    It is told the home, not given the factory: Dagster calls its own deprecated methods when resources hold resources.
    """

    home: str = ""

    def handle_output(self, context: OutputContext, obj: BaseModel) -> None:
        """Write the value of the asset for the project."""
        _studio_at(self.home).values.write(context.asset_key.path[-1], context.partition_key, obj)

    def load_input(self, context: InputContext) -> Any:  # noqa: ANN401 - whatever the asset's annotation names
        """Read the value of an upstream asset. Raises `Failure` when it was never made."""
        asset, project = context.asset_key.path[-1], context.partition_key
        kind = context.dagster_type.typing_type
        value = _studio_at(self.home).values.read(asset, project, kind)
        if value is None:
            raise Failure(
                f"{asset} was never made for {project}. Materialize it first: the jobs 'develop' and 'produce' do it in order.",
                allow_retries=False,
            )
        return value
