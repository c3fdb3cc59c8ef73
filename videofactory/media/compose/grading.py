"""Grades: how a photograph is coloured. A grade is data (see `data/stills.toml`); this is what its numbers do."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PIL import Image, ImageFilter

from videofactory.media.compose.colour import (
    Colour,
    Picture,
    Plane,
    Scheme,
    clipped,
    eight_bit,
    from_hex,
    luma,
    mix,
    to_oklab,
    toned,
)

_CUBE_SIDE = 33
_TINT = 0.55
"""The share of a grade that colours drawn grounds: they are painted, not lit."""


@dataclass(frozen=True)
class Grade:
    """A colouring. All numbers are neutral at 0.

    `exposure` in stops; `contrast` and `saturation` −1..1; `warmth` −1 (blue) .. 1 (amber); `lift` raises black (0..0.2);
    `split` 0..1 tints the dark parts with `shadows` and the bright ones with `highlights` (hex, or empty for the palette's own
    deep and light colours); `duotone` 0..1 replaces all colour by the palette's deep-to-light ramp; `key` says which grounds go
    with it: dark, middle or light; `family` 0..1 is how far the palette may pull this grade.
    """

    name: str
    exposure: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    warmth: float = 0.0
    lift: float = 0.0
    split: float = 0.0
    shadows: str = ""
    highlights: str = ""
    duotone: float = 0.0
    key: str = "middle"

    def softened(self, amount: float) -> "Grade":
        """The same grade at a share (0..1) of its force."""
        numbers = ("exposure", "contrast", "saturation", "warmth", "lift", "split", "duotone")
        return replace(self, **{name: getattr(self, name) * amount for name in numbers})


def graded(picture: Picture, grade: Grade, colours: Scheme) -> Picture:
    """The picture in this grade, by a table of 33³ colours as colourists use: exact at its points, linear between them."""
    table = _coloured(_cube().reshape(1, -1, 3), grade, colours).reshape(-1)
    lookup = ImageFilter.Color3DLUT(_CUBE_SIDE, table.tolist())
    flat = Image.fromarray(eight_bit(picture)).filter(lookup)
    return np.asarray(flat, np.float32) / np.float32(255)


def _cube() -> Picture:
    """All points of the table, red running fastest as Pillow wants it."""
    axis = np.linspace(0, 1, _CUBE_SIDE, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    return np.stack([red, green, blue], axis=-1)


def _coloured(picture: Picture, grade: Grade, colours: Scheme) -> Picture:
    """The grade's arithmetic. Highlights roll off instead of clipping."""
    result = _exposed(picture, grade.exposure)
    result = _warmed(result, grade.warmth)
    result = _contrasted(result, grade.contrast)
    grey = luma(result)
    result = grey[..., None] + (result - grey[..., None]) * (1 + grade.saturation)
    if grade.split > 0:
        result = _split(result, grey, grade, colours)
    if grade.duotone > 0:
        result = result + (ramp(grey, colours) - result) * grade.duotone
    return clipped(result * (1 - grade.lift) + grade.lift)


def _exposed(picture: Picture, stops: float) -> Picture:
    if abs(stops) < 1e-3:  # noqa: PLR2004 - nothing to do
        return picture
    gain = 2.0 ** (stops / 2.2)  # stops are of light, values are gamma-encoded
    if gain <= 1:
        return np.asarray(picture * gain, np.float32)
    return np.asarray(1 - (1 - np.minimum(picture, 1)) ** gain, np.float32)


def _warmed(picture: Picture, warmth: float) -> Picture:
    if abs(warmth) < 1e-3:  # noqa: PLR2004 - nothing to do
        return picture
    gains = np.array([1 + 0.13 * warmth, 1 + 0.01 * warmth, 1 - 0.17 * warmth], np.float32)
    return np.asarray(picture * gains, np.float32)


def _contrasted(picture: Picture, contrast: float) -> Picture:
    """An S-curve (or its inverse) mixed in: the ends stay where they are."""
    clipped = np.clip(picture, 0, 1)
    curve = clipped * clipped * (3 - 2 * clipped)
    return np.asarray(clipped + (curve - clipped) * contrast, np.float32)


def _split(picture: Picture, grey: Plane, grade: Grade, colours: Scheme) -> Picture:
    """Tint by multiplying chroma only: each end gets its hue, lightness hardly moves."""
    dark = _tint(from_hex(grade.shadows) if grade.shadows else colours.deep)
    bright = _tint(from_hex(grade.highlights) if grade.highlights else colours.light)
    share = np.clip(grey, 0, 1)[..., None]
    offset = dark * ((1 - share) ** 2) + bright * (share * (1 - 0.5 * share))
    return np.asarray(picture + offset * grade.split, np.float32)


def _tint(colour: Colour) -> Colour:
    """The colour's hue as an offset that adds no luma."""
    strong = toned(colour, lightness=0.55, chroma=0.12)
    return np.asarray((strong - luma(strong)) * 0.55, np.float32)


def ramp(grey: Plane, colours: Scheme) -> Picture:
    """Dark to bright mapped on deep, ground, accent-tinged middle and light of the palette."""
    stops = [colours.deep, mix(colours.deep, colours.ground, 0.75), mix(colours.ground, colours.light, 0.55), colours.light]
    lightness = [float(to_oklab(stop)[0]) for stop in stops]
    table = np.empty((256, 3), np.float32)
    at = np.linspace(lightness[0] * 0.6, lightness[-1], 256)
    for channel in range(3):
        table[:, channel] = np.interp(at, lightness, [float(stop[channel]) for stop in stops])
    position = np.clip(grey, 0, 1) * 255
    below = position.astype(np.int32)
    part = (position - below)[..., None]
    return np.asarray(table[below] * (1 - part) + table[np.minimum(below + 1, 255)] * part, np.float32)


def tinted(colours: Scheme, grade: Grade) -> Scheme:
    """The palette as it looks in the light of a grade: so that grounds and photographs belong together."""
    soft = grade.softened(_TINT)
    row = np.stack([colours.deep, colours.ground, colours.second, colours.accent, colours.light])[None]
    return Scheme(*_coloured(row, replace(soft, exposure=soft.exposure * 0.5), colours)[0])


def balanced(picture: Picture, *, amount: float) -> Picture:
    """Gentle white balance (shades of grey, Finlayson and Trezzi 2004) and levels, `amount` 0..1 of the full correction."""
    small = cv2.resize(picture, (160, 160), interpolation=cv2.INTER_AREA)
    means = np.mean(small.reshape(-1, 3).astype(np.float64) ** 6, axis=0) ** (1 / 6)
    gains = np.clip(means.mean() / np.maximum(means, 1e-3), 0.8, 1.25)
    low, high = np.percentile(small @ np.array([0.2126, 0.7152, 0.0722], np.float32), [0.5, 99.5])
    stretch = min(1.25, 1 / max(float(high - low), 0.2))
    result = picture * (1 + (gains.astype(np.float32) - 1) * amount)
    levelled = (result - min(float(low), 0.08)) * stretch
    return clipped(result + (levelled - result) * amount)
