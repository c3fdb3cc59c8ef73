"""What floats in the air of a scene: dust, bokeh, snow, rain and steam, chosen by the words of the prompt.

Everything adds light to luma by screening: it fades out towards white and never shifts colour. Sprites are drawn once.
"""

import re
from abc import ABC, abstractmethod
from typing import NamedTuple

import cv2
import numpy as np

from videofactory.media.motion.easing import Floats
from videofactory.media.motion.planes import WHITE, Pixels, Plane, Size

_WORDS: dict[str, frozenset[str]] = {
    "rain": frozenset({"rain", "rainy", "storm", "drizzle"}),
    "snow": frozenset({"snow", "snowy", "winter", "frost"}),
    "steam": frozenset(
        {"steam", "steaming", "hot", "brew", "brewing", "coffee", "espresso", "tea", "smoke", "mist", "fog", "vapour"}
    ),
    "bokeh": frozenset({"night", "bokeh", "neon", "city", "party", "festive", "candle"}),
    "dust": frozenset(
        {"warm", "dust", "sun", "sunlight", "golden", "morning", "cosy", "cozy", "rustic", "wood", "wooden", "magic", "dream"}
    ),
}
"""First match wins: weather before steam, steam before atmosphere."""


class Kind(NamedTuple):
    """How sprites of one kind look and move; lengths in picture heights, speeds per second, light in code values."""

    number: int
    radius: tuple[float, float]
    light: tuple[float, float]
    rise: float
    wander: float


_KINDS = {
    "dust": Kind(number=34, radius=(0.0025, 0.008), light=(14.0, 42.0), rise=0.012, wander=0.02),
    "bokeh": Kind(number=14, radius=(0.02, 0.055), light=(7.0, 16.0), rise=0.008, wander=0.015),
    "snow": Kind(number=80, radius=(0.002, 0.007), light=(40.0, 110.0), rise=-0.11, wander=0.03),
}


class Particles(ABC):
    """Something in the air."""

    @abstractmethod
    def add(self, luma: Pixels, *, frame: int) -> None:
        """Draw frame number `frame` into `luma`, in place."""


def chosen(prompt: str) -> str | None:
    """The kind of particles a prompt's words ask for."""
    words = set(re.findall(r"[a-z]+", prompt.lower()))
    return next((kind for kind, triggers in _WORDS.items() if words & triggers), None)


def particles(prompt: str, *, size: Size, fps: int, seed: int, source: tuple[float, float] | None) -> Particles | None:
    """The particles of a scene. `source` is where steam rises from (shares of the frame); without one there is dust instead."""
    kind = chosen(prompt)
    if kind is None:
        return None
    random = np.random.default_rng([seed, 3])
    if kind == "rain":
        return Rain(size=size, fps=fps, random=random)
    if kind == "steam" and source is not None:
        return Steam(size=size, fps=fps, random=random, source=source)
    return Sprites(_KINDS.get(kind, _KINDS["dust"]), size=size, fps=fps, random=random)


def _screen(luma: Pixels, *, light: Plane) -> None:
    room = cv2.subtract(np.full_like(luma, WHITE), luma)
    shine = cv2.multiply(room, cv2.convertScaleAbs(light), scale=1.0 / WHITE)
    cv2.add(luma, shine, dst=luma)


class Sprites(Particles):
    """Soft discs that drift, each with its own size, light and way."""

    def __init__(self, kind: Kind, *, size: Size, fps: int, random: np.random.Generator) -> None:
        self._kind, self._size, self._fps = kind, size, fps
        self._start = random.uniform(0.0, 1.0, (kind.number, 2))
        self._phase = random.uniform(0.0, 2.0 * np.pi, (kind.number, 3))
        self._near = np.sort(random.uniform(0.0, 1.0, kind.number) ** 2)
        low, high = kind.radius
        self._discs = [_disc((low + (high - low) * near) * size.height) for near in self._near]

    def add(self, luma: Pixels, *, frame: int) -> None:
        """Draw every disc at its sub-pixel place."""
        time = frame / self._fps
        for number, disc in enumerate(self._discs):
            x, y = self._place(number, time=time)
            _draw(luma, disc=disc * self._light(number, time=time), x=x, y=y)

    def _place(self, number: int, *, time: float) -> tuple[float, float]:
        kind, size, phase = self._kind, self._size, self._phase[number]
        speed = 0.5 + self._near[number]
        aside = kind.wander * np.sin(0.5 * time * speed + phase[0])
        span = 1.0 + 2.0 * kind.radius[1] * 3.0
        up = (self._start[number, 1] - kind.rise * speed * time + 0.3 * kind.wander * np.sin(0.37 * time + phase[1])) % 1.0
        return float((self._start[number, 0] + aside / size.aspect) * size.width), float(
            (up * span - (span - 1.0) / 2) * size.height
        )

    def _light(self, number: int, *, time: float) -> float:
        low, high = self._kind.light
        twinkle = 0.7 + 0.3 * np.sin(0.8 * time + self._phase[number, 2])
        return float((low + (high - low) * (1.0 - self._near[number])) * twinkle)


def _disc(radius: float) -> Plane:
    """A soft disc of light: flat inside, smooth at the rim, an odd number of pixels wide with an empty border."""
    half = int(np.ceil(radius * 1.5)) + 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    distance = np.hypot(x, y) / max(radius, 0.5)
    return np.asarray(np.clip(1.0 / (1.0 + np.exp(6.0 * (distance - 0.9))) - 0.02, 0.0, 1.0), dtype=np.float32)


