"""Blobs in an S3 bucket, or in anything that speaks S3 (MinIO, Ceph, R2, …) at an endpoint URL.

Who may enter is told to boto3 in its usual ways (AWS_ACCESS_KEY_ID and the like, ~/.aws, roles), never to us. Import this module
where a bucket is wanted, as `store.opening` does: a factory whose store is a folder need not wait for boto3.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Protocol, TypeVar

from boto3.s3.transfer import TransferConfig
from boto3.session import Session
from botocore import exceptions as boto
from botocore.config import Config

from videofactory.domain.errors import Lasting, StoreAway
from videofactory.store.artifacts import ENDINGS
from videofactory.store.blobs import Blobs
from videofactory.store.cache import BlobAbsent, Cache

T = TypeVar("T")
NEVER_CHANGING = "artifacts/"
"""Below this, blobs are named by their bytes, and a copy stays good. Others are fetched each time they are asked for."""
ATTEMPTS = 5
"""How often one request is sent when the bucket is overrun or the line breaks; botocore waits longer each time, up to 20 s."""
LONGEST_LINK = 3600
"""Seconds a direct link may live."""
_TYPES = {ending: media_type for media_type, ending in ENDINGS.items()}
_PIECE = 16 << 20
"""Bytes above which a file goes up in several pieces, and of one such piece."""
_CHUNK = 1 << 20
_STREAMS = 3
"""How often an answer that breaks off is asked for again; botocore repeats only what fails before the answer begins."""
_SERVER_FAULT = 500
_ABSENT = ("NoSuchKey", "404")
_OVERRUN = ("SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "RequestTimeout")
_BROKEN = (boto.IncompleteReadError, boto.ResponseStreamingError, boto.ReadTimeoutError, boto.FlexibleChecksumError)
_BROKEN_LINE = (boto.HTTPClientError, boto.ConnectionError, *_BROKEN)
_SHUT = "Check the credentials, and that they allow s3:GetObject, s3:PutObject and s3:ListBucket there."


class Client(Protocol):
    """What we use of boto3's S3 client."""

    def put_object(self, **_: object) -> object: ...  # noqa: D102 - see boto3
    def get_object(self, **_: object) -> dict[str, Any]: ...  # noqa: D102
    def head_object(self, **_: object) -> object: ...  # noqa: D102
    def upload_fileobj(self, stream: BinaryIO, **_: object) -> None: ...  # noqa: D102
    def get_paginator(self, operation: str, /) -> "Pages": ...  # noqa: D102
    def generate_presigned_url(self, operation: str, /, **_: object) -> str: ...  # noqa: D102


class Pages(Protocol):
    """What we use of boto3's paginator."""

    def paginate(self, **_: object) -> Iterable[Mapping[str, Any]]: ...  # noqa: D102


