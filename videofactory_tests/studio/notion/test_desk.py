"""Review in Notion: scene rows show what is judged, lights and edits in them are decisions like any other, and none is lost."""

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.review import Light, LightGiven, SceneEdited
from videofactory.ledger.reviews import Reviews
from videofactory.studio.reviewing import Desk
from videofactory_tests.studio.notion.office import Office


def test_each_scene_is_a_row_with_what_its_reviewer_needs(office: Office) -> None:
    project, page = office.drafted()
    rows = office.scene_rows()
    assert list(rows) == ["scene-01", "scene-02", "scene-03"]
    first = rows["scene-01"]
    assert (first["narration"], first["prompt"], first["number"], first["brief"]) == ("We open at six.", "a cup", 1, [page])
    assert (first["light"], first["answer"], first["key"]) == ("", "Please give a light.", f"{project}/scene-01")
    assert len(first["preview"]) == 1
    assert office.brief_row(page)["state"] == "In review"


def test_lights_become_decisions_once_and_are_answered(office: Office) -> None:
    project, _ = office.drafted()
    rows = office.scene_rows()
    office.decide(rows["scene-01"]["id"], light="Green")
    office.decide(rows["scene-02"]["id"], light="Yellow", feedback="warmer")
    assert office.read() == [project, project]
    assert office.read() == []
    log = office.studio.ledger.reviews.log(project)
    given = [(entry.scene, entry.light, entry.feedback) for entry in log if isinstance(entry, LightGiven)]
    assert sorted(given) == [("scene-01", Light.GREEN, ""), ("scene-02", Light.YELLOW, "warmer")]
    assert {entry.reviewer.partition(":")[0] for entry in log} == {"notion"}
    office.write()
    rows = office.scene_rows()
    assert (rows["scene-01"]["light"], rows["scene-01"]["answer"]) == ("Green", "Green.")
    assert (rows["scene-02"]["light"], rows["scene-02"]["feedback"]) == ("", "")
    assert rows["scene-02"]["answer"] == "A new picture is being made."
    assert office.read() == []


def test_the_same_words_may_be_given_to_the_next_take(office: Office) -> None:
    project, _ = office.drafted()
    for take in (1, 2):
        office.decide(office.scene_rows()["scene-02"]["id"], light="Yellow", feedback="warmer")
        assert office.read() == [project]
        office.draft(project, takes=take + 1, entries=take)
        office.write()
    assert len(office.studio.ledger.reviews.log(project)) == 2


def test_a_yellow_light_without_words_is_asked_for_them_and_waits(office: Office) -> None:
    project, _ = office.drafted()
    page = office.scene_rows()["scene-01"]["id"]
    office.decide(page, light="Yellow")
    assert office.read() == []
    office.write()
    row = office.scene_rows()["scene-01"]
    assert row["light"] == "Yellow"
    assert "what should change" in row["answer"]
    office.decide(page, feedback="warmer")
    assert office.read() == [project]


def test_edits_of_prompt_and_narration_are_decisions(office: Office) -> None:
    project, _ = office.drafted()
    rows = office.scene_rows()
    office.decide(rows["scene-01"]["id"], prompt="a cup in the rain")
    office.decide(rows["scene-02"]["id"], narration="We open at seven.")
    assert office.read() == [project, project]
    changes = {
        entry.scene: entry.change.model_dump(exclude_none=True)
        for entry in office.studio.ledger.reviews.log(project)
        if isinstance(entry, SceneEdited)
    }
    assert changes == {"scene-01": {"prompt": "a cup in the rain"}, "scene-02": {"narration": "We open at seven."}}
    assert office.read() == []


def test_a_light_beside_a_new_prompt_is_answered(office: Office) -> None:
    project, _ = office.drafted()
    page = office.scene_rows()["scene-01"]["id"]
    office.decide(page, prompt="a cup in the rain", light="Green")
    assert office.read() == [project]
    assert [entry.kind for entry in office.studio.ledger.reviews.log(project)] == ["edit"]
    (words,) = office.space.comments_of(page)
    assert "Green" in words


def test_a_decision_against_the_shells_is_answered_with_its_own_words_and_not_recorded(office: Office) -> None:
    project, _ = office.drafted()
    page = office.scene_rows()["scene-01"]["id"]
    desk = Desk(office.studio, project, reviewer="Ada")
    desk.light(1, Light.RED, feedback="too dark")
    desk.record()
    office.decide(page, light="Yellow", feedback="much brighter")
    office.write()  # does not overwrite what nobody read yet
    assert office.scene_rows()["scene-01"]["light"] == "Yellow"
    assert office.read() == []
    assert [entry.reviewer for entry in office.studio.ledger.reviews.log(project)] == ["Ada"]
    (words,) = office.space.comments_of(page)
    assert "Yellow: much brighter" in words
    office.write()
    assert office.scene_rows()["scene-01"]["light"] == ""
    assert office.read() == []
    assert len(office.space.comments_of(page)) == 1


def test_an_edit_is_based_on_what_the_row_showed(office: Office) -> None:
    project, _ = office.drafted()
    page = office.scene_rows()["scene-01"]["id"]
    desk = Desk(office.studio, project, reviewer="Ada")
    desk.edit(1, GivenScene(narration="We open at eight."))
    desk.record()
    office.decide(page, narration="We open at nine.")
    assert office.read() == []
    assert len(office.studio.ledger.reviews.log(project)) == 1
    (words,) = office.space.comments_of(page)
    assert "We open at nine." in words


def test_the_same_decision_from_both_sides_is_one(office: Office) -> None:
    project, _ = office.drafted()
    page = office.scene_rows()["scene-01"]["id"]
    desk = Desk(office.studio, project, reviewer="Ada")
    desk.light(1, Light.GREEN)
    desk.record()
    office.decide(page, light="Green")
    office.read()
    assert len(office.studio.ledger.reviews.log(project)) == 1
    assert office.space.comments_of(page) == []


class PowerCutError(BaseException):
    """The process dies here."""


def test_a_process_that_dies_while_recording_records_a_decision_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    project, _ = office.drafted()
    office.decide(office.scene_rows()["scene-02"]["id"], light="Yellow", feedback="warmer")
    record = Reviews.add

    def dying(*given: object, **named: object) -> object:
        record(*given, **named)  # type: ignore[arg-type]
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(Reviews, "add", dying)
        with pytest.raises(PowerCutError):
            office.read()
    assert office.read() == []
    assert len(office.studio.ledger.reviews.log(project)) == 1
    assert office.space.comments_of(office.scene_rows()["scene-02"]["id"]) == []


def test_nothing_is_asked_while_nothing_is_reviewed(office: Office) -> None:
    office.ask()
    office.sweep()
    office.write()
    asked = office.twin.asked("notion.query")
    assert office.read() == []
    assert office.twin.asked("notion.query") == asked
