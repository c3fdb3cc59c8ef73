"""A call as the ledger knows it: an order, its states, one row. What moves a row is `ledger.calls`."""

import json
from decimal import Decimal
from enum import StrEnum

from videofactory.domain.footage import Artifact
from videofactory.domain.value import Value
from videofactory.ledger.ownership import lives, me


class CallState(StrEnum):
    """See the drawing in `ledger.calls`."""

    RESERVED = "reserved"
    SENT = "sent"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    PARKED = "parked"


OPEN = frozenset({CallState.RESERVED, CallState.SENT, CallState.PENDING, CallState.UNCONFIRMED})
HOLDING = OPEN | {CallState.PARKED}
"""States in which the price is reserved in the call's purses."""
IN_FLIGHT = (CallState.SENT, CallState.PENDING, CallState.UNCONFIRMED)
"""States in which the engine may be working on the call."""
OVER = frozenset({CallState.FAILED, CallState.REFUSED})


class Order(Value):
    """What is asked of an engine, and for whom. `request` is the request's canonical JSON; the fingerprint is made of it."""

    fingerprint: str
    project: str
    channel: str = ""
    scene: str | None
    take: int
    role: str
    engine: str
    model: str
    request: str


class Call(Value):
    """One row of the calls table."""

    id: int
    fingerprint: str
    token: str
    project: str
    scene: str | None
    take: int
    role: str
    engine: str
    model: str
    request: str
    state: CallState
    attempts: int
    external_id: str | None
    reserved_usd: Decimal
    cost_usd: Decimal | None
    owner: str | None
    beat_at: str | None
    result: str | None
    problem: str | None
    created_at: str
    sent_at: str | None
    settled_at: str | None
    channel: str = ""
    identity: str = ""
    purses: str = "[]"

    @property
    def files(self) -> dict[str, Artifact]:
        """The artifacts the engine delivered, by name."""
        return {name: Artifact.model_validate(value) for name, value in json.loads(self.result or "{}").items()}

    @property
    def mine(self) -> bool:
        """Whether this process holds the call."""
        return self.owner == me()

    @property
    def orphaned(self) -> bool:
        """Whether the call is open and its holder is gone."""
        return self.state in OPEN and (self.owner is None or not lives(self.owner, beat_at=self.beat_at))
