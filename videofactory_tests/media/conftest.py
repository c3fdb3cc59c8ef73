"""Media shared by the tests of this folder, made once a session."""

from pathlib import Path

import pytest

from videofactory_tests.media.films import film


@pytest.fixture(scope="session")
def good_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds that pass every check."""
    return film(tmp_path_factory.mktemp("films") / "good.mp4")
