"""Light that is added to a finished frame: vignette, leaks, rays, window panes, bokeh discs and haze.

Light adds by screening (it never darkens, never clips hard); shade multiplies. Soft things are drawn small and enlarged.
"""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.random import Generator

from videofactory.media.compose.colour import Colour, Picture, Plane, Scheme, mix
from videofactory.media.compose.masks import blurred, disc, ring, soft

_SMALL = 480
"""Longest side of the plane soft light is drawn on."""


def screened(picture: Picture, light: Plane, colour: Colour) -> Picture:
    """Light of a colour laid over the picture: 1 − (1 − picture)(1 − light)."""
    return np.asarray(1 - (1 - picture) * (1 - light[..., None] * colour), np.float32)


def _canvas(size: tuple[int, int]) -> tuple[int, int]:
    share = min(1.0, _SMALL / max(size))
    return max(8, round(size[0] * share)), max(8, round(size[1] * share))


def _enlarged(plane: Plane, size: tuple[int, int]) -> Plane:
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR), np.float32)


def _across(size: tuple[int, int]) -> tuple[Plane, Plane]:
    """Coordinates −1..1 over the longer side, as row and column."""
    width, height = size
    reach = max(size) / 2
    return ((np.arange(width, dtype=np.float32) + 0.5 - width / 2) / reach)[None, :], (
        (np.arange(height, dtype=np.float32) + 0.5 - height / 2) / reach
    )[:, None]


def vignetted(picture: Picture, shade: Colour, *, amount: float, x: float = 0.5, y: float = 0.45) -> Picture:
    """Darker corners around the point (x, y shares of the frame), multiplied towards `shade` by `amount` 0..1."""
    height, width = picture.shape[:2]
    size = _canvas((width, height))
    across = (np.arange(size[0], dtype=np.float32)[None, :] / size[0] - x) * 1.15
    down = np.arange(size[1], dtype=np.float32)[:, None] / size[1] - y
    distance = np.sqrt(across**2 + down**2)
    fall = np.clip((distance - 0.28) / 0.62, 0, 1)
    share = np.asarray(amount * (fall * fall * (3 - 2 * fall)), np.float32)
    return np.asarray(picture * (1 - _enlarged(share, (width, height))[..., None] * (1 - shade)), np.float32)


def leak(size: tuple[int, int], rng: Generator) -> Plane:
    """A soft flare that enters from one edge, as through a camera's loose back."""
    small = _canvas(size)
    x, y = _across(small)
    side = -1.0 if rng.random() < 0.5 else 1.0  # noqa: PLR2004 - a coin
    slant = rng.uniform(-0.5, 0.5)
    edge = side * x + slant * y - size[0] / max(size)
    body = np.exp(-np.clip(-edge, 0, None) * rng.uniform(3.0, 4.5))
    swell = 0.65 + 0.35 * np.cos((y - rng.uniform(-0.4, 0.1)) * 2.2)
    return _enlarged(np.clip(body * swell, 0, 1).astype(np.float32) * 0.55, size)


def rays(size: tuple[int, int], rng: Generator) -> Plane:
    """Beams that fan out from a source outside the upper corner."""
    small = _canvas(size)
    x, y = _across(small)
    side = -1.0 if rng.random() < 0.5 else 1.0  # noqa: PLR2004 - a coin
    away_x, away_y = x - side * 1.05, y + 0.85 * size[1] / max(size) + 0.25
    angle, distance = np.arctan2(away_y, away_x), np.hypot(away_x, away_y)
    beams = np.zeros(angle.shape, np.float32)
    for frequency, weight in ((7.0, 0.45), (13.0, 0.3), (23.0, 0.25)):
        beams += weight * (0.5 + 0.5 * np.cos(angle * frequency + rng.uniform(0, 6.28)))
    light = np.clip(beams * 1.5 - 0.45, 0, 1) * np.exp(-distance * 1.15)
    return _enlarged(blurred(light.astype(np.float32), 5.0) * 0.5, size)


