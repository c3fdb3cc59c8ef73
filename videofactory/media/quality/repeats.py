"""Frames shown twice and frames that are missing: what makes a movement stutter though every frame comes in time. Pure.

A repeat counts only where the picture moves on evenly before and after it: rests, cuts and gentle starts are no stutter, nor is
what the plan repeats (slowed or held shots). Frames that are missing show as gaps in time; a count that differs is `length`.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.limits import limits
from videofactory.media.quality.report import Finding
from videofactory.media.quality.watched import Watch


class Stop(NamedTuple):
    """Frames [first, stop) that repeat the one before them in the midst of a movement."""

    first: int
    stop: int

    @property
    def frames(self) -> int:
        """How many."""
        return self.stop - self.first


def stops(watch: Watch, *, planned: Collection[int] = ()) -> tuple[Stop, ...]:
    """All unplanned repeats; `planned`: numbers of frames that the plan repeats."""
    how = limits().detection
    change = _changes(watch)
    still = change <= how.repeat_levels
    still[[frame for frame in planned if frame < len(still)]] = False
    steps = np.flatnonzero(np.diff(still.astype(np.int8), prepend=0, append=0))
    found = (Stop(int(first), int(stop)) for first, stop in zip(steps[::2], steps[1::2], strict=True))
    return tuple(stop for stop in found if _in_motion(stop, change))


def _in_motion(stop: Stop, change: NDArray[np.float64]) -> bool:
    """Whether it moves before and after, alike, and much more than in between."""
    how = limits().detection
    if stop.first < 2 or stop.stop >= len(change):  # noqa: PLR2004 - the first picture changes from nothing
        return False
    slower, faster = sorted((change[stop.first - 1], change[stop.stop]))
    rest = change[stop.first : stop.stop].max()
    even = how.moving_levels <= slower and faster <= min(how.cut_levels, how.repeat_even * slower)
    return bool(even and rest <= how.repeat_share * slower)


def _changes(watch: Watch) -> NDArray[np.float64]:
    """How much each picture differs from the one before, in levels of 255, in the part that is watched of both."""
    return np.array([np.inf, *(watch.difference(at, at - 1) for at in range(1, len(watch)))], np.float64)


def most_in_a_second(found: tuple[Stop, ...], *, frames: int, fps: int) -> tuple[int, int]:
    """The most repeated frames within one second, and the frame at which that second begins."""
    if frames == 0:
        return 0, 0
    marked = np.zeros(frames + fps, np.int64)
    for stop in found:
        marked[stop.first : stop.stop] = 1
    sums = np.cumsum(marked)
    windows = sums[fps - 1 :] - np.concatenate([[0], sums[: len(sums) - fps]])
    at = int(windows.argmax())
    return int(windows[at]), at


def repeat_findings(found: tuple[Stop, ...], *, times: NDArray[np.float64], fps: int) -> Iterator[Finding]:
    """A movement that stops too often or for too long."""
    most, at = most_in_a_second(found, frames=len(times), fps=fps)
    allowed = limits().picture.repeats_share * fps
    if most > allowed:
        yield Finding(
            check="duplicates",
            at=round(float(times[at]), 3),
            measure=float(most),
            limit=allowed,
            words=f"{most} of {fps} frames only repeat the one before in the second from {times[at]:.2f} s "
            f"(at most {allowed:g}): the movement stutters.",
        )
    longest = limits().picture.stall_seconds
    for stop in found:
        if stop.frames / fps > longest:
            yield Finding(
                check="duplicates",
                at=round(float(times[stop.first]), 3),
                measure=round(stop.frames / fps, 3),
                limit=longest,
                words=f"The movement stops for {stop.frames / fps:.2f} s at {times[stop.first]:.2f} s and goes on "
                f"(at most {longest:g} s, and nothing of it planned).",
            )


def gap_findings(times: NDArray[np.float64], *, fps: int) -> Iterator[Finding]:
    """Frames that are missing between two others."""
    allowed = limits().picture.gap_frames / fps
    gaps = np.diff(times)
    late = np.flatnonzero(gaps >= allowed)
    if late.size:
        missing = int((np.round(gaps[late] * fps) - 1).sum())
        at = float(times[late[0]])
        yield Finding(
            check="dropped",
            at=round(at, 3),
            measure=float(missing),
            limit=0.0,
            words=f"{missing} {'frame is' if missing == 1 else 'frames are'} missing, the first after {at:.2f} s.",
        )
