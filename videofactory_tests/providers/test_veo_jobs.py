"""Veo's operations: how one is followed to its clip, and what proves nothing about a paid one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    FactoryError,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.roles import Pending, Shelf
from videofactory.providers.veo import UNSEEN_WAIT, WAIT, Veo
from videofactory_tests.providers.google_scenes import Google, order, running, shelf_in, sold
from videofactory_tests.twin.vertex import PROJECT, service_account_file

MODEL = sold("video", "veo")
PLACE = f"projects/{PROJECT}/locations/us-central1/publishers/google/models/{MODEL.id}"
LOOKS = rf"/vertex/v1/{PLACE}:fetchPredictOperation"
NAME = f"{PLACE}/operations/1"


@pytest.fixture
def google() -> Iterator[Google]:
    with running() as google:
        yield google


@pytest.fixture
def file(tmp_path: Path, google: Google) -> Path:
    path = service_account_file(tmp_path)
    google.world.keys["GOOGLE_APPLICATION_CREDENTIALS"] = str(path)
    return path


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


@pytest.fixture
def engine(google: Google, file: Path) -> Veo:
    """Its look-ups do not dawdle between two tries."""
    engine = Veo(MODEL, account=google.vertex(file))
    engine._looking._sleep = lambda _: None
    return engine


def test_an_operation_at_work_is_waited_for(google: Google, engine: Veo, shelf: Shelf) -> None:
    google.misbehave("vertex.submit", "never")
    name = order(engine, shelf)
    assert name.startswith(f"{PLACE}/operations/")
    assert engine.poll(name) == Pending(name, wait=WAIT)


def test_an_operation_of_another_model_is_asked_for_below_its_own(google: Google, engine: Veo, file: Path, shelf: Shelf) -> None:
    lite = Veo(sold("video", "veo-3.1-lite-generate-001"), account=google.vertex(file))
    engine.poll(order(lite, shelf))
    assert google.world.asked[-1][1].endswith("/veo-3.1-lite-generate-001:fetchPredictOperation")


def test_a_clip_the_filter_held_is_a_refusal_in_its_words(google: Google, engine: Veo, shelf: Shelf) -> None:
    google.misbehave("vertex.submit", "refuse", words="Support codes: 58061214")
    with pytest.raises(Refused, match="Support codes: 58061214"):
        engine.poll(order(engine, shelf))


def test_a_failed_operation_says_why(google: Google, engine: Veo, shelf: Shelf) -> None:
    google.misbehave("vertex.submit", "fail", words="Internal error.")
    with pytest.raises(EngineFailed, match="13: Internal error"):
        engine.poll(order(engine, shelf))


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        (3, "The prompt violates Vertex AI's usage guidelines.", Refused),
        (3, "The picture could not be read.", EngineFailed),
        (7, "no", EngineFailed),
        (8, "no", EngineFailed),
        (14, "no", EngineFailed),
    ],
)
def test_the_error_of_an_operation_ends_it(
    google: Google, engine: Veo, *, code: int, message: str, kind: type[FactoryError]
) -> None:
    google.say("POST", LOOKS, {"name": NAME, "done": True, "error": {"code": code, "message": message}})
    with pytest.raises(FactoryError, match=f"{code}: {message}") as caught:
        engine.poll(NAME)
    assert type(caught.value) is kind


@pytest.mark.parametrize("response", [{}, {"videos": []}, {"videos": [{"gcsUri": "gs://bucket/clip.mp4"}]}])
def test_done_without_a_clip_we_can_take_is_a_failure_of_the_engine(
    google: Google, engine: Veo, response: dict[str, Any]
) -> None:
    google.say("POST", LOOKS, {"name": NAME, "done": True, "response": response})
    with pytest.raises(EngineFailed):
        engine.poll(NAME)


def test_a_clip_that_cannot_be_read_is_asked_for_again(google: Google, engine: Veo) -> None:
    google.say("POST", LOOKS, {"name": NAME, "done": True, "response": {"videos": [{"bytesBase64Encoded": "%%%"}]}})
    with pytest.raises(Passing, match="not readable"):
        engine.poll(NAME)


def test_not_found_is_no_proof_that_an_operation_does_not_exist(engine: Veo) -> None:
    assert engine.poll(NAME) == Pending(NAME, wait=UNSEEN_WAIT)


@pytest.mark.parametrize(("status", "code"), [(400, "INVALID_ARGUMENT"), (401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED")])
def test_a_look_up_that_is_not_allowed_ends_no_job(google: Google, engine: Veo, status: int, code: str) -> None:
    google.say("POST", LOOKS, {"error": {"code": status, "status": code, "message": "no"}}, status=status)
    with pytest.raises(StillRunning, match="The job goes on"):
        engine.poll(NAME)


def test_a_look_up_without_a_token_ends_no_job(engine: Veo, file: Path) -> None:
    file.write_text("{}")
    with pytest.raises(StillRunning, match="service account file"):
        engine.poll(NAME)


@pytest.mark.parametrize(("status", "kind"), [(429, Busy), (500, Passing), (503, Passing), (504, Passing)])
def test_a_look_up_is_repeated_and_its_failure_passes(google: Google, engine: Veo, status: int, kind: type[FactoryError]) -> None:
    google.say("POST", LOOKS, {"error": {"code": status, "status": "X", "message": "later"}}, status=status)
    with pytest.raises(kind):
        engine.poll(NAME)
    assert google.asked("test.said") == 3


def test_an_unreadable_look_up_ends_no_job(google: Google, engine: Veo, shelf: Shelf) -> None:
    name = order(engine, shelf)
    google.misbehave("vertex.poll", "invalid_json")
    with pytest.raises(Passing):
        engine.poll(name)
