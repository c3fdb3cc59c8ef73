"""Gemini's pictures: what is sent, what comes back as PNG of the size asked for, and what each failure means."""

import base64
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, OutcomeUnknown, Passing, Refused
from videofactory.domain.footage import Box
from videofactory.domain.script import Camera, Layout
from videofactory.providers.account import Account
from videofactory.providers.gemini_stills import GeminiStills, still_words
from videofactory.providers.registry import Price
from videofactory.providers.roles import StillRequest
from videofactory_tests.providers.google_scenes import CUP, FIRST, STILL, TOKEN, Google, running, shelf_in, sold
from videofactory_tests.twin import media

STILLS = r"/gemini/v1beta/models/.*:generateContent"
MODEL = sold("stills", "gemini")
OFFLINE = Account("gemini", bases={"gemini": "http://127.0.0.1:1"})


@pytest.fixture
def google() -> Iterator[Google]:
    with running() as google:
        yield google


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def drawn(google: Google, folder: Path, request: StillRequest = STILL) -> Image.Image:
    delivered = GeminiStills(MODEL, account=google.gemini()).submit(request, shelf=shelf_in(folder), token=TOKEN)
    assert delivered.files["still"].media_type == "image/png"
    return Image.open(io.BytesIO(delivered.files["still"].content))


def changed(**facts: Any) -> StillRequest:  # noqa: ANN401 - any field
    return StillRequest.model_validate(STILL.model_dump() | facts)


def answer(content: bytes, kind: str = "image/png") -> dict[str, Any]:
    data = base64.b64encode(content).decode()
    return {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"inlineData": {"mimeType": kind, "data": data}}]}}]}


def test_one_paid_request_brings_a_picture_of_exactly_the_size_asked_for(google: Google, folder: Path) -> None:
    picture = drawn(google, folder)
    assert (picture.size, picture.format, google.paid("gemini")) == ((160, 90), "PNG", 1)


def test_references_and_shape_are_sent(google: Google, folder: Path) -> None:
    drawn(google, folder, changed(references=(FIRST, CUP)))
    sent = google.sent()
    parts = sent["contents"][0]["parts"]
    shelf = shelf_in(folder)
    assert [base64.b64decode(part["inlineData"]["data"]) for part in parts[:2]] == [
        shelf(FIRST).read_bytes(),
        shelf(CUP).read_bytes(),
    ]
    assert parts[0]["inlineData"]["mimeType"] == "image/png"
    assert "A cup at dawn." in parts[2]["text"]
    assert sent["generationConfig"] == {
        "responseModalities": ["IMAGE"],
        "imageConfig": {"aspectRatio": "16:9", "imageSize": "1K"},
    }


@pytest.mark.parametrize(
    ("width", "height", "aspect", "size"),
    [
        (1280, 720, "16:9", "1K"),
        (1920, 1080, "16:9", "2K"),
        (1080, 1920, "9:16", "2K"),
        (1080, 1080, "1:1", "2K"),
        (3840, 2160, "16:9", "4K"),
        (1200, 800, "3:2", "2K"),
    ],
)
def test_the_nearest_shape_and_the_smallest_size_that_fills_it_are_asked_for(
    google: Google, folder: Path, *, width: int, height: int, aspect: str, size: str
) -> None:
    picture = drawn(google, folder, changed(width=width, height=height))
    assert google.sent()["generationConfig"]["imageConfig"] == {"aspectRatio": aspect, "imageSize": size}
    assert picture.size == (width, height)


def test_a_jpeg_becomes_a_png(google: Google, folder: Path) -> None:
    google.say("POST", STILLS, answer(media.picture(width=160, height=90, media_type="image/jpeg"), "image/jpeg"))
    assert drawn(google, folder).format == "PNG"


def test_pictures_in_thoughts_are_not_the_answer(google: Google, folder: Path) -> None:
    body = answer(media.picture(width=160, height=90, seed=3))
    thought = answer(media.picture(width=160, height=90, seed=4))["candidates"][0]["content"]["parts"][0] | {"thought": True}
    body["candidates"][0]["content"]["parts"].append(thought)
    google.say("POST", STILLS, body)
    assert drawn(google, folder).tobytes() == Image.open(io.BytesIO(media.picture(width=160, height=90, seed=3))).tobytes()


