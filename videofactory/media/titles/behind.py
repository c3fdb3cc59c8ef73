"""What is behind text: faces, the subject, and how light each place gets, over a few pictures of a shot as the film shows it.

Measured on the pictures in their frame, so whatever framing or layout a shot has is in it. Where text goes then is `placing`'s.
"""

from collections.abc import Iterable

import cv2
import numpy as np

from videofactory.domain.brand import HexColour
from videofactory.domain.footage import Box
from videofactory.domain.value import Value
from videofactory.media.measure import CAN_SEE, Picture, faces, focus_box, shrink
from videofactory.media.titles.colours import contrast, hex_of_levels, mean

BEHIND = 2
"""Part of every fingerprint of what is known of a shot: raise it when the same pictures would give another answer."""
CELLS = 48
"""Places along the longer side for which light is kept."""
_FINE = 8
"""Samples along each side of a cell, of which the lightest counts, or the darkest."""


class Behind(Value):
    """`faces` and `subject` in shares of the frame; `light`: rows of cells, each the lightest that any picture shows there.

    `dark`: the same of the darkest. `looked`: whether faces could be looked for at all.
    """

    faces: tuple[Box, ...]
    subject: Box
    light: tuple[tuple[HexColour, ...], ...]
    dark: tuple[tuple[HexColour, ...], ...]
    looked: bool = True

    @property
    def untouchable(self) -> tuple[Box, ...]:
        """What nothing may cover: the faces; on a machine that cannot see any, the subject, which may be one."""
        return self.faces if self.looked else (self.subject,)

    def lightest(self, box: Box) -> HexColour:
        """The lightest colour in a part of the frame, with the cells around it: things move."""
        cells = set(_cells(self.light, box))
        return max(sorted(cells), key=lambda cell: contrast(cell, "#000000"), default="#ffffff")

    def span(self, box: Box) -> tuple[HexColour, HexColour]:
        """How dark and how light a part of the frame gets as a whole: greys, each the mean of its cells and those around it."""
        return mean(_cells(self.dark, box)), mean(_cells(self.light, box))


def _cells(grid: tuple[tuple[HexColour, ...], ...], box: Box) -> list[HexColour]:
    rows, columns = len(grid), len(grid[0])
    down = slice(max(0, int(box.y * rows) - 1), min(rows, int((box.y + box.height) * rows) + 2))
    across = slice(max(0, int(box.x * columns) - 1), min(columns, int((box.x + box.width) * columns) + 2))
    return [cell for row in grid[down] for cell in row[across]]


def behind(pictures: Iterable[Picture]) -> Behind:
    """What these pictures (RGB, all of one size, at least one) have in common. Equal pictures give an equal answer."""
    whole = list(pictures)
    found = [box for picture in whole for box in faces(picture)]
    seen = [shrink(picture, longest=CELLS * _FINE) for picture in whole]
    light, dark = _levels(seen, np.maximum), _levels(seen, np.minimum)
    subject = focus_box(seen[len(seen) // 2])
    return Behind(faces=tuple(_merged(found)), subject=subject, light=light, dark=dark, looked=CAN_SEE)


def _levels(pictures: list[Picture], which: np.ufunc) -> tuple[tuple[HexColour, ...], ...]:
    """Per cell and channel the highest (or lowest) level of any sample: no colour seen there is lighter (or darker)."""
    height, width = pictures[0].shape[:2]
    rows, columns = max(1, round(height / _FINE)), max(1, round(width / _FINE))
    size = (columns * _FINE, rows * _FINE)
    levels = which.reduce([np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA)) for picture in pictures])
    cells = which.reduce(levels.reshape(rows, _FINE, columns, _FINE, 3), axis=(1, 3))
    return tuple(tuple(hex_of_levels(*map(int, cell)) for cell in row) for row in cells)


def _merged(boxes: list[Box]) -> list[Box]:
    """One box for each face, wherever it moves: boxes that touch become one."""
    merged: list[Box] = []
    for box in boxes:
        joined = box
        for other in [other for other in merged if _touch(joined, other)]:
            merged.remove(other)
            joined = _around(joined, other)
        merged.append(joined)
    return sorted(merged, key=lambda box: (box.x, box.y, box.width, box.height))


def _touch(first: Box, second: Box) -> bool:
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return across > 0 and down > 0


def _around(first: Box, second: Box) -> Box:
    left, top = min(first.x, second.x), min(first.y, second.y)
    right = max(first.x + first.width, second.x + second.width)
    bottom = max(first.y + first.height, second.y + second.height)
    return Box(x=left, y=top, width=round(min(right - left, 1.0), 4), height=round(min(bottom - top, 1.0), 4))
