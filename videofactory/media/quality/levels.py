"""Levels of a film's sound from its figures: gated loudness, peaks, silence, balance of the sides, loss in mono. Pure."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.decoding import Heard
from videofactory.media.quality.figures import SoundFigures
from videofactory.media.quality.hearing import FLOOR_DB
from videofactory.media.quality.limits import limits

GATE_LUFS = -70.0
"""BS.1770's absolute gate, and what it leaves of silence."""
_RELATIVE_GATE = 10.0
_OFFSET = 0.691
_FILLING = 3
"""Tenths of a second before the first whole block of 0.4 s."""
_TENTHS = 10
_FLOOR_ENERGY = 1e-12


class Levels(NamedTuple):
    """Integrated loudness (LUFS), true and sample peak (dB), when the true peak is first reached (seconds), clipped samples."""

    integrated: float
    true_peak: float
    true_peak_at: float
    peak: float
    clipped: int
    clipped_at: float | None


def levels(heard: Heard) -> Levels:
    """The levels of the whole sound."""
    figures = heard.figures
    highest = float(figures.true_peak.max(initial=0.0))
    clipped = np.flatnonzero(figures.clipped)
    return Levels(
        integrated=integrated(figures.momentary),
        true_peak=decibels(highest),
        true_peak_at=heard.start + int(np.argmax(figures.true_peak >= highest)) / _TENTHS if figures.true_peak.size else 0.0,
        peak=decibels(float(figures.peak.max(initial=0.0))),
        clipped=int(figures.clipped.sum()),
        clipped_at=heard.start + int(clipped[0]) / _TENTHS if clipped.size else None,
    )


def integrated(momentary: NDArray[np.float64]) -> float:
    """Gated loudness (BS.1770) from the loudness of overlapping blocks."""
    blocks = momentary[_FILLING:] if len(momentary) > _FILLING else momentary
    powers = 10 ** ((blocks[blocks > GATE_LUFS] + _OFFSET) / 10)
    if not powers.size:
        return GATE_LUFS
    loud = powers[10 * np.log10(powers) > 10 * math.log10(powers.mean()) - _RELATIVE_GATE]
    return float(10 * math.log10(loud.mean()) - _OFFSET)


def decibels(linear: float) -> float:
    """Of an amplitude; silence is `FLOOR_DB`."""
    return max(FLOOR_DB, 20 * math.log10(linear)) if linear > 0 else FLOOR_DB


def silences(heard: Heard, *, start: float, end: float) -> Iterator[tuple[float, float]]:
    """Stretches of silence (from, to, in seconds) between two times."""
    first = max(0, math.ceil((start - heard.start) * _TENTHS - 1e-6))
    last = max(first, math.floor((end - heard.start) * _TENTHS + 1e-6))
    silent = _loudness(heard.figures, heard.rate)[first:last] < limits().sound.speech_gap_dbfs
    steps = np.flatnonzero(np.diff(silent.astype(np.int8), prepend=0, append=0))
    for begin, stop in zip(steps[::2], steps[1::2], strict=True):
        yield heard.start + (first + int(begin)) / _TENTHS, heard.start + (first + int(stop)) / _TENTHS


def _loudness(figures: SoundFigures, rate: int) -> NDArray[np.float64]:
    """RMS of both sides in dBFS, tenth by tenth."""
    mean = figures.energy[:, :2].sum(axis=1) / 2 / (rate / _TENTHS)
    return np.asarray(10 * np.log10(np.maximum(mean, _FLOOR_ENERGY)))


def balance(figures: SoundFigures) -> float:
    """How many dB the left side of the whole film is louder than the right."""
    left, right = np.maximum(figures.energy[:, :2].sum(axis=0), _FLOOR_ENERGY)
    return float(10 * math.log10(left / right))


def mono_losses(heard: Heard) -> tuple[float, float]:
    """The most that is lost (dB) when both sides are added, over any window that can be heard, and when that begins (seconds)."""
    window = min(len(heard.figures.energy), round(limits().sound.mono_window_seconds * _TENTHS))
    if not window:
        return 0.0, heard.start
    left, right, both = (np.convolve(column, np.ones(window), mode="valid") for column in heard.figures.energy.T)
    whole = left + right
    audible = (
        10 * np.log10(np.maximum(whole / 2 / (window * heard.rate / _TENTHS), _FLOOR_ENERGY)) >= limits().sound.speech_gap_dbfs
    )
    kept = np.maximum((whole + 2 * both) / np.maximum(2 * whole, _FLOOR_ENERGY), 1e-6)
    losses = np.where(audible, -10 * np.log10(kept), 0.0)
    at = int(losses.argmax())
    return float(losses[at]), heard.start + at / _TENTHS
