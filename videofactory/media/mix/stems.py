"""Stems: all cues of one kind laid on one tape, each at its level, repeated or cut off to fill its place."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue
from videofactory.media.mix import loudness
from videofactory.media.mix.loudness import SILENCE
from videofactory.media.mix.sound import RATE, Signal, Sound, decoded, gain, silence, spans
from videofactory.media.tape import Tape

Shelf = Callable[[Artifact], Path]
_MOST_BOOST = 24.0
"""dB: more than this would lift noise, not sound."""
_CLICK = RATE * 5 // 1000
"""Samples over which a sound that is cut off fades, so that it does not click."""
_LOOP = 1.0
"""Seconds over which music that begins again is crossfaded with its end."""


class Ends:
    """Fades at both ends of a sound, each over at most a quarter of it (a sound shorter than four samples has none)."""

    def __init__(self, samples: int, *, fade_in: int, fade_out: int) -> None:
        first, last = (min(fade, samples // 4) for fade in (fade_in, fade_out))
        self._rise = np.linspace(0, 1, first, dtype=np.float32)
        self._fall = np.linspace(1, 0, last, dtype=np.float32)
        self._falls_at = samples - last

    def shaped(self, block: Signal, *, at: int) -> Signal:
        """A block of the sound that begins at sample `at`, faded where it reaches into an end."""
        shaped = _ramped(block, self._rise, at=at, ramp_at=0)
        return _ramped(shaped, self._fall, at=at, ramp_at=self._falls_at)


def _ramped(block: Signal, ramp: Signal, *, at: int, ramp_at: int) -> Signal:
    """The block from sample `at` on, multiplied by the ramp that begins at sample `ramp_at`, where they meet."""
    start, stop = max(at, ramp_at), min(at + len(block), ramp_at + len(ramp))
    if start >= stop:
        return block
    ramped = block.copy()
    ramped[start - at : stop - at] *= ramp[start - ramp_at : stop - ramp_at, None]
    return ramped


def stem(cues: Iterable[Cue], *, samples: int, shelf: Shelf, level: float, folder: Path, looped: bool = False) -> Tape:
    """All cues at `level` LUFS and their own gain, on a tape in `folder`; `looped` ones are repeated until their time is over."""
    tape = Tape(samples, folder=folder)
    try:
        for cue in cues:
            start = round(cue.start * RATE)
            room = min(samples - start, round(cue.seconds * RATE))
            if room <= 0:
                continue
            with Tape.of(decoded(shelf(cue.artifact)), folder=folder) as source:
                for at, block in _played(source, room=room, level=level, looped=looped):
                    tape.add(block * np.float32(gain(cue.gain)), at=start + at)
    except BaseException:
        tape.close()
        raise
    return tape


def _played(source: Sound, *, room: int, level: float, looped: bool) -> Iterator[tuple[int, Signal]]:
    """The sound at this loudness, block by block with the place of each; it ends where the room does."""
    lift = _lift(source, level)
    if looped and len(source) < room and _lap(source):
        yield from _repeated(source, lift=lift, room=room)
        return
    ends = Ends(room, fade_in=0, fade_out=_CLICK if len(source) > room else 0)
    for part in spans(min(len(source), room)):
        yield part.start, ends.shaped(np.asarray(source[part] * lift, np.float32), at=part.start)


def _lift(source: Sound, level: float) -> float:
    """The factor to this loudness: from its gated loudness, or for short sounds from their loudest moment."""
    powers = loudness.powers(source)
    found = max(loudness.integrated(powers), loudness.loudest(powers) if len(source) < 3 * RATE else SILENCE)
    return 1.0 if found <= SILENCE else gain(min(level - found, _MOST_BOOST))


def _lap(source: Sound) -> int:
    """Samples over which a sound is crossfaded with itself."""
    return min(round(_LOOP * RATE), len(source) // 4)


def _repeated(source: Sound, *, lift: float, room: int) -> Iterator[tuple[int, Signal]]:
    """The sound again and again until it fills the room, each time crossfaded at equal power."""
    lap = _lap(source)
    step = len(source) - lap
    rise = np.sqrt(np.linspace(0, 1, lap, dtype=np.float32))
    for part in spans(room):
        block = silence(part.stop - part.start)
        for again in range(max(0, (part.start - lap) // step), -(-part.stop // step)):
            begin, end = max(part.start, again * step), min(part.stop, again * step + len(source))
            if begin >= end:
                continue
            at = begin - again * step
            piece = np.asarray(source[at : end - again * step] * lift, np.float32)
            piece = _ramped(piece, rise, at=at, ramp_at=0) if again else piece
            block[begin - part.start : end - part.start] += _ramped(piece, rise[::-1], at=at, ramp_at=step)
        yield part.start, block
