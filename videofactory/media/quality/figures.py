"""Figures of a piece of film: what was measured of its pictures or its sound, small enough to keep, exact enough to join.

Nothing is judged here. Pieces follow one another without a seam: all judging works on the joined figures, so that it cannot
tell into which pieces a film was decoded. How they are measured: `seeing`, `hearing`.
"""

import io
from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

FIGURES = 4
"""Part of every piece's key: raise it whenever the same packets would give other figures."""


class Shelf(Protocol):
    """Where figures of pieces are kept between films: bytes by key. A key says all that decides the figures."""

    def find(self, key: str) -> bytes | None:
        """What was kept under this key."""

    def keep(self, key: str, figures: bytes) -> None:
        """Keep figures."""


class PictureFigures(NamedTuple):
    """Of each decoded picture, in order of time.

    `ticks`: its time in the track's clock, from the piece's first; `black`: share of black pixels; `grid`: brightness of its
    cells (0 black … 255 white), shape (pictures, rows, columns); `red`: which cells are saturated red, eight to a byte.
    """

    ticks: NDArray[np.int64]
    black: NDArray[np.float32]
    grid: NDArray[np.uint8]
    red: NDArray[np.uint8]

    def packed(self) -> bytes:
        """As bytes; brightness as the change from picture to picture, which is small."""
        steps = np.diff(self.grid, axis=0, prepend=np.zeros_like(self.grid[:1]))
        return _packed(ticks=self.ticks, black=self.black, steps=steps, red=self.red)

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """From `packed`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return cls(kept["ticks"], kept["black"], np.cumsum(kept["steps"], axis=0, dtype=np.uint8), kept["red"])


class SoundFigures(NamedTuple):
    """Of each tenth of a second of sound (the last one may be shorter), and what stands out in it.

    `momentary`: loudness in LUFS of the 0.4 s that end with each whole tenth; `energy`: sums of left², right² and left·right;
    `peak`: highest sample; `clipped`: samples at full scale; `true_peak`: the highest so far, linear; `clicks`: rows of second
    from the piece's start, ratio to all around, level (linear). `samples`: length; `missing`: silence put before the
    first, whose place in time is not the piece's first; `sides`: channels.
    """

    momentary: NDArray[np.float64]
    energy: NDArray[np.float64]
    peak: NDArray[np.float32]
    clipped: NDArray[np.int64]
    true_peak: NDArray[np.float64]
    clicks: NDArray[np.float64]
    samples: int
    missing: int
    sides: int

    def packed(self) -> bytes:
        """As bytes."""
        return _packed(**self._asdict())

    @classmethod
    def unpacked(cls, content: bytes) -> Self:
        """From `packed`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in cls._fields}
        return cls(**{**arrays, **{name: int(arrays[name]) for name in ("samples", "missing", "sides")}})


def join_pictures(pieces: Sequence[PictureFigures]) -> PictureFigures:
    """One after the other; ticks must be on one clock already. At least one piece."""
    return PictureFigures(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def join_sounds(pieces: Sequence[SoundFigures], *, starts: Sequence[float]) -> SoundFigures:
    """One after the other; `starts` are the seconds at which they begin. At least one piece."""
    clicks = [piece.clicks + np.array([start, 0.0, 0.0]) for piece, start in zip(pieces, starts, strict=True)]
    return SoundFigures(
        momentary=np.concatenate([piece.momentary for piece in pieces]),
        energy=np.concatenate([piece.energy for piece in pieces]),
        peak=np.concatenate([piece.peak for piece in pieces]),
        clipped=np.concatenate([piece.clipped for piece in pieces]),
        true_peak=np.concatenate([piece.true_peak for piece in pieces]),
        clicks=np.concatenate(clicks),
        samples=sum(piece.samples for piece in pieces),
        missing=pieces[0].missing,
        sides=pieces[0].sides,
    )


def _packed(**arrays: object) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **{name: np.asarray(value) for name, value in arrays.items()})
    return out.getvalue()
