"""Shapes as planes: anti-aliased rounded boxes, discs, arches and rings, and the soft shadows they throw.

A shape is a field of signed distances in pixels (negative inside); `solid` and `soft` make planes of it.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from videofactory.media.compose.colour import Plane

ShapeKind = Literal["box", "disc", "arch"]


@dataclass(frozen=True)
class Rect:
    """A rectangle in pixels, by its centre and size; fractions are allowed."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """Left edge."""
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y - self.height / 2


def grid(size: tuple[int, int]) -> tuple[Plane, Plane]:
    """Pixel centres of a picture of (width, height): a row of x and a column of y, to be broadcast."""
    width, height = size
    return np.arange(width, dtype=np.float32)[None, :] + 0.5, np.arange(height, dtype=np.float32)[:, None] + 0.5


def box(size: tuple[int, int], rect: Rect, *, radius: float) -> Plane:
    """Distances to a box with corners of `radius` pixels."""
    x, y = grid(size)
    dx = np.abs(x - rect.x) - (rect.width / 2 - radius)
    dy = np.abs(y - rect.y) - (rect.height / 2 - radius)
    outside = np.sqrt(np.maximum(dx, 0) ** 2 + np.maximum(dy, 0) ** 2)
    return np.asarray(outside + np.minimum(np.maximum(dx, dy), 0) - radius, np.float32)


def disc(size: tuple[int, int], *, x: float, y: float, radius: float) -> Plane:
    """Distances to a disc."""
    across, down = grid(size)
    return np.asarray(np.sqrt((across - x) ** 2 + (down - y) ** 2) - radius, np.float32)


def ring(size: tuple[int, int], *, x: float, y: float, radius: float, thickness: float) -> Plane:
    """Distances to a circle drawn with a line of `thickness` pixels."""
    return np.asarray(np.abs(disc(size, x=x, y=y, radius=radius)) - thickness / 2, np.float32)


def arch(size: tuple[int, int], rect: Rect) -> Plane:
    """Distances to a doorway: straight sides, a half circle as its head."""
    radius = rect.width / 2
    head = disc(size, x=rect.x, y=rect.top + radius, radius=radius)
    body = Rect(rect.x, rect.top + radius + (rect.height - radius) / 2, rect.width, rect.height - radius)
    return np.minimum(head, box(size, body, radius=0))


def shape(kind: ShapeKind, size: tuple[int, int], rect: Rect) -> Plane:
    """Distances to the shape that fills `rect`; a disc takes the shorter side, an arch wants a tall rectangle."""
    if kind == "disc":
        return disc(size, x=rect.x, y=rect.y, radius=min(rect.width, rect.height) / 2)
    if kind == "arch":
        return arch(size, rect)
    return box(size, rect, radius=0.018 * min(rect.width, rect.height))


def solid(distances: Plane) -> Plane:
    """The shape filled, with edges smooth over one pixel."""
    return np.asarray(np.clip(0.5 - distances, 0, 1), np.float32)


def soft(distances: Plane, *, reach: float) -> Plane:
    """The shape with edges that fade over `reach` pixels to each side: for shadows and glows."""
    share = np.clip(0.5 - distances / (2 * reach), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur of a plane or picture, computed on a shrunken copy where `sigma` is large: blur hides the difference."""
    shrink = max(1, int(sigma // 4))
    if shrink == 1:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), max(sigma, 0.1), borderType=cv2.BORDER_REFLECT_101), np.float32)
    height, width = plane.shape[:2]
    small = cv2.resize(plane, (max(2, width // shrink), max(2, height // shrink)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
