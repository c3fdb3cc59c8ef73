"""Rows that nobody could foresee: links that died, letters that are none, numbers out of range. None of them stops another."""

import json
import shutil
from typing import Any

import pytest

from videofactory.domain.project import NEXT_JOB
from videofactory.domain.review import BriefChanged
from videofactory.studio.status import state_of
from videofactory_tests.studio.notion.office import Office, picture


def test_a_link_that_died_on_the_way_is_read_again_and_nobody_is_told_to_mend_anything(office: Office) -> None:
    page = office.ask()
    office.space.link_seconds = -1.0  # as if the machine slept for an hour between reading and fetching
    swept = office.sweep()
    assert (swept.taken, swept.told) == ([], [])
    assert office.space.comments_of(page) == []
    books = office.studio.ledger.notion
    assert books.rows("harbour")[page].again_at is not None
    office.space.link_seconds = 3600.0
    books.keep(page, channel="harbour", again_at="2000-01-01")
    assert set(office.sweep().taken) == set(office.keys())
    assert len(office.keys()) == 1


def test_a_picture_whose_link_lives_and_that_is_refused_is_its_writers_matter(office: Office) -> None:
    page = office.ask()
    office.twin.misbehave("notion.file", "error", times=9, value=404)
    assert office.sweep().told == [page]
    (words,) = office.space.comments_of(page)
    assert "1. Brand, number 1 (found: cup 0.png):" in words


@pytest.mark.parametrize(
    "odd",
    [
        {"title": "half a letter \ud800"},
        {"text": "half a letter \udfff", "rights_images": "\ud83d"},
        {"style": "\ud800"},
        {"seconds": 1e308, "scenes": -3, "budget_usd": -0.5},
        {"scenes": 2.5, "seconds": float(10**18)},
        {"aspects": ["4:3", "16:9"], "language": "<b>", "engine": "../../etc"},
        {"title": "\x00\u202e\ufeff", "text": "\x07"},
        {"title": "x" * 5000, "text": "y" * 60_000},
        {"images": [b""]},
        {"images": [b"\x89PNG\r\n\x1a\n" + bytes(100)] * 11},
    ],
)
def test_an_odd_row_stops_no_other(office: Office, odd: dict[str, Any]) -> None:
    page = office.ask(**odd)
    good = office.ask(title="A good one")
    office.sweep()
    taken = {project.source_id for project in office.studio.ledger.projects.all()}
    assert good in taken
    assert page in taken or office.space.comments_of(page), "it is taken in, or its writer knows why not"
    assert office.write().problems == []
    asked = office.twin.asked("notion.comment")
    office.sweep()
    assert office.twin.asked("notion.comment") == asked, "and is not told again"


def test_a_row_that_was_edited_and_is_due_is_dealt_with_once(office: Office) -> None:
    page = office.ask()
    office.space.link_seconds = -1.0
    office.sweep()
    office.space.link_seconds = 3600.0
    office.studio.ledger.notion.keep(page, channel="harbour", again_at="2000-01-01")
    fetched, looked_up = office.twin.asked("notion.file"), office.twin.asked("notion.page")
    swept = office.sweep()
    assert (swept.taken, swept.changed) == (office.keys(), [])
    assert (office.twin.asked("notion.file") - fetched, office.twin.asked("notion.page") - looked_up) == (1, 0)


def passed_over(office: Office) -> list[str]:
    """The rows of which the audit log says that they were not read."""
    return [json.loads(line.detail)["page"] for line in office.studio.ledger.audit.lines() if line.what == "row not read"]


def test_a_row_whose_reading_breaks_stops_no_other_and_is_read_when_it_can_be(office: Office) -> None:
    content = picture(77)
    kept = office.studio.artifacts.path(office.studio.artifacts.put(content, media_type="image/png"))
    shutil.rmtree(kept.parent)
    kept.parent.write_text("something lies where the picture should be kept")
    page, good = office.ask(images=[content]), office.ask(title="A good one")
    for _ in range(2):
        office.sweep()
        office.studio.ledger.notion.keep(page, channel="harbour", again_at="2000-01-01")
    assert [project.source_id for project in office.studio.ledger.projects.all()] == [good]
    assert passed_over(office) == [page], "once for each reason"
    assert office.space.comments_of(page) == [], "its writer cannot mend that"
    kept.parent.unlink()
    assert len(office.sweep().taken) == 1


def test_a_page_that_is_no_row_as_we_know_them_stops_no_other(office: Office) -> None:
    office.space.add_column(office.briefs, "When", "date")
    known, good = office.ask(), office.ask(title="A good one")
    assert len(office.sweep().taken) == 2
    office.space.edit_row(known, {"When": {"end": "2026-12-24"}})
    office.edit(good, text="We open at seven.")
    late = office.ask(title="Another")
    swept = office.sweep()
    assert (len(swept.taken), len(swept.changed), swept.cancelled) == (1, 1, [])
    assert passed_over(office) == [known]
    assert {project.source_id for project in office.studio.ledger.projects.all()} == {known, good, late}
    office.sweep()
    assert passed_over(office) == [known], "once"


def test_a_scenes_row_whose_books_are_broken_stops_no_other(office: Office) -> None:
    project, _ = office.drafted()
    books, rows = office.studio.ledger.notion, office.scene_rows()
    broken = books.scenes(project)["scene-01"].model_copy(update={"written": "{"})
    books.keep_scene(broken)
    for scene in ("scene-01", "scene-02"):
        office.decide(rows[scene]["id"], light="Green")
    other = office.ask(title="A good one")
    office.sweep()
    assert office.read() == [project]
    assert passed_over(office) == [broken.page]
    (problem,) = office.write().problems
    assert problem.startswith(f"{project}: JSONDecodeError")
    assert office.brief_row(other)["state"] == "Queued"


@pytest.mark.parametrize("outcome", ["done", "failed", "flagged", "over_budget"])
def test_an_edit_of_a_row_whose_project_is_not_finished_has_it_made_anew(office: Office, outcome: Any) -> None:  # noqa: ANN401
    project, page = office.drafted()
    runs = office.studio.ledger.runs
    stage = "final_cut" if outcome in {"failed", "over_budget"} else "brand_analysis"
    runs.reached(project, stage, outcome=outcome, entries=0, detail="so")
    office.edit(page, text="Another text altogether.")
    assert office.sweep().changed == [project]
    [entry] = office.studio.ledger.reviews.log(project)
    assert isinstance(entry, BriefChanged)
    assert NEXT_JOB[state_of(office.studio, project)] == "develop"
