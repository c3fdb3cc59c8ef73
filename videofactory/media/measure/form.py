"""What kind of forms a picture holds: drawn or photographed, upright or slanted, curved, shaded, gleaming, lettered."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.measure.picture import Picture, Plane, luma, shrink

LONGEST = 640
FLAT_RANGE = 2
"""A pixel is flat when its 3x3 neighbourhood spans at most this many levels in every channel: drawn, not photographed."""
FEW_COLOURS = 8
"""Drawings are made of few colours: the share that this many commonest ones cover."""
UPRIGHT = 8.0
"""Edges within this many degrees of horizontal or vertical are upright."""
SLANTED = (20.0, 70.0)
EDGE_LEVEL = 24.0
"""Gradient (levels a pixel) from which a pixel belongs to an edge; shading lies between `SHADE_LEVEL` and half of it."""
SHADE_LEVEL = 0.6
GLEAM_LIGHT, GLEAM_RISE = 190.0, 45.0
"""A gleam is a spot this bright that rises this much above its surroundings (8-bit levels)."""
GLEAM_SIZE = 15
LETTER_LONGEST = 1024
"""Small print needs more pixels than the other forms."""
INK_STEP = 50.0
"""Range within 3x3 pixels (levels) that the rim of a letter has at least."""
INK_REACH = 15
LETTER_HEIGHT = (0.008, 0.12)
"""Height of a line of letters in shares of the picture's height."""
_DIRECTIONS = 18


class Form(NamedTuple):
    """Shares of the picture (flat, few, shade, gleam, letters) and of its edges (upright, slanted); curved 0..1."""

    flat: float
    few: float
    upright: float
    slanted: float
    curved: float
    shade: float
    gleam: float
    letters: float


def form(image: Picture) -> Form:
    """All figures of form, 0..1.

    `flat`: pixels with no change around them; `few`: pixels of the commonest colours; `upright`, `slanted`: edge energy along
    the axes and between them; `curved`: smooth edges that run in all directions; `shade`: soft gradients; `gleam`:
    highlights; `letters`: area of what looks like lines of writing.
    """
    small = shrink(image, longest=LONGEST)
    grey = luma(small)
    across, down = _slopes(grey)
    strength = np.hypot(across, down)
    upright, slanted = _directions(across, down, strength)
    return Form(
        flat=_flat(image),
        few=_few(small),
        upright=upright,
        slanted=slanted,
        curved=_curved(across, down, strength),
        shade=float(np.mean((strength > SHADE_LEVEL) & (strength < EDGE_LEVEL / 2))),
        gleam=_gleam(grey),
        letters=_letters(shrink(image, longest=LETTER_LONGEST)),
    )


def _slopes(grey: Plane) -> tuple[Plane, Plane]:
    calm = cv2.GaussianBlur(grey, (0, 0), 1.2)
    across = np.asarray(cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=1 / 8), dtype=np.float32)
    down = np.asarray(cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=1 / 8), dtype=np.float32)
    return across, down


def _flat(image: Picture) -> float:
    """On untouched pixels: shrinking would smooth grain away, so a large picture is looked at through its middle."""
    height, width = image.shape[:2]
    top, left = max(0, (height - 2 * LONGEST) // 2), max(0, (width - 2 * LONGEST) // 2)
    part = np.ascontiguousarray(image[top : top + 2 * LONGEST, left : left + 2 * LONGEST])
    square = np.ones((3, 3), dtype=np.uint8)
    span = cv2.subtract(cv2.dilate(part, square), cv2.erode(part, square))
    return float(np.mean(np.asarray(span).max(axis=2) <= FLAT_RANGE))


def _few(image: Picture) -> float:
    levels = image.reshape(-1, 3).astype(np.int64) >> 3
    counts = np.bincount((levels[:, 0] << 10) | (levels[:, 1] << 5) | levels[:, 2])
    return float(np.sort(counts)[-FEW_COLOURS:].sum() / len(levels))


def _directions(across: Plane, down: Plane, strength: Plane) -> tuple[float, float]:
    edge = strength > EDGE_LEVEL / 2
    total = float(strength[edge].sum(dtype=np.float64))
    if total == 0:
        return 0.0, 0.0
    angle = np.degrees(np.arctan2(np.abs(down[edge]), np.abs(across[edge])))
    weight = strength[edge].astype(np.float64)
    upright = float(weight[(angle < UPRIGHT) | (angle > 90 - UPRIGHT)].sum()) / total
    slanted = float(weight[(angle > SLANTED[0]) & (angle < SLANTED[1])].sum()) / total
    return upright, slanted


def _curved(across: Plane, down: Plane, strength: Plane) -> float:
    """Evenness of edge directions times their local agreement: rims of cups and waves have both, grass and grids lack one."""
    edge = strength > EDGE_LEVEL / 4
    if not edge.any():
        return 0.0
    turn = ((np.degrees(np.arctan2(down[edge], across[edge])) % 180) // (180 / _DIRECTIONS)).astype(np.intp) % _DIRECTIONS
    wheel = np.bincount(turn, weights=strength[edge].astype(np.float64), minlength=_DIRECTIONS)
    shares = wheel[wheel > 0] / wheel.sum()
    evenness = float(-(shares * np.log(shares)).sum() / np.log(_DIRECTIONS))
    return evenness * _agreement(across, down, edge)


def _agreement(across: Plane, down: Plane, edge: NDArray[np.bool_]) -> float:
    xx, yy, xy = (cv2.GaussianBlur(plane, (0, 0), 3.0) for plane in (across**2, down**2, across * down))
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + np.float32(1e-6))
    weight = (xx + yy)[edge].astype(np.float64)
    return float(np.average(coherence[edge].astype(np.float64), weights=weight))


def _gleam(grey: Plane) -> float:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (GLEAM_SIZE, GLEAM_SIZE))
    rise = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, disc)
    return float(np.mean((grey > GLEAM_LIGHT) & (np.asarray(rise) > GLEAM_RISE)))


def _letters(image: Picture) -> float:
    """Strokes joined sideways into lines: wide, low, filled, and changing between ink and ground many times."""
    grey = luma(image)
    height, width = grey.shape
    stroke = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), dtype=np.uint8))
    busy = (np.asarray(stroke) > INK_STEP).astype(np.uint8)
    joined = cv2.morphologyEx(busy, cv2.MORPH_CLOSE, np.ones((1, max(5, width // 60)), dtype=np.uint8))
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(joined)
    ink = (grey < cv2.blur(grey, (INK_REACH, INK_REACH))).astype(np.int8)
    changes = np.abs(np.diff(ink, axis=1, prepend=ink[:, :1]))
    strokes = np.bincount(np.asarray(labels).ravel(), weights=changes.ravel(), minlength=len(boxes))
    lines = zip(boxes[1:], strokes[1:], strict=True)
    area = sum((_line_area(box, strokes=float(count), picture_height=height) for box, count in lines), 0.0)
    return min(1.0, area / float(height * width))


def _line_area(box: NDArray[np.int32], *, strokes: float, picture_height: int) -> float:
    _, _, width, height, area = (int(figure) for figure in box)
    low, high = (share * picture_height for share in LETTER_HEIGHT)
    wide = width >= 1.5 * height and max(5.0, low) <= height <= high
    filled = area >= 0.5 * width * height
    lettered = strokes / height >= 1.2 * width / height
    return float(width * height) if wide and filled and lettered else 0.0
