"""Colours as people see them: CIELAB (D65), the CIEDE2000 difference, and hex notation.

Lab arrays are float, last axis L (0..100), a, b. A difference of 1 is just visible side by side, 5 is seen at a glance.
"""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from videofactory.media.measure.picture import Picture

Lab = NDArray[np.float64]
_FAR_BLUE = 25.0**7
_TURN, _HALF_TURN = 360.0, 180.0


def to_lab(image: Picture) -> NDArray[np.float32]:
    """The picture in CIELAB, shape (height, width, 3)."""
    return np.asarray(cv2.cvtColor(image.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), dtype=np.float32)


def lab_of_hex(colours: Sequence[str]) -> Lab:
    """Lab rows of `#rrggbb` colours, shape (count, 3)."""
    levels = np.array([list(bytes.fromhex(colour.removeprefix("#"))) for colour in colours], dtype=np.uint8)
    return to_lab(levels.reshape(1, -1, 3)).reshape(-1, 3).astype(np.float64)


def hex_of(lab: ArrayLike) -> str:
    """`#rrggbb` of one Lab colour; what sRGB cannot show is clipped."""
    pixel = np.asarray(lab, dtype=np.float32).reshape(1, 1, 3)
    levels = np.asarray(cv2.cvtColor(pixel, cv2.COLOR_LAB2RGB), dtype=np.float64).reshape(3)
    return "#" + "".join(f"{int(level):02x}" for level in np.rint(np.clip(levels, 0, 1) * 255))


def difference(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """CIEDE2000 between Lab colours, broadcast over the leading axes.

    After Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula: implementation notes" (2005), with weights 1.
    """
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    chroma1, hue1, chroma2, hue2 = _chroma_and_hue(first, second)
    d_hue = _hue_step(hue1, hue2, grey=chroma1 * chroma2 == 0)
    hue = _mean_hue(hue1, hue2, grey=chroma1 * chroma2 == 0)
    lightness, chroma = (first[..., 0] + second[..., 0]) / 2, (chroma1 + chroma2) / 2
    off_middle = (lightness - 50) ** 2
    s_light = 1 + 0.015 * off_middle / np.sqrt(20 + off_middle)
    s_chroma, s_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * _hue_weight(hue)
    light = (second[..., 0] - first[..., 0]) / s_light
    depth = (chroma2 - chroma1) / s_chroma
    turn = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(d_hue) / 2) / s_hue
    return np.sqrt(np.maximum(light**2 + depth**2 + turn**2 + _rotation(hue, chroma) * depth * turn, 0))


def _chroma_and_hue(first: Lab, second: Lab) -> tuple[Lab, Lab, Lab, Lab]:
    mean = (np.hypot(first[..., 1], first[..., 2]) + np.hypot(second[..., 1], second[..., 2])) / 2
    stretch = 1 + 0.5 * (1 - np.sqrt(mean**7 / (mean**7 + _FAR_BLUE)))
    a1, a2 = first[..., 1] * stretch, second[..., 1] * stretch
    hue1 = np.degrees(np.arctan2(first[..., 2], a1)) % 360
    hue2 = np.degrees(np.arctan2(second[..., 2], a2)) % 360
    return np.hypot(a1, first[..., 2]), hue1, np.hypot(a2, second[..., 2]), hue2


def _hue_step(hue1: Lab, hue2: Lab, *, grey: NDArray[np.bool_]) -> Lab:
    step = (hue2 - hue1 + 180) % 360 - 180
    return np.where(grey, 0.0, step)


def _mean_hue(hue1: Lab, hue2: Lab, *, grey: NDArray[np.bool_]) -> Lab:
    total = hue1 + hue2
    around = np.where(total < _TURN, total + _TURN, total - _TURN)
    mean = np.where(np.abs(hue1 - hue2) > _HALF_TURN, around, total) / 2
    return np.where(grey, total, mean)


def _hue_weight(hue: Lab) -> Lab:
    waves = ((1, -30, -0.17), (2, 0, 0.24), (3, 6, 0.32), (4, -63, -0.20))
    return 1 + sum((height * np.cos(np.radians(times * hue + shift)) for times, shift, height in waves), np.zeros_like(hue))


def _rotation(hue: Lab, chroma: Lab) -> Lab:
    swing = 30 * np.exp(-(((hue - 275) / 25) ** 2))
    return np.asarray(-2 * np.sqrt(chroma**7 / (chroma**7 + _FAR_BLUE)) * np.sin(np.radians(2 * swing)))
