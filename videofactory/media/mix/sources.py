"""Sources: the sounds of a film's cues, decoded as far as they are asked for, and what is known of each for good.

Decoded sound lies on tapes; only so many are held at once. How a source is laid into the film is `stems`.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact
from videofactory.media.mix import loudness
from videofactory.media.mix.keeping import Facts, Keep
from videofactory.media.mix.loudness import SILENCE
from videofactory.media.mix.sound import RATE, Signal, Sound, decoded, peaks, spans
from videofactory.media.tape import Tape

Shelf = Callable[[Artifact], Path]
MEASURING = 2
"""Part of the fingerprint of what is known of a source: raise it when that is found another way."""
_SHORT = 3 * RATE
"""Samples below which the loudest moment counts as a sound's loudness."""
_OFFSET = 0.003
"""Level (-50 dB) from which a sound is said to lie off its middle line."""
_TOGETHER = 20
"""Tenths of a second read at once."""
_AHEAD = 30 * RATE
"""Samples that are rather decoded than jumped over."""
_BEFORE = 12 * RATE
"""Samples decoded before the place that is jumped to: the neighbouring piece is made at the same time and asks for them."""
_OPEN = 24
"""Tapes held at once."""


class Measured(NamedTuple):
    """What is known of a source: samples, loudness in LUFS (`SILENCE` for none), level of its first and last sample (0..1).

    `offset`: by how much each side lies off its middle line all along (direct current, as bad converters leave it; full scale 1).
    Nobody hears it, but it takes the room that loudness needs, and clicks where it begins. The levels are those without it.
    """

    samples: int
    loudness: float
    first: float
    last: float
    offset: tuple[float, float]


class Sources:
    """All sources of one mix; to be closed, best by `with`. Threads may share it."""

    def __init__(self, *, shelf: Shelf, keep: Keep, folder: Path) -> None:
        """`shelf` gives the file of an artifact; tapes lie in `folder`."""
        self._shelf, self._keep, self._folder = shelf, keep, folder
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, float], _Source] = OrderedDict()
        self._shut: list[_Source] = []
        self._known: dict[tuple[str, float], Measured] = {}
        self._measuring: dict[tuple[str, float], threading.Lock] = {}

    def __enter__(self) -> Self:
        """The same."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every tape."""
        for source in (*self._open.values(), *self._shut):
            source.close()

    def measured(self, artifact: Artifact, *, speed: float = 1.0) -> Measured:
        """What is known of a source. Raises `MediaBroken` when it does not decode."""
        name = (artifact.sha256, speed)
        with self._lock:
            once = self._measuring.setdefault(name, threading.Lock())
        with once:
            if name not in self._known:
                key = fingerprint({"version": MEASURING, "source": artifact.sha256, "speed": speed})
                facts = self._keep.facts("sound_source", key, lambda: self._source(artifact, speed).facts())
                self._known[name] = Measured(**facts)
        return self._known[name]

    def read(self, artifact: Artifact, *, start: int, stop: int, speed: float = 1.0) -> Signal:
        """These samples of a source (fewer where it ends). Raises `MediaBroken` when it does not decode."""
        return self._source(artifact, speed).read(start, stop)

    def _source(self, artifact: Artifact, speed: float) -> "_Source":
        name = (artifact.sha256, speed)
        with self._lock:
            if name not in self._open:
                self._open[name] = _Source(self._shelf(artifact), speed=speed, folder=self._folder)
            self._open.move_to_end(name)
            if len(self._open) > _OPEN:
                self._shut.append(self._open.popitem(last=False)[1])
                self._shut[-1].close()
            return self._open[name]


def _offset(sound: Sound) -> tuple[float, float]:
    """How far each side lies off its middle line in most tenths of a second: a single drum beat may, too, and is no offset."""
    blocks = (sound[part] for part in spans(len(sound), block=_TOGETHER * loudness.HOP))
    means = [block[tenth].mean(axis=0, dtype=np.float64) for block in blocks for tenth in spans(len(block), block=loudness.HOP)]
    left, right = np.median(means, axis=0).tolist() if means else (0.0, 0.0)
    return (left, right) if max(abs(left), abs(right)) >= _OFFSET else (0.0, 0.0)


class _Source:
    """One file, decoded onto a tape in one stretch that grows as far as it is asked for. A closed one opens again by itself."""

    def __init__(self, path: Path, *, speed: float, folder: Path) -> None:
        self._path, self._speed, self._folder = path, speed, folder
        self._lock = threading.Lock()
        self._tape: Tape | None = None
        self._blocks: Iterator[Signal] = iter(())
        self._begin = self._end = 0

    def close(self) -> None:
        with self._lock:
            if self._tape is not None:
                self._tape.close()
            self._tape = None

    def read(self, start: int, stop: int) -> Signal:
        with self._lock:
            return self._filled(start, stop)[start:stop]

    def facts(self) -> Facts:
        """As `Measured` names them: the whole source is decoded."""
        with self._lock:
            tape = self._filled(0, None)
            powers = loudness.powers(tape)
            found = max(loudness.integrated(powers), loudness.loudest(powers) if len(tape) < _SHORT else SILENCE)
            offset = _offset(tape)
            centre = np.array(offset, np.float32)
            first, last = (float(peaks(edge - centre).max(initial=0.0)) for edge in (tape[:1], tape[-1:]))
            return Measured(len(tape), found, first, last, offset)._asdict()

    def _filled(self, start: int, stop: int | None) -> Tape:
        """The tape, on which these samples lie now; `None` is the source's end."""
        tape = self._tape
        if tape is None or start < self._begin or start > self._end + _AHEAD:
            tape = self._rewound(max(0, start - _BEFORE))
        while stop is None or self._end < stop:
            block = next(self._blocks, None)
            if block is None:
                break
            tape.write(block, at=self._end)
            self._end += len(block)
        return tape

    def _rewound(self, start: int) -> Tape:
        if self._tape is None:
            self._tape = Tape(folder=self._folder)
        self._blocks = decoded(self._path, start=start, speed=self._speed)
        self._begin = self._end = start
        return self._tape
