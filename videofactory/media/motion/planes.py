"""Pictures as textures: BT.709 limited-range Y, Cb, Cr and opacity in one 8-bit array, sampled through a homography.

One interleaved array is by far the quickest to sample. It is kept at 1.5 times the frame's size, so that bilinear sampling at
any sub-pixel position stays even and sharp. Colours are premultiplied by opacity, so that layers are put together by adding.
"""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.media.motion.easing import Floats

Plane = NDArray[np.float32]
Pixels = NDArray[np.uint8]
OVERSAMPLING = 1.5
BLACK, WHITE, NEUTRAL = 16, 235, 128
SOLID = 255
_BT709 = np.array(
    [[0.0722, 0.7152, 0.2126], [0.5, -0.7152 / 1.8556, -0.2126 / 1.8556], [-0.0722 / 1.5748, -0.7152 / 1.5748, 0.5]]
)
"""Rec. ITU-R BT.709: rows Y', Cb, Cr over B', G', R'."""
_LIMITED = np.array([[219.0], [224.0], [224.0]]) / 255.0
_OFFSET = (BLACK, NEUTRAL, NEUTRAL)
_CHROMA_SITE = np.array([[1.0, 0.0, 0.5 * OVERSAMPLING], [0.0, 1.0, 0.0]])
"""H.264's chroma belongs to the left one of two luma columns: half a pixel off the mean of both that the frame is packed from."""


class Size(NamedTuple):
    """Width and height of a frame in pixels."""

    width: int
    height: int

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height


def read(path: Path, *, size: Size) -> Pixels:
    """The picture as BGR that covers `size`: scaled, and cropped in the middle where its shape differs.

    Raises `MediaBroken` for what is no picture.
    """
    data = np.fromfile(path, dtype=np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if picture is None:
        raise MediaBroken(f"{path.name} cannot be read as a picture to move.", remedy="Draw the scene's still again.")
    return cover(np.asarray(picture, dtype=np.uint8), size=size)


def cover(picture: NDArray[np.uint8], *, size: Size) -> Pixels:
    """Scale and crop around the middle to exactly `size`."""
    height, width = picture.shape[:2]
    scale = max(size.width / width, size.height / height)
    if (width, height) == size:
        return picture
    wide, high = max(round(width * scale), size.width), max(round(height * scale), size.height)
    scaled = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC)
    left, top = (wide - size.width) // 2, (high - size.height) // 2
    return np.ascontiguousarray(scaled[top : top + size.height, left : left + size.width], dtype=np.uint8)


def texture(picture: Pixels, *, opacity: Plane | None = None) -> Pixels:
    """BGR pixels as a texture (rows, columns, 4); without `opacity` (0..1, any size) it is solid."""
    height, width = picture.shape[:2]
    large = (round(width * OVERSAMPLING), round(height * OVERSAMPLING))
    bigger = cv2.resize(picture, large, interpolation=cv2.INTER_LANCZOS4)
    luma, blue, red = cv2.split(cv2.transform(bigger, np.hstack([_BT709 * _LIMITED, np.reshape(_OFFSET, (3, 1))])))
    blue, red = (cv2.warpAffine(chroma, _CHROMA_SITE, large, borderMode=cv2.BORDER_REPLICATE) for chroma in (blue, red))
    if opacity is None:
        return np.asarray(cv2.merge([luma, blue, red, np.full_like(luma, SOLID)]), dtype=np.uint8)
    alpha = cv2.convertScaleAbs(cv2.resize(np.clip(opacity, 0.0, 1.0), large, interpolation=cv2.INTER_LINEAR), alpha=SOLID)
    seen = [cv2.multiply(plane, alpha, scale=1.0 / SOLID) for plane in (luma, blue, red)]
    return np.asarray(cv2.merge([*seen, alpha]), dtype=np.uint8)


def texture_pixels(pixels: Pixels) -> Floats:
    """From picture heights around the centre to the pixel positions of an array that shows the whole picture."""
    height, width = pixels.shape[:2]
    return np.array([[float(height), 0.0, width / 2.0 - 0.5], [0.0, float(height), height / 2.0 - 0.5], [0.0, 0.0, 1.0]])


def frame_sites(size: Size, *, left: int = 0, top: int = 0) -> Floats:
    """From pixel positions in a window of the frame, counted from its `left` and `top`, to picture heights from the centre."""
    step = 1.0 / size.height
    return np.array(
        [[step, 0.0, (left + 0.5 - size.width / 2) * step], [0.0, step, (top + 0.5 - size.height / 2) * step], [0.0, 0.0, 1.0]]
    )


def sample(pixels: Pixels, *, seen: Floats, sites: Floats, width: int, height: int, out: Pixels | None = None) -> Pixels:
    """A texture seen through a homography at `sites`: bilinear, exact to a fraction of a pixel, nothing from outside."""
    matrix = texture_pixels(pixels) @ seen @ sites
    matrix /= matrix[2, 2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    if abs(matrix[2, 0]) + abs(matrix[2, 1]) > 0.0:
        warped = cv2.warpPerspective(pixels, matrix, (width, height), dst=out, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    else:
        warped = cv2.warpAffine(pixels, matrix[:2], (width, height), dst=out, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, dtype=np.uint8)
