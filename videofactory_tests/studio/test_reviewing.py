"""The desk: every decision is checked against the script as it stands, and recorded whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import Conflict, InvalidInput, NotFound
from videofactory.domain.review import Light, SceneAdded, SceneEdited, ScenesReordered
from videofactory.domain.script import MAX_SCENES
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut, Master, ScriptVersion
from videofactory.studio.reviewing import Desk, approve_in_advance
from videofactory_tests.core import take_in
from videofactory_tests.studio.home import SCRIPT, drafted, show, studio_in, written

ONE, TWO, THREE = written()


@pytest.fixture
def desk(studio: Studio, draft: str) -> Callable[..., Desk]:
    """A desk with the project as it stands now, or as it stood."""

    def sit_down(reviewer: str = "ada", *, based_on: int | None = None) -> Desk:
        return Desk(studio, draft, reviewer=reviewer, based_on=based_on)

    return sit_down


def _show_takes(studio: Studio, project: str, *, entries: int, **takes: int) -> None:
    by_scene = {ONE: takes.get("one", 1), TWO: takes.get("two", 1), THREE: takes.get("three", 1)}
    show(studio, project, ScriptVersion(script=SCRIPT, written=written(), entries=entries, takes=by_scene, engine="embedded"))


def _problem(error: pytest.ExceptionInfo[InvalidInput]) -> tuple[str, str]:
    [problem] = error.value.problems
    return problem.field, problem.remedy


def test_green_for_all_once(desk: Callable[..., Desk]) -> None:
    first = desk()
    first.light_all()
    assert len(first.record()) == 3
    again = desk()
    assert {mark.light for mark in again.marks().values()} == {Light.GREEN}
    again.light_all()
    assert again.record() == ()


def test_a_light_is_for_the_take_that_can_be_seen(desk: Callable[..., Desk], studio: Studio, draft: str) -> None:
    first = desk()
    first.light(2, Light.RED)
    first.record()
    with pytest.raises(Conflict, match="Take 2 of scene-02 is not made yet"):
        desk().light(2, Light.GREEN)
    _show_takes(studio, draft, entries=1, two=2)
    second = desk()
    second.light(2, Light.GREEN)
    [entry] = second.record()
    assert (entry.kind, getattr(entry, "take", 0)) == ("light", 2)


@pytest.mark.parametrize(
    ("light", "words", "good"),
    [
        (Light.YELLOW, "", False),
        (Light.YELLOW, " \n ", False),
        (Light.YELLOW, "x", True),
        (Light.YELLOW, "x" * 500, True),
        (Light.YELLOW, "x" * 501, False),
        (Light.RED, "", True),
        (Light.RED, "x" * 501, False),
        (Light.GREEN, "", True),
    ],
)
def test_how_many_words_a_light_needs(desk: Callable[..., Desk], light: Light, words: str, *, good: bool) -> None:
    if good:
        desk().light(1, light, feedback=words)
        return
    with pytest.raises(InvalidInput) as caught:
        desk().light(1, light, feedback=words)
    assert "500 characters" in _problem(caught)[1]


def test_unknown_scenes_are_named_with_those_there_are(desk: Callable[..., Desk]) -> None:
    with pytest.raises(NotFound, match=r"no scene 7\. Its scenes are 1, 2, 3"):
        desk().light(7, Light.GREEN)


def test_there_is_no_desk_without_a_script_or_project(studio: Studio) -> None:
    with pytest.raises(NotFound):
        Desk(studio, "nobody", reviewer="ada")
    with pytest.raises(Conflict, match="no script yet"):
        Desk(studio, take_in(studio.ledger, source="new.yaml"), reviewer="ada").light_all()


def test_an_edit_holds_only_what_really_changes(desk: Callable[..., Desk]) -> None:
    same = desk()
    same.edit(1, GivenScene(narration="We open at six.", engine="embedded", seconds=5))
    assert same.record() == ()
    real = desk()
    real.edit(1, GivenScene(narration="We open at six.", on_screen_text="6:00"))
    [entry] = real.record()
    assert isinstance(entry, SceneEdited)
    assert entry.change.model_dump(exclude_none=True) == {"on_screen_text": "6:00"}


def test_an_edit_back_to_what_stood_before_is_no_lost_decision(desk: Callable[..., Desk]) -> None:
    first = desk()
    first.edit(1, GivenScene(narration="Six sharp."))
    first.record()
    back = desk()
    back.edit(1, GivenScene(narration="We open at six."))
    assert len(back.record()) == 1


@pytest.mark.parametrize(
    ("change", "field", "remedy"),
    [
        (GivenScene(narration="word " * 17), "scene 2.narration", "at least 5.3 seconds"),
        (GivenScene(seconds=1), "scene 2.narration", "shorten it to 3 words"),
        (GivenScene(engine="kling"), "scene 2.engine", "can use embedded, luma on this machine"),
        (GivenScene(engine="sora"), "scene 2.engine", "can use embedded, luma"),
    ],
)
def test_edits_that_break_a_rule_are_refused(desk: Callable[..., Desk], change: GivenScene, field: str, remedy: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        desk().edit(2, change)
    assert _problem(caught)[0] == field
    assert remedy in _problem(caught)[1]


def test_a_new_order_names_every_scene_once(desk: Callable[..., Desk]) -> None:
    for wrong in ([1, 2], [1, 2, 2], [1, 2, 3, 3]):
        with pytest.raises(InvalidInput, match="each of the scenes 1,2,3 once"):
            desk().reorder(wrong)
    same = desk()
    same.reorder([1, 2, 3])
    assert same.record() == ()
    first = desk()
    first.reorder([3, 1, 2])
    [entry] = first.record()
    assert isinstance(entry, ScenesReordered)
    assert entry.order == (THREE, ONE, TWO)
    back = desk()
    back.reorder([1, 2, 3])
    assert len(back.record()) == 1


def test_scenes_are_added_with_numbers_never_used_before(desk: Callable[..., Desk]) -> None:
    first = desk()
    assert first.add(GivenScene(narration="New."), after=1) == "scene-04"
    first.drop(3)
    assert first.add(GivenScene(), after=None) == "scene-05"
    added = [entry for entry in first.record() if isinstance(entry, SceneAdded)]
    assert [(entry.scene, entry.after) for entry in added] == [("scene-04", ONE), ("scene-05", None)]
    assert desk().add(GivenScene(), after=2) == "scene-06"
    with pytest.raises(NotFound):
        desk().add(GivenScene(), after=3)


def test_a_film_has_at_least_one_scene_and_at_most_sixty(desk: Callable[..., Desk]) -> None:
    few = desk()
    few.drop(1)
    few.drop(2)
    with pytest.raises(InvalidInput, match="at least one scene"):
        few.drop(3)
    many = desk()
    for _ in range(MAX_SCENES - 3):
        many.add(GivenScene(), after=None)
    with pytest.raises(InvalidInput, match=f"at most {MAX_SCENES} scenes"):
        many.add(GivenScene(), after=None)


def test_only_a_green_scenes_clip_is_made_again(desk: Callable[..., Desk]) -> None:
    with pytest.raises(Conflict, match="Scene 1 is not green"):
        desk().redo(1)
    green = desk()
    green.light(1, Light.GREEN)
    green.redo(1)
    green.record()
    assert desk().marks()[ONE].clip_take == 2


def test_a_films_light_needs_a_film_without_findings(desk: Callable[..., Desk], studio: Studio, draft: str) -> None:
    with pytest.raises(Conflict, match="no finished film"):
        desk().film(Light.GREEN)
    film = studio.artifacts.put(b"film", media_type="video/mp4")
    text = studio.artifacts.put(b"text", media_type="text/vtt")
    master = Master(aspect="16:9", film=film, seconds=15, findings=("too loud",), measures={})
    cut = FinalCut(masters=(master,), srt=text, vtt=text, thumbnail=text, sheet=text, entries=0)
    studio.values.write("final_cut", draft, cut)
    with pytest.raises(Conflict, match="no finished film"):
        desk().film(Light.GREEN)
    fine = cut.model_copy(update={"masters": (master.model_copy(update={"findings": ()}),)})
    studio.values.write("final_cut", draft, fine)
    with pytest.raises(InvalidInput):
        desk().film(Light.RED)
    last = desk()
    last.film(Light.GREEN)
    assert getattr(last.record()[0], "film", "") == film.sha256


def test_a_brand_is_accepted_with_a_reason(desk: Callable[..., Desk]) -> None:
    with pytest.raises(InvalidInput):
        desk().accept_brand("  ")
    accepted = desk()
    accepted.accept_brand("grain is our look")
    assert accepted.record()[0].kind == "brand"


def test_two_desks_that_disagree(desk: Callable[..., Desk]) -> None:
    ada, bo, cy = desk("ada"), desk("bo"), desk("cy")
    ada.light(1, Light.GREEN)
    bo.light(1, Light.RED)
    cy.light(2, Light.GREEN)
    assert [len(ada.record()), len(cy.record())] == [1, 1]
    with pytest.raises(Conflict, match="ada decided green on scene-01"):
        bo.record()
    assert desk().marks()[ONE].light is Light.GREEN


def test_a_page_shown_long_ago_decides_nothing_unseen(desk: Callable[..., Desk], studio: Studio, draft: str) -> None:
    first = desk()
    first.light(2, Light.RED)
    first.record()
    _show_takes(studio, draft, entries=1, two=2)
    late = desk("bo", based_on=0)
    late.light(2, Light.GREEN)
    with pytest.raises(Conflict):
        late.record()


@pytest.mark.parametrize(("switch", "count"), [(True, 3), (False, 0)])
def test_a_channel_may_approve_in_advance(tmp_path: Path, *, switch: bool, count: int) -> None:
    studio = studio_in(tmp_path / "auto", auto_approve=switch)
    project = drafted(studio)
    assert approve_in_advance(studio, project) == count
    assert approve_in_advance(studio, project) == 0
    assert {entry.reviewer for entry in studio.ledger.reviews.log(project)} == ({"auto_approve"} if switch else set())
