"""Transitions: one picture changes into the next. Planes of 8-bit 4:2:0 as in `pictures`; each frame depends on nothing else.

Every transition takes the picture below, the one above, and how far the latter has come in (0..1, neither end included).
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Frame
from videofactory.domain.script import Transition
from videofactory.media.planes import of_rows

Picture = NDArray[np.uint8]
_BLACK_LUMA = 16
_NEUTRAL_CHROMA = 128
_SOFT = 0.06
"""Share of the width over which a wipe's edge is soft: a hard one flickers on fine detail."""


def black(frame: Frame) -> Picture:
    """A black picture."""
    picture = np.full((frame.height * 3 // 2, frame.width), _NEUTRAL_CHROMA, np.uint8)
    picture[: frame.height] = _BLACK_LUMA
    return picture


def blended(how: Transition, below: Picture, above: Picture, *, share: float, frame: Frame) -> Picture:
    """One frame of a transition: `share` (0..1) of the way from `below` to `above`. A cut has none: it is seen as a crossfade."""
    return _BLENDS.get(how, crossfade)(below, above, share, frame)


def crossfade(below: Picture, above: Picture, share: float, frame: Frame) -> Picture:  # noqa: ARG001 - as all transitions
    """Both pictures over each other."""
    return np.asarray(cv2.addWeighted(below, 1.0 - share, above, share, 0.0), np.uint8)


def fade_black(below: Picture, above: Picture, share: float, frame: Frame) -> Picture:
    """`below` goes to black in the first half, `above` comes from black in the second."""
    seen = below if share < 0.5 else above  # noqa: PLR2004 - the half-way point
    return crossfade(black(frame), seen, abs(1.0 - 2.0 * share), frame)


def wipe(below: Picture, above: Picture, share: float, frame: Frame) -> Picture:  # noqa: ARG001 - as all transitions
    """A soft edge runs from left to right and uncovers `above`."""
    picture = np.empty_like(below)
    for old, new, out in zip(of_rows(below), of_rows(above), of_rows(picture), strict=True):
        width = out.shape[1]
        edge = share * (1 + _SOFT) - (np.arange(width, dtype=np.float32) + 0.5) / width
        come = np.clip(edge / _SOFT, 0, 1)
        out[:] = np.rint(old + (new.astype(np.float32) - old) * come)
    return picture


def slide(below: Picture, above: Picture, share: float, frame: Frame) -> Picture:
    """`above` comes in from the right and pushes `below` out on the left; it starts and stops gently."""
    picture = np.empty_like(below)
    eased = share * share * (3 - 2 * share)
    come = round(frame.width * eased / 2) * 2
    for old, new, out in zip(of_rows(below), of_rows(above), of_rows(picture), strict=True):
        width = out.shape[1]
        moved = come * width // frame.width
        out[:, : width - moved] = old[:, moved:]
        out[:, width - moved :] = new[:, :moved]
    return picture


_BLENDS: Mapping[Transition, Callable[[Picture, Picture, float, Frame], Picture]] = {
    Transition.CROSSFADE: crossfade,
    Transition.FADE_BLACK: fade_black,
    Transition.WIPE: wipe,
    Transition.SLIDE: slide,
}
