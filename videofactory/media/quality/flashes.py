"""Flashes that can harm: more than three a second over a quarter of the picture (ITU-R BT.1702, WCAG 2.3.1). Pure.

A flash is two opposed changes of at least a tenth of full relative luminance, the darker side below 0.8; or two changes into
and out of saturated red. They are counted cell by cell, so fine patterns, which are harmless, even out.
"""

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.figures import PictureFigures
from videofactory.media.quality.limits import limits
from videofactory.media.quality.report import Finding

_GAMMA = 2.4
"""Of the display that relative luminance is measured on (ITU-R BT.1886)."""
_PAIR = 2
Changed = NDArray[np.bool_]


class Rate(NamedTuple):
    """The most flashes in any one second, and the second (its end) in which they first are so many."""

    flashes: int
    at: float


def flash_findings(general: Rate, red: Rate, *, allowed: int) -> Iterator[Finding]:
    """More flashes than allowed in one second."""
    for check, rate, kind in (("flashes", general, "times"), ("red_flashes", red, "times in saturated red")):
        if rate.flashes > allowed:
            yield Finding(
                check=check,
                at=round(rate.at, 3),
                measure=float(rate.flashes),
                limit=float(allowed),
                words=f"A quarter of the picture flashes {rate.flashes} {kind} within a second around {rate.at:.2f} s "
                f"(at most {allowed}): it can trigger seizures.",
            )


def general_flashes(pictures: PictureFigures, *, times: NDArray[np.float64]) -> Rate:
    """Flashes of brightness."""
    return _rate(_swings(_luminance()[cells.ravel()] for cells in pictures.grid), times=times)


def red_flashes(pictures: PictureFigures, *, times: NDArray[np.float64]) -> Rate:
    """Flashes of saturated red."""
    if not pictures.red.any():
        return Rate(0, 0.0)
    count = pictures.grid.shape[1] * pictures.grid.shape[2]
    before = pictures.red[[0, *range(len(pictures.red) - 1)]]
    turned = (np.unpackbits(now ^ then, count=count).astype(np.bool_) for now, then in zip(pictures.red, before, strict=True))
    return _rate(turned, times=times)


def _rate(changes: Iterator[Changed], *, times: NDArray[np.float64]) -> Rate:
    """The most pairs of changes that a quarter of the cells have within any second."""
    recent: deque[tuple[float, Changed]] = deque()
    counts: NDArray[np.int32] | None = None
    most = Rate(0, 0.0)
    for time, changed in zip(times, changes, strict=True):
        counts = np.zeros(changed.size, np.int32) if counts is None else counts
        while recent and recent[0][0] <= time - 1.0:
            counts -= recent.popleft()[1]
        if changed.any():
            recent.append((float(time), changed))
            counts += changed
            flashes = _shared(counts) // _PAIR
            most = Rate(flashes, float(time)) if flashes > most.flashes else most
    return most


def _shared(counts: NDArray[np.int32]) -> int:
    """The count that a quarter of the cells reach or pass."""
    at = counts.size - max(1, int(np.ceil(counts.size * limits().detection.flash_area)))
    return int(np.partition(counts, at)[at])


def _swings(lights: Iterator[NDArray[np.float32]]) -> Iterator[Changed]:
    """For each picture the cells that have just swung far enough the other way than before."""
    how = limits().detection
    first = next(lights)
    low, high, rising = first.copy(), first.copy(), np.zeros(first.size, np.int8)
    yield rising > 0
    for now in lights:
        np.minimum(low, now, out=low)
        np.maximum(high, now, out=high)
        up = (now - low >= how.flash_change) & (low < how.flash_darker_below) & (rising <= 0)
        down = (high - now >= how.flash_change) & (now < how.flash_darker_below) & (rising >= 0) & ~up
        turned = up | down
        if turned.any():
            rising[up], rising[down] = 1, -1
            low[turned], high[turned] = now[turned], now[turned]
        # After a rise only the peak counts for the next fall, and the other way round.
        np.copyto(low, now, where=rising > 0)
        np.copyto(high, now, where=rising < 0)
        yield turned


@cache
def _luminance() -> NDArray[np.float32]:
    """Relative luminance (0..1) of each brightness."""
    return np.asarray((np.arange(256) / 255) ** _GAMMA, np.float32)
