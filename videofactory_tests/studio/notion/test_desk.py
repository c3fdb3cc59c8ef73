"""Review in Notion: scene rows show what is judged, lights and edits in them are decisions like any other, and none is lost."""

import dataclasses
import re

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.review import Light, LightGiven, SceneEdited
from videofactory.ledger.ledger import open_ledger
from videofactory.ledger.reviews import Reviews
from videofactory.studio.reviewing import Desk
from videofactory_tests.clock import Clock
from videofactory_tests.studio.notion.office import Office
from videofactory_tests.studio.notion.test_writing import published


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
    assert rows["scene-01"]["light"] == "Green"
    assert rows["scene-01"]["answer"] == "Green: its clip is made once all scenes are green."
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


def test_a_decision_on_a_film_that_is_on_youtube_is_answered_and_starts_nothing(office: Office) -> None:
    project, _ = office.drafted()
    published(office, project)
    rows = office.scene_rows()
    office.decide(rows["scene-01"]["id"], light="Green")
    office.decide(rows["scene-02"]["id"], light="Red", feedback="too dark")
    before = office.studio.ledger.reviews.log(project)
    assert office.read() == []
    assert office.studio.ledger.reviews.log(project) == before
    assert office.space.comments_of(rows["scene-01"]["id"]) == [], "green is what stands there"
    (words,) = office.space.comments_of(rows["scene-02"]["id"])
    assert "published already" in words
    assert "Red: too dark" in words


def test_a_scene_that_stopped_its_film_is_mended_by_a_light(office: Office) -> None:
    project, page = office.drafted()
    runs = office.studio.ledger.runs
    runs.reached(project, "scene_clips", outcome="failed", entries=0, detail="The engine refuses this picture.")
    office.write()
    assert office.brief_row(page)["state"] == "Failed"
    office.decide(office.scene_rows()["scene-02"]["id"], light="Yellow", feedback="without the knife")
    assert office.read() == [project]
    office.write()
    assert office.brief_row(page)["state"] == "Revising"


def test_a_light_given_while_we_were_away_for_hours_is_read_and_what_was_before_is_not(office: Office) -> None:
    for number in range(120):
        office.ask(title=f"Cup {number}", status="Idea")
    for row in office.space.pages.values():
        row.edited -= 3600
    project, page = office.drafted()
    office.decide(office.scene_rows()["scene-02"]["id"], light="Yellow", feedback="warmer")
    clock = Clock(office.studio.ledger.database.time())
    clock.forward(12 * 3600)
    ledger = open_ledger(office.studio.settings.ledger_url, clock=clock)
    office.studio = dataclasses.replace(office.studio, ledger=ledger)
    office.studio.ledger.notion.keep(page, channel="harbour", written='{"state":"Final review"}')
    asked = office.twin.asked("notion.query")
    assert office.read() == [project]
    assert office.twin.asked("notion.query") - asked == 2, "one page of scenes, one of briefs"


def test_answers_are_in_the_words_of_who_reads_them(office: Office) -> None:
    project, _ = office.drafted()
    rows = office.scene_rows()
    office.decide(rows["scene-01"]["id"], light="Yellow")
    office.decide(rows["scene-02"]["id"], narration="one two three four five six seven eight nine ten " * 4)
    office.decide(rows["scene-03"]["id"], light="Red")
    assert office.read() == [project]
    answers = {scene: row["answer"] for scene, row in office.scene_rows().items()}
    assert answers["scene-01"] == "Feedback is empty: say in 1 to 500 characters what should change."
    assert re.fullmatch(r"Narration \(found: 40 words in \d+ s\): shorten it to \d+ words, or .*\.", answers["scene-02"])
    office.decide(rows["scene-03"]["id"], light="Green")
    office.read()
    (words,) = office.space.comments_of(rows["scene-03"]["id"])
    assert words == "Your decision does not count. Take 2 of scene 3 is not made yet, so it cannot have a light. You wrote: Green"
    desk = Desk(office.studio, project, reviewer="notion:0000-ad")
    desk.light(1, Light.GREEN)
    desk.record()
    office.decide(rows["scene-01"]["id"], light="Yellow", feedback="brighter")
    office.read()
    (words,) = office.space.comments_of(rows["scene-01"]["id"])
    assert re.fullmatch(
        r"Your decision does not count\. Somebody in Notion decided green on scene 1 on \d{4}-\d\d-\d\d at \d\d:\d\d UTC,"
        r" after you looked; nothing was recorded\. Look again, then decide\. You wrote: Yellow: brighter",
        words,
    )
