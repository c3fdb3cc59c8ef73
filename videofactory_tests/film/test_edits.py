"""What each edit makes again, and what it leaves alone (SPEC 7), by the ledger's calls and the products on the disk."""

from collections import Counter
from typing import Any

import pytest

from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import InvalidInput
from videofactory.domain.project import ProjectState
from videofactory.domain.review import Light
from videofactory.domain.script import Transition
from videofactory.studio.material import Narration, Previews, ScriptVersion
from videofactory.studio.reviewing import Desk
from videofactory.studio.status import state_of
from videofactory_tests.film.conftest import Finished
from videofactory_tests.film.traces import Sent, Trace

SECOND = "scene-02"
PREVIEW, CLIP, SPEECH, REWRITE = Sent("stills", SECOND), Sent("video", SECOND), Sent("voice", SECOND), Sent("director", SECOND)
NEW_TAKES: dict[str, dict[str, Any]] = {
    "prompt": {"prompt": "Two warm cups on a wet counter, steam in the window light."},
    "camera": {"camera": "pull_out"},
    "lighting": {"lighting": "a single candle from the left"},
    "characters": {"characters": ("Mia", "Tom")},
    "layout": {"layout": "split_screen"},
    "engine": {"engine": "openai"},
}
BODY = 1
"""Stretches that an edit inside one scene's own body touches; the film has five."""
LONG_WORDS = "Extraordinary Mediterranean cappuccino specialities everywhere, absolutely."
"""Few enough words for two seconds by the rule, and yet much longer to say."""


def decide(finished: Finished) -> Desk:
    return finished.line.desk(finished.project)


def edit(finished: Finished, **change: object) -> None:
    desk = decide(finished)
    desk.edit(2, GivenScene.model_validate(change))
    desk.record()


def carried_out(finished: Finished) -> tuple[Counter[Sent], Counter[Sent], Counter[str]]:
    """Requests sent by the revision and (everything green) by the production, and the products of both."""
    start = Trace.of(finished.line)
    finished.line.revise(finished.project)
    revised = Trace.of(finished.line)
    finished.line.green(finished.project)
    cut = finished.line.produce(finished.project)
    assert not cut.findings
    end = Trace.of(finished.line)
    return revised.sent_since(start), end.sent_since(revised), end.made_since(start)


def others(finished: Finished) -> dict[str, tuple[int, str, str, str]]:
    """Take, light, preview and clip of each scene that is not spoken of."""
    line, project = finished.line, finished.project
    marks = decide(finished).marks()
    previews, clips = line.read("scene_previews", project, Previews).scenes, line.clips(project).scenes
    return {
        scene: (mark.take, str(mark.light), previews[scene].first.artifact.sha256, clips[scene].clip.artifact.sha256)
        for scene, mark in marks.items()
        if scene != SECOND
    }


@pytest.mark.parametrize("field", NEW_TAKES)
def test_an_edit_of_the_picture_makes_one_preview_then_one_clip(finished: Finished, field: str) -> None:
    before, kept = decide(finished).marks()[SECOND], others(finished)
    edit(finished, **NEW_TAKES[field])
    after = decide(finished).marks()[SECOND]
    assert (after.take, after.light) == (before.take + 1, None)
    assert state_of(finished.line.studio, finished.project) is ProjectState.REVISING
    revised, produced, made = carried_out(finished)
    assert revised == {PREVIEW: 1}
    assert produced == {CLIP: 1}
    assert made["stretch"] == 3, "the scene's body and the windows on both sides"
    assert made["scene_clips"] == 1
    assert others(finished) == kept


def test_characters_of_an_edit_are_those_of_the_brief(finished: Finished) -> None:
    edit(finished, characters=("Tom",))
    finished.line.revise(finished.project)
    scene = finished.line.read("script", finished.project, ScriptVersion).script.scene(SECOND)
    assert len(scene.characters) == 1
    assert scene.characters[0].startswith("character:tom_id:")
    assert scene.characters[0] in scene.prompt
    assert "character:mia" not in scene.prompt


def test_an_edit_can_name_only_the_briefs_characters_and_the_same_ones_are_no_change(finished: Finished) -> None:
    desk = decide(finished)
    with pytest.raises(InvalidInput, match="the brief's characters are Mia, Tom"):
        desk.edit(2, GivenScene(characters=("Nobody",)))
    desk.edit(2, GivenScene(characters=("Mia",)))
    assert desk.record() == ()


def test_narration_of_the_same_length_is_one_speech_and_the_cut(finished: Finished) -> None:
    kept = others(finished)
    clip = finished.line.clips(finished.project).scenes[SECOND].clip.artifact
    edit(finished, narration="Hot cups.")
    assert decide(finished).marks()[SECOND].light is Light.GREEN
    revised, produced, made = carried_out(finished)
    assert revised == {SPEECH: 1}
    assert produced == {}
    assert made["stretch"] <= BODY + 1, "the body, and the window its caption may reach into"
    assert (made["mix"], made["film"]) == (1, 1)
    assert others(finished) == kept
    assert finished.line.clips(finished.project).scenes[SECOND].clip.artifact == clip


def test_narration_of_another_length_class_buys_the_clip_anew(finished: Finished) -> None:
    kept = others(finished)
    edit(finished, narration=LONG_WORDS)
    revised, produced, _ = carried_out(finished)
    spoken = finished.line.read("narration", finished.project, Narration).scenes[SECOND].speech
    assert spoken is not None
    assert spoken.seconds > 3
    assert revised == {SPEECH: 1}
    assert produced == {CLIP: 1}
    assert others(finished) == kept


