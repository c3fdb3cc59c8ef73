"""Joins: where the packets of one piece give way to those of the next, so that nobody hears it.

Both pieces were coded with some sound of the other's, so around a join both have packets for the same frames. A join is good
when what a player makes of it differs from each piece by no more than the pieces differ from one another: coding noise. It would
not be where the two coders chose other windows of the transform, whose overlaps then would not cancel; a few frames on they agree
again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from videofactory.media.mix import loudness
from videofactory.media.mix.aac import FRAME, heard
from videofactory.media.mix.sound import Signal

SHARED = 6
"""Frames before and after a join of which both pieces keep packets."""
_PLACES = (0, 1, -1, 2, -2, 3, -3, 4, -4)
"""Frames from the planned place at which a join is tried, in this order."""
_NOISE = 1.2
"""How much more than the pieces' difference a join may differ from them (1.0 in 360 sounds with attacks at the join)."""
_NOTHING = 2e-5
"""RMS that counts as no difference: -94 dB."""


class Join(NamedTuple):
    """Frames by which a join stands off its planned place, its error as a share of what is allowed, its true peak (1 is full)."""

    offset: int
    error: float
    peak: float


def joined(before: Sequence[bytes], after: Sequence[bytes]) -> Join:
    """The best place for a join, given both pieces' packets of the `SHARED` frames before and after the planned one.

    The first place that cannot be heard; were there none, that of the smallest error.
    """
    own, next_own = heard(before), heard(after)
    found: list[Join] = []
    for offset in _PLACES:
        found.append(_tried(before, after, own, next_own, offset=offset))
        if found[-1].error <= 1.0:
            return found[-1]
    return min(found, key=lambda join: join.error)


def between(packets: Sequence[bytes], *, before: Join | None, after: Join | None) -> Sequence[bytes]:
    """Of a piece's packets those from its join with the piece before to that with the next (`None`: the film's ends)."""
    first = 0 if before is None else SHARED + before.offset
    stop = len(packets) if after is None else len(packets) - SHARED + after.offset
    return packets[first:stop]


def _tried(before: Sequence[bytes], after: Sequence[bytes], own: Signal, next_own: Signal, *, offset: int) -> Join:
    """A join this far from its planned place, decoded from two frames before it to one after."""
    at = SHARED + offset
    played = heard([*before[at - 2 : at], *after[at : at + 2]])
    meeting = slice(at * FRAME, (at + 1) * FRAME)
    error = max(_rms(played[2 * FRAME : 3 * FRAME] - side[meeting]) for side in (own, next_own))
    allowed = _NOISE * _rms(own[meeting] - next_own[meeting]) + _NOTHING
    return Join(offset, error / allowed, loudness.highest(played, start=FRAME, stop=4 * FRAME))


def _rms(signal: Signal) -> float:
    return float(np.sqrt(np.mean(np.square(signal, dtype=np.float64))))
