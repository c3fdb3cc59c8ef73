"""An application of ours on a real port of this machine, served as the product serves it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from starlette.applications import Starlette

from videofactory.board.app import listening, server

PATIENCE = 120.0
"""Seconds the client waits for an answer: no test of what is answered may hang on how busy the machine is. Notion waits less."""


@contextmanager
def served(app: Starlette) -> Iterator[httpx.Client]:
    """A client that leads to the application, which is served within the block."""
    with listening("127.0.0.1", 0) as line:
        running = server(app)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [line]})
        thread.start()
        try:
            address = f"http://127.0.0.1:{line.getsockname()[1]}"
            with httpx.Client(base_url=address, timeout=PATIENCE) as client:
                yield client
        finally:
            running.should_exit = True
            thread.join()
