"""Photographs: opened whatever their mode, bounded, cleaned when small, and shown enlarged without staircases.

Where to crop is decided in `framing`.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Box
from videofactory.media.compose.colour import Picture, Plane, clipped
from videofactory.media.compose.masks import Rect, blurred
from videofactory.media.measure.ground import PAPER, Colour, ground_of, has_transparency

MAX_SIDE = 2600
"""Larger photographs are shrunk to this: no frame shows more, and masks and blurs cost by the pixel."""
MIN_SIDE = 32
"""Smaller ones are enlarged to this at the shorter side, so that windows of a few pixels stay meaningful."""
_CLEAN_BELOW = 700_000
"""Pixels under which a photograph will be enlarged so much that its noise shows: only those are cleaned first."""
SHARP_SCALE = 2.2
"""Up to this enlargement a photograph still looks sharp after Lanczos and edge warping."""


@dataclass(frozen=True)
class Photo:
    """An opened photograph: 8-bit RGB pixels, the box of its subject where it is known, and its alpha (0..1) if it has some."""

    pixels: NDArray[np.uint8]
    focus: Box | None = None
    alpha: Plane | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def open_photo(path: Path, *, focus: Box | None = None) -> Photo:
    """Open a picture of any mode upright and laid on its ground. Raises `MediaBroken` for what Pillow cannot read."""
    try:
        with Image.open(path) as image:
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            whole = _eight_bit(image)
            ground = ground_of(whole) if has_transparency(whole) else PAPER
            pixels, alpha = _over(ground, ImageOps.exif_transpose(_bounded(whole)))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        message = f"{path.name} cannot be opened as a picture: {error}"
        raise MediaBroken(message, remedy="Send it as an intact PNG, JPEG or WebP file.") from error
    return Photo(_cleaned(pixels), focus, alpha)


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, np.float32)
        low, high = float(values.min()), float(values.max())
        full = 65535.0 if image.mode.startswith("I") and 255 < high <= 65535 else max(high, 1.0)  # noqa: PLR2004 - bit depths
        scaled = (values - min(low, 0.0)) * (255 / full)
        return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))
    return image


def _bounded(image: Image.Image) -> Image.Image:
    width, height = image.size
    share = min(1.0, MAX_SIDE / max(width, height))
    share = max(share, MIN_SIDE / min(width, height)) if min(width, height) * share < MIN_SIDE else share
    if share == 1.0:
        return image.copy()
    # a very long strip may not exceed the bound just because its short side is tiny
    size = (min(MAX_SIDE, max(1, round(width * share))), min(MAX_SIDE, max(1, round(height * share))))
    plain = (
        image.convert("RGBA" if image.mode in {"P", "PA", "LA", "RGBa", "La"} else "RGB")
        if image.mode not in {"RGB", "RGBA", "L"}
        else image
    )
    resized = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    resized.info = image.info
    return resized


def _over(ground: Colour, image: Image.Image) -> tuple[NDArray[np.uint8], Plane | None]:
    """The picture on its ground, and its alpha."""
    if not has_transparency(image):
        return np.asarray(image.convert("RGB")), None
    clear = image.convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", clear.size, (*ground, 255)), clear).convert("RGB")
    alpha = np.asarray(clear.getchannel("A"), np.float32) / np.float32(255)
    return np.asarray(flat), alpha if float(alpha.min()) < 1 else None


def _cleaned(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if pixels.shape[0] * pixels.shape[1] > _CLEAN_BELOW or min(pixels.shape[:2]) < MIN_SIDE:
        return pixels
    return np.asarray(cv2.bilateralFilter(pixels, 5, 14, 2.0), np.uint8)


def shown(photo: Photo, window: Rect, size: tuple[int, int]) -> Picture:
    """The `window` of the photograph (its pixels) as a picture of `size`. Beyond its edges the photograph is mirrored."""
    left, top, right, bottom = _overhang(photo.size, window)
    pixels = photo.pixels
    if left or top or right or bottom:
        pixels = np.asarray(cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_REFLECT_101), np.uint8)
    plain = _resampled(Image.fromarray(pixels), Rect(window.x + left, window.y + top, window.width, window.height), size)
    picture = np.asarray(plain, np.float32) / np.float32(255)
    scale = size[0] / window.width
    return _crisp(picture, scale) if scale > 1.0 else picture


def shown_plane(plane: Plane, window: Rect, size: tuple[int, int]) -> Plane:
    """The same window of a plane that belongs to the photograph (a matte); nothing (0) beyond its edges."""
    left, top, right, bottom = _overhang((plane.shape[1], plane.shape[0]), window)
    if left or top or right or bottom:
        plane = np.asarray(cv2.copyMakeBorder(plane, top, bottom, left, right, cv2.BORDER_CONSTANT, value=0.0), np.float32)
    moved = Rect(window.x + left, window.y + top, window.width, window.height)
    return clipped(np.asarray(_resampled(Image.fromarray(plane), moved, size), np.float32))


def _overhang(size: tuple[int, int], window: Rect) -> tuple[int, int, int, int]:
    """How many pixels the window reaches beyond the left, upper, right and lower edge."""
    width, height = size
    right, bottom = window.left + window.width - width, window.top + window.height - height
    left, top, right, bottom = (max(0, math.ceil(value)) for value in (-window.left, -window.top, right, bottom))
    return left, top, right, bottom


def _resampled(image: Image.Image, window: Rect, size: tuple[int, int]) -> Image.Image:
    box = (
        max(0.0, window.left),
        max(0.0, window.top),
        min(float(image.width), window.left + window.width),
        min(float(image.height), window.top + window.height),
    )
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)


def _crisp(picture: Picture, scale: float) -> Picture:
    """Draw soft enlarged edges together: pixels are fetched from further up the slope of the edge, which adds no halo."""
    reach = min(scale, 4.0)
    grey = blurred(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32), 0.45 * reach)
    slope = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)).astype(np.float32)
    hill = blurred(np.minimum(slope, 0.5), 0.5 * reach)
    push = 9.0 * reach
    across, down = cv2.Sobel(hill, cv2.CV_32F, 1, 0) * push, cv2.Sobel(hill, cv2.CV_32F, 0, 1) * push
    limit = 0.55 * reach
    rows, columns = np.indices(grey.shape, dtype=np.float32)
    warped = cv2.remap(
        picture,
        columns - np.clip(across, -limit, limit),
        rows - np.clip(down, -limit, limit),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    drawn = np.asarray(warped, np.float32)
    return clipped(drawn + 0.35 * (drawn - blurred(drawn, 0.7 * reach)))
