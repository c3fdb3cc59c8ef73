"""Station `timeline`: the film in frames, from script, clips, speech and sounds; and the same as OpenTimelineIO.

Lengths come from `lengths`; cutting and mixing are `media.cut` and `media.mix`; the OpenTimelineIO form is `studio.otio`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.footage import Aspect
from videofactory.domain.script import Scene, Script
from videofactory.domain.timeline import SLOWEST, Caption, Cue, Look, Shot, Timeline, Title
from videofactory.media.captions import caption_cues
from videofactory.studio.factory import Studio
from videofactory.studio.lengths import LEAD, SceneLength, plan_lengths
from videofactory.studio.material import (
    Analysed,
    Clips,
    CutPlan,
    Effects,
    Music,
    Narration,
    Previews,
    SceneClip,
    ScriptVersion,
)
from videofactory.studio.otio import to_otio
from videofactory.studio.scene_clips import require_fit

EFFECT_GAIN = -9.0
"""dB: effects sit under the voice."""
MUSIC_GAIN = -6.0
"""dB: before ducking."""
TITLE_IN = 0.4
"""Seconds after a scene begins before its text appears: the eye has arrived by then."""
TITLE_LONGEST = 4.0


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
    planner = _Planner(parts, channel=channel, fps=parts.clips.frame.fps)
    timelines: dict[Aspect, Timeline] = {}
    for aspect in parts.taken.aspects:
        main = aspect == parts.taken.aspects[0]
        frame = parts.clips.frame if main else studio.frame(aspect)
        timelines[aspect] = planner.timeline().model_copy(update={"frame": frame})
    text = to_otio(timelines[parts.taken.aspects[0]])
    otio = studio.artifacts.put(text.encode(), media_type="application/vnd.otio+json")
    return CutPlan(timelines=timelines, otio=otio, entries=parts.clips.entries)


class _Planner:
    """Lays the parts of one film out in time."""

    def __init__(self, parts: Parts, *, channel: Channel, fps: int) -> None:
        self._parts = parts
        self._channel = channel
        self._fps = fps
        self._script: Script = parts.version.script
        self._lengths = plan_lengths(self._script.scenes, parts.narration, fps=fps)
        starts = [0]
        for length in self._lengths:
            starts.append(starts[-1] + length.own)
        self._starts = starts

    def timeline(self) -> Timeline:
        """The timeline in the clips' own format."""
        return Timeline(
            project=self._parts.taken.project,
            title=self._script.title,
            frame=self._parts.clips.frame,
            shots=tuple(self._shot(index, scene) for index, scene in enumerate(self._script.scenes)),
            narration=tuple(self._narration()),
            effects=tuple(self._effects()),
            music=(Cue(scene=None, artifact=self._parts.music.sound.artifact, start=0, seconds=self._seconds, gain=MUSIC_GAIN),),
            captions=self._captions(),
            titles=tuple(self._titles()),
            look=self._look(),
        )

    @property
    def _seconds(self) -> float:
        return self._starts[-1] / self._fps

    def _shot(self, index: int, scene: Scene) -> Shot:
        length = self._lengths[index]
        clip = self._parts.clips.scenes[scene.id]
        speed, hold = fit(clip, length)
        return Shot(
            scene=scene.id,
            clip=clip.clip.artifact,
            clip_frames=clip.clip.frames,
            start=self._starts[index] - length.overlap,
            frames=length.frames,
            overlap=length.overlap,
            transition=scene.transition,
            speed=speed,
            hold=hold,
            focus=self._parts.previews.scenes[scene.id].focus,
        )

    def _narration(self) -> Sequence[Cue]:
        cues = []
        for index, scene in enumerate(self._script.scenes):
            spoken = self._parts.narration.scenes[scene.id].speech
            if spoken:
                start = self._starts[index] / self._fps + LEAD
                cues.append(Cue(scene=scene.id, artifact=spoken.artifact, start=start, seconds=spoken.seconds))
        return cues

    def _effects(self) -> Sequence[Cue]:
        cues = []
        for index, scene in enumerate(self._script.scenes):
            sound = self._parts.effects.scenes.get(scene.id)
            if sound:
                start = max(0, self._starts[index] - self._lengths[index].overlap) / self._fps
                seconds = min(sound.seconds, self._seconds - start)
                cues.append(Cue(scene=scene.id, artifact=sound.artifact, start=start, seconds=seconds, gain=EFFECT_GAIN))
        return cues

    def _captions(self) -> tuple[Caption, ...]:
        captions: list[Caption] = []
        for index, scene in enumerate(self._script.scenes):
            spoken = self._parts.narration.scenes[scene.id].speech
            if spoken:
                offset = self._starts[index] / self._fps + LEAD
                limit = self._starts[index + 1] / self._fps
                captions += caption_cues(spoken.words, offset=offset, limit=limit)
        return tuple(captions)

    def _titles(self) -> Sequence[Title]:
        titles = []
        last = len(self._script.scenes) - 1
        for index, scene in enumerate(self._script.scenes):
            if not scene.on_screen_text:
                continue
            start = self._starts[index] / self._fps + TITLE_IN
            room = self._starts[index + 1] / self._fps - self._out_overlap(index) / self._fps
            end = room if index == last else min(room, start + TITLE_LONGEST)
            kind = "opening" if index == 0 else "call_to_action" if index == last else "lower_third"
            if end > start:
                titles.append(Title.model_validate({"start": start, "end": end, "text": scene.on_screen_text, "kind": kind}))
        return titles

    def _out_overlap(self, index: int) -> int:
        return self._lengths[index + 1].overlap if index + 1 < len(self._lengths) else 0

    def _look(self) -> Look:
        palette = [swatch.hex for swatch in self._parts.analysed.analysis.palette]
        channel = self._channel
        return Look(
            heading_font=channel.fonts.heading,
            text_font=channel.fonts.text,
            primary=channel.colours.primary or palette[0],
            accent=channel.colours.accent or palette[min(1, len(palette) - 1)],
            burn_in=channel.captions.burn_in,
            language=self._parts.taken.language,
        )


def fit(clip: SceneClip, length: SceneLength) -> tuple[float, int]:
    """How a clip fills its place: at which speed (trimmed when it is longer), and for how many frames its last one is held."""
    speed = min(1.0, max(SLOWEST, clip.clip.frames / length.frames))
    covered = int(clip.clip.frames / speed + 1e-9)
    return speed, max(0, length.frames - covered)
