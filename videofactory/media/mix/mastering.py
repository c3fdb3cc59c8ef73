"""Mastering: one gain for the whole film and a ceiling for each piece, found from what a player decodes of the coded pieces.

Gain and ceilings stand on coarse grids, so that a small change leaves the other pieces as they are. They follow from the sounds
alone, never from what was cut before.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from videofactory.domain.errors import MediaBroken
from videofactory.media.mix import loudness
from videofactory.media.mix.loudness import Loudness

TARGET = -14.0
PEAK = -1.0
"""Integrated loudness in LUFS and highest true peak in dBTP of the coded track (SPEC section 8)."""
AIM = -1.5
"""dBTP each piece's limiter starts from: AAC adds overshoots of some tenths of a dB."""
GRID = 0.25
"""dB between two gains, and two ceilings."""
_NEAR = 0.2
"""LU from the target that is near enough: more than half the grid, less than half of what is allowed."""
_ALLOWED = 0.5
_ROOM = 0.1
"""dB below `PEAK` that is kept free, for meters differ."""
_ROUNDS = 8
_FLATTEST = 0.2
"""The limiter eats gain: of 1 dB more, as little as this much LU is left for spiky sound."""


@dataclass(frozen=True)
class Levels:
    """What is set: the film's gain in dB, and each piece's ceiling in dBTP."""

    gain: float
    ceilings: tuple[float, ...]

    def around(self, number: int) -> tuple[float, float, float]:
        """The ceilings of a piece where it meets the one before, in itself, and where it meets the next: always the lower."""
        own = self.ceilings[number]
        before, after = self.ceilings[max(0, number - 1)], self.ceilings[min(number + 1, len(self.ceilings) - 1)]
        return min(before, own), own, min(own, after)


class Heard(NamedTuple):
    """What was measured of the coded film: power of each 0.1 s, true peak (1 is full) of each piece and its joins."""

    powers: Sequence[float]
    peaks: Sequence[float]

    @property
    def loudness(self) -> Loudness:
        """Of the whole."""
        return Loudness(loudness.integrated(np.asarray(self.powers)), loudness.decibels(max(self.peaks, default=0.0)))


def mastered(dry: float, *, pieces: int, listen: Callable[[Levels], Heard]) -> tuple[Levels, Loudness]:
    """The levels at which a film of this loudness in LUFS is at the target, and what was measured at them.

    `listen` codes the film at some levels and tells what is heard. Raises `MediaBroken` when loudness and peak cannot be met.
    """
    levels = Levels(_gridded(TARGET - dry), (AIM,) * pieces)
    before, step = dry, TARGET - dry
    for final in (False,) * (_ROUNDS - 1) + (True,):
        heard = listen(levels)
        reached = heard.loudness
        if _good(reached, near=_ALLOWED if final else _NEAR, room=0.0 if final else _ROOM):
            return levels, reached
        slope = (reached.integrated - before) / step if step else 1.0
        before, step = reached.integrated, _step(TARGET - reached.integrated, slope=slope)
        levels = Levels(levels.gain + step, tuple(map(_lowered, levels.ceilings, heard.peaks)))
    raise MediaBroken(
        f"The mix reaches {reached.integrated:.1f} LUFS at {reached.true_peak:.1f} dBTP, not {TARGET} at {PEAK}.",
        remedy="Its sounds are too short or too spiky: check the effects, or add music.",
    )


def _good(reached: Loudness, *, near: float, room: float) -> bool:
    return abs(reached.integrated - TARGET) <= near and reached.true_peak <= PEAK - room


def _step(missing: float, *, slope: float) -> float:
    """By how much the gain is changed when so much is missing; not at all when that is near enough."""
    if abs(missing) <= _NEAR:
        return 0.0
    wanted = _gridded(missing / min(1.0, max(_FLATTEST, slope)))
    return wanted or math.copysign(GRID, missing)


def _lowered(ceiling: float, peak: float) -> float:
    """The ceiling of a piece that was heard with this peak."""
    over = loudness.decibels(peak) - (PEAK - _ROOM)
    return ceiling - GRID * math.ceil(over / GRID) if over > 0 else ceiling


def _gridded(decibels: float) -> float:
    return round(decibels / GRID) * GRID
