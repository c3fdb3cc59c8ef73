"""The command `callbacks`: takes in what engines report of jobs by themselves, on a port that a proxy makes public."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import typer

from videofactory.cli.answers import Exit, out
from videofactory.cli.opening import HomeOption, studio_at
from videofactory.studio.callbacks import hear
from videofactory.studio.factory import Studio

LARGEST = 1 << 20
"""Bytes of a report; longer ones are not read."""
PATIENCE = 10.0
"""Seconds a sender may take over its report."""
TOKEN_LETTERS = 64


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(callbacks)


def callbacks(
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8787,
    host: Annotated[str, typer.Option(help="Address to listen on; the public one is your proxy's.")] = "127.0.0.1",
) -> int:
    """Listen for the reports of engines (VIDEOFACTORY_CALLBACK_URL is their public address); Ctrl-C stops."""
    with receiver(studio_at(home), host=host, port=port) as server:
        address = f"http://{server.server_address[0]!s}:{server.server_address[1]}"
        out.print(f"Listening at {address}. Engines are told VIDEOFACTORY_CALLBACK_URL; let it lead here.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return Exit.DONE
    return Exit.DONE


def receiver(studio: Studio, *, host: str, port: int) -> ThreadingHTTPServer:
    """The server, not yet serving. It answers 204 to a report of one of our calls and 404 to anything else, and says no more."""

    class Reports(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_POST(self) -> None:
            """One report."""
            token = parse_qs(urlsplit(self.path).query).get("token", [""])[-1][:TOKEN_LETTERS]
            size = self.headers.get("Content-Length", "")
            body = self.rfile.read(int(size)) if size.isdigit() and int(size) <= LARGEST else b""
            self.send_response(204 if token and _heard(studio, token, body) else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: an address holds a token."""

    return ThreadingHTTPServer((host, port), Reports)


def _heard(studio: Studio, token: str, body: bytes) -> bool:
    try:
        report = json.loads(body)
    except ValueError:
        return False
    return isinstance(report, dict) and hear(studio.afresh(), token=token, report=report) is not None
