"""A channel at the twin, with a small film to upload."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from videofactory_tests.providers.youtube.scenes import Desk
from videofactory_tests.twin.server import Twin


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The twin's YouTube and one channel's client."""
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(range(256)) * 4096)
    with Twin().running() as twin, httpx.HTTPTransport() as line:
        yield Desk(twin, line, film)
