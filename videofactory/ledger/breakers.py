"""Circuit breakers, one per engine, shared by all processes: an engine that fails again and again is left alone for a while.

    closed ──5 failures inside 120 s──→ open ──60 s──→ half open: one trial ──success──→ closed
                                         ↑                            └─────failure──┐
                                         └──────────────────────────────────────────┘

A trial nobody reports on within 60 s (its process died, or it takes long) is given up, and the next one is let through.
Which errors blame the engine is in `domain.errors`; what to do instead is decided in `studio`.
"""

import json
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from videofactory.domain.value import Value
from videofactory.ledger.audit import Audit
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.tables import breakers

FAILURES = 5
WINDOW = timedelta(seconds=120)
"""So many failures inside so long open the breaker, whatever succeeds in between."""
PAUSE = timedelta(seconds=60)
"""How long an open breaker stays shut, and how long a trial is waited for."""
State = Literal["closed", "open", "half_open"]


class Breaker(Value):
    """One engine's breaker as it stands. `failures` inside the window, oldest first; `wait` in seconds until a trial may go."""

    engine: str
    state: State
    failures: tuple[str, ...]
    opened_at: str | None
    trial_at: str | None
    wait: float


class Breakers:
    """Circuit breakers in the ledger. An engine never heard of has a closed one."""

    def __init__(self, database: Database, *, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def ask(self, engine: str) -> float:
        """Whether to call the engine: 0.0 is yes, else the seconds until a trial may go.

        With a breaker due for its trial, yes makes the caller the trial: ask last, right before sending, and tell how it ended.
        """
        if self._look(engine).state == "closed":
            return 0.0
        with self._database.write() as connection:
            present = self._find(connection, engine)
            if present.wait == 0.0 and present.state != "closed":
                self._change(connection, engine, trial_at=self._database.stamp())
            return present.wait

    def failed(self, engine: str) -> None:
        """A call failed, and the engine is to blame. Late failures of calls sent before the breaker opened change nothing."""
        with self._database.write() as connection:
            now = self._database.time()
            present = self._find(connection, engine)
            failures = [*present.failures, stamped(now)][-FAILURES:]
            if present.trial_at is not None:
                self._open(connection, engine, failures=failures, why="the trial failed")
            elif present.state != "closed":
                return
            elif len(failures) == FAILURES:
                self._open(connection, engine, failures=failures, why=f"{FAILURES} failures in {WINDOW.seconds} s")
            else:
                self._change(connection, engine, failures=json.dumps(failures))

    def succeeded(self, engine: str) -> None:
        """A call ended and the engine is not to blame: it delivered, refused the content, or found our request at fault.

        Closes a breaker whose trial is out. Writes nothing otherwise, and costs one look.
        """
        if self._look(engine).trial_at is None:
            return
        with self._database.write() as connection:
            if self._find(connection, engine).trial_at is not None:
                self._change(connection, engine, failures="[]", opened_at=None, trial_at=None)
                self._audit.note("breaker closed", why="the trial succeeded", detail={"engine": engine}, within=connection)

    def state(self, engine: str) -> State:
        """`open` while nobody is let through; `half_open` when a trial may go or is out; else `closed`."""
        return self._look(engine).state

    def all(self) -> list[Breaker]:
        """Every breaker that ever counted a failure, by engine."""
        with self._database.read() as connection:
            rows = connection.execute(select(breakers).order_by(breakers.c.engine)).mappings().all()
        now = self._database.time()
        return [_breaker(row, now=now) for row in rows]

    def _look(self, engine: str) -> Breaker:
        with self._database.read() as connection:
            return self._find(connection, engine)

    def _find(self, connection: Connection, engine: str) -> Breaker:
        row = connection.execute(select(breakers).where(breakers.c.engine == engine)).mappings().first()
        if row is None:
            return Breaker(engine=engine, state="closed", failures=(), opened_at=None, trial_at=None, wait=0.0)
        return _breaker(row, now=self._database.time())

    def _open(self, connection: Connection, engine: str, *, failures: list[str], why: str) -> None:
        self._change(connection, engine, failures=json.dumps(failures), opened_at=self._database.stamp(), trial_at=None)
        self._audit.note("breaker opened", why=why, detail={"engine": engine}, within=connection)

    def _change(self, connection: Connection, engine: str, **change: str | None) -> None:
        if connection.execute(update(breakers).where(breakers.c.engine == engine).values(change)).rowcount == 0:
            connection.execute(insert(breakers).values({"engine": engine, "failures": "[]", **change}))


def _breaker(row: RowMapping, *, now: datetime) -> Breaker:
    opened_at, trial_at = row["opened_at"], row["trial_at"]
    recent = tuple(at for at in json.loads(row["failures"]) if at > stamped(now - WINDOW))
    wait = _until(trial_at or opened_at, now=now)
    state: State = "closed" if opened_at is None else "open" if trial_at is None and wait else "half_open"
    return Breaker(engine=row["engine"], state=state, failures=recent, opened_at=opened_at, trial_at=trial_at, wait=wait)


def _until(began: str | None, *, now: datetime) -> float:
    """Seconds that are left of the pause that began then; none of one that begins far in the future: the clock was set back."""
    if began is None:
        return 0.0
    left = datetime.fromisoformat(began) + PAUSE - now
    return left.total_seconds() if timedelta() < left <= 2 * PAUSE else 0.0
