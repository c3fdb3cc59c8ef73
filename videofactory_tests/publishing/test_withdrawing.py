"""A published film is withdrawn: private, at once, audited; and opened again, never uploaded again."""

from pathlib import Path

import pytest

from videofactory.domain.errors import (
    AccountClosed,
    Conflict,
    EngineRejected,
    FactoryError,
    GateClosed,
    InvalidInput,
    StillRunning,
)
from videofactory.domain.review import Light
from videofactory.ledger.uploads import UploadState
from videofactory.studio.approval import film_of
from videofactory.studio.factory import Studio
from videofactory.studio.programme import planned, programme
from videofactory.studio.status import state_of
from videofactory.studio.withdrawing import let_open_again, withdraw
from videofactory_tests.clock import Clock
from videofactory_tests.money.mortal import Doom, MortalLine
from videofactory_tests.processes import ended
from videofactory_tests.publishing.corrected import audited, looked, same_clock, seen, video, withdrawn
from videofactory_tests.publishing.screening import THURSDAY, Line, approve, channel, film, finished, screening, upload
from videofactory_tests.twin.google_oauth import accounts
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

OFF = ("private", None)
DONE = [("video withdrawal asked for", "ada", "wrong logo"), ("video withdrawn", "ada", "wrong logo")]


@pytest.fixture
def sent(studio: Studio, project: str, line: Line, twin: Twin, clock: Clock) -> str:
    """A project whose film YouTube opens at four, UTC."""
    same_clock(twin, clock)
    line.publish(studio, project)
    return project


@pytest.fixture
def out(sent: str, clock: Clock) -> str:
    """A project whose film people can watch."""
    clock.forward(5 * 3600)
    return sent


def again(studio: Studio, project: str, line: Line, *, now: bool = False) -> None:
    """Ada publishes it again, as the command does."""
    let_open_again(studio, upload(studio, project), who="ada")
    planned(studio, project, film_of(film(studio, project).cut, channel()), now=now, who="ada")
    line.publish(studio, project)


