"""Stems: all cues of one kind laid into one window, each at its level, repeated or cut off to fill its place, without clicks."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from videofactory.media.mix.loudness import SILENCE
from videofactory.media.mix.pieces import CLICK, Fade, Part
from videofactory.media.mix.sound import RATE, Signal, gain, silence
from videofactory.media.mix.sources import Measured, Sources

_LEVEL = {"narration": -16.0, "music": -20.0, "effects": -20.0, "own": -20.0}
"""LUFS that a cue of 0 dB has, whatever the engine delivered: speech in front, the rest under it even before ducking."""
_MOST_BOOST = 24.0
"""dB: more than this would lift noise, not sound."""
_LOOP = 1.0
"""Seconds over which music that begins again is crossfaded with its end."""
_QUIET = 0.001
"""Full scale is 1: a sound whose first or last sample is below this (-60 dB) begins or ends in silence, and keeps its attack."""


def stem(parts: Iterable[Part], *, start: int, stop: int, sources: Sources) -> Signal:
    """All these cues together, from sample `start` to `stop` of their window."""
    laid = silence(stop - start)
    for part in parts:
        first, last = max(start, part.start), min(stop, part.stop)
        if first < last:
            block = _played(part, first - part.start, last - part.start, sources=sources)
            laid[first - start : first - start + len(block)] += block
    return laid


def faded(signal: Signal, fade: Fade | None, *, falling: bool) -> Signal:
    """The signal with this fade in it, evenly up from silence or down to it."""
    if fade is None or not fade.samples:
        return signal
    ramp = np.linspace(0, 1, fade.samples, dtype=np.float32)
    return _ramped(signal, ramp[::-1] if falling else ramp, at=0, ramp_at=fade.start)


def _ramped(block: Signal, ramp: NDArray[np.float32], *, at: int, ramp_at: int) -> Signal:
    """The block from sample `at` on, multiplied by the ramp that begins at sample `ramp_at`, where they meet."""
    start, stop = max(at, ramp_at), min(at + len(block), ramp_at + len(ramp))
    if start >= stop:
        return block
    ramped = block.copy()
    ramped[start - at : stop - at] *= ramp[start - ramp_at : stop - ramp_at, None]
    return ramped


def _played(part: Part, start: int, stop: int, *, sources: Sources) -> Signal:
    """A cue from sample `start` to `stop` of itself, at its loudness; shorter where its sound ends before."""
    known = sources.measured(part.source, speed=part.speed)
    lift = _lift(known, level=_LEVEL[part.kind]) * gain(part.gain)
    if part.repeats and _lap(known):
        block, end = _repeated(part, known, start, stop, sources=sources), part.stop - part.start
    else:
        block = _read(part, known, start, stop, sources=sources)
        end = min(known.samples, part.stop - part.start)
    return _edged(block * np.float32(lift), known, at=start, end=end, lift=lift)


def _read(part: Part, known: Measured, start: int, stop: int, *, sources: Sources) -> Signal:
    """A cue's sound from sample `start` to `stop` of itself, on its middle line."""
    block = sources.read(part.source, start=start, stop=stop, speed=part.speed)
    return block - np.array(known.offset, np.float32) if any(known.offset) else block


def _edged(block: Signal, known: Measured, *, at: int, end: int, lift: float) -> Signal:
    """The block with a short fade where its cue begins or ends at a level that would click."""
    ramp = np.linspace(0, 1, min(CLICK, end // 2), dtype=np.float32)
    if known.first * lift > _QUIET:
        block = _ramped(block, ramp, at=at, ramp_at=0)
    if end != known.samples or known.last * lift > _QUIET:
        block = _ramped(block, ramp[::-1], at=at, ramp_at=end - len(ramp))
    return block


def _lift(known: Measured, *, level: float) -> float:
    """The factor that brings a source to this loudness."""
    return 1.0 if known.loudness <= SILENCE else gain(min(level - known.loudness, _MOST_BOOST))


def _lap(known: Measured) -> int:
    """Samples over which a sound is crossfaded with itself."""
    return min(round(_LOOP * RATE), known.samples // 4)


def _repeated(part: Part, known: Measured, start: int, stop: int, *, sources: Sources) -> Signal:
    """The sound again and again, each time crossfaded at equal power."""
    lap = _lap(known)
    step = known.samples - lap
    rise = np.sqrt(np.linspace(0, 1, lap, dtype=np.float32))
    block = silence(stop - start)
    for again in range(max(0, (start - lap) // step), -(-stop // step)):
        begin, end = max(start, again * step), min(stop, again * step + known.samples)
        if begin >= end:
            continue
        at = begin - again * step
        piece = _read(part, known, at, end - again * step, sources=sources)
        piece = _ramped(piece, rise, at=at, ramp_at=0) if again else piece
        block[begin - start : end - start] += _ramped(piece, rise[::-1], at=at, ramp_at=step)
    return block
