"""A split screen that moves: every pane is a shot of its own inside its borders; what lies between panes stands still."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from videofactory.domain.footage import Box
from videofactory.media.motion.painter import Frame420, Painter, Window
from videofactory.media.motion.planes import Pixels, Size, frame_sites, sample, texture


def window_of(pane: Box, *, size: Size) -> Window:
    """A pane's pixels in a frame: even, and never more than it has."""
    return Window(
        -int(-round(pane.x * size.width, 3) // 2) * 2,
        -int(-round(pane.y * size.height, 3) // 2) * 2,
        int(round((pane.x + pane.width) * size.width, 3) // 2) * 2,
        int(round((pane.y + pane.height) * size.height, 3) // 2) * 2,
    )


def cut(picture: Pixels, window: Window) -> Pixels:
    """A pane out of a picture."""
    return np.ascontiguousarray(picture[window.top : window.bottom, window.left : window.right])


class Panes:
    """Puts the frames of several painters into one."""

    def __init__(self, picture: Pixels, *, size: Size, inside: Sequence[tuple[Window, Painter]]) -> None:
        self._size, self._inside = size, tuple(inside)
        self._frame = _still(picture, size=size)

    def frames(self) -> Iterator[memoryview]:
        """All frames in order as planar yuv420p; each is good until the next is asked for."""
        for shots in zip(*(painter.frames() for _, painter in self._inside), strict=True):
            for (window, _), shot in zip(self._inside, shots, strict=True):
                self._put(np.frombuffer(shot, np.uint8), window)
            yield self._frame.packed.data

    def _put(self, packed: Pixels, window: Window) -> None:
        size = Size(window.right - window.left, window.bottom - window.top)
        part = Frame420.of(packed, size=size)
        for step, plane, shown in (
            (1, self._frame.luma, part.luma),
            (2, self._frame.blue, part.blue),
            (2, self._frame.red, part.red),
        ):
            rows = slice(window.top // step, window.bottom // step)
            plane[rows, window.left // step : window.right // step] = shown


def _still(picture: Pixels, *, size: Size) -> Frame420:
    """The picture as it is."""
    seen = sample(texture(picture), seen=np.eye(3), sites=frame_sites(size), width=size.width, height=size.height)
    frame = Frame420.empty(size)
    luma, blue, red, _ = cv2.split(seen)
    frame.luma[:] = luma
    for plane, chroma in ((frame.blue, blue), (frame.red, red)):
        cv2.resize(chroma, (size.width // 2, size.height // 2), dst=plane, interpolation=cv2.INTER_AREA)
    return frame
