"""Writing back: only what changed, caught up after an outage, once whatever crashes, and never over what a person just wrote."""

import pytest

from videofactory.domain.project import ProjectState
from videofactory.studio.notion import writing
from videofactory.studio.reviewing import Desk
from videofactory.studio.status import state_of
from videofactory_tests.studio.notion.office import Office
from videofactory_tests.studio.notion.test_final_review import cut


def test_a_rows_state_cost_and_project_are_written_and_only_when_they_change(office: Office) -> None:
    page = office.ask()
    office.sweep()
    assert office.write().rows == 1
    row = office.brief_row(page)
    assert (row["state"], row["cost_usd"], [row["project"]]) == ("Queued", 0, office.keys())
    assert office.write().rows == 0
    assert office.twin.asked("notion.update") == 1


def test_what_went_wrong_is_written_with_its_remedy_and_taken_back(office: Office) -> None:
    project, page = office.drafted()
    runs = office.studio.ledger.runs
    runs.reached(project, "final_cut", outcome="failed", entries=0, detail="The disk is full. Make room.")
    office.write()
    assert (office.brief_row(page)["state"], office.brief_row(page)["problem"]) == ("Failed", "The disk is full. Make room.")
    runs.reached(project, "final_cut", outcome="done", entries=0)
    office.write()
    assert office.brief_row(page)["problem"] == ""


def test_an_outage_stops_nothing_and_writing_catches_up(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.twin.misbehave("notion.update", "error", times=3, value=503)
    office.twin.misbehave("notion.schema", "error", times=3, value=503)
    assert office.write().away
    assert not office.brief_row(page)["state"]
    office.twin.world.faults.clear()
    assert office.write().rows == 1
    assert office.brief_row(page)["state"] == "Queued"


def test_a_scene_row_whose_creation_was_not_answered_is_found_again(office: Office) -> None:
    office.twin.misbehave("notion.create", "cut_after")
    office.drafted()
    for _ in range(3):
        office.write()
    assert len(office.space.rows(office.scenes)) == 3
    assert {row["answer"] for row in office.scene_rows().values()} == {"Please give a light."}
    assert all(row["preview"] for row in office.scene_rows().values())


def test_a_team_without_our_columns_gets_what_it_has(office: Office) -> None:
    for name in ("Cost USD", "Project"):
        office.space.sources[office.briefs].columns.pop(name)
    page = office.ask()
    office.sweep()
    written = office.write()
    assert (written.problems, office.brief_row(page)["state"]) == ([], "Queued")


def test_a_cancelled_project_is_told_once_and_then_left_alone(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.edit(page, status="Idea")
    office.sweep()
    office.write()
    assert office.brief_row(page)["state"] == "Cancelled"
    assert office.write().rows == 0


def test_a_page_that_is_gone_stops_no_other(office: Office) -> None:
    gone, kept = office.ask(), office.ask(title="Another")
    office.sweep()
    del office.space.pages[gone]
    written = office.write()
    assert len(written.problems) == 1
    assert office.brief_row(kept)["state"] == "Queued"


def test_a_look_compares_so_many_rows_and_the_next_one_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "AT_MOST", 2)
    pages = [office.ask(title=f"Cup {number}") for number in range(5)]
    office.sweep()
    assert [office.write().rows for _ in range(4)] == [2, 2, 1, 0]
    assert {office.brief_row(page)["state"] for page in pages} == {"Queued"}


def test_a_published_row_is_left_alone(office: Office) -> None:
    page = office.ask()
    office.sweep()
    office.studio.ledger.notion.keep(page, channel="harbour", written='{"state":"Published","video":"https://youtu.be/1"}')
    assert office.write().rows == 0


def published(office: Office, project: str) -> None:
    """The project's film is made, green, and open on YouTube; nobody wrote it back yet."""
    desk = Desk(office.studio, project, reviewer="Ada")
    desk.light_all()
    desk.record()
    cut(office, project, b"film")
    uploads = office.studio.ledger.uploads
    film = uploads.plan(project, "f" * 64, channel="harbour", size=4, slots=None, public=False)[0].film
    uploads.hold(project, film)
    uploads.beginning(project, film)
    uploads.sent(project, film, video_id="abc")
    uploads.step(project, film, "processing")
    uploads.done(project, film)
    assert state_of(office.studio, project) is ProjectState.PUBLISHED


def test_scenes_are_brought_up_to_date_before_a_row_says_its_last_word(office: Office) -> None:
    project, page = office.drafted()
    published(office, project)
    scene = office.scene_rows()["scene-02"]["id"]
    office.twin.misbehave("notion.page", "error", times=3, value=503)
    assert office.write().away
    assert office.brief_row(page)["state"] == "In review"
    assert office.write().rows == 4
    assert office.brief_row(page)["state"] == "Published"
    assert {row["light"] for row in office.scene_rows().values()} == {"Green"}
    office.decide(scene, answer="mine")
    assert office.write().rows == 0


def test_no_row_is_made_for_scenes_nobody_reviews_any_more(office: Office) -> None:
    office.ask()
    office.sweep()
    (project,) = office.keys()
    office.draft(project)
    published(office, project)
    office.write()
    assert office.scene_rows() == {}


def test_a_withdrawn_films_scenes_ask_for_nothing(office: Office) -> None:
    _, page = office.drafted()
    office.edit(page, status="Idea")
    office.sweep()
    office.write()
    assert {row["answer"] for row in office.scene_rows().values()} == {"Nothing to do: the film was withdrawn."}


def test_a_scenes_row_in_the_trash_stops_no_other(office: Office) -> None:
    project, page = office.drafted()
    office.space.trash(office.scene_rows()["scene-01"]["id"])
    published(office, project)
    written = office.write()
    assert [problem.partition(":")[0] for problem in written.problems] == [f"{project}, scene-01"]
    assert {row["light"] for row in office.scene_rows().values()} == {"Green"}
    assert office.brief_row(page)["state"] == "Published"
