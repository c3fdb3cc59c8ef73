"""The factory floor in this process: what a button of the Dagster UI starts, what a run left, factories with other engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from dagster import (
    AssetKey,
    DagsterEventType,
    DagsterInstance,
    Definitions,
    ExecuteInProcessResult,
)

from videofactory.definitions import defs
from videofactory.defs import assets, checks, jobs
from videofactory.defs.resources import FactoryResource, ValuesIOManager
from videofactory.providers.cast import Cast
from videofactory.studio.factory import Studio
from videofactory_tests.homes import PROJECT

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class StaffedFactory(FactoryResource):
    """A factory with other engines than the real one's: those laid down for its home in `staff`."""

    staff: ClassVar[dict[str, Cast]] = {}

    def studio(self) -> Studio:
        """The studio of this home with the engines given."""
        return replace(super().studio(), cast=self.staff[self.home])


def staffed(home: Path, cast: Cast) -> Definitions:
    """The whole factory of this home with these engines."""
    StaffedFactory.staff[str(home)] = cast
    return Definitions(
        assets=assets.ALL,
        asset_checks=checks.ALL,
        jobs=jobs.ALL,
        resources={"factory": StaffedFactory(home=str(home)), "values": ValuesIOManager(home=str(home))},
    )


@contextmanager
def instance_at(home: Path) -> Iterator[DagsterInstance]:
    """Dagster's instance of this home."""
    with DagsterInstance.from_config(str(home / "dagster")) as instance:
        yield instance


def materialize(
    instance: DagsterInstance, *names: str, project: str = PROJECT, factory: Definitions = defs
) -> ExecuteInProcessResult:
    """What the button *Materialize* does with these assets, in this process."""
    everything = factory.resolve_implicit_global_asset_job_def()
    job = everything.get_subset(asset_selection={AssetKey(name) for name in names})
    return _run(job, instance, project)


def run_job(
    instance: DagsterInstance, job: str, *, project: str = PROJECT, factory: Definitions = defs
) -> ExecuteInProcessResult:
    """A whole job of the factory, in this process."""
    return _run(factory.resolve_job_def(job), instance, project)


def _run(job, instance: DagsterInstance, project: str) -> ExecuteInProcessResult:  # type: ignore[no-untyped-def]  # noqa: ANN001 - any job
    instance.add_dynamic_partitions("projects", [project])
    return job.execute_in_process(instance=instance, partition_key=project, run_config=QUIET, raise_on_error=False)  # type: ignore[no-any-return]


def failure_of(result: ExecuteInProcessResult, step: str) -> str:
    """What a failed step says to who looks at it in the UI."""
    failed = result.failure_data_for_node(step)
    assert failed is not None, f"{step} did not fail"
    said = failed.user_failure_data
    return f"{said.description}" if said else str(failed.error)


def retries_of(result: ExecuteInProcessResult) -> list[str | None]:
    """The steps Dagster tried again."""
    return [event.step_key for event in result.all_events if event.event_type is DagsterEventType.STEP_UP_FOR_RETRY]


def made_by(result: ExecuteInProcessResult) -> set[str]:
    """The assets a run materialised."""
    keys = [event.asset_key for event in result.get_asset_materialization_events()]
    return {key.to_user_string() for key in keys if key}