def test_a_published_film_is_withdrawn_and_waits_for_a_person(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    assert (seen(twin), state_of(studio, out)) == (("public", None), "published")
    off = withdrawn(studio, out, line)
    assert (off.state, off.slot, off.publish_at) == (UploadState.WITHDRAWN, None, None)
    assert (seen(twin), state_of(studio, out)) == (OFF, "final_review")
    assert audited(studio, out) == DONE
    assert programme(studio).due == ()
    with pytest.raises(GateClosed, match="was withdrawn by ada: wrong logo"):
        line.publish(studio, out)
    assert seen(twin) == OFF


def test_a_scheduled_film_is_withdrawn_before_it_opens(studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock) -> None:
    withdrawn(studio, sent, line)
    clock.forward(86_400)
    assert looked(studio, line) == ()
    assert (seen(twin), state_of(studio, sent)) == (OFF, "final_review")


def test_withdrawing_twice_asks_nothing_and_notes_nothing(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    withdrawn(studio, out, line)
    asked = len(twin.world.asked)
    withdrawn(studio, out, line)
    assert (len(twin.world.asked), audited(studio, out)) == (asked, DONE)


def test_a_video_somebody_made_private_already_is_not_written_again(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    video(twin).request["status"] = {"privacyStatus": "private"}
    withdrawn(studio, out, line)
    assert twin.asked("youtube.update") == 0
    assert upload(studio, out).state is UploadState.WITHDRAWN


def test_a_reason_is_needed(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    for why in ("  ", "x" * 501):
        with pytest.raises(InvalidInput, match="--withdraw"):
            withdraw(studio, out, who="ada", why=why, youtube=line.youtube)
    assert seen(twin) == ("public", None)


def test_what_was_never_sent_cannot_be_withdrawn(studio: Studio, project: str, line: Line, twin: Twin) -> None:
    with pytest.raises(Conflict, match="YouTube has no video"):
        withdrawn(studio, project, line)
    assert twin.world.asked == []


def test_a_scheduled_film_that_was_withdrawn_is_scheduled_again_when_a_person_publishes_it(
    studio: Studio, sent: str, line: Line, twin: Twin
) -> None:
    withdrawn(studio, sent, line)
    again(studio, sent, line)
    assert (seen(twin), state_of(studio, sent)) == (("private", "2026-11-19T16:00:00Z"), "scheduled")
    assert (twin.asked("youtube.begin"), twin.asked("youtube.captions"), twin.asked("youtube.add_item")) == (1, 1, 1)
    assert looked(studio, line) == ()


def test_a_film_that_was_open_before_is_opened_at_once_when_a_person_publishes_it(
    studio: Studio, out: str, line: Line, twin: Twin
) -> None:
    withdrawn(studio, out, line)
    again(studio, out, line)
    assert (seen(twin), state_of(studio, out), twin.asked("youtube.begin")) == (("public", None), "published", 1)


def test_a_film_that_was_open_before_is_opened_in_the_slot_that_comes_after_a_new_light(
    studio: Studio, out: str, line: Line, twin: Twin, clock: Clock
) -> None:
    withdrawn(studio, out, line)
    approve(studio, out, Light.GREEN)
    assert programme(studio).due == ()
    clock.forward(23 * 3600)  # four o'clock, UTC, of the next day
    [due] = programme(studio).due
    assert ((due.slot or "")[:16], due.publish_at) == ("2026-11-20T16:00", None)
    line.publish(studio, out)
    assert (seen(twin), state_of(studio, out)) == (("public", None), "published")


def test_a_lost_answer_is_recognised_and_so_is_that_the_film_was_open_before(
    studio: Studio, out: str, line: Line, twin: Twin, clock: Clock
) -> None:
    twin.misbehave("youtube.update", "cut_after")
    with pytest.raises(StillRunning, match="tries again by itself"):
        withdrawn(studio, out, line)
    clock.forward(61)
    looked(studio, line)
    assert (seen(twin), audited(studio, out), twin.asked("youtube.update")) == (OFF, DONE, 1)
    again(studio, out, line)
    assert (seen(twin), state_of(studio, out)) == (("public", None), "published")


def test_without_a_green_light_it_is_not_opened_again(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    withdrawn(studio, out, line)
    approve(studio, out, Light.YELLOW)
    with pytest.raises(GateClosed, match="yellow light"):
        again(studio, out, line)
    assert seen(twin) == OFF


def test_withdrawn_and_opened_and_withdrawn_again(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    for _ in range(2):
        withdrawn(studio, out, line)
        assert (seen(twin), upload(studio, out).state) == (OFF, UploadState.WITHDRAWN)
        again(studio, out, line)
        assert (seen(twin), upload(studio, out).state) == (("public", None), UploadState.DONE)


def test_now_opens_a_scheduled_film_and_crashes_lose_nothing(studio: Studio, sent: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.update", "cut_after")
    with pytest.raises(StillRunning):
        again(studio, sent, line, now=True)
    assert state_of(studio, sent) == "scheduled", "nobody knows yet whether it is open"
    line.publish(studio, sent)
    assert (seen(twin), state_of(studio, sent)) == (("public", None), "published")


def test_a_video_that_was_deleted_at_youtube_is_gone_and_publishing_makes_a_new_one(
    studio: Studio, out: str, line: Line, twin: Twin
) -> None:
    del twin.world.jobs[video(twin).id]
    assert withdrawn(studio, out, line).state is UploadState.FAILED
    assert audited(studio, out)[-1][0] == "video is gone"
    assert state_of(studio, out) == "final_review"
    line.publish(studio, out)
    assert (twin.asked("youtube.begin"), upload(studio, out).state) == (2, UploadState.DONE)


@pytest.mark.parametrize(
    ("words", "error"),
    [("forbidden", EngineRejected), ("channelSuspended", AccountClosed), ("quotaExceeded", StillRunning)],
)
def test_what_youtube_refuses_is_said_and_tried_again_until_it_is_done(
    studio: Studio, out: str, line: Line, twin: Twin, clock: Clock, words: str, error: type[FactoryError]
) -> None:
    twin.misbehave("youtube.update", "refuse", words=words)
    with pytest.raises(error, match=words):
        withdrawn(studio, out, line)
    assert (seen(twin), state_of(studio, out)) == (("public", None), "published")
    clock.forward(601)
    looked(studio, line)
    assert (seen(twin), audited(studio, out)) == (OFF, DONE)


def test_leave_that_was_taken_back_is_said_with_the_command_that_gives_it_anew(
    studio: Studio, out: str, twin: Twin, line: Line
) -> None:
    google = accounts(twin.world)
    google.revoked.add(google.refresh_token("harbour"))
    with pytest.raises(AccountClosed, match="videofactory keys youtube harbour"):
        withdrawn(studio, out, line)
    assert seen(twin) == ("public", None)


def test_a_run_that_works_on_the_video_is_not_disturbed_and_it_is_taken_off_after_it(
    studio: Studio, out: str, line: Line, twin: Twin, clock: Clock
) -> None:
    film_key = upload(studio, out).film
    studio.ledger.uploads.hold(out, film_key)
    with pytest.raises(StillRunning, match="A run works on"):
        withdrawn(studio, out, line)
    studio.ledger.uploads.let_go(out, film_key)
    clock.forward(61)
    looked(studio, line)
    assert seen(twin) == OFF


def _withdraw(home: Path, url: str, project: str, fatal: int, diary: Path | None) -> None:
    """Withdraw and publish again, in a process that kills itself at its n-th step."""
    studio = screening(home)
    doom = Doom(fatal, diary=diary)
    doom.watch(studio.ledger)
    line = Line(url, MortalLine(doom))
    withdrawn(studio, project, line)
    again(studio, project, line)
    doom.step("end")


def test_a_film_is_withdrawn_and_opened_again_wherever_the_process_is_killed(tmp_path: Path, line: Line, twin: Twin) -> None:
    same_clock(twin, Clock(THURSDAY))
    room(twin.world).unit_limit = 10**6  # each home has books of its own
    counted, first = _sent(tmp_path / "count", line)
    assert ended(_withdraw, counted.settings.home, twin.url, first, 0, tmp_path / "diary") == 0
    total = len((tmp_path / "diary").read_text().splitlines())
    assert total > 20
    for fatal in range(1, total + 1, 3):
        studio, project = _sent(tmp_path / f"home-{fatal}", line)
        assert ended(_withdraw, studio.settings.home, twin.url, project, fatal, None) == -9
        assert ended(_withdraw, studio.settings.home, twin.url, project, 0, None) == 0
        done = upload(studio, project)
        [status] = [room(twin.world).status(one) for one in room(twin.world).videos("harbour") if one.id == done.video_id]
        assert (done.state, status.get("publishAt")) == (UploadState.DONE, "2026-11-19T16:00:00Z"), fatal
        assert [said[0] for said in audited(studio, project)].count("video withdrawn") in {1, 2}, fatal


def _sent(home: Path, line: Line) -> tuple[Studio, str]:
    """A home of its own with a film YouTube opens later."""
    studio = screening(home)
    project = finished(studio, name=home.name)
    line.publish(studio, project)
    return studio, project
