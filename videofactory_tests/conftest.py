"""What tests of the core share: a real ledger on each database, a real store in a folder, a door that does not dawdle."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.settings import KEYS
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.purchase import Door
from videofactory_tests.core import no_sleep, take_in
from videofactory_tests.postgres import Postgres, serving

for name in KEYS:
    os.environ.pop(name, None)  # whoever runs the tests pays nothing: no key of theirs reaches them

os.environ["COLUMNS"] = "200"  # the words of commands do not depend on who runs the tests where

settings.register_profile("factory", deadline=None, derandomize=True, database=None)
settings.load_profile("factory")  # the same cases on every machine, however slow it is; nothing is written beside the code


ON_BOTH = ("videofactory_tests.ledger.", "videofactory_tests.studio.test_purchase")
"""Modules whose every test of a ledger runs on SQLite and on PostgreSQL; the mark `both_ledgers` does it for any other test."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of these modules once per database."""
    both = metafunc.module.__name__.startswith(ON_BOTH) or metafunc.definition.get_closest_marker("both_ledgers")
    if both and "ledger_url" in metafunc.fixturenames:
        metafunc.parametrize("ledger_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test session, started for the first test that needs one."""
    with serving() as server:
        yield server


@pytest.fixture
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where this test's ledger lies: SQLite, unless the test runs on both databases."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.ledger() as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """An empty ledger."""
    return open_ledger(ledger_url)


@pytest.fixture
def project(ledger: Ledger) -> str:
    """The key of a project in the ledger."""
    return take_in(ledger)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty store's folder."""
    return Folder(tmp_path / "store")


@pytest.fixture
def artifacts(folder: Folder) -> Artifacts:
    """An empty artifact store."""
    return Artifacts(folder)


@pytest.fixture
def door(ledger: Ledger, artifacts: Artifacts) -> Door:
    """The purchase door over this test's ledger and store."""
    return Door(ledger, artifacts=artifacts, sleep=no_sleep)
