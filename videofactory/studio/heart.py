"""The heartbeat of a process that holds calls or uploads: its leases are renewed while it lives, and run out when it dies."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol

from videofactory.ledger.ownership import BEAT_EVERY


class Beating(Protocol):
    """What leases are renewed in: the ledger's calls, or its uploads."""

    def beat(self) -> None:
        """A sign of life for all that this process holds."""


class Heart:
    """Beats in a thread of its own, as long as anybody within `beating` holds a metered call."""

    def __init__(self, leases: Beating, *, every: float = BEAT_EVERY) -> None:
        self._leases = leases
        self._every = every
        self._lock = threading.Lock()
        self._holders = 0
        self._stop = threading.Event()

    @contextmanager
    def beating(self, *, metered: bool) -> Iterator[None]:
        """Keep this process's leases alive within the block; nothing to do for engines that are not metered."""
        if not metered:
            yield
            return
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                self._stop = threading.Event()
                threading.Thread(target=self._beat, args=(self._stop,), name="heartbeat", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if self._holders == 0:
                    self._stop.set()

    def _beat(self, stop: threading.Event) -> None:
        while not stop.wait(self._every):
            with suppress(Exception):  # a ledger out of reach now may be there at the next beat
                self._leases.beat()
