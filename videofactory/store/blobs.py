"""The seam between what is kept and where: named blobs, written whole or not at all. A folder or S3; who uses it cannot tell."""

from abc import ABC, abstractmethod
from pathlib import Path


class Blobs(ABC):
    """Named byte strings. Names are relative, `/`-separated, of safe characters (the callers make them from hashes and slugs).

    Any method raises `Lasting` when the place is full, shut or not there, and `StoreAway` when it does not answer just now.
    """

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
    def holds(self, name: str) -> bool:
        """Whether the blob stands in the place itself, where every machine finds it; a copy on this machine does not count."""

    @abstractmethod
    def local(self, name: str) -> Path | None:
        """A local file with the blob's bytes (it must not be changed), or `None` when there is no such blob."""

    @abstractmethod
    def local_again(self, name: str) -> Path | None:
        """Like `local`, past a copy that proved to be bad; `None` also where `local` gives the blob itself and no copy."""

    @abstractmethod
    def link(self, name: str, *, seconds: int) -> str | None:
        """An address that gives the blob to whoever has it, for so many seconds; `None` where blobs have no address."""

    @abstractmethod
    def names(self, prefix: str) -> list[str]:
        """Sorted names that start with `prefix`."""

    @abstractmethod
    def place(self, name: str) -> str:
        """Where a person finds the blob."""
