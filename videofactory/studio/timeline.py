"""Station `timeline`: the film in frames, from script, clips, speech and sounds; and the same as OpenTimelineIO.

What is seen of each scene comes from `graphics`; cutting and mixing are `media.cut` and `media.mix`; the OpenTimelineIO
form is `studio.otio`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from videofactory.domain.brief import TakenIn
from videofactory.domain.footage import Aspect, Clip, Frame
from videofactory.domain.timeline import Cue, Timeline
from videofactory.studio.factory import Studio
from videofactory.studio.graphics import Graphics
from videofactory.studio.lengths import LEAD
from videofactory.studio.material import Analysed, Clips, CutPlan, Effects, Music, Narration, Previews, ScriptVersion
from videofactory.studio.otio import to_otio
from videofactory.studio.own_sound import with_own_sound
from videofactory.studio.scene_clips import require_fit
from videofactory.studio.scene_plan import Known, ScenePlan

EFFECT_GAIN = -9.0
"""dB: effects sit under the voice."""
MUSIC_GAIN = -6.0
"""dB: before ducking."""


@dataclass(frozen=True)
class Parts:
    """All that goes into a film."""

    taken: TakenIn
    analysed: Analysed
    version: ScriptVersion
    previews: Previews
    narration: Narration
    clips: Clips
    effects: Effects
    music: Music


def make(studio: Studio, parts: Parts) -> CutPlan:
    """The film in frames for every aspect ratio asked for. Raises `MediaBroken` when a clip did not pass its check."""
    require_fit(parts.clips)
    channel = studio.channel_of(parts.taken.project)
    fps = parts.clips.frame.fps
    known = Known(
        taken=parts.taken, analysed=parts.analysed, version=parts.version, previews=parts.previews, narration=parts.narration
    )
    planner = _Planner(parts, graphics=Graphics(studio, ScenePlan(known, channel=channel, fps=fps)), fps=fps)
    timelines: dict[Aspect, Timeline] = {}
    for aspect in parts.taken.aspects:
        main = aspect == parts.taken.aspects[0]
        planned = planner.timeline(frame=parts.clips.frame if main else studio.frame(aspect))
        timelines[aspect] = with_own_sound(studio, planned, script=parts.version.script)
    text = to_otio(timelines[parts.taken.aspects[0]])
    otio = studio.artifacts.put(text.encode(), media_type="application/vnd.otio+json")
    return CutPlan(timelines=timelines, otio=otio, entries=parts.clips.entries)


class _Planner:
    """Lays the parts of one film out in time."""

    def __init__(self, parts: Parts, *, graphics: Graphics, fps: int) -> None:
        self._parts = parts
        self._graphics = graphics
        self._scenes = graphics.scenes
        self._fps = fps

    def timeline(self, *, frame: Frame) -> Timeline:
        """The timeline of one master."""
        scenes = [self._graphics.scene(index, self._clip(index), frame=frame) for index in range(self._scenes.count)]
        return Timeline(
            project=self._parts.taken.project,
            title=self._parts.version.script.title,
            frame=frame,
            shots=tuple(shot for scene in scenes for shot in scene.shots),
            narration=tuple(self._narration()),
            effects=tuple(self._effects()),
            music=(Cue(scene=None, artifact=self._parts.music.sound.artifact, start=0, seconds=self._seconds, gain=MUSIC_GAIN),),
            captions=tuple(caption for scene in scenes for caption in scene.captions),
            titles=tuple(title for scene in scenes for title in scene.titles),
            logos=tuple(logo for scene in scenes for logo in scene.logos),
            look=self._scenes.look,
        )

    def _clip(self, index: int) -> Clip:
        return self._parts.clips.scenes[self._scenes.scene(index).id].clip

    @property
    def _seconds(self) -> float:
        return self._scenes.starts[-1] / self._fps

    def _narration(self) -> Iterator[Cue]:
        for index in range(self._scenes.count):
            spoken = self._scenes.spoken(index)
            if spoken:
                start = self._scenes.starts[index] / self._fps + LEAD
                yield Cue(scene=self._scenes.scene(index).id, artifact=spoken.artifact, start=start, seconds=spoken.seconds)

    def _effects(self) -> Iterator[Cue]:
        for index in range(self._scenes.count):
            scene = self._scenes.scene(index).id
            sound = self._parts.effects.scenes.get(scene)
            if sound:
                start = max(0, self._scenes.starts[index] - self._scenes.lengths[index].overlap) / self._fps
                seconds = min(sound.seconds, self._seconds - start)
                yield Cue(scene=scene, artifact=sound.artifact, start=start, seconds=seconds, gain=EFFECT_GAIN)
