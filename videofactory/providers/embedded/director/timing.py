"""How long the film and its scenes last: seconds shared among scenes so that every narration fits.

Works in whole tenths of a second, so that sums are exact. What is said is decided in `narration`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from videofactory.domain.script import MAX_WORDS_PER_SECOND
from videofactory.domain.script_checks import spoken_words

PACE = 2.4
"""Words a second of a calm narrator."""
BREATH = 0.6
"""Seconds of quiet around a scene's narration."""
SILENT_SECONDS = 3.0
"""What a scene without words asks for."""
TENTHS = 10
SHORTEST, LONGEST = 1 * TENTHS, 60 * TENTHS
"""Bounds of `domain.script.SceneSeconds`, in tenths."""


@dataclass(frozen=True)
class Slot:
    """A scene as the clock sees it: the words spoken in it, and its seconds where the brief gives them."""

    words: float = 0.0
    fixed: float | None = None

    @property
    def least(self) -> int:
        """Tenths below which the words can no longer be followed."""
        if self.fixed is not None:
            return round(self.fixed * TENTHS)
        return min(LONGEST, max(SHORTEST, math.ceil(self.words * TENTHS / MAX_WORDS_PER_SECOND - 1e-9)))

    @property
    def wanted(self) -> int:
        """Tenths of a calm delivery."""
        if self.fixed is not None:
            return self.least
        calm = self.words / PACE + BREATH if self.words else SILENT_SECONDS
        return min(LONGEST, max(self.least, round(calm * TENTHS)))


def slot(narration: str, *, fixed: float | None) -> Slot:
    """The slot of a scene with this narration."""
    return Slot(words=spoken_words(narration), fixed=fixed)


def least_seconds(slots: Sequence[Slot]) -> float:
    """The shortest film in which every narration can be followed."""
    return sum(one.least for one in slots) / TENTHS


def calm_seconds(slots: Sequence[Slot]) -> float:
    """The film's length at a calm delivery."""
    return sum(one.wanted for one in slots) / TENTHS


def shared_seconds(slots: Sequence[Slot], *, total: float) -> list[float]:
    """Seconds per scene that add up to `total`, or to as near as the given seconds and the words allow."""
    loose = [index for index, one in enumerate(slots) if one.fixed is None]
    seconds = [one.fixed if one.fixed is not None else 0.0 for one in slots]
    room = round((total - sum(seconds)) * TENTHS)
    for index, tenths in zip(loose, _fit([slots[index] for index in loose], room=room), strict=True):
        seconds[index] = tenths / TENTHS
    return seconds


def _fit(slots: Sequence[Slot], *, room: int) -> list[int]:
    least, wanted = [one.least for one in slots], [one.wanted for one in slots]
    if room <= sum(least):
        return least
    if room <= sum(wanted):
        share = (room - sum(least)) / max(1, sum(wanted) - sum(least))
        return _whole([low + (want - low) * share for low, want in zip(least, wanted, strict=True)], total=room)
    return _stretched(wanted, room=room)


def _stretched(wanted: Sequence[int], *, room: int) -> list[int]:
    """Everything longer by the same share, no scene above the limit; what one cannot take the others do."""
    share, full = 1.0, room
    for _ in wanted:
        open_weight = sum(want for want in wanted if want * share < LONGEST)
        capped = sum(LONGEST for want in wanted if want * share >= LONGEST)
        if not open_weight:
            break
        share = max(share, (full - capped) / open_weight)
    lengths = [min(float(LONGEST), want * share) for want in wanted]
    return _whole(lengths, total=min(room, LONGEST * len(wanted)))


def _whole(lengths: Sequence[float], *, total: int) -> list[int]:
    """Whole tenths with the given sum: the largest fractions are rounded up."""
    floors = [math.floor(length + 1e-9) for length in lengths]
    order = sorted(range(len(lengths)), key=lambda index: (floors[index] - lengths[index], index))
    for index in order[: max(0, total - sum(floors))]:
        floors[index] = min(LONGEST, floors[index] + 1)
    return floors
