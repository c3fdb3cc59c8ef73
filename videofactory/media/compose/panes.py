"""Panes: the layout of several pictures side by side, or of several shots of one picture; and where they are in the frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from videofactory.domain.footage import Box, Pane
from videofactory.media.compose.colour import Picture, from_hex, mix
from videofactory.media.compose.direction import chosen
from videofactory.media.compose.framing import Framing
from videofactory.media.compose.grading import Grade
from videofactory.media.compose.masks import Rect
from videofactory.media.compose.photo import shown
from videofactory.media.compose.places import share_of
from videofactory.media.compose.stage import Stage, Subject, aim
from videofactory.media.measure import heart_of

_SHARES: Mapping[int, Sequence[tuple[tuple[float, ...], float]]] = {
    2: [((0.5, 0.5), 1.0), ((0.62, 0.38), 1.5), ((0.38, 0.62), 1.5)],
    3: [((0.46, 0.27, 0.27), 1.5), ((1 / 3, 1 / 3, 1 / 3), 1.0)],
}
"""How panes share the frame, with weights."""
_COUNTS = [(2, 4.0), (3, 2.5)]
_VARIED = (Framing.WIDE, Framing.MACRO, Framing.CLOSE)
"""Shots of one picture: as different as can be."""
_OWN = (Framing.MEDIUM, Framing.CLOSE, Framing.MEDIUM)
"""Shots of different pictures: each with its subject as a whole."""
_LINE = 0.006
"""Width of a line between panes, in shares of the frame's shorter side."""
_LOOKED_AT = 240
"""Longest side, in pixels, of what is looked at to find what draws the eye."""
_LARGEST_FOCUS = 0.6
"""A subject that fills its pane is looked at in its middle: this share of the pane."""


@dataclass(frozen=True)
class _Shot:
    """One pane: its pixels in the frame, and what it shows of which subject."""

    left: int
    top: int
    width: int
    height: int
    subject: Subject
    framing: Framing
    grade: Grade
    shift: float

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def split(stage: Stage) -> Picture:
    """Two or three panes with different shots and grades, parted by thin lines, or meeting."""
    width, height = stage.size
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = _line_colour(stage)
    for shot in _shots(stage):
        canvas[shot.top : shot.top + shot.height, shot.left : shot.left + shot.width] = stage.shot(
            shot.subject, shot.size, framing=shot.framing, shift=shot.shift, grade=shot.grade
        )
    return canvas


def panes_of(stage: Stage) -> tuple[Pane, ...]:
    """The panes that `split` draws, each with the place of its subject."""
    return tuple(_pane(stage, shot) for shot in _shots(stage))


def _pane(stage: Stage, shot: _Shot) -> Pane:
    box = share_of(
        Rect(shot.left + shot.width / 2, shot.top + shot.height / 2, float(shot.width), float(shot.height)), stage.size
    )
    part = stage.window(shot.subject, shot.size, framing=shot.framing, side=0.0, shift=shot.shift)
    seen = _seen(aim(shot.subject, shot.framing)[0], shot, part)
    x, across = _middle(seen.x, seen.width)
    y, down = _middle(seen.y, seen.height)
    focus = Box(x=x, y=y, width=across, height=down)
    return Pane(box=box, focus=_within(box, focus), heart=_within(box, _heart(focus, shot, part)))


def _heart(focus: Box, shot: _Shot, part: Rect) -> Box:
    """The face that is seen in a pane, else the point of its subject that draws the eye most, in shares of the pane."""
    face = _seen(shot.subject.face, shot, part) if shot.subject.face else None
    if face and face.width * face.height > 0:
        return face
    scale = _LOOKED_AT / max(shot.size)
    small = shown(shot.subject.photo, part, (max(1, round(shot.width * scale)), max(1, round(shot.height * scale))))
    x, y = heart_of(np.asarray(np.clip(small * 255, 0, 255), np.uint8), focus)
    return Box(x=x, y=y, width=0.0, height=0.0)


