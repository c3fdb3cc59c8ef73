"""Luma's Agents API: frames inside the request, prices by the clip, every way a job or a line ends."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.providers.luma import LumaVideo
from videofactory.providers.roles import Delivered, Pending, Sought
from videofactory_tests.providers.luma_scenes import TOKEN, Pictures, account, request, sold, twin_running
from videofactory_tests.twin.server import Twin


@pytest.fixture
def twin() -> Iterator[Twin]:
    with twin_running() as running:
        yield running


@pytest.fixture
def luma(twin: Twin) -> LumaVideo:
    return LumaVideo(sold("luma"), account=account(twin, provider="luma"))


@pytest.fixture
def shelf(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path)


def sent(twin: Twin) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def submitted(luma: LumaVideo, shelf: Pictures) -> str:
    receipt = luma.submit(request(), shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    return receipt.external_id


def test_a_job_is_taken_and_brings_a_clip(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    receipt = luma.poll(submitted(luma, shelf))
    assert isinstance(receipt, Delivered)
    assert b"ftyp" in httpx.get(receipt.links["clip"].url).content[:12]
    assert receipt.links["clip"].media_type == "video/mp4"
    assert twin.paid("luma") == 1


def test_each_look_brings_a_fresh_link(luma: LumaVideo, shelf: Pictures) -> None:
    job = submitted(luma, shelf)
    first, second = luma.poll(job), luma.poll(job)
    assert isinstance(first, Delivered)
    assert isinstance(second, Delivered)
    assert first.links["clip"].url != second.links["clip"].url


def test_a_job_that_is_not_finished_is_pending(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    twin.misbehave("luma.submit", "never")
    job = submitted(luma, shelf)
    assert luma.poll(job) == Pending(job, wait=5.0)


def test_the_frames_of_a_short_clip_travel_inside_the_request(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    luma.submit(request(last=True), shelf=shelf, token=TOKEN)
    assert sent(twin)["video"] == {
        "resolution": "720p",
        "duration": "5s",
        "start_frame": {"data": base64.b64encode(b"first").decode(), "media_type": "image/png"},
        "end_frame": {"data": base64.b64encode(b"last").decode(), "media_type": "image/jpeg"},
    }


@pytest.mark.parametrize(("last", "indexes"), [(False, [0]), (True, [0, 240])])
def test_a_long_clip_takes_its_frames_as_pinned_keyframes(
    twin: Twin, luma: LumaVideo, shelf: Pictures, *, last: bool, indexes: list[int]
) -> None:
    luma.submit(request(seconds=7, last=last), shelf=shelf, token=TOKEN)
    video = sent(twin)["video"]
    assert (video["duration"], video["keyframe_indexes"], len(video["keyframes"])) == ("10s", indexes, len(indexes))
    assert "start_frame" not in video


def test_our_id_goes_along_for_people(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    submitted(luma, shelf)
    assert sent(twin)["user_id"] == TOKEN


@pytest.mark.parametrize(
    ("width", "height", "size", "aspect"),
    [(960, 540, "540p", "16:9"), (1080, 1920, "1080p", "9:16"), (600, 600, "720p", "1:1"), (3840, 2160, "1080p", "16:9")],
)
def test_the_smallest_size_that_fills_the_frame_is_bought(
    twin: Twin, luma: LumaVideo, shelf: Pictures, *, width: int, height: int, size: str, aspect: str
) -> None:
    luma.submit(request(width=width, height=height), shelf=shelf, token=TOKEN)
    assert (sent(twin)["video"]["resolution"], sent(twin)["aspect_ratio"]) == (size, aspect)


@pytest.mark.parametrize(
    ("seconds", "side", "usd"),
    [
        (5, 540, "0.15"),
        (10, 540, "0.45"),
        (4.2, 720, "0.30"),
        (5.1, 720, "0.90"),
        (5, 1080, "1.20"),
        (10, 1080, "3.60"),
    ],
)
def test_a_clip_is_priced_by_its_size_and_the_length_sold(luma: LumaVideo, seconds: float, side: int, usd: str) -> None:
    assert luma.price(request(seconds=seconds, width=side, height=side)) == Decimal(usd)


def test_a_length_that_is_not_sold_is_refused_for_free(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    for act in (luma.price, lambda asked: luma.submit(asked, shelf=shelf, token=TOKEN)):
        with pytest.raises(EngineRejected, match="up to 10 s"):
            act(request(seconds=10.5))
    assert twin.asked("luma.submit") == 0


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("content_moderated", Refused),
        ("generation_failed", EngineFailed),
        ("output_not_found", EngineFailed),
        ("rate_limited", EngineFailed),
        ("budget_exhausted", EngineFailed),
        ("image_too_large", EngineFailed),
        ("unsupported_format", EngineFailed),
        ("corrupt_input", EngineFailed),
        ("invalid_request", EngineFailed),
    ],
)
def test_a_failed_job_ends_by_its_code_with_luma_s_words(
    twin: Twin, luma: LumaVideo, shelf: Pictures, *, code: str, error: type[FactoryError]
) -> None:
    twin.misbehave("luma.submit", "fail", words=f"{code}: so it is")
    with pytest.raises(error, match="so it is") as caught:
        luma.poll(submitted(luma, shelf))
    assert type(caught.value) is error


def test_a_moderated_job_is_refused(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    twin.misbehave("luma.submit", "refuse", words="no crowns")
    with pytest.raises(Refused, match="no crowns"):
        luma.poll(submitted(luma, shelf))


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
def test_our_own_faults_are_rejected(twin: Twin, luma: LumaVideo, shelf: Pictures, status: int) -> None:
    twin.misbehave("luma.submit", "error", value=status)
    with pytest.raises(EngineRejected):
        submitted(luma, shelf)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504])
def test_what_proves_nothing_stays_unknown_and_is_sent_once(twin: Twin, luma: LumaVideo, shelf: Pictures, status: int) -> None:
    twin.misbehave("luma.submit", "error", value=status)
    with pytest.raises(OutcomeUnknown):
        submitted(luma, shelf)
    assert twin.asked("luma.submit") == 1


def test_a_busy_luma_says_how_long_to_wait(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    twin.misbehave("luma.submit", "busy", value=7, words="Too many concurrent jobs")
    with pytest.raises(Busy, match="concurrent") as caught:
        submitted(luma, shelf)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("kind", ["cut_after", "invalid_json"])
def test_a_yes_that_nobody_read_stays_unknown(twin: Twin, luma: LumaVideo, shelf: Pictures, kind: str) -> None:
    twin.misbehave("luma.submit", kind)
    with pytest.raises(OutcomeUnknown):
        submitted(luma, shelf)
    assert twin.paid("luma") == 1


def test_half_an_answer_to_a_look_ends_no_job(twin: Twin, luma: LumaVideo, shelf: Pictures) -> None:
    job = submitted(luma, shelf)
    twin.misbehave("luma.poll", "invalid_json")
    with pytest.raises(Passing):
        luma.poll(job)


def test_a_wrong_key_is_said_without_the_key(twin: Twin, shelf: Pictures) -> None:
    luma = LumaVideo(sold("luma"), account=account(twin, provider="luma", key="luma-api-secret"))
    with pytest.raises(EngineRejected, match="Check the key") as caught:
        submitted(luma, shelf)
    assert "secret" not in str(caught.value)


def test_a_lost_answer_cannot_be_looked_up_and_says_what_to_ask_for(luma: LumaVideo) -> None:
    with pytest.raises(OutcomeUnknown, match=f"request id {TOKEN}"):
        luma.find(Sought(TOKEN, request="{}", sent_at=datetime.now(UTC)))


def test_its_capabilities_are_frames_only(luma: LumaVideo) -> None:
    assert luma.can == {"first_frame", "last_frame"}
    assert not luma.resend_is_free
