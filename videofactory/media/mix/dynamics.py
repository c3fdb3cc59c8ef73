"""Dynamics: music ducked under speech by a side chain, and a look-ahead limiter that keeps true peaks under a ceiling."""

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.mix.loudness import true_peaks
from videofactory.media.mix.sound import RATE, Signal, gain

DUCK = 10.0
"""dB by which speech pushes the music down."""
ATTACK, RELEASE = 0.020, 0.400
"""Seconds in which ducking comes and goes (time constants)."""
_THRESHOLD, _KNEE = -42.0, 12.0
"""Speech level in dBFS at which ducking sets in, and the dB above it at which it is full."""
_STEP = RATE // 1000
_LOOK_AHEAD = 5 * RATE // 1000 // 2 * 2 + 1


def ducking(speech: Signal) -> NDArray[np.float32]:
    """The factor for the music at each sample: 1 without speech, down to −10 dB under it."""
    steps = -(-len(speech) // _STEP)
    padded = np.zeros(steps * _STEP, np.float32)
    padded[: len(speech)] = np.abs(speech).max(axis=1)
    level = 20 * np.log10(padded.reshape(-1, _STEP).max(axis=1) + 1e-9)
    wanted = np.clip((level - _THRESHOLD) / _KNEE, 0.0, 1.0) * DUCK
    curve = _followed(wanted)
    positions = np.arange(len(speech)) / _STEP
    return np.asarray(10 ** (-np.interp(positions, np.arange(steps), curve) / 20), np.float32)


def _followed(wanted: NDArray[np.float32]) -> NDArray[np.float64]:
    """One-pole smoothing in milliseconds, quick upwards and slow downwards."""
    quick, slow = (1 - np.exp(-1 / (1000 * seconds)) for seconds in (ATTACK, RELEASE))
    state, followed = 0.0, np.empty(len(wanted))
    for number, target in enumerate(wanted.tolist()):
        state += (target - state) * (quick if target > state else slow)
        followed[number] = state
    return followed


def limited(signal: Signal, *, ceiling: float) -> Signal:
    """The signal with no true peak above `ceiling` (dBTP): gain goes down before a peak and comes back softly after it."""
    peaks = true_peaks(signal)
    needed = np.minimum(1.0, gain(ceiling) / np.maximum(peaks, 1e-9)).astype(np.float32)
    if float(needed.min(initial=1.0)) >= 1.0:
        return signal
    edges = np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1.0)
    lowest = cv2.erode(edges[None, :], np.ones((1, 2 * _LOOK_AHEAD - 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(lowest, (_LOOK_AHEAD, 1), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(smooth, (_LOOK_AHEAD, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(signal * smooth[0, 2 * _LOOK_AHEAD : -2 * _LOOK_AHEAD, None], np.float32)
