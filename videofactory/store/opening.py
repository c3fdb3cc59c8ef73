"""The place the settings name: a folder, or a bucket that is spoken to only when something is wanted of it."""

from pathlib import Path
from urllib.parse import urlsplit

from videofactory.store.blobs import Blobs
from videofactory.store.cache import Cache
from videofactory.store.folder import Folder


def open_blobs(url: str, *, folder: Path, cache: Path, cache_bytes: int, endpoint_url: str = "") -> Blobs:
    """The blobs at `s3://bucket/prefix`, with copies in `cache`, or in `folder` where `url` is empty.

    What a dead process left half-written on this machine is removed. Nothing is asked of the bucket yet. `endpoint_url` is where
    the bucket is when it is not Amazon's.
    """
    if not url:
        place = Folder(folder)
        place.sweep()
        return place
    from videofactory.store.s3 import S3  # noqa: PLC0415 - boto3 takes a while to load, and most homes are a folder

    parts = urlsplit(url)
    copies = Cache(cache, limit=cache_bytes)
    copies.sweep()
    return S3(parts.netloc, prefix=parts.path, cache=copies, endpoint_url=endpoint_url or None)
