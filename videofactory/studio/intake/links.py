"""Fetching a picture from a link a stranger wrote: public hosts only, bounded in time and size, redirects looked at one by one.

Where connections may lead is `connections`. Proxies of the environment are not used: they would resolve names themselves.
Provider APIs are called by `providers.http`.
"""

import ssl
import time
from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

import httpcore
import httpx

from videofactory.domain.errors import Passing
from videofactory.studio.intake.connections import Guard
from videofactory.studio.intake.pictures import MEDIA_TYPES, check_size, type_of_suffix
from videofactory.studio.intake.refusal import NotTakenIn

MAX_SECONDS = 30.0
MAX_REDIRECTS = 5
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
"""What object stores say of files nobody declared: then the link's own ending counts."""
_ASKING: dict[bytes | str, bytes | str] = {
    "Accept": ", ".join(MEDIA_TYPES),
    "Accept-Encoding": "identity",  # a compressed answer could unfold without bound
    "User-Agent": "VideoFactory",
    "Connection": "close",
}
_PORTS = {"http": 80, "https": 443}


class Fetched(NamedTuple):
    """Bytes from a link, the media type they were declared as, and the last part of the link's path."""

    content: bytes
    declared: str
    name: str


def fetch(link: str, *, trusted_hosts: Collection[str] = (), max_seconds: float = MAX_SECONDS) -> Fetched:
    """Fetch a picture. Hosts in `trusted_hosts` (`host:port`) may be private.

    Raises `NotTakenIn` for what must not or cannot be fetched, `Passing` when the other side is down, busy or slow.
    """
    deadline = time.monotonic() + max_seconds
    url = _checked(link)
    try:
        with httpcore.ConnectionPool(ssl_context=_tls(), network_backend=Guard(deadline, trusted=trusted_hosts)) as pool:
            for _ in range(MAX_REDIRECTS + 1):
                answer = _ask(pool, url=url)
                if isinstance(answer, Fetched):
                    return answer
                url = _checked(answer)
    except (httpcore.TimeoutException, TimeoutError) as error:
        raise Passing(f"{url.host} took longer than {max_seconds:g} s to send a picture.", remedy="Try again later.") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise Passing(f"{url.host} could not be fetched from: {error}.", remedy="Check the link, or try again later.") from error
    raise NotTakenIn(f"it is redirected more than {MAX_REDIRECTS} times; give the link it ends at")


@cache
def _tls() -> ssl.SSLContext:
    """Certificates of public authorities; loading them takes longer than many a picture."""
    return httpx.create_ssl_context()


def shown_link(link: str) -> str:
    """The link without what may be secret: name, password, query and fragment."""
    head, _, _ = link.partition("?")
    scheme, mark, rest = head.partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


def _checked(link: str) -> httpx.URL:
    try:
        url = httpx.URL(link)
    except (httpx.InvalidURL, ValueError) as error:
        raise NotTakenIn(f"it is no link ({error}); write it as https://host/picture.jpg") from error
    if url.scheme not in _PORTS or not url.host:
        raise NotTakenIn("only http and https links are fetched; write it as https://host/picture.jpg")
    if url.userinfo:
        raise NotTakenIn("it holds a name or password; give a link that works without")
    return url


def _ask(pool: httpcore.ConnectionPool, *, url: httpx.URL) -> Fetched | str:
    """The picture, or the link the server sends us on to."""
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    with pool.stream("GET", target, headers=_ASKING) as response:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if response.status in _REDIRECTS and "location" in headers:
            return str(url.join(headers["location"]))
        if response.status in _BUSY:
            raise Passing(f"{url.host} answered {response.status}.", remedy="Try again later.")
        if response.status != _OK:
            raise NotTakenIn(f"the server answered {response.status}; check that the link opens without signing in")
        name = url.path.rpartition("/")[2]
        declared = _declared(headers, name=name)
        return Fetched(_body(response.iter_stream(), headers=headers), declared, name)


def _declared(headers: dict[str, str], *, name: str) -> str:
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise NotTakenIn("the server sends it compressed though asked not to; give a link to the plain file")
    declared = headers.get("content-type", "").partition(";")[0].strip().lower().replace("image/jpg", "image/jpeg")
    if declared in _UNDECLARED:
        _, dot, suffix = name.rpartition(".")
        return type_of_suffix(dot + suffix if dot else "")
    if declared not in MEDIA_TYPES:
        raise NotTakenIn(f"the server calls it {declared[:80]!r}; give a link to the JPEG, PNG or WebP itself")
    return declared


def _body(chunks: Iterable[bytes], *, headers: dict[str, str]) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdigit():
        check_size(int(announced))
    content = bytearray()
    for chunk in chunks:
        content += chunk
        check_size(len(content) or 1)
    return bytes(content)
