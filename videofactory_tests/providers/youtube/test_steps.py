"""The steps after an upload: looking for a film whose session is gone, thumbnail, captions, playlist, correction, processing."""

import struct
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from videofactory.domain.errors import EngineFailed, MediaBroken, NotFound, OutcomeUnknown, Passing, QuotaSpent, Refused
from videofactory.providers.youtube.answers import Candidate
from videofactory.providers.youtube.processing import processing_of
from videofactory_tests.providers.youtube.scenes import METADATA, SIZE, Desk, changed
from videofactory_tests.twin import media

SRT = b"1\n00:00:00,000 --> 00:00:01,000\nWe open at six.\n"


def find(desk: Desk, **facts: Any) -> list[Candidate]:  # noqa: ANN401 - any argument
    """The uploads of the last hour that may be the film."""
    plain = {"title": METADATA.title, "size": SIZE, "seconds": None, "since": datetime.now(UTC) - timedelta(hours=1)}
    return desk.youtube.find(**{**plain, **facts})


def test_a_film_that_arrived_though_its_session_is_gone_is_found(desk: Desk) -> None:
    session = desk.begin()
    desk.twin.misbehave("youtube.send", "dead_link", words="finished")
    with pytest.raises(Passing):
        desk.send(session)
    assert desk.youtube.ask(session, size=SIZE).expired
    [found] = find(desk)
    assert (found.video_id, found.size, found.certain, found.state) == (desk.videos[0].id, SIZE, True, "ready")


def test_a_film_that_never_arrived_is_not_found(desk: Desk) -> None:
    desk.begin()
    assert find(desk) == []


def test_another_film_of_the_same_title_is_not_taken_for_it(desk: Desk) -> None:
    desk.upload()
    assert find(desk, size=SIZE + 1) == []
    assert find(desk, title="Another") != [], "its size is its own, whatever the title says now"


def test_a_film_still_being_processed_is_found_by_its_title(desk: Desk) -> None:
    desk.twin.world.render_seconds = 60
    desk.upload()
    [found] = find(desk)
    assert (found.size, found.certain, found.state) == (None, False, "processing")
    assert find(desk, title="Another") == []


def test_a_film_of_another_length_is_not_taken_for_it(desk: Desk) -> None:
    box = b"mvhd" + bytes(12) + struct.pack(">II", 1000, 61_000)
    desk.film.write_bytes(box + bytes(SIZE - len(box)))
    desk.upload()
    assert [one.seconds for one in find(desk, seconds=60.6)] == [61.0]
    assert find(desk, seconds=30.0) == []


def test_the_twin_reads_the_length_of_a_real_film(desk: Desk) -> None:
    desk.film.write_bytes(media.clip(seconds=2.0, width=64, height=36, black=False))
    desk.upload()
    [found] = find(desk, size=desk.film.stat().st_size)
    assert found.seconds == pytest.approx(2.0, abs=0.1)


def test_older_uploads_are_left_alone_and_all_pages_of_newer_ones_are_read(desk: Desk) -> None:
    session = desk.begin()
    desk.send(session)
    [mine] = desk.videos
    mine.created -= 600
    for number in range(120):
        other = desk.twin.world.new_job("youtube.video", {**mine.request, "size": 7})
        other.created = mine.created + number + 1
    assert [one.video_id for one in find(desk)] == [mine.id]
    mine.created -= 7200
    assert find(desk) == []


def test_youtubes_clock_may_be_behind_ours(desk: Desk) -> None:
    desk.upload()
    assert len(find(desk, since=datetime.now(UTC) + timedelta(minutes=5))) == 1
    assert find(desk, since=datetime.now(UTC) + timedelta(minutes=15)) == []


def test_a_listing_that_lags_shows_the_film_later(desk: Desk) -> None:
    desk.upload()
    desk.room.listing_delay = 3600
    assert find(desk) == []
    desk.videos[0].created = time.time() - 3601
    assert len(find(desk, since=datetime.now(UTC) - timedelta(hours=2))) == 1


def test_a_thumbnail_is_set_and_may_be_set_again(desk: Desk) -> None:
    video = desk.upload()
    picture = media.picture(width=64, height=36, seed=1)
    desk.twin.misbehave("youtube.thumbnail", "cut_after")
    with pytest.raises(Passing):
        desk.youtube.set_thumbnail(video, picture, media_type="image/png")
    assert desk.twin.asked("youtube.thumbnail") == 1, "each request takes quota: whoever books it repeats it"
    desk.youtube.set_thumbnail(video, picture, media_type="image/png")
    assert desk.videos[0].request["thumbnail"] == f"image/png {len(picture)}"
    with pytest.raises(MediaBroken):
        desk.youtube.set_thumbnail(video, b"GIF89a", media_type="image/png")


def test_captions_are_added_once_though_the_answer_was_lost(desk: Desk) -> None:
    video = desk.upload()
    desk.twin.misbehave("youtube.captions", "cut_after")
    with pytest.raises(Passing):
        desk.youtube.add_captions(video, SRT, language="en")
    assert desk.twin.asked("youtube.captions") == 1
    assert desk.youtube.add_captions(video, SRT, language="en") == ""
    [track] = desk.youtube.list_captions(video)
    assert (track.language, track.name, track.state) == ("en", "", "serving")
    assert desk.videos[0].request["captions"][0]["text"] == SRT.decode()
    other = desk.youtube.add_captions(video, SRT, language="de", name="Deutsch")
    assert [one.id for one in desk.youtube.list_captions(video)] == [track.id, other]


