"""Colour arithmetic: hex colours, OKLab mixing, and the scheme of five roles a palette is sorted into.

OKLab after Björn Ottosson, "A perceptual color space for image processing" (2020): mixing there keeps hues clean, where
mixing sRGB values goes grey. Colouring whole photographs is `grading`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.float32]
Plane: TypeAlias = NDArray[np.float32]
Colour: TypeAlias = NDArray[np.float32]

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""BT.709 weights of red, green and blue in luma."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)
_LINEAR_TO, _LINEAR_SLOPE = 0.04045, 12.92
"""The straight foot of the sRGB curve (IEC 61966-2-1): up to which encoded value, how steep."""
_MIDDLE_TONES = (0.25, 0.8)
"""OKLab lightness of colours that can carry a ground."""
_GREY = 0.02
"""OKLab chroma below which a colour has no hue worth keeping."""
FALLBACK_PALETTE = ("#23303d", "#c9794a", "#e9dcc7", "#5b7a86")
"""Slate, terracotta, sand and sea: used where a request brings neither palette nor picture."""


def from_hex(text: str) -> Colour:
    """`#rrggbb` as sRGB values 0..1."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)], np.float32)


def clipped(values: NDArray[Any]) -> Picture:
    """Values held to 0..1, as float32."""
    return np.asarray(np.clip(values, 0, 1), np.float32)


def eight_bit(picture: Picture) -> NDArray[np.uint8]:
    """Rounded to 8 bits."""
    return np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8)


def luma(picture: Picture) -> Plane:
    """BT.709 luma of a picture (or of one colour)."""
    return np.asarray(picture @ LUMA, np.float32)


def to_oklab(colour: Colour) -> NDArray[np.float64]:
    """OKLab of sRGB values; the last axis is red, green, blue."""
    values = np.clip(np.asarray(colour, np.float64), 0, 1)
    linear = np.where(values <= _LINEAR_TO, values / _LINEAR_SLOPE, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T)


def from_oklab(lab: NDArray[np.float64]) -> Colour:
    """Values in sRGB, clipped to 0..1, of OKLab."""
    linear = np.clip(((lab @ _FROM_LAB.T) ** 3) @ _FROM_LMS.T, 0, 1)
    straight = linear <= _LINEAR_TO / _LINEAR_SLOPE
    return np.asarray(np.where(straight, linear * _LINEAR_SLOPE, 1.055 * linear ** (1 / 2.4) - 0.055), np.float32)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour `share` of the way (0..1) from first to second, in OKLab."""
    return from_oklab(to_oklab(first) * (1 - share) + to_oklab(second) * share)


def toned(colour: Colour, *, lightness: float, chroma: float, boost: float = 1.0) -> Colour:
    """The same hue at another OKLab lightness (0..1), its chroma times `boost`, at most `chroma` (0.1 is a strong brown)."""
    lab = to_oklab(colour)
    now = float(np.hypot(lab[1], lab[2]))
    scale = min(boost, chroma / now) if now > 0 else 1.0
    return from_oklab(np.array([lightness, lab[1] * scale, lab[2] * scale]))


@dataclass(frozen=True)
class Scheme:
    """A palette sorted by what its colours are for: `deep` and `light` close the range, `ground` carries, `accent` calls."""

    deep: Colour
    ground: Colour
    second: Colour
    accent: Colour
    light: Colour


def scheme(palette: Sequence[str]) -> Scheme:
    """Sort a palette (hex, by falling weight) into roles; missing extremes are toned from its own hues."""
    colours = [from_hex(text) for text in palette or FALLBACK_PALETTE]
    labs = [to_oklab(colour) for colour in colours]
    chroma = [float(np.hypot(lab[1], lab[2])) for lab in labs]
    vivid = colours[max(range(len(colours)), key=lambda i: chroma[i] * np.exp(-(((float(labs[i][0]) - 0.68) / 0.16) ** 2)))]
    deepest = min(range(len(colours)), key=lambda i: float(labs[i][0]))
    darkest = vivid if chroma[deepest] < _GREY else colours[deepest]  # black has no hue to tone: take the vivid one's
    lightest = colours[max(range(len(colours)), key=lambda i: float(labs[i][0]))]
    low, high = _MIDDLE_TONES
    middle = [colour for colour, lab in zip(colours, labs, strict=True) if low < lab[0] < high] or colours
    second = max(middle, key=lambda colour: float(np.linalg.norm(to_oklab(colour) - to_oklab(middle[0]))))
    return Scheme(
        deep=toned(darkest, lightness=0.2, chroma=0.045),
        ground=_tamed(middle[0]),
        second=_tamed(second),
        accent=toned(vivid, lightness=float(np.clip(to_oklab(vivid)[0], 0.62, 0.76)), chroma=0.16, boost=1.3),
        light=toned(lightest, lightness=0.93, chroma=0.035),
    )


def shade_of(colours: Scheme) -> Colour:
    """What shade multiplies with: not grey, which looks dirty on paper and skin, but a tint of the palette's ground."""
    tone = toned(colours.ground, lightness=0.72, chroma=0.03)
    return np.asarray(0.62 * tone / tone.max(), np.float32)


def _tamed(colour: Colour) -> Colour:
    return toned(colour, lightness=float(np.clip(to_oklab(colour)[0], 0.34, 0.66)), chroma=0.11)
