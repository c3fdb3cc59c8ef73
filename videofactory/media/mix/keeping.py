"""What is kept of a mix for the next one: facts and files by the fingerprint of all that decides them.

Where they are kept is the caller's affair (`Keep`); `ForNow` keeps them for one mix and forgets them.
"""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

Facts = Mapping[str, Any]
"""JSON: figures, texts, and lists and maps of them."""


class Keep(Protocol):
    """Somewhere to keep what was made. To be called by many threads; the same key at once may be made twice."""

    def facts(self, kind: str, key: str, make: Callable[[], Facts]) -> Facts:
        """The facts kept under this key, else those that `make` finds now."""

    def file(self, kind: str, key: str, make: Callable[[Path], Facts]) -> tuple[Path, Facts]:
        """The file and the facts kept under this key, else those that `make(path)` writes and finds now."""


class ForNow:
    """Keeps all of one mix in a folder beside its result, and is empty afterwards."""

    def __init__(self, *, folder: Path) -> None:
        """A new folder in this one."""
        self._folder = tempfile.TemporaryDirectory(prefix="mix-", dir=folder)
        self._facts: dict[tuple[str, str], Facts] = {}

    def __enter__(self) -> Self:
        """The same."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget everything."""
        self._folder.cleanup()

    def facts(self, kind: str, key: str, make: Callable[[], Facts]) -> Facts:
        """As `Keep` has it."""
        if (kind, key) not in self._facts:
            self._facts[kind, key] = make()
        return self._facts[kind, key]

    def file(self, kind: str, key: str, make: Callable[[Path], Facts]) -> tuple[Path, Facts]:
        """As `Keep` has it."""
        path = Path(self._folder.name) / f"{kind}-{key}"
        return path, self.facts(kind, key, lambda: make(path))
