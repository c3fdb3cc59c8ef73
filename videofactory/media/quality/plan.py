"""What a film was to be, as far as its measurement has to know: format, length, captions, planned stills and repeats, speech."""

from collections.abc import Collection
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Shot, Timeline
from videofactory.media.quality.watched import Cover, covers_of


class Plan(NamedTuple):
    """A film as it was planned.

    `frames`: length; `stills`: from, to (seconds) where the picture may stand; `repeats`: numbers of frames that repeat the one
    before by plan; `narration`: from, to (seconds) where somebody speaks; `borders`: numbers of frames at which pieces begin
    that other films may share; `covers`: what is laid over the pictures, where and when.
    """

    frame: Frame
    frames: int
    captions: tuple[Caption, ...] = ()
    stills: tuple[tuple[float, float], ...] = ()
    repeats: frozenset[int] = frozenset()
    narration: tuple[tuple[float, float], ...] = ()
    borders: frozenset[int] = frozenset()
    covers: tuple[Cover, ...] = ()
    expects_sound: bool = True


def plan_of(timeline: Timeline, *, still_scenes: Collection[str] = ()) -> Plan:
    """The plan of a timeline. `still_scenes`: scenes whose camera and subject may stand still."""
    borders = {border for shot in timeline.shots for border in (shot.start, shot.start + shot.overlap, shot.end)}
    return Plan(
        frame=timeline.frame,
        frames=timeline.frames,
        captions=timeline.captions,
        stills=tuple(still for shot in timeline.shots for still in _stills(shot, timeline.frame.fps, still_scenes)),
        repeats=frozenset(frame for shot in timeline.shots for frame in _repeats(shot)),
        narration=tuple((cue.start, cue.start + cue.seconds) for cue in timeline.narration),
        borders=frozenset(borders),
        covers=tuple(covers_of(timeline)),
        expects_sound=bool(timeline.narration or timeline.music or timeline.effects or timeline.own),
    )


def _stills(shot: Shot, fps: int, still_scenes: Collection[str]) -> list[tuple[float, float]]:
    """A whole shot that may stand still, or the frames in which its last picture is held."""
    if shot.scene in still_scenes:
        return [(shot.start / fps, shot.end / fps)]
    held = next((frame for frame in range(shot.start, shot.end) if shot.source_frame(frame) == shot.clip_frames - 1), shot.end)
    return [(held / fps, shot.end / fps)] if shot.end - held > 1 else []


def _repeats(shot: Shot) -> list[int]:
    return [frame for frame in range(shot.start + 1, shot.end) if shot.source_frame(frame) == shot.source_frame(frame - 1)]
