"""The room every test of the client stands in."""

from collections.abc import Iterator

import pytest

from videofactory_tests.providers.notion.desk import Room, open_room


@pytest.fixture
def room() -> Iterator[Room]:
    """A twin with a data source, and a client."""
    with open_room() as opened:
        yield opened