def _seen(what: Box, shot: _Shot, part: Rect) -> Box:
    """What is seen of a part of the photograph, in shares of its pane; `part` is the photograph's window."""
    photo, scale = shot.subject.photo.size, shot.width / part.width
    return share_of(
        Rect(
            ((what.x + what.width / 2) * photo[0] - part.left) * scale,
            ((what.y + what.height / 2) * photo[1] - part.top) * scale,
            what.width * photo[0] * scale,
            what.height * photo[1] * scale,
        ),
        shot.size,
    )


def _within(box: Box, part: Box) -> Box:
    """A part of a pane, told in shares of it, in shares of the frame."""
    return Box(
        x=box.x + part.x * box.width, y=box.y + part.y * box.height, width=part.width * box.width, height=part.height * box.height
    )


def _middle(start: float, length: float) -> tuple[float, float]:
    """A stretch of a pane's side; the middle of it where it is all but the whole side."""
    kept = min(length, _LARGEST_FOCUS)
    return start + (length - kept) / 2, kept


def _line_colour(stage: Stage) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    divider = stage.direction.divider
    return from_hex(divider) if divider else mix(stage.tinted.light, stage.tinted.accent, 0.12)


def _shots(stage: Stage) -> list[_Shot]:
    rng = stage.direction.stream("panes")
    count = stage.direction.panes or chosen(stage.direction.stream("pane count"), _COUNTS)
    shares = chosen(rng, _SHARES[count])
    line = 0 if stage.direction.panes and not stage.direction.divider else max(2, round(_LINE * stage.short / 2) * 2)
    looks = _looks(stage, count, rng)
    return [
        _Shot(*place, stage.subjects[index % len(stage.subjects)], framing, grade, float(index) - 1.0)
        for index, (place, (framing, grade)) in enumerate(zip(_places(stage.size, shares, line=line), looks, strict=True))
    ]


def _places(size: tuple[int, int], shares: tuple[float, ...], *, line: int) -> list[tuple[int, int, int, int]]:
    """Left, top, width, height: stacked in tall frames, side by side in others; of three in a square the first has one half."""
    width, height = size
    if height > width * 1.05:
        return [(0, start, width, stop - start) for start, stop in _parted(height, shares, line=line)]
    if len(shares) == 3 and width < height * 1.05:  # noqa: PLR2004 - three columns of a square would be slits
        (_, half), (other, end) = _parted(width, (0.5, 0.5), line=line)
        rows = _parted(height, (0.5, 0.5), line=line)
        return [(0, 0, half, height), *((other, start, end - other, stop - start) for start, stop in rows)]
    return [(start, 0, stop - start, height) for start, stop in _parted(width, shares, line=line)]


def _parted(length: int, shares: tuple[float, ...], *, line: int) -> list[tuple[int, int]]:
    """A side parted by these shares, with lines between; all borders are even, so that the halved chroma has them, too."""
    before, last = line // 4 * 2, len(shares) - 1
    borders = [round(length * sum(shares[:number]) / 2) * 2 for number in range(len(shares))] + [length]
    return [
        (start + (line - before if index else 0), stop - (before if index < last else 0))
        for index, (start, stop) in enumerate(pairwise(borders))
    ]


def _looks(stage: Stage, count: int, rng: np.random.Generator) -> list[tuple[Framing, Grade]]:
    """Shots of different size, the widest in the widest pane's place by chance; the second pane may be a duotone."""
    framings = list((_VARIED if len(stage.subjects) < count else _OWN)[:count])
    if rng.random() < 0.5:  # noqa: PLR2004 - a coin
        framings.reverse()
    own = stage.direction.grade
    force = 1 - (1 - stage.direction.strength) ** 3
    duo = Grade("pane", contrast=0.25, duotone=0.85 * force)
    cool = replace(
        own, saturation=own.saturation - 0.15 * force, warmth=own.warmth - 0.3 * force, exposure=own.exposure - 0.2 * force
    )
    other = chosen(rng, [(duo, 1.0), (cool, 1.2), (own, 0.8)])
    return list(zip(framings, [own, other, own][:count], strict=True))
