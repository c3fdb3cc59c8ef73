"""Pictures laid over film frames while they are encoded: text, the logo. Blended exactly, in integers, in the film's own planes.

What is laid over is prepared once; a frame costs its area only. Planes are those of 8-bit 4:2:0, BT.709, limited range.
"""

from collections.abc import Iterable
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

from videofactory.media.planes import Plane, of_frame

Levels = NDArray[np.uint16]
OPAQUE = 255


class Layer(NamedTuple):
    """What one plane gets: `colour` is what is added, already times its opacity and times 255; `kept` what stays, of 255."""

    colour: Levels
    kept: Levels


class Overlay(NamedTuple):
    """Something to lay over, its upper left corner at even pixels (`left`, `top`): luma, then both chroma planes."""

    left: int
    top: int
    layers: tuple[Layer, Layer, Layer]


def seen(colour: NDArray[np.float32], opacity: NDArray[np.float32]) -> Layer:
    """What a plane of levels 0..255 gives, seen with these opacities (0..1)."""
    share = np.rint(np.clip(opacity, 0, 1) * OPAQUE)
    return Layer(np.rint(np.clip(colour, 0, OPAQUE) * share).astype(np.uint16), (OPAQUE - share).astype(np.uint16))


def drawn(dark: Plane, light: Plane, *, grounds: tuple[int, int]) -> Layer:
    """What a plane gives that was drawn over a dark and a light ground of these levels; over the dark one, exactly `dark`."""
    low, high = grounds
    kept = np.rint(np.clip((light.astype(np.float32) - dark) / (high - low), 0, 1) * OPAQUE).astype(np.int32)
    colour = np.clip(dark.astype(np.int32) * OPAQUE - low * kept, 0, OPAQUE * (OPAQUE - kept))
    return Layer(colour.astype(np.uint16), kept.astype(np.uint16))


def halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """A plane with even sides at half its size: the mean of each four, as chroma lies in 4:2:0."""
    height, width = plane.shape
    return np.asarray(plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)


def lay(overlays: Iterable[Overlay], picture: av.VideoFrame) -> None:
    """Blend into a picture, in the order given."""
    row = list(overlays)
    if not row:
        return
    picture.make_writable()
    planes = of_frame(picture)
    for one in row:
        for number, (plane, what) in enumerate(zip(planes, one.layers, strict=True)):
            finer = 1 if number == 0 else 2
            _blend(plane, what, top=one.top // finer, left=one.left // finer)


def _blend(plane: Plane, what: Layer, *, top: int, left: int) -> None:
    """Into the plane, in place; a division by 255 that rounds to the nearest."""
    height, width = what.kept.shape
    part = plane[top : top + height, left : left + width]
    mixed = part * what.kept
    mixed += what.colour
    mixed += 128
    mixed += mixed >> 8
    mixed >>= 8
    part[:] = mixed
