"""A provider as one channel uses it: its base addresses and keys. What an adapter is built with.

Keys come from the environment or the ledger (`studio.casting`); they are in no text this class gives.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from videofactory.providers.http import ErrorReading, Http, by_status

NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Account:
    """`bases` are the provider's addresses by name (its own id for the main one), `keys` its keys by the variable's name.

    `callback` is the public address a provider may report to (empty: none). `transport` and `sleep` (how a reading waits
    before it is repeated) are seams for tests.
    """

    provider: str
    bases: Mapping[str, str]
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    callback: str = ""
    transport: httpx.BaseTransport | None = field(default=None, repr=False, compare=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    @property
    def identity(self) -> str:
        """Which service, as whom: addresses and a short hash of the keys, safe to write down."""
        secret = "\n".join(f"{name}={value}" for name, value in sorted(self.keys.items()))
        places = ",".join(self.bases[name] for name in sorted(self.bases))
        return f"{self.provider}@{places}#{hashlib.sha256(secret.encode()).hexdigest()[:12]}"

    def key(self, *names: str) -> str:
        """The first of these keys that is set. Raises `KeyError`: the registry asks for keys before an adapter is built."""
        for name in names:
            if self.keys.get(name):
                return self.keys[name]
        raise KeyError(names[0])

    def http(
        self,
        *,
        auth: Callable[[], Mapping[str, str]] = lambda: NO_HEADERS,
        reading: ErrorReading = by_status,
        base: str = "",
    ) -> Http:
        """The line to this provider, or to another of its addresses. `auth` gives the headers anew for each request."""
        return Http(
            self.provider,
            base_url=self.bases[base or self.provider],
            auth=auth,
            reading=reading,
            secrets=tuple(self.keys.values()),
            transport=self.transport,
            sleep=self.sleep,
        )
