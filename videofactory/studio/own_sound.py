"""The sound a clip's engine made, in the film where the script asks for it (`own_sound`), and nowhere else."""

from collections.abc import Iterator

from videofactory.domain.script import Script
from videofactory.domain.timeline import Cue, Shot, Timeline
from videofactory.media import probe
from videofactory.studio.factory import Studio

OWN_GAIN = -4.0
"""dB: before music, under the voice, and ducked by it besides."""


def with_own_sound(studio: Studio, timeline: Timeline, *, script: Script) -> Timeline:
    """The timeline with the own sound of each scene that asks for it and whose clip has one (not every engine makes any)."""
    wanted = {scene.id for scene in script.scenes if scene.own_sound}
    return timeline.model_copy(update={"own": tuple(_cues(studio, timeline, wanted))})


def _cues(studio: Studio, timeline: Timeline, wanted: set[str]) -> Iterator[Cue]:
    for shot in timeline.shots:
        if shot.scene in wanted and probe.facts(studio.artifacts.path(shot.clip)).audio is not None:
            yield _cue(shot, fps=timeline.frame.fps)


def _cue(shot: Shot, *, fps: int) -> Cue:
    """Sound goes with its picture: as slow as it, and over where it is over or held."""
    moving = min(shot.frames, int(shot.clip_frames / shot.speed + 1e-9))
    return Cue(
        scene=shot.scene, artifact=shot.clip, start=shot.start / fps, seconds=moving / fps, gain=OWN_GAIN, speed=shot.speed
    )
