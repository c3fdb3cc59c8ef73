"""Mixes for tests: what a film sounds like before its levels are set, and a keeper that tells what was made."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from videofactory.domain.timeline import Timeline
from videofactory.media.mix import Facts
from videofactory.media.mix.dry import rendered
from videofactory.media.mix.keeping import ForNow
from videofactory.media.mix.pieces import excerpt, length, pieces
from videofactory.media.mix.sound import Signal
from videofactory.media.mix.sources import Sources
from videofactory_tests.media.cuts import Shelf


def dry(timeline: Timeline, shelf: Shelf) -> Signal:
    """The dry mix, whole: all pieces one after the other, without what is around them."""
    with ForNow(folder=shelf.folder) as keep, Sources(shelf=shelf, keep=keep, folder=shelf.folder) as sources:
        return np.concatenate(
            [
                rendered(excerpt(timeline, piece, sources=sources), sources=sources)[piece.head :][: piece.samples]
                for piece in pieces(length(timeline))
            ]
        )


class Kept:
    """Keeps everything in a folder for good, and counts what was made by its kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[str, list[str]] = {}
        self._facts: dict[tuple[str, str], Facts] = {}

    def facts(self, kind: str, key: str, make: Callable[[], Facts]) -> Facts:
        """As `Keep` has it."""
        if (kind, key) not in self._facts:
            self._facts[kind, key] = make()
            self.made.setdefault(kind, []).append(key)
        return self._facts[kind, key]

    def file(self, kind: str, key: str, make: Callable[[Path], Facts]) -> tuple[Path, Facts]:
        """As `Keep` has it."""
        path = self.folder / f"{kind}-{key}.aac"
        return path, self.facts(kind, key, lambda: make(path))

    def copy(self) -> "Kept":
        """Another one that holds the same so far, in the same folder."""
        other = Kept(self.folder)
        other._facts = dict(self._facts)
        return other

    def count(self) -> dict[str, int]:
        """How many of each kind were made since the last count."""
        found = {kind: len(keys) for kind, keys in self.made.items()}
        self.made.clear()
        return found
