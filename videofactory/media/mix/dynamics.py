"""Dynamics: music ducked under speech by a side chain, and a look-ahead limiter that keeps true peaks under a ceiling.

Both work block by block and give what they would give to the whole: how sound is cut into blocks is never heard.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.mix.loudness import true_peaks
from videofactory.media.mix.sound import BLOCK, RATE, Signal, Sound, gain, spans

DUCK = 10.0
"""dB by which speech pushes the music down."""
ATTACK, RELEASE = 0.020, 0.400
"""Seconds in which ducking comes and goes (time constants)."""
_THRESHOLD, _KNEE = -42.0, 12.0
"""Speech level in dBFS at which ducking sets in, and the dB above it at which it is full."""
_STEP = RATE // 1000
_LOOK_AHEAD = 5 * RATE // 1000 // 2 * 2 + 1
_AROUND = 1024
"""Samples before and after a block that its limiting depends on, rounded up: two look-aheads and half an interpolator."""


class Ducking:
    """How far speech pushes music down, followed in milliseconds from a speech that is heard once, in blocks."""

    def __init__(self, speech: Sound, *, block: int = BLOCK) -> None:
        """Listen to the speech. Kept are 8 bytes per millisecond."""
        state, curves = 0.0, [np.zeros(0)]
        for part in spans(len(speech), block=-(-block // _STEP) * _STEP):
            curves.append(_followed(_wanted(speech[part]), state=state))
            state = float(curves[-1][-1])
        self._curve = np.concatenate(curves)

    def factors(self, start: int, stop: int) -> NDArray[np.float32]:
        """The factor for the music at each of these samples: 1 without speech, down to −10 dB under it."""
        first, last = start // _STEP, min(stop // _STEP + 2, len(self._curve))
        reduction = np.interp(np.arange(start, stop) / _STEP, np.arange(first, last), self._curve[first:last])
        return np.asarray(10 ** (-reduction / 20), np.float32)


def _wanted(speech: Signal) -> NDArray[np.float32]:
    """Ducking in dB that the loudest sample of each millisecond asks for."""
    padded = np.zeros(-(-len(speech) // _STEP) * _STEP, np.float32)
    padded[: len(speech)] = np.abs(speech).max(axis=1)
    level = 20 * np.log10(padded.reshape(-1, _STEP).max(axis=1) + 1e-9)
    return np.asarray(np.clip((level - _THRESHOLD) / _KNEE, 0.0, 1.0) * DUCK)


def _followed(wanted: NDArray[np.float32], *, state: float) -> NDArray[np.float64]:
    """One-pole smoothing in milliseconds from `state` on, quick upwards and slow downwards."""
    quick, slow = (1 - np.exp(-1 / (1000 * seconds)) for seconds in (ATTACK, RELEASE))
    followed = np.empty(len(wanted))
    for number, target in enumerate(wanted.tolist()):
        state += (target - state) * (quick if target > state else slow)
        followed[number] = state
    return followed


def limited(signal: Sound, *, ceiling: float, boost: float = 0.0, block: int = BLOCK) -> Iterator[Signal]:
    """The signal `boost` dB louder with no true peak above `ceiling` (dBTP): gain goes down before a peak, comes back softly."""
    for part in spans(len(signal), block=block):
        start = max(0, part.start - _AROUND)
        piece = signal[start : part.stop + _AROUND] * np.float32(gain(boost))
        own = slice(part.start - start, part.stop - start)
        yield np.asarray(piece[own] * _reduction(piece, ceiling=ceiling)[own, None], np.float32)


def _reduction(piece: Signal, *, ceiling: float) -> NDArray[np.float32]:
    """The limiter's factor at each sample of a piece, smooth, and early enough for every peak."""
    needed = np.minimum(1.0, gain(ceiling) / np.maximum(true_peaks(piece), 1e-9)).astype(np.float32)
    if float(needed.min(initial=1.0)) >= 1.0:
        return needed
    edges = np.pad(needed, 2 * _LOOK_AHEAD, constant_values=1.0)
    lowest = cv2.erode(edges[None, :], np.ones((1, 2 * _LOOK_AHEAD - 1), np.uint8), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(lowest, (_LOOK_AHEAD, 1), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.blur(smooth, (_LOOK_AHEAD, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth[0, 2 * _LOOK_AHEAD : -2 * _LOOK_AHEAD], np.float32)
