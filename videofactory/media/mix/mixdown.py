"""From a timeline's cues to the film's sound track: pieces mixed, brought to −14 LUFS, coded each by itself, and joined.

What is known of sources, and every piece with what was heard of it, is kept (`keeping`), so a new cut makes only the pieces that
changed. Which pieces there are is `pieces`, how loud they are `mastering`, where they meet `joins`.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.timeline import Timeline
from videofactory.media.mix import aac, dynamics, loudness
from videofactory.media.mix.aac import FRAME
from videofactory.media.mix.dry import DryMix
from videofactory.media.mix.joins import SHARED, Join, between, joined
from videofactory.media.mix.keeping import Facts, ForNow, Keep
from videofactory.media.mix.loudness import SILENCE, Loudness
from videofactory.media.mix.mastering import AIM, Heard, Levels, mastered
from videofactory.media.mix.pieces import BEFORE, MIXING, Excerpt, Piece, excerpt, length, pieces
from videofactory.media.mix.sound import Signal
from videofactory.media.mix.sources import Shelf, Sources

WORKERS = 3
"""Pieces made at once, each in some 35 MB: more than cores where there are two, for on a busy machine one always waits."""
ResultT = TypeVar("ResultT")


def mix(timeline: Timeline, *, shelf: Shelf, out: Path, keep: Keep | None = None) -> Loudness:
    """Write the film's sound (AAC 48 kHz stereo, exactly the film's length) and return what a player was heard to make of it.

    −14 ±0.5 LUFS and at most −1 dBTP; a film without any sound is silent (`Loudness(SILENCE, -inf)`). What `keep` holds is not
    made again; the bytes are the same as from nothing. Raises `MediaBroken` for sounds that do not decode, and when loudness and
    peak cannot both be met.
    """
    folder = out.absolute().parent
    row = pieces(length(timeline))
    with ExitStack() as closing:
        kept = keep if keep is not None else closing.enter_context(ForNow(folder=folder))
        sources = closing.enter_context(Sources(shelf=shelf, keep=kept, folder=folder))
        excerpts = tuple(excerpt(timeline, piece, sources=sources) for piece in row)
        dry = closing.enter_context(DryMix(excerpts, sources=sources, folder=folder))
        pool = closing.enter_context(ThreadPoolExecutor(WORKERS))
        desk = _Desk(row, excerpts, dry=dry, keep=kept, pool=pool)
        levels, reached = _levelled(desk, pieces=len(row))
        aac.write(desk.packets(levels), samples=length(timeline), out=out.absolute())
    return reached


def _levelled(desk: "_Desk", *, pieces: int) -> tuple[Levels, Loudness]:
    """The film's levels; silence stays as it is."""
    level = desk.loudness()
    if level <= SILENCE:
        return Levels(0.0, (AIM,) * pieces), Loudness(SILENCE, -math.inf)
    return mastered(level, pieces=pieces, listen=desk.heard)


class _Made(NamedTuple):
    """A piece as it is kept: its packets and those it shares, and what was measured of it."""

    path: Path
    powers: list[float]
    peak: float


class _Desk:
    """Makes and measures the pieces of one film, or finds them kept."""

    def __init__(
        self, row: tuple[Piece, ...], excerpts: tuple[Excerpt, ...], *, dry: DryMix, keep: Keep, pool: ThreadPoolExecutor
    ) -> None:
        self._row, self._dry, self._keep, self._pool = row, dry, keep, pool
        self._names = [excerpt.fingerprint for excerpt in excerpts]

    def loudness(self) -> float:
        """Integrated loudness of the dry mix in LUFS."""
        powers = self._each(lambda piece: self._keep.facts("sound_level", self._names[piece.number], lambda: self._level(piece)))
        return loudness.integrated(np.concatenate([facts["powers"] for facts in powers]))

    def heard(self, levels: Levels) -> Heard:
        """What a player makes of the film at these levels."""
        made = self._made(levels)
        peaks = [piece.peak for piece in made]
        for number, join in enumerate(self._joins(made)):
            peaks[number], peaks[number + 1] = max(peaks[number], join.peak), max(peaks[number + 1], join.peak)
        return Heard([power for piece in made for power in piece.powers], peaks)

    def packets(self, levels: Levels) -> Iterator[bytes]:
        """All packets of the film at these levels, one piece after the other."""
        made = self._made(levels)
        joins = self._joins(made)
        for piece, before, after in zip(made, (None, *joins), (*joins, None), strict=True):
            yield from between(_read(piece), before=before, after=after)

    def _made(self, levels: Levels) -> list[_Made]:
        return self._each(lambda piece: self._piece(piece, levels))

    def _joins(self, made: Iterable[_Made]) -> list[Join]:
        ends = self._pool.map(lambda one: ((packets := _read(one))[: 2 * SHARED], packets[-2 * SHARED :]), made)
        return [joined(before, after) for (_, before), (after, _) in pairwise(ends)]

    def _level(self, piece: Piece) -> Facts:
        window = self._dry.window(piece.number)
        return {"powers": loudness.powers(window, start=piece.head, stop=piece.head + piece.samples).tolist()}

    def _piece(self, piece: Piece, levels: Levels) -> _Made:
        around = levels.around(piece.number)
        key = fingerprint({"version": MIXING, "dry": self._names[piece.number], "gain": levels.gain, "ceilings": around})

        def make_it(out: Path) -> Facts:
            loud = dynamics.limited(self._dry.window(piece.number), boost=levels.gain, ceiling=_ceiling(piece, around))
            return _coded(loud, piece, out=out)

        path, facts = self._keep.file("sound_piece", key, make_it)
        return _Made(path, facts["powers"], facts["peak"])

    def _each(self, work: Callable[[Piece], ResultT]) -> list[ResultT]:
        return list(self._pool.map(work, self._row))


def _ceiling(piece: Piece, around: tuple[float, float, float]) -> NDArray[np.float32] | float:
    """A ceiling for each sample of a window: where it meets a neighbour, what they agree on, so that both make the same sound."""
    before, own, after = around
    if before == own == after:
        return own
    ceiling = np.full(piece.closes - piece.opens, own, np.float32)
    ceiling[: 2 * piece.head] = before
    if piece.closes > piece.stop:
        ceiling[piece.stop - BEFORE - piece.opens :] = after
    return ceiling


def _coded(loud: Signal, piece: Piece, *, out: Path) -> Facts:
    """Write a window's packets from `SHARED` frames before its piece to as many after, and measure what is heard of it."""
    packets = aac.encoded(loud, amid=piece.opens > 0)
    played = aac.heard(packets)[FRAME:]
    start, stop = piece.head, piece.head + piece.samples
    first = start // FRAME + 1 - SHARED if piece.opens < piece.start else 0
    last = stop // FRAME + 1 + SHARED if piece.stop < piece.closes else len(packets)
    out.write_bytes(aac.packed(packets[first:last]))
    powers = loudness.powers(played, start=start, stop=stop).tolist()
    return {"powers": powers, "peak": loudness.highest(played, start=start, stop=stop)}


def _read(made: _Made) -> list[bytes]:
    return aac.unpacked(made.path.read_bytes())
