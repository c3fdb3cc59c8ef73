"""Frames of a moving shot: every layer sampled where the camera is, put over the one behind, lit, and packed as yuv420p bytes.

Memory is constant: a painter keeps one frame's arrays and reuses them.
"""

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np

from videofactory.media.motion.easing import Floats
from videofactory.media.motion.layers import Layer
from videofactory.media.motion.light import Light
from videofactory.media.motion.particles import Particles
from videofactory.media.motion.planes import SOLID, Pixels, Size, frame_sites, sample


class Track(NamedTuple):
    """A layer and the homography it is seen through, one 3x3 matrix per frame."""

    layer: Layer
    seen: Floats


class Arrival(NamedTuple):
    """The last picture, its moves, and how much of it is seen in every frame (0..1, ending at 1)."""

    track: Track
    share: Floats


class Window(NamedTuple):
    """A part of the frame in pixels, even in all figures, so that chroma has it too."""

    left: int
    top: int
    right: int
    bottom: int


class Frame420(NamedTuple):
    """A frame's planes as views of one packed yuv420p array."""

    packed: Pixels
    luma: Pixels
    blue: Pixels
    red: Pixels

    @classmethod
    def empty(cls, size: Size) -> "Frame420":
        """A frame of unset pixels."""
        return cls.of(np.empty(size.width * size.height * 3 // 2, np.uint8), size=size)

    @classmethod
    def of(cls, packed: Pixels, *, size: Size) -> "Frame420":
        """The planes of a packed frame."""
        area, half = size.width * size.height, (size.height // 2, size.width // 2)
        blue, red = packed[area : area * 5 // 4].reshape(half), packed[area * 5 // 4 :].reshape(half)
        return cls(packed, packed[:area].reshape(size.height, size.width), blue, red)


class Painter:
    """Paints the frames of one shot."""

    def __init__(
        self, tracks: tuple[Track, ...], *, size: Size, light: Light, air: Particles | None, arrival: Arrival | None = None
    ) -> None:
        self._tracks, self._size, self._light, self._air, self._arrival = tracks, size, light, air, arrival
        self._frame = Frame420.empty(size)
        self._coming = Frame420.empty(size)
        self._sampled = np.empty((size.height, size.width, 4), np.uint8)
        self._parts = [np.empty((size.height, size.width), np.uint8) for _ in range(4)]  # fresh memory costs more than the work

    def frames(self) -> Iterator[memoryview]:
        """All frames in order as planar yuv420p; each is good until the next is asked for."""
        for number in range(len(self._tracks[0].seen)):
            yield self.paint(number).data

    def paint(self, number: int) -> Pixels:
        """One frame as planar yuv420p; the array is reused by the next call."""
        for track in self._tracks:
            if track.layer.area is None:
                self._fill(self._frame, track, number=number)
            else:
                self._cover(track, number=number)
        luma = self._frame.luma
        cv2.multiply(luma, self._light.gain(number), dst=luma, scale=1.0 / SOLID)
        if self._air is not None:
            self._air.add(luma, frame=number)
        if self._arrival is not None and self._arrival.share[number] > 0.0:
            self._dissolve(self._arrival, number=number)
        return self._frame.packed

    def _fill(self, frame: Frame420, track: Track, *, number: int) -> None:
        size = self._size
        seen, sites = track.seen[number], frame_sites(size)
        sample(track.layer.pixels, seen=seen, sites=sites, width=size.width, height=size.height, out=self._sampled)
        cv2.split(self._sampled, self._parts)
        luma, blue, red, _ = self._parts
        frame.luma[:] = luma
        _halve(blue, out=frame.blue)
        _halve(red, out=frame.red)

    def _cover(self, track: Track, *, number: int) -> None:
        window = _window(track, number=number, size=self._size)
        width, height = window.right - window.left, window.bottom - window.top
        if width <= 0 or height <= 0:
            return
        sites = frame_sites(self._size, left=window.left, top=window.top)
        near = sample(track.layer.pixels, seen=track.seen[number], sites=sites, width=width, height=height)
        luma, blue, red, opacity = cv2.split(near)
        clear = cv2.bitwise_not(opacity)
        thin = _halve(clear)
        frame = self._frame
        _over(frame.luma, near=luma, clear=clear, left=window.left, top=window.top)
        for plane, chroma in ((frame.blue, blue), (frame.red, red)):
            _over(plane, near=_halve(chroma), clear=thin, left=window.left // 2, top=window.top // 2)

    def _dissolve(self, arrival: Arrival, *, number: int) -> None:
        share = float(arrival.share[number])
        self._fill(self._coming, arrival.track, number=number)
        cv2.addWeighted(self._coming.packed, share, self._frame.packed, 1.0 - share, 0.0, dst=self._frame.packed.reshape(-1, 1))


def _halve(plane: object, *, out: Pixels | None = None) -> Pixels:
    pixels = np.asarray(plane, dtype=np.uint8)
    half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    return np.asarray(cv2.resize(pixels, half, dst=out, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _over(plane: Pixels, *, near: object, clear: object, left: int, top: int) -> None:
    """Put premultiplied `near` over a part of `plane`; `clear` is 255 where what lies behind is fully seen."""
    light, gap = np.asarray(near, dtype=np.uint8), np.asarray(clear, dtype=np.uint8)
    behind = plane[top : top + light.shape[0], left : left + light.shape[1]]
    cv2.add(cv2.multiply(behind, gap, scale=1.0 / SOLID), light, dst=behind)


def _window(track: Track, *, number: int, size: Size) -> Window:
    """The part of the frame in which a layer is seen."""
    left, top, right, bottom = track.layer.area or (0.0, 0.0, 1.0, 1.0)
    corners = np.array([[(x - 0.5) * size.aspect, y - 0.5, 1.0] for x in (left, right) for y in (top, bottom)]).T
    points = np.linalg.inv(track.seen[number]) @ corners
    across = (points[0] / points[2] / size.aspect + 0.5) * size.width
    down = (points[1] / points[2] + 0.5) * size.height
    return Window(
        max(int(across.min() // 2) * 2, 0),
        max(int(down.min() // 2) * 2, 0),
        min(int(-(-across.max() // 2)) * 2, size.width),
        min(int(-(-down.max() // 2)) * 2, size.height),
    )
