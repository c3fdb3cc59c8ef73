"""Gemini Omni's jobs: how one is followed to its clip, and what proves nothing about a paid job."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.gemini_video import UNSEEN_WAIT, GeminiVideo
from videofactory.providers.roles import Pending, Shelf
from videofactory_tests.providers.google_scenes import (
    Google,
    delivered,
    fetched,
    order,
    running,
    shelf_in,
    sold,
)
from videofactory_tests.twin import media

JOBS = r"/gemini/v1beta/interactions/.*"
FILES = r"/gemini/v1beta/files/[\w-]+"
MODEL = sold("video", "gemini")
MP4 = "video/mp4"


@pytest.fixture
def google() -> Iterator[Google]:
    with running() as google:
        yield google


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


@pytest.fixture
def engine(google: Google) -> GeminiVideo:
    """Its look-ups do not dawdle between two tries."""
    engine = GeminiVideo(MODEL, account=google.gemini())
    engine._looking._sleep = lambda _: None
    return engine


def test_a_job_at_work_is_waited_for(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    google.misbehave("gemini.submit", "never")
    job = order(engine, shelf)
    assert engine.poll(job) == Pending(job)


@pytest.mark.parametrize("status", ["queued", "in_progress", "something_new", ""])
def test_a_state_that_is_no_end_is_waited_for(google: Google, engine: GeminiVideo, status: str) -> None:
    google.say("GET", JOBS, {"id": "v1_a", "status": status})
    assert engine.poll("v1_a") == Pending("v1_a")


@pytest.mark.parametrize(
    "status", ["failed", "cancelled", "incomplete", "requires_action", "requires_continuation", "budget_exceeded", "completed"]
)
def test_an_end_without_a_video_is_a_failure_of_the_engine(google: Google, engine: GeminiVideo, status: str) -> None:
    google.say("GET", JOBS, {"id": "v1_a", "status": status, "steps": []})
    with pytest.raises(EngineFailed, match=status) as caught:
        engine.poll("v1_a")
    assert not isinstance(caught.value, EngineRejected), "an ended job must not stay open"


@pytest.mark.parametrize("where", ["steps", "errors", "error"])
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 3, "message": "The prompt was blocked by safety filters"}, Refused),
        ({"code": "prohibited_content", "message": ""}, Refused),
        ({"code": 3, "message": "bad picture"}, EngineFailed),
        ({"code": 13, "message": "internal"}, EngineFailed),
    ],
)
@pytest.mark.parametrize("status", ["failed", "completed"])
def test_errors_are_read_wherever_they_stand(
    google: Google, engine: GeminiVideo, *, where: str, error: dict[str, Any], kind: type[FactoryError], status: str
) -> None:
    places: dict[str, dict[str, Any]] = {
        "steps": {"steps": [{"type": "model_output", "error": error}]},
        "errors": {"errors": [error]},
        "error": {"error": error},
    }
    google.say("GET", JOBS, {"id": "v1_a", "status": status, **places[where]})
    with pytest.raises(FactoryError, match=str(error["message"] or error["code"].upper())) as caught:
        engine.poll("v1_a")
    assert type(caught.value) is kind


def test_a_refused_job_says_why(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    google.misbehave("gemini.submit", "refuse", words="This violates our policies.")
    with pytest.raises(Refused, match=r"violates our policies"):
        engine.poll(order(engine, shelf))


def test_a_failed_job_says_why(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    google.misbehave("gemini.submit", "fail", words="The model tripped.")
    with pytest.raises(EngineFailed, match="The model tripped"):
        engine.poll(order(engine, shelf))


def test_not_found_is_no_proof_that_a_job_does_not_exist(engine: GeminiVideo) -> None:
    assert engine.poll("gemini-999999") == Pending("gemini-999999", wait=UNSEEN_WAIT)


@pytest.mark.parametrize(("status", "code"), [(400, "invalid_request"), (401, "unauthenticated"), (403, "permission_denied")])
def test_a_look_up_that_is_not_allowed_ends_no_job(google: Google, engine: GeminiVideo, status: int, code: str) -> None:
    google.say("GET", JOBS, {"error": {"code": code, "message": "no"}}, status=status)
    with pytest.raises(StillRunning, match="The job goes on"):
        engine.poll("v1_a")
    assert google.asked("test.said") == 1


@pytest.mark.parametrize(("status", "kind"), [(429, Busy), (408, Passing), (500, Passing), (503, Passing), (504, Passing)])
def test_a_look_up_is_repeated_and_its_failure_passes(
    google: Google, engine: GeminiVideo, status: int, kind: type[FactoryError]
) -> None:
    google.say("GET", JOBS, {"error": {"code": "too_many_requests", "message": "later"}}, status=status)
    with pytest.raises(kind):
        engine.poll("v1_a")
    assert google.asked("test.said") == 3


def test_an_unreadable_look_up_ends_no_job(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    job = order(engine, shelf)
    google.misbehave("gemini.poll", "invalid_json")
    with pytest.raises(Passing):
        engine.poll(job)
    assert "clip" in delivered(engine, job).links


def test_a_finished_interaction_whose_file_is_at_work_is_waited_for(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    job = order(engine, shelf)
    google.world.jobs[job].words = "PROCESSING"
    assert engine.poll(job) == Pending(job)
    google.world.jobs[job].words = ""
    assert "clip" in delivered(engine, job).links


def test_a_file_that_failed_is_a_failure_of_the_engine(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    job = order(engine, shelf)
    google.world.jobs[job].words = "FAILED"
    with pytest.raises(EngineFailed, match="file"):
        engine.poll(job)


def test_a_file_that_is_not_found_is_asked_for_again(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    job = order(engine, shelf)
    google.say("GET", FILES, {"error": {"code": 404, "status": "NOT_FOUND", "message": "no"}}, status=404)
    assert engine.poll(job) == Pending(job, wait=UNSEEN_WAIT)


def test_an_inline_clip_is_taken_although_a_link_was_asked_for(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    job = order(engine, shelf)
    google.world.jobs[job].words = "inline"
    clip = delivered(engine, job).files["clip"]
    assert (clip.content, clip.media_type) == (media.clip(seconds=5, width=320, height=180), MP4)


def test_an_inline_clip_that_cannot_be_read_is_asked_for_again(google: Google, engine: GeminiVideo) -> None:
    steps = [{"type": "model_output", "content": [{"type": "video", "data": "%%%"}]}]
    google.say("GET", JOBS, {"status": "completed", "steps": steps})
    with pytest.raises(Passing, match="not readable"):
        engine.poll("v1_a")


def test_a_video_beside_an_error_is_kept_for_it_is_paid(google: Google, engine: GeminiVideo) -> None:
    content = [{"type": "text", "text": "here"}, {"type": "video", "data": base64.b64encode(b"clip").decode()}]
    steps = [{"type": "thought"}, {"type": "model_output", "content": content}]
    google.say("GET", JOBS, {"status": "completed", "steps": steps, "errors": [{"code": "x", "message": "a warning"}]})
    assert delivered(engine, "v1_a").files["clip"].content == b"clip"


def test_the_key_is_sent_to_no_strange_address(google: Google, engine: GeminiVideo) -> None:
    for uri in ("https://elsewhere.example/v1beta/files/abc-1:download?alt=media", "https://elsewhere.example/clip.mp4"):
        steps = [{"type": "model_output", "content": [{"type": "video", "uri": uri}]}]
        google.say("GET", JOBS, {"status": "completed", "steps": steps})
        google.say("GET", FILES, {"state": "ACTIVE"})
        link = delivered(engine, "v1_a").links["clip"]
        assert link.url.startswith(google.base("gemini")) or not link.headers


def test_a_dead_link_is_replaced_at_the_next_look(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    google.misbehave("gemini.submit", "dead_link")
    job = order(engine, shelf)
    link = delivered(engine, job).links["clip"]
    with pytest.raises(Exception, match="Client error"):
        fetched(link.url, link.headers)
    link = delivered(engine, job).links["clip"]
    assert fetched(link.url, link.headers)
