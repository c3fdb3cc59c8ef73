"""How failures look in Dagster: what is tried again and what not, the words with their remedy, the project's state after."""

import os
import re
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from dagster import (
    DagsterEventType,
    DagsterInstance,
    ExecuteInProcessResult,
    Failure,
    SensorResult,
    SkipReason,
    build_run_status_sensor_context,
    build_sensor_context,
)

from videofactory.defs.failures import RUN_STAGE, as_failure, outcome_of, record_crash
from videofactory.defs.resources import FactoryResource
from videofactory.defs.sensors.outcome import failure_sensor
from videofactory.defs.sensors.review import review_sensor
from videofactory.domain.errors import BrandFlagged, CallParked, EngineFailed, FactoryError, GateClosed, Passing, Refused, TooDear
from videofactory.ledger.runs import Milestone
from videofactory.media import ffmpeg
from videofactory.providers.cast import Cast, embedded_cast
from videofactory.providers.embedded.director import EmbeddedDirector
from videofactory.providers.embedded.video import EmbeddedVideo
from videofactory.providers.roles import Delivered, Payload, Receipt, RewriteRequest, ScriptRequest, Shelf, VideoRequest
from videofactory_tests.defs.floor import failure_of, instance_at, made_by, materialize, retries_of, run_job, staffed
from videofactory_tests.homes import PROJECT, done, put_brief, studio_of

BUSY = Passing("The engine is busy.", remedy="Wait a little.")
BROKEN = EngineFailed("The engine answered with nonsense.", remedy="Choose another engine.")
NO = Refused("The engine will not draw this.", remedy="Change the prompt.")


