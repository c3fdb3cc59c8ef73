"""The two places a store can be, as tests meet them: the product's view of each, and the hand that damages what lies there."""

from abc import ABC, abstractmethod
from pathlib import Path

from videofactory.store.blobs import Blobs
from videofactory.store.cache import Cache
from videofactory.store.folder import Folder
from videofactory.store.s3 import S3
from videofactory_tests.store.bucket import Service

LIMIT = 10_000_000


class Place(ABC):
    """A place for blobs. Each `blobs()` is one more process's view of it, on the same machine."""

    @abstractmethod
    def blobs(self) -> Blobs:
        """A view of the place."""

    @abstractmethod
    def elsewhere(self) -> Blobs:
        """The view of another machine."""

    @abstractmethod
    def spoil(self, name: str, content: bytes) -> None:
        """Put other bytes where the blob lies, behind everybody's back."""

    @abstractmethod
    def lose(self, name: str) -> None:
        """Take the blob away, behind everybody's back."""

    @abstractmethod
    def written(self, name: str) -> object:
        """When the blob was written; equal as long as nobody wrote it again."""


class FolderPlace(Place):
    """A folder; another machine sees the same one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def blobs(self) -> Folder:
        """See `Place.blobs`."""
        return Folder(self.root)

    def elsewhere(self) -> Folder:
        """See `Place.elsewhere`."""
        return Folder(self.root)

    def spoil(self, name: str, content: bytes) -> None:
        """See `Place.spoil`."""
        (self.root / name).write_bytes(content)

    def lose(self, name: str) -> None:
        """See `Place.lose`."""
        (self.root / name).unlink()

    def written(self, name: str) -> object:
        """See `Place.written`."""
        return (self.root / name).stat().st_ino


class S3Place(Place):
    """A bucket below a prefix, and this machine's cache. What is spoilt or lost is so in the bucket, and not in caches."""

    def __init__(self, service: Service, *, bucket: str, cache: Path, prefix: str = "shop/one") -> None:
        self.service = service
        self.bucket = bucket
        self.prefix = prefix
        self.cache = cache
        self.client = service.client

    def blobs(self, *, limit: int = LIMIT, cache: Path | None = None, attempts: int = 2) -> S3:
        """See `Place.blobs`."""
        copies = Cache(cache or self.cache, limit=limit)
        return S3(self.bucket, prefix=self.prefix, cache=copies, endpoint_url=self.service.url, attempts=attempts)

    def elsewhere(self) -> S3:
        """See `Place.elsewhere`: an empty cache."""
        return self.blobs(cache=self.cache.with_name("another-machine"))

    def spoil(self, name: str, content: bytes) -> None:
        """See `Place.spoil`."""
        self.client.put_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}", Body=content)

    def lose(self, name: str) -> None:
        """See `Place.lose`."""
        self.client.delete_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}")

    def written(self, name: str) -> object:
        """See `Place.written`."""
        del name
        return self.service.asked["PUT"]
