"""Rows become projects exactly once; edits, withdrawals and bad rows are dealt with, and none of them stops another."""

import pytest

from videofactory.domain.money import usd
from videofactory.domain.project import ProjectState
from videofactory.domain.review import BriefChanged
from videofactory.studio.notion import intake
from videofactory.studio.take_in import Request
from videofactory_tests.studio.notion.office import Office, picture


def test_a_row_with_the_trigger_becomes_one_project_with_its_picture_in_the_store(office: Office) -> None:
    page = office.ask(seconds=30, budget_usd=5, aspects=["16:9", "9:16"], rights_images="own")
    office.ask(status="Idea")
    swept = office.sweep()
    (project,) = office.studio.ledger.projects.all()
    assert (swept.taken, project.source_kind, project.source_id) == ([project.key], "notion", page)
    request = Request.model_validate_json(project.brief)
    assert (request.brief.seconds, request.brief.budget_usd, request.brief.aspects) == (30, usd(5), ("16:9", "9:16"))
    assert request.brief.rights.images == "own"
    assert "expires" not in project.brief
    assert all(office.studio.artifacts.has(artifact) for artifact in request.local.values())
    again = office.sweep()
    assert (again.taken, again.changed, again.cancelled) == ([], [], [])
    assert office.studio.ledger.projects.all() == [project]


def test_our_own_writes_are_not_read_as_edits(office: Office) -> None:
    office.drafted()
    (project,) = office.studio.ledger.projects.all()
    assert office.sweep().changed == []
    assert office.studio.ledger.reviews.log(project.key) == ()
    asked = office.twin.asked("notion.update")
    assert office.read() == []
    assert office.write().rows == 0
    assert office.twin.asked("notion.update") == asked


def test_an_edit_changes_the_brief_even_within_the_same_minute(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.edit(page, text="We open at seven.")
    swept = office.sweep()
    (project,) = office.studio.ledger.projects.all()
    assert swept.changed == [project.key]
    assert project.brief_version == 2
    assert [type(entry) for entry in office.studio.ledger.reviews.log(project.key)] == [BriefChanged]


def test_ten_bad_rows_stop_no_good_one_and_their_writers_are_told_once(office: Office) -> None:
    bad = [office.ask(seconds=1, images=[b"no picture"]) for _ in range(10)]
    good = [office.ask(title=f"Cup {number}") for number in range(3)]
    assert len(office.sweep().taken) == len(good)
    for page in bad:
        (words,) = office.space.comments_of(page)
        assert "Seconds" in words
        assert "Brand, number 1 (found: cup 0.png): " in words
    assert office.sweep().told == []
    office.edit(bad[0], seconds=2)
    office.sweep()
    assert len(office.space.comments_of(bad[0])) == 2
    office.space.edit_row(bad[0], office.row_of(seconds=30))
    assert len(office.sweep().taken) == 1
    assert [len(office.space.comments_of(page)) for page in bad] == [2, *[1] * 9]


def test_a_row_without_a_picture_is_told_in_an_editors_words(office: Office) -> None:
    page = office.ask(images=[])
    office.sweep()
    (words,) = office.space.comments_of(page)
    assert "1. Brand is empty: drop at least one picture into it: JPEG, PNG or WebP.\n" in words


def test_a_comment_whose_answer_was_lost_is_not_said_twice(office: Office) -> None:
    page = office.ask(seconds=1)
    office.twin.misbehave("notion.comment", "cut_after")
    office.sweep()
    for row in office.studio.ledger.notion.rows("harbour").values():
        office.studio.ledger.notion.keep(row.page, channel="harbour", again_at="2000-01-01")
    office.sweep()
    assert len(office.space.comments_of(page)) == 1
    office.sweep()
    assert len(office.space.comments_of(page)) == 1


def test_a_withdrawn_row_cancels_its_project_and_may_come_back(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.edit(page, status="Idea")
    swept = office.sweep()
    (project,) = office.studio.ledger.projects.all()
    assert swept.cancelled == [project.key]
    assert project.cancelled_at is not None
    assert office.sweep().cancelled == []
    office.edit(page, status="Ready")
    office.sweep()
    (back,) = office.studio.ledger.projects.all()
    assert (back.key, back.cancelled_at) == (project.key, None)


def test_a_row_in_the_trash_cancels_its_project(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.space.trash(page)
    assert office.sweep().cancelled == office.keys()


def test_a_look_that_is_cut_short_leaves_the_rest_to_the_next(office: Office) -> None:
    for number in range(5):
        office.ask(title=f"Cup {number}")
    assert office.sweep(seconds=0).left
    assert office.twin.asked("notion.file") == 0
    assert office.keys() == []
    office.sweep()
    assert len(office.keys()) == 5


def test_a_row_taken_in_by_a_process_that_died_is_the_same_project(office: Office) -> None:
    office.ask()
    known = office.studio.ledger.notion
    office.sweep()
    (project,) = office.studio.ledger.projects.all()
    page = project.source_id
    known.keep(page, channel="harbour", read="", project=None)  # as if the process had died before it was noted
    office.sweep()
    assert office.studio.ledger.projects.all() == [project]


def test_a_picture_that_changed_changes_the_brief(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.space.edit_row(page, office.row_of(images=[picture(20)]))
    assert office.sweep().changed == office.keys()


def test_a_look_asks_again_only_for_some_minutes(office: Office) -> None:
    office.ask()
    office.sweep()
    cursor = office.studio.ledger.notion.cursor(office.briefs)
    now = office.studio.ledger.database.time()
    assert cursor <= (now - intake.OVERLAP).isoformat()


def test_a_row_left_for_later_is_looked_at_until_it_is_dealt_with(office: Office) -> None:
    books = office.studio.ledger.notion
    page = office.ask()
    office.twin.misbehave("notion.file", "error", times=9, value=503)
    assert office.sweep().taken == []
    assert books.rows("harbour")[page].again_at is not None
    office.twin.world.faults.clear()
    books.keep(page, channel="harbour", again_at="2000-01-01")
    books.move_cursor(office.briefs, "2100-01-01T00:00:00+00:00")
    assert len(office.sweep().taken) == 1
    assert books.rows("harbour")[page].again_at is None
    books.keep("gone", channel="harbour", again_at="2000-01-01")
    office.sweep()
    assert books.rows("harbour")["gone"].again_at is None


def test_a_film_that_is_published_is_not_made_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    page = office.ask()
    office.sweep()
    monkeypatch.setattr(intake, "state_of", lambda *_: ProjectState.PUBLISHED)
    office.edit(page, text="Another text.")
    assert office.sweep().changed == []
    (words,) = office.space.comments_of(page)
    assert "published already" in words
    office.edit(page, status="Idea")
    office.sweep()
    (project,) = office.studio.ledger.projects.all()
    assert (project.brief_version, project.cancelled_at) == (1, None)
