"""Loudness and true peak after ITU-R BS.1770-5: K-weighting, gated blocks, four-fold oversampling."""

import math
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.mix.sound import RATE, Signal, Sound, peaks, spans

SILENCE = -70.0
"""LUFS below which a block counts as silence; also what a silent programme is said to measure."""
HOP = RATE // 10
"""Samples whose power is one figure: a tenth of a second."""
_BLOCK_HOPS = 4
_RELATIVE_GATE = -10.0
_OFFSET = -0.691
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""Numerators and denominators of the two K-weighting filters at 48 kHz (BS.1770-5, tables 1 and 2)."""
RUN_IN = RATE // 5
"""Samples before a chunk that let its filters settle: their memory is about 60 ms."""
_CHUNK = (2**17 - 2 * RUN_IN) // HOP * HOP
"""Samples filtered at once: with what is before and after them they fill a Fourier transform of 2¹⁷, which a cache holds."""
_PHASES = 4
_TAPS = 24


class Loudness(NamedTuple):
    """`integrated` in LUFS (`SILENCE` for silence) and `true_peak` in dBTP (-inf for silence)."""

    integrated: float
    true_peak: float


def measure(signal: Sound) -> Loudness:
    """Integrated loudness and true peak of a stereo sound at 48 kHz."""
    peak = max((highest(signal, start=part.start, stop=part.stop) for part in spans(len(signal))), default=0.0)
    return Loudness(integrated(powers(signal)), decibels(peak))


def decibels(peak: float) -> float:
    """A level as dB below full scale; -inf for silence."""
    return 20 * math.log10(peak) if peak > 0 else -math.inf


def highest(signal: Sound, *, start: int, stop: int) -> float:
    """The true peak of these samples, which depends on a few before and after them."""
    first = max(0, start - _TAPS)
    return float(true_peaks(signal[first : stop + _TAPS])[start - first : stop - first].max(initial=0.0))


def powers(signal: Sound, *, start: int = 0, stop: int | None = None) -> NDArray[np.float64]:
    """Mean square of the K-weighted signal, both channels added, for each tenth of a second.

    Only from sample `start` to `stop` is told of; what sounds before it rings on in the filters. The rest at the end that fills
    no tenth is left out, as meters do (BS.1770-5, annex 1); only what is shorter than a block of 0.4 s is told of whole, padded.
    """
    end = len(signal) if stop is None else stop
    weighted = np.zeros(max(1, -(-(end - start) // HOP)))
    for at in range(start, end, _CHUNK):
        first = max(0, at - RUN_IN)
        piece = _weighted(signal[first : min(at + _CHUNK, end)])[at - first :]
        padded = np.zeros((-(-len(piece) // HOP) * HOP, 2))
        padded[: len(piece)] = piece
        sums = np.square(padded).reshape(-1, HOP * 2).sum(axis=1) / HOP
        weighted[(at - start) // HOP : (at - start) // HOP + len(sums)] = sums
    whole = (end - start) // HOP
    return weighted[:whole] if whole >= _BLOCK_HOPS else weighted


def integrated(hop_powers: NDArray[np.float64]) -> float:
    """Gated loudness in LUFS from the powers of tenths of seconds; `SILENCE` when nothing passes the gate."""
    padded = np.pad(hop_powers, (0, max(0, _BLOCK_HOPS - len(hop_powers))))
    blocks = np.convolve(padded, np.full(_BLOCK_HOPS, 1 / _BLOCK_HOPS), mode="valid")
    audible = blocks[blocks > _power(SILENCE)]
    if audible.size == 0:
        return SILENCE
    loud = audible[audible > _power(_level(float(audible.mean())) + _RELATIVE_GATE)]
    return _level(float(loud.mean()))


def loudest(hop_powers: NDArray[np.float64]) -> float:
    """The loudest 0.4 seconds in LUFS: what counts for short sounds."""
    padded = np.pad(hop_powers, _BLOCK_HOPS)
    blocks = np.convolve(padded, np.full(_BLOCK_HOPS, 1 / _BLOCK_HOPS), mode="valid")
    return max(SILENCE, _level(float(blocks.max()))) if blocks.max() > 0 else SILENCE


def true_peaks(signal: Signal) -> NDArray[np.float32]:
    """For each sample the highest level of both channels at it and at three points after it."""
    found = peaks(signal)
    for part in spans(len(signal)):
        first = max(0, part.start - _TAPS)
        sides = np.ascontiguousarray(signal[first : part.stop + _TAPS].T, np.float32)
        for taps in _interpolators():
            between = cv2.filter2D(sides, -1, taps[None, :], anchor=(_TAPS // 2 - 1, 0), borderType=cv2.BORDER_CONSTANT)
            level = np.abs(between, out=between).max(axis=0)[part.start - first :][: part.stop - part.start]
            np.maximum(found[part], level, out=found[part])
    return found


@lru_cache(maxsize=1)
def _interpolators() -> list[NDArray[np.float32]]:
    """Windowed-sinc filters that give the signal at 1/4, 2/4 and 3/4 between two samples."""
    lags = np.arange(_TAPS) - _TAPS // 2 + 1
    filters = []
    for phase in range(1, _PHASES):
        distance = lags - phase / _PHASES
        window = 0.5 + 0.5 * np.cos(2 * np.pi * distance / (_TAPS + 1))
        taps = np.sinc(distance) * window
        filters.append((taps / taps.sum()).astype(np.float32))
    return filters


def _weighted(piece: Signal) -> NDArray[np.float64]:
    """K-weighting by the filters' frequency response, padded lest the end wrap round. Equal sides are filtered once."""
    sides = piece[:, :1] if np.array_equal(piece[:, 0], piece[:, 1]) else piece
    size = 1 << (len(piece) + RUN_IN - 1).bit_length()
    spectrum = np.fft.rfft(sides.astype(np.float64), size, axis=0)
    spectrum *= _response(size)[:, None]
    return np.broadcast_to(np.fft.irfft(spectrum, size, axis=0)[: len(piece)], (len(piece), 2))


@lru_cache(maxsize=2)
def _response(size: int) -> NDArray[np.complex128]:
    """The two filters' response at the frequencies of a Fourier transform of this size."""
    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    parts = [np.polyval(top[::-1], delay) / np.polyval(bottom[::-1], delay) for top, bottom in (_SHELF, _HIGH_PASS)]
    return np.asarray(parts[0] * parts[1])


def _level(power: float) -> float:
    return _OFFSET + 10 * math.log10(power)


def _power(level: float) -> float:
    return float(10 ** ((level - _OFFSET) / 10))
