"""How a move runs over time: easing of a shot and the slow sway of a held camera. Where the camera goes is `moves`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEADY = 0.55
"""Share of constant speed in a move: the camera still moves at 55 % of its mean speed at both ends, so that cuts feel alive."""
_SWAY_HERTZ = (0.147, 0.113)
"""Slow enough to read as breathing; two unequal rates never close the loop within a clip."""


class Sway(NamedTuple):
    """Offsets of a breathing camera, each about −1 … 1, one per frame."""

    x: Floats
    y: Floats
    zoom: Floats


def smoothstep(value: Floats) -> Floats:
    """0 below 0, 1 above 1, between them 3v² − 2v³."""
    inside = np.clip(value, 0.0, 1.0)
    return inside * inside * (3.0 - 2.0 * inside)


def progress(frames: int) -> Floats:
    """0 at the first frame … 1 at the last one; a single frame is at 0."""
    return np.arange(frames, dtype=np.float64) / max(frames - 1, 1)


def eased(frames: int) -> Floats:
    """0 … 1 with soft acceleration and braking that never stands still."""
    even = progress(frames)
    return STEADY * even + (1.0 - STEADY) * smoothstep(even)


def sway(frames: int, *, fps: int, seed: int) -> Sway:
    """The drift of a held camera: x and y a quarter turn apart, so that its speed is never zero."""
    phase = np.random.default_rng([seed, 1]).uniform(0.0, 2.0 * np.pi, 2)
    time = np.arange(frames, dtype=np.float64) / fps
    turn = 2.0 * np.pi * _SWAY_HERTZ[0] * time + phase[0]
    breath = 2.0 * np.pi * _SWAY_HERTZ[1] * time + phase[1]
    return Sway(np.sin(turn), np.cos(turn), np.sin(breath))
