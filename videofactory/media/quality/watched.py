"""Which part of each picture is watched for movement: all of it but where burnt-in text and logos stand while they are shown.

What is written over a film changes though the film stands still. Figures are kept of the whole picture; only their judgement
leaves cells out, so that pieces do not depend on what is written where.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look, Timeline
from videofactory.media.quality.limits import limits
from videofactory.media.titles.caption_setting import caption_setting
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.places import Edges
from videofactory.media.titles.title_drawing import reach

_AIR = 0.5
"""Cells left out around what is covered: text has soft edges, and each cell sees a little of its neighbours."""


class Cover(NamedTuple):
    """Film frames [start, stop) in which something is laid over a part of the picture; edges in shares of width and height."""

    start: int
    stop: int
    left: float
    top: float
    right: float
    bottom: float


def covers_of(timeline: Timeline) -> Iterator[Cover]:
    """All that is laid over the pictures of a film, but end cards: those cover the whole picture, so it stays watched."""
    frame, look = timeline.frame, timeline.look
    if look.burn_in != "off":
        yield from caption_covers(timeline.captions, frame=frame, look=look)
    for title in timeline.titles:
        if title.text.strip() and title.kind != "call_to_action":
            yield _cover(title.start, title.end, reach(title, frame=frame, look=look), frame)
    for logo in timeline.logos:
        box = logo.box
        yield Cover(logo.start, logo.stop, box.x, box.y, box.x + box.width, box.y + box.height)


def caption_covers(captions: Sequence[Caption], *, frame: Frame, look: Look) -> Iterator[Cover]:
    """The rows of each caption, from side to side, whatever its place."""
    for caption in captions:
        box = caption_setting(caption, frame=frame, look=look).box
        yield _cover(caption.start, caption.end, box._replace(left=0.0, right=float(frame.width)), frame)


def _cover(start: float, end: float, edges: Edges, frame: Frame) -> Cover:
    """A frame more on either side: players round times in their own way, and so do films not made by us."""
    first, stop = (frame_of(moment, fps=frame.fps) for moment in (start, end))
    width, height = frame.width, frame.height
    return Cover(first - 1, stop + 1, edges.left / width, edges.top / height, edges.right / width, edges.bottom / height)


class Watch:
    """What is watched of each picture of a film. `numbers`: the film frames they are; `grid`: all their cells."""

    def __init__(
        self, grid: NDArray[np.uint8], covers: Sequence[Cover] = (), *, numbers: NDArray[np.int64] | None = None
    ) -> None:
        self._grid = np.ascontiguousarray(grid)
        places = np.arange(len(grid)) if numbers is None else numbers
        self._covers: list[tuple[Cover, ...]] = [()] * len(grid)
        for cover in covers:
            for at in np.flatnonzero((places >= cover.start) & (places < cover.stop)):
                self._covers[at] += (cover,)
        self._parts: dict[tuple[Cover, ...], tuple[NDArray[np.uint8] | None, int]] = {}

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self._grid)

    def difference(self, one: int, other: int) -> float:
        """Mean difference, in levels of 255, of two pictures where both are watched; infinite where too little of them is."""
        covers = self._covers[one] if self._covers[one] == self._covers[other] else self._covers[one] + self._covers[other]
        if covers not in self._parts:
            self._parts[covers] = self._part(covers)
        mask, cells = self._parts[covers]
        if not cells:
            return math.inf
        if mask is None:
            return float(cv2.norm(self._grid[one], self._grid[other], cv2.NORM_L1)) / cells
        return float(cv2.norm(self._grid[one], self._grid[other], cv2.NORM_L1, mask)) / cells

    def _part(self, covers: Sequence[Cover]) -> tuple[NDArray[np.uint8] | None, int]:
        """Which cells are watched under these covers (`None`: all), and how many: 0 where they are too few to tell."""
        rows, columns = self._grid.shape[1:]
        if not covers:
            return None, rows * columns
        mask = np.full((rows, columns), 255, np.uint8)
        for cover in covers:
            top, bottom = max(0, math.floor(cover.top * rows - _AIR)), math.ceil(cover.bottom * rows + _AIR)
            left, right = max(0, math.floor(cover.left * columns - _AIR)), math.ceil(cover.right * columns + _AIR)
            mask[top : max(0, bottom), left : max(0, right)] = 0
        cells = int(np.count_nonzero(mask))
        return mask, cells if cells >= limits().detection.watched_least_share * mask.size else 0
