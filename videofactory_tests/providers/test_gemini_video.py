"""Gemini Omni: what an order says, what is remarked, and what each error of an order means."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.errors import (
    Busy,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
    Refused,
)
from videofactory.domain.script import Camera
from videofactory.providers.gemini_video import LEFT_OUT, GeminiVideo
from videofactory.providers.roles import Delivered, Pending, Shelf, Sought
from videofactory_tests.providers.google_scenes import (
    APRON,
    CUP,
    FIRST,
    KEY,
    LAST,
    SCENE,
    TODAY,
    TOKEN,
    Google,
    changed,
    delivered,
    fetched,
    order,
    running,
    shelf_in,
    sold,
)
from videofactory_tests.twin import media

ORDERS = r"/gemini/v1beta/interactions"
MODEL = sold("video", "gemini")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


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


def test_an_order_is_one_request_in_the_background_whose_clip_lies_at_a_link(
    google: Google, engine: GeminiVideo, shelf: Shelf
) -> None:
    link = delivered(engine, order(engine, shelf)).links["clip"]
    assert (google.paid("gemini"), google.asked("gemini.submit")) == (1, 1)
    assert fetched(link.url, link.headers) == media.clip(seconds=5, width=320, height=180)
    assert link.headers == {"x-goog-api-key": KEY}
    assert KEY not in repr(link)


def test_the_order_says_what_is_wanted(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    order(engine, shelf, changed(camera=Camera.PAN_LEFT))
    sent = google.sent()
    picture, words = sent.pop("input")
    assert picture["mime_type"] == "image/png"
    assert base64.b64decode(picture["data"]) == shelf(FIRST).read_bytes()
    assert words["text"] == "Steam over a cup. Slow pan to the left. Single continuous shot. No dialogue, no music."
    assert sent == {
        "model": "gemini-omni-1.2-flash",
        "background": True,
        "store": True,
        "generation_config": {"video_config": {"task": "image_to_video"}},
        "response_format": {
            "type": "video",
            "aspect_ratio": "16:9",
            "resolution": "720p",
            "duration": "5s",
            "delivery": "uri",
        },
        "labels": {"attempt": TOKEN},
    }


def test_silence_is_not_asked_for_where_its_own_sound_is_wanted(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    order(engine, shelf, changed(own_sound=True))
    assert "No dialogue" not in google.sent()["input"][-1]["text"]


def test_a_callback_carries_our_token_in_its_query_and_in_its_metadata(google: Google, shelf: Shelf) -> None:
    order(GeminiVideo(MODEL, account=google.gemini(callback="https://hooks.example.org/webhooks/gemini?a=1")), shelf)
    uri = f"https://hooks.example.org/webhooks/gemini?a=1&token={TOKEN}"
    assert google.sent()["webhook_config"] == {"uris": [uri], "user_metadata": {"token": TOKEN}}


def test_first_and_last_frame_are_the_two_pictures_in_their_order(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    order(engine, shelf, changed(last_frame=LAST))
    sent = google.sent()
    assert [base64.b64decode(part["data"]) for part in sent["input"][:-1]] == [
        shelf(FIRST).read_bytes(),
        shelf(LAST).read_bytes(),
    ]
    assert sent["generation_config"]["video_config"]["task"] == "image_to_video"


def test_references_are_bound_to_their_pictures_in_words(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    job = order(engine, shelf, changed(references=(CUP, APRON)))
    sent = google.sent()
    assert [base64.b64decode(part["data"]) for part in sent["input"][1:-1]] == [
        shelf(CUP).read_bytes(),
        shelf(APRON).read_bytes(),
    ]
    bound = "[# Sources <FIRST_FRAME>@Image1] [# References <IMAGE_REF_0>@Image2 <IMAGE_REF_1>@Image3] Steam"
    assert sent["input"][-1]["text"].startswith(bound)
    assert "generation_config" not in sent
    assert delivered(engine, job).remarks == ()


@pytest.mark.parametrize(
    ("name", "facts", "left"),
    [
        ("gemini-omni-1.2-flash", {"last_frame": LAST, "references": (CUP,)}, ["references"]),
        ("gemini-omni-1.2-flash", {"references": (CUP,) * 7}, ["some_references"]),
        ("gemini-omni-1.2-flash", {"width": 1080, "height": 1080}, ["aspect"]),
        ("gemini-omni-1.1-flash", {"references": (CUP,)}, ["references"]),
        ("gemini-omni-1.2-flash", {"last_frame": LAST}, []),
    ],
)
def test_what_was_left_out_is_remarked_even_by_a_process_that_did_not_order_it(
    google: Google, shelf: Shelf, *, name: str, facts: dict[str, Any], left: list[str]
) -> None:
    model = sold("video", name)
    job = order(GeminiVideo(model, account=google.gemini()), shelf, changed(**facts))
    assert delivered(GeminiVideo(model, account=google.gemini()), job).remarks == tuple(LEFT_OUT[word] for word in left)
    assert len([part for part in google.sent()["input"] if part["type"] == "image"]) <= 7


def test_a_model_without_a_last_frame_is_given_none_and_says_so(google: Google, shelf: Shelf) -> None:
    model = MODEL.model_copy(update={"can": frozenset({"first_frame"})})
    engine = GeminiVideo(model, account=google.gemini())
    job = order(engine, shelf, changed(last_frame=LAST))
    assert len(google.sent()["input"]) == 2
    assert delivered(engine, job).remarks == (LEFT_OUT["last_frame"],)


@pytest.mark.parametrize(
    ("width", "height", "aspect", "resolution", "dollars"),
    [
        (640, 360, "16:9", "360p", "0.115"),
        (1280, 720, "16:9", "720p", "0.35"),
        (1080, 1920, "9:16", "1080p", "0.525"),
        (3840, 2160, "16:9", "4k", "1.05"),
        (5120, 2880, "16:9", "4k", "1.05"),
    ],
)
def test_the_smallest_size_that_fills_the_frame_is_ordered_and_priced(
    google: Google, engine: GeminiVideo, shelf: Shelf, *, width: int, height: int, aspect: str, resolution: str, dollars: str
) -> None:
    request = changed(width=width, height=height)
    order(engine, shelf, request)
    shape = google.sent()["response_format"]
    assert (shape["aspect_ratio"], shape["resolution"]) == (aspect, resolution)
    assert engine.price(request) == Decimal(dollars)


@pytest.mark.parametrize(("seconds", "length"), [(1, "3s"), (3, "3s"), (4.2, "5s"), (15, "15s")])
def test_the_shortest_length_sold_is_ordered(
    google: Google, engine: GeminiVideo, shelf: Shelf, *, seconds: float, length: str
) -> None:
    order(engine, shelf, changed(seconds=seconds))
    assert google.sent()["response_format"]["duration"] == length


def test_a_scene_that_is_too_long_is_refused_for_free(google: Google, shelf: Shelf) -> None:
    engine = GeminiVideo(sold("video", "gemini-omni-1.1-flash"), account=google.gemini())
    with pytest.raises(EngineRejected, match="up to 10 s"):
        order(engine, shelf, changed(seconds=11))
    assert google.asked("gemini.submit") == 0


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_request", EngineRejected),
        (401, "unauthenticated", EngineRejected),
        (403, "permission_denied", EngineRejected),
        (404, "not_found", EngineRejected),
        (429, "too_many_requests", Busy),
        (429, "resource_exhausted", Busy),
        (408, "deadline_exceeded", OutcomeUnknown),
        (409, "aborted", OutcomeUnknown),
        (500, "internal", OutcomeUnknown),
        (503, "unavailable", OutcomeUnknown),
        (504, "deadline_exceeded", OutcomeUnknown),
    ],
)
@pytest.mark.parametrize("numeric", [False, True])
def test_each_error_of_an_order_has_its_meaning_in_both_envelopes(
    google: Google, engine: GeminiVideo, shelf: Shelf, *, status: int, code: str, kind: type[FactoryError], numeric: bool
) -> None:
    error = {"code": status, "status": code.upper(), "message": "no"} if numeric else {"code": code, "message": "no"}
    google.say("POST", ORDERS, {"error": error}, status=status)
    with pytest.raises(FactoryError, match=f"{code.upper()}: no") as caught:
        order(engine, shelf)
    assert type(caught.value) is kind
    assert google.asked("test.said") == 1, "an order is never repeated by the adapter"


def test_a_prompt_the_service_will_not_take_is_a_refusal(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    said = {"error": {"code": "invalid_request", "message": "The prompt violates our usage guidelines."}}
    google.say("POST", ORDERS, said, status=400)
    with pytest.raises(Refused, match="usage guidelines"):
        order(engine, shelf)


@pytest.mark.parametrize(("fault", "paid"), [("cut_before", 0), ("cut_after", 1), ("invalid_json", 1)])
def test_a_lost_answer_is_unknown_and_cannot_be_looked_up(
    google: Google, engine: GeminiVideo, shelf: Shelf, *, fault: str, paid: int
) -> None:
    google.misbehave("gemini.submit", fault)
    with pytest.raises(OutcomeUnknown):
        order(engine, shelf)
    assert (google.paid(), google.asked("gemini.submit")) == (paid, 1)
    with pytest.raises(OutcomeUnknown):
        engine.find(Sought(TOKEN, request="{}", sent_at=NOON))


def test_an_answer_that_names_no_interaction_is_unknown(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    google.say("POST", ORDERS, {"status": "in_progress"})
    with pytest.raises(OutcomeUnknown, match="without naming"):
        order(engine, shelf)


def test_an_accepted_order_is_followed_by_its_id_whatever_else_the_answer_says(
    google: Google, engine: GeminiVideo, shelf: Shelf
) -> None:
    google.say("POST", ORDERS, {"id": "v1_a", "status": "completed", "steps": [{"type": "model_output", "content": []}]})
    receipt = engine.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    assert receipt.external_id == "v1_a"


def test_a_clip_without_an_id_is_taken_at_once(google: Google, engine: GeminiVideo, shelf: Shelf) -> None:
    steps = [{"type": "model_output", "content": [{"type": "video", "data": base64.b64encode(b"clip").decode()}]}]
    google.say("POST", ORDERS, {"status": "completed", "steps": steps})
    receipt = engine.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Delivered)
    assert receipt.files["clip"].content == b"clip"


def test_what_it_can_do_stands_in_the_registry(engine: GeminiVideo) -> None:
    assert engine.can == {"first_frame", "last_frame", "references", "native_audio"}
    assert (engine.max_seconds, engine.resend_is_free, MODEL.retired(TODAY)) == (15, False, False)
