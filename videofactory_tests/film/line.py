"""The production line without Dagster: the stations in the order of `defs.jobs`, for one home in this process.

Briefs and channels are written here too. What a run cost and left behind is read in `traces`.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeVar

import yaml
from PIL import Image
from pydantic import BaseModel

from videofactory.domain.brief import TakenIn
from videofactory.domain.review import Light
from videofactory.settings import load_settings
from videofactory.studio import (
    brand_analysis,
    brief,
    final_cut,
    music,
    narration,
    scene_clips,
    scene_previews,
    script,
    sound_effects,
    style_reference,
    timeline,
)
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.material import (
    Analysed,
    Clips,
    CutPlan,
    FinalCut,
    Narration,
    Previews,
    ScriptVersion,
    StyleReference,
)
from videofactory.studio.reviewing import Desk
from videofactory.studio.take_in import SETTLED, take_in_file

ValueT = TypeVar("ValueT", bound=BaseModel)
SMALL = {"VIDEOFACTORY_SHORT_SIDE": "180", "VIDEOFACTORY_FPS": "12", "VIDEOFACTORY_SCENE_WORKERS": "2"}
"""The smallest film the settings allow, at a rate that still shows movement."""
CHANNEL = "harbour"
PLAIN_CHANNEL: Mapping[str, object] = {"name": "Harbour Coffee", "language": "en", "captions": {"burn_in": "line"}}
THREE_SCENES = (
    {"narration": "We open at six.", "seconds": 2, "on_screen_text": "Six"},
    {"narration": "Warm cups.", "seconds": 2, "transition": "cut"},
    {"narration": "Come in.", "seconds": 2},
)
PICTURE_WIDTH = 480


def environment(**more: str) -> dict[str, str]:
    """The variables of a small factory, for this process's settings or a child's."""
    return {**SMALL, **more}


def put_picture(path: Path) -> Path:
    """The sample's brand image, small."""
    with resources.as_file(resources.files("videofactory").joinpath("data", "sample", "coffee.png")) as sample:
        image = Image.open(sample).convert("RGB")
    image.thumbnail((PICTURE_WIDTH, PICTURE_WIDTH))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def put_channel(home: Path, *, key: str = CHANNEL, **fields: object) -> None:
    """A channel file with these fields over the plain ones."""
    folder = home / "channels"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.yaml").write_text(yaml.safe_dump({**PLAIN_CHANNEL, **fields}, allow_unicode=True), encoding="utf-8")


def put_brief(path: Path, **fields: object) -> Path:
    """A brief of three short scenes with these fields over its own and its picture beside it, old enough to be swept up."""
    plain = {
        "channel": CHANNEL,
        "title": "The first cup",
        "text": "We open at six. The first cup is for the baker next door.",
        "images": ["cup.png"],
        "script": list(THREE_SCENES),
    }
    wanted = {name: value for name, value in {**plain, **fields}.items() if value is not None}
    put_picture(path.parent / "cup.png")
    path.write_text(json.dumps(wanted, ensure_ascii=False), encoding="utf-8")
    settled = time.time() - 2 * SETTLED
    os.utime(path, (settled, settled))
    return path


@dataclass(frozen=True)
class Line:
    """One home and its stations."""

    studio: Studio

    @classmethod
    def at(cls, home: Path, **variables: str) -> "Line":
        """The line of a home, its channel written where it has none yet."""
        if not (home / "channels" / f"{CHANNEL}.yaml").exists():
            put_channel(home)
        return cls(open_studio(load_settings(environment(**variables), home=home, env_file=home / "no.env")))

    @property
    def home(self) -> Path:
        """The home's folder."""
        return self.studio.settings.home

    def take_in(self, name: str = "first-cup.json", /, **fields: object) -> str:
        """A project from a brief with these fields."""
        return take_in_file(self.studio, put_brief(self.home / "briefs" / name, **fields)).key

    def read(self, asset: str, project: str, kind: type[ValueT]) -> ValueT:
        """The value a station left."""
        value = self.studio.values.read(asset, project, kind)
        assert value is not None, f"{asset} of {project} was never made"
        return value

    def develop(self, project: str) -> None:
        """The job `develop`."""
        taken = self._keep("brief", project, brief.make(self.studio, project))
        analysed = self._keep("brand_analysis", project, brand_analysis.make(self.studio, taken))
        self._keep("style_reference", project, style_reference.make(self.studio, taken, analysed))
        self.revise(project)

    def revise(self, project: str) -> None:
        """The job `revise`."""
        taken, analysed = self.read("brief", project, TakenIn), self.read("brand_analysis", project, Analysed)
        style = self.read("style_reference", project, StyleReference)
        version = self._keep("script", project, script.make(self.studio, taken, analysed))
        self._keep("scene_previews", project, scene_previews.make(self.studio, taken, analysed, style, version))
        self._keep("narration", project, narration.make(self.studio, taken, version))

    def produce(self, project: str) -> FinalCut:
        """The job `produce`."""
        taken, version = self.read("brief", project, TakenIn), self.read("script", project, ScriptVersion)
        previews, spoken = self.read("scene_previews", project, Previews), self.read("narration", project, Narration)
        frame = self.studio.frame(taken.aspects[0])
        clips = scene_clips.make(self.studio, project, version=version, previews=previews, narration=spoken, frame=frame)
        parts = timeline.Parts(
            taken=taken,
            analysed=self.read("brand_analysis", project, Analysed),
            version=version,
            previews=previews,
            narration=spoken,
            clips=self._keep("scene_clips", project, clips),
            effects=self._keep("sound_effects", project, sound_effects.make(self.studio, project, version=version)),
            music=self._keep("music", project, music.make(self.studio, project, version=version)),
        )
        plan = self._keep("timeline", project, timeline.make(self.studio, parts))
        return self._keep("final_cut", project, final_cut.make(self.studio, project, plan=plan))

    def desk(self, project: str) -> Desk:
        """The review desk, as it stands now."""
        return Desk(self.studio, project, reviewer="Ada")

    def green(self, project: str) -> None:
        """Green for every scene that is not green."""
        desk = self.desk(project)
        waiting = [scene for scene, mark in desk.marks().items() if mark.light is not Light.GREEN]
        for scene in waiting:
            desk.light(int(scene.removeprefix("scene-")), Light.GREEN)
        desk.record()

    def film(self, project: str) -> FinalCut:
        """From the brief to the film, every light green."""
        self.develop(project)
        self.green(project)
        return self.produce(project)

    def clips(self, project: str) -> Clips:
        """The clips of the last production."""
        return self.read("scene_clips", project, Clips)

    def plan(self, project: str) -> CutPlan:
        """The timelines of the last production."""
        return self.read("timeline", project, CutPlan)

    def _keep(self, asset: str, project: str, value: ValueT) -> ValueT:
        self.studio.values.write(asset, project, value)
        findings = "; ".join(getattr(value, "findings", ()))
        self.studio.ledger.runs.reached(
            project,
            asset,
            outcome="failed" if findings else "done",
            entries=getattr(value, "entries", 0),
            detail=findings,
        )
        return value
