"""Opening a picture for measuring: upright, on a ground where it is transparent, in RGB, small enough to be quick.

Whether a file may be taken in at all (type, size, bombs) was decided by intake; this only reads what intake let through.
"""

from pathlib import Path
from typing import NamedTuple, Self

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from videofactory.domain.errors import MediaBroken
from videofactory.media.measure.ground import OPAQUE_FROM, has_transparency, on_ground

Picture = NDArray[np.uint8]
"""RGB, 8 bits a channel, shape (height, width, 3)."""
Plane = NDArray[np.float32]
"""One figure a pixel, shape (height, width)."""
Mask = NDArray[np.bool_]
_ALL = 255
_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I", "F")


class Opened(NamedTuple):
    """A picture, and which of its pixels show the picture's own colours and no ground (`None`: all of them)."""

    pixels: Picture
    opaque: Mask | None = None

    def at(self, *, longest: int) -> Self:
        """The same, shrunk; a pixel that was averaged with a ground is not opaque."""
        small = shrink(self.pixels, longest=longest)
        if self.opaque is None or small is self.pixels:
            return self._replace(pixels=small)
        return self._replace(pixels=small, opaque=shrink(self.opaque.astype(np.uint8) * np.uint8(255), longest=longest) == _ALL)

    def coloured(self) -> Picture:
        """The opaque pixels, loose (N x 3); all of them where none is opaque."""
        return self.pixels.reshape(-1, 3) if self.opaque is None or not self.opaque.any() else self.pixels[self.opaque]


def load_rgb(path: Path, *, longest: int | None = None) -> Picture:
    """The pixels of `load_picture`, where it does not matter which of them are opaque."""
    return load_picture(path, longest=longest).pixels


def load_picture(path: Path, *, longest: int | None = None) -> Opened:
    """The picture of a file: turned as EXIF says, RGB, transparent places laid on a ground on which it is seen (`ground`).

    With `longest` it is shrunk (never enlarged) until its longer side has at most that many pixels; JPEGs are then decoded
    at a smaller scale, so that 49 megapixels cost neither time nor memory. Raises `MediaBroken` for what does not decode.
    """
    try:
        with Image.open(path) as image:
            if longest is not None:
                image.draft("RGB", (longest, longest))
            flat, alpha = _grounded(_eight_bit(image))
            opaque = None if alpha is None else _upright(alpha, longest=longest) >= OPAQUE_FROM
            return Opened(_upright(flat, longest=longest), None if opaque is None or opaque.all() else opaque)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        message = f"{path.name} cannot be decoded as a picture: {error}"
        raise MediaBroken(message, remedy="Open it in a picture editor and save it again as PNG or JPEG.") from error


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of the upright picture in pixels, from the header alone. Raises `MediaBroken`."""
    try:
        with Image.open(path) as image:
            turned = image.getexif().get(_ORIENTATION, 1) in _QUARTER_TURNS
            return (image.height, image.width) if turned else (image.width, image.height)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        message = f"{path.name} cannot be read as a picture: {error}"
        raise MediaBroken(message, remedy="Open it in a picture editor and save it again as PNG or JPEG.") from error


_ORIENTATION = 0x0112
_QUARTER_TURNS = (5, 6, 7, 8)


def shrink(image: Picture, *, longest: int) -> Picture:
    """The picture with its longer side at most `longest` pixels, by averaging areas; small ones come back as they are."""
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def luma(image: Picture) -> Plane:
    """Brightness a pixel in 8-bit levels (0..255), by the weights of BT.601."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.float32)


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode not in _SIXTEEN_BIT:
        return image
    levels = np.asarray(image, dtype=np.float64)
    top = max(float(levels.max()), 1.0)
    return Image.fromarray((levels / (65535.0 if top > 255 else 255.0) * 255).clip(0, 255).astype(np.uint8))  # noqa: PLR2004 - 8 bits


def _grounded(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The picture in RGB, and its alpha where it has some; both know how they are to be turned."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image, None
    turn = image.getexif().get(_ORIENTATION)
    if not has_transparency(image):
        return _turned(image.convert("RGB"), turn), None
    seen = image.convert("RGBA")
    alpha = seen.getchannel("A")
    return _turned(on_ground(seen), turn), _turned(alpha, turn)


def _turned(image: Image.Image, turn: int | None) -> Image.Image:
    if turn is not None:
        image.getexif()[_ORIENTATION] = turn
    return image


def _upright(image: Image.Image, *, longest: int | None) -> Picture:
    return np.asarray(ImageOps.exif_transpose(_fit(image, longest=longest)), dtype=np.uint8).copy()


def _fit(image: Image.Image, *, longest: int | None) -> Image.Image:
    if longest is None or max(image.size) <= longest:
        return image
    scale = longest / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    orientation = image.getexif().get(_ORIENTATION)
    small = image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    if orientation is not None:
        small.getexif()[_ORIENTATION] = orientation
    return small
