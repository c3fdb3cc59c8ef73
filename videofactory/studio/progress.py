"""Telling a person what happens: one line of fact at a time, to whoever listens (the CLI's bars, Dagster's log, nobody)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

Step = Literal["starts", "made", "kept", "ends"]


class Progress(NamedTuple):
    """One fact: a stage starts or ends, or one of its pieces was made, or was there already (`kept`)."""

    stage: str
    step: Step
    piece: str = ""
    total: int = 0
    words: str = ""


Listener = Callable[[Progress], None]
_LISTENERS: list[Listener] = []
"""Who listens in this process; a list, because steps run in several threads and all of them are heard."""


def nobody(progress: Progress) -> None:
    """A listener that does not listen."""
    del progress


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Within the block, everything told in this process is also told to this listener."""
    _LISTENERS.append(listener)
    try:
        yield
    finally:
        _LISTENERS.remove(listener)


def announce(progress: Progress) -> None:
    """Tell all who listen in this process."""
    for listener in tuple(_LISTENERS):
        listener(progress)
