"""Scenes are encoded when they are made: what is left to the cut are the transitions and what was edited since."""

from videofactory.domain.brief import GivenScene, TakenIn
from videofactory.studio import scene_clips
from videofactory.studio.material import Narration, Previews, ScriptVersion
from videofactory_tests.film.conftest import Finished
from videofactory_tests.film.line import Line
from videofactory_tests.film.traces import Trace

SCRIPT = [
    {"narration": "We open at six.", "seconds": 3, "on_screen_text": "Six"},
    {"narration": "Warm cups.", "seconds": 2, "transition": "cut"},
    {"narration": "Come in.", "seconds": 2, "transition": "slide"},
]
BODIES = 3
WINDOWS = 1
"""Of the two transitions one is a cut, which needs no frames of its own."""


def make_clips(line: Line, project: str) -> None:
    taken = line.read("brief", project, TakenIn)
    version, previews = line.read("script", project, ScriptVersion), line.read("scene_previews", project, Previews)
    spoken, frame = line.read("narration", project, Narration), line.studio.frame(taken.aspects[0])
    scene_clips.make(line.studio, project, version=version, previews=previews, narration=spoken, frame=frame)


def test_bodies_are_encoded_with_the_clips_and_windows_by_the_cut(line: Line) -> None:
    project = line.take_in(script=SCRIPT)
    line.develop(project)
    line.green(project)
    before = Trace.of(line)
    make_clips(line, project)
    clips_made = Trace.of(line)
    assert clips_made.made_since(before)["stretch"] == BODIES
    line.produce(project)
    assert Trace.of(line).made_since(clips_made)["stretch"] == WINDOWS


def test_every_aspect_ratio_is_encoded_early(line: Line) -> None:
    project = line.take_in(script=SCRIPT, aspects=["16:9", "9:16"])
    line.develop(project)
    line.green(project)
    before = Trace.of(line)
    make_clips(line, project)
    clips_made = Trace.of(line)
    assert clips_made.made_since(before)["stretch"] == 2 * BODIES
    line.produce(project)
    assert Trace.of(line).made_since(clips_made)["stretch"] == 2 * WINDOWS


def test_an_edited_text_is_encoded_with_its_scene_and_nothing_else(finished: Finished) -> None:
    line, project = finished.line, finished.project
    desk = line.desk(project)
    desk.edit(2, GivenScene(on_screen_text="Hot"))
    desk.record()
    line.revise(project)
    line.green(project)
    before = Trace.of(line)
    make_clips(line, project)
    assert Trace.of(line).made_since(before) == {"stretch": 1}


def test_without_the_brands_analysis_the_cut_does_it_all(line: Line) -> None:
    project = line.take_in()
    line.develop(project)
    line.green(project)
    next((line.home / "store" / "values").rglob(f"brand_analysis/{project}*")).unlink()
    before = Trace.of(line)
    make_clips(line, project)
    assert Trace.of(line).made_since(before)["stretch"] == 0
