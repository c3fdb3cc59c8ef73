"""The whole graph as Dagster sees it, against SPEC 4: assets, checks, jobs, sensors, and that nothing of it is deprecated."""

import subprocess
import sys

import pytest
from dagster import (
    AssetCheckKey,
    AssetChecksDefinition,
    AssetKey,
    AssetsDefinition,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    ScheduleDefinition,
    SensorDefinition,
)

from videofactory.definitions import defs
from videofactory.defs import assets, checks, sensors

GRAPH = {
    "brief": ("intake", set()),
    "brand_analysis": ("brand", {"brief"}),
    "style_reference": ("brand", {"brief", "brand_analysis"}),
    "script": ("script", {"brief", "brand_analysis"}),
    "scene_previews": ("previews", {"brief", "brand_analysis", "style_reference", "script"}),
    "narration": ("audio_tracks", {"brief", "script"}),
    "scene_clips": ("clips", {"brief", "script", "scene_previews", "narration"}),
    "sound_effects": ("audio_tracks", {"script"}),
    "music": ("audio_tracks", {"script"}),
    "timeline": (
        "cut",
        {"brief", "brand_analysis", "script", "scene_previews", "narration", "scene_clips", "sound_effects", "music"},
    ),
    "final_cut": ("cut", {"timeline"}),
    "youtube_video": ("publishing", {"brief", "script", "timeline", "final_cut"}),
}
CHECKS = {"brand_analysis": True, "script": True, "scene_previews": False, "scene_clips": True, "final_cut": True}
JOBS = {
    "develop": {"brief", "brand_analysis", "style_reference", "script", "scene_previews", "narration"},
    "revise": {"script", "scene_previews", "narration"},
    "produce": {"scene_clips", "sound_effects", "music", "timeline", "final_cut"},
    "publish": {"youtube_video"},
}
SOONEST = 10
EACH_MINUTE = {"notion_tasks_sensor", "alerts_sensor"}
"""Notion is asked for tasks each minute (SPEC 9): its rate is shared by all. People are told twice a minute."""
ELSEWHERE = """
from dagster import Definitions
from videofactory.definitions import build_definitions

other = build_definitions(home="/elsewhere")
Definitions.validate_loadable(other)
print(other.resources["factory"].home, other.resources["values"].home)
"""
"""In a process of its own: loading definitions asks the Dagster instance that another test of this process may have closed."""
LOADED = """
from dagster import Definitions
from videofactory.definitions import defs
Definitions.validate_loadable(defs)
for job in ("develop", "revise", "produce", "publish"):
    defs.resolve_job_def(job)
"""


def test_the_assets_are_those_of_the_table_in_an_order_in_which_they_can_be_made() -> None:
    names = [asset.key.to_user_string() for asset in assets.ALL]
    assert names == list(GRAPH)
    for position, name in enumerate(names):
        assert GRAPH[name][1] <= set(names[:position])


@pytest.mark.parametrize("name", GRAPH)
def test_an_asset_stands_in_its_group_and_follows_what_it_is_made_from(name: str) -> None:
    node = defs.resolve_asset_graph().get(AssetKey(name))
    group, parents = GRAPH[name]
    assert node.group_name == group
    assert {parent.to_user_string() for parent in node.parent_keys} == parents


@pytest.mark.parametrize("asset", assets.ALL, ids=lambda asset: asset.key.to_user_string())
def test_an_asset_says_what_it_is_whose_it_is_and_for_which_project(asset: AssetsDefinition) -> None:
    spec = asset.get_asset_spec()
    assert spec.description
    assert len(spec.description.split()) >= 5
    assert list(spec.owners) == ["team:videofactory"]
    assert spec.kinds
    assert spec.tags["videofactory/group"] == spec.group_name
    assert spec.code_version
    assert spec.partitions_def is not None
    assert getattr(spec.partitions_def, "name", None) == "projects"


def test_the_checks_are_those_of_the_table_and_block_as_it_says() -> None:
    specs = [spec for check in checks.ALL for spec in check.check_specs]
    assert {spec.asset_key.to_user_string(): spec.blocking for spec in specs} == CHECKS
    assert len(specs) == len(CHECKS)
    assert all(spec.description for spec in specs)


@pytest.mark.parametrize("name", JOBS)
def test_a_job_makes_its_assets_with_their_checks_and_nothing_else(name: str) -> None:
    job = defs.resolve_job_def(name)
    selected = {key.to_user_string() for key in job.asset_layer.selected_asset_keys}
    assert selected == JOBS[name]
    names = {check.node_def.name for check in checks.ALL if _checked(check) in JOBS[name]}
    assert {node.name for node in job.nodes} == JOBS[name] | names
    assert job.tags["videofactory/job"] == name
    assert job.description
    assert job.partitions_def is not None


def _checked(check: AssetChecksDefinition) -> str:
    return check.check_key.asset_key.to_user_string()


def test_there_are_no_other_jobs() -> None:
    assert {job.name for job in defs.jobs or ()} == set(JOBS)


@pytest.mark.parametrize("sensor", sensors.ALL, ids=lambda sensor: sensor.name)
def test_a_sensor_runs_from_the_start_and_looks_often_enough(sensor: SensorDefinition) -> None:
    assert sensor.default_status is DefaultSensorStatus.RUNNING
    assert sensor.minimum_interval_seconds is not None
    assert sensor.minimum_interval_seconds <= (60 if sensor.name in EACH_MINUTE else SOONEST)
    assert sensor.description


def test_the_sensors_are_these() -> None:
    runs = {"review_sensor", "success_sensor", "failure_sensor", "upkeep_sensor"}
    names = {"inbox_sensor", "alerts_sensor", "notion_tasks_sensor", "notion_review_sensor", *runs}
    assert {sensor.name for sensor in defs.sensors or ()} == names


def test_the_review_sensor_can_start_every_job() -> None:
    by_name = {sensor.name: sensor for sensor in sensors.ALL}
    assert {target.job_name for target in by_name["review_sensor"].targets} == set(JOBS) - {"publish"}


def test_the_publishing_schedule_runs_from_the_start_each_minute_and_starts_publications() -> None:
    [schedule] = defs.schedules or []
    assert isinstance(schedule, ScheduleDefinition)
    assert (schedule.cron_schedule, schedule.default_status, schedule.job_name) == (
        "* * * * *",
        DefaultScheduleStatus.RUNNING,
        "publish",
    )


def test_definitions_for_another_home_hand_it_to_their_resources() -> None:
    loaded = subprocess.run([sys.executable, "-W", "error", "-c", ELSEWHERE], capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert (loaded.returncode, loaded.stdout, loaded.stderr) == (0, "/elsewhere /elsewhere\n", "")


def test_checks_belong_to_assets_that_are_there() -> None:
    graph = defs.resolve_asset_graph()
    assert {check.asset_key.to_user_string() for check in graph.asset_check_keys} == set(CHECKS)
    assert AssetCheckKey(AssetKey("final_cut"), "film_quality") in graph.asset_check_keys


def test_the_definitions_load_in_a_fresh_process_without_any_warning() -> None:
    words = [sys.executable, "-W", "error", "-c", LOADED]
    loaded = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert (loaded.returncode, loaded.stdout, loaded.stderr) == (0, "", "")
