"""The application, and how it is served: by uvicorn, without access logs, because addresses hold tokens."""

import socket

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from videofactory.board.webhooks import UNKNOWN, routes
from videofactory.domain.errors import Lasting
from videofactory.studio.factory import Studio

AT_ONCE = 200
"""Requests dealt with at one time; more get 503, and their senders try again. So much times a report's length fits any memory."""


def receiver(studio: Studio) -> Starlette:
    """What listens for reports. To anything that is none it says 404, and no more."""
    return Starlette(routes=routes(studio), exception_handlers={HTTPException: _nothing})


def listening(host: str, port: int) -> socket.socket:
    """A socket on this address; port 0 takes one that is free. Raises `Lasting` when the port is taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise Lasting(
            f"{host}:{port} cannot be listened at: {error.strerror}.",
            remedy="'videofactory up' listens already when VIDEOFACTORY_CALLBACK_URL is set; otherwise name another --port.",
        ) from error


def server(app: Starlette) -> uvicorn.Server:
    """Serves the application; `run(sockets=[…])` until SIGINT or SIGTERM, or until `should_exit` is set."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        limit_concurrency=AT_ONCE,
    )
    return uvicorn.Server(config)


async def _nothing(_: Request, __: Exception) -> Response:
    return Response(status_code=UNKNOWN)
