"""The gate: shut unless every scene is green for exactly the take the script version holds."""

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import GateClosed
from videofactory.domain.review import ClipRedone, Entry, FilmLightGiven, Light, LightGiven, SceneDropped, SceneEdited
from videofactory.ledger.ledger import Ledger
from videofactory.studio.gate import present_marks, require_green, waiting_scenes
from videofactory.studio.material import ScriptVersion
from videofactory_tests.studio.home import SCRIPT, written

ONE, TWO, THREE = written()


def _version(*, entries: int = 0, **takes: int) -> ScriptVersion:
    return ScriptVersion(
        script=SCRIPT,
        written=written(),
        entries=entries,
        takes={ONE: 1, TWO: takes.get("two", 1), THREE: 1},
        engine="embedded",
    )


def _record(ledger: Ledger, project: str, *entries: Entry) -> None:
    ledger.reviews.add(project, entries, reviewer="ada", based_on=len(ledger.reviews.log(project)))


def _greens(take_of_two: int = 1) -> list[Entry]:
    takes = {ONE: 1, TWO: take_of_two, THREE: 1}
    return [LightGiven(scene=scene, take=take, light=Light.GREEN) for scene, take in takes.items()]


def test_open_when_all_are_green(ledger: Ledger, project: str) -> None:
    _record(ledger, project, *_greens())
    require_green(ledger, project, _version())
    _record(ledger, project, ClipRedone(scene=TWO), FilmLightGiven(light=Light.RED, film="f" * 64))
    require_green(ledger, project, _version())


def test_shut_without_any_light(ledger: Ledger, project: str) -> None:
    with pytest.raises(GateClosed, match=rf"scene-01, scene-02, scene-03 not green.*videofactory review {project}") as caught:
        require_green(ledger, project, _version())
    assert caught.value.scenes == (ONE, TWO, THREE)


def test_shut_for_the_one_scene_that_waits(ledger: Ledger, project: str) -> None:
    _record(ledger, project, *_greens()[:1], *_greens()[2:])
    assert waiting_scenes(ledger, project, _version()) == (TWO,)
    with pytest.raises(GateClosed) as caught:
        require_green(ledger, project, _version())
    assert caught.value.scenes == (TWO,)


@pytest.mark.parametrize("light", [Light.YELLOW, Light.RED])
def test_shut_after_a_change_is_asked_for_until_the_new_take_is_green(ledger: Ledger, project: str, light: Light) -> None:
    _record(ledger, project, *_greens(), LightGiven(scene=TWO, take=1, light=light, feedback="warmer"))
    with pytest.raises(GateClosed, match=r"changed the script .*entry 4.*'revise'"):
        require_green(ledger, project, _version())
    with pytest.raises(GateClosed, match="scene-02 not green"):
        require_green(ledger, project, _version(entries=4, two=2))
    _record(ledger, project, LightGiven(scene=TWO, take=2, light=Light.GREEN))
    require_green(ledger, project, _version(entries=4, two=2))


def test_a_light_for_another_take_opens_nothing(ledger: Ledger, project: str) -> None:
    _record(ledger, project, *_greens(take_of_two=2))
    assert waiting_scenes(ledger, project, _version()) == (TWO,)
    assert waiting_scenes(ledger, project, _version(two=2)) == (TWO,)


def test_a_script_that_holds_an_older_take_is_held(ledger: Ledger, project: str) -> None:
    log = [*_greens(), LightGiven(scene=TWO, take=1, light=Light.RED), LightGiven(scene=TWO, take=2, light=Light.GREEN)]
    _record(ledger, project, *log)
    assert waiting_scenes(ledger, project, _version(entries=9, two=1)) == (TWO,)
    assert waiting_scenes(ledger, project, _version(entries=9, two=2)) == ()


@pytest.mark.parametrize("change", [SceneEdited(scene=ONE, change=GivenScene(narration="new")), SceneDropped(scene=THREE)])
def test_shut_while_the_script_is_older_than_the_last_change(ledger: Ledger, project: str, change: Entry) -> None:
    _record(ledger, project, *_greens(), change)
    with pytest.raises(GateClosed, match="after this version was made"):
        require_green(ledger, project, _version(entries=3))


def test_a_dropped_scene_is_never_bought(ledger: Ledger, project: str) -> None:
    _record(ledger, project, *_greens(), SceneDropped(scene=THREE))
    assert waiting_scenes(ledger, project, _version(entries=4)) == (THREE,)
    assert set(present_marks(ledger, project, _version())) == {ONE, TWO}
