"""Fetching what an engine made from where it lies for a while, into the store: streamed, bounded, whole or not at all."""

import tempfile
from pathlib import Path
from typing import BinaryIO

import httpx

from videofactory.domain.errors import LinkDead
from videofactory.domain.footage import Artifact
from videofactory.providers.roles import Link
from videofactory.store.artifacts import Artifacts

LARGEST = 4 << 30
"""Bytes no result is longer than: what pours out more is no clip."""
SECONDS = 60.0
"""Between two pieces of a file."""
REDIRECTS = 5
_PIECE = 1 << 18


class Fetcher:
    """Fetches links into the artifact store. `transport` is a seam for tests."""

    def __init__(self, artifacts: Artifacts, *, transport: httpx.BaseTransport | None = None) -> None:
        self._artifacts = artifacts
        self._transport = transport

    def fetch(self, link: Link) -> Artifact:
        """The file behind the link, kept. Raises `LinkDead` when the link gives nothing, or less than it promised."""
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / "part"
            try:
                with part.open("wb") as file:
                    self._pour(link, file)
            except httpx.HTTPError as error:
                raise LinkDead(f"Fetching a result broke: {type(error).__name__}: {error}.") from error
            if part.stat().st_size == 0:
                raise LinkDead("The link to a result gave an empty file.")
            return self._artifacts.put_file(part, media_type=link.media_type)

    def _pour(self, link: Link, file: BinaryIO) -> None:
        url, headers = httpx.URL(link.url), dict(link.headers)
        with httpx.Client(transport=self._transport, timeout=SECONDS, follow_redirects=False) as client:
            for _ in range(REDIRECTS + 1):
                with client.stream("GET", url, headers=headers) as answer:
                    if not answer.has_redirect_location:
                        self._take(answer, file)
                        return
                    target = url.join(answer.headers["location"])
                if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
                    headers = {}  # a key is for the service alone, not for where it sends us
                url = target
        raise LinkDead(f"The link to a result led on more than {REDIRECTS} times.")

    def _take(self, answer: httpx.Response, file: BinaryIO) -> None:
        if not answer.is_success:
            raise LinkDead(f"The link to a result answered {answer.status_code}.")
        for piece in answer.iter_bytes(_PIECE):
            file.write(piece)
            if file.tell() > LARGEST:
                raise LinkDead(f"The link to a result gave more than {LARGEST >> 30} GiB.")
