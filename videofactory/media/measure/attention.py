"""Where the eye goes: a saliency map of two plain models, and the box of the subject.

Model 1: what differs in colour from the rim of the picture is subject (boundary prior). Model 2: what is unexpected in the
log spectrum (spectral residual, Hou and Zhang 2007). Both are weighted towards the middle, where subjects are put.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Box
from videofactory.media.measure.colour import to_lab
from videofactory.media.measure.palette import clusters
from videofactory.media.measure.picture import Picture, Plane, luma, shrink

LONGEST = 192
RIM = 0.06
"""Width of the rim taken for ground, as a share of the shorter side."""
GROUND_COLOURS = 4
COLOUR_WEIGHT = 0.7
"""Weight of model 1; the rest is model 2's."""
MIDDLE = 0.42
"""Deviation of the Gaussian weight around the middle, in shares of each side."""
BOX_MASS = 0.02
"""Share of the subject's mass left outside on each side of its box, so that strays do not stretch it."""
SMALLEST_SIDE = 0.12
JUST_VISIBLE = 2.0
"""Where no colour (Lab) or brightness (levels) differs by more, nothing stands out: rounding is no subject."""
COMPANION = 0.3
"""Other salient parts belong to the subject when they weigh at least this share of the main one."""
HEART = 0.08
"""Blur, in shares of the shorter side, in which the strongest place is looked for: a part of a thing, not a glint on it."""
_SPECTRUM = 64


class Attention(NamedTuple):
    """`box`: the subject; `share`: how much of the picture stands out; `focus`: share of all saliency that lies in the box."""

    box: Box
    share: float
    focus: float
    map: Plane


def attention(image: Picture) -> Attention:
    """The saliency map (0..1, small) and what follows from it."""
    seen = saliency(image)
    mask = _standing_out(seen)
    box = _box(seen * mask)
    return Attention(box, float(mask.mean()), _inside(seen, box), seen)


def focus_box(image: Picture) -> Box:
    """The box of the subject in shares of the picture; the middle of the picture where nothing stands out."""
    return attention(image).box


def heart_of(image: Picture, box: Box) -> tuple[float, float]:
    """The place in a box of the picture that draws the eye most, in shares of the picture; else the middle of the box."""
    seen = saliency(image)
    height, width = seen.shape
    rows = slice(int(box.y * height), max(1, round((box.y + box.height) * height)))
    columns = slice(int(box.x * width), max(1, round((box.x + box.width) * width)))
    inside = np.zeros_like(seen)
    inside[rows, columns] = seen[rows, columns]
    calm = cv2.GaussianBlur(inside, (0, 0), HEART * min(height, width))
    if calm.max() <= 0:
        return box.x + box.width / 2, box.y + box.height / 2
    row, column = divmod(int(np.argmax(calm)), width)
    return round((column + 0.5) / width, 4), round((row + 0.5) / height, 4)


def saliency(image: Picture) -> Plane:
    """How much each place stands out, 0..1, at a longer side of `LONGEST` pixels; all 0 for a blank picture."""
    small = shrink(image, longest=LONGEST)
    mixed = COLOUR_WEIGHT * _unlike_rim(small) + (1 - COLOUR_WEIGHT) * _unexpected(luma(small))
    mixed = cv2.GaussianBlur(mixed, (0, 0), max(small.shape) / 64) * _middle_weight(small.shape[0], small.shape[1])
    return _to_unit(np.asarray(mixed, dtype=np.float32))


def _unlike_rim(image: Picture) -> Plane:
    lab = to_lab(image).astype(np.float64)
    width = max(1, round(min(image.shape[:2]) * RIM))
    inner = np.zeros(image.shape[:2], dtype=bool)
    inner[width:-width, width:-width] = True
    rim = lab[~inner]
    ground, owners = clusters(rim, np.full(len(rim), 1 / len(rim)), count=GROUND_COLOURS)
    shares = np.bincount(owners, minlength=len(ground)) / len(rim)
    apart = np.linalg.norm(lab[:, :, None, :] - ground[None, None, shares > RIM, :], axis=3).min(axis=2)
    return _to_unit(apart.astype(np.float32)) if apart.max() > JUST_VISIBLE else np.zeros(apart.shape, dtype=np.float32)


def _unexpected(grey: Plane) -> Plane:
    if np.ptp(grey) <= JUST_VISIBLE:
        return np.zeros_like(grey)
    size = (_SPECTRUM, _SPECTRUM)
    spectrum = np.fft.fft2(cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    logs = np.log(np.abs(spectrum) + 1.0)
    residual = logs - cv2.blur(logs, (3, 3))
    back = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    calm = cv2.GaussianBlur(back, (0, 0), 2.5).astype(np.float32)
    return _to_unit(np.asarray(cv2.resize(calm, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), dtype=np.float32))


def _middle_weight(height: int, width: int) -> Plane:
    down, across = np.linspace(-0.5, 0.5, height), np.linspace(-0.5, 0.5, width)
    weight = np.exp(-(down[:, None] ** 2 + across[None, :] ** 2) / (2 * MIDDLE**2))
    return np.asarray(weight, dtype=np.float32)


def _to_unit(plane: Plane) -> Plane:
    low, high = (float(level) for level in np.quantile(plane, [0.02, 0.995]))
    if high - low < 1e-6:  # noqa: PLR2004 - nothing differs from anything
        return np.zeros_like(plane)
    return np.asarray(np.clip((plane - low) / (high - low), 0, 1), dtype=np.float32)


def _standing_out(seen: Plane) -> NDArray[np.bool_]:
    levels = np.rint(seen * 255).astype(np.uint8)
    limit, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    parts, labels = cv2.connectedComponents((levels > limit).astype(np.uint8))
    masses = np.bincount(np.asarray(labels).ravel(), weights=seen.ravel().astype(np.float64), minlength=parts)
    masses[0] = 0
    if parts == 1:
        return np.zeros(seen.shape, dtype=bool)
    return np.isin(labels, np.flatnonzero(masses >= COMPANION * masses.max()))


def _box(mass: Plane) -> Box:
    if mass.sum() <= 0:
        return Box(x=0.25, y=0.25, width=0.5, height=0.5)
    (left, width), (top, height) = _extent(mass.sum(axis=0)), _extent(mass.sum(axis=1))
    return Box(x=left, y=top, width=width, height=height)


def _extent(mass: Plane) -> tuple[float, float]:
    grown = np.cumsum(mass, dtype=np.float64) / mass.sum(dtype=np.float64)
    first = int(np.searchsorted(grown, BOX_MASS)) / len(mass)
    last = (int(np.searchsorted(grown, 1 - BOX_MASS)) + 1) / len(mass)
    length = max(SMALLEST_SIDE, min(1.0, last) - first)
    start = min(max(0.0, (first + last - length) / 2), 1 - length)
    return round(start, 4), round(min(length, 1 - start), 4)


def _inside(seen: Plane, box: Box) -> float:
    height, width = seen.shape
    rows = slice(round(box.y * height), round((box.y + box.height) * height))
    columns = slice(round(box.x * width), round((box.x + box.width) * width))
    total = float(seen.sum(dtype=np.float64))
    return float(seen[rows, columns].sum(dtype=np.float64)) / total if total else 0.0
