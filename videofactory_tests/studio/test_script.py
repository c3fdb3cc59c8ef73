"""The script station: what the director wrote is bought once, who makes its pictures is decided after it."""

import dataclasses
from pathlib import Path

from videofactory.domain.brand import Scores
from videofactory.domain.script import UNROUTED
from videofactory.ledger.call import Call
from videofactory.providers.cast import Cast
from videofactory.studio import script
from videofactory.studio.factory import Studio
from videofactory.studio.material import Analysed
from videofactory_tests.core import take_in
from videofactory_tests.stand_ins import ScriptedDirector
from videofactory_tests.studio.home import SCRIPT, analysed, studio_in, taken_in

PLAIN = SCRIPT.model_copy(update={"scenes": tuple(scene.model_copy(update={"route": UNROUTED}) for scene in SCRIPT.scenes)})


def _studio(folder: Path, *, configured: tuple[str, ...]) -> Studio:
    studio = studio_in(folder)
    video = {name: engine for name, engine in studio.engines("harbour").video.items() if name in configured}
    return dataclasses.replace(studio, cast=Cast(directors={"embedded": ScriptedDirector(PLAIN)}, video=video))


def _atmospheric(studio: Studio) -> Analysed:
    reading = analysed(studio)
    scores = Scores(physics=0.1, vibe=0.9, logic=0.1, integrity=1)
    return reading.model_copy(update={"analysis": reading.analysis.model_copy(update={"scores": scores})})


def _directed(studio: Studio, project: str) -> list[Call]:
    return [call for call in studio.ledger.calls.of_project(project) if call.role == "director"]


def test_a_new_engine_changes_the_route_and_never_the_script(tmp_path: Path) -> None:
    poor = _studio(tmp_path, configured=("embedded",))
    project = take_in(poor.ledger)
    taken = taken_in(poor, project)
    before = script.make(poor, taken, _atmospheric(poor))
    assert {scene.route.engine for scene in before.script.scenes} == {"embedded"}
    rich = _studio(tmp_path, configured=("embedded", "luma"))
    after = script.make(rich, taken, _atmospheric(rich))
    assert {scene.route.engine for scene in after.script.scenes} == {"luma"}
    assert all("vibe" in scene.route.reason for scene in after.script.scenes)
    assert len(_directed(rich, project)) == 1
    assert [scene.narration for scene in after.script.scenes] == [scene.narration for scene in before.script.scenes]
