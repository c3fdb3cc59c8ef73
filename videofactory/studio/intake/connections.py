"""Network connections for links of strangers: to judged addresses only, and over at a deadline.

The check stands where the connection is made: a name is resolved once, every address it has is judged (`addresses`), and the
connection goes to the very address that was judged. So no second answer of a name server, and no redirect, leads inside.
What is said over the connection is `links`.
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore

from videofactory.studio.intake.addresses import why_not_public
from videofactory.studio.intake.refusal import NotTakenIn

Resolver = Callable[..., list[Any]]
"""Answers as `socket.getaddrinfo` does."""


class Guard(httpcore.NetworkBackend):
    """Connects to judged addresses only, and ends every wait at the deadline."""

    def __init__(self, deadline: float, *, trusted: Collection[str], resolve: Resolver = socket.getaddrinfo) -> None:
        self._deadline = deadline
        self._trusted = frozenset(host.lower() for host in trusted)
        self._resolve = resolve
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline takes its place
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, judge, connect to the first judged address that answers."""
        addresses = self._judged(host, port=port)
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._network.connect_tcp(address, port, self.left(), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
            else:
                return _Timed(stream, self.left)
        raise NotTakenIn(f"{host} has no address; check the link")

    def _judged(self, host: str, *, port: int) -> list[str]:
        addresses = self._resolved(host, port=port)
        shown = f"[{host}]" if ":" in host else host
        if f"{shown}:{port}".lower() not in self._trusted:
            for address in addresses:
                reason = why_not_public(address)
                if reason:
                    raise NotTakenIn(f"{host} leads to a private place ({reason}); give a link anybody can open")
        return addresses

    def _resolved(self, host: str, *, port: int) -> list[str]:
        """Every address of the host, in the system's order; the wait for the name server ends at the deadline, too."""
        worker = ThreadPoolExecutor(1)
        try:
            found = worker.submit(self._resolve, host, port, type=socket.SOCK_STREAM).result(self.left())
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise httpcore.ConnectError(f"the name server does not answer for {host}") from error
            raise NotTakenIn(f"there is no host {host}; check the link") from error
        except UnicodeError as error:
            raise NotTakenIn(f"{host[:80]!r} is no name of a host; check the link") from error
        finally:
            worker.shutdown(wait=False)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def left(self) -> float:
        """Seconds until the deadline."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this link is over")
        return left


class _Timed(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline, so that a server sending drop by drop gains nothing."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline takes its place
        """Read what is there."""
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline takes its place
        """Write all of it."""
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline takes its place
    ) -> httpcore.NetworkStream:
        """Encrypt; the certificate must be the host's of the link, whatever address it was reached at."""
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)
