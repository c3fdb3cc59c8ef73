"""Calls: every request to an engine, written down before it is sent, and what became of it.

    reserved → sent → done
                 ├──→ pending → done        a job the engine works on, known by its external id
                 ├──→ failed | refused      the engine's own words in `problem`; nothing is owed
                 └──→ unconfirmed → parked  sent, and the answer was lost: looked up, or settled by a person

A fingerprint has one row for ever. Only the process that holds a row (its `owner`) moves it; the row of a dead holder can be
taken over. Deciding what to do about each state is `studio.purchase`; money limits come on top of `reserve`.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO
from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.ownership import lives, me
from videofactory.ledger.tables import calls


class CallState(StrEnum):
    """See the module's drawing."""

    RESERVED = "reserved"
    SENT = "sent"
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"
    PARKED = "parked"


OPEN = frozenset({CallState.RESERVED, CallState.SENT, CallState.PENDING})
OVER = frozenset({CallState.FAILED, CallState.REFUSED})


class Order(Value):
    """What is asked of an engine, and for whom. `request` is the request's canonical JSON; the fingerprint is made of it."""

    fingerprint: str
    project: str
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
        return self.state in OPEN and (self.owner is None or not lives(self.owner))


class Calls:
    """Calls in the ledger. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, fingerprint: str) -> Call | None:
        """The call with this fingerprint, if it was ever written down."""
        with self._database.read() as connection:
            return _find(connection, fingerprint)

    def reserve(self, order: Order, *, price: Decimal) -> tuple[Call, bool]:
        """Write the call down and hold it; `True` when this process now holds it and must go on with it.

        An existing row is left alone when it is done, held by a living process, or waits for a person. A failed row, or a
        reserved one whose holder died before sending, is taken over as a new attempt.
        """
        with self._database.write() as connection:
            present = _find(connection, order.fingerprint)
            if present is None:
                connection.execute(insert(calls).values(self._new(order, price)))
                return _get(connection, order.fingerprint), True
            never_sent = present.state is CallState.RESERVED and present.orphaned
            if present.state in OVER or never_sent:
                connection.execute(_row(order.fingerprint).values(_again(price)))
                return _get(connection, order.fingerprint), True
            return present, False

    def adopt(self, fingerprint: str) -> Call | None:
        """Take over a sent or pending call whose holder died; `None` when somebody else was faster or it is settled."""
        with self._database.write() as connection:
            present = _get(connection, fingerprint)
            if not present.orphaned:
                return None
            connection.execute(_row(fingerprint).values(owner=me(), beat_at=self._database.stamp()))
            return _get(connection, fingerprint)

    def sending(self, fingerprint: str) -> Call:
        """The request leaves now: from here on it may have been received."""
        stamp = self._database.stamp()
        return self._move(
            fingerprint, {"state": CallState.SENT, "attempts": calls.c.attempts + 1, "sent_at": stamp, "beat_at": stamp}
        )

    def accepted(self, fingerprint: str, *, external_id: str) -> Call:
        """The engine took the job under this id."""
        return self._move(fingerprint, {"state": CallState.PENDING, "external_id": external_id})

    def settle(self, fingerprint: str, *, files: Mapping[str, Artifact], cost: Decimal) -> Call:
        """The results are kept; the call is done, at its actual price."""
        result = json.dumps({name: artifact.model_dump() for name, artifact in files.items()}, sort_keys=True)
        return self._end(fingerprint, {"state": CallState.DONE, "result": result, "cost_usd": _booked(cost), "problem": None})

    def fail(self, fingerprint: str, *, state: CallState, problem: str) -> Call:
        """The engine said no (`failed`, `refused`), or nobody knows what it said (`unconfirmed`, `parked`)."""
        cost = {} if state in {CallState.UNCONFIRMED, CallState.PARKED} else {"cost_usd": _booked(ZERO)}
        return self._end(fingerprint, {"state": state, "problem": problem, **cost})

    def reopen(self, fingerprint: str, *, problem: str) -> Call:
        """A done call whose results are lost from the store must be made again; one that is made again already is left alone."""
        change = {"state": CallState.FAILED, "problem": problem, "owner": None, "settled_at": self._database.stamp()}
        with self._database.write() as connection:
            connection.execute(_row(fingerprint).where(calls.c.state == CallState.DONE).values(change))
            return _get(connection, fingerprint)

    def let_go(self, fingerprint: str, *, problem: str | None = None) -> None:
        """The holder stops in the middle (an interrupt, a lost connection): the next one may take the call over."""
        self._move(fingerprint, {"owner": None, "problem": problem})

    def of_project(self, project: str | None = None, *, state: str | None = None) -> list[Call]:
        """Calls, oldest first, of one project or all, in one state or all."""
        query = select(calls).order_by(calls.c.id)
        if project is not None:
            query = query.where(calls.c.project == project)
        if state is not None:
            query = query.where(calls.c.state == state)
        with self._database.read() as connection:
            return [_call(row) for row in connection.execute(query).mappings()]

    def spent(self, *, by: str) -> dict[str, Decimal]:
        """US dollars settled so far, summed by the column `project` or `engine`."""
        column = {"project": calls.c.project, "engine": calls.c.engine}[by]
        query = select(column, func.sum(calls.c.cost_usd, type_=calls.c.cost_usd.type)).group_by(column).order_by(column)
        with self._database.read() as connection:
            return {name: amount or ZERO for name, amount in connection.execute(query)}

    def _new(self, order: Order, price: Decimal) -> dict[str, object]:
        return {
            **order.model_dump(),
            "token": uuid4().hex,
            "state": CallState.RESERVED,
            "attempts": 0,
            "reserved_usd": price,
            "owner": me(),
            "created_at": self._database.stamp(),
        }

    def _move(self, fingerprint: str, change: Mapping[str, object]) -> Call:
        with self._database.write() as connection:
            connection.execute(_row(fingerprint).values(**change))
            return _get(connection, fingerprint)

    def _end(self, fingerprint: str, change: Mapping[str, object]) -> Call:
        return self._move(fingerprint, {**change, "owner": None, "settled_at": self._database.stamp()})


def _again(price: Decimal) -> dict[str, object]:
    """A new attempt knows nothing of the job the last one was."""
    return {
        "state": CallState.RESERVED,
        "owner": me(),
        "reserved_usd": price,
        "problem": None,
        "external_id": None,
        "token": uuid4().hex,
    }


def _booked(cost: Decimal) -> ColumnElement[Decimal]:
    """What earlier attempts cost stays in the books."""
    return func.coalesce(calls.c.cost_usd, ZERO, type_=calls.c.cost_usd.type) + cost


def _row(fingerprint: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's Update, whose parameters say nothing
    return update(calls).where(calls.c.fingerprint == fingerprint)


def _find(connection: Connection, fingerprint: str) -> Call | None:
    row = connection.execute(select(calls).where(calls.c.fingerprint == fingerprint)).mappings().first()
    return None if row is None else _call(row)


def _get(connection: Connection, fingerprint: str) -> Call:
    return _call(connection.execute(select(calls).where(calls.c.fingerprint == fingerprint)).mappings().one())


def _call(row: RowMapping) -> Call:
    return Call.model_validate(dict(row))
