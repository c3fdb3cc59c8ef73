"""What leads a factory to the twin: base URLs of all providers, and the keys the twin knows."""

from videofactory.providers.registry import registry
from videofactory_tests.twin.server import Twin

VERSIONED = {"openai": "/v1"}
"""Base URLs whose users set the version with them."""
FILES = frozenset({"GOOGLE_APPLICATION_CREDENTIALS"})
"""Keys that are the path of a file, which only the tests of that provider write."""


def environment(twin: Twin, *, without: frozenset[str] = FILES) -> dict[str, str]:
    """The variables that lead to the twin: every provider's base URLs and keys, but for these keys."""
    bases = {
        f"VIDEOFACTORY_{name.upper()}_BASE_URL": twin.base(name) + VERSIONED.get(name, "")
        for provider in registry().providers.values()
        for name in provider.bases
    }
    names = {name for provider in registry().providers.values() for names in provider.keys for name in names}
    return {**bases, **{name: f"twin-{name}" for name in sorted(names - without)}}
