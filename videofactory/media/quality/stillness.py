"""Stretches of pictures in which something lasts: black, or nothing that moves. Pure functions over a film's figures."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.figures import PictureFigures
from videofactory.media.quality.limits import limits
from videofactory.media.quality.watched import Watch


class Stretch(NamedTuple):
    """From, to (seconds)."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


def black_stretches(pictures: PictureFigures, *, ends: NDArray[np.float64]) -> tuple[Stretch, ...]:
    """Where all but nothing of the picture is brighter than black. `ends`: when each picture begins, and when the last ends."""
    how = limits().detection
    found = runs(pictures.black >= how.black_pixel_share, ends=ends)
    return tuple(stretch for stretch in found if stretch.seconds >= how.black_shortest_seconds)


def frozen_stretches(watch: Watch, *, ends: NDArray[np.float64]) -> tuple[Stretch, ...]:
    """Where no picture differs from the first of the stretch, in the part that is watched of both."""
    how = limits().detection
    spans = _same(watch, how.frozen_difference * 255)
    found = (Stretch(float(ends[first]), float(ends[stop])) for first, stop in spans)
    return tuple(stretch for stretch in found if stretch.seconds >= how.frozen_shortest_seconds)


def _same(watch: Watch, allowed: float) -> Iterator[tuple[int, int]]:
    """Spans [first, stop) of pictures that are all like their first one."""
    first = 0
    for at in range(1, len(watch)):
        if watch.difference(at, first) > allowed:
            if at > first + 1:
                yield first, at
            first = at
    if len(watch) > first + 1:
        yield first, len(watch)


def runs(marked: NDArray[np.bool_], *, ends: NDArray[np.float64]) -> Iterator[Stretch]:
    """Stretches of neighbours that are all marked."""
    steps = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0))
    for first, stop in zip(steps[::2], steps[1::2], strict=True):
        yield Stretch(float(ends[first]), float(ends[stop]))


def unplanned(stretch: Stretch, *, planned: Sequence[tuple[float, float]]) -> float:
    """Seconds of a stretch that no planned still covers; planned stills may overlap."""
    left = stretch.seconds
    reached = stretch.start
    for start, end in sorted(planned):
        covered = min(end, stretch.end) - max(start, reached)
        if covered > 0:
            left -= covered
            reached = min(end, stretch.end)
    return left
