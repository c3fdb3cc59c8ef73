"""The heartbeat of a process that holds calls: its leases are renewed while it works or waits, and run out when it dies."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from videofactory.ledger.calls import Calls
from videofactory.ledger.ownership import BEAT_EVERY


class Heart:
    """Beats in a thread of its own, as long as anybody within `beating` holds a metered call."""

    def __init__(self, calls: Calls, *, every: float = BEAT_EVERY) -> None:
        self._calls = calls
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
            self._calls.beat()
