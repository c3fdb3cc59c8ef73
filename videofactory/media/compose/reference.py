"""The recipe of a style reference: the brand image itself, clean, balanced and noise-free, in the frame's shape."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Box
from videofactory.media.compose.colour import scheme
from videofactory.media.compose.finish import png
from videofactory.media.compose.framing import CENTRE, Framing, window
from videofactory.media.compose.grading import Grade, balanced, graded
from videofactory.media.compose.masks import Rect
from videofactory.media.compose.photo import Photo, open_photo, shown

_CLEAN_SIDE = 900
"""Denoising is done at this size at most: its time grows with the pixels, and larger frames hide their noise when shrunk."""


def style_reference(path: Path, *, size: tuple[int, int], focus: Box | None = None, strength: float = 0.4) -> bytes:
    """A clean derivative of a picture, cover-cropped around `focus` to exactly `size` (width, height), as PNG.

    `strength` 0..1 is how far it may move from the original (0.3 to 0.5 is usual): it sets denoising, white balance and
    contrast. Deterministic. Raises `MediaBroken` for what is no picture.
    """
    photo = open_photo(path, focus=focus)
    part = window(photo.size, focus or CENTRE, Framing.WIDE, aspect=size[0] / size[1], side=0.0)
    clean = Photo(_denoised(photo.pixels, strength), focus)
    share = clean.size[0] / photo.size[0]
    scaled = Rect(part.x * share, part.y * share, part.width * share, part.height * share)
    picture = balanced(shown(clean, scaled, size), amount=0.5 * strength)
    return png(graded(picture, Grade("reference", contrast=0.25 * strength, saturation=0.1 * strength), scheme(())))


def focus_within(photo: tuple[int, int], focus: Box, *, size: tuple[int, int]) -> Box:
    """Where the subject's box of a photograph (width, height) stands in its style reference of `size`, cut at the edges."""
    part = window(photo, focus, Framing.WIDE, aspect=size[0] / size[1], side=0.0)
    left, right = (_share(x * photo[0] - part.left, part.width) for x in (focus.x, focus.x + focus.width))
    top, bottom = (_share(y * photo[1] - part.top, part.height) for y in (focus.y, focus.y + focus.height))
    return Box(x=left, y=top, width=right - left, height=bottom - top)


def _share(at: float, length: float) -> float:
    return min(1.0, max(0.0, at / length))


def _denoised(pixels: NDArray[np.uint8], strength: float) -> NDArray[np.uint8]:
    """Fast non-local means (Buades, Coll, Morel 2005), stronger where the picture is noisier."""
    share = min(1.0, _CLEAN_SIDE / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * share)), max(1, round(pixels.shape[0] * share)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8) if share < 1 else pixels
    force = 2.0 + 8.0 * strength + min(10.0, _noise(small))
    return np.asarray(cv2.fastNlMeansDenoisingColored(small, None, force, force, 5, 15), np.uint8)


def _noise(pixels: NDArray[np.uint8]) -> float:
    """Standard deviation of the noise in 8-bit steps (Immerkær 1996), by the median so that edges do not count."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return float(np.median(np.abs(cv2.filter2D(grey, cv2.CV_32F, kernel))) / 0.6745 / 6)
