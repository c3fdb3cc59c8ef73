"""The gate, from the Dagster UI: materialising clips while a scene is not green is refused, in words, and asks no engine."""

import re
from pathlib import Path

import pytest
from dagster import ExecuteInProcessResult

from videofactory.domain.review import Light
from videofactory.studio.reviewing import Desk
from videofactory_tests.defs.floor import failure_of, instance_at, made_by, materialize, retries_of, run_job
from videofactory_tests.homes import PROJECT, done, studio_of


def clips(home: Path) -> ExecuteInProcessResult:
    """The button *Materialize* on `scene_clips`."""
    with instance_at(home) as instance:
        return materialize(instance, "scene_clips")


def video_calls(home: Path) -> list[dict[str, object]]:
    """Calls to video engines in the ledger."""
    return [call for call in done(home, "calls") if call["role"] == "video"]


def refused(result: ExecuteInProcessResult, home: Path) -> str:
    """The words of a refusal that was final and free."""
    assert not result.success
    assert retries_of(result) == []
    assert made_by(result) == set()
    assert video_calls(home) == []
    return failure_of(result, "scene_clips")


def test_no_light_no_clip(drafted_copy: Path) -> None:
    words = refused(clips(drafted_copy), drafted_copy)
    assert "scene-01, scene-02, scene-03" in words
    assert f"videofactory review {PROJECT}" in words


def test_some_lights_no_clip_at_all(drafted_copy: Path) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "1,3")
    words = refused(clips(drafted_copy), drafted_copy)
    assert "scene-02 not green" in words
    assert "scene-01" not in words


def test_a_decision_that_is_not_carried_out_yet_closes_the_gate(drafted_copy: Path) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "all")
    desk = Desk(studio_of(drafted_copy), PROJECT, reviewer="Ada")
    desk.light(2, Light.YELLOW, feedback="warmer")
    desk.record()
    words = refused(clips(drafted_copy), drafted_copy)
    assert "Reviewers changed the script" in words
    assert "revise" in words


def test_a_new_take_needs_a_new_light(drafted_copy: Path) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "all")
    after = done(drafted_copy, "review", PROJECT, "--yellow", "2", "warmer")
    assert [(scene["take"], scene["light"]) for scene in after["scenes"]] == [(1, "green"), (2, None), (1, "green")]
    assert "scene-02 not green" in refused(clips(drafted_copy), drafted_copy)
    done(drafted_copy, "review", PROJECT, "--green", "2")
    assert clips(drafted_copy).success
    assert {call["scene"] for call in video_calls(drafted_copy)} == {"scene-01", "scene-02", "scene-03"}


def test_a_backfill_of_produce_is_held_too_and_makes_no_film(drafted_copy: Path) -> None:
    with instance_at(drafted_copy) as instance:
        result = run_job(instance, "produce")
    assert "final_cut" not in made_by(result)
    assert "timeline" not in made_by(result)
    assert "scene-01, scene-02, scene-03" in failure_of(result, "scene_clips")
    assert video_calls(drafted_copy) == []


@pytest.mark.parametrize("asset", ["script", "scene_clips"])
def test_an_asset_before_its_time_says_what_to_make_first(home: Path, made: Path, asset: str) -> None:
    done(home, "new", str(made / "briefs" / "first-cup.yaml"))
    with instance_at(home) as instance:
        result = materialize(instance, asset)
    words = failure_of(result, asset)
    assert re.search(f"(brief|brand_analysis) was never made for {PROJECT}", words)
    assert "develop" in words
    assert retries_of(result) == []
