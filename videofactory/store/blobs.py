"""The seam between what is kept and where: named blobs, written whole or not at all. A folder here; S3 fits the same shape."""

from abc import ABC, abstractmethod
from pathlib import Path


class Blobs(ABC):
    """Named byte strings. Names are relative, `/`-separated, of safe characters (the callers make them from hashes and slugs)."""

    @abstractmethod
    def put(self, name: str, content: bytes) -> None:
        """Write the blob, whole or not at all; an older one of the same name is replaced."""

    @abstractmethod
    def put_file(self, name: str, source: Path) -> None:
        """Copy a file in, whole or not at all."""

    @abstractmethod
    def get(self, name: str) -> bytes | None:
        """The blob's bytes, or `None`."""

    @abstractmethod
    def local(self, name: str) -> Path | None:
        """A local file with the blob's bytes (it must not be changed), or `None` when there is no such blob."""

    @abstractmethod
    def names(self, prefix: str) -> list[str]:
        """Sorted names that start with `prefix`."""