class Reluctant(EmbeddedVideo):
    """The embedded video engine, which fails first with each of these errors."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.asked = 0

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """The next error, then clips."""
        self.asked += 1
        if self._errors:
            raise self._errors.pop(0)
        return super().submit(request, shelf=shelf, token=token)


class Frozen(EmbeddedVideo):
    """Delivers clips of one grey picture although the camera should move."""

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """A picture held."""
        del shelf, token
        source = f"color=gray:size={request.width}x{request.height}:rate={request.fps}:duration={request.seconds}"
        with TemporaryDirectory() as folder:
            clip = Path(folder) / "clip.mp4"
            ffmpeg.run(["-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", clip], purpose="a frozen clip")
            return Delivered(files={"clip": Payload(content=clip.read_bytes(), media_type="video/mp4")})


class Stopping(EmbeddedVideo):
    """A person presses Ctrl-C while the first clip is made."""

    def __init__(self) -> None:
        self.asked = 0

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """The clip; before the first one, the interrupt."""
        self.asked += 1
        if self.asked == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return super().submit(request, shelf=shelf, token=token)


class Chatterbox(EmbeddedDirector):
    """Writes scenes in which far too much is said."""

    def submit(self, request: ScriptRequest | RewriteRequest, *, shelf: Shelf, token: str) -> Delivered:
        """The script with sixty words in every scene."""
        answer = super().submit(request, shelf=shelf, token=token)
        text = answer.files["script"].content.decode().replace("We open at six.", "word " * 60)
        return Delivered(files={"script": Payload(content=text.encode(), media_type="application/json")})


def cast(*, video: EmbeddedVideo | None = None, director: EmbeddedDirector | None = None) -> Cast:
    """The embedded engines, with these in place of the real ones."""
    plain = embedded_cast()
    return replace(
        plain,
        video={"embedded": video} if video else plain.video,
        directors={"embedded": director} if director else plain.directors,
    )


def clips(home: Path, errors: Sequence[Exception]) -> tuple[ExecuteInProcessResult, Reluctant]:
    """Materialise the clips of a green project with an engine that fails first."""
    done(home, "review", PROJECT, "--green", "all")
    engine = Reluctant(*errors)
    with instance_at(home) as instance:
        return materialize(instance, "scene_clips", factory=staffed(home, cast(video=engine))), engine


def reached(home: Path, stage: str) -> Milestone:
    """How a stage of the project ended last."""
    return studio_of(home).ledger.runs.milestones(PROJECT)[stage]


def test_what_passes_is_tried_again_once_and_then_all_is_well(drafted_copy: Path) -> None:
    result, engine = clips(drafted_copy, [BUSY])
    assert result.success
    assert retries_of(result) == ["scene_clips"]
    assert engine.asked == 4
    assert reached(drafted_copy, "scene_clips").outcome == "done"


def test_an_interrupt_stops_the_run_and_is_not_tried_again(drafted_copy: Path) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "all")
    with instance_at(drafted_copy) as instance:
        result = materialize(instance, "scene_clips", factory=staffed(drafted_copy, cast(video=Stopping())))
    assert not result.success
    assert retries_of(result) == []
    assert "DagsterExecutionInterruptedError" in failure_of(result, "scene_clips")


@pytest.mark.parametrize("error", [BROKEN, NO], ids=["failed", "refused"])
def test_what_lasts_is_not_tried_again_and_says_what_to_do(drafted_copy: Path, error: FactoryError) -> None:
    result, engine = clips(drafted_copy, [error])
    assert retries_of(result) == []
    assert engine.asked == 3
    assert failure_of(result, "scene_clips") == str(error)
    milestone = reached(drafted_copy, "scene_clips")
    assert (milestone.outcome, milestone.detail, milestone.run_id) == ("failed", str(error), result.run_id)
    with instance_at(drafted_copy) as instance:
        again = materialize(instance, "scene_clips", factory=staffed(drafted_copy, cast()))
    assert again.success
    assert reached(drafted_copy, "scene_clips").outcome == "done"


def test_a_defect_is_recorded_in_the_words_of_the_error(drafted_copy: Path) -> None:
    result, _ = clips(drafted_copy, [ZeroDivisionError("division by zero")])
    assert not result.success
    assert "ZeroDivisionError: division by zero" in reached(drafted_copy, "scene_clips").detail


def test_clips_that_stand_still_block_the_cut(drafted_copy: Path) -> None:
    done(drafted_copy, "review", PROJECT, "--green", "all")
    with instance_at(drafted_copy) as instance:
        result = run_job(instance, "produce", factory=staffed(drafted_copy, cast(video=Frozen())))
    checked = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not checked["clip_quality"].passed
    assert "scene-01" in (checked["clip_quality"].description or "")
    assert "timeline" not in made_by(result)
    assert reached(drafted_copy, "scene_clips").outcome == "failed"


def test_a_script_that_breaks_the_rules_blocks_previews_and_voice(home: Path, made: Path) -> None:
    done(home, "new", str(made / "briefs" / "first-cup.yaml"))
    with instance_at(home) as instance:
        result = run_job(instance, "develop", factory=staffed(home, cast(director=Chatterbox())))
    checked = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not checked["script_rules"].passed
    assert "scene-01 speaks 60 words" in (checked["script_rules"].description or "")
    assert made_by(result) == {"brief", "brand_analysis", "style_reference", "script"}
    assert reached(home, "script").outcome == "failed"
    assert "3.2 a second" in done(home, "status", PROJECT)["problem"]


def test_a_blurred_brand_flags_the_project_until_a_person_lets_it_pass(home: Path, tmp_path: Path) -> None:
    done(home, "new", str(put_brief(tmp_path / "briefs", blur=14)))
    with instance_at(home) as instance:
        result = run_job(instance, "develop")
        checked = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
        assert checked == {"integrity": False}
        assert made_by(result) == {"brief", "brand_analysis"}
        studio_of(home).ledger.runs.end(result.run_id)
        words = flagged_words(instance)
    assert f"review {PROJECT} --accept-brand" in words
    status = done(home, "status", PROJECT)
    assert status["state"] == "flagged"
    assert "integrity" in status["problem"]
    done(home, "review", PROJECT, "--accept-brand", "It is fog, on purpose.")
    assert done(home, "draft", PROJECT)["state"] == "in_review"


def test_a_run_that_a_blurred_brand_stopped_leaves_a_flag_and_no_failure(home: Path, tmp_path: Path) -> None:
    done(home, "new", str(put_brief(tmp_path / "briefs", blur=14)))
    factory = FactoryResource(home=str(home))
    with instance_at(home) as instance:
        result = run_job(instance, "develop")
        run = instance.get_run_by_id(result.run_id)
        assert run is not None
        event = next(event for event in result.all_events if event.event_type is DagsterEventType.RUN_FAILURE)
        context = build_run_status_sensor_context("failure_sensor", event, instance, run)
        failure_sensor(context.for_run_failure(), factory=factory)
        assert isinstance(review_sensor(build_sensor_context(instance=instance), factory=factory), SkipReason)
        milestones = studio_of(home).ledger.runs.milestones(PROJECT)
        assert {stage: reached.outcome for stage, reached in milestones.items()} == {"brief": "done", "brand_analysis": "flagged"}
        status = done(home, "status", PROJECT)
        assert status["state"] == "flagged"
        assert f"'videofactory review {PROJECT} --accept-brand WHY'" in status["problem"]
        done(home, "review", PROJECT, "--accept-brand", "It is fog, on purpose.")
        asked = review_sensor(build_sensor_context(instance=instance), factory=factory)
        assert isinstance(asked, SensorResult)
        assert [request.job_name for request in asked.run_requests or ()] == ["develop"]
        assert run_job(instance, "develop").success
    assert reached(home, "brand_analysis").outcome == "done"


def flagged_words(instance: DagsterInstance) -> str:
    """What the script says when somebody materialises it all the same."""
    result = materialize(instance, "script")
    assert retries_of(result) == []
    return failure_of(result, "script")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (BrandFlagged("x"), "flagged"),
        (TooDear("x"), "over_budget"),
        (GateClosed("x"), "waiting"),
        (CallParked("x"), "waiting"),
        (BROKEN, "failed"),
        (NO, "failed"),
        (BUSY, "failed"),
    ],
)
def test_an_error_counts_for_the_state_as_its_kind_says(error: FactoryError, outcome: str) -> None:
    assert outcome_of(error) == outcome


def test_only_passing_errors_are_left_to_dagsters_retry() -> None:
    assert as_failure(BUSY) is BUSY
    failure = as_failure(BROKEN)
    assert isinstance(failure, Failure)
    assert failure.allow_retries is False
    assert {name: value.value for name, value in failure.metadata.items()} == {
        "error": "EngineFailed",
        "what": "The engine answered with nonsense.",
        "remedy": "Choose another engine.",
    }


def test_a_crash_is_the_projects_trouble_until_a_station_ends_well(drafted_copy: Path) -> None:
    studio = studio_of(drafted_copy)
    record_crash(studio, PROJECT, run_id="gone", words="The process died.")
    status = done(drafted_copy, "status", PROJECT)
    assert (status["state"], status["problem"]) == ("failed", "The process died.")
    assert done(drafted_copy, "draft", PROJECT)["state"] == "in_review"
    assert reached(drafted_copy, RUN_STAGE).outcome == "done"


def test_a_crash_after_a_stations_own_words_says_nothing_more(drafted_copy: Path) -> None:
    result, _ = clips(drafted_copy, [BROKEN])
    record_crash(studio_of(drafted_copy), PROJECT, run_id=result.run_id, words="Steps failed.")
    assert RUN_STAGE not in studio_of(drafted_copy).ledger.runs.milestones(PROJECT)
    assert re.search("nonsense", reached(drafted_copy, "scene_clips").detail)
