"""Clicks: jumps of the sound within a millisecond or two that nothing around them explains, found under loud music, too.

Each moment of a sound follows from the moments before it (linear prediction); a click does not. So what is looked at is the error
of that prediction, in which music all but disappears. A drum or a plucked string cannot be foretold either, but it stays: a jump
counts only where what was known before it explains the sound after it again, and where nothing louder has begun.
Limits: `[sound]` of quality.toml.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from videofactory.media.quality.limits import limits

_BEFORE, _AFTER = 6, 2
"""Milliseconds that a coder smears of the click itself: its noise fills the two short windows of the transform before it."""
_FAR, _LEARNT = 25, 50
"""Milliseconds: how far round is looked, and from how much before a click it is foretold."""
_ORDER = 24
"""Samples from which the next one is foretold: half a millisecond."""
_HOP = 512
"""Samples foretold in one way, learnt from twice as many around them."""
_AT_ONCE = 128
"""Hops worked on at once: a second and a half, some MiB."""
_LOOK_CLOSER = 1.8
"""How far an error stands out of those around it for a closer look: below what any limit may ask."""
_INAUDIBLE = 10 ** (-75 / 10)
"""Power below which nothing is learnt: what a coder leaves of silence is no music."""
Side = NDArray[np.float64]


def clicks(samples: NDArray[np.float32], *, rate: int, begin: int, stop: int) -> NDArray[np.float64]:
    """Rows (second from `begin`, ratio to all around, level) of the clicks in the samples [begin, stop) of all channels.

    What both channels have is one click. The last 25 ms of all samples are not judged: nobody knows what would follow.
    """
    rows = sorted(row for side in samples for row in _found(np.asarray(side, np.float64), rate=rate))
    found = [((at - begin) / rate, ratio, level) for at, ratio, level in _merged(rows, rate=rate) if begin <= at < stop]
    return np.array(found, np.float64).reshape(-1, 3)


def _merged(rows: list[tuple[int, float, float]], *, rate: int) -> list[tuple[int, float, float]]:
    """Of those that are one event, the one that stands out most."""
    found: list[tuple[int, float, float]] = []
    for row in rows:
        if found and row[0] - found[-1][0] <= _BEFORE * rate // 1000:
            found[-1] = max(found[-1], row, key=lambda one: one[1])
        else:
            found.append(row)
    return found


def _found(side: Side, *, rate: int) -> list[tuple[int, float, float]]:
    """Rows of sample, ratio and level for one channel. Candidates are told from errors within blocks of a millisecond."""
    block, allowed = rate // 1000, limits().sound
    errors = np.abs(_errors(side))
    blocks = np.pad(errors, (0, -len(errors) % block)).reshape(-1, block)
    highest = blocks.max(axis=1, initial=0.0)
    around = np.maximum(_around(highest, near=_BEFORE), _around(highest[::-1], near=_AFTER)[::-1])
    least = 10 ** (allowed.click_dbfs / 20)
    ratio = highest / np.maximum(around, least / allowed.click_ratio)
    likely = np.flatnonzero((ratio >= _LOOK_CLOSER) & (highest >= least))
    places = [int(number * block + blocks[number].argmax()) for number in likely]
    judged = (_judged(side, at, rate=rate, least=least) for at in places if at < len(side) - _FAR * block)
    return [row for row, rise in judged if row[1] >= allowed.click_ratio and row[2] >= least and rise <= allowed.click_rise_db]


def _around(highest: Side, *, near: int) -> Side:
    """For each block the highest of those `near` to `_FAR` before it; silence stands before the first."""
    windows = sliding_window_view(np.pad(highest, (_FAR, 0)), _FAR - near)
    return np.asarray(windows[: len(highest)].max(axis=1))


def _judged(side: Side, at: int, *, rate: int, least: float) -> tuple[tuple[int, float, float], float]:
    """The row of a candidate by what was known before it, and how much louder (dB) it is after it than before."""
    early, late, far, learnt = (length * rate // 1000 for length in (_BEFORE, _AFTER, _FAR, _LEARNT))
    reach = early + learnt + _ORDER
    sound = np.zeros(2 * reach)
    first, last = max(0, at - reach), min(len(side), at + reach)
    sound[first - at + reach : last - at + reach] = side[first:last]
    before, after = slice(reach - early - far, reach - early), slice(reach + late, reach + late + far)
    known = _coefficients(sound[None, reach - early - learnt : reach - early])[0]
    errors = np.abs(np.convolve(sound, known)[: len(sound)])
    level = float(errors[reach - late // 2 : reach + late // 2 + 1].max())
    around = max(float(errors[span].max()) for span in (before, after))
    rises = [_power(heard[after]) - _power(heard[before]) for heard in (sound, np.diff(sound))]
    return (at, level / max(around, least / limits().sound.click_ratio), level), max(rises)


def _power(sound: Side) -> float:
    """In dB."""
    return float(10 * np.log10(np.mean(np.square(sound)) + 1e-10))


def _errors(side: Side) -> Side:
    """What of each sample does not follow from those before it, hop by hop as the sound around the hop has it."""
    count = -(-len(side) // _HOP)
    edged = np.pad(side, (_HOP // 2 + _ORDER, _HOP // 2 + -len(side) % _HOP))
    errors = np.empty((count, _HOP))
    for first in range(0, count, _AT_ONCE):
        last = min(count, first + _AT_ONCE)
        part = edged[first * _HOP : (last + 1) * _HOP + _ORDER]
        known = _coefficients(sliding_window_view(part[_ORDER:], 2 * _HOP)[::_HOP])
        own = sliding_window_view(part[_HOP // 2 :], _HOP + _ORDER)[::_HOP][: last - first]
        errors[first:last] = sum(known[:, lag, None] * own[:, _ORDER - lag :][:, :_HOP] for lag in range(_ORDER + 1))
    return errors.reshape(-1)[: len(side)]


def _coefficients(sounds: Side) -> Side:
    """For each of these sounds the filter that leaves what cannot be foretold of it (autocorrelation, Levinson and Durbin)."""
    window = np.hanning(sounds.shape[1] + 2)[1:-1]
    spectrum = np.fft.rfft(sounds * window, 2 * sounds.shape[1], axis=1)
    alike = np.fft.irfft(np.square(np.abs(spectrum)), axis=1)[:, : _ORDER + 1]
    alike[:, 0] = alike[:, 0] * (1 + 1e-9) + _INAUDIBLE * float(np.square(window).sum())
    known = np.zeros((len(sounds), _ORDER + 1))
    known[:, 0] = 1.0
    left = alike[:, 0].copy()
    for order in range(1, _ORDER + 1):
        share = -(known[:, :order] * alike[:, order:0:-1]).sum(axis=1) / left
        known[:, 1 : order + 1] += share[:, None] * known[:, order - 1 :: -1][:, :order]
        left *= 1 - np.square(share)
    return known
