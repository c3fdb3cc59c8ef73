"""What a finished project shows in the Dagster UI: metadata, data versions, tags of runs, sizes of event rows."""

from pathlib import Path
from typing import Any

import pytest
from dagster import (
    AssetKey,
    AssetMaterialization,
    DagsterInstance,
    MarkdownMetadataValue,
    PathMetadataValue,
    TableMetadataValue,
)
from dagster._serdes import serialize_value

from videofactory.defs.assets import ALL
from videofactory.defs.failures import content_version
from videofactory.studio.material import FinalCut, ScriptVersion
from videofactory_tests.defs.floor import instance_at
from videofactory_tests.homes import PROJECT, done, studio_of

ROW = 90_000
"""Bytes of an event's row: rows are never pruned."""
INLINE = 60_100
"""Characters of an inline picture: 45 kB and their base64."""
PICTURES = {
    "brief": "images",
    "style_reference": "picture",
    "scene_previews": "contact_sheet",
    "final_cut": "contact_sheet",
}
WAVES = {"narration", "music", "final_cut"}
SCENE_TABLES = {
    "script": "scenes",
    "scene_previews": "scenes",
    "narration": "scenes",
    "scene_clips": "scenes",
    "timeline": "shots",
}
COSTS = {"scene_previews", "narration", "scene_clips"}
PATHS = {"style_reference", "music", "timeline", "final_cut"}
NAMES = [name for asset in ALL if (name := asset.key.to_user_string()) != "youtube_video"]
"""What the homes of these tests have made: nobody publishes there."""


def latest(instance: DagsterInstance, name: str) -> AssetMaterialization:
    """The last materialisation of an asset for the project."""
    event = instance.get_latest_materialization_event(AssetKey(name))
    assert event is not None, f"{name} was never made"
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == PROJECT
    return event.asset_materialization


def versions(home: Path, names: list[str]) -> dict[str, str]:
    """The data versions as Dagster has them."""
    with instance_at(home) as instance:
        return {name: (latest(instance, name).tags or {})["dagster/data_version"] for name in names}


@pytest.mark.parametrize(("name", "entry"), PICTURES.items())
def test_pictures_stand_inline_and_small(finished: Path, name: str, entry: str) -> None:
    with instance_at(finished) as instance:
        shown = latest(instance, name).metadata[entry]
    assert isinstance(shown, MarkdownMetadataValue)
    assert "](data:image/jpeg;base64," in str(shown.value)
    assert 1_000 < len(str(shown.value)) <= INLINE


@pytest.mark.parametrize("name", sorted(WAVES))
def test_sounds_show_their_waveform(finished: Path, name: str) -> None:
    with instance_at(finished) as instance:
        shown = latest(instance, name).metadata["waveform"]
    assert "](data:image/png;base64," in str(shown.value)


@pytest.mark.parametrize(("name", "entry"), SCENE_TABLES.items())
def test_scenes_stand_in_a_table_with_their_cost(finished: Path, name: str, entry: str) -> None:
    with instance_at(finished) as instance:
        shown = latest(instance, name).metadata[entry]
    assert isinstance(shown, TableMetadataValue)
    assert [record.data["scene"] for record in shown.records] == ["scene-01", "scene-02", "scene-03"]
    assert all("cost_usd" in record.data for record in shown.records) == (name in COSTS)


@pytest.mark.parametrize("name", sorted(PATHS))
def test_paths_lead_to_files(finished: Path, name: str) -> None:
    with instance_at(finished) as instance:
        paths = [value for value in latest(instance, name).metadata.values() if isinstance(value, PathMetadataValue)]
    assert paths
    assert all(Path(str(path.value)).is_file() for path in paths)


def test_every_event_row_is_small(finished: Path) -> None:
    with instance_at(finished) as instance:
        rows = [len(serialize_value(entry)) for run in instance.get_runs() for entry in instance.all_logs(run.run_id)]
    assert len(rows) > 50
    assert max(rows) < ROW


def test_runs_carry_project_channel_and_job(finished: Path) -> None:
    with instance_at(finished) as instance:
        tags = {run.job_name: run.tags for run in instance.get_runs()}
    for job in ("develop", "produce"):
        wanted = {"project": PROJECT, "channel": "harbour", "job": job}
        assert {name: tags[job][f"videofactory/{name}"] for name in wanted} == wanted
        assert tags[job]["dagster/partition"] == PROJECT


def test_what_waits_encodes_or_uploads_takes_a_slot_of_its_pool() -> None:
    pools = {asset.key.path[-1]: asset.op.pool for asset in ALL if asset.op.pool}
    assert pools == {"scene_clips": "clips", "final_cut": "encoding", "youtube_video": "uploads"}


def test_checks_were_made_and_passed_for_the_project(finished: Path) -> None:
    with instance_at(finished) as instance:
        passed = {}
        for run in instance.get_runs():
            for entry in instance.all_logs(run.run_id):
                if entry.dagster_event and entry.dagster_event.event_type_value == "ASSET_CHECK_EVALUATION":
                    check = entry.dagster_event.asset_check_evaluation_data
                    passed[check.check_name] = check.passed
    assert set(passed) == {"integrity", "script_rules", "preview_likeness", "clip_quality", "film_quality"}
    assert all(passed[name] for name in passed if name != "preview_likeness")


def test_a_data_version_is_the_hash_of_the_value_that_is_kept(finished: Path) -> None:
    shown = versions(finished, ["script", "final_cut"])
    studio = studio_of(finished)
    script, cut = studio.values.read("script", PROJECT, ScriptVersion), studio.values.read("final_cut", PROJECT, FinalCut)
    assert script is not None
    assert cut is not None
    assert shown == {"script": content_version(script).value, "final_cut": content_version(cut).value}
    retitled = script.model_copy(update={"script": script.script.model_copy(update={"title": "Another"})})
    assert content_version(retitled) != content_version(script)
    assert content_version(script.model_copy(update={"entries": 99})) == content_version(script)


def ageless(home: Path) -> list[dict[str, Any]]:
    """All calls, without how old they are."""
    return [{name: value for name, value in call.items() if name != "age"} for call in done(home, "calls")]


def test_an_unchanged_re_run_gives_the_same_data_versions_and_asks_no_engine(finished_copy: Path) -> None:
    before, calls = versions(finished_copy, NAMES), ageless(finished_copy)
    done(finished_copy, "draft", PROJECT)
    done(finished_copy, "produce", PROJECT)
    assert versions(finished_copy, NAMES) == before
    assert ageless(finished_copy) == calls
