"""Somebody's own webhook: takes any JSON, and keeps it with its query in `world.rooms["webhook"]`."""

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World


def routes(world: World) -> list[Route]:
    """The one thing it answers."""
    return [Route("POST", r"/webhook/(\w+)", "webhook.send", lambda asked: _take(world, asked))]


def _take(world: World, asked: Asked) -> Said:
    with world.lock:
        world.rooms.setdefault("webhook", []).append({**asked.json(), "query": asked.query})
    return Said()
