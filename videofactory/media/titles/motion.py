"""How titles come and go: their frames one by one, each with how far it has come and gone, and the curves things move on.

A title's movement is written out frame by frame on the document's own clock, so it is the same in every player and library.
"""

from collections.abc import Iterator
from typing import NamedTuple

SECONDS = 0.36
"""A title takes this long to come, and two thirds of it to go: seen as one gesture, and waited for by nobody."""
_GOING = 2 / 3


class Step(NamedTuple):
    """Frames [start, stop) of a title in which nothing of it moves; `come` and `gone` run from 0 to 1."""

    start: int
    stop: int
    come: float
    gone: float


def steps(start: int, stop: int, *, fps: int, goes: bool = True) -> Iterator[Step]:
    """A title's frames from first to last; a very short one moves less long. `goes`: whether it leaves by itself."""
    length = max(0, stop - start)
    coming = min(round(SECONDS * fps), length // 3)
    going = min(round(SECONDS * _GOING * fps), length // 3) if goes else 0
    for number in range(coming):
        yield Step(start + number, start + number + 1, (number + 1) / (coming + 1), 0.0)
    if length:
        yield Step(start + coming, stop - going, 1.0, 0.0)
    for number in range(going):
        yield Step(stop - going + number, stop - going + number + 1, 1.0, (number + 1) / (going + 1))


def part(share: float, begin: float, end: float = 1.0) -> float:
    """How far a movement is that runs from `begin` to `end` of the whole: it starts quickly and comes softly to rest."""
    linear = min(1.0, max(0.0, (share - begin) / (end - begin)))
    return 1.0 - (1.0 - linear) ** 3
