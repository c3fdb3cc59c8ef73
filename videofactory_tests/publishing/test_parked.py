"""Parked uploads: a person takes a video for the film, or has it sent once more; YouTube's own word goes before the person's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.errors import CallParked, Conflict, FactoryError, InvalidInput, NotFound, StillRunning
from videofactory.ledger.uploads import UploadState
from videofactory.studio.factory import Studio
from videofactory.studio.parked_uploads import adopt, send_anew
from videofactory.studio.publishing import Film
from videofactory_tests.publishing.screening import Line, film, finished, screening, upload
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.world import Job
from videofactory_tests.twin.youtube_state import room

WORDS = {"who": "ada", "why": "seen in YouTube Studio"}


def park(studio: Studio, project: str, line: Line, twin: Twin) -> Job:
    """The film arrived, its session is gone, and YouTube has not measured it: the video."""
    twin.misbehave("youtube.send", "dead_link", words="finished")
    twin.world.render_seconds = 1000
    with pytest.raises(CallParked, match="--adopt VIDEO_ID or --send-anew"):
        line.publish(studio, project)
    twin.world.render_seconds = 0
    return room(twin.world).videos("harbour")[0]


@pytest.fixture
def video(studio: Studio, project: str, line: Line, twin: Twin) -> Job:
    """The video of a film whose upload is parked."""
    return park(studio, project, line, twin)


def audited(studio: Studio, project: str) -> list[tuple[str, str, str]]:
    """What people decided about the upload: what, who, why."""
    return [(one.what, one.who, one.why) for one in studio.ledger.audit.lines(project) if one.what.startswith("upload ")]


def test_an_adopted_video_gets_thumbnail_and_captions_and_no_byte_is_sent_again(
    studio: Studio, project: str, line: Line, twin: Twin, video: Job
) -> None:
    video.render_seconds = 0
    adopt(studio, film(studio, project), video.id, **WORDS, youtube=line.youtube)
    assert (upload(studio, project).state, upload(studio, project).video_id) == (UploadState.SENT, video.id)
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), len(room(twin.world).received)) == (1, 1)
    assert (len(video.request["captions"]), bool(video.request["thumbnail"])) == (1, True)
    assert upload(studio, project).state is UploadState.DONE
    assert audited(studio, project) == [("upload adopted", "ada", "seen in YouTube Studio")]


def spoilt(video: Job, *, failing: bool = False, **facts: object) -> None:
    """YouTube has measured the video, and it is like this."""
    video.render_seconds = 0
    video.fault = "fail" if failing else video.fault
    video.request |= facts


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (lambda _: None, StillRunning, "has not measured"),
        (lambda video: spoilt(video, size=17), Conflict, "has 17 bytes, the film 262153"),
        (lambda video: spoilt(video, milliseconds=12_000), Conflict, "12.0 s long, the film 45.0 s"),
        (lambda video: spoilt(video, channel="other"), NotFound, "channel of harbour has no video"),
        (lambda video: spoilt(video, failing=True), Conflict, "YouTube failed it"),
    ],
    ids=["unmeasured", "size", "length", "channel", "failed"],
)
def test_what_is_not_the_film_is_not_adopted(
    studio: Studio, project: str, line: Line, video: Job, spoil: Callable[[Job], None], error: type[FactoryError], words: str
) -> None:
    spoil(video)
    with pytest.raises(error, match=words):
        adopt(studio, film(studio, project), video.id, **WORDS, youtube=line.youtube)
    assert upload(studio, project).state is UploadState.PARKED
    assert audited(studio, project) == []


def test_a_video_nobody_has_and_one_of_another_project_are_not_adopted(
    studio: Studio, project: str, line: Line, twin: Twin, video: Job
) -> None:
    with pytest.raises(NotFound):
        adopt(studio, film(studio, project), "youtube-999999", **WORDS, youtube=line.youtube)
    other = finished(studio, name="first-cap")
    line.publish(studio, other)
    theirs = upload(studio, other).video_id or ""
    with pytest.raises(Conflict, match=f"is the film of {other}"):
        adopt(studio, film(studio, project), theirs, **WORDS, youtube=line.youtube)
    assert upload(studio, project).state is UploadState.PARKED
    assert {job.id for job in room(twin.world).videos("harbour")} == {video.id, theirs}


def test_nothing_is_sent_anew_while_youtube_lists_what_may_be_the_film(
    studio: Studio, project: str, line: Line, twin: Twin, video: Job
) -> None:
    with pytest.raises(Conflict, match=f"lists what may be .* {video.id}"):
        send_anew(studio, film(studio, project), **WORDS, youtube=line.youtube)
    assert upload(studio, project).state is UploadState.PARKED
    del twin.world.jobs[video.id]
    send_anew(studio, film(studio, project), **WORDS, youtube=line.youtube)
    assert audited(studio, project) == [("upload sent anew", "ada", "seen in YouTube Studio")]
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), len(room(twin.world).videos("harbour"))) == (2, 1)
    assert upload(studio, project).state is UploadState.DONE


def adopt_the_first(studio: Studio, made: Film, **words: Any) -> None:  # noqa: ANN401 - as `adopt` has them
    adopt(studio, made, "youtube-000001", **words)


@pytest.mark.parametrize("decide", [adopt_the_first, send_anew])
def test_only_a_parked_upload_is_decided_on_and_with_a_reason(
    studio: Studio, project: str, line: Line, decide: Callable[..., None]
) -> None:
    made = film(studio, project)
    with pytest.raises(Conflict, match="was never begun, not parked"):
        decide(studio, made, **WORDS, youtube=line.youtube)
    line.publish(studio, project)
    with pytest.raises(Conflict, match="is done, not parked"):
        decide(studio, made, **WORDS, youtube=line.youtube)
    for words in ({**WORDS, "why": " "}, {**WORDS, "who": " "}):
        with pytest.raises(InvalidInput, match="it stands in the audit log"):
            decide(studio, made, **words, youtube=line.youtube)


def test_an_id_that_is_none_is_said(studio: Studio, project: str, line: Line) -> None:
    with pytest.raises(InvalidInput, match="after v="):
        adopt(studio, film(studio, project), "https://youtu.be/x", **WORDS, youtube=line.youtube)


def test_a_decision_that_came_too_late_changes_nothing(tmp_path: Path, line: Line, twin: Twin) -> None:
    studio = screening(tmp_path / "home")
    project = finished(studio)
    video = park(studio, project, line, twin)
    video.render_seconds = 0

    def slow(*given: object) -> object:
        line.publish(studio, project)  # meanwhile YouTube has measured it, and somebody published again
        return line.youtube(*given)  # type: ignore[arg-type]

    with pytest.raises(Conflict, match="is done, not parked"):
        adopt(studio, film(studio, project), video.id, **WORDS, youtube=slow)  # type: ignore[arg-type]
    assert audited(studio, project) == []
