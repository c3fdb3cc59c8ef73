"""The listener Google sends the person's browser back to: one address on this machine, for one answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from videofactory.domain.errors import NeedsPerson
from videofactory.providers.youtube.errors import leave

_PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>VideoFactory</title><p>{words}</p></html>"
_THANKS = "Thank you. You can close this page and go back to the terminal."
_NO = "No leave was given. You can close this page and go back to the terminal."
_STRANGE = "This page answers one question only, and this is not its answer."


@dataclass
class Listener:
    """`redirect_uri` is where Google sends the answer. Answers with another `state` than ours are not taken."""

    redirect_uri: str
    state: str = field(default="", repr=False)
    _code: str = field(default="", repr=False)
    _denied: str = ""
    _done: threading.Event = field(default_factory=threading.Event)

    def wait(self, *, channel: str, seconds: float) -> str:
        """The code. Raises `NeedsPerson` when leave is denied or nobody answers within these seconds."""
        if not self._done.wait(seconds):
            raise NeedsPerson(f"Nobody gave leave within {seconds:.0f} seconds.", remedy=leave(channel))
        if self._denied:
            raise NeedsPerson(f"Leave was not given: {self._denied}.", remedy=leave(channel))
        return self._code

    def hear(self, query: dict[str, list[str]]) -> str | None:
        """Take an answer; what to say to the person, or `None` for what is no answer to our question."""
        told = {name: values[-1] for name, values in query.items()}
        if not self.state or told.get("state") != self.state or self._done.is_set() or not told.keys() & {"code", "error"}:
            return None
        self._code, self._denied = told.get("code", ""), told.get("error", "")
        self._done.set()
        return _NO if self._denied else _THANKS


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on 127.0.0.1, at a port nobody uses, within the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    listener = Listener(f"http://127.0.0.1:{server.server_address[1]}")
    server.daemon_threads = True
    server.RequestHandlerClass = _handler(listener)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(listener: Listener) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10.0

        def do_GET(self) -> None:
            words = listener.hear(parse_qs(urlsplit(self.path).query))
            page = _PAGE.format(words=words or _STRANGE).encode()
            self.send_response(200 if words else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *words: object) -> None:
            """Say nothing: the address holds the code."""

    return Handler
