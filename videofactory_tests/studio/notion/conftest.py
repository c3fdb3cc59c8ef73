"""An office at a twin of this test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory_tests.studio.notion.office import Office, office_at
from videofactory_tests.twin.server import Twin


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A channel on Notion."""
    with Twin().running() as twin:
        yield office_at(tmp_path / "home", twin)
