"""The database: its schema is what the tables say, up and down again, and several may open it at once."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from videofactory.domain.errors import Lasting
from videofactory.ledger.database import NEWEST, Database
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.migrations.change import newest
from videofactory.ledger.tables import metadata
from videofactory_tests.core import take_in
from videofactory_tests.processes import at_once


def _tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_the_migrated_schema_is_what_the_tables_say(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert _tables(ledger.database) == set(metadata.tables)


def test_indexes_and_keys_are_named_alike(ledger: Ledger) -> None:
    seen = inspect(ledger.database.engine)
    for name, table in metadata.tables.items():
        assert {index["name"] for index in seen.get_indexes(name)} == {index.name for index in table.indexes}
        assert {key["name"] for key in seen.get_foreign_keys(name)} == {key.name for key in table.foreign_key_constraints}
        assert seen.get_pk_constraint(name)["name"] == table.primary_key.name


def test_down_to_nothing_and_up_again(ledger: Ledger) -> None:
    ledger.database.migrate("base")
    assert _tables(ledger.database) == set()
    ledger.database.migrate()
    assert _tables(ledger.database) == set(metadata.tables)
    assert take_in(ledger)


def test_opening_again_keeps_everything(ledger: Ledger, ledger_url: str) -> None:
    key = take_in(ledger)
    assert open_ledger(ledger_url).projects.get(key).key == key


def _open_new(url: str, number: int) -> str:
    return take_in(open_ledger(url), source=f"brief-{number}.yaml")


def test_several_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    for turn in range(3):
        url = f"sqlite:///{tmp_path / str(turn) / 'ledger.db'}"
        keys = at_once(4, _open_new, url)
        assert {project.key for project in open_ledger(url).projects.all()} == set(keys)


def test_sqlite_is_set_to_lose_nothing(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    assert found == {"journal_mode": "wal", "synchronous": 2}


def test_a_broken_transaction_leaves_nothing(ledger: Ledger) -> None:
    def write_and_break() -> None:
        with ledger.database.write() as connection:
            ledger.audit.note("never", within=connection)
            connection.execute(text("insert into projects (key) values (null)"))

    with pytest.raises(IntegrityError):
        write_and_break()
    assert ledger.audit.lines() == []


def test_the_newest_revision_is_the_one_the_code_names() -> None:
    assert newest() == NEWEST


def test_a_ledger_of_a_newer_version_is_left_alone(ledger_url: str) -> None:
    database = open_ledger(ledger_url).database
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Lasting, match="newer version"):
        open_ledger(ledger_url)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"
