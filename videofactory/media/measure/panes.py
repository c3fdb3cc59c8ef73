"""Panes: where the borders of a split screen are that somebody else drew, and where each pane's subject is.

A border is a straight line across the whole picture at which the picture changes nearly everywhere.
"""

from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Box, Pane
from videofactory.media.measure.attention import heart_of
from videofactory.media.measure.picture import Picture, shrink
from videofactory.media.measure.subject import subject

STEP = 3
"""Pixels over which a change is measured: borders of generated pictures are a little soft."""
CHANGE = 12
"""Levels of 255 that count as a change in any channel."""
SURE = 0.7
"""Share of the border's length at which the picture must change."""
LIKELY = 0.45
"""The share that is enough just where a border was asked for."""
PEAK = 0.85
"""What is seen on less than this part of the strongest change beside it belongs to the pictures, not to the border."""
USUAL = 0.06
"""How far around a column its surroundings reach, in shares of the side: patterns change everywhere, borders in one place."""
NEAR = 0.03
"""How far from its asked place a border may be to be found by that, in shares of the side."""
THICKEST = 0.05
"""The thickest line between panes, in shares of the side."""
THINNEST_PANE = 0.15
"""A pane is at least this share of the side."""
FOCUS_PIXELS = 480
_TINY = 1e-6


class _Border(NamedTuple):
    """A line between panes: its first column, the first one behind it, and how much of its length it is seen on."""

    start: int
    stop: int
    seen: float


def find_panes(picture: Picture, *, count: int, stacked: bool) -> tuple[Pane, ...]:
    """The panes of a picture that was asked for as `count` equal ones side by side, or stacked; none where no border is seen.

    Whoever drew may have parted it elsewhere: borders are where they are seen. One picture in one piece has no panes.
    """
    turned = np.swapaxes(picture, 0, 1) if stacked else picture
    length = turned.shape[1]
    borders = _borders(_changes(turned), count=count)
    if borders is None:
        return ()
    edges = [0, *(at for border in borders for at in (border.start, border.stop)), length]
    spans = [(edges[at] / length, edges[at + 1] / length) for at in range(0, len(edges), 2)]
    boxes = [
        Box(x=0, y=start, width=1, height=stop - start) if stacked else Box(x=start, y=0, width=stop - start, height=1)
        for start, stop in spans
    ]
    return tuple(_pane(picture, box) for box in boxes)


def _changes(picture: Picture) -> NDArray[np.float64]:
    """For each column, the share of rows in which the picture changes within `STEP` pixels, beyond what is usual around it."""
    levels = picture.astype(np.int16)
    apart = np.abs(levels[:, STEP:] - levels[:, :-STEP]).max(axis=2)
    seen = np.asarray((apart > CHANGE).mean(axis=0))
    usual = np.array([np.median(part) for part in _neighbourhoods(seen, reach=round(USUAL * len(seen)))])
    return np.asarray(np.clip((seen - usual) / np.maximum(1 - usual, _TINY), 0, 1))


def _neighbourhoods(seen: NDArray[np.float64], *, reach: int) -> NDArray[np.float64]:
    """For each column, those around it."""
    wide = np.pad(seen, reach, mode="reflect")
    return np.lib.stride_tricks.sliding_window_view(wide, 2 * reach + 1)


def _borders(changes: NDArray[np.float64], *, count: int) -> tuple[_Border, ...] | None:
    """The best `count` − 1 borders that leave room for each pane."""
    length = len(changes) + STEP
    asked = [length * number / count for number in range(1, count)]
    found = _lines(changes, limit=SURE)
    found += [
        line
        for line in _lines(changes, limit=LIKELY)
        if line.seen < SURE and min(abs((line.start + line.stop) / 2 - place) for place in asked) < NEAR * length
    ]
    sets = [lines for lines in combinations(sorted(found), count - 1) if _roomy(lines, length)]
    return max(sets, key=lambda lines: sum(line.seen for line in lines), default=None)


def _lines(changes: NDArray[np.float64], *, limit: float) -> list[_Border]:
    """Runs of changing columns; two of them close together are both rims of one thick line."""
    length = len(changes) + STEP
    around = 2 * round(THICKEST * length) + 1
    strongest = np.asarray(cv2.dilate(changes[None], np.ones((1, around), np.uint8)))[0]
    marks = np.flatnonzero((changes >= limit) & (changes >= PEAK * strongest))
    if not len(marks):
        return []
    parts = np.split(marks, np.flatnonzero(np.diff(marks) > THICKEST * length) + 1)
    lines = [_Border(int(part[0]) + 1, int(part[-1]) + STEP, float(changes[part].max())) for part in parts]
    return [line for line in lines if line.stop - line.start <= THICKEST * length + STEP]


def _roomy(lines: tuple[_Border, ...], length: int) -> bool:
    edges = [0, *(at for line in lines for at in (line.start, line.stop)), length]
    return all(edges[at + 1] - edges[at] >= THINNEST_PANE * length for at in range(0, len(edges), 2))


def _pane(picture: Picture, box: Box) -> Pane:
    """A pane with its subject, in shares of the whole picture."""
    height, width = picture.shape[:2]
    rows = slice(round(box.y * height), round((box.y + box.height) * height))
    columns = slice(round(box.x * width), round((box.x + box.width) * width))
    alone = shrink(np.ascontiguousarray(picture[rows, columns]), longest=FOCUS_PIXELS)
    seen = subject(alone)
    return Pane(box=box, focus=_within(box, seen.box), heart=_within(box, seen.face or _point(heart_of(alone, seen.box))))


def _point(place: tuple[float, float]) -> Box:
    return Box(x=place[0], y=place[1], width=0.0, height=0.0)


def _within(box: Box, part: Box) -> Box:
    """A part of a box, told in shares of it, in shares of the whole picture."""
    return Box(
        x=box.x + part.x * box.width, y=box.y + part.y * box.height, width=part.width * box.width, height=part.height * box.height
    )
