"""The connection to SQLite or PostgreSQL, transactions, migration to the newest schema, the clock.

On both databases a writing transaction is alone from its beginning (SQLite: `BEGIN IMMEDIATE`; PostgreSQL: an advisory lock), and
a reading one sees a single moment and waits for nobody. So ledger code thinks of one writer at a time, whatever the database.
A connection lives as long as its transaction: forked processes share none, and a thousand idle workers hold none.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, create_engine, event, inspect, make_url, select, table
from sqlalchemy.exc import NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from videofactory.domain.errors import Lasting, Passing

BUSY_MS = 60_000
"""How long a writer waits for another one: longer than any transaction of ours, which are all of a few rows."""
RETRY_SECONDS = 0.02
CONNECT_SECONDS = 10
"""How long a PostgreSQL server may take to answer the door."""
WRITER = int.from_bytes(b"vfledger")
"""The advisory lock every writer of a ledger on PostgreSQL holds. Locks are counted per database, so two ledgers never meet."""
HEAD = "head"
NEWEST = "0008"
"""The newest revision below `migrations/versions`; a test holds it to what is there."""
VERSION_TABLE = "alembic_version"
_READS = "videofactory_reads"
Clock = Callable[[], datetime]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def stamped(time: datetime) -> str:
    """A time as stored: ISO 8601 in UTC with microseconds, so that text sorts as time does."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


class Database:
    """One ledger database, brought to the newest schema when opened."""

    def __init__(self, url: str, *, clock: Clock = now) -> None:
        self.url = url
        self._clock = clock
        self.engine = _engine(url)
        try:
            self.migrate()
        except OperationalError as error:
            place = "/".join(part for part in (self.engine.url.host, self.engine.url.database) if part)
            raise Passing(
                f"The ledger at {place} cannot be opened: {error.orig}".strip(),
                remedy="Is the database there, and VIDEOFACTORY_LEDGER_URL right?",
            ) from error

    def time(self) -> datetime:
        """The time in UTC by the ledger's clock."""
        return self._clock().astimezone(UTC)

    def stamp(self) -> str:
        """The time as stored."""
        return stamped(self.time())

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning, so that what it reads stays true until it commits."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading, that sees one moment: nothing written after its first look."""
        options: dict[str, Any] = {_READS: True}
        if self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection:
            yield connection

    def migrate(self, revision: str = HEAD) -> None:
        """Bring the schema to `revision` (`base` removes all tables). Safe when several processes do it at once."""
        if revision == HEAD and self._present() == NEWEST:
            return
        from videofactory.ledger.migrations import change  # noqa: PLC0415 - Alembic costs half a second, and rarely has work

        with self.write() as connection:
            change.to(connection, revision)

    def _present(self) -> str | None:
        """The schema's revision; `None` for an empty database."""
        with self.read() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return None
            return connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()


def _engine(url: str) -> Engine:
    return _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url)


def _sqlite(url: str) -> Engine:
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection has no common type
    connection.isolation_level = None  # we begin transactions ourselves: the driver would begin them too late
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:  # noqa: ANN401 - as above
    """Switch to WAL. SQLite does not wait for this lock, whatever the busy timeout, when several open a new file at once."""
    end = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # without the extended part of the code
            if not busy or time.monotonic() > end:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _reads(connection) else "BEGIN IMMEDIATE")


def _postgresql(url: str) -> Engine:
    parts = make_url(url)
    if parts.drivername == "postgresql":
        parts = parts.set(drivername="postgresql+psycopg2")  # comes with dagster-postgres; SQLAlchemy's own choice varies
    waits = {"connect_timeout": CONNECT_SECONDS}
    try:
        engine = create_engine(
            parts, poolclass=NullPool, hide_parameters=True, isolation_level="READ COMMITTED", connect_args=waits
        )
    except (ImportError, NoSuchModuleError) as error:
        raise Lasting(
            f"The ledger's address asks for the driver {parts.drivername!r}, which is not installed.",
            remedy="Begin VIDEOFACTORY_LEDGER_URL with postgresql://",
        ) from error
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: Connection) -> None:
    """Wait until no other writer is left; a writer that hangs, or whose machine died, is cut off by the server.

    It must be READ COMMITTED, whatever the server's default: each statement after the lock then sees all that earlier holders
    wrote, where a snapshot taken before the wait would not.
    """
    if _reads(connection):
        return
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = {BUSY_MS}; SET LOCAL idle_in_transaction_session_timeout = {BUSY_MS};"
        f" SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock({WRITER})"
    )


def _reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_READS, False))
