"""Mastering of a raw synthetic voice: full-band rate, friendlier tone, even level, a trace of a room.

Which voice speaks and when each word sounds is not known here (`providers.embedded.voice`).
"""

import numpy as np
from numpy.typing import NDArray

from videofactory.media.synth.level import FRAME, at_loudness, compressed, decibels_of, faded, frame_levels, gain_of, peak
from videofactory.media.synth.room import convolved, impulse_response
from videofactory.media.synth.spectrum import bell, filtered, high_pass, high_shelf, resampled
from videofactory.media.synth.wav import RATE, Signal

LEAD_IN = 0.06
TAIL = 0.15
"""Silence kept before the first and after the last sound, seconds."""
TARGET_LUFS = -18.0
CEILING = -3.0
_AUDIBLE = -45.0
_ROOM_SEED = 20
_ROOM_SECONDS = 0.28
_ROOM_LEVEL = -22.0
_TONE = (
    high_pass(80, order=3),  # nothing of a voice is below: only thumps
    bell(220, octaves=1.6, gain=2.0),  # chest: formant synthesis is thin there
    bell(1100, octaves=1.0, gain=-2.0),  # the nasal honk of few, narrow formants
    bell(3200, octaves=1.0, gain=1.5),  # presence: consonants stay clear under music
    high_shelf(6500, gain=-5.0),  # the buzz of a glottal pulse that is too regular
)


def mastered(raw: Signal, *, rate: int) -> Signal:
    """A raw mono voice of `rate` samples per second at `RATE`, toned, levelled and roomed; the same start, a little longer.

    About `TARGET_LUFS` with peaks of at most `CEILING` dBFS.
    """
    toned = filtered(resampled(raw, rate=rate), *_TONE)
    level = decibels_of(peak(toned))
    dense = compressed(toned, threshold=level - 18, ratio=2.5)
    response = impulse_response(seconds=_ROOM_SECONDS, seed=_ROOM_SEED, brightness=4500, delay=0.008)[:, 0]
    wet = convolved(dense, response=response)
    wet *= gain_of(_ROOM_LEVEL)
    wet[: len(dense)] += dense
    return at_loudness(wet, target=TARGET_LUFS, ceiling=CEILING)


def trimmed(signal: Signal) -> tuple[Signal, float]:
    """The voice with `LEAD_IN` and `TAIL` of silence around it, and the seconds cut from its start (negative: added)."""
    heard = np.flatnonzero(sounding(signal))
    first, last = (int(heard[0]) * FRAME, (int(heard[-1]) + 1) * FRAME) if len(heard) else (0, 0)
    begin, end = first - round(LEAD_IN * RATE), last + round(TAIL * RATE)
    padded = np.pad(signal, (max(-begin, 0), max(end - len(signal), 0)))
    cut = padded[max(begin, 0) : max(begin, 0) + end - begin]
    return faded(cut, fade_in=LEAD_IN / 2, fade_out=TAIL / 2), begin / RATE


def sounding(signal: Signal) -> NDArray[np.bool_]:
    """For each frame of `level.FRAME` samples: is it within 45 dB of the loudest frame."""
    levels = frame_levels(signal)
    return np.asarray(levels > np.max(levels, initial=-200.0) + _AUDIBLE)


def silence(seconds: float) -> Signal:
    """Nothing, for so long."""
    return np.zeros(round(seconds * RATE))
