"""A studio in a small home, and a drafted project in it."""

from pathlib import Path

import pytest

from videofactory.studio.factory import Studio
from videofactory_tests.studio.home import drafted, studio_in


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    """An open studio."""
    return studio_in(tmp_path / "home")


@pytest.fixture
def draft(studio: Studio) -> str:
    """The key of a project under review."""
    return drafted(studio)
