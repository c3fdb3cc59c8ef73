"""What a review log means: lights belong to takes, edits make takes or do not, and decisions can be at odds."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from videofactory.domain.brief import GivenScene
from videofactory.domain.review import (
    BrandAccepted,
    BriefChanged,
    ClipRedone,
    Entry,
    FilmLightGiven,
    Light,
    LightGiven,
    Mark,
    SceneAdded,
    SceneDropped,
    SceneEdited,
    ScenesReordered,
    at_odds,
    film_light,
    last_script_change,
    marks,
    same_decision,
    since_brief,
    touched,
)

ONE, TWO, THREE = "scene-01", "scene-02", "scene-03"
GREEN, YELLOW, RED = Light.GREEN, Light.YELLOW, Light.RED
FILM = "f" * 64


def _light(light: Light, take: int = 1, *, scene: str = ONE, feedback: str = "", number: int = 0) -> LightGiven:
    return LightGiven(scene=scene, take=take, light=light, feedback=feedback, reviewer="ada", number=number)


def _edit(*, scene: str = ONE, number: int = 0, **change: Any) -> SceneEdited:  # noqa: ANN401 - any field of a scene
    return SceneEdited(scene=scene, change=GivenScene.model_validate(change), reviewer="bo", number=number)


def _mark(*log: Entry) -> tuple[int, Light | None, int]:
    mark = marks([ONE, TWO], log)[ONE]
    return mark.take, mark.light, mark.clip_take


@pytest.mark.parametrize(
    ("log", "mark"),
    [
        ([], (1, None, 1)),
        ([_light(GREEN)], (1, GREEN, 1)),
        ([_light(YELLOW, feedback="warmer")], (2, None, 1)),
        ([_light(RED)], (2, None, 1)),
        ([_light(RED), _light(GREEN)], (2, None, 1)),
        ([_light(RED), _light(GREEN, 2)], (2, GREEN, 1)),
        ([_light(RED), _light(RED)], (2, None, 1)),
        ([_light(RED), _light(RED, 2)], (3, None, 1)),
        ([_light(GREEN, 2)], (1, None, 1)),
        ([_light(GREEN), _light(RED)], (2, None, 1)),
        ([_light(GREEN, scene=TWO)], (1, None, 1)),
        ([_light(GREEN), _edit(prompt="new")], (2, None, 1)),
        ([_light(GREEN), _edit(narration="new")], (1, GREEN, 1)),
        ([_light(GREEN), _edit(narration="new", prompt="new")], (2, None, 1)),
        ([_light(GREEN), ClipRedone(scene=ONE)], (1, GREEN, 2)),
        ([_light(GREEN), ClipRedone(scene=ONE), ClipRedone(scene=ONE)], (1, GREEN, 3)),
        ([_light(GREEN), ClipRedone(scene=TWO)], (1, GREEN, 1)),
        ([_light(GREEN), ScenesReordered(order=(TWO, ONE))], (1, GREEN, 1)),
        ([_light(GREEN), SceneDropped(scene=TWO)], (1, GREEN, 1)),
        ([_light(GREEN), FilmLightGiven(light=RED, film=FILM)], (1, GREEN, 1)),
        ([_light(GREEN), BrandAccepted()], (1, GREEN, 1)),
    ],
)
def test_marks(log: list[Entry], mark: tuple[int, Light | None, int]) -> None:
    assert _mark(*log) == mark


NEW_TAKE: list[dict[str, Any]] = [
    {"prompt": "x"},
    {"camera": "orbit"},
    {"lighting": "x"},
    {"lighting": ""},
    {"characters": ["character:rosa_id:12345678"]},
    {"characters": []},
    {"layout": "split_screen"},
    {"engine": "luma"},
    {"last_frame": False},
]
SAME_TAKE: list[dict[str, Any]] = [
    {"narration": "x"},
    {"on_screen_text": ""},
    {"transition": "cut"},
    {"sound": "rain"},
    {"seconds": 4},
    {"own_sound": True},
]


@pytest.mark.parametrize(("change", "again"), [(c, True) for c in NEW_TAKE] + [(c, False) for c in SAME_TAKE])
def test_which_edits_make_a_new_take(change: dict[str, Any], *, again: bool) -> None:
    assert _mark(_light(GREEN), _edit(**change)) == ((2, None, 1) if again else (1, GREEN, 1))


def test_every_field_of_a_scene_has_been_decided_on() -> None:
    named = {field for change in (*NEW_TAKE, *SAME_TAKE) for field in change}
    assert named == set(GivenScene.model_fields)


def test_a_mark_names_who_decided_last_and_what_they_said() -> None:
    assert marks([ONE], [_light(YELLOW, feedback="warmer")])[ONE] == Mark(scene=ONE, take=2, feedback="warmer", reviewer="ada")
    assert marks([ONE], [_light(YELLOW, feedback="warmer"), _light(GREEN, 2)])[ONE].feedback == ""
    assert marks([ONE], [_light(GREEN), _edit(prompt="x")])[ONE].reviewer == "bo"


def test_scenes_come_and_go() -> None:
    added = SceneAdded(scene=THREE, after=ONE, given=GivenScene(narration="new"))
    log: list[Entry] = [_light(GREEN, scene=THREE), added, _light(GREEN, scene=THREE), SceneDropped(scene=ONE), _light(RED)]
    assert set(marks([ONE, TWO], log)) == {TWO, THREE}
    assert marks([ONE, TWO], log)[THREE].light is GREEN
    assert marks([ONE, TWO], log[:2])[THREE] == Mark(scene=THREE)


@pytest.mark.parametrize(
    ("entry", "places"),
    [
        (_light(GREEN), {ONE}),
        (_edit(narration="x"), {ONE}),
        (SceneAdded(scene=THREE, given=GivenScene()), {THREE}),
        (SceneDropped(scene=TWO), {TWO}),
        (ClipRedone(scene=TWO), {TWO}),
        (ScenesReordered(order=(ONE,)), {"*"}),
        (FilmLightGiven(light=GREEN, film=FILM), {"film"}),
        (BrandAccepted(), {"brand"}),
    ],
)
def test_what_entries_speak_of(entry: Entry, places: set[str]) -> None:
    assert touched(entry) == places


@pytest.mark.parametrize(
    ("mine", "theirs", "odds"),
    [
        (_light(GREEN), _light(RED), True),
        (_light(GREEN), _light(GREEN), False),
        (_light(GREEN), _light(GREEN, 2), True),
        (_light(YELLOW, feedback="warmer"), _light(YELLOW, feedback="colder"), True),
        (_light(GREEN), _light(RED, scene=TWO), False),
        (_edit(narration="a"), _edit(narration="b"), True),
        (_edit(narration="a"), _edit(narration="a"), False),
        (_edit(narration="a"), _edit(narration="b", scene=TWO), False),
        (_light(GREEN), _edit(narration="a"), True),
        (ScenesReordered(order=(TWO, ONE)), _light(GREEN), True),
        (_light(GREEN), ScenesReordered(order=(TWO, ONE)), True),
        (ScenesReordered(order=(TWO, ONE)), ScenesReordered(order=(TWO, ONE)), False),
        (ScenesReordered(order=(TWO, ONE)), ScenesReordered(order=(ONE, TWO)), True),
        (FilmLightGiven(light=GREEN, film=FILM), FilmLightGiven(light=RED, film=FILM), True),
        (FilmLightGiven(light=GREEN, film=FILM), _light(RED), False),
        (BrandAccepted(), _light(RED), False),
    ],
)
def test_who_contradicts_whom(mine: Entry, theirs: Entry, *, odds: bool) -> None:
    assert at_odds(mine, theirs) is odds
    assert at_odds(theirs, mine) is odds


def test_the_same_decision_is_the_same_whoever_made_it_and_when() -> None:
    again = _light(GREEN).model_copy(update={"number": 7, "reviewer": "cy", "at": "now"})
    assert same_decision(_light(GREEN), again)
    assert not same_decision(_light(GREEN), _light(RED))


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        (_light(GREEN, number=3), False),
        (_light(YELLOW, number=3), True),
        (_light(RED, number=3), True),
        (_edit(narration="x", number=3), True),
        (ScenesReordered(order=(ONE,), number=3), True),
        (SceneAdded(scene=THREE, given=GivenScene(), number=3), True),
        (SceneDropped(scene=ONE, number=3), True),
        (ClipRedone(scene=ONE, number=3), False),
        (FilmLightGiven(light=RED, film=FILM, number=3), False),
        (BrandAccepted(number=3), False),
    ],
)
def test_which_entries_change_the_script(entry: Entry, *, counts: bool) -> None:
    assert last_script_change([_edit(narration="y", number=1), entry]) == (3 if counts else 1)
    assert last_script_change([]) == 0


def test_a_films_light_is_for_exactly_its_cut() -> None:
    log = [FilmLightGiven(light=RED, film=FILM), FilmLightGiven(light=GREEN, film=FILM)]
    found = film_light(log, film=FILM)
    assert found is not None
    assert found.light is GREEN
    assert film_light(log, film="0" * 64) is None


class ReviewLog(RuleBasedStateMachine):
    """Any sequence of decisions against a model that keeps only what SPEC 7 says of one scene's take and light."""

    scenes = st.sampled_from([ONE, TWO, THREE])

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Entry] = []
        self.take = dict.fromkeys((ONE, TWO, THREE), 1)
        self.clip = dict.fromkeys((ONE, TWO, THREE), 1)
        self.green = dict.fromkeys((ONE, TWO, THREE), False)

    @rule(scene=scenes, light=st.sampled_from(list(Light)), age=st.integers(-1, 1))
    def give_a_light(self, scene: str, light: Light, age: int) -> None:
        """A light for the present take, or for another one."""
        take = max(1, self.take[scene] + age)
        self.log.append(_light(light, take, scene=scene, feedback="words"))
        if take == self.take[scene]:
            self.green[scene] = light is GREEN
            self.take[scene] += light is not GREEN

    @rule(scene=scenes, change=st.sampled_from([*NEW_TAKE, *SAME_TAKE]))
    def edit(self, scene: str, change: dict[str, Any]) -> None:
        """An edit of one field."""
        self.log.append(_edit(scene=scene, **change))
        if change in NEW_TAKE:
            self.take[scene] += 1
            self.green[scene] = False

    @rule(scene=scenes)
    def redo(self, scene: str) -> None:
        """A new clip."""
        self.log.append(ClipRedone(scene=scene))
        self.clip[scene] += 1

    @rule(order=st.permutations([ONE, TWO, THREE]))
    def reorder(self, order: list[str]) -> None:
        """Another order."""
        self.log.append(ScenesReordered(order=tuple(order)))

    @rule()
    def decide_on_film_and_brand(self) -> None:
        """Decisions that speak of no scene."""
        self.log += [FilmLightGiven(light=RED, film=FILM), BrandAccepted()]

    @invariant()
    def stands_as_the_model_says(self) -> None:
        """Takes only grow, and a light never outlives its take."""
        found = marks([ONE, TWO, THREE], self.log)
        for scene, mark in found.items():
            assert (mark.take, mark.clip_take) == (self.take[scene], self.clip[scene])
            assert (mark.light is GREEN) == self.green[scene]
            assert mark.light in {None, GREEN}


