"""A film is uploaded once: broken lines, lost answers, sessions that are gone, and a process killed at any step."""

from pathlib import Path

import pytest

from videofactory.domain.errors import CallParked, StillRunning
from videofactory.ledger.uploads import UploadState
from videofactory.studio.factory import Studio
from videofactory_tests.money.mortal import Doom, MortalLine
from videofactory_tests.processes import ended
from videofactory_tests.publishing.screening import Line, finished, screening, upload
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import Room, room

SIZE = 256 * 1024 + len("first-cup")


def videos(twin: Twin) -> int:
    """How many videos the channel has."""
    return len(room(twin.world).videos("harbour"))


@pytest.mark.parametrize(("kept", "status"), [(0, ""), (1000, ""), (SIZE - 1, ""), (1000, "503")])
def test_a_broken_upload_goes_on_at_the_confirmed_byte(
    studio: Studio, project: str, line: Line, twin: Twin, kept: int, status: str
) -> None:
    twin.misbehave("youtube.send", "truncated", value=kept, words=status)
    line.publish(studio, project)
    assert room(twin.world).received == [SIZE, SIZE - kept]
    assert (twin.asked("youtube.begin"), videos(twin)) == (1, 1)


def test_a_lost_last_answer_is_recognised(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.send", "cut_after")
    line.publish(studio, project)
    assert room(twin.world).received == [SIZE]
    assert videos(twin) == 1


def test_a_session_that_is_gone_begins_anew_when_youtube_lists_nothing(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.misbehave("youtube.send", "dead_link")
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), videos(twin)) == (2, 1)
    assert {20.0, 60.0} <= set(line.waits)


def test_a_film_that_arrived_though_its_session_is_gone_is_found_among_the_uploads(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.misbehave("youtube.send", "dead_link", words="finished")
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), videos(twin)) == (1, 1)
    assert upload(studio, project).state is UploadState.DONE


def test_a_video_of_another_project_is_not_taken_for_this_one(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.send", "dead_link", words="finished")
    line.publish(studio, project)
    taken = upload(studio, project).video_id
    film = upload(studio, project).film
    studio.ledger.uploads.fail(project, film, problem="as if it had been another's", gone=True)
    other = studio.ledger.projects.take_in(
        channel="harbour", title="Other", source_kind="file", source_id="other.yaml", brief="{}"
    ).key
    studio.ledger.uploads.plan(other, "f" * 64, channel="harbour", size=SIZE, slots=None, public=True)
    studio.ledger.uploads.sent(other, "f" * 64, video_id=taken or "")
    twin.misbehave("youtube.send", "dead_link")
    line.publish(studio, project)
    assert upload(studio, project).video_id != taken


def test_an_arrival_nobody_can_be_sure_of_is_parked_and_a_person_goes_on(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.misbehave("youtube.send", "dead_link", words="finished")
    twin.world.render_seconds = 1000  # YouTube does not know the size of what it has not processed
    with pytest.raises(CallParked, match="It may be youtube-"):
        line.publish(studio, project)
    assert upload(studio, project).state is UploadState.PARKED
    twin.world.jobs[room(twin.world).videos("harbour")[0].id].render_seconds = 0
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), videos(twin)) == (1, 1)


def test_youtube_out_of_reach_is_tried_again_later(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.send", "error", value=503, times=20)
    with pytest.raises(StillRunning):
        line.publish(studio, project)
    waits = upload(studio, project)
    assert (waits.state, waits.owner, bool(waits.again_at)) == (UploadState.SENDING, None, True)
    twin.world.faults.clear()
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), videos(twin)) == (1, 1)


def test_the_sessions_address_lies_encrypted_and_is_kept_before_a_byte_leaves(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.misbehave("youtube.send", "error", value=503, times=20)
    with pytest.raises(StillRunning):
        line.publish(studio, project)
    [name] = room(twin.world).sessions
    assert name in (upload(studio, project).session or "")
    with studio.ledger.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM uploads").fetchall()
    assert name not in str(rows)


def test_a_session_that_cannot_be_read_any_more_is_looked_for_not_sent_again(
    studio: Studio, project: str, line: Line, twin: Twin
) -> None:
    twin.misbehave("youtube.send", "cut_after", times=20)
    twin.misbehave("youtube.ask", "error", value=503, times=20)
    with pytest.raises(StillRunning):
        line.publish(studio, project)
    twin.world.faults.clear()
    assert studio.settings.secret_file
    studio.settings.secret_file.unlink()
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), videos(twin)) == (1, 1)


def _publish(home: Path, url: str, project: str, fatal: int, diary: Path | None) -> None:
    """Publish in a process that kills itself at its n-th step."""
    studio = screening(home)
    doom = Doom(fatal, diary=diary)
    doom.watch(studio.ledger)
    transport = MortalLine(doom)
    Line(url, transport).publish(studio, project, sleep=lambda _: doom.step("wait"))
    doom.step("end")


def _steps(studio: Studio, project: str, twin: Twin, diary: Path) -> int:
    """How many steps there are in all."""
    assert ended(_publish, studio.settings.home, twin.url, project, 0, diary) == 0
    return len(diary.read_text().splitlines())


@pytest.mark.parametrize("part", range(6))
def test_a_film_is_uploaded_once_wherever_its_process_is_killed(tmp_path: Path, twin: Twin, part: int) -> None:
    youtube: Room = room(twin.world)
    studio = screening(tmp_path / "count")
    total = _steps(studio, finished(studio), twin, tmp_path / "diary")
    assert total > 30
    for fatal in range(1 + part, total + 1, 6):
        studio = screening(tmp_path / f"home-{fatal}")
        project = finished(studio, name=f"film-{fatal}")
        before = len(youtube.videos("harbour"))
        assert ended(_publish, studio.settings.home, twin.url, project, fatal, None) == -9
        assert ended(_publish, studio.settings.home, twin.url, project, 0, None) == 0
        done = upload(studio, project)
        assert (done.state, len(youtube.videos("harbour"))) == (UploadState.DONE, before + 1), fatal
        video = youtube.video("harbour", done.video_id or "")
        assert video is not None
        assert (video.request["size"], len(video.request["captions"])) == (done.size, 1)
        assert len([item for item in youtube.playlists["PLharbour"] if str(done.video_id) in str(item)]) == 1
