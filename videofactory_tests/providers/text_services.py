"""The twin with one line to it that is closed at the end: what tests of the text services share."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from videofactory.providers.account import Account
from videofactory.providers.registry import Model, registry
from videofactory.providers.roles import Role
from videofactory_tests.twin.server import Twin


class Services(Twin):
    """The twin, and accounts at it."""

    line: httpx.HTTPTransport

    def account(self, provider: str, *, key: str = "") -> Account:
        """An account with the twin's key, or another."""
        name = f"{provider.upper()}_API_KEY"
        keys = {name: key or f"twin-{name}"}
        return Account(provider, {provider: self.base(provider)}, keys, transport=self.line)


@contextmanager
def running() -> Iterator[Services]:
    """The twin serves within the block."""
    with Services().running() as twin, httpx.HTTPTransport() as line:
        assert isinstance(twin, Services)
        twin.line = line
        yield twin


def model(role: Role, name: str) -> Model:
    """The registry's model of this name. Fails where there is none."""
    found = registry().find(role, name)
    assert found is not None, name
    return found
