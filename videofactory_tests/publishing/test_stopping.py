"""A film nobody approves any more never opens: it is taken off before, by the schedule's look of each minute."""

from pathlib import Path

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import GateClosed
from videofactory.domain.review import Light, SceneEdited
from videofactory.ledger.uploads import UploadState
from videofactory.studio.factory import Studio
from videofactory.studio.programme import programme
from videofactory.studio.progress import Progress
from videofactory.studio.status import report, state_of
from videofactory_tests.clock import Clock
from videofactory_tests.publishing.corrected import audited, looked, same_clock, seen, video
from videofactory_tests.publishing.screening import SLOTS, Line, approve, channel, finished, screening, upload
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

SCHEDULED = ("private", "2026-11-19T16:00:00Z")
OFF = ("private", None)
GREENS = 4
"""Lights a finished film has: one for each scene, and its own."""


@pytest.fixture
def sent(studio: Studio, project: str, line: Line, twin: Twin, clock: Clock) -> str:
    """A project whose film YouTube opens at four, UTC."""
    same_clock(twin, clock)
    line.publish(studio, project)
    assert seen(twin) == SCHEDULED
    return project


def test_an_approved_film_is_left_alone(studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock) -> None:
    assert looked(studio, line) == ()
    clock.forward(5 * 3600)
    assert looked(studio, line) == ()
    assert seen(twin) == ("public", None)
    assert state_of(studio, sent) == "published"


@pytest.mark.parametrize("light", [Light.YELLOW, Light.RED])
def test_a_light_taken_back_stops_the_film_before_it_opens(
    studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock, light: Light
) -> None:
    approve(studio, sent, light)
    why = f"The film's light is {light.value}: so"
    assert looked(studio, line) == (f"{sent}: withdrawn: {why}",)
    assert seen(twin) == OFF
    assert audited(studio, sent) == [
        ("video withdrawal asked for", "videofactory", why),
        ("video withdrawn", "videofactory", why),
    ]
    stopped = upload(studio, sent)
    assert (stopped.state, stopped.slot, stopped.publish_at) == (UploadState.WITHDRAWN, None, None)
    assert state_of(studio, sent) == "in_review"
    told = report(studio, sent)["video"]
    assert (told["publish_at"], told["withdrawal"]["why"]) == (None, why)
    clock.forward(86_400)
    assert looked(studio, line) == ()
    assert (seen(twin), state_of(studio, sent)) == (OFF, "in_review")


def test_what_a_person_set_at_youtube_is_kept(studio: Studio, sent: str, line: Line, twin: Twin) -> None:
    video(twin).request["status"] |= {"license": "creativeCommon", "embeddable": False}
    before = dict(video(twin).request["snippet"])
    approve(studio, sent, Light.RED)
    looked(studio, line)
    status = video(twin).request["status"]
    assert (status["license"], status["embeddable"], status["containsSyntheticMedia"]) == ("creativeCommon", False, True)
    assert video(twin).request["snippet"] == before


def test_a_cancelled_project_stops_its_film(studio: Studio, sent: str, line: Line, twin: Twin) -> None:
    studio.ledger.projects.cancel(sent, who="ada", why="no")
    looked(studio, line)
    assert seen(twin) == OFF


def test_a_newer_cut_stops_the_older_film(studio: Studio, sent: str, line: Line, twin: Twin) -> None:
    finished(studio, light=None, content=b"a new cut")
    assert looked(studio, line) == (f"{sent}: withdrawn: There is a newer cut of the film.",)
    assert seen(twin) == OFF


def test_a_newer_cut_that_is_approved_is_published_as_a_video_of_its_own_and_the_older_stays_off(
    studio: Studio, sent: str, line: Line, twin: Twin
) -> None:
    finished(studio, light=None, content=b"a new cut")
    looked(studio, line)
    approve(studio, sent, Light.GREEN)
    [due] = programme(studio).due
    assert due.slot
    line.publish(studio, sent)
    statuses = [room(twin.world).status(one) for one in room(twin.world).videos("harbour")]
    assert sorted(status.get("publishAt", "") for status in statuses) == ["", "2026-11-19T16:00:00Z"]
    assert looked(studio, line) == ()
    assert state_of(studio, sent) == "scheduled"
    states = [one.state for one in studio.ledger.uploads.all(project=sent)]
    assert sorted(states) == [UploadState.DONE, UploadState.WITHDRAWN], "what became of the older one is not forgotten"


def test_changes_that_are_asked_for_stop_the_film(studio: Studio, sent: str, line: Line, twin: Twin) -> None:
    entry = SceneEdited(scene="scene-01", change=GivenScene(narration="We open at seven."))
    studio.ledger.reviews.add(sent, [entry], reviewer="ada", based_on=len(studio.ledger.reviews.log(sent)))
    assert looked(studio, line) == (f"{sent}: withdrawn: Changes of the film were asked for.",)
    assert seen(twin) == OFF


def test_a_channel_that_gave_up_youtube_opens_nothing_more(
    studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock, tmp_path: Path
) -> None:
    assert looked(studio, line) == ()
    other = screening(tmp_path / "home", channel(youtube=None), clock=clock)
    assert looked(other, line) == (f"{sent}: withdrawn: Channel harbour has no YouTube channel any more.",)
    assert seen(twin) == OFF


def test_a_light_taken_back_while_the_factory_was_down_still_takes_the_film_off(
    studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock
) -> None:
    approve(studio, sent, Light.RED)
    clock.forward(20 * 3600)
    assert seen(twin) == ("public", None)
    looked(studio, line)
    assert seen(twin) == OFF


def test_a_light_taken_back_after_the_film_opened_is_a_persons_to_carry_out(
    studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock
) -> None:
    clock.forward(5 * 3600)
    approve(studio, sent, Light.RED)
    assert looked(studio, line) == ()
    assert seen(twin) == ("public", None)


