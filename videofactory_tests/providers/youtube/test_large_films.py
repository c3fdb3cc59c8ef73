"""A large film goes up in little memory, and after a kill on at exactly the byte that arrived last."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

MEMORY = 100_000_000
PIECE = 1 << 20
"""What a sender reads at a time."""
BUFFERS = 16 << 20
"""More than the kernel holds of a line on its way."""


@dataclass
class Counter:
    """YouTube's end of one session, which counts the bytes and keeps none. `offsets`: where each request began."""

    size: int
    url: str = ""
    stored: int = 0
    offsets: list[int] = field(default_factory=list)
    idle: threading.Event = field(default_factory=threading.Event)


@contextmanager
def counting(size: int) -> Iterator[Counter]:
    """A session for a film of this size."""
    counter = Counter(size)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(counter))
    server.daemon_threads = True
    counter.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield counter
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(counter: Counter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            span = self.headers.get("Content-Range", f"bytes 0-{counter.size - 1}/{counter.size}")
            if not span.startswith("bytes */"):
                self._take(int(re.findall(r"\d+", span)[0]))
            done = counter.stored == counter.size
            body = b'{"id": "v1"}' if done else b""
            self.send_response(201 if done else 308)
            if counter.stored and not done:
                self.send_header("Range", f"bytes=0-{counter.stored - 1}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _take(self, first: int) -> None:
            counter.offsets.append(first)
            assert first == counter.stored, "an overlap or a gap"
            buffer = memoryview(bytearray(1 << 20))
            missing = int(self.headers["Content-Length"])
            while missing and (count := self.rfile.readinto1(buffer[: min(missing, len(buffer))])):
                counter.stored += count
                missing -= count
            self.close_connection = bool(missing)
            counter.idle.set()

        def log_message(self, *words: object) -> None:
            del words

    return Handler


def send(counter: Counter, film: Path, *, fatal: int = 0) -> subprocess.CompletedProcess[str]:
    """Send in a process of its own."""
    words = [sys.executable, "-m", "videofactory_tests.providers.youtube.sender", counter.url, str(film), str(fatal)]
    return subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own module


@pytest.mark.parametrize("size", [48 << 20, pytest.param(2 << 30, marks=pytest.mark.soak)])
def test_a_killed_sender_is_followed_at_the_last_byte_that_arrived_in_little_memory(tmp_path: Path, size: int) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(size)
    with counting(size) as counter:
        killed = send(counter, film, fatal=size // 3)
        assert killed.returncode == -signal.SIGKILL
        assert counter.idle.wait(10)
        arrived = counter.stored
        ended = send(counter, film)
    assert ended.returncode == 0, ended.stderr
    video, memory = ended.stdout.split()
    assert (video, counter.offsets, counter.stored) == ("v1", [0, arrived], size)
    assert size // 3 - BUFFERS <= arrived <= size // 3 + 2 * PIECE
    assert int(memory) < MEMORY
