"""Time that passes twenty times as fast, for all processes alike: waits, look-ups and breakers stay in proportion."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from videofactory.studio.steps import Steps

SPEED = 20
EARLY = 24 * 3600.0
"""Seconds the fast clock begins behind the twin's, so that it does not overtake it within a test."""
SHORTER = 1000
"""How much shorter waits become: shorter than the clock is fast, so that work asks more often rather than too late."""
T = TypeVar("T")


@dataclass
class Hurry:
    """A ledger's clock since `began` (seconds since 1970). Can be handed to another process, which goes on from there."""

    began: float
    skipped: float = 0.0

    def __call__(self) -> datetime:
        """Now."""
        return datetime.fromtimestamp(self.began - EARLY + self.skipped + (time.time() - self.began) * SPEED, UTC)

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self.skipped += seconds


def soon(seconds: float) -> float:
    """A wait, shortened."""
    return seconds / SHORTER


def sleep(seconds: float) -> None:
    """A short sleep."""
    time.sleep(soon(seconds))


def hurried(steps: Steps[T]) -> Steps[T]:
    """The same work with shorter waits."""
    try:
        while True:
            yield soon(next(steps))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # the generator's return type
    finally:
        steps.close()
