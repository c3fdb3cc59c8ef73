"""The review log: nobody's decision is lost, nobody's is overruled unseen, and every one is in the audit log."""

import json

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import Conflict
from videofactory.domain.review import (
    BrandAccepted,
    ClipRedone,
    Entry,
    FilmLightGiven,
    Light,
    LightGiven,
    SceneAdded,
    SceneDropped,
    SceneEdited,
    ScenesReordered,
    marks,
)
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory_tests.core import take_in
from videofactory_tests.processes import at_once

ONE, TWO = "scene-01", "scene-02"
ORDER = ScenesReordered(order=(TWO, ONE))
ADDED = SceneAdded(scene="scene-03", after=ONE, given=GivenScene(narration="new"))


def _light(scene: str = ONE, light: Light = Light.GREEN, *, feedback: str = "") -> LightGiven:
    return LightGiven(scene=scene, take=1, light=light, feedback=feedback)


def _edit(narration: str, *, scene: str = ONE) -> SceneEdited:
    return SceneEdited(scene=scene, change=GivenScene(narration=narration))


EVERY_KIND: tuple[Entry, ...] = (
    _light(ONE, Light.YELLOW, feedback="warmer"),
    _edit("new words"),
    ORDER,
    ADDED,
    SceneDropped(scene=TWO),
    ClipRedone(scene=ONE),
    FilmLightGiven(light=Light.GREEN, film="f" * 64),
    BrandAccepted(feedback="it is meant so"),
)


def test_entries_are_numbered_without_gaps_and_come_back_as_recorded(ledger: Ledger, project: str) -> None:
    first = ledger.reviews.add(project, EVERY_KIND[:3], reviewer="ada", based_on=0)
    second = ledger.reviews.add(project, EVERY_KIND[3:], reviewer="bo", based_on=3)
    log = ledger.reviews.log(project)
    assert log == (*first, *second)
    assert [entry.number for entry in log] == list(range(1, 9))
    assert [entry.reviewer for entry in log] == ["ada"] * 3 + ["bo"] * 5
    assert all(entry.at for entry in log)
    assert ledger.reviews.log(take_in(ledger, source="two.yaml")) == ()


def test_every_decision_is_in_the_audit_log(ledger: Ledger, project: str) -> None:
    ledger.reviews.add(project, EVERY_KIND, reviewer="ada", based_on=0)
    lines = [line for line in ledger.audit.lines(project) if line.what.startswith("review: ")]
    assert [line.what for line in lines] == [f"review: {entry.kind}" for entry in EVERY_KIND]
    assert {line.who for line in lines} == {"ada"}
    assert (lines[0].scene, lines[0].why) == (ONE, "warmer")
    assert json.loads(lines[0].detail) == {"kind": "light", "take": 1, "light": "yellow"}
    assert json.loads(lines[2].detail)["order"] == [TWO, ONE]


@pytest.mark.parametrize(
    ("theirs", "mine"),
    [
        (_light(), _light(light=Light.RED)),
        (_light(), _edit("other")),
        (_edit("a"), _edit("b")),
        (ORDER, _light()),
        (_light(TWO), ORDER),
        (SceneDropped(scene=ONE), _light()),
        (ADDED, ADDED.model_copy(update={"given": GivenScene(narration="another")})),
    ],
)
def test_who_decides_otherwise_unseen_gets_a_conflict_and_nothing_is_recorded(
    ledger: Ledger, project: str, theirs: Entry, mine: Entry
) -> None:
    ledger.reviews.add(project, [theirs], reviewer="ada", based_on=0)
    with pytest.raises(Conflict, match=r"ada decided .* after you looked; nothing was recorded\. Look again"):
        ledger.reviews.add(project, [_light("scene-09"), mine], reviewer="bo", based_on=0)
    assert len(ledger.reviews.log(project)) == 1
    assert "bo" not in {line.who for line in ledger.audit.lines(project)}


@pytest.mark.parametrize(("theirs", "mine"), [(_light(), _light(TWO, Light.RED)), (_light(), BrandAccepted())])
def test_decisions_on_other_places_stand_beside_each_other(ledger: Ledger, project: str, theirs: Entry, mine: Entry) -> None:
    ledger.reviews.add(project, [theirs], reviewer="ada", based_on=0)
    [added] = ledger.reviews.add(project, [mine], reviewer="bo", based_on=0)
    assert added.number == 2


@pytest.mark.parametrize("same", EVERY_KIND)
def test_the_same_decision_twice_at_once_counts_once_and_both_are_written_down(ledger: Ledger, project: str, same: Entry) -> None:
    [theirs] = ledger.reviews.add(project, [same], reviewer="ada", based_on=0)
    assert ledger.reviews.add(project, [same], reviewer="bo", based_on=0) == ()
    assert ledger.reviews.log(project) == (theirs,)
    line = ledger.audit.lines(project)[-1]
    assert (line.who, line.what) == ("bo", f"review: {same.kind}, as decided already")


def test_who_has_seen_the_other_decision_may_overrule_it(ledger: Ledger, project: str) -> None:
    ledger.reviews.add(project, [_light(), ClipRedone(scene=ONE)], reviewer="ada", based_on=0)
    ledger.reviews.add(project, [_light(light=Light.RED), ClipRedone(scene=ONE)], reviewer="bo", based_on=2)
    mark = marks([ONE, TWO], ledger.reviews.log(project))[ONE]
    assert (mark.light, mark.take, mark.clip_take) == (None, 2, 3)


def test_a_batch_may_hold_several_decisions_on_one_scene(ledger: Ledger, project: str) -> None:
    ledger.reviews.add(project, [_edit("a"), _edit("b"), _edit("a")], reviewer="ada", based_on=0)
    assert len(ledger.reviews.log(project)) == 3


def _decide(url: str, project: str, number: int) -> int:
    light = Light.GREEN if number % 2 else Light.RED
    words = f"number {number}"
    return len(open_ledger(url).reviews.add(project, [_light(ONE, light, feedback=words)], reviewer=words, based_on=0))


def test_of_many_who_decide_at_once_exactly_one_wins(ledger: Ledger, ledger_url: str, project: str) -> None:
    answers = at_once(6, _decide, ledger_url, project)
    assert answers.count(1) == 1
    assert sum(str(answer).startswith("Conflict: ") for answer in answers) == 5
    [entry] = ledger.reviews.log(project)
    assert entry.reviewer == f"number {answers.index(1)}"


def _decide_on_own_scene(url: str, project: str, number: int) -> int:
    light = _light(f"scene-{number + 1:02d}")
    return open_ledger(url).reviews.add(project, [light], reviewer=str(number), based_on=0)[0].number


def test_decisions_on_different_scenes_at_once_are_all_kept(ledger: Ledger, ledger_url: str, project: str) -> None:
    numbers = at_once(6, _decide_on_own_scene, ledger_url, project)
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert len(ledger.reviews.log(project)) == 6
