"""Calls: every request to an engine, written down before it is sent, and what became of it.

    reserved → sent → done
                 ├──→ pending → done        a job the engine works on, known by its external id
                 ├──→ failed | refused      the engine's own words in `problem`; nothing is owed
                 ├──→ reserved              certainly not accepted, or lost and booked: sent again
                 └──→ unconfirmed → parked  sent, and the answer was lost: looked up, or settled by a person

A fingerprint has one row for ever. Only the process that holds a row (its `owner`) moves it; the row of a dead holder can be
taken over. Money is reserved in every purse of the order, and booked, in the transaction that moves the row. Deciding what to do
about each state is `studio.purchase`; what a person decides about it is `ledger.settling`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from videofactory.domain.errors import Busy, StillRunning, TooDear
from videofactory.domain.footage import Artifact
from videofactory.domain.money import ZERO
from videofactory.ledger.call import HOLDING, OPEN, OVER, Call, CallState, Order
from videofactory.ledger.call_rows import booked, call_of, cleaned, end, find, get, held_by_me, in_flight, require_wanted, row
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.ownership import me
from videofactory.ledger.purses import Purse, give_back, reserve, written_down
from videofactory.ledger.tables import calls

LONGEST_FLIGHT = timedelta(days=1)
"""No engine works longer on a call."""


class Calls:
    """Calls in the ledger. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def look(self, fingerprint: str) -> Call | None:
        """The call with this fingerprint, if it was ever written down."""
        with self._database.read() as connection:
            return find(connection, fingerprint)

    def reserve(self, order: Order, *, price: Decimal, purses: Sequence[Purse] = (), anew: bool = True) -> tuple[Call, bool]:
        """Write the call down, its price reserved in every purse, and hold it; `True` when this process must go on with it.

        An existing row is left alone when it is done, held by a living process, or waits for a person. A failed row, or a
        reserved one whose holder died before sending, is taken over as a new attempt. Raises `TooDear`, and `GateClosed` for a
        cancelled project, with nothing written.
        """
        with self._database.write() as connection:
            require_wanted(connection, order.project)
            present = find(connection, order.fingerprint)
            if present is None:
                reserve(connection, purses, price)
                connection.execute(insert(calls).values(self._new(order, price, purses)))
                return get(connection, order.fingerprint), True
            never_sent = present.state is CallState.RESERVED and present.orphaned
            if (present.state in OVER and anew) or never_sent:
                self._renew(connection, present, price=price, purses=purses)
                return get(connection, order.fingerprint), True
            return present, False

    def adopt(self, fingerprint: str, *, left_by_me: bool = False) -> Call | None:
        """Take over an open call whose holder died; `None` when somebody else was faster or it is settled.

        `left_by_me`: also one this process holds and does not work on any more.
        """
        with self._database.write() as connection:
            present = get(connection, fingerprint)
            if not (present.orphaned or (left_by_me and present.mine and present.state in OPEN)):
                return None
            connection.execute(row(fingerprint).values(owner=me(), beat_at=self._database.stamp()))
            return get(connection, fingerprint)

    def sending(self, fingerprint: str, *, identity: str = "", room: int | None = None) -> Call:
        """The request leaves now: from here on it may have been received by `identity`; it is never sought elsewhere.

        Raises `Busy`, with nothing changed, when the engine already works on `room` calls of this account, and `StillRunning`
        when somebody else took the call over.
        """
        stamp = self._database.stamp()
        change = {"state": CallState.SENT, "attempts": calls.c.attempts + 1, "sent_at": stamp, "beat_at": stamp}
        with self._database.write() as connection:
            held = held_by_me(connection, fingerprint)
            if held.state is not CallState.RESERVED:
                raise StillRunning(f"The call {fingerprint[:10]} is {held.state} already; somebody else sent it.")
            since = stamped(self._database.time() - LONGEST_FLIGHT)
            if room is not None and in_flight(connection, held.engine, identity=identity, since=since) >= room:
                raise Busy(f"{held.engine} works on {room} of our calls already, which is all it takes at once.")
            connection.execute(row(fingerprint).values(**change, identity=identity))
            return get(connection, fingerprint)

    def accepted(self, fingerprint: str, *, external_id: str) -> Call:
        """The engine took the job under this id."""
        return self._move(fingerprint, {"state": CallState.PENDING, "external_id": external_id})

    def unsent(self, fingerprint: str, *, problem: str) -> Call:
        """The engine certainly did not accept the request: the call is as before it was sent, under a new token."""
        return self._move(fingerprint, {"state": CallState.RESERVED, "problem": problem, "token": uuid4().hex})

    def doubt(self, fingerprint: str, *, problem: str) -> Call:
        """The answer was lost: whether the request was accepted, nobody knows."""
        return self._move(fingerprint, {"state": CallState.UNCONFIRMED, "problem": problem})

    def park(self, fingerprint: str, *, problem: str) -> Call:
        """Nobody can find out what became of the call: a person settles it. Its price stays reserved."""
        return self._move(fingerprint, {"state": CallState.PARKED, "problem": problem, "owner": None})

    def lost(self, fingerprint: str, *, problem: str, purses: Sequence[Purse] = ()) -> Call:
        """A cheap request whose answer was lost: booked at its price, and reserved again to be sent again. Raises `TooDear`."""
        with self._database.write() as connection:
            present = held_by_me(connection, fingerprint)
            give_back(connection, present.purses, present.reserved_usd, spent=present.reserved_usd)
            spent = cleaned({"cost_usd": booked(present.reserved_usd), "problem": problem})
            try:
                reserve(connection, purses, present.reserved_usd)
            except TooDear as error:
                end = {"state": CallState.FAILED, "owner": None, "settled_at": self._database.stamp()}
                connection.execute(row(fingerprint).values(**spent, **end))
                refusal: TooDear | None = error
            else:
                again = {"state": CallState.RESERVED, "token": uuid4().hex, "purses": written_down(purses)}
                connection.execute(row(fingerprint).values(**spent, **again))
                refusal = None
            call = get(connection, fingerprint)
        if refusal is not None:
            raise refusal
        return call

    def settle(self, fingerprint: str, *, files: Mapping[str, Artifact], cost: Decimal, remark: str | None = None) -> Call:
        """The results are kept; the call is done, at its actual price. `remark`: what the engine, or a check, says of them."""
        result = json.dumps({name: artifact.model_dump() for name, artifact in files.items()}, sort_keys=True)
        return self._end(fingerprint, {"state": CallState.DONE, "result": result, "problem": remark}, cost=cost)

    def fail(self, fingerprint: str, *, state: CallState, problem: str, cost: Decimal = ZERO) -> Call:
        """The engine said no (`failed`, `refused`): nothing is owed for this attempt, but for what it says it costs."""
        return self._end(fingerprint, {"state": state, "problem": problem}, cost=cost)

    def remark(self, fingerprint: str, *, words: str) -> None:
        """Note what is wrong with the results of a call that is done and paid."""
        with self._database.write() as connection:
            connection.execute(row(fingerprint).values(**cleaned({"problem": words})))

    def reopen(self, fingerprint: str, *, problem: str) -> Call:
        """A done call whose results are lost from the store must be made again; one that is made again already is left alone."""
        change = {"state": CallState.FAILED, "problem": problem, "owner": None, "settled_at": self._database.stamp()}
        with self._database.write() as connection:
            connection.execute(row(fingerprint).where(calls.c.state == CallState.DONE).values(change))
            return get(connection, fingerprint)

    def let_go(self, fingerprint: str, *, problem: str | None = None) -> None:
        """The holder stops in the middle (an interrupt, a lost connection): the next one may take the call over.

        Whoever does not hold it lets nothing go: another process may have taken it over. Without words the problem stays.
        """
        change = cleaned({"owner": None, **({} if problem is None else {"problem": problem})})
        with self._database.write() as connection:
            held = row(fingerprint).where(calls.c.owner == me(), calls.c.state.in_(OPEN))
            connection.execute(held.values(**change))

    def refetch(self, fingerprint: str) -> Call:
        """A done call whose results are lost from the store, but not at the engine: followed again, with nothing reserved."""
        change = {
            "state": CallState.PENDING,
            "owner": me(),
            "beat_at": self._database.stamp(),
            "reserved_usd": ZERO,
            "purses": "[]",
        }
        with self._database.write() as connection:
            connection.execute(row(fingerprint).where(calls.c.state == CallState.DONE).values(change))
            return held_by_me(connection, fingerprint)

    def beat(self) -> None:
        """A sign of life for every open call this process holds."""
        mine = update(calls).where(calls.c.state.in_(OPEN), calls.c.owner == me())
        with self._database.write() as connection:
            connection.execute(mine.values(beat_at=self._database.stamp()))

    def open(self) -> list[Call]:
        """All open calls, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(calls).where(calls.c.state.in_(OPEN)).order_by(calls.c.id)).mappings()
            return [call_of(found) for found in rows]

    def of_project(self, project: str | None = None, *, state: str | None = None) -> list[Call]:
        """Calls, oldest first, of one project or all, in one state or all."""
        query = select(calls).order_by(calls.c.id)
        if project is not None:
            query = query.where(calls.c.project == project)
        if state is not None:
            query = query.where(calls.c.state == state)
        with self._database.read() as connection:
            return [call_of(found) for found in connection.execute(query).mappings()]

    def last_settled(self, project: str) -> str:
        """When a call of the project was last settled (ISO 8601); empty when none was."""
        query = select(func.max(calls.c.settled_at)).where(calls.c.project == project)
        with self._database.read() as connection:
            return connection.execute(query).scalar() or ""

    def spent(self, *, by: str) -> dict[str, Decimal]:
        """US dollars settled so far, summed by the column `project`, `channel` or `engine`."""
        column = {"project": calls.c.project, "channel": calls.c.channel, "engine": calls.c.engine}[by]
        query = select(column, func.sum(calls.c.cost_usd, type_=calls.c.cost_usd.type)).group_by(column).order_by(column)
        with self._database.read() as connection:
            return {name: amount or ZERO for name, amount in connection.execute(query)}

    def _new(self, order: Order, price: Decimal, purses: Sequence[Purse]) -> dict[str, object]:
        stamp = self._database.stamp()
        held = {"state": CallState.RESERVED, "attempts": 0, "owner": me(), "created_at": stamp, "beat_at": stamp}
        return {**order.model_dump(), **held, "token": uuid4().hex, "reserved_usd": price, "purses": written_down(purses)}

    def _renew(self, connection: Connection, present: Call, *, price: Decimal, purses: Sequence[Purse]) -> None:
        """A new attempt; it knows nothing of the job the last one was."""
        if present.state in HOLDING:
            give_back(connection, present.purses, present.reserved_usd)
        reserve(connection, purses, price)
        change = {
            "state": CallState.RESERVED,
            "owner": me(),
            "beat_at": self._database.stamp(),
            "reserved_usd": price,
            "purses": written_down(purses),
            "problem": None,
            "external_id": None,
            "token": uuid4().hex,
        }
        connection.execute(row(present.fingerprint).values(change))

    def _move(self, fingerprint: str, change: Mapping[str, object]) -> Call:
        with self._database.write() as connection:
            held_by_me(connection, fingerprint)
            connection.execute(row(fingerprint).values(**cleaned(change)))
            return get(connection, fingerprint)

    def _end(self, fingerprint: str, change: Mapping[str, object], *, cost: Decimal) -> Call:
        with self._database.write() as connection:
            return end(connection, held_by_me(connection, fingerprint), change, cost=cost, at=self._database.stamp())
