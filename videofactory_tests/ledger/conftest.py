"""A ledger whose time is moved by hand."""

import pytest

from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory_tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    """The ledger's clock."""
    return Clock()


@pytest.fixture
def timed(ledger_url: str, clock: Clock) -> Ledger:
    """An empty ledger whose time the test moves."""
    return open_ledger(ledger_url, clock=clock)
