"""The database: its schema is what the tables say, up and down again, several may open it at once, and one writes at a time."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from videofactory.domain.errors import Lasting, Passing
from videofactory.ledger.database import NEWEST, Database
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.migrations.change import newest
from videofactory.ledger.tables import metadata, projects, secrets
from videofactory_tests.core import take_in
from videofactory_tests.postgres import Postgres
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
        indexes = {index["name"] for index in seen.get_indexes(name) if not index.get("duplicates_constraint")}
        assert indexes == {index.name for index in table.indexes}
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


def test_several_processes_may_open_a_new_sqlite_database_at_once(tmp_path: Path) -> None:
    for turn in range(3):
        url = f"sqlite:///{tmp_path / str(turn) / 'ledger.db'}"
        keys = at_once(4, _open_new, url)
        assert {project.key for project in open_ledger(url).projects.all()} == set(keys)


def test_several_processes_may_open_a_new_postgresql_schema_at_once(postgres: Postgres) -> None:
    with postgres.schema() as url:
        keys = at_once(4, _open_new, url)
        assert {project.key for project in open_ledger(url).projects.all()} == set(keys)


def test_the_writer_is_set_to_lose_nothing(ledger: Ledger) -> None:
    settings: dict[str, dict[str, object]] = {
        "sqlite": {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1},
        "postgresql": {"SHOW synchronous_commit": "on", "SHOW transaction_isolation": "read committed"},
    }
    asked = settings[ledger.database.engine.dialect.name]
    with ledger.database.write() as connection:
        assert {question: connection.exec_driver_sql(question).scalar() for question in asked} == asked


def test_a_writer_waits_for_another_one_and_is_waited_for_no_longer_than_a_minute(ledger_url: str, ledger: Ledger) -> None:
    if ledger_url.startswith("sqlite"):
        with ledger.database.write() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000
        return
    with ledger.database.write() as connection:
        limits = ("lock_timeout", "idle_in_transaction_session_timeout")
        assert [connection.exec_driver_sql(f"SHOW {limit}").scalar() for limit in limits] == ["1min", "1min"]


def _count_up(url: str, number: int) -> list[int]:
    """Read a number, and write the next one: right only while nobody else writes in between."""
    del number
    database, seen = Database(url), []
    for _ in range(5):
        with database.write() as connection:
            project = connection.execute(select(projects.c.key, projects.c.brief_version)).one()
            seen.append(project.brief_version)
            connection.execute(update(projects).where(projects.c.key == project.key).values(brief_version=seen[-1] + 1))
    return seen


def test_what_a_writer_has_read_stays_true_until_it_commits(ledger: Ledger, ledger_url: str) -> None:
    key = take_in(ledger)
    seen = at_once(4, _count_up, ledger_url)
    assert sorted(number for numbers in seen for number in numbers) == list(range(1, 21))
    assert ledger.projects.get(key).brief_version == 21


def test_a_reader_sees_one_moment_and_stops_nobody(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(projects)).scalar() == 0
        take_in(ledger)
        assert connection.execute(select(func.count()).select_from(projects)).scalar() == 0
    assert len(ledger.projects.all()) == 1


def test_a_ledger_that_cannot_be_reached_says_where_without_its_password() -> None:
    with pytest.raises(Passing, match=r"ledger at 127\.0\.0\.1/films cannot be opened") as caught:
        Database("postgresql://writer:a-password@127.0.0.1:1/films")
    assert "VIDEOFACTORY_LEDGER_URL" in caught.value.remedy
    assert "a-password" not in str(caught.value)


@pytest.mark.parametrize("driver", ["psycopg", "nonsense"])
def test_a_driver_that_is_not_installed_is_said(driver: str) -> None:
    with pytest.raises(Lasting, match=f"'postgresql.{driver}', which is not installed. Begin VIDEOFACTORY_LEDGER_URL with"):
        Database(f"postgresql+{driver}://writer:a-password@127.0.0.1:1/films")


def test_an_error_of_the_database_does_not_repeat_the_statements_values(ledger: Ledger) -> None:
    take_in(ledger)
    with pytest.raises(IntegrityError) as caught, ledger.database.write() as connection:
        connection.execute(insert(secrets).values(channel="harbour", name="a-name", token=None, set_by="ada", set_at="now"))
    assert "a-name" not in str(caught.value).partition("DETAIL")[0]  # PostgreSQL's own words show the row


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