ReviewLog.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestReviewLog = ReviewLog.TestCase


def test_a_changed_brief_clears_every_light_and_makes_a_take_nobody_has_seen() -> None:
    green = LightGiven(number=1, scene="scene-01", take=1, light=Light.GREEN)
    yellow = LightGiven(number=2, scene="scene-02", take=1, light=Light.YELLOW, feedback="warmer")
    changed = BriefChanged(number=3, version=2)
    after = marks(["scene-01", "scene-02", "scene-03"], [green, yellow, changed])
    assert {mark.light for mark in after.values()} == {None}
    assert {mark.take for mark in after.values()} == {3}
    stale = LightGiven(number=4, scene="scene-01", take=1, light=Light.GREEN)
    assert marks(["scene-01"], [green, changed, stale])["scene-01"].light is None


def test_a_changed_brief_asks_for_a_new_script_and_ends_what_was_said_of_the_old_one() -> None:
    edit = SceneEdited(number=1, scene="scene-01", change=GivenScene(prompt="rain"))
    changed = BriefChanged(number=2, version=2)
    drop = SceneDropped(number=3, scene="scene-02")
    assert last_script_change([edit, changed]) == 2
    assert list(since_brief([edit, changed, drop])) == [drop]
    assert list(since_brief([edit])) == [edit]
    assert at_odds(LightGiven(scene="scene-01", take=1, light=Light.GREEN), changed)
