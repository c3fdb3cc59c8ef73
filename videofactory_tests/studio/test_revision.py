"""Revision: the log carried out to the letter, one scene at a time, and never paid twice."""

from collections.abc import Callable

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.money import ZERO
from videofactory.domain.review import Entry, Light, LightGiven, SceneAdded, SceneDropped, SceneEdited, ScenesReordered
from videofactory.providers.roles import RewriteRequest
from videofactory.studio.factory import Studio
from videofactory.studio.material import ScriptVersion
from videofactory.studio.revision import Reviser, edited, kept_promises
from videofactory_tests.core import scene
from videofactory_tests.stand_ins import ScriptedDirector
from videofactory_tests.studio.home import SCRIPT, analysed, taken_in, written

ONE, TWO, THREE = written()
FOUR = "scene-04"
Replay = Callable[..., ScriptVersion]


@pytest.fixture
def director(studio: Studio) -> ScriptedDirector:
    """The stand-in director, who remembers what it was asked."""
    found = studio.engines("harbour").directors["embedded"]
    assert isinstance(found, ScriptedDirector)
    return found


@pytest.fixture
def replay(studio: Studio, draft: str, director: ScriptedDirector) -> Replay:
    """Carries a log out over the script."""
    reviser = Reviser(studio, director=director, taken=taken_in(studio, draft), analysed=analysed(studio))

    def replayed(*log: Entry) -> ScriptVersion:
        numbered = [entry.model_copy(update={"number": number, "reviewer": "ada"}) for number, entry in enumerate(log, start=1)]
        return reviser.replay(SCRIPT, numbered, engine="embedded", cost=ZERO)

    return replayed


def _light(light: Light, take: int = 1, *, words: str = "", scene: str = TWO) -> LightGiven:
    return LightGiven(scene=scene, take=take, light=light, feedback=words)


def _order(version: ScriptVersion) -> list[str]:
    return [scene.id for scene in version.script.scenes]


def test_an_empty_log_changes_nothing(replay: Replay) -> None:
    version = replay()
    assert (version.script, version.entries, version.written) == (SCRIPT, 0, written())
    assert version.takes == dict.fromkeys(written(), 1)


def test_a_yellow_light_rewrites_its_scene_knowing_the_whole_conversation(replay: Replay, director: ScriptedDirector) -> None:
    version = replay(_light(Light.YELLOW, words="warmer"), _light(Light.YELLOW, 2, words="closer"))
    assert version.script.scene(TWO).prompt == "yellow: warmer / closer"
    assert (version.script.scene(ONE), version.script.scene(THREE)) == (SCRIPT.scene(ONE), SCRIPT.scene(THREE))
    assert (version.takes, version.entries) == ({ONE: 1, TWO: 3, THREE: 1}, 2)
    talk = [(message.who, message.text) for message in version.conversations[TWO]]
    assert talk == [("reviewer", "warmer"), ("director", "Done."), ("reviewer", "closer"), ("director", "Done.")]
    first, second = (request for request in director.requests if isinstance(request, RewriteRequest))
    assert (first.scene, second.scene.prompt) == (SCRIPT.scene(TWO), "yellow: warmer")
    assert first.seed != second.seed


def test_words_and_length_stay_the_reviewers(replay: Replay) -> None:
    edit = SceneEdited(scene=TWO, change=GivenScene(narration="Six sharp.", seconds=4))
    found = replay(edit, _light(Light.RED)).script.scene(TWO)
    assert (found.narration, found.seconds, found.prompt) == ("Six sharp.", 4, "red: ")


def test_replaying_a_longer_log_asks_only_what_is_new(replay: Replay, director: ScriptedDirector) -> None:
    log = [_light(Light.YELLOW, words="warmer")]
    replay(*log)
    version = replay(*log, _light(Light.RED, 2))
    assert len(director.requests) == 2
    assert replay(*log, _light(Light.RED, 2)) == version
    assert len(director.requests) == 2


@pytest.mark.parametrize("log", [(_light(Light.GREEN),), (_light(Light.RED, 2),), (_light(Light.RED, scene="scene-09"),)])
def test_green_stale_and_lost_lights_ask_for_nothing(replay: Replay, director: ScriptedDirector, log: tuple[Entry, ...]) -> None:
    assert replay(*log).script == SCRIPT
    assert director.requests == []


def test_edits_are_carried_out_to_the_letter(replay: Replay) -> None:
    version = replay(SceneEdited(scene=TWO, change=GivenScene(narration="", on_screen_text="6:00", engine="luma")))
    found = version.script.scene(TWO)
    assert (found.narration, found.on_screen_text, found.route.engine) == ("", "6:00", "luma")
    assert found.route.reason == "ada chose luma."
    assert version.takes[TWO] == 2


def test_scenes_are_reordered_dropped_and_keep_their_names(replay: Replay) -> None:
    version = replay(ScenesReordered(order=(THREE, ONE, TWO)), SceneDropped(scene=ONE))
    assert _order(version) == [THREE, TWO]
    assert version.takes == {TWO: 1, THREE: 1}


@pytest.mark.parametrize(("after", "order"), [(ONE, [ONE, FOUR, TWO, THREE]), (None, [FOUR, ONE, TWO, THREE])])
def test_a_scene_is_added_in_its_place(replay: Replay, after: str | None, order: list[str]) -> None:
    version = replay(SceneAdded(scene=FOUR, after=after, given=GivenScene(narration="New.", prompt="rain")))
    assert _order(version) == order
    added = version.script.scene(FOUR)
    assert (added.narration, added.prompt) == ("New.", "rain")
    assert version.takes[FOUR] == 1
    assert version.written == written()


def test_an_order_from_before_a_scene_was_added_loses_no_scene(replay: Replay) -> None:
    added = SceneAdded(scene=FOUR, after=ONE, given=GivenScene(narration="New."))
    version = replay(added, ScenesReordered(order=(THREE, TWO, ONE)))
    assert _order(version) == [THREE, TWO, ONE, FOUR]
    assert set(version.takes) == set(_order(version))


def test_an_added_scene_can_be_changed_like_any_other(replay: Replay) -> None:
    added = SceneAdded(scene=FOUR, after=THREE, given=GivenScene(narration="New."))
    version = replay(added, _light(Light.YELLOW, words="warmer", scene=FOUR))
    assert version.script.scene(FOUR).prompt == "yellow: warmer"
    assert version.takes[FOUR] == 2


def test_a_scene_lists_only_the_invariants_its_prompt_still_holds() -> None:
    cup = scene(1, prompt="a red cup on oak", invariants=("red cup", "oak"))
    assert kept_promises(cup).invariants == ("red cup", "oak")
    assert edited(cup, GivenScene(prompt="a red cup"), by="ada", cast={}).invariants == ("red cup",)
