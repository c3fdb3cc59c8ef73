"""Notion's webhooks: a subscription of a workspace sends what happened in it, signed, to an address of ours.

    told = Subscription(space, client, path="/webhooks/notion/harbour")
    told.shake_hands()                                  # Notion's first POST: the verification token
    told.send(told.event(page))                         # a person edited this row
    told.send(event), told.send(event)                  # twice; events made first may be sent last
    told.send(event, key="another")                     # with a signature that is not right

The signature is Notion's own computation, written down here a second time on purpose.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from videofactory_tests.twin.notion_workspace import PERSON, Workspace

TOKEN = "secret_demoVerificationToken123"  # noqa: S105 - the twin's
API_VERSION = "2026-03-11"


def signature(body: bytes, *, key: str = TOKEN) -> str:
    """The header `X-Notion-Signature` of a delivery."""
    return f"sha256={hmac.new(key.encode('utf-8'), body, hashlib.sha256).hexdigest()}"


@dataclass
class Subscription:
    """A webhook a person made in the connection's settings. `client` leads to our receiver, `path` is the address there."""

    space: Workspace
    client: httpx.Client
    path: str
    token: str = field(default=TOKEN, repr=False)

    def shake_hands(self) -> int:
        """The first POST, which carries the token and is signed with it; the status of the answer."""
        return self.post(json.dumps({"verification_token": self.token}).encode())

    def event(
        self, page: str, *, kind: str = "page.properties_updated", authors: tuple[tuple[str, str], ...] = ((PERSON, "person"),)
    ) -> dict[str, Any]:
        """What is said of a row now; authors are pairs of id and type."""
        source = self.space.sources[self.space.pages[page].source]
        return {
            "id": self.space.new_id(),
            "timestamp": self.now(),
            "workspace_id": "00000000-0000-4000-8000-0000000000cc",
            "workspace_name": "Harbour",
            "subscription_id": "00000000-0000-4000-8000-0000000000dd",
            "integration_id": "00000000-0000-4000-8000-0000000000ee",
            "type": kind,
            "authors": [{"id": name, "type": what} for name, what in authors],
            "attempt_number": 1,
            "api_version": API_VERSION,
            "entity": {"id": page, "type": "page"},
            "data": {
                "parent": {"id": source.database, "type": "database", "data_source_id": source.id},
                "updated_properties": ["Z%3Cl"],
            },
        }

    def now(self, *, ago: float = 0.0) -> str:
        """A time as events bear it, so many seconds ago."""
        return datetime.fromtimestamp(self.space.clock() - ago, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

    def send(self, event: dict[str, Any], *, key: str | None = None, attempt: int = 1) -> int:
        """Deliver an event; the status of the answer."""
        return self.post(json.dumps({**event, "attempt_number": attempt}).encode(), key=key)

    def post(self, body: bytes, *, key: str | None = None) -> int:
        """Deliver these bytes, signed with the token, or with another key."""
        return self.client.post(
            self.path, content=body, headers={"X-Notion-Signature": signature(body, key=key or self.token)}
        ).status_code
