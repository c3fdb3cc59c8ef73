"""What holds of clips by Kling at fal: each generation told in its own words, lost jobs known by their first frame."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from videofactory.domain.errors import EngineFailed, EngineRejected, OutcomeUnknown, Refused
from videofactory.providers.fal_video import FalKling, FalKling3
from videofactory_tests.providers.fal_scenes import (
    KLING,
    KLING_3,
    LAST,
    TOKEN,
    Services,
    account,
    answering,
    delivered,
    pending,
    running,
    shelf_in,
    sold,
    sought,
    video_request,
)


def kling(twin: Services) -> FalKling:
    return FalKling(sold(KLING), account=account(twin))


def kling_3(twin: Services) -> FalKling3:
    return FalKling3(sold(KLING_3), account=account(twin))


def test_kling_2_is_told_first_and_last_frame_and_length(tmp_path: Path) -> None:
    with running() as twin:
        engine = kling(twin)
        request = video_request(last_frame=LAST, seconds=7.0, own_sound=True)
        receipt = engine.submit(request, shelf=shelf_in(tmp_path), token=TOKEN)
        made = delivered(engine.poll(pending(receipt).external_id))
        sent = next(iter(twin.world.jobs.values())).request
        assert httpx.get(made.links["clip"].url).content[4:8] == b"ftyp"
    assert made.links["clip"].media_type == "video/mp4"
    assert sent["duration"] == "10"
    assert sent["prompt"] == "steam rises Camera: slow push in."
    assert sent["image_url"] != sent["tail_image_url"]
    assert "generate_audio" not in sent
    assert "makes no use of a sound of its own" in made.remarks[0]


def test_kling_3_is_told_in_its_own_words(tmp_path: Path) -> None:
    with running() as twin:
        engine = kling_3(twin)
        engine.submit(video_request(last_frame=LAST, own_sound=True), shelf=shelf_in(tmp_path), token=TOKEN)
        engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN)
        loud, silent = (job.request for job in twin.world.jobs.values())
    assert loud["start_image_url"] != loud["end_image_url"]
    assert "image_url" not in loud
    assert (loud["generate_audio"], silent["generate_audio"]) == (True, False)
    assert "end_image_url" not in silent


def test_seconds_and_sound_decide_the_price() -> None:
    with running() as twin:
        assert kling(twin).price(video_request()) == Decimal("0.350000")
        assert kling_3(twin).price(video_request()) == Decimal("0.420000")
        assert kling_3(twin).price(video_request(own_sound=True)) == Decimal("0.770000")


def test_a_length_that_is_not_sold_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with running() as twin:
        with pytest.raises(EngineRejected, match="up to 10 s"):
            kling(twin).submit(video_request(seconds=11.0), shelf=shelf_in(tmp_path), token=TOKEN)
        assert twin.asked("fal.upload") == twin.paid() == 0


def test_a_refusal_and_a_failure_end_a_clip_in_the_engines_words(tmp_path: Path) -> None:
    with running() as twin:
        engine, shelf = kling(twin), shelf_in(tmp_path)
        twin.misbehave("fal.submit", "refuse", words="no weapons")
        with pytest.raises(Refused, match="no weapons"):
            engine.poll(pending(engine.submit(video_request(), shelf=shelf, token=TOKEN)).external_id)
        twin.misbehave("fal.submit", "fail", words="no_media_generated")
        with pytest.raises(EngineFailed, match="no_media_generated"):
            engine.poll(pending(engine.submit(video_request(), shelf=shelf, token=TOKEN)).external_id)


def test_no_clip_is_a_failure() -> None:
    def handle(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"status": "COMPLETED"} if asked.url.path.endswith("/status") else {"video": None})

    with pytest.raises(EngineFailed, match="no clip"):
        FalKling(sold(KLING), account=answering(handle)).poll("r-1")


def test_a_lost_clip_is_known_by_the_name_of_its_first_frame(tmp_path: Path) -> None:
    with running() as twin:
        engine, shelf = kling(twin), shelf_in(tmp_path)
        twin_take = pending(engine.submit(video_request(), shelf=shelf, token="f" * 32)).external_id
        twin.misbehave("fal.submit", "cut_after")
        with pytest.raises(OutcomeUnknown):
            engine.submit(video_request(), shelf=shelf, token=TOKEN)
        found = pending(engine.find(sought(video_request()))).external_id
        assert found != twin_take
        assert delivered(engine.poll(found)).links
        assert twin.paid() == 2


def test_another_calls_clip_is_not_taken_for_a_lost_one(tmp_path: Path) -> None:
    with running() as twin:
        engine, shelf = kling(twin), shelf_in(tmp_path)
        engine.submit(video_request(), shelf=shelf, token="f" * 32)
        twin.misbehave("fal.submit", "cut_before")
        with pytest.raises(OutcomeUnknown):
            engine.submit(video_request(), shelf=shelf, token=TOKEN)
        with pytest.raises(OutcomeUnknown, match="proves nothing"):
            engine.find(sought(video_request()))
        assert twin.paid() == 1


def test_where_fal_keeps_no_names_the_only_like_request_is_believed() -> None:
    sent = {"prompt": "steam rises Camera: slow push in.", "duration": "5", "image_url": "https://v3.fal.media/files/x.png"}
    entry = {"request_id": "r-9", "sent_at": datetime.now(UTC).isoformat(), "json_input": sent}
    engine = FalKling(sold(KLING), account=answering(lambda _: httpx.Response(200, json={"items": [entry]})))
    assert pending(engine.find(sought(video_request()))).external_id.endswith("/fal-ai/kling-video/requests/r-9")
    with pytest.raises(OutcomeUnknown):
        engine.find(sought(video_request(seconds=10.0)))


def test_video_is_never_sent_again_for_free() -> None:
    with running() as twin:
        assert not kling(twin).resend_is_free
        assert kling(twin).findable_for > 600
