"""The plan of a cut: the film as consecutive stretches, each named by all that decides its pixels. Reads no file but fonts."""

from itertools import pairwise
from typing import NamedTuple

from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Shot, Timeline
from videofactory.media import logo, titles
from videofactory.media.cut import framing

ENCODING = 6
"""Part of every fingerprint: raise it whenever the same stretch would give other pixels or another stream."""
PRESET = "veryfast"
"""x264's preset of a film, unless the machine's settings say another."""


class Stretch(NamedTuple):
    """Film frames [start, stop). Equal fingerprints mean equal pictures, wherever in whichever film they stand."""

    start: int
    stop: int
    fingerprint: str

    @property
    def frames(self) -> int:
        """Length in frames."""
        return self.stop - self.start


def stretches(timeline: Timeline, *, preset: str = PRESET) -> tuple[Stretch, ...]:
    """The whole film in order: bodies of one shot, and windows in which shots change into one another.

    `preset` is x264's, with which they will be encoded: it decides the pixels, too.

    Raises `InvalidInput` when the shots leave a hole, are out of order or do not start at frame 0.
    """
    _check(timeline)
    borders = {0, timeline.frames}
    for shot in timeline.shots:
        borders |= {shot.start, min(shot.start + shot.overlap, shot.end), shot.end}
    marks = sorted(border for border in borders if 0 <= border <= timeline.frames)
    return tuple(Stretch(start, stop, _name(timeline, start, stop, preset)) for start, stop in pairwise(marks))


def body(timeline: Timeline, shot: Shot, *, until: int, preset: str = PRESET) -> Stretch | None:
    """The stretch in which a shot is seen alone: after it has come in, and before frame `until`, where the next one begins to.

    It is the same stretch as in the whole film, whatever else is in the timeline: so a scene can be encoded before the others
    are made. `None` for a shot that is never seen alone.
    """
    start = shot.start + shot.overlap
    return Stretch(start, until, _name(timeline, start, until, preset)) if until > start else None


def layers(timeline: Timeline, *, start: int, stop: int) -> tuple[Shot, ...]:
    """The shots seen in a stretch, lowest first; the first one is opaque, each further one is blended over it."""
    seen: list[Shot] = []
    for shot in timeline.shots:
        if shot.start < stop and shot.end > start:
            opaque = not seen or start >= shot.start + shot.overlap
            seen = [shot] if opaque else [*seen, shot]
    return tuple(seen)


def share(shot: Shot, *, film_frame: int) -> float:
    """How far a shot has come in at a frame of its overlap: between 0 and 1, one half in the middle."""
    return (film_frame - shot.start + 1) / (shot.overlap + 1)


def _name(timeline: Timeline, start: int, stop: int, preset: str) -> str:
    shots = layers(timeline, start=start, stop=stop)
    return fingerprint(
        {
            "version": ENCODING,
            "preset": preset,
            "frame": timeline.frame.model_dump(mode="json"),
            "layers": [_layer(shot, start, stop, opaque=number == 0) for number, shot in enumerate(shots)],
            "text": titles.burnt(timeline, start=start, stop=stop),
            "logo": logo.overlaid(timeline, start=start, stop=stop),
        }
    )


def _layer(shot: Shot, start: int, stop: int, *, opaque: bool) -> dict[str, object]:
    blend = {} if opaque else {"transition": shot.transition, "overlap": shot.overlap, "at": start - shot.start}
    return {
        "clip": shot.clip.sha256,
        "pictures": [shot.source_frame(frame) for frame in range(start, stop)],
        "focus": shot.focus.model_dump(mode="json") if shot.focus else None,
        "framing": shot.framing.model_dump(mode="json") if shot.framing else None,
        **blend,
    }


def _check(timeline: Timeline) -> None:
    problems = []
    covered, size = 0, framing.Shape(timeline.frame.width, timeline.frame.height)
    for before, shot in zip((None, *timeline.shots), timeline.shots, strict=False):
        if shot.start > covered or (before is None and shot.start != 0):
            problems.append(_problem(shot, "start", shot.start, f"must be at most {covered}: the film has no picture before it"))
        if before is not None and (shot.start < before.start or shot.end < before.end):
            problems.append(_problem(shot, "start", shot.start, f"must begin and end after {before.scene}"))
        if before is not None and shot.start + shot.overlap < before.end:
            problems.append(_problem(shot, "overlap", shot.overlap, f"must reach the end of {before.scene} ({before.end})"))
        if shot.transition is Transition.CUT and shot.overlap:
            problems.append(_problem(shot, "overlap", shot.overlap, "must be 0 for a cut"))
        wrong = framing.flaw(shot.framing, frame=size) if shot.framing else ""
        if wrong:
            problems.append(_problem(shot, "framing", shot.clip.sha256, wrong))
        covered = shot.end
    if problems:
        raise InvalidInput(problems)


def _problem(shot: Shot, field: str, value: int | str, remedy: str) -> Problem:
    return Problem(file="timeline", field=f"{shot.scene}.{field}", value=str(value), remedy=remedy)
