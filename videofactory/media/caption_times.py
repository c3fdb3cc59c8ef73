"""From when to when captions are shown: in whole film frames, so that files and burnt-in text change in the same picture.

What is shown together is decided in `captions`; here words are only moments.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import ceil, floor
from typing import NamedTuple

from videofactory.media.titles.clock import frame_of

SHORTEST = 1.0
LONGEST = 7.0
"""Seconds a caption is shown: less cannot be read, more is read twice."""
GAP = 1 / 12
"""Seconds between two captions: two frames at 24 a second, so that the eye sees the change."""
_FEWEST_BETWEEN = 2
"""Frames between two captions at any rate."""
_LINGER = 0.4
"""Seconds a caption may stay after its last word when nothing follows."""
_FLICKER = 0.5
"""A gap shorter than this many seconds is closed but for `GAP`: what vanishes for less is seen as a flaw (usual in the trade)."""
_TINY = 1e-6


class Spoken(NamedTuple):
    """Of one caption: when its first word begins and its last word ends, and the seconds that reading it takes."""

    start: float
    end: float
    reading: float


class _Room(NamedTuple):
    """The frames [first, stop) captions may have; the frames between two of them; the most of one."""

    first: int
    stop: int
    gap: int
    most: int


def frames_shown(spoken: Sequence[Spoken], *, offset: float, limit: float, fps: int) -> list[tuple[int, int]]:
    """The film frames [start, stop) of each caption, in order, none before `offset` or after `limit` (seconds).

    Each is shown with its words and for as long as reading takes; later or longer where the speaker is too fast, earlier where
    the limit is near. Where there is no room for that, the gaps go first (all of them), then times shrink in proportion to
    the reading; with fewer frames than captions, some have none.
    """
    first, stop = ceil(offset * fps - _TINY), max(floor(limit * fps + _TINY), 0)
    most = floor(LONGEST * fps + _TINY)
    needs = [min(most, ceil(one.reading * fps - _TINY)) for one in spoken]
    gap = max(_FEWEST_BETWEEN, ceil(GAP * fps - _TINY))
    if sum(needs) + gap * (len(needs) - 1) > stop - first:
        gap = 0
        needs = _shrunk(needs, room=max(0, stop - first))
    room = _Room(first, stop, gap, most)
    return _pulled(_placed(spoken, needs, room, fps), needs, room)


def _shrunk(needs: list[int], *, room: int) -> list[int]:
    """The needs, made smaller in proportion where together they are more than the room."""
    total = sum(needs)
    if total <= room:
        return needs
    return [after - before for before, after in pairwise(done * room // total for done in accumulate(needs, initial=0))]


def _placed(spoken: Sequence[Spoken], needs: Sequence[int], room: _Room, fps: int) -> list[tuple[int, int]]:
    """Each with its words, or after the one before it; the end of the room is not minded yet."""
    spans: list[tuple[int, int]] = []
    clock = room.first
    for number, (one, need) in enumerate(zip(spoken, needs, strict=True)):
        start = max(clock, frame_of(one.start, fps=fps))
        last = number + 1 == len(spoken)
        following = room.stop if last else frame_of(spoken[number + 1].start, fps=fps) - room.gap
        end = min(frame_of(one.end + _LINGER, fps=fps), following, start + room.most)
        if not last and following - end < _FLICKER * fps and following - start <= room.most:
            end = following
        spans.append((start, max(start + need, end)))
        clock = spans[-1][1] + room.gap
    return spans


def _pulled(spans: list[tuple[int, int]], needs: Sequence[int], room: _Room) -> list[tuple[int, int]]:
    """The spans moved forward, from the last to the first, as far as the end of the room demands."""
    pulled: list[tuple[int, int]] = []
    bound = room.stop
    for (start, end), need in zip(reversed(spans), reversed(needs), strict=True):
        earlier = min(end, bound)
        pulled.append((min(start, earlier - need), earlier))
        bound = pulled[-1][0] - room.gap
    return pulled[::-1]
