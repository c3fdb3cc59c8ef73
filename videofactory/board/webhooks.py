"""What comes in by itself: Notion's events at `/webhooks/notion[/CHANNEL]`, engines' reports at any other address with our token.

A stranger is told by the status alone that nothing was taken, and never why: 401 a signature or time that is not right, 404 no
such address or call, 413 too long. Nothing is logged here: addresses hold tokens. What a report means is the studio's business.
"""

import asyncio
import json
from collections.abc import Mapping
from types import MappingProxyType

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from videofactory.studio.callbacks import hear as hear_engine
from videofactory.studio.factory import Studio
from videofactory.studio.notion.webhook import EVERYWHERE, Heard, hear, reception

TAKEN, REFUSED, UNKNOWN, TOO_SLOW, TOO_LONG = 204, 401, 404, 408, 413
ANSWERS: Mapping[Heard, int] = MappingProxyType(
    {Heard.TAKEN: TAKEN, Heard.IGNORED: TAKEN, Heard.REFUSED: REFUSED, Heard.UNKNOWN: UNKNOWN}
)
TOKEN_LETTERS = 64


class TooLongError(Exception):
    """More came than is read."""


def routes(studio: Studio) -> list[Route]:
    """The addresses. A proxy may keep what stands before `/webhooks`, or cut it off: both lead here."""
    post = ["POST"]

    async def notion(request: Request) -> Response:
        return await _notion(studio, request)

    async def engine(request: Request) -> Response:
        return await _engine(studio, request)

    return [
        Route("/webhooks/notion", notion, methods=post),
        Route("/webhooks/notion/{place}", notion, methods=post),
        Route("/{before:path}/webhooks/notion", notion, methods=post),
        Route("/{before:path}/webhooks/notion/{place}", notion, methods=post),
        Route("/{rest:path}", engine, methods=post),
    ]


async def _notion(studio: Studio, request: Request) -> Response:
    place = request.path_params.get("place", EVERYWHERE)
    signed = request.headers.get("X-Notion-Signature", "")
    try:
        body = await _body(request)
    except TooLongError:
        return Response(status_code=TOO_LONG)
    except (TimeoutError, ClientDisconnect):
        return Response(status_code=TOO_SLOW)
    heard = await run_in_threadpool(hear, studio, place, body=body, signed=signed)
    return Response(status_code=ANSWERS[heard])


async def _engine(studio: Studio, request: Request) -> Response:
    token = request.query_params.get("token", "")[:TOKEN_LETTERS]
    try:
        body = await _body(request)
    except (TooLongError, TimeoutError, ClientDisconnect):
        return Response(status_code=UNKNOWN)
    taken = bool(token) and await run_in_threadpool(_reported, studio, token, body)
    return Response(status_code=TAKEN if taken else UNKNOWN)


def _reported(studio: Studio, token: str, body: bytes) -> bool:
    try:
        report = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(report, dict) and hear_engine(studio.afresh(), token=token, report=report) is not None


async def _body(request: Request) -> bytes:
    """The body. Raises `TooLongError` before it is read in full, and `TimeoutError` for a sender that dawdles."""
    rules = reception()
    told = request.headers.get("Content-Length", "0")
    if not (told.isascii() and told.isdigit()) or int(told[:20]) > rules.largest:
        raise TooLongError
    body = bytearray()
    async with asyncio.timeout(rules.patience_seconds):
        async for piece in request.stream():
            body += piece
            if len(body) > rules.largest:
                raise TooLongError
    return bytes(body)
