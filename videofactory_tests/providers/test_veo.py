"""Veo on Vertex: what an order says, and what each error of an order means."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from videofactory.domain.errors import (
    Busy,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
)
from videofactory.providers.roles import Delivered, Shelf, Sought
from videofactory.providers.veo import Veo
from videofactory_tests.providers.google_scenes import (
    CUP,
    FIRST,
    LAST,
    TODAY,
    TOKEN,
    Google,
    changed,
    order,
    running,
    shelf_in,
    sold,
)
from videofactory_tests.twin import media
from videofactory_tests.twin.vertex import PROJECT, service_account_file

MODEL = sold("video", "veo")
PLACE = f"projects/{PROJECT}/locations/us-central1/publishers/google/models/{MODEL.id}"
ORDERS = rf"/vertex/v1/{PLACE}:predictLongRunning"


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


def test_an_order_is_one_request_whose_clip_comes_in_the_operations_answer(google: Google, engine: Veo, shelf: Shelf) -> None:
    receipt = engine.poll(order(engine, shelf))
    assert isinstance(receipt, Delivered)
    assert receipt.files["clip"].content == media.clip(seconds=6, width=320, height=180)
    assert receipt.files["clip"].media_type == "video/mp4"
    assert (google.paid("vertex"), google.asked("vertex.submit"), google.asked("google_oauth.token")) == (1, 1, 1)


def test_the_order_says_what_is_wanted(google: Google, engine: Veo, shelf: Shelf) -> None:
    order(engine, shelf, changed(last_frame=LAST))
    sent = google.sent()
    scene = sent["instances"][0]
    assert scene["prompt"] == "Steam over a cup. Slow push-in. Single continuous shot. No dialogue, no music."
    for end, artifact in (("image", FIRST), ("lastFrame", LAST)):
        assert base64.b64decode(scene[end]["bytesBase64Encoded"]) == shelf(artifact).read_bytes()
        assert scene[end]["mimeType"] == "image/png"
    assert sent["parameters"] == {
        "sampleCount": 1,
        "durationSeconds": 6,
        "aspectRatio": "16:9",
        "resolution": "720p",
        "generateAudio": False,
        "personGeneration": "allow_adult",
        "seed": 7,
    }
    assert sent["labels"] == {"attempt": TOKEN}


def test_what_it_cannot_do_is_left_out_of_the_call(google: Google, file: Path, shelf: Shelf) -> None:
    engine = Veo(sold("video", "veo-3.1-lite-generate-001"), account=google.vertex(file))
    order(engine, shelf, changed(last_frame=LAST, references=(CUP,)))
    assert set(google.sent()["instances"][0]) == {"prompt", "image"}
    assert "last_frame" not in engine.can
    assert "references" not in engine.can


def test_its_own_sound_is_made_only_where_it_is_wanted(google: Google, engine: Veo, shelf: Shelf) -> None:
    order(engine, shelf, changed(own_sound=True))
    assert google.sent()["parameters"]["generateAudio"] is True


def test_a_seed_is_sent_as_32_bits_and_none_for_zero(google: Google, engine: Veo, shelf: Shelf) -> None:
    order(engine, shelf, changed(seed=2**32 + 5))
    assert google.sent()["parameters"]["seed"] == 5
    order(engine, shelf, changed(seed=0))
    assert "seed" not in google.sent()["parameters"]


@pytest.mark.parametrize(
    ("width", "height", "aspect", "resolution", "dollars"),
    [
        (640, 360, "16:9", "720p", "0.60"),
        (1080, 1920, "9:16", "1080p", "0.72"),
        (3840, 2160, "16:9", "4k", "1.80"),
        (1080, 1080, "16:9", "1080p", "0.72"),
    ],
)
def test_the_smallest_size_that_fills_the_frame_is_ordered_and_priced(
    google: Google, engine: Veo, shelf: Shelf, *, width: int, height: int, aspect: str, resolution: str, dollars: str
) -> None:
    request = changed(width=width, height=height, seconds=6)
    order(engine, shelf, request)
    asked = google.sent()["parameters"]
    assert (asked["aspectRatio"], asked["resolution"]) == (aspect, resolution)
    assert engine.price(request) == Decimal(dollars)


@pytest.mark.parametrize(("seconds", "length"), [(1, 4), (4, 4), (4.5, 6), (8, 8)])
def test_the_shortest_length_sold_is_ordered(google: Google, engine: Veo, shelf: Shelf, *, seconds: float, length: int) -> None:
    order(engine, shelf, changed(seconds=seconds))
    assert google.sent()["parameters"]["durationSeconds"] == length


def test_a_scene_that_is_too_long_is_refused_for_free(google: Google, engine: Veo, shelf: Shelf) -> None:
    with pytest.raises(EngineRejected, match="up to 8 s"):
        order(engine, shelf, changed(seconds=9))
    assert google.asked("vertex.submit") == 0


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "INVALID_ARGUMENT", EngineRejected),
        (400, "FAILED_PRECONDITION", EngineRejected),
        (401, "UNAUTHENTICATED", EngineRejected),
        (403, "PERMISSION_DENIED", EngineRejected),
        (404, "NOT_FOUND", EngineRejected),
        (429, "RESOURCE_EXHAUSTED", Busy),
        (408, "DEADLINE_EXCEEDED", OutcomeUnknown),
        (409, "ABORTED", OutcomeUnknown),
        (500, "INTERNAL", OutcomeUnknown),
        (503, "UNAVAILABLE", OutcomeUnknown),
        (504, "DEADLINE_EXCEEDED", OutcomeUnknown),
    ],
)
def test_each_error_of_an_order_has_its_meaning(
    google: Google, engine: Veo, shelf: Shelf, *, status: int, code: str, kind: type[FactoryError]
) -> None:
    google.say("POST", ORDERS, {"error": {"code": status, "status": code, "message": "no"}}, status=status)
    with pytest.raises(FactoryError, match=f"{code}: no") as caught:
        order(engine, shelf)
    assert type(caught.value) is kind
    assert google.asked("test.said") == 1, "an order is never repeated by the adapter"


@pytest.mark.parametrize(("fault", "paid"), [("cut_before", 0), ("cut_after", 1), ("invalid_json", 1)])
def test_a_lost_answer_is_unknown_and_cannot_be_looked_up(
    google: Google, engine: Veo, shelf: Shelf, *, fault: str, paid: int
) -> None:
    google.misbehave("vertex.submit", fault)
    with pytest.raises(OutcomeUnknown):
        order(engine, shelf)
    assert (google.paid(), google.asked("vertex.submit")) == (paid, 1)
    with pytest.raises(OutcomeUnknown):
        engine.find(Sought(TOKEN, request="{}", sent_at=datetime(2026, 11, 21, tzinfo=UTC)))


def test_an_answer_that_names_no_operation_is_unknown(google: Google, engine: Veo, shelf: Shelf) -> None:
    google.say("POST", ORDERS, {})
    with pytest.raises(OutcomeUnknown, match="without naming"):
        order(engine, shelf)


def test_without_a_usable_service_account_nothing_is_sent(google: Google, file: Path, shelf: Shelf) -> None:
    file.unlink()
    with pytest.raises(EngineRejected, match="GOOGLE_APPLICATION_CREDENTIALS"):
        order(Veo(MODEL, account=google.vertex(file)), shelf)
    assert google.asked("vertex.submit") == 0


def test_every_model_on_vertex_is_served_and_marks_its_price() -> None:
    for name in ("veo-3.1-generate-001", "veo-3.1-fast-generate-001", "veo-3.1-lite-generate-001"):
        model = sold("video", name)
        model.require_served(TODAY)
        assert "not re-read" in model.note
        assert (model.rate and (model.rate.calls, model.rate.seconds), model.resend) == ((50, 60), False)
