"""One film to its channel: what is sent, in which steps, and what stops it."""

import hashlib

import pytest

from videofactory.domain.brief import Rights
from videofactory.domain.errors import CheckFailed, GateClosed, InvalidInput, Lasting, StillRunning
from videofactory.domain.review import Light
from videofactory.ledger.uploads import UploadState
from videofactory.studio.approval import film_of
from videofactory.studio.factory import Studio
from videofactory.studio.programme import planned
from videofactory.studio.status import report, state_of
from videofactory_tests.clock import Clock
from videofactory_tests.publishing.screening import BYTES, SLOTS, Line, approve, channel, film, finished, screening, upload
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Job
from videofactory_tests.twin.youtube_state import room

SLOT = "2026-11-19T16:00:00+00:00"
STEPS = ("upload", "thumbnail", "captions", "playlist", "processing")


def videos(twin: Twin, name: str = "harbour") -> list[Job]:
    """What the channel has on YouTube."""
    return room(twin.world).videos(name)


def test_a_film_is_sent_with_everything_a_video_needs(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    published = line.publish(studio, project)
    [video] = videos(twin)
    assert (published.video_id, published.steps) == (video.id, STEPS)
    assert published.url == f"https://www.youtube.com/watch?v={video.id}"
    assert video.request["sha256"] == hashlib.sha256(BYTES + b"first-cup").hexdigest()
    assert video.request["snippet"]["title"] == "The first cup"
    assert video.request["snippet"]["description"].splitlines() == [
        "Coffee at six.", "", "0:00 We open at six", "0:15 Warm cups, warm hands", "0:30 Come in",
    ]  # fmt: skip
    assert video.request["status"]["privacyStatus"] == "private"
    assert video.request["status"]["publishAt"] == "2026-11-19T16:00:00Z"
    assert video.request["status"]["containsSyntheticMedia"] is True
    assert video.request["thumbnail"]
    assert "We open at six." in video.request["captions"][0]["text"]
    assert len(room(twin.world).playlists["PLharbour"]) == 1
    assert upload(studio, project).state is UploadState.DONE


def test_the_state_goes_from_scheduled_to_published_when_the_slot_comes(
    studio: Studio, project: str, line: Line, clock: Clock
) -> None:
    assert state_of(studio, project) == "final_review"
    published = line.publish(studio, project)
    assert state_of(studio, project) == "scheduled"
    video = report(studio, project)["video"]
    assert video == {"id": published.video_id, "url": published.url, "publish_at": published.publish_at}
    assert published.publish_at.startswith("2026-11-19T16:00:00")
    clock.forward(4 * 3600)
    assert state_of(studio, project) == "published"


def test_publishing_again_sends_nothing_more(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    first = line.publish(studio, project)
    asked = len(twin.world.asked)
    assert line.publish(studio, project) == first
    assert len(twin.world.asked) == asked


@pytest.mark.parametrize("light", [None, Light.YELLOW, Light.RED])
def test_a_film_that_is_not_green_is_not_published(studio: Studio, line: Line, twin: Twin, light: Light | None) -> None:
    project = finished(studio, light=light)
    with pytest.raises(GateClosed, match="--film green"):
        line.publish(studio, project)
    assert twin.world.asked == []
    assert studio.ledger.uploads.all() == []


def test_a_light_for_an_older_cut_does_not_publish_the_new_one(studio: Studio, line: Line, twin: Twin) -> None:
    project = finished(studio)
    finished(studio, light=None, content=b"a new cut")
    with pytest.raises(GateClosed):
        line.publish(studio, project)
    assert twin.world.asked == []


def test_a_channel_may_approve_in_advance_but_a_red_light_still_holds(tmp_path, line: Line, twin: Twin) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    studio = screening(tmp_path / "home", channel(auto_publish=True))
    held = finished(studio, name="held", light=Light.RED)
    with pytest.raises(GateClosed):
        line.publish(studio, held)
    line.publish(studio, finished(studio, light=None))
    assert len(videos(twin)) == 1


def test_empty_rights_stop_publishing(studio: Studio, line: Line, twin: Twin) -> None:
    project = finished(studio, rights=Rights(images=" "))
    with pytest.raises(GateClosed, match="by whose leave"):
        line.publish(studio, project)
    assert twin.world.asked == []


def test_a_film_with_findings_is_not_published(studio: Studio, line: Line, twin: Twin) -> None:
    project = finished(studio, findings=("too loud",))
    with pytest.raises(CheckFailed, match="too loud"):
        line.publish(studio, project)
    assert twin.world.asked == []


def test_a_channel_without_youtube_publishes_nothing(tmp_path, line: Line) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    studio = screening(tmp_path / "home", channel(youtube=None))
    with pytest.raises(GateClosed, match=r"harbour\.yaml"):
        line.publish(studio, finished(studio))


def test_metadata_youtube_refuses_is_found_before_anything_is_sent(tmp_path, line: Line, twin: Twin) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    long = SLOTS.model_copy(update={"description": "é" * 3000})
    studio = screening(tmp_path / "home", channel(youtube=long))
    with pytest.raises(InvalidInput, match="at most 5000"):
        line.publish(studio, finished(studio))
    assert twin.world.asked == []


def test_the_channels_first_aspect_is_sent(tmp_path, line: Line, twin: Twin) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    upright = channel().model_copy(update={"aspects": ("9:16", "16:9")})
    studio = screening(tmp_path / "home", upright)
    line.publish(studio, finished(studio, aspects=("16:9", "9:16")))
    assert videos(twin)[0].request["sha256"] == hashlib.sha256(b"9:16" + BYTES).hexdigest()


def test_a_short_gets_its_thumbnail_when_it_is_processed(tmp_path, line: Line) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    upright = channel().model_copy(update={"aspects": ("9:16",)})
    studio = screening(tmp_path / "home", upright)
    published = line.publish(studio, finished(studio, aspects=("9:16",)))
    assert published.steps == ("upload", "captions", "playlist", "processing", "thumbnail")


@pytest.mark.parametrize("privacy", ["private", "unlisted"])
def test_a_channel_that_is_not_public_is_never_opened_by_a_slot(tmp_path, line: Line, twin: Twin, privacy: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    settings = SLOTS.model_copy(update={"privacy": privacy})
    studio = screening(tmp_path / "home", channel(youtube=settings))
    project = finished(studio)
    line.publish(studio, project)
    status = videos(twin)[0].request["status"]
    assert (status["privacyStatus"], status.get("publishAt")) == (privacy, None)
    assert state_of(studio, project) == "published"


def test_a_step_that_fails_is_done_alone_the_next_time(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.thumbnail", "refuse", words="forbidden")
    with pytest.raises(Lasting, match="not complete"):
        line.publish(studio, project)
    assert upload(studio, project).steps == ("upload", "captions", "playlist", "processing")
    line.publish(studio, project)
    assert upload(studio, project).state is UploadState.DONE
    asked = [twin.asked(f"youtube.{name}") for name in ("begin", "thumbnail", "captions", "add_item")]
    assert asked == [1, 2, 1, 1]


def test_a_film_youtube_cannot_process_is_free_to_be_published_anew(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.video", "refuse", words="duplicate")
    with pytest.raises(Lasting, match="duplicate"):
        line.publish(studio, project)
    failed = upload(studio, project)
    assert (failed.state, failed.video_id, failed.slot) == (UploadState.FAILED, None, None)
    line.publish(studio, project)
    assert len(videos(twin)) == 2
    assert upload(studio, project).state is UploadState.DONE


def test_processing_is_watched_to_its_end_and_gone_on_with_by_the_next_run(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.world.render_seconds = 1000
    with pytest.raises(StillRunning, match="still processes"):
        line.publish(studio, project)
    assert sum(line.waits) > 1750
    assert max(line.waits) == 60
    twin.world.jobs[videos(twin)[0].id].render_seconds = 0
    assert line.publish(studio, project).steps == STEPS
    assert len(videos(twin)) == 1


def test_a_film_another_run_is_uploading_is_left_to_it(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    planned(studio, project, film_of(film(studio, project).cut, channel()), now=False)
    studio.ledger.uploads.hold(project, upload(studio, project).film)
    with pytest.raises(StillRunning, match="being uploaded already"):
        line.publish(studio, project)
    assert twin.world.asked == []


def test_a_project_has_one_video(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    line.publish(studio, project)
    finished(studio, content=b"a new cut", light=None)
    approve(studio, project, Light.GREEN)
    with pytest.raises(Exception, match="on YouTube already"):
        line.publish(studio, project)
    assert len(videos(twin)) == 1


def test_a_revoked_leave_waits_for_a_person_and_says_which_channel(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.begin", "refuse", words="channelSuspended")
    with pytest.raises(Exception, match="harbour"):
        line.publish(studio, project)
    waits = upload(studio, project)
    assert (waits.state, waits.owner) == (UploadState.SENDING, None)
    assert waits.again_at
    assert "2026-11-19T13:00" in waits.again_at
