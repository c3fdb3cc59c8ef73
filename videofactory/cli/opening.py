"""Opening the home for a command: settings, studio, and Dagster's instance in `<home>/dagster`."""

import os
import shutil
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer
from dagster import DagsterInstance

from videofactory.settings import Settings, load_settings
from videofactory.studio.factory import Studio, open_studio

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The factory's folder. Default: VIDEOFACTORY_HOME, or ./factory.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value on the last line of standard output.")]
ProjectArgument = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's key, as 'videofactory status' lists it.")]


def studio_at(home: Path | None) -> Studio:
    """The studio of this home, for this command and all processes it starts."""
    settings = load_settings(home=home.absolute() if home else None)
    os.environ["VIDEOFACTORY_HOME"] = str(settings.home)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    place_dagster_yaml(settings)
    return open_studio(settings)


def instance_of(studio: Studio) -> DagsterInstance:
    """Dagster's instance of this home."""
    return DagsterInstance.from_config(str(studio.settings.dagster_home))


def place_dagster_yaml(settings: Settings) -> None:
    """Put the product's `dagster.yaml` into DAGSTER_HOME, unless one is there: it may have been changed on purpose."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    target = settings.dagster_home / "dagster.yaml"
    if not target.exists():
        part = target.with_name(f".dagster.yaml.{os.getpid()}")
        shutil.copyfile(product_file("dagster.yaml"), part)
        part.replace(target)


def product_file(name: str) -> Path:
    """A data file that comes with the product."""
    return Path(str(resources.files("videofactory").joinpath("data", name)))
