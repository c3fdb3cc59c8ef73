"""One decoding pass over a film: its packets are read, and those pieces decoded whose figures are not kept already.

Pieces are decoded side by side on as many cores as there are, each by one thread, which costs less than threads within one
decoder. What the figures mean is decided in `picture`, `flashes`, `repeats`, `sound`; this module knows no limit.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import av.error
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.media import ffmpeg
from videofactory.media.quality import tracks
from videofactory.media.quality.figures import PictureFigures, Shelf, SoundFigures, join_pictures, join_sounds
from videofactory.media.quality.hearing import hear
from videofactory.media.quality.seeing import see
from videofactory.media.quality.tracks import Packets, Piece, SoundPiece

_MOST_WORKERS = 4
_STRIPES = 2
"""For each worker: enough that none waits long for the last one, few enough that opening the film costs nothing."""
_LOOKING = 8
"""Pieces asked for at once: a store may be far away."""
_COMPLAINT = re.compile(r"^(?:\[([^\]@]+)@ \w+\] )?\[(?:warning|error|fatal|panic)\] (.+)$", re.MULTILINE)
PieceT = TypeVar("PieceT", Piece, SoundPiece)
FiguresT = TypeVar("FiguresT", PictureFigures, SoundFigures)
Measured = Iterable[tuple[PieceT, FiguresT, bool]]


class Heard(NamedTuple):
    """The sound: when it starts and ends (seconds), samples a second, its figures."""

    start: float
    end: float
    rate: int
    figures: SoundFigures


class Decoded(NamedTuple):
    """What one pass showed: the time of every picture (seconds), pictures, sound, complaints; how many pieces were decoded."""

    times: NDArray[np.float64]
    pictures: PictureFigures | None
    heard: Heard | None
    complaints: tuple[str, ...]
    decoded: int


def decode(
    path: Path, *, sample_rate: int | None, borders: Collection[int] = (), shelf: Shelf | None = None, workers: int | None = None
) -> Decoded:
    """Measure a file with one video stream, and its sound when it has any (`sample_rate` in Hz, else `None`).

    `borders`: numbers of pictures at which pieces may begin that may be in other films too. `shelf` gives figures of pieces
    measured before, and takes new ones. A file that does not decode gives complaints, not an error.
    """
    try:
        found = tracks.read(path)
    except (av.error.FFmpegError, OSError) as error:
        return Decoded(np.zeros(0), None, None, (str(error),), 0)
    desk = _Desk(path, shelf, workers or min(_MOST_WORKERS, os.cpu_count() or 1))
    sounds = tracks.sound_pieces(found.audio, rate=sample_rate) if found.audio and sample_rate else ()
    views = tracks.picture_pieces(found.video, borders=borders) if found.video else ()
    seen, heard = desk.measured(views, sounds, rate=sample_rate or 0)
    times = _times(found.video, views, seen)
    complaints = (*found.complaints, *(("Some of it is damaged.",) if desk.damaged else ()))
    return Decoded(
        times=times,
        pictures=join_pictures([seen[piece.first] for piece in views]) if views else None,
        heard=_heard(sounds, heard, rate=sample_rate or 0),
        complaints=(_said(path) or complaints) if complaints else (),
        decoded=desk.decoded,
    )


def _times(video: Packets | None, pieces: Sequence[Piece], seen: dict[int, PictureFigures]) -> NDArray[np.float64]:
    if video is None or not pieces:
        return np.zeros(0)
    return np.concatenate([(seen[piece.first].ticks + piece.time) * float(video.base) for piece in pieces])


def _heard(pieces: Sequence[SoundPiece], measured: dict[int, SoundFigures], *, rate: int) -> Heard | None:
    if not pieces or not any(measured[piece.first].samples for piece in pieces):
        return None
    origin = pieces[0].start
    starts = [(piece.start - origin) / rate for piece in pieces]
    figures = join_sounds([measured[piece.first] for piece in pieces], starts=starts)
    start = (origin + figures.missing) / rate
    return Heard(start, start + figures.samples / rate, rate, figures)


class _Desk:
    """Finds or makes the figures of one film's pieces."""

    def __init__(self, path: Path, shelf: Shelf | None, workers: int) -> None:
        self._path = path
        self._shelf = shelf
        self._workers = workers
        self.damaged = False
        self.decoded = 0

    def measured(
        self, views: Sequence[Piece], sounds: Sequence[SoundPiece], *, rate: int
    ) -> tuple[dict[int, PictureFigures], dict[int, SoundFigures]]:
        """The figures of all pieces, by their first packet."""
        seen = self._kept(views, PictureFigures.unpacked)
        heard = self._kept(sounds, SoundFigures.unpacked)
        new_views = [piece for piece in views if piece.first not in seen]
        new_sounds = [piece for piece in sounds if piece.first not in heard]
        self.decoded = len(new_views) + len(new_sounds)
        stripes = _stripes(new_views, self._workers * _STRIPES)
        threads = 1 if len(stripes) >= self._workers else 0
        with ThreadPoolExecutor(self._workers) as pool:
            looks = [pool.submit(self._all, see(self._path, stripe, threads=threads)) for stripe in stripes]
            listens = [pool.submit(self._all, hear(self._path, s, rate=rate)) for s in _stripes(new_sounds, self._workers)]
            for look in looks:
                seen.update(look.result())
            for listen in listens:
                heard.update(listen.result())
        return seen, heard

    def _kept(self, pieces: Sequence[PieceT], unpacked: Callable[[bytes], FiguresT]) -> dict[int, FiguresT]:
        if self._shelf is None:
            return {}
        with ThreadPoolExecutor(_LOOKING) as pool:
            contents = pool.map(self._shelf.find, [piece.key for piece in pieces])
            return {piece.first: unpacked(content) for piece, content in zip(pieces, contents, strict=True) if content}

    def _all(self, measured: Measured[PieceT, FiguresT]) -> dict[int, FiguresT]:
        """Figures by their piece's first packet; those of undamaged pieces are kept."""
        found = {}
        for piece, figures, good in measured:
            found[piece.first] = figures
            if not good:
                self.damaged = True
            elif self._shelf is not None:
                self._shelf.keep(piece.key, figures.packed())
        return found


def _stripes(pieces: Sequence[PieceT], count: int) -> list[Sequence[PieceT]]:
    """Neighbouring pieces together, in at most `count` stripes of about equal length."""
    total = sum(_length(piece) for piece in pieces)
    stripes: list[list[PieceT]] = []
    reached = 0
    for piece in pieces:
        if not stripes or reached * count >= total * len(stripes):
            stripes.append([])
        stripes[-1].append(piece)
        reached += _length(piece)
    return list(stripes)


def _length(piece: Piece | SoundPiece) -> int:
    return piece.last - piece.first if isinstance(piece, SoundPiece) else piece.stop - piece.first


def _said(path: Path) -> tuple[str, ...]:
    """What FFmpeg says of a damaged file, decoding it once more: better words than ours."""
    try:
        log = ffmpeg.run(
            ["-nostats", "-loglevel", "level+warning", "-i", path, "-f", "null", "-"], purpose="decode a damaged film"
        )
    except MediaBroken as error:
        return (_plain(str(error)),)
    return tuple(_plain(f"{who.strip() or 'ffmpeg'}: {what}") for who, what in _words(log))


def _words(log: str) -> Iterator[tuple[str, str]]:
    for match in _COMPLAINT.finditer(log):
        yield match.group(1) or "", match.group(2)


def _plain(words: str) -> str:
    """Without addresses of memory, which differ from run to run."""
    return re.sub(r" ?@ 0x[0-9a-f]+", "", words).strip()