def window(size: tuple[int, int], rng: Generator) -> Plane:
    """Slanting panes of window light with soft edges, strongest at the upper side they come from."""
    small = _canvas(size)
    x, y = _across(small)
    side = -1.0 if rng.random() < 0.5 else 1.0  # noqa: PLR2004 - a coin
    slant = rng.uniform(0.55, 0.85)
    along = side * x + slant * y + rng.uniform(-0.1, 0.1)
    down = y - 0.18 * side * x
    bars = np.clip(np.cos(along * 7.2) * 2.2 + 0.9, 0, 1) * np.clip(np.cos(down * 6.0 + 0.5) * 3 + 1.9, 0, 1)
    reach = np.clip(1.1 - np.abs(along - 0.25) * 1.2, 0, 1)
    return _enlarged(blurred((bars * reach).astype(np.float32), 7.0) * 0.38, size)


def bokeh(size: tuple[int, int], rng: Generator) -> Plane:
    """Discs of out-of-focus lamps, brighter at their rims, kept to the upper half where no text stands."""
    small = _canvas(size)
    unit = min(small)
    plane = np.zeros((small[1], small[0]), np.float32)
    for _ in range(int(rng.integers(9, 16))):
        radius = unit * float(rng.uniform(0.025, 0.085))
        x, y = float(rng.uniform(0, 1)) * small[0], float(rng.uniform(0, 0.55) ** 1.15) * small[1]
        force = float(rng.uniform(0.12, 0.42))
        body = soft(disc(small, x=x, y=y, radius=radius), reach=max(1.0, radius * 0.1))
        edge = soft(ring(small, x=x, y=y, radius=radius * 0.93, thickness=radius * 0.1), reach=max(1.0, radius * 0.08))
        plane = np.asarray(1 - (1 - plane) * (1 - force * np.clip(0.75 * body + 0.3 * edge, 0, 1)), np.float32)
    return _enlarged(plane, size)


def haze(size: tuple[int, int], rng: Generator) -> Plane:
    """Drifting mist: clouds of noise, denser towards the upper middle."""
    small = _canvas(size)
    plane = clouds(small, rng, cell=0.3)
    x, y = _across(small)
    where = np.exp(-((x - rng.uniform(-0.25, 0.25)) ** 2) * 2.2 - ((y + 0.22) ** 2) * 2.5)
    return _enlarged((np.clip(plane * 1.5 - 0.45, 0, 1) * where).astype(np.float32) * 0.7, size)


def clouds(size: tuple[int, int], rng: Generator, *, cell: float) -> Plane:
    """Smooth noise 0..1 in four octaves; `cell` is the largest feature in shares of the longer side."""
    total = np.zeros((size[1], size[0]), np.float32)
    for octave in range(4):
        step = max(2, round(max(size) * cell / 2**octave))
        shape = (size[1] // step + 3, size[0] // step + 3)
        total += cv2.resize(rng.random(shape, np.float32), size, interpolation=cv2.INTER_CUBIC) * 0.5**octave
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / max(high - low, 1e-6), np.float32)


LIGHTS: Mapping[str, Callable[[tuple[int, int], Generator], Plane]] = {
    "leak": leak, "rays": rays, "window": window, "bokeh": bokeh, "haze": haze,
}  # fmt: skip
"""The lights by the names the vocabulary uses."""


def light_colour(name: str, colours: Scheme) -> Colour:
    """The colour a light has in this palette: flares are of the accent, sun and mist of the lightest colour."""
    share = {"leak": 0.15, "bokeh": 0.5, "rays": 0.7, "window": 0.75, "haze": 0.95}[name]
    return mix(colours.accent, colours.light, share)


def lit(picture: Picture, name: str, colours: Scheme, *, rng: Generator, amount: float = 1.0) -> Picture:
    """The picture under one more light; `amount` 0..1."""
    height, width = picture.shape[:2]
    return screened(picture, LIGHTS[name]((width, height), rng) * amount, light_colour(name, colours))


def shaded(picture: Picture, shadow: Plane, colour: Colour, *, amount: float) -> Picture:
    """A shadow of a dark colour laid over the picture."""
    return laid(picture, np.asarray(colour * 0.35, np.float32), np.asarray(shadow * amount, np.float32))


def laid(picture: Picture, layer: Picture | Colour, alpha: Plane) -> Picture:
    """A layer (or one colour) over the picture where `alpha` says so; only the rows and columns it touches are computed."""
    rows, columns = np.flatnonzero(alpha.max(axis=1) > 0), np.flatnonzero(alpha.max(axis=0) > 0)
    result = picture.copy()
    if rows.size:
        part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        top = layer[part] if layer.ndim == picture.ndim else layer
        result[part] += (top - result[part]) * alpha[part][..., None]
    return result
