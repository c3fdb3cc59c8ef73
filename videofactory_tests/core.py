"""Small pieces the tests of ledger and studio are made of."""

import time
from decimal import Decimal

from videofactory.domain.script import Route, Scene, scene_id
from videofactory.ledger.call import Order
from videofactory.ledger.ledger import Ledger

ROUTE = Route(engine="embedded", reason="test")


def no_sleep(seconds: float) -> None:
    """Hardly a pause, however long was asked for."""
    time.sleep(min(seconds, 0.005))


def take_in(ledger: Ledger, *, title: str = "The first cup", source: str = "first-cup.yaml", brief: str = "{}") -> str:
    """A project in the ledger; its key."""
    return ledger.projects.take_in(channel="harbour", title=title, source_kind="file", source_id=source, brief=brief).key


def order(project: str, *, fingerprint: str = "f" * 64, scene: str | None = "scene-01") -> Order:
    """An order for a clip."""
    return Order(
        fingerprint=fingerprint, project=project, scene=scene, take=1, role="video", engine="kling", model="v2", request="{}"
    )


def scene(number: int, **fields: object) -> Scene:
    """A scene of five seconds."""
    plain = {"id": scene_id(number), "narration": "We open at six.", "prompt": "a cup", "seconds": 5.0, "route": ROUTE}
    return Scene.model_validate(plain | fields)


def dollars(text: str) -> Decimal:
    """An amount as a ledger gives it back."""
    return Decimal(text)
