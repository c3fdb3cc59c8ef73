"""Light and colour as a whole: brightness, contrast, warmth, colourfulness, harmony, and how much of the picture is blank."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.media.measure.colour import to_lab
from videofactory.media.measure.picture import Picture, shrink

LONGEST = 320
WARM_HUE = 60.0
"""Hue angle in Lab (degrees) of warm light: between red and yellow."""
WARM_FULL = 25.0
"""Mean chroma along the warm axis that counts as clearly warm."""
MOST_COLOURFUL = 109.0
"""Colourfulness that observers call extreme (Hasler and Süsstrunk 2003)."""
BLANK_REACH = 4.0
"""Pixels within this Lab distance of the commonest colour are of that colour."""
_HUES = 36
_GREY_CHROMA = 8.0


class Light(NamedTuple):
    """Figures 0..1 (see `light` for what they mean); `spread` is the deviation of all colour in Lab units."""

    brightness: float
    contrast: float
    warmth: float
    colourfulness: float
    harmony: float
    blank: float
    spread: float


def light(image: Picture) -> Light:
    """Brightness: mean L. Contrast: L between its 5th and 95th percentile. Warmth: 0 cold, 0.5 neutral, 1 warm.

    Colourfulness after Hasler and Süsstrunk, 1 being extreme. Harmony: share of the chroma within 30° of one hue, weighted
    by how coloured the picture is. Blank: share of the commonest colour.
    """
    small = shrink(image, longest=LONGEST)
    lab = to_lab(small).reshape(-1, 3).astype(np.float64)
    low, high = np.percentile(lab[:, 0], [5, 95])
    return Light(
        brightness=float(lab[:, 0].mean() / 100),
        contrast=min(1.0, float(high - low) / 100),
        warmth=_warmth(lab),
        colourfulness=_colourfulness(small),
        harmony=_harmony(lab),
        blank=_blank(lab),
        spread=float(np.sqrt(lab.var(axis=0).sum())),
    )


def _warmth(lab: NDArray[np.float64]) -> float:
    warm = lab[:, 1] * np.cos(np.radians(WARM_HUE)) + lab[:, 2] * np.sin(np.radians(WARM_HUE))
    return float(0.5 + 0.5 * np.tanh(warm.mean() / WARM_FULL))


def _colourfulness(image: Picture) -> float:
    red, green, blue = (image[..., channel].astype(np.float64) for channel in range(3))
    across, along = red - green, (red + green) / 2 - blue
    figure = np.hypot(across.std(), along.std()) + 0.3 * np.hypot(across.mean(), along.mean())
    return min(1.0, float(figure) / MOST_COLOURFUL)


def _harmony(lab: NDArray[np.float64]) -> float:
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    if chroma.mean() < 1:
        return 0.0
    hue = ((np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360) // (360 / _HUES)).astype(np.intp) % _HUES
    wheel = np.bincount(hue, weights=chroma, minlength=_HUES)
    sector = sum(np.roll(wheel, shift) for shift in range(-3, 4))
    return float(np.max(sector) / wheel.sum() * min(1.0, chroma.mean() / _GREY_CHROMA))


def _blank(lab: NDArray[np.float64]) -> float:
    cells, counts = np.unique(np.floor(lab / BLANK_REACH), axis=0, return_counts=True)
    own = np.all(np.floor(lab / BLANK_REACH) == cells[np.argmax(counts)], axis=1)
    commonest = np.median(lab[own], axis=0)
    return float(np.mean(np.linalg.norm(lab - commonest, axis=1) <= BLANK_REACH))
