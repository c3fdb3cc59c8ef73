"""Work ahead: an iterator runs in a thread of its own, a few things before whoever takes them."""

import threading
from collections.abc import Callable, Iterator
from queue import Full, Queue
from types import TracebackType
from typing import Generic, NamedTuple, Self, TypeVar

ItemT = TypeVar("ItemT")
_LOOK = 0.1
"""Seconds after which it looks whether anybody still asks."""


class _End(NamedTuple):
    """The iterator is over, or has failed."""

    error: BaseException | None


class Ahead(Generic[ItemT]):
    """What `make()` yields, made up to `depth` things before it is asked for; used as a context, in which it begins at once.

    Things must stay good after the next is made. Its error is raised where the thing it failed to make is asked for. Leaving the
    context stops it, and waits until it has stopped.
    """

    def __init__(self, make: Callable[[], Iterator[ItemT]], *, depth: int) -> None:
        self._make = make
        self._row: Queue[ItemT | _End] = Queue(depth)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="ahead", daemon=True)

    def __iter__(self) -> Iterator[ItemT]:
        """All things, from first to last; to be asked for once."""
        while not isinstance(item := self._row.get(), _End):
            yield item
        if item.error is not None:
            raise item.error

    def _work(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._make():
                if not self._put(item):
                    return
        except BaseException as found:  # noqa: BLE001 - handed to whoever asks
            error = found
        self._put(_End(error))

    def _put(self, what: ItemT | _End) -> bool:
        """Into the row, when there is room; False when nobody asks any more."""
        while not self._over.is_set():
            try:
                self._row.put(what, timeout=_LOOK)
            except Full:
                continue
            return True
        return False

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Stop, and wait."""
        self._over.set()
        self._thread.join()
