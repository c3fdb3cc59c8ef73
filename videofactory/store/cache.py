"""Copies on this machine of blobs that lie elsewhere: fetched once for all processes, bounded by size.

What is true is never only here: while nothing runs, the folder may be deleted.
"""

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from videofactory.store.folder import Folder

IN_USE = 3600
"""Seconds after its last use in which a copy is not removed: who was given its path may not have opened it yet."""
_SHARE = 16
"""The folder is measured anew whenever a sixteenth of the limit was added; measuring it every time would take longer."""
_LOCKS = 64
"""Lock files; blobs that share one wait for each other, which costs time and nothing else."""


class BlobAbsent(Exception):
    """There is nothing to fetch under this name."""


class Cache:
    """A folder of copies, shared by processes. A copy appears whole; the ones longest out of use go first."""

    def __init__(self, root: Path, *, limit: int) -> None:
        """`limit` in bytes; the folder grows beyond it only while more than that was in use within the last hour."""
        self._folder = Folder(root)
        self._limit = limit
        self._added = limit  # so that what lies there already is measured at the first fetch

    def find(self, name: str) -> Path | None:
        """The copy, which counts as in use from now on, or `None`."""
        path = self._folder.local(name)
        if path is None:
            return None
        try:
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))  # when it was written must stay: readers go by it
        except FileNotFoundError:
            return None
        return path

    def fetch(self, name: str, fill: Callable[[BinaryIO], None], *, anew: bool = False) -> Path | None:
        """The copy, written by `fill` where there is none, or `anew`; `None` when `fill` raises `BlobAbsent`.

        Who asks while another process fetches waits for that one's copy.
        """
        with self._alone(name):
            if not anew and (present := self.find(name)) is not None:
                return present
            try:
                self._folder.write(name, fill)
            except BlobAbsent:
                self.drop(name)
                return None
        return self._grown_by(name)

    def keep(self, name: str, source: Path) -> None:
        """Copy a file in whose blob has just been written."""
        self._folder.put_file(name, source)
        self._grown_by(name)

    def drop(self, name: str) -> None:
        """Forget the copy, if there is one."""
        if (copy := self._folder.local(name)) is not None:
            copy.unlink(missing_ok=True)

    def prune(self) -> int:
        """Remove the copies longest out of use until the rest is within the limit; how many bytes that were."""
        copies = sorted(self._copies())
        excess, removed = sum(size for _, size, _ in copies) - self._limit, 0
        for used, size, path in copies:
            if removed >= excess or used > time.time() - IN_USE:
                break
            path.unlink(missing_ok=True)
            removed += size
        return removed

    def sweep(self) -> int:
        """Remove parts left by processes that are gone; how many there were."""
        return self._folder.sweep()

    def _grown_by(self, name: str) -> Path:
        path = self._folder.root / name
        self._added += path.stat().st_size
        if self._added >= self._limit / _SHARE:
            self._added = 0
            self.prune()
        return path

    def _copies(self) -> Iterator[tuple[float, int, Path]]:
        for name in self._folder.names(""):
            path = self._folder.root / name
            try:
                found = path.stat()
            except FileNotFoundError:  # another process pruned it
                continue
            yield found.st_atime, found.st_size, path

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Only one thread of one process at a time; the lock of a process that dies is free at once."""
        locks = self._folder.root / "incoming" / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / f"{zlib.crc32(name.encode()) % _LOCKS:02}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
