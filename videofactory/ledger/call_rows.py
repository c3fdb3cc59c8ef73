"""Reading and changing the row of one call, inside the caller's transaction. What each change means is `ledger.calls`."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, RowMapping, Update, func, select, update

from videofactory.domain.errors import GateClosed, StillRunning
from videofactory.domain.money import ZERO
from videofactory.ledger.call import HOLDING, IN_FLIGHT, Call
from videofactory.ledger.ownership import me
from videofactory.ledger.purses import give_back
from videofactory.ledger.tables import calls, projects


def require_wanted(connection: Connection, project: str) -> None:
    """Nothing is bought for a project that was cancelled while a run of it was under way."""
    ended = connection.execute(select(projects.c.cancelled_at).where(projects.c.key == project)).scalar()
    if ended is not None:
        raise GateClosed(
            f"{project} was cancelled at {ended}; nothing more is bought for it.", remedy="Take it in again to go on."
        )


def end(connection: Connection, present: Call, change: Mapping[str, object], *, cost: Decimal, at: str) -> Call:
    """Settle a call: its reservation ends, what it cost is booked, nobody holds it any more. One that is over stays as it is."""
    if present.state not in HOLDING:
        return present
    give_back(connection, present.purses, present.reserved_usd, spent=cost)
    rest = {"cost_usd": booked(cost), "owner": None, "settled_at": at}
    connection.execute(row(present.fingerprint).values(**cleaned(change), **rest))
    return get(connection, present.fingerprint)


def cleaned(change: Mapping[str, object]) -> dict[str, object]:
    """The change without NUL characters, which an engine's words may hold and PostgreSQL refuses."""
    return {name: value.replace("\x00", "") if type(value) is str else value for name, value in change.items()}


def booked(cost: Decimal) -> ColumnElement[Decimal]:
    """What earlier attempts cost stays in the books."""
    return func.coalesce(calls.c.cost_usd, ZERO, type_=calls.c.cost_usd.type) + cost


def row(fingerprint: str) -> Update:
    """A change of this call's row."""
    return update(calls).where(calls.c.fingerprint == fingerprint)


def held_by_me(connection: Connection, fingerprint: str) -> Call:
    """The call, held by this process. Raises `StillRunning` when its lease ran out and somebody else took it over."""
    present = get(connection, fingerprint)
    if present.owner != me():
        raise StillRunning(f"The call {fingerprint[:10]} was taken over by {present.owner or 'nobody'}; it goes on there.")
    return present


def in_flight(connection: Connection, engine: str, *, identity: str, since: str) -> int:
    """How many calls this account has at the engine; what was sent long ago is hung, and holds no place."""
    account = identity.partition(" ")[2]
    at_it = (calls.c.state.in_(IN_FLIGHT), calls.c.engine == engine, calls.c.sent_at > since)
    mine = (calls.c.identity.endswith(account, autoescape=True),) if account else ()
    return connection.execute(select(func.count()).select_from(calls).where(*at_it, *mine)).scalar_one()


def find(connection: Connection, fingerprint: str) -> Call | None:
    """The call of this fingerprint, if there is one."""
    found = connection.execute(select(calls).where(calls.c.fingerprint == fingerprint)).mappings().first()
    return None if found is None else call_of(found)


def get(connection: Connection, fingerprint: str) -> Call:
    """The call of this fingerprint, which is there."""
    return call_of(connection.execute(select(calls).where(calls.c.fingerprint == fingerprint)).mappings().one())


def call_of(found: RowMapping) -> Call:
    """The call in this row."""
    return Call.model_validate(dict(found))
