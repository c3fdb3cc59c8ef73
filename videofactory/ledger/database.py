"""The connection: SQLite settings (and the seam for PostgreSQL), transactions, migration to the newest schema, the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, column, create_engine, event, inspect, make_url, select, table
from sqlalchemy.pool import NullPool

BUSY_MS = 60_000
"""How long a writer waits for another one: longer than any transaction of ours, which are all of a few rows."""
HEAD = "head"
NEWEST = "0002"
"""The newest revision below `migrations/versions`; a test holds it to what is there."""
VERSION_TABLE = "alembic_version"
Clock = Callable[[], datetime]


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Database:
    """One ledger database, brought to the newest schema when opened."""

    def __init__(self, url: str, *, clock: Clock = now) -> None:
        self.url = url
        self._clock = clock
        self.engine = _engine(url)
        self.migrate()

    def stamp(self) -> str:
        """The time as stored: ISO 8601 in UTC, microseconds."""
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning, so that what it reads stays true until it commits."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading."""
        with self.engine.connect().execution_options(videofactory_reads=True) as connection:
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
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection has no common type
    connection.isolation_level = None  # we begin transactions ourselves: the driver would begin them too late
    for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("videofactory_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
