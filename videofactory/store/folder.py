"""Blobs in a folder: written to `incoming/`, flushed to the disk, then moved to their name in one step.

A process that dies while writing leaves a part in `incoming/`, named by its process id; `sweep` removes parts of dead processes.
"""

import errno
import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from videofactory.domain.errors import Lasting
from videofactory.store.blobs import Blobs

_COUNTER = itertools.count()


class Folder(Blobs):
    """Blobs below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"

    def put(self, name: str, content: bytes) -> None:
        """See `Blobs.put`. Raises `Lasting` when the disk is full."""
        self.write(name, lambda part: _copy_bytes(content, part))

    def put_file(self, name: str, source: Path) -> None:
        """See `Blobs.put_file`."""
        with source.open("rb") as stream:
            self.write(name, lambda part: shutil.copyfileobj(stream, part, 1 << 20))

    def get(self, name: str) -> bytes | None:
        """See `Blobs.get`."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def holds(self, name: str) -> bool:
        """See `Blobs.holds`."""
        return (self.root / name).is_file()

    def local(self, name: str) -> Path | None:
        """See `Blobs.local`: the blob itself."""
        path = self.root / name
        return path if path.is_file() else None

    def local_again(self, name: str) -> Path | None:
        """See `Blobs.local_again`: there are no copies here."""
        del name
        return None

    def link(self, name: str, *, seconds: int) -> str | None:
        """See `Blobs.link`: a folder has no address."""
        del name, seconds
        return None

    def place(self, name: str) -> str:
        """See `Blobs.place`."""
        return str(self.root / name)

    def names(self, prefix: str) -> list[str]:
        """See `Blobs.names`."""
        base = self.root / prefix
        start = base.parent if prefix and not prefix.endswith("/") else base
        found = (path.relative_to(self.root).as_posix() for path in start.rglob("*") if path.is_file())
        return sorted(name for name in found if name.startswith(prefix) and not name.startswith("incoming/"))

    def sweep(self) -> int:
        """Remove parts left by processes that are gone; how many there were."""
        dead = [part for part in self._incoming.glob("*.part") if not _alive(int(part.name.split("-")[0]))]
        for part in dead:
            part.unlink(missing_ok=True)
        return len(dead)

    def write(self, name: str, fill: Callable[[BinaryIO], None]) -> None:
        """Keep what `fill` writes, whole or not at all. Raises `Lasting` when the disk is full, and what `fill` raises."""
        target = self.root / name
        part = self._incoming / f"{os.getpid()}-{next(_COUNTER)}.part"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            part.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as stream:
                fill(stream)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(target)
        except BaseException as error:
            part.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise Lasting(
                    f"The disk is full: {target} was not written.", remedy="Free some space and start again."
                ) from error
            raise


def _copy_bytes(content: bytes, part: BinaryIO) -> None:
    part.write(content)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
