"""Slack's incoming webhooks as documented: the address is the key, the answer is the text `ok`.

What was posted lies in `world.rooms["slack"]`. An unknown address answers 404, in plain text like every error.
"""

from typing import Any

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World

TOKEN = "twinslackwebhooktoken"  # noqa: S105 - the twin's


def routes(world: World) -> list[Route]:
    """Everything Slack answers here."""
    return [Route("POST", r"/slack/services/(T\w+)/(B\w+)/(\w+)", "slack.send", lambda asked: _send(world, asked))]


def _send(world: World, asked: Asked) -> Said:
    if asked.words[2] != TOKEN:
        return _said("no_service", 404)
    body = asked.json()
    if not body.get("text") or not all(_fits(block) for block in body.get("blocks", [])):
        return _said("invalid_payload", 400)
    with world.lock:
        world.rooms.setdefault("slack", []).append(body)
    return _said("ok", 200)


def _fits(block: dict[str, Any]) -> bool:
    most = {"header": 150, "section": 3000}.get(block["type"], 0)
    return 0 < len(block["text"]["text"]) <= most


def _said(text: str, status: int) -> Said:
    return Said(text.encode(), status, media_type="text/plain")
