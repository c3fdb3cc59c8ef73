"""A published film is corrected: only what differs is sent, each part once, audited; who may watch it stays as it is."""

import json
from pathlib import Path

import pytest

from videofactory.domain.errors import (
    AccountClosed,
    Conflict,
    FactoryError,
    GateClosed,
    InvalidInput,
    Lasting,
    StillRunning,
)
from videofactory.domain.review import Light
from videofactory.ledger.uploads import UploadState
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut
from videofactory_tests.clock import Clock
from videofactory_tests.money.mortal import Doom, MortalLine
from videofactory_tests.processes import ended
from videofactory_tests.publishing.corrected import audited, corrected, detail, same_clock, seen, video, withdrawn
from videofactory_tests.publishing.screening import SLOTS, THURSDAY, Line, approve, channel, finished, screening, upload
from videofactory_tests.twin.google_oauth import accounts
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room

NEW = SLOTS.model_copy(update={"title": "{title} | Harbour", "tags": ("cup",), "category": 24})
SRT = b"1\n00:00:00,000 --> 00:00:02,000\nWe open at seven.\n"
WRITES = ("update", "thumbnail", "captions", "replace_captions")


@pytest.fixture
def out(studio: Studio, project: str, line: Line, twin: Twin, clock: Clock) -> str:
    """A project whose film people can watch."""
    same_clock(twin, clock)
    line.publish(studio, project)
    clock.forward(5 * 3600)
    return project


@pytest.fixture
def changed(out: str, tmp_path: Path, clock: Clock) -> Studio:
    """The studio after its channel's templates were changed."""
    assert out
    return screening(tmp_path / "home", channel(youtube=NEW), clock=clock)


def other_files(studio: Studio, project: str) -> None:
    """The same film with other captions and another thumbnail."""
    cut = studio.values.read("final_cut", project, FinalCut)
    assert cut
    captions = studio.artifacts.put(SRT, media_type="application/x-subrip")
    picture = studio.artifacts.put(b"\xff\xd8\xff another picture", media_type="image/jpeg")
    studio.values.write("final_cut", project, cut.model_copy(update={"srt": captions, "thumbnail": picture}))


def written(twin: Twin) -> list[int]:
    """How often each kind of write was asked for."""
    return [twin.asked(f"youtube.{name}") for name in WRITES]


