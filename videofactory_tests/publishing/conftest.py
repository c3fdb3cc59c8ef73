"""The twin's YouTube, and a home with films."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from videofactory.studio.factory import Studio
from videofactory_tests.clock import Clock
from videofactory_tests.publishing.screening import THURSDAY, Line, finished, screening
from videofactory_tests.twin.server import Twin


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world."""
    with Twin().running() as running:
        yield running


@pytest.fixture
def line(twin: Twin) -> Iterator[Line]:
    """The way to the twin's YouTube."""
    with httpx.HTTPTransport() as transport:
        yield Line(twin.url, transport)


@pytest.fixture
def clock() -> Clock:
    """The studio's clock: a Thursday at noon, UTC."""
    return Clock(THURSDAY)


@pytest.fixture
def studio(tmp_path: Path, clock: Clock) -> Studio:
    """A studio whose channel publishes daily at five in Berlin."""
    return screening(tmp_path / "home", clock=clock)


@pytest.fixture
def project(studio: Studio) -> str:
    """A project whose film is approved."""
    return finished(studio)