def test_a_video_is_put_into_a_playlist_once_though_the_answer_was_lost(desk: Desk) -> None:
    video = desk.upload()
    desk.twin.misbehave("youtube.add_item", "cut_after")
    with pytest.raises(OutcomeUnknown):
        desk.youtube.add_to_playlist("PLcoffee", video)
    item = desk.youtube.add_to_playlist("PLcoffee", video)
    assert [one["id"] for one in desk.room.playlists["PLcoffee"]] == [item]
    with pytest.raises(NotFound):
        desk.youtube.add_to_playlist("nowhere", video)


def test_a_correction_writes_ours_and_keeps_what_a_person_set(desk: Desk) -> None:
    video = desk.upload(changed(publish_at=datetime(2026, 12, 1, tzinfo=UTC)))
    desk.videos[0].request["status"] |= {"license": "creativeCommon", "publicStatsViewable": False}
    desk.youtube.update(video, changed(title="The second cup", tags=("tea",), privacy="unlisted"))
    told = desk.videos[0].request
    assert (told["snippet"]["title"], told["snippet"]["tags"], told["snippet"]["categoryId"]) == ("The second cup", ["tea"], "22")
    assert told["status"] == {
        "privacyStatus": "unlisted",
        "selfDeclaredMadeForKids": False,
        "containsSyntheticMedia": True,
        "license": "creativeCommon",
        "embeddable": True,
        "publicStatsViewable": False,
    }
    with pytest.raises(NotFound):
        desk.youtube.update("nowhere", METADATA)


def test_processing_is_watched_to_its_end(desk: Desk) -> None:
    desk.twin.world.render_seconds = 60
    video = desk.upload(changed(publish_at=datetime(2026, 12, 1, tzinfo=UTC)))
    there = desk.youtube.processing(video)
    assert (there.state, there.share, there.seconds_left, there.error) == ("processing", 0.3, 60.0, None)
    assert (there.privacy, there.publish_at) == ("private", datetime(2026, 12, 1, tzinfo=UTC))
    desk.videos[0].render_seconds = 0
    assert (desk.youtube.processing(video).state, desk.youtube.processing(video).error) == ("ready", None)


@pytest.mark.parametrize(
    ("fault", "reason", "kind"),
    [
        *[
            ("fail", one, EngineFailed)
            for one in ("conversion", "invalidFile", "emptyFile", "tooSmall", "codec", "uploadAborted")
        ],
        *[
            ("refuse", one, Refused)
            for one in ("copyright", "inappropriate", "duplicate", "termsOfUse", "length", "claim", "trademark", "legal")
        ],
    ],
)
def test_a_film_youtube_cannot_use_is_told_in_its_words(desk: Desk, fault: str, reason: str, kind: type[Exception]) -> None:
    desk.twin.misbehave("youtube.video", fault, words=reason)
    error = desk.youtube.processing(desk.upload()).error
    assert isinstance(error, kind)
    assert reason in str(error)
    assert error.remedy


@pytest.mark.parametrize(
    ("status", "details", "state", "reason"),
    [
        ({"uploadStatus": "uploaded"}, {"processingStatus": "processing"}, "processing", ""),
        ({"uploadStatus": "uploaded"}, {}, "processing", ""),
        ({"uploadStatus": "processed"}, {}, "ready", ""),
        ({"uploadStatus": "uploaded"}, {"processingStatus": "succeeded"}, "ready", ""),
        (
            {"uploadStatus": "uploaded"},
            {"processingStatus": "failed", "processingFailureReason": "transcodeFailed"},
            "failed",
            "transcodeFailed",
        ),
        ({"uploadStatus": "uploaded"}, {"processingStatus": "terminated"}, "failed", ""),
        ({"uploadStatus": "failed", "failureReason": "codec"}, {"processingStatus": "failed"}, "failed", "codec"),
        (
            {"uploadStatus": "rejected", "rejectionReason": "duplicate"},
            {"processingStatus": "terminated"},
            "rejected",
            "duplicate",
        ),
        ({"uploadStatus": "deleted"}, {}, "gone", ""),
    ],
)
def test_both_of_youtubes_states_make_one(status: dict[str, str], details: dict[str, str], state: str, reason: str) -> None:
    there = processing_of({"id": "v1", "status": status, "processingDetails": details})
    assert (there.state, there.reason) == (state, reason)
    assert (there.error is None) is (state in {"processing", "ready"})


def test_a_deleted_video_is_gone(desk: Desk) -> None:
    error = desk.youtube.processing("nowhere").error
    assert isinstance(error, NotFound)


def test_the_tokens_own_channel(desk: Desk) -> None:
    own = desk.youtube.channel()
    assert (own.id, own.title, own.uploads) == ("UCharbour", "Harbour on YouTube", "UUharbour")


def test_units_are_counted_by_the_twin_as_documented(desk: Desk) -> None:
    video = desk.upload()
    desk.youtube.set_thumbnail(video, media.picture(width=64, height=36, seed=1), media_type="image/png")
    desk.youtube.add_captions(video, SRT, language="en")
    desk.youtube.add_to_playlist("PLcoffee", video)
    desk.youtube.update(video, METADATA)
    desk.youtube.list_captions(video)
    assert (list(desk.room.inserts.values()), list(desk.room.units.values())) == ([1], [50 + 400 + 51 + 51 + 50])
    desk.room.unit_limit = 602
    with pytest.raises(QuotaSpent):
        desk.youtube.processing(video)
