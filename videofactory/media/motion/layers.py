"""The picture in layers: the background, filled in behind the subject, and the subject with its soft edge.

Who is the subject is decided in `depth`; how layers move in `moves`; how they are put together in `painter`.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.script import Layout
from videofactory.media.motion.depth import matte
from videofactory.media.motion.planes import Pixels, Plane, texture

_FILL_MARGIN = 0.012
"""How far beyond the matte the background is filled, in picture heights: the subject's glow and blur must not stay behind."""
_SOLID = 0.98
_SEEN = 0.001
_COARSEST = 2
_TINY = 1e-6


class Layer(NamedTuple):
    """A picture that moves in one piece: its texture, `nearness` 0 far … 1 near, and whether it covers the whole frame.

    `area` is the part that is not fully transparent: left, top, right, bottom as shares of the picture.
    """

    pixels: Pixels
    nearness: float
    area: tuple[float, float, float, float] | None = None


class Stack(NamedTuple):
    """Layers from far to near; the subject's centre in picture heights from the middle ((0, 0) where there is none)."""

    layers: tuple[Layer, ...]
    focus: tuple[float, float] = (0.0, 0.0)


def stack(picture: Pixels, *, layout: Layout) -> Stack:
    """Cut a picture into layers; panes side by side and pictures without a clear subject stay in one."""
    found = None if layout is Layout.SPLIT_SCREEN else matte(picture)
    if found is None:
        return Stack((Layer(texture(picture), nearness=0.0),))
    behind = Layer(texture(filled(picture, hole=found.opacity)), nearness=0.0)
    subject = Layer(texture(picture, opacity=found.opacity), nearness=1.0, area=_area(found.opacity))
    return Stack((behind, subject), found.centre)


def _area(opacity: Plane) -> tuple[float, float, float, float]:
    rows, columns = np.flatnonzero(opacity.max(axis=1) > _SEEN), np.flatnonzero(opacity.max(axis=0) > _SEEN)
    height, width = opacity.shape
    return (columns[0] - 1) / width, (rows[0] - 1) / height, (columns[-1] + 2) / width, (rows[-1] + 2) / height


def filled(picture: Pixels, *, hole: Plane) -> Pixels:
    """The picture with the hole filled from its rim, smoother the deeper (push-pull over an image pyramid)."""
    height, width = picture.shape[:2]
    reach = 2 * round(_FILL_MARGIN * hole.shape[0]) + 1
    wide = cv2.dilate(hole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    half = (width // 2, height // 2)
    known = 1.0 - np.clip(cv2.resize(wide, half, interpolation=cv2.INTER_CUBIC), 0.0, 1.0)
    colour = cv2.resize(picture, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    guess = _push_pull(colour, known=(known > _SOLID).astype(np.float32))
    share = cv2.resize(known, (width, height), interpolation=cv2.INTER_LINEAR)
    smooth = cv2.resize(cv2.convertScaleAbs(guess), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.blendLinear(picture, smooth, share, 1.0 - share), dtype=np.uint8)


def _push_pull(colour: NDArray[np.float32], *, known: Plane) -> NDArray[np.float32]:
    """Known pixels as they are, unknown ones from the next coarser level of the pyramid."""
    height, width = known.shape
    share = known[..., np.newaxis]
    if min(height, width) <= _COARSEST:
        mean = (colour * share).sum((0, 1)) / max(float(known.sum()), _TINY)
        return np.asarray(colour * share + mean * (1.0 - share), dtype=np.float32)
    half = (width + 1) // 2, (height + 1) // 2
    weight = cv2.resize(known, half, interpolation=cv2.INTER_AREA)
    pushed = cv2.resize(colour * share, half, interpolation=cv2.INTER_AREA) / np.maximum(weight, _TINY)[..., np.newaxis]
    coarse = _push_pull(pushed.astype(np.float32), known=(weight > 0.0).astype(np.float32))
    pulled = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(colour * share + pulled * (1.0 - share), dtype=np.float32)