class S3(Blobs):
    """Blobs below a prefix of one bucket, with copies on this machine of what is read as a file."""

    def __init__(
        self, bucket: str, *, prefix: str = "", cache: Cache, endpoint_url: str | None = None, attempts: int = ATTEMPTS
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._cache = cache
        self._endpoint_url = endpoint_url
        self._attempts = attempts
        self._making = Lock()

    def put(self, name: str, content: bytes) -> None:
        """See `Blobs.put`."""
        with self._asking(name):
            self._client.put_object(**self._key(name), Body=content, **_described(name))

    def put_file(self, name: str, source: Path) -> None:
        """See `Blobs.put_file`. A large file goes up in pieces, and is there when the last one is."""
        pieces = TransferConfig(multipart_threshold=_PIECE, multipart_chunksize=_PIECE, max_concurrency=4)
        with self._asking(name), source.open("rb") as stream:
            self._client.upload_fileobj(stream, **self._key(name), ExtraArgs=_described(name), Config=pieces)
        if name.startswith(NEVER_CHANGING):
            self._cache.keep(name, source)

    def get(self, name: str) -> bytes | None:
        """See `Blobs.get`."""
        try:
            return self._read(name, lambda body: bytes(body.read()))
        except BlobAbsent:
            return None

    def holds(self, name: str) -> bool:
        """See `Blobs.holds`."""
        try:
            with self._asking(name):
                self._client.head_object(**self._key(name))
        except BlobAbsent:
            return False
        return True

    def local(self, name: str) -> Path | None:
        """See `Blobs.local`: a copy, fetched once if it is an artifact's. That it left the bucket since is not noticed here."""
        if name.startswith(NEVER_CHANGING) and (copy := self._cache.find(name)) is not None:
            return copy
        return self._fetch(name, anew=not name.startswith(NEVER_CHANGING))

    def local_again(self, name: str) -> Path | None:
        """See `Blobs.local_again`."""
        return self._fetch(name, anew=True)

    def link(self, name: str, *, seconds: int) -> str | None:
        """See `Blobs.link`: a presigned address. Raises `ValueError` for less than a second or more than `LONGEST_LINK`."""
        if not 1 <= seconds <= LONGEST_LINK:
            raise ValueError(f"a direct link lives from 1 to {LONGEST_LINK} seconds, not {seconds}")
        with self._asking(name):
            return self._client.generate_presigned_url("get_object", Params=self._key(name), ExpiresIn=seconds)

    def names(self, prefix: str) -> list[str]:
        """See `Blobs.names`."""
        with self._asking(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
            return sorted(one["Key"].removeprefix(self._prefix) for page in pages for one in page.get("Contents", ()))

    def place(self, name: str) -> str:
        """See `Blobs.place`."""
        return f"s3://{self._bucket}/{self._prefix}{name}"

    def sweep(self) -> int:
        """Remove parts left in the cache by processes that are gone; how many there were."""
        return self._cache.sweep()

    def _fetch(self, name: str, *, anew: bool) -> Path | None:
        return self._cache.fetch(name, lambda part: self._read(name, lambda body: _copy(body, part)), anew=anew)

    def _read(self, name: str, read: Callable[[Any], T]) -> T:
        """What `read` makes of the blob's stream; a stream that breaks is read again from its beginning."""
        with self._asking(name):
            for _ in range(_STREAMS - 1):
                with suppress(*_BROKEN):
                    return read(self._client.get_object(**self._key(name))["Body"])
            return read(self._client.get_object(**self._key(name))["Body"])

    @property
    def _client(self) -> Client:
        with self._making:  # one client for all threads; boto3 makes a client safely in one thread at a time only
            return self._made

    @cached_property
    def _made(self) -> Client:
        retries = {"mode": "standard", "total_max_attempts": self._attempts}
        config = Config(retries=retries, signature_version="s3v4", connect_timeout=10, read_timeout=60, max_pool_connections=32)
        client: Client = Session().client("s3", endpoint_url=self._endpoint_url, config=config)
        return client

    def _key(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Turn what boto3 raises into the factory's errors, and an absent object into `BlobAbsent`."""
        try:
            yield
        except boto.ClientError as error:
            raise self._refusal(error, name) from error
        except _BROKEN_LINE as error:
            raise StoreAway(f"{self.place(name)} is out of reach: {error}.", remedy="It is tried again.") from error
        except (boto.BotoCoreError, ValueError) as error:  # no credentials, no such profile or region, an endpoint that is none
            raise Lasting(f"{self.place(name)} cannot be asked for: {error}.", remedy=_SHUT) from error

    def _refusal(self, error: boto.ClientError, name: str) -> Exception:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if code in _ABSENT:
            return BlobAbsent(name)
        if code == "NoSuchBucket":
            remedy = "Make the bucket, or mend VIDEOFACTORY_STORE_URL and VIDEOFACTORY_S3_ENDPOINT_URL."
            return Lasting(f"There is no bucket {self._bucket!r} for the store.", remedy=remedy)
        if code in _OVERRUN or status >= _SERVER_FAULT:
            return StoreAway(f"{self.place(name)}: the bucket answers {code} (HTTP {status}).", remedy="It is tried again.")
        return Lasting(f"{self.place(name)}: the bucket answers {code} (HTTP {status}).", remedy=_SHUT)


def _described(name: str) -> dict[str, str]:
    """What a browser has to know to show the blob."""
    return {"ContentType": _TYPES.get(Path(name).suffix, "application/octet-stream")}


def _copy(body: Any, part: BinaryIO) -> None:  # noqa: ANN401 - botocore's stream
    part.seek(0)  # an earlier stream may have broken half-way
    part.truncate()
    part.writelines(body.iter_chunks(_CHUNK))
