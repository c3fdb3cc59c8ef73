"""The twin's HTTP: routes of all providers on one port, faults of the line, files, and a control page for other processes."""

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from io import BufferedIOBase
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from videofactory_tests.twin.world import Fault, World

SHARED = {
    "__init__", "__main__", "world", "server", "media", "answers", "leading", "notion_workspace", "notion_shapes",
    "notion_webhooks", "youtube_state",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes
    words: tuple[str, ...] = ()
    """What the groups of the route's pattern matched."""

    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        """The body as JSON; an empty body is an empty object."""
        return json.loads(self.body or b"{}")

    def form(self) -> dict[str, bytes]:
        """The fields of a multipart form."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + self.body)
        named = ((part.get_param("name", header="content-disposition"), part) for part in parts.walk())
        return {str(name): part.get_payload(decode=True) for name, part in named if name}  # type: ignore[misc]


@dataclass(frozen=True)
class Said:
    """One answer; a dict or list is sent as JSON."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Route:
    """`pattern` is matched against the whole path (below the provider's prefix); `operation` names it for faults and counts.

    `fits` tells apart what has the same path and method. `handle` may cut the line itself by answering nothing.
    """

    method: str
    pattern: str
    operation: str
    handle: Callable[[Asked], Said | None]
    fits: Callable[[Asked], bool] = lambda _: True


class Twin:
    """The running server. `base(provider)` is what the product is told as that provider's base URL."""

    def __init__(self, *, render_seconds: float = 0.0) -> None:
        self.world = World(render_seconds=render_seconds)
        self._routes = [route for module in provider_modules() for route in module.routes(self.world)]
        self._routes += [
            Route("GET", r"/files/(.+)", "twin.file", self._file),
            Route("GET", r"/_twin/jobs", "", lambda _: Said(self.world.told())),
            Route("POST", r"/_twin/faults", "", self._order),
        ]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.world.base_url = self.url

    def base(self, provider: str) -> str:
        """The base URL of a provider: its routes lie below its own name in lower case."""
        return f"{self.url}/{provider.lower()}"

    def misbehave(self, operation: str, kind: str, *, times: int = 1, value: float = 0.0, words: str = "") -> None:
        """Order a fault."""
        with self.world.lock:
            self.world.faults.append(Fault(operation, kind, times, value, words))  # type: ignore[arg-type]

    def paid(self, provider: str | None = None) -> int:
        """How many paid jobs there were, of one provider or all."""
        with self.world.lock:
            return sum(1 for job in self.world.jobs.values() if provider in {None, job.provider})

    def asked(self, operation: str) -> int:
        """How often an operation was asked."""
        with self.world.lock:
            return sum(1 for name, _ in self.world.asked if name == operation)

    def answer(self, asked: Asked) -> Said | None:
        """The answer to a request; `None` cuts the line."""
        for route in self._routes:
            match = re.fullmatch(route.pattern, asked.path)
            if match and route.method == asked.method and route.fits(asked):
                return self._ask(route, Asked(**{**vars(asked), "words": match.groups()}))
        return Said({"error": f"the twin has no {asked.method} {asked.path}"}, status=404)

    def _ask(self, route: Route, asked: Asked) -> Said | None:
        with self.world.lock:
            self.world.asked.append((route.operation, asked.path))
        fault = self.world.strike(route.operation, job=False)
        kind = fault.kind if fault else ""
        if kind == "latency" and fault:
            time.sleep(fault.value)
        if kind == "cut_before":
            return None
        if kind == "busy" and fault:
            return Said({"error": {"message": fault.words or "slow down"}}, 429, {"Retry-After": f"{fault.value:g}"})
        if kind == "error" and fault:
            return Said({"error": {"message": fault.words or "something broke"}}, int(fault.value))
        said = route.handle(asked)
        if kind == "cut_after" or said is None:
            return None
        return Said(b'{"half": ', said.status, said.headers) if kind == "invalid_json" else said

    def _file(self, asked: Asked) -> Said:
        content, media_type, fault = self.world.files[asked.words[0]]
        if fault == "dead_link":
            return Said({"error": "expired"}, status=403)
        headers = {"Content-Length": str(len(content))} if fault == "truncated" else {}
        return Said(content[: len(content) // 2] if fault == "truncated" else content, 200, headers, media_type)

    def _order(self, asked: Asked) -> Said:
        fault = Fault(**asked.json())
        self.world.faults.append(fault)
        return Said(asdict(fault))

    @contextmanager
    def running(self) -> Iterator["Twin"]:
        """Serve within the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def provider_modules() -> list[Any]:
    """The modules of this folder that hold a provider's routes."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in SHARED)
    return [import_module(f"videofactory_tests.twin.{name}") for name in names]


def _body(line: BufferedIOBase, size: int) -> bytes:
    """The body, or as much of it as came before the line broke."""
    body = bytearray()
    with contextlib.suppress(OSError):
        while len(body) < size and (piece := line.read1(min(size - len(body), 1 << 16))):
            body += piece
    return bytes(body)


def _handler(twin: Twin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
            body = _body(self.rfile, int(self.headers.get("Content-Length") or 0))
            said = twin.answer(Asked(self.command, parts.path, query, self.headers, body))
            if said is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            content = said.content
            self.send_response(said.status)
            for name, value in {"Content-Type": said.media_type, "Content-Length": str(len(content)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            if int(said.headers.get("Content-Length", len(content))) != len(content):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the names http.server asks for

        def log_message(self, *words: object) -> None:
            del words

    return Handler