def test_nothing_is_sent_where_nothing_differs(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    found = corrected(studio, out, line)
    assert (found.changes, found.sent) == ((), ())
    assert written(twin) == [0, 1, 1, 0]
    assert audited(studio, out) == []


def test_what_the_video_says_is_corrected_and_who_may_watch_it_stays(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    shown = corrected(changed, out, line, dry_run=True)
    assert {change.field: (change.present, change.wanted) for change in shown.changes} == {
        "title": ("The first cup", "The first cup | Harbour"),
        "tags": ("coffee, harbour life", "cup, coffee, harbour life"),
        "category": ("22", "24"),
    }
    assert (written(twin), shown.sent, audited(changed, out)) == ([0, 1, 1, 0], (), [])
    found = corrected(changed, out, line)
    assert (found.changes, found.sent) == (shown.changes, ("metadata",))
    snippet = video(twin).request["snippet"]
    assert (snippet["title"], snippet["tags"][0], snippet["categoryId"]) == ("The first cup | Harbour", "cup", "24")
    assert (written(twin), seen(twin)) == ([1, 1, 1, 0], ("public", None))
    assert audited(changed, out) == [("video correction asked for", "ada", "typo"), ("video corrected: metadata", "ada", "typo")]
    told = json.loads(detail(changed, out, "video corrected: metadata"))
    assert told["title"] == {"was": "The first cup", "is": "The first cup | Harbour"}
    assert corrected(changed, out, line).changes == ()


def test_a_film_that_opens_later_still_opens_then(
    studio: Studio, project: str, line: Line, twin: Twin, clock: Clock, tmp_path: Path
) -> None:
    same_clock(twin, clock)
    line.publish(studio, project)
    corrected(screening(tmp_path / "home", channel(youtube=NEW), clock=clock), project, line)
    assert seen(twin) == ("private", "2026-11-19T16:00:00Z")
    assert video(twin).request["snippet"]["categoryId"] == "24"


def test_what_a_person_set_at_youtube_is_kept(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    video(twin).request["status"] = {"privacyStatus": "unlisted", "license": "creativeCommon", "containsSyntheticMedia": True}
    corrected(changed, out, line)
    status = video(twin).request["status"]
    assert (status["privacyStatus"], status["license"]) == ("unlisted", "creativeCommon")


def test_captions_and_thumbnail_are_replaced_and_none_is_there_twice(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    heard = {"id": "heard", "snippet": {"language": "en", "name": "", "trackKind": "ASR", "status": "serving"}, "text": "eh"}
    video(twin).request["captions"].insert(0, heard)
    other_files(studio, out)
    assert corrected(studio, out, line).sent == ("captions", "thumbnail")
    assert [track["text"] for track in video(twin).request["captions"]] == ["eh", SRT.decode()]
    assert video(twin).request["thumbnail"] == "image/jpeg 19"
    assert written(twin) == [0, 2, 1, 1]
    assert corrected(studio, out, line).sent == ()


def test_captions_somebody_deleted_are_added_anew(studio: Studio, out: str, line: Line, twin: Twin) -> None:
    video(twin).request["captions"].clear()
    other_files(studio, out)
    corrected(studio, out, line)
    assert [track["text"] for track in video(twin).request["captions"]] == [SRT.decode()]


@pytest.mark.parametrize("operation", ["update", "replace_captions", "thumbnail"])
def test_a_lost_answer_is_recognised_and_nothing_is_there_twice(
    changed: Studio, out: str, line: Line, twin: Twin, operation: str
) -> None:
    other_files(changed, out)
    twin.misbehave(f"youtube.{operation}", "cut_after")
    with pytest.raises(StillRunning, match="what is done is not sent again"):
        corrected(changed, out, line)
    corrected(changed, out, line)
    assert corrected(changed, out, line).changes == ()
    assert (len(video(twin).request["captions"]), twin.asked("youtube.update")) == (1, 1)
    assert audited(changed, out)[0][0] == "video correction asked for"


def test_a_part_that_fails_stops_no_other_and_is_sent_alone_the_next_time(
    changed: Studio, out: str, line: Line, twin: Twin
) -> None:
    other_files(changed, out)
    twin.misbehave("youtube.replace_captions", "refuse", words="forbidden")
    with pytest.raises(Lasting, match=r"forbidden.*Corrected: metadata, thumbnail"):
        corrected(changed, out, line)
    assert corrected(changed, out, line).sent == ("captions",)
    assert written(twin) == [1, 2, 1, 2]


def test_quota_is_taken_before_each_request_and_its_end_goes_on_the_next_day(
    changed: Studio, out: str, line: Line, twin: Twin, clock: Clock
) -> None:
    other_files(changed, out)
    used = changed.ledger.quotas.used("main", "units")
    changed.ledger.quotas.reserve("main", "units", uses=10_000 - 520 - used - 1 - 51, of=10_000)
    with pytest.raises(StillRunning, match="520 are kept for withdrawals"):
        corrected(changed, out, line)
    assert written(twin) == [1, 1, 1, 0]
    clock.forward(86_400)
    assert corrected(changed, out, line).sent == ("captions", "thumbnail")
    assert changed.ledger.quotas.used("main", "units") == 1 + 50 + 450 + 50


def test_youtubes_word_that_the_quota_is_spent_is_believed(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    twin.misbehave("youtube.update", "refuse", words="quotaExceeded")
    with pytest.raises(StillRunning, match="quotaExceeded"):
        corrected(changed, out, line)
    assert changed.ledger.quotas.used("main", "units") == 10_000


def test_a_video_that_was_deleted_at_youtube_is_gone(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    del twin.world.jobs[video(twin).id]
    with pytest.raises(Lasting, match=rf"somebody deleted it.*videofactory publish {out}"):
        corrected(changed, out, line)
    assert (upload(changed, out).state, upload(changed, out).video_id) == (UploadState.FAILED, None)
    assert audited(changed, out)[-1][0] == "video is gone"


@pytest.mark.parametrize(("words", "error"), [("forbidden", Lasting), ("channelSuspended", AccountClosed)])
def test_what_youtube_refuses_is_said(
    changed: Studio, out: str, line: Line, twin: Twin, words: str, error: type[FactoryError]
) -> None:
    twin.misbehave("youtube.update", "refuse", words=words)
    with pytest.raises(error, match=words):
        corrected(changed, out, line)
    assert upload(changed, out).owner is None


def test_leave_that_was_taken_back_is_said(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    google = accounts(twin.world)
    google.revoked.add(google.refresh_token("harbour"))
    with pytest.raises(AccountClosed, match="videofactory keys youtube harbour"):
        corrected(changed, out, line)


def test_a_film_nobody_approves_is_not_corrected(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    approve(changed, out, Light.RED)
    with pytest.raises(GateClosed, match="red light"):
        corrected(changed, out, line)
    assert written(twin)[0] == 0


def test_metadata_youtube_refuses_is_found_before_anything_is_sent(
    out: str, line: Line, twin: Twin, tmp_path: Path, clock: Clock
) -> None:
    wrong = SLOTS.model_copy(update={"description": "é" * 3000})
    with pytest.raises(InvalidInput, match="at most 5000"):
        corrected(screening(tmp_path / "home", channel(youtube=wrong), clock=clock), out, line)
    assert written(twin)[0] == 0


def test_only_the_film_that_is_published_can_be_corrected(studio: Studio, out: str, line: Line) -> None:
    finished(studio, content=b"a new cut", light=None)
    approve(studio, out, Light.GREEN)
    with pytest.raises(Conflict, match=r"another cut.*--withdraw REASON"):
        corrected(studio, out, line)


def test_a_film_that_was_not_sent_cannot_be_corrected(studio: Studio, project: str, line: Line) -> None:
    with pytest.raises(Conflict, match=f"no video of .*videofactory publish {project}"):
        corrected(studio, project, line)


def test_a_withdrawn_film_is_corrected_and_stays_off(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    withdrawn(changed, out, line)
    corrected(changed, out, line)
    assert (video(twin).request["snippet"]["categoryId"], seen(twin)) == ("24", ("private", None))
    assert upload(changed, out).state is UploadState.WITHDRAWN


def test_a_run_that_works_on_the_video_is_waited_for(changed: Studio, out: str, line: Line, twin: Twin) -> None:
    changed.ledger.uploads.hold(out, upload(changed, out).film)
    with pytest.raises(StillRunning, match="A run works on"):
        corrected(changed, out, line)
    assert written(twin)[0] == 0


def _correct(home: Path, url: str, project: str, fatal: int, diary: Path | None) -> None:
    """Correct in a process that kills itself at its n-th step."""
    studio = screening(home, channel(youtube=NEW))
    doom = Doom(fatal, diary=diary)
    doom.watch(studio.ledger)
    corrected(studio, project, Line(url, MortalLine(doom)))
    doom.step("end")


def test_a_film_is_corrected_wherever_the_process_is_killed(tmp_path: Path, line: Line, twin: Twin) -> None:
    same_clock(twin, Clock(THURSDAY))
    room(twin.world).unit_limit = 10**6  # each home has books of its own
    counted, first = _sent(tmp_path / "count", line)
    assert ended(_correct, counted.settings.home, twin.url, first, 0, tmp_path / "diary") == 0
    total = len((tmp_path / "diary").read_text().splitlines())
    assert total > 20
    for fatal in range(1, total + 1, 3):
        studio, project = _sent(tmp_path / f"home-{fatal}", line)
        assert ended(_correct, studio.settings.home, twin.url, project, fatal, None) == -9
        assert ended(_correct, studio.settings.home, twin.url, project, 0, None) == 0
        told = room(twin.world).video("harbour", upload(studio, project).video_id or "")
        assert told
        assert (told.request["snippet"]["categoryId"], told.request["status"]["publishAt"]) == ("24", "2026-11-19T16:00:00Z")
        assert [track["text"] for track in told.request["captions"]] == [SRT.decode()], fatal
        said = [what for what, _, _ in audited(studio, project)]
        assert said[0] == "video correction asked for", fatal
        assert said.count("video corrected: captions") == 1, fatal


def _sent(home: Path, line: Line) -> tuple[Studio, str]:
    """A home of its own with a film YouTube opens later, whose captions and thumbnail are others by now."""
    studio = screening(home)
    project = finished(studio, name=home.name)
    line.publish(studio, project)
    other_files(studio, project)
    return studio, project
