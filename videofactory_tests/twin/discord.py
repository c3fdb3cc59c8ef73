"""Discord's webhooks as documented: the address is the key; a message is saved (and told) with `wait=true` only.

What was posted lies in `world.rooms["discord"]`. A webhook whose token is `deleted` answers 404.
"""

from typing import Any

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World

TOKEN = "twin-discord-webhook-token"  # noqa: S105 - the twin's
MOST = 6000


def routes(world: World) -> list[Route]:
    """Everything Discord answers here."""
    return [Route("POST", r"/discord/api/webhooks/(\d+)/([\w-]+)", "discord.send", lambda asked: _send(world, asked))]


def _send(world: World, asked: Asked) -> Said:
    if asked.words[1] != TOKEN:
        return Said({"message": "Unknown Webhook", "code": 10015}, 404)
    body = asked.json()
    if wrong := _wrong(body):
        return Said({"message": "Invalid Form Body", "code": 50035, "errors": {"_errors": [{"message": wrong}]}}, 400)
    with world.lock:
        world.rooms.setdefault("discord", []).append(body)
    return Said({"id": str(next(world.numbers)), **body}) if asked.query.get("wait") == "true" else Said(b"", 204)


def _wrong(body: dict[str, Any]) -> str:
    embeds = body.get("embeds", [])
    if not body.get("content") and not embeds:
        return "Cannot send an empty message"
    if len(body.get("content", "")) > 2000 or len(embeds) > 10:
        return "Must be 2000 or fewer in length."
    if any(len(embed.get("title", "")) > 256 or len(embed.get("description", "")) > 4096 for embed in embeds):
        return "Must be 4096 or fewer in length."
    size = sum(len(embed.get("title", "")) + len(embed.get("description", "")) for embed in embeds)
    return "Embed size exceeds maximum size of 6000" if size > MOST else ""
