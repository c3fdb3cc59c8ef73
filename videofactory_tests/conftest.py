"""What tests of the core share: a real ledger in a file, a real store in a folder, a door that does not dawdle."""

from pathlib import Path

import pytest
from hypothesis import settings

from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.store.artifacts import Artifacts
from videofactory.store.folder import Folder
from videofactory.studio.purchase import Door
from videofactory_tests.core import no_sleep, take_in

settings.register_profile("factory", deadline=None, derandomize=True, database=None)
settings.load_profile("factory")  # the same cases on every machine, however slow it is; nothing is written beside the code


@pytest.fixture
def ledger_url(tmp_path: Path) -> str:
    """Where this test's ledger lies."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


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
    return Door(ledger.calls, artifacts=artifacts, sleep=no_sleep)
