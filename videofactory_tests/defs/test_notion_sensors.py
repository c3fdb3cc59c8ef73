"""The sensors on Notion, called as the daemon calls them: rows become partitions, nothing is asked twice, none stops another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    SensorResult,
    SkipReason,
    build_sensor_context,
)

from videofactory.definitions import defs
from videofactory.defs.resources import FactoryResource
from videofactory.defs.sensors.notion import notion_review_sensor, notion_tasks_sensor
from videofactory.defs.sensors.review import review_sensor
from videofactory.studio.notion.leave import gone
from videofactory_tests.homes import home, put_home, studio_of
from videofactory_tests.studio.notion.office import Office, environment_of, office_at
from videofactory_tests.twin.server import Twin

__all__ = ["home"]


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    """A Dagster that forgets."""
    with DagsterInstance.ephemeral() as ephemeral:
        yield ephemeral


@pytest.fixture
def office(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The office of this home's channel; and another channel, whose data source nobody shared."""
    with Twin().running() as twin:
        made = office_at(tmp_path / "office", twin)
        for name, value in environment_of(twin).items():
            monkeypatch.setenv(name, value)
        put_home(home, notion={"data_source": made.briefs, "scenes": made.scenes})
        other = (home / "channels" / "harbour.yaml").read_text().replace(made.briefs, "0000dead-0000-4000-8000-00000000dead")
        (home / "channels" / "another.yaml").write_text(other)
        yield made


def tick(sensor: Any, home: Path, instance: DagsterInstance) -> SensorResult | SkipReason:  # noqa: ANN401 - a decorated function
    """One tick of a sensor."""
    result = sensor(build_sensor_context(instance=instance), factory=FactoryResource(home=str(home)))
    assert isinstance(result, SensorResult | SkipReason)
    return result


def partitions(result: SensorResult | SkipReason) -> list[str]:
    """The partitions a tick adds."""
    assert isinstance(result, SensorResult)
    return [key for request in result.dynamic_partitions_requests or () for key in request.partition_keys]


def test_a_row_is_a_partition_then_a_run_and_then_nothing(office: Office, home: Path, instance: DagsterInstance) -> None:
    page = office.ask()
    keys = partitions(tick(notion_tasks_sensor, home, instance))
    assert len(keys) == 1
    assert isinstance(tick(notion_tasks_sensor, home, instance), SkipReason)
    started = tick(review_sensor, home, instance)
    assert isinstance(started, SensorResult)
    assert [(run.job_name, run.partition_key) for run in started.run_requests or ()] == [("develop", keys[0])]
    assert "1 rows of harbour written" in str(tick(notion_review_sensor, home, instance))
    assert office.brief_row(page)["state"] == "Queued"
    assert "up to date" in str(tick(notion_review_sensor, home, instance))


def test_a_withdrawn_row_ends_the_runs_of_its_project(office: Office, home: Path, tmp_path: Path) -> None:
    prompt = {"run_coordinator": {"module": "videofactory_tests.defs.coordinator", "class": "PromptCoordinator"}}
    page = office.ask()
    (folder := tmp_path / "dagster").mkdir()
    with DagsterInstance.local_temp(str(folder), overrides=prompt) as instance:
        (key,) = partitions(tick(notion_tasks_sensor, home, instance))
        job = defs.resolve_job_def("develop").get_subset(op_selection=None)
        run = instance.create_run_for_job(job, tags={"dagster/partition": key})
        office.edit(page, status="Idea")
        assert "1 projects of harbour withdrawn" in str(tick(notion_tasks_sensor, home, instance))
        left = instance.get_run_by_id(run.run_id)
    assert studio_of(home).ledger.projects.get(key).cancelled_at is not None
    assert left is not None
    assert left.status is DagsterRunStatus.CANCELED


def test_a_token_notion_takes_no_more_stops_its_channel_alone_and_is_told(
    office: Office, home: Path, instance: DagsterInstance
) -> None:
    studio = studio_of(home)
    harbour, another = studio.channel("harbour"), studio.channel("another")
    page = office.ask()
    studio.ledger.secrets.set("another", "NOTION_TOKEN", "ntn_revoked_0123456789", who="ada")
    assert len(partitions(tick(notion_tasks_sensor, home, instance))) == 1
    assert gone(studio, harbour) == ""
    assert gone(studio, another).startswith(
        "Notion is not read, and nothing is written to it, for channel another: Notion answered 401"
    )
    assert "'videofactory keys set another NOTION_TOKEN'" in gone(studio, another)
    assert "ntn_revoked" not in gone(studio, another)
    studio.ledger.secrets.set("harbour", "NOTION_TOKEN", "ntn_revoked_0123456789", who="ada")
    assert office.brief_row(page)["state"] == ""
    tick(notion_review_sensor, home, instance)
    assert "'videofactory keys set harbour NOTION_TOKEN'" in gone(studio, harbour)
    studio.ledger.secrets.set("harbour", "NOTION_TOKEN", "twin-NOTION_TOKEN", who="ada")
    tick(notion_tasks_sensor, home, instance)
    tick(notion_review_sensor, home, instance)
    assert (gone(studio, harbour), office.brief_row(page)["state"]) == ("", "Queued")


def test_bad_channel_files_leave_notion_alone(office: Office, home: Path, instance: DagsterInstance) -> None:
    office.ask()
    (home / "channels" / "third.yaml").write_text("name: [")
    assert isinstance(tick(notion_tasks_sensor, home, instance), SkipReason)
    assert isinstance(tick(notion_review_sensor, home, instance), SkipReason)
    assert office.twin.asked("notion.query") == 0
