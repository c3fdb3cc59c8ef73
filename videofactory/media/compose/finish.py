"""The last touches every still of a film shares: a calm lower third, fine grain that also dithers, and the PNG bytes."""

import cv2
import numpy as np
from numpy.random import Generator

from videofactory.domain.errors import MediaBroken
from videofactory.media.compose.colour import Colour, Picture, eight_bit, luma
from videofactory.media.compose.masks import blurred

GRAIN = 0.011
"""Standard deviation of the grain in shares of white: seen as texture at full size, not as noise in a small view."""
_CALM_FROM, _CALM_FULL = 0.6, 0.94
"""Where, from the top, the calm of the lower third begins and is complete."""
_PNG_LEVEL = 1
"""Grain does not compress: higher levels cost seconds for a few percent."""


def calmed(picture: Picture, shade: Colour, *, amount: float) -> Picture:
    """The lower third quieter, so that text laid there reads: softer, and multiplied towards `shade`; `amount` 0..1."""
    height, width = picture.shape[:2]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    share = np.clip((down - _CALM_FROM) / (_CALM_FULL - _CALM_FROM), 0, 1)
    share = np.asarray(share * share * (3 - 2 * share) * amount, np.float32)[..., None]
    start = int(_CALM_FROM * height)
    # blurred with some rows above, so that the blur does not mirror at the cut
    above = max(0, start - height // 20)
    soft = blurred(picture[above:], 0.012 * min(width, height))[start - above :]
    part = picture[start:] + (soft - picture[start:]) * (0.8 * share[start:])
    result = picture.copy()
    result[start:] = part * (1 - share[start:] * (1 - shade))
    return result


def grained(picture: Picture, rng: Generator, *, amount: float = GRAIN) -> Picture:
    """Fine film grain, the same in all channels, strongest in the middle tones; it also hides the steps of 8 bits."""
    height, width = picture.shape[:2]
    noise = rng.standard_normal((height, width), np.float32)
    if min(width, height) > 700:  # noqa: PLR2004 - on large frames grain of one pixel vanishes, on small ones it is coarse enough
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.6) * 1.7, np.float32)
    grey = np.clip(luma(picture), 0, 1)
    return np.asarray(picture + (noise * amount * (0.45 + 2.2 * grey * (1 - grey)))[..., None], np.float32)


def png(picture: Picture) -> bytes:
    """The picture as the bytes of an RGB PNG without metadata."""
    pixels = cv2.cvtColor(eight_bit(picture), cv2.COLOR_RGB2BGR)
    options = [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_SUB]
    done, data = cv2.imencode(".png", pixels, options)
    if not done:
        raise MediaBroken(f"A still of {picture.shape[1]}x{picture.shape[0]} pixels could not be encoded as PNG.")
    return data.tobytes()