def test_more_seconds_buy_the_clip_anew_and_nothing_else_of_the_scene(finished: Finished) -> None:
    kept = others(finished)
    edit(finished, seconds=4)
    assert decide(finished).marks()[SECOND].light is Light.GREEN
    revised, produced, _ = carried_out(finished)
    assert revised == {}
    assert {sent for sent in produced if sent.scene is not None} <= {CLIP, Sent("effects", SECOND)}
    assert produced[CLIP] == 1
    assert others(finished) == kept


def test_on_screen_text_touches_one_stretch(finished: Finished) -> None:
    edit(finished, on_screen_text="Hot")
    assert decide(finished).marks()[SECOND].light is Light.GREEN
    revised, produced, made = carried_out(finished)
    assert (revised, produced) == ({}, {})
    assert made["stretch"] == BODY
    assert "mix" not in made
    assert "scene_clips" not in made


@pytest.mark.parametrize("transition", [Transition.FADE_BLACK, Transition.CUT])
def test_a_transition_is_only_the_cut(finished: Finished, transition: Transition) -> None:
    edit(finished, transition=transition)
    revised, produced, made = carried_out(finished)
    assert (revised, produced) == ({}, {})
    assert made["stretch"] <= 4, "two scenes and their windows; the third scene's body stays"
    assert "scene_clips" not in made


@pytest.mark.parametrize("order", [(1, 3, 2), (2, 1, 3), (3, 2, 1)])
def test_order_is_only_the_cut(finished: Finished, order: tuple[int, ...]) -> None:
    desk = decide(finished)
    desk.reorder(order)
    desk.record()
    revised, produced, made = carried_out(finished)
    assert (revised, produced) == ({}, {})
    assert "scene_clips" not in made
    shots = next(iter(finished.line.plan(finished.project).timelines.values())).shots
    assert [int(shot.scene[-2:]) for shot in shots] == list(order)


def test_a_sound_is_one_effect_and_the_mix(finished: Finished) -> None:
    edit(finished, sound="a door bell")
    revised, produced, made = carried_out(finished)
    assert revised == {}
    assert produced == {Sent("effects", SECOND): 1}
    assert (made["stretch"], made["mix"], made["film"]) == (0, 1, 1)


@pytest.mark.parametrize(("light", "words"), [(Light.YELLOW, "warmer light, please"), (Light.RED, "")])
def test_yellow_and_red_rewrite_and_draw_that_scene(finished: Finished, light: Light, words: str) -> None:
    kept = others(finished)
    old = finished.line.read("scene_previews", finished.project, Previews).scenes[SECOND].first.artifact.sha256
    desk = decide(finished)
    desk.light(2, light, feedback=words)
    desk.record()
    revised, produced, _ = carried_out(finished)
    assert revised == {REWRITE: 1, PREVIEW: 1}
    assert produced == {CLIP: 1}
    assert others(finished) == kept
    preview = finished.line.read("scene_previews", finished.project, Previews).scenes[SECOND]
    assert (preview.take, preview.first.artifact.sha256 != old) == (2, True)


def test_redo_buys_one_clip(finished: Finished) -> None:
    kept = others(finished)
    old = finished.line.clips(finished.project).scenes[SECOND].clip.artifact
    desk = decide(finished)
    desk.redo(2)
    desk.record()
    assert state_of(finished.line.studio, finished.project) is ProjectState.PRODUCING
    revised, produced, _ = carried_out(finished)
    assert (revised, produced) == ({}, {CLIP: 1})
    assert others(finished) == kept
    assert finished.line.clips(finished.project).scenes[SECOND].clip.artifact != old


def test_an_added_scene_is_all_that_is_made(finished: Finished) -> None:
    desk = decide(finished)
    name = desk.add(GivenScene(narration="Bread, too."), after=2)
    desk.record()
    assert name == "scene-04"
    revised, produced, _ = carried_out(finished)
    assert revised == {Sent("director", name): 1, Sent("stills", name): 1, Sent("voice", name): 1}
    assert {sent for sent in produced if sent.role == "video"} == {Sent("video", name)}
    assert {sent.scene for sent in produced} <= {name, None}
    shots = next(iter(finished.line.plan(finished.project).timelines.values())).shots
    assert [shot.scene for shot in shots] == ["scene-01", SECOND, name, "scene-03"]


def test_a_dropped_scene_asks_for_nothing_but_the_cut(finished: Finished) -> None:
    desk = decide(finished)
    desk.drop(2)
    desk.record()
    revised, produced, made = carried_out(finished)
    assert revised == {}
    assert {sent for sent in produced if sent.role != "music"} == set()
    assert "scene_clips" not in made
    shots = next(iter(finished.line.plan(finished.project).timelines.values())).shots
    assert [shot.scene for shot in shots] == ["scene-01", "scene-03"]


def test_a_yellow_film_goes_back_to_review_and_a_green_one_on(finished: Finished) -> None:
    studio, project = finished.line.studio, finished.project
    assert state_of(studio, project) is ProjectState.FINAL_REVIEW
    desk = decide(finished)
    desk.film(Light.YELLOW, feedback="the second scene is too dark")
    desk.record()
    assert state_of(studio, project) is ProjectState.IN_REVIEW
    edit(finished, lighting="bright morning light")
    carried_out(finished)
    assert state_of(studio, project) is ProjectState.FINAL_REVIEW


def test_running_everything_again_asks_nobody(finished: Finished) -> None:
    script = finished.line.read("script", finished.project, ScriptVersion).script
    assert carried_out(finished) == ({}, {}, {})
    assert finished.line.read("script", finished.project, ScriptVersion).script == script
