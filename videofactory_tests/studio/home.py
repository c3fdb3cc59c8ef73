"""A small home for tests of the studio: one channel, one project, a script of three scenes with previews."""

import dataclasses
from pathlib import Path

from videofactory.domain.brand import BrandAnalysis, Scores, Swatch
from videofactory.domain.brief import Brief, TakenIn
from videofactory.domain.channel import Channel, EngineChoices, ReviewSwitches, VideoChoice
from videofactory.domain.footage import Box, Still
from videofactory.domain.script import Script
from videofactory.providers.cast import Cast
from videofactory.settings import load_settings
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.material import Analysed, Previews, ScenePreview, ScriptVersion
from videofactory.studio.purchase import Door
from videofactory_tests.core import no_sleep, scene, take_in
from videofactory_tests.stand_ins import ScriptedDirector, ScriptedVideo

SCRIPT = Script(title="The first cup", description="", scenes=tuple(scene(number) for number in (1, 2, 3)))
SCORES = Scores(physics=0.2, vibe=0.2, logic=0.2, integrity=0.9)
STAGES = ("script", "scene_previews", "narration")


def studio_in(folder: Path, *, auto_approve: bool = False) -> Studio:
    """A studio in an empty home, whose director and video engines are stand-ins."""
    choices = EngineChoices(video=VideoChoice(default="embedded", allowed=("embedded", "luma", "kling")))
    channel = Channel(
        key="harbour", name="Harbour", language="en", engines=choices, review=ReviewSwitches(auto_approve=auto_approve)
    )
    studio = open_studio(load_settings({}, home=folder, env_file=folder / "none"))
    video = ScriptedVideo(folder / "diary")
    cast = Cast(directors={"embedded": ScriptedDirector(SCRIPT)}, video={"embedded": video, "luma": video})
    door = Door(studio.ledger, artifacts=studio.artifacts, sleep=no_sleep)
    return dataclasses.replace(studio, cast=cast, door=door, given_channels={"harbour": channel})


def drafted(studio: Studio) -> str:
    """A project whose script and previews are made; its key."""
    project = take_in(studio.ledger)
    studio.values.write("brief", project, taken_in(studio, project))
    show(studio, project, ScriptVersion(script=SCRIPT, written=written(), takes=dict.fromkeys(written(), 1), engine="embedded"))
    return project


def written() -> tuple[str, ...]:
    """The ids of the script's scenes."""
    return tuple(scene.id for scene in SCRIPT.scenes)


def show(studio: Studio, project: str, version: ScriptVersion) -> None:
    """Put a script version and its previews on the desk, as the jobs do."""
    studio.values.write("script", project, version)
    still = Still(artifact=studio.artifacts.put(b"still", media_type="image/png"), width=320, height=180)
    previews = {
        name: ScenePreview(scene=name, take=take, first=still, palette_distance=0, sharpness=1, engine="embedded")
        for name, take in version.takes.items()
    }
    studio.values.write("scene_previews", project, Previews(scenes=previews, entries=version.entries))
    for stage in STAGES:
        studio.ledger.runs.reached(project, stage, outcome="done", entries=version.entries)


def taken_in(studio: Studio, project: str) -> TakenIn:
    """The project's brief as taken in."""
    image = studio.artifacts.put(b"image", media_type="image/png")
    brief = Brief(channel="harbour", title="The first cup", text="We open at six.", images=("cup.png",))
    return TakenIn(project=project, brief=brief, images=(image,), language="en", style="warm-documentary", aspects=("16:9",))


def analysed(studio: Studio) -> Analysed:
    """A reading of the brand image."""
    reading = BrandAnalysis(
        palette=(Swatch(hex="#6b3f1d", share=1),),
        mood="warm",
        subject="cup",
        essence="warm cup",
        invariants=(),
        scores=SCORES,
        focus=Box(x=0, y=0, width=1, height=1),
    )
    return Analysed(analysis=reading, image=studio.artifacts.put(b"image", media_type="image/png"), engine="embedded")
