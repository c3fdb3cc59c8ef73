"""What is seen of each scene in the film: its shot, captions and titles. Known as soon as its clip is made.

Narration comes before review, so when a clip arrives its place in the film and all text over it are known, too: the scene can
be encoded for good while the others are still being made (`stretches`). Sound, which needs the whole film, is `timeline`'s.
"""

from dataclasses import dataclass

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.footage import Clip, Frame, Speech
from videofactory.domain.script import Scene
from videofactory.domain.timeline import SLOWEST, Caption, Framing, Look, Shot, Title
from videofactory.media.captions import caption_cues
from videofactory.media.cut.framing import Shape, framing
from videofactory.studio.lengths import LEAD, SceneLength, plan_lengths
from videofactory.studio.material import Analysed, Narration, Previews, ScriptVersion

TITLE_IN = 0.4
"""Seconds after a scene begins before its text appears: the eye has arrived by then."""
TITLE_LONGEST = 4.0


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is made before the first clip is bought."""

    taken: TakenIn
    analysed: Analysed
    version: ScriptVersion
    previews: Previews
    narration: Narration


class ScenePlan:
    """The scenes of one film in order, by number from 0. `starts` are film frames, one more than there are scenes."""

    def __init__(self, known: Known, *, channel: Channel, fps: int) -> None:
        self._known = known
        self.channel = channel
        self._fps = fps
        self.lengths: tuple[SceneLength, ...] = plan_lengths(known.version.script.scenes, known.narration, fps=fps)
        starts = [0]
        for length in self.lengths:
            starts.append(starts[-1] + length.own)
        self.starts = tuple(starts)

    @property
    def count(self) -> int:
        """How many scenes there are."""
        return len(self.lengths)

    def scene(self, index: int) -> Scene:
        """The script's scene."""
        return self._known.version.script.scenes[index]

    def spoken(self, index: int) -> Speech | None:
        """What is said in it."""
        return self._known.narration.scenes[self.scene(index).id].speech

    def shot(self, index: int, clip: Clip, *, frame: Frame) -> Shot:
        """Its picture in the film of this format."""
        scene, length = self.scene(index), self.lengths[index]
        speed, hold = fit(clip, length)
        return Shot(
            scene=scene.id,
            clip=clip.artifact,
            clip_frames=clip.frames,
            start=self.starts[index] - length.overlap,
            frames=length.frames,
            overlap=length.overlap,
            transition=scene.transition,
            speed=speed,
            hold=hold,
            focus=self._known.previews.scenes[scene.id].focus,
            framing=self._framing(scene, clip, frame),
        )

    def _framing(self, scene: Scene, clip: Clip, frame: Frame) -> Framing | None:
        """Where the clip's parts go; nothing is laid anew in the format it was made in."""
        clip_shape, film = Shape(clip.width, clip.height), Shape(frame.width, frame.height)
        if clip_shape == film:
            return None
        preview = self._known.previews.scenes[scene.id]
        divider = self.look.accent if self.channel.layouts.divider == "accent" else None
        return framing(clip=clip_shape, frame=film, focus=preview.focus, panes=preview.panes, divider=divider)

    def alone_until(self, index: int) -> int:
        """The film frame at which the next scene begins to come in, or the film ends."""
        return self.starts[index + 1] - self._out_overlap(index)

    def border(self, index: int) -> int:
        """The film frame in the middle of the transition into a scene; for the number after the last one, the film's end."""
        if index in {0, self.count}:
            return self.starts[index]
        overlap = self.lengths[index].overlap
        return self.starts[index] - overlap + overlap // 2

    def captions(self, index: int) -> tuple[Caption, ...]:
        """What is said, to be read; in film seconds."""
        spoken = self.spoken(index)
        if not spoken:
            return ()
        offset = self.starts[index] / self._fps + LEAD
        limit, language = self.starts[index + 1] / self._fps, self._known.taken.language
        return caption_cues(spoken.words, offset=offset, limit=limit, fps=self._fps, language=language)

    def titles(self, index: int) -> tuple[Title, ...]:
        """Its on-screen text: the first scene's opens the film, the last one's calls to action."""
        scene, last = self.scene(index), self.count - 1
        start = self.starts[index] / self._fps + TITLE_IN
        room = self.starts[index + 1] / self._fps - self._out_overlap(index) / self._fps
        end = room if index == last else min(room, start + TITLE_LONGEST)
        text = scene.on_screen_text or (self._known.version.script.call_to_action if index == last else "")
        if not text or end <= start:
            return ()
        kind = "opening" if index == 0 else "call_to_action" if index == last else "lower_third"
        return (Title.model_validate({"start": start, "end": end, "text": text, "kind": kind}),)

    def _out_overlap(self, index: int) -> int:
        return self.lengths[index + 1].overlap if index + 1 < self.count else 0

    @property
    def look(self) -> Look:
        """How text is drawn."""
        palette = [swatch.hex for swatch in self._known.analysed.analysis.palette]
        channel = self.channel
        return Look(
            heading_font=channel.fonts.heading,
            text_font=channel.fonts.text,
            primary=channel.colours.primary or palette[0],
            accent=channel.colours.accent_beside(palette),
            burn_in=channel.captions.burn_in,
            language=self._known.taken.language,
        )


def fit(clip: Clip, length: SceneLength) -> tuple[float, int]:
    """How a clip fills its place: at which speed (trimmed when it is longer), and for how many frames its last one is held."""
    speed = min(1.0, max(SLOWEST, clip.frames / length.frames))
    covered = int(clip.frames / speed + 1e-9)
    return speed, max(0, length.frames - covered)
