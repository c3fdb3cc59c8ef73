"""Grounds without a photograph: palette gradients, paper, and the geometric shapes that stand on them."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator

from videofactory.media.compose.colour import Colour, Picture, Scheme, from_oklab, mix, to_oklab
from videofactory.media.compose.light import clouds, laid, shaded
from videofactory.media.compose.masks import Rect, arch, disc, ring, soft, solid

_SMALL = 640
Size = tuple[int, int]


def ends(colours: Scheme, key: str) -> tuple[Colour, Colour]:
    """The two colours of a ground for a dark, middle or light key."""
    if key == "dark":
        return mix(colours.deep, colours.ground, 0.34), colours.deep
    if key == "light":
        return colours.light, mix(colours.light, colours.accent, 0.38)
    return mix(colours.ground, colours.light, 0.12), mix(colours.ground, colours.deep, 0.55)


def gradient(size: Size, colours: Scheme, *, key: str, rng: Generator) -> Picture:
    """A soft glow off the middle falling into its darker end, mixed in OKLab; clouds keep it from looking computed."""
    share = min(1.0, _SMALL / max(size))
    small = (max(8, round(size[0] * share)), max(8, round(size[1] * share)))
    x = np.linspace(0, 1, small[0], dtype=np.float32)[None, :] - float(rng.uniform(0.3, 0.7))
    y = np.linspace(0, 1, small[1], dtype=np.float32)[:, None] - float(rng.uniform(0.2, 0.4))
    fall = np.clip(np.sqrt((x * size[0] / size[1]) ** 2 * 0.55 + y**2) * 1.15, 0, 1)
    fall = np.clip(fall + (clouds(small, rng, cell=0.5) - 0.5) * 0.16, 0, 1)[..., None]
    near, far = (to_oklab(colour) for colour in ends(colours, key))
    return np.asarray(cv2.resize(from_oklab(near * (1 - fall) + far * fall), size, interpolation=cv2.INTER_CUBIC), np.float32)


def papered(picture: Picture, rng: Generator, *, amount: float = 0.02) -> Picture:
    """Paper: soft mottling and short fibres, as brightness only."""
    height, width = picture.shape[:2]
    mottle = clouds((width, height), rng, cell=0.02) - 0.5
    fibre = cv2.GaussianBlur(rng.standard_normal((height, width), np.float32), (0, 0), sigmaX=2.2, sigmaY=0.7)
    return np.asarray(picture * (1 + amount * (1.3 * mottle + 1.6 * fibre))[..., None], np.float32)


def _sun(picture: Picture, colours: Scheme, rect: Rect, rng: Generator) -> Picture:
    """One great disc behind the subject, a thin ring around it."""
    size = (picture.shape[1], picture.shape[0])
    radius = max(rect.width, rect.height) * 0.5
    x, y = rect.x + float(rng.uniform(-0.12, 0.12)) * rect.width, rect.y
    picture = laid(picture, mix(colours.accent, colours.second, 0.2), solid(disc(size, x=x, y=y, radius=radius)) * 0.95)
    thin = max(1.2, 0.003 * min(size))
    return laid(picture, colours.light, solid(ring(size, x=x, y=y, radius=radius * 1.14, thickness=thin)) * 0.5)


def _arches(picture: Picture, colours: Scheme, rect: Rect, rng: Generator) -> Picture:
    """Nested rainbow arches rising from the lower edge, in steps of the palette."""
    size = (picture.shape[1], picture.shape[0])
    reach = max(rect.width, rect.height) * float(rng.uniform(1.2, 1.4))
    bands = (mix(colours.ground, colours.deep, 0.45), colours.second, colours.accent, mix(colours.accent, colours.light, 0.55))
    for index, colour in enumerate(bands):
        width = reach * (1 - 0.2 * index)
        top = rect.y - width * 0.52
        door = Rect(rect.x, top + size[1], width, 2.0 * size[1])
        picture = laid(picture, colour, solid(arch(size, door)) * 0.9)
    return picture


def _blocks(picture: Picture, colours: Scheme, rect: Rect, rng: Generator) -> Picture:
    """Colour fields like a poster: a standing band behind the subject, a lying one below, a small disc as the accent."""
    size = (picture.shape[1], picture.shape[0])
    x, y = np.arange(size[0], dtype=np.float32)[None, :], np.arange(size[1], dtype=np.float32)[:, None]
    half = rect.width * float(rng.uniform(0.32, 0.46))
    band = np.clip(half - np.abs(x - rect.x) + 0.5, 0, 1) * np.ones_like(y)
    picture = laid(picture, colours.accent, band.astype(np.float32) * 0.92)
    level = rect.y + rect.height * float(rng.uniform(0.12, 0.26))
    picture = laid(
        picture, mix(colours.ground, colours.deep, 0.6), (np.clip(y - level + 0.5, 0, 1) * np.ones_like(x)).astype(np.float32)
    )
    side = -1 if rect.x > size[0] / 2 else 1
    dot = disc(size, x=rect.x + side * rect.width * 0.72, y=rect.y - rect.height * 0.28, radius=0.075 * min(size))
    return laid(picture, colours.light, solid(dot) * 0.9)


def _quarters(picture: Picture, colours: Scheme, rect: Rect, rng: Generator) -> Picture:
    """Large quarter circles in opposite corners, overlapping softly like cut paper."""
    size = (picture.shape[1], picture.shape[0])
    side = 0.0 if rng.random() < 0.5 else float(size[0])  # noqa: PLR2004 - a coin
    radius = float(rng.uniform(0.72, 0.9)) * min(size)
    for x, y, colour, reach in (
        (side, float(size[1]), colours.second, 1.25),
        (size[0] - side, 0.0, colours.accent, 0.8),
        (rect.x, rect.y, mix(colours.ground, colours.light, 0.35), 0.62),
    ):
        field = disc(size, x=x, y=y, radius=radius * reach)
        picture = shaded(picture, soft(field - 0.01 * min(size), reach=0.025 * min(size)), colours.deep, amount=0.25)
        picture = laid(picture, colour, solid(field))
    return picture


SHAPES: tuple[Callable[[Picture, Scheme, Rect, Generator], Picture], ...] = (_sun, _arches, _blocks, _quarters)
"""Designed shapes around the place `rect` of a subject; each takes ground, colours, place and generator."""


def designed(size: Size, colours: Scheme, rect: Rect, *, key: str, pick: int, rng: Generator) -> Picture:
    """A gradient ground with shape number `pick` on it and paper over all."""
    ground = gradient(size, colours, key=key, rng=rng)
    return papered(SHAPES[pick % len(SHAPES)](ground, colours, rect, rng), rng)