def test_nothing_is_drawn_at_a_price_nobody_has_read() -> None:
    with pytest.raises(EngineRejected, match=r"no price of gemini-3.1-flash-image per call \(1K\)"):
        GeminiStills(MODEL, account=OFFLINE).price(STILL)


def test_a_price_in_the_registry_is_for_the_size_that_is_drawn() -> None:
    prices = (Price(per="call", usd=Decimal("0.07"), size="1K"), Price(per="call", usd=Decimal("0.10"), size="2K"))
    engine = GeminiStills(MODEL.model_copy(update={"prices": prices}), account=OFFLINE)
    assert [engine.price(STILL), engine.price(changed(width=1920, height=1080))] == [Decimal("0.07"), Decimal("0.10")]


@pytest.mark.parametrize(("words", "kind"), [("prompt IMAGE_SAFETY", Refused), ("answer IMAGE_SAFETY", Refused)])
def test_a_blocked_picture_is_a_refusal(google: Google, folder: Path, words: str, kind: type[Exception]) -> None:
    google.misbehave("gemini.still", "refuse", words=words)
    with pytest.raises(kind, match="IMAGE_SAFETY"):
        drawn(google, folder)


@pytest.mark.parametrize("reason", ["NO_IMAGE", "IMAGE_OTHER"])
def test_no_picture_is_a_failure_of_the_engine(google: Google, folder: Path, reason: str) -> None:
    google.misbehave("gemini.still", "fail", words=f"answer {reason}")
    with pytest.raises(EngineFailed, match=reason):
        drawn(google, folder)


@pytest.mark.parametrize("fault", ["truncated", "corrupt"])
def test_a_picture_that_cannot_be_read_is_a_failure_of_the_engine(google: Google, folder: Path, fault: str) -> None:
    google.misbehave("gemini.still", fault)
    with pytest.raises(EngineFailed, match="cannot be read"):
        drawn(google, folder)


def test_words_instead_of_a_picture_are_passed_on(google: Google, folder: Path) -> None:
    said = {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": "I would rather not."}]}}]}
    google.say("POST", STILLS, said)
    with pytest.raises(EngineFailed, match="I would rather not"):
        drawn(google, folder)


def test_data_that_is_no_base64_is_a_failure_of_the_engine(google: Google, folder: Path) -> None:
    body = answer(b"x")
    body["candidates"][0]["content"]["parts"][0]["inlineData"]["data"] = "%%%"
    google.say("POST", STILLS, body)
    with pytest.raises(EngineFailed, match="not readable"):
        drawn(google, folder)


@pytest.mark.parametrize(
    ("fault", "value", "kind", "paid"),
    [
        ("busy", 7, Busy, 0),
        ("error", 500, OutcomeUnknown, 0),
        ("error", 404, EngineRejected, 0),
        ("cut_before", 0, OutcomeUnknown, 0),
        ("cut_after", 0, OutcomeUnknown, 1),
        ("invalid_json", 0, OutcomeUnknown, 1),
    ],
)
def test_a_request_is_sent_once_whatever_becomes_of_it(
    google: Google, folder: Path, *, fault: str, value: int, kind: type[Exception], paid: int
) -> None:
    google.misbehave("gemini.still", fault, value=value)
    with pytest.raises(kind) as caught:
        drawn(google, folder)
    assert (google.paid(), google.asked("gemini.still")) == (paid, 1)
    if isinstance(caught.value, Passing):
        assert caught.value.retry_after == 7


def test_the_words_say_light_colours_composition_and_how_closely_to_keep_to_the_reference() -> None:
    request = changed(
        lighting="low sun",
        layout=Layout.SPLIT_SCREEN,
        strength=0.1,
        focus=Box(x=0.2, y=0.4, width=0.2, height=0.2),
        moment="last",
        camera=Camera.PULL_OUT,
    )
    words = still_words(request)
    for part in ("low sun", "#6b3f1d, #e8b04b", "split screen", "Keep closely", "30% of its width and 50%", "pull out"):
        assert part in words
    assert "in spirit" in still_words(changed(strength=0.5))
    assert "only loosely" in still_words(changed(strength=0.9))
    assert "first picture" not in still_words(changed(references=()))
    assert "clean derivative" in still_words(changed(purpose="style_reference"))
