"""The dry mix: a window's cues together, music and clips' own sound ducked under speech, music faded at the film's ends."""

from pathlib import Path
from typing import Self

import numpy as np

from videofactory.media.mix import dynamics, stems
from videofactory.media.mix.pieces import Excerpt, Kind
from videofactory.media.mix.sound import Signal
from videofactory.media.mix.sources import Sources
from videofactory.media.tape import Tape


def rendered(excerpt: Excerpt, *, sources: Sources) -> Signal:
    """The window, at no particular loudness. Raises `MediaBroken` for sounds that do not decode."""

    def stem(kind: Kind, *, start: int = 0) -> Signal:
        parts = [part for part in excerpt.parts if part.kind == kind]
        return stems.stem(parts, start=start, stop=excerpt.samples, sources=sources)

    kinds = {part.kind for part in excerpt.parts}
    bed = stems.faded(stems.faded(stem("music"), excerpt.rise, falling=False), excerpt.fall, falling=True)
    if "own" in kinds:
        bed += stem("own")
    if "narration" in kinds:
        speech = stem("narration", start=-excerpt.run_in)
        if kinds & {"music", "own"}:
            bed *= dynamics.ducking(speech)[excerpt.run_in :, None]
        bed += speech[excerpt.run_in :]
    if "effects" in kinds:
        bed += stem("effects")
    return np.asarray(bed, np.float32)


class DryMix:
    """Windows of one mix, each rendered once and then held on a tape. Threads may share it; to be closed, best by `with`."""

    def __init__(self, excerpts: tuple[Excerpt, ...], *, sources: Sources, folder: Path) -> None:
        """Nothing is rendered before it is asked for."""
        self._excerpts, self._sources = excerpts, sources
        self._places = np.cumsum([0, *(excerpt.samples for excerpt in excerpts)]).tolist()
        self._tape = Tape(self._places[-1], folder=folder)
        self._done: set[int] = set()

    def __enter__(self) -> Self:
        """The same."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget the sound."""
        self._tape.close()

    def window(self, number: int) -> Signal:
        """The window of this piece."""
        start, stop = self._places[number : number + 2]
        if number in self._done:
            return self._tape[start:stop]
        window = rendered(self._excerpts[number], sources=self._sources)
        self._tape.write(window, at=start)
        self._done.add(number)
        return window