def test_approved_again_it_is_scheduled_again_and_never_uploaded_anew(
    studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock
) -> None:
    approve(studio, sent, Light.RED)
    looked(studio, line)
    assert programme(studio).due == ()
    clock.forward(5 * 3600)
    approve(studio, sent, Light.GREEN)
    [due] = programme(studio).due
    assert (due.slot or "")[:16] == "2026-11-20T16:00"
    line.publish(studio, sent)
    assert (twin.asked("youtube.begin"), seen(twin)) == (1, ("private", "2026-11-20T16:00:00Z"))
    assert state_of(studio, sent) == "scheduled"
    clock.forward(86_400)
    assert (seen(twin), state_of(studio, sent)) == (("public", None), "published")
    assert twin.asked("youtube.captions") == 1


def test_a_stop_is_done_though_the_days_units_are_spent(studio: Studio, sent: str, line: Line, twin: Twin) -> None:
    studio.ledger.quotas.exhaust("main", "units", of=10_000)
    approve(studio, sent, Light.RED)
    looked(studio, line)
    assert seen(twin) == OFF


def test_what_hinders_a_stop_is_kept_and_it_is_tried_until_it_is_done(
    studio: Studio, sent: str, line: Line, twin: Twin, clock: Clock
) -> None:
    twin.misbehave("youtube.update", "refuse", words="quotaExceeded")
    approve(studio, sent, Light.RED)
    [words] = looked(studio, line)
    assert "not withdrawn yet" in words
    off = studio.ledger.videos.find(sent, upload(studio, sent).film).withdrawal
    assert off
    assert "quotaExceeded" in (off.problem or "")
    assert looked(studio, line) == (), "not before a minute is over"
    clock.forward(61)
    looked(studio, line)
    assert seen(twin) == OFF
    assert len(audited(studio, sent)) == 2


def test_a_run_under_way_stops_when_its_film_loses_its_light(
    studio: Studio, project: str, line: Line, twin: Twin, clock: Clock
) -> None:
    same_clock(twin, clock)
    twin.world.render_seconds = 1000
    with pytest.raises(GateClosed, match="red light"):
        line.publish(studio, project, sleep=lambda _: approve(studio, project, Light.RED))
    looked(studio, line)
    assert seen(twin) == OFF


def test_no_more_bytes_leave_of_a_film_that_loses_its_light(studio: Studio, line: Line, twin: Twin) -> None:
    project = finished(studio, content=bytes(6 << 20))

    def hear(progress: Progress) -> None:
        if progress.piece.startswith("upload") and len(studio.ledger.reviews.log(project)) == GREENS:
            approve(studio, project, Light.RED)

    with pytest.raises(GateClosed, match="red light"):
        line.publish(studio.heard_by(hear), project)
    assert room(twin.world).videos("harbour") == []
    looked(studio, line)
    assert upload(studio, project).video_id is None


def test_an_upload_that_was_broken_off_after_its_last_byte_is_found_and_stopped(
    studio: Studio, project: str, line: Line, twin: Twin, clock: Clock
) -> None:
    same_clock(twin, clock)
    _broken_off(studio, project, line, twin, kind="cut_after")
    assert seen(twin) == SCHEDULED
    approve(studio, project, Light.RED)
    looked(studio, line)
    assert (seen(twin), upload(studio, project).state) == (OFF, UploadState.WITHDRAWN)


def test_an_upload_that_was_broken_off_before_goes_on_when_it_is_approved_again(
    studio: Studio, project: str, line: Line, twin: Twin, clock: Clock
) -> None:
    same_clock(twin, clock)
    _broken_off(studio, project, line, twin, kind="truncated")
    approve(studio, project, Light.RED)
    looked(studio, line)
    assert ("upload stopped", "videofactory", "The film's light is red: so") in audited(studio, project)
    assert looked(studio, line) == ()
    assert programme(studio).due == ()
    approve(studio, project, Light.GREEN)
    line.publish(studio, project)
    assert (twin.asked("youtube.begin"), len(room(twin.world).videos("harbour"))) == (1, 1)
    assert seen(twin) == SCHEDULED


def _broken_off(studio: Studio, project: str, line: Line, twin: Twin, *, kind: str) -> None:
    """A run that could not bring the upload to its end: YouTube has all of it, or a part."""
    twin.misbehave("youtube.send", kind, value=1000, times=20)
    twin.misbehave("youtube.ask", "error", value=503, times=20)
    with pytest.raises(Exception, match=r".*"):
        line.publish(studio, project)
    twin.world.faults.clear()
    assert upload(studio, project).state is UploadState.SENDING


def test_one_channels_trouble_stops_no_other_withdrawal(tmp_path: Path, clock: Clock, line: Line, twin: Twin) -> None:
    same_clock(twin, clock)
    bakery = channel("bakery", youtube=SLOTS.model_copy(update={"google_project": "second"}))
    studio = screening(tmp_path / "home", channel(), bakery, clock=clock)
    cup, bread = finished(studio), finished(studio, name="bread", channel="bakery")
    for project in (cup, bread):
        line.publish(studio, project)
        approve(studio, project, Light.RED)
    twin.misbehave("youtube.update", "refuse", words="channelSuspended")
    assert len(looked(studio, line)) == 2
    states = {upload(studio, project).state for project in (cup, bread)}
    assert states == {UploadState.DONE, UploadState.WITHDRAWN}


def test_a_film_that_lost_its_light_is_not_gone_on_with_by_hand(studio: Studio, sent: str, line: Line) -> None:
    approve(studio, sent, Light.RED)
    looked(studio, line)
    with pytest.raises(GateClosed, match="red light"):
        line.publish(studio, sent)
