"""Dynamics: music ducked under speech by a side chain, and a look-ahead limiter that keeps true peaks under a ceiling.

Both work on a window of the film and give what they would give to the whole, but for its edges: `MEMORY` and `AROUND` say how
much of them is to be left out.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.mix.loudness import true_peaks
from videofactory.media.mix.sound import RATE, Signal, gain, peaks

DUCK = 10.0
"""dB by which speech pushes the music down."""
ATTACK, RELEASE = 0.020, 0.400
"""Seconds in which ducking comes and goes (time constants)."""
_THRESHOLD, _KNEE = -42.0, 12.0
"""Speech level in dBFS at which ducking sets in, and the dB above it at which it is full."""
STEP = RATE // 1000
"""Samples in which ducking moves: a millisecond, counted from the film's beginning."""
MEMORY = 4 * RATE
"""Samples after which speech is forgotten: ten times the longer time constant leaves 0.0005 dB."""
_LOOK_AHEAD = 5 * RATE // 1000 // 2 * 2 + 1
AROUND = 1024
"""Samples before and after a place that its limiting depends on, rounded up: two look-aheads and half an interpolator."""


def ducking(speech: Signal) -> NDArray[np.float32]:
    """The factor for the music at each sample of this speech, which begins with a step: 1 without, down to −10 dB under it."""
    steps = np.asarray(10 ** (-_followed(_wanted(speech)) / 20), np.float32)
    between = np.arange(STEP, dtype=np.float32) / STEP
    factors = steps[:, None] + np.diff(steps, append=steps[-1:])[:, None] * between
    return np.asarray(factors.reshape(-1)[: len(speech)])


def _wanted(speech: Signal) -> NDArray[np.float32]:
    """Ducking in dB that the loudest sample of each millisecond asks for."""
    padded = np.zeros(-(-len(speech) // STEP) * STEP, np.float32)
    padded[: len(speech)] = peaks(speech)
    level = 20 * np.log10(padded.reshape(-1, STEP).max(axis=1) + 1e-9)
    return np.asarray(np.clip((level - _THRESHOLD) / _KNEE, 0.0, 1.0) * DUCK)


def _followed(wanted: NDArray[np.float32]) -> NDArray[np.float64]:
    """One-pole smoothing in milliseconds from silence on, quick upwards and slow downwards."""
    quick, slow = (1 - np.exp(-1 / (1000 * seconds)) for seconds in (ATTACK, RELEASE))
    state, followed = 0.0, np.empty(len(wanted))
    for number, target in enumerate(wanted.tolist()):
        state += (target - state) * (quick if target > state else slow)
        followed[number] = state
    return followed


def limited(signal: Signal, *, ceiling: float | NDArray[np.float32], boost: float = 0.0) -> Signal:
    """The signal `boost` dB louder with no true peak above `ceiling` (dBTP, one for all or one for each sample).

    Gain goes down before a peak, and comes back softly.
    """
    loud = signal * np.float32(gain(boost))
    highest = np.power(10.0, np.asarray(ceiling, np.float32) / 20, dtype=np.float32)
    needed = np.minimum(np.float32(1.0), highest / np.maximum(true_peaks(loud), np.float32(1e-9)))
    if float(needed.min(initial=1.0)) < 1.0:
        loud *= _early(needed)[:, None]
    return loud


def _early(needed: NDArray[np.float32]) -> NDArray[np.float32]:
    """The limiter's factor at each sample, smooth, and early enough for every peak."""
    edges = np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1.0)
    lowest = cv2.erode(edges[None, :], np.ones((1, 2 * _LOOK_AHEAD - 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(lowest, (_LOOK_AHEAD, 1), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(smooth, (_LOOK_AHEAD, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth[0, 2 * _LOOK_AHEAD : -2 * _LOOK_AHEAD], np.float32)
