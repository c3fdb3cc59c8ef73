"""Work that waits, written as a generator: it yields the seconds it wants to wait, and returns what it made.

`run` does one such work by sleeping. `weave` does many at once over a few threads: while a work waits it holds none, so that two
hundred jobs may wait at engines in one process.
"""

import heapq
import itertools
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from videofactory.domain.errors import FactoryError

T = TypeVar("T")
Steps = Generator[float, None, T]
"""Work that yields waits in seconds and returns a `T`."""


def run(steps: Steps[T], *, sleep: Callable[[float], None] = time.sleep) -> T:
    """Do the work, sleeping where it waits."""
    try:
        while True:
            sleep(next(steps))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # the generator's return type
    finally:
        steps.close()


def firmly(change: Callable[[], T], *, waits: tuple[float, ...] = (0.5, 2, 5, 15, 30)) -> Steps[T]:
    """Do this, and do it again when something unforeseen stops it (a ledger out of reach): what must be written down is."""
    for wait_seconds in waits:
        try:
            return change()
        except FactoryError:
            raise
        except Exception:  # noqa: BLE001 - whatever it was, the last try raises it
            yield wait_seconds
    return change()


def weave(works: Mapping[str, Steps[T]], *, workers: int) -> tuple[dict[str, T], dict[str, FactoryError]]:
    """Do all works, `workers` of them at the same moment; what they made and how they failed, by name, in the given order.

    What is no `FactoryError` is a defect and is raised as it is, after all works have been told to stop.
    """
    loom = _Loom(works)
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        try:
            while loom.busy:
                loom.turn(pool)
        finally:
            loom.stop()
    made = {name: loom.made[name] for name in works if name in loom.made}
    return made, {name: loom.errors[name] for name in works if name in loom.errors}


@dataclass(frozen=True)
class _Made(Generic[T]):
    value: T


class _Loom(Generic[T]):
    """Which works wait until when, which are being advanced, and what came of the others."""

    def __init__(self, works: Mapping[str, Steps[T]]) -> None:
        self._works = dict(works)
        self._order = itertools.count()
        self._waiting = [(0.0, next(self._order), name) for name in works]
        self._running: dict[Future[float | _Made[T]], str] = {}
        self.made: dict[str, T] = {}
        self.errors: dict[str, FactoryError] = {}

    @property
    def busy(self) -> bool:
        return bool(self._waiting or self._running)

    def turn(self, pool: ThreadPoolExecutor) -> None:
        """Advance what is due, and take in what was advanced."""
        now = time.monotonic()
        while self._waiting and self._waiting[0][0] <= now:
            _, _, name = heapq.heappop(self._waiting)
            self._running[pool.submit(_advance, self._works[name])] = name
        pause = self._waiting[0][0] - now if self._waiting else None
        if not self._running:
            time.sleep(max(0.0, pause or 0.0))
            return
        done, _ = wait(self._running, timeout=pause, return_when=FIRST_COMPLETED)
        for future in done:
            self._take(self._running.pop(future), future)

    def _take(self, name: str, future: "Future[float | _Made[T]]") -> None:
        error = future.exception()
        if isinstance(error, FactoryError):
            self.errors[name] = error
        elif error is not None:
            raise error
        else:
            came = future.result()
            if isinstance(came, _Made):
                self.made[name] = came.value
            else:
                heapq.heappush(self._waiting, (time.monotonic() + came, next(self._order), name))

    def stop(self) -> None:
        """Tell every work that has not ended to stop, once the threads have left it."""
        if self._running:
            wait(self._running)
        for steps in self._works.values():
            steps.close()


def _advance(steps: Steps[T]) -> "float | _Made[T]":
    try:
        return next(steps)
    except StopIteration as end:
        return _Made(end.value)
