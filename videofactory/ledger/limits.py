"""Rate limits: sliding windows that all processes share, so that ten workers together send no more than one was allowed to.

Holds who passed when; how long to wait in line, and for which call, is the caller's business (`studio.purchase`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, delete, insert, select

from videofactory.domain.value import Value
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.tables import passes

PRUNED = 100
"""How many outdated passes one entry removes at most: more than it adds, so the table stays as small as its windows."""

LONGEST_HOLD = 3600.0
"""Seconds: no service asks for a longer wait; what is noted further ahead is from before the clock was set back."""


class Gate(Value):
    """At most `calls` (1 or more) pass the gate `name` in any `seconds` (above 0). A name always has the same `seconds`."""

    name: str
    calls: int
    seconds: float


CHANNEL_LIMITS: Mapping[str, tuple[int, float]] = MappingProxyType(
    {"uploads": (20, 60.0), "drafting": (10, 60.0), "refinements": (30, 60.0), "video": (5, 60.0), "other": (100, 60.0)}
)
"""Calls in seconds, for each channel (SPEC 5). `drafting` is the generation of text and stills, `video` of clips."""


def channel_gate(channel: str, *, what: str) -> Gate:
    """The gate of a channel for `uploads`, `drafting`, `refinements`, `video` or `other`."""
    calls, seconds = CHANNEL_LIMITS[what]
    return Gate(name=f"channel/{channel}/{what}", calls=calls, seconds=seconds)


class Limits:
    """Gates in the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enter(self, gate: str, *, calls: int, seconds: float) -> float:
        """Pass a gate: 0.0, or the seconds until the next pass is free, when nothing was noted and the caller asks again."""
        return self.enter_all([Gate(name=gate, calls=calls, seconds=seconds)])

    def enter_all(self, gates: Sequence[Gate]) -> float:
        """Pass several gates at one moment, or none of them: 0.0, or the seconds until all of them may be free.

        Whoever passed one gate and waited before the next would leave the first in a bunch with others who did.
        """
        with self._database.write() as connection:
            now = self._database.time()
            wait = max((_wait(connection, gate, now=now) for gate in gates), default=0.0)
            if wait == 0.0:
                for gate in gates:
                    _prune(connection, gate, now=now)
                    connection.execute(insert(passes).values(gate=gate.name, at=stamped(now)))
            return wait

    def hold(self, gate: str, *, seconds: float) -> None:
        """Note that a service asked everybody to wait (at most `LONGEST_HOLD`); `held` tells it to all processes."""
        with self._database.write() as connection:
            now = self._database.time()
            _prune(connection, Gate(name=_held(gate), calls=1, seconds=0.0), now=now)
            until = now + timedelta(seconds=min(seconds, LONGEST_HOLD))
            connection.execute(insert(passes).values(gate=_held(gate), at=stamped(until)))

    def held(self, gate: str) -> float:
        """The seconds a service still wants to be left alone; 0.0 when it does not. A clock set back does not make it longer."""
        with self._database.read() as connection:
            now = self._database.time()
            longest = stamped(now + timedelta(seconds=LONGEST_HOLD))
            mine = (passes.c.gate == _held(gate)) & (passes.c.at > stamped(now)) & (passes.c.at <= longest)
            until = connection.execute(select(passes.c.at).where(mine).order_by(passes.c.at.desc()).limit(1)).scalar()
            return 0.0 if until is None else (datetime.fromisoformat(until) - now).total_seconds()


def _held(gate: str) -> str:
    return f"{gate}/held"


def _wait(connection: Connection, gate: Gate, *, now: datetime) -> float:
    """Seconds until the pass that fills the window leaves it.

    Passes noted a whole window ahead of now are from before the clock was set back; they would shut the gate until then.
    """
    if gate.calls < 1 or gate.seconds <= 0:
        raise ValueError(f"The gate {gate.name} lets nobody pass: {gate.calls} calls in {gate.seconds} s.")
    window = timedelta(seconds=gate.seconds)
    inside = (passes.c.gate == gate.name) & (passes.c.at > stamped(now - window)) & (passes.c.at < stamped(now + window))
    last = select(passes.c.at).where(inside).order_by(passes.c.at.desc()).limit(1).offset(gate.calls - 1)
    filling = connection.execute(last).scalar()
    return 0.0 if filling is None else (datetime.fromisoformat(filling) + window - now).total_seconds()


def _prune(connection: Connection, gate: Gate, *, now: datetime) -> None:
    outdated = (passes.c.gate == gate.name) & (passes.c.at <= stamped(now - timedelta(seconds=gate.seconds)))
    oldest = select(passes.c.id).where(outdated).order_by(passes.c.at).limit(PRUNED)
    connection.execute(delete(passes).where(passes.c.id.in_(oldest)))
