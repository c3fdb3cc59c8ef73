"""A process that kills itself with SIGKILL at its n-th step, so that every step of a purchase can be tried, one by one.

Steps are what the outside world can tell apart: each commit of the ledger (before it), each HTTP request (before it leaves, and
when the answer has come and is not read), each file kept (before and after), each wait, the end. What lies after a commit is what
lies before the next step.
"""

import os
import signal
import ssl
import threading
from pathlib import Path

import httpx
from sqlalchemy import event

from videofactory.domain.footage import Artifact
from videofactory.ledger.ledger import Ledger
from videofactory.store.artifacts import Artifacts
from videofactory.store.blobs import Blobs
from videofactory_tests.money import hurry


class Doom:
    """Counts steps and ends the process at the `fatal` one (from 1; 0: never). Writes the steps into `diary`."""

    def __init__(self, fatal: int = 0, *, diary: Path | None = None) -> None:
        self._fatal = fatal
        self._diary = diary
        self._count = 0
        self._lock = threading.Lock()

    def step(self, name: str) -> None:
        """One step, perhaps the last."""
        with self._lock:
            self._count += 1
            if self._diary is not None:
                with self._diary.open("a") as diary:
                    diary.write(f"{name}\n")
            if self._count == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, ledger: Ledger) -> None:
        """Count the commits of this ledger."""
        event.listen(ledger.database.engine, "commit", lambda _: self.step("commit"))

    def sleep(self, seconds: float) -> None:
        """Count a wait."""
        self.step("wait")
        hurry.sleep(seconds)


class MortalLine(httpx.HTTPTransport):
    """A line on which requests and answers count."""

    def __init__(self, doom: Doom) -> None:
        super().__init__(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))  # loads no certificates: the twin speaks plain HTTP
        self._doom = doom

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and receive the head of the answer."""
        what = f"{request.method} {'/'.join(request.url.path.split('/')[1:3])}"
        self._doom.step(f"request {what}")
        answer = super().handle_request(request)
        self._doom.step(f"answer {what}")
        return answer

    def close(self) -> None:
        """Nothing yet: many clients share the line, and one that ends must not cut off the others. See `cut`."""

    def __exit__(self, *_: object) -> None:
        """As above."""

    def cut(self) -> None:
        """Close all connections."""
        super().close()


class MortalArtifacts(Artifacts):
    """A store in which each file kept counts."""

    def __init__(self, blobs: Blobs, *, doom: Doom) -> None:
        super().__init__(blobs)
        self._doom = doom

    def put(self, content: bytes, *, media_type: str) -> Artifact:
        """Keep bytes."""
        self._doom.step("keep")
        kept = super().put(content, media_type=media_type)
        self._doom.step("kept")
        return kept

    def put_file(self, path: Path, *, media_type: str) -> Artifact:
        """Keep a file."""
        self._doom.step("keep")
        kept = super().put_file(path, media_type=media_type)
        self._doom.step("kept")
        return kept