def _draw(luma: Pixels, *, disc: Plane, x: float, y: float) -> None:
    half = disc.shape[0] // 2
    left, top = int(np.floor(x)) - half, int(np.floor(y)) - half
    shift = np.array([[1.0, 0.0, x - np.floor(x)], [0.0, 1.0, y - np.floor(y)]])
    moved = cv2.warpAffine(disc, shift, disc.shape[::-1], flags=cv2.INTER_LINEAR)
    height, width = luma.shape
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + disc.shape[1], width), min(top + disc.shape[0], height)
    if x0 < x1 and y0 < y1:
        _screen(luma[y0:y1, x0:x1], light=np.asarray(moved[y0 - top : y1 - top, x0 - left : x1 - left], dtype=np.float32))


class Rain(Particles):
    """Two sheets of fine streaks falling at different speeds."""

    _SPEEDS = (1.5, 2.1)
    _LIGHTS = (10.0, 20.0)

    def __init__(self, *, size: Size, fps: int, random: np.random.Generator) -> None:
        self._size, self._fps = size, fps
        self._sheets = [_streaks(size, light=light, random=random) for light in self._LIGHTS]

    def add(self, luma: Pixels, *, frame: int) -> None:
        """Draw the sheets where they have fallen to."""
        height = self._size.height
        for sheet, speed in zip(self._sheets, self._SPEEDS, strict=True):
            fallen = round(speed * height * frame / self._fps) % height
            cv2.add(luma, sheet[height - fallen : 2 * height - fallen], dst=luma)


def _streaks(size: Size, *, light: float, random: np.random.Generator) -> Pixels:
    drops = np.zeros((size.height, size.width), np.float32)
    count = round(90 * size.aspect)
    drops[random.integers(0, size.height, count), random.integers(0, size.width, count)] = random.uniform(0.4, 1.0, count)
    length = max(3, size.height // 22)
    tall = cv2.blur(np.vstack([drops, drops, drops]), (1, length)) * length
    tall = cv2.GaussianBlur(tall, (0, 0), sigmaX=max(size.height / 1600, 0.5), sigmaY=0.1)
    return np.asarray(np.rint(tall[size.height // 2 : size.height // 2 + 2 * size.height] * light), dtype=np.uint8)


class Steam(Particles):
    """A plume that rises from the subject, curls and thins out."""

    _GRID = (96, 64)
    _RISE = (0.15, 0.23)
    _LIGHT = 75.0

    def __init__(self, *, size: Size, fps: int, random: np.random.Generator, source: tuple[float, float]) -> None:
        self._fps = fps
        self._clouds = [_cloud(self._GRID, blur=blur, random=random) for blur in (7.0, 4.0)]
        self._fade = _plume(self._GRID)
        high = max(min(round(0.62 * size.height), round(source[1] * size.height)), 16)
        wide = min(round(0.5 * size.height), size.width)
        left = int(np.clip(source[0] * size.width - wide / 2, 0, size.width - wide))
        top = max(round(source[1] * size.height) - high, 0)
        self._window = np.s_[top : top + high, left : left + wide]

    def add(self, luma: Pixels, *, frame: int) -> None:
        """Let the clouds rise through the plume's shape."""
        time = frame / self._fps
        first, second = (self._risen(cloud, by=rise * time) for cloud, rise in zip(self._clouds, self._RISE, strict=True))
        density = np.clip(first * 0.6 + second * 0.6 - 0.26, 0.0, 1.0) * self._fade * self._LIGHT
        window = luma[self._window]
        _screen(
            window, light=np.asarray(cv2.resize(density, window.shape[::-1], interpolation=cv2.INTER_CUBIC), dtype=np.float32)
        )

    def _risen(self, cloud: Plane, *, by: float) -> Floats:
        height, width = self._GRID
        curl = 2.5 * np.sin(1.1 * by * 6.0)
        shift = np.array([[1.0, 0.0, curl], [0.0, 1.0, by * height]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(cloud, shift, (width, height), flags=flags, borderMode=cv2.BORDER_WRAP))


def _cloud(grid: tuple[int, int], *, blur: float, random: np.random.Generator) -> Plane:
    """Smooth noise 0..1 that joins at its borders, taller than wide."""
    noise = np.tile(random.standard_normal(grid).astype(np.float32), (3, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), sigmaX=blur * 0.6, sigmaY=blur)[grid[0] : 2 * grid[0], grid[1] : 2 * grid[1]]
    low, high = np.quantile(smooth, [0.02, 0.98])
    return np.asarray(np.clip((smooth - low) / (high - low), 0.0, 1.0), dtype=np.float32)


def _plume(grid: tuple[int, int]) -> Plane:
    """Where steam may be: narrow and dense below, wide and thin above, nothing at any border."""
    y, x = np.mgrid[0 : grid[0], 0 : grid[1]]
    up = 1.0 - y / (grid[0] - 1)
    aside = (x / (grid[1] - 1) - 0.5) / (0.10 + 0.13 * up)
    along = np.clip(up / 0.25, 0.0, 1.0) * np.clip((1.0 - up) / 0.6, 0.0, 1.0)
    return np.asarray(np.exp(-0.5 * aside**2) * along * along * (3.0 - 2.0 * along), dtype=np.float32)
