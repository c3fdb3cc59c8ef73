"""Uploads in the ledger: one row for a film, one film for a slot, one holder at a time, sessions sealed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from videofactory.domain.errors import Busy, Conflict, Lasting
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.uploads import Upload, UploadState
from videofactory_tests.clock import Clock
from videofactory_tests.core import take_in
from videofactory_tests.processes import at_once, kill_when

FIVE = datetime(2026, 11, 20, 17, tzinfo=UTC)
SLOTS = [FIVE + timedelta(days=day) for day in range(3)]
FILM = "f" * 64


@pytest.fixture
def books(ledger_url: str, clock: Clock, tmp_path: Path) -> Ledger:
    """A ledger with a master key, whose time the test moves."""
    return open_ledger(ledger_url, clock=clock, keyring=Keyring(file=tmp_path / "secret.key"))


def plan(books: Ledger, source: str = "one", *, film: str = FILM, slots: list[datetime] | None = SLOTS) -> tuple[Upload, bool]:
    """Plan a film of a channel that is public."""
    project = take_in(books, source=source)
    return books.uploads.plan(project, film, channel="harbour", size=1000, slots=slots, public=True)


def test_a_film_keeps_its_row_and_its_slot(books: Ledger) -> None:
    first, new = plan(books)
    assert (first.slot, first.publish_at, first.state, new) == ("2026-11-20T17:00:00.000000+00:00", first.slot, "planned", True)
    assert plan(books) == (first, False)


def test_films_never_share_a_slot_and_the_last_one_waits(books: Ledger) -> None:
    slots = [plan(books, source)[0].slot for source in ("one", "two", "three")]
    assert len(set(slots)) == 3
    with pytest.raises(Conflict, match="no free publishing slot"):
        plan(books, "four")


def _plan(url: str, number: int) -> str | None:
    books = open_ledger(url)
    project = take_in(books, source=f"brief-{number}.yaml")
    return books.uploads.plan(project, FILM, channel="harbour", size=1, slots=SLOTS, public=True)[0].slot


def test_several_processes_at_once_take_different_slots(ledger: Ledger, ledger_url: str) -> None:
    del ledger
    assert len(set(at_once(3, _plan, ledger_url))) == 3


def test_a_newer_cut_takes_the_place_of_one_that_was_only_planned(books: Ledger) -> None:
    old, _ = plan(books)
    new, _ = plan(books, film="e" * 64)
    assert new.slot == old.slot
    assert books.uploads.find(old.project, FILM) is None


def test_a_newer_cut_is_refused_once_the_older_may_be_out(books: Ledger) -> None:
    old, _ = plan(books)
    books.uploads.beginning(old.project, FILM)
    with pytest.raises(Conflict, match="Another cut"):
        plan(books, film="e" * 64)


def test_a_plan_whose_slot_has_passed_gets_the_next_one(books: Ledger, clock: Clock) -> None:
    plan(books)
    clock.time = FIVE + timedelta(hours=1)
    assert (plan(books, slots=SLOTS[1:])[0].slot or "")[:10] == "2026-11-21"


def test_publishing_at_once_gives_the_slot_back(books: Ledger) -> None:
    plan(books)
    assert plan(books, slots=None)[0].slot is None
    assert plan(books, "two")[0].slot == "2026-11-20T17:00:00.000000+00:00"


def test_one_holds_it_at_a_time(books: Ledger) -> None:
    upload, _ = plan(books)
    books.uploads.hold(upload.project, FILM)
    with pytest.raises(Busy, match="being uploaded already"):
        books.uploads.hold(upload.project, FILM)
    books.uploads.let_go(upload.project, FILM)
    assert books.uploads.hold(upload.project, FILM).held


def _hold(url: str, project: str, done: Path) -> None:
    open_ledger(url).uploads.hold(project, FILM)
    done.touch()
    while True:
        pass


def test_what_a_dead_process_held_is_taken_over(books: Ledger, ledger_url: str, tmp_path: Path) -> None:
    upload, _ = plan(books)
    kill_when(_hold, ledger_url, upload.project, tmp_path / "held", until=tmp_path / "held")
    assert books.uploads.hold(upload.project, FILM).held


def test_a_beat_renews_the_lease(books: Ledger, clock: Clock) -> None:
    upload, _ = plan(books)
    before = books.uploads.hold(upload.project, FILM).beat_at
    clock.forward(20)
    books.uploads.beat()
    after = books.uploads.find(upload.project, FILM)
    assert after is not None
    assert (after.beat_at or "") > (before or "")


def test_steps_are_written_once_each_in_order(books: Ledger) -> None:
    project = plan(books)[0].project
    books.uploads.sent(project, FILM, video_id="v1")
    for step in ("captions", "thumbnail", "captions"):
        upload = books.uploads.step(project, FILM, step)
    assert (upload.steps, upload.confirmed, upload.state) == (("upload", "captions", "thumbnail"), 1000, UploadState.SENT)


def test_a_session_is_sealed_and_one_that_cannot_be_opened_is_lost(books: Ledger, ledger_url: str, tmp_path: Path) -> None:
    project = plan(books)[0].project
    books.uploads.beginning(project, FILM)
    assert books.uploads.began(project, FILM, session="https://upload/1").session == "https://upload/1"
    with books.database.read() as connection:
        assert "upload/1" not in str(connection.exec_driver_sql("SELECT session FROM uploads").scalar())
    for keyring in (Keyring(), Keyring(keys=("w" * 43 + "=",)), Keyring(file=tmp_path / "other.key")):
        found = open_ledger(ledger_url, keyring=keyring).uploads.find(project, FILM)
        assert found is not None
        assert found.session == ""
    with pytest.raises(Lasting, match="master key"):
        open_ledger(ledger_url).uploads.began(project, FILM, session="https://upload/2")


def test_a_failed_upload_gives_its_slot_back_and_its_session_up(books: Ledger) -> None:
    project = plan(books)[0].project
    books.uploads.beginning(project, FILM)
    books.uploads.began(project, FILM, session="https://upload/1")
    assert books.uploads.fail(project, FILM, problem="no").slot is None
    again, new = plan(books)
    assert (again.state, again.session, again.problem, new) == (UploadState.PLANNED, "", None, True)


def test_a_video_that_is_no_use_is_forgotten(books: Ledger) -> None:
    project = plan(books)[0].project
    books.uploads.sent(project, FILM, video_id="v1")
    failed = books.uploads.fail(project, FILM, problem="codec", gone=True)
    assert (failed.video_id, failed.steps, failed.confirmed) == (None, (), 0)
