"""Fetching results: whole into the store or not at all, and a key goes to nobody but the service it is for."""

from collections.abc import Callable

import httpx
import pytest

from videofactory.domain.errors import LinkDead
from videofactory.providers.roles import Link
from videofactory.store.artifacts import Artifacts
from videofactory.studio.fetching import REDIRECTS, Fetcher

KEY = {"x-goog-api-key": "secret"}
LINK = Link("https://engine.example/clip.mp4", "video/mp4", headers=KEY)
Handler = Callable[[httpx.Request], httpx.Response]


def fetched(artifacts: Artifacts, handler: Handler) -> bytes:
    """What the link gives when the service answers so."""
    return artifacts.read(Fetcher(artifacts, transport=httpx.MockTransport(handler)).fetch(LINK))


def test_a_file_is_fetched_into_the_store(artifacts: Artifacts) -> None:
    assert fetched(artifacts, lambda _: httpx.Response(200, content=b"clip")) == b"clip"


def test_a_key_is_sent_to_its_service_and_not_where_that_leads(artifacts: Artifacts) -> None:
    seen: list[tuple[str, str | None]] = []

    def lead(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.path, request.headers.get("x-goog-api-key")))
        where = {"/clip.mp4": "/moved.mp4", "/moved.mp4": "https://store.example/clip.mp4"}
        if request.url.host == "store.example":
            return httpx.Response(200, content=b"clip")
        return httpx.Response(302, headers={"location": where[request.url.path]})

    assert fetched(artifacts, lead) == b"clip"
    assert seen == [("/clip.mp4", "secret"), ("/moved.mp4", "secret"), ("/clip.mp4", None)]


@pytest.mark.parametrize("status", [403, 404, 410, 500])
def test_a_dead_link_says_so(artifacts: Artifacts, status: int) -> None:
    with pytest.raises(LinkDead, match=str(status)):
        fetched(artifacts, lambda _: httpx.Response(status))


def test_an_empty_file_is_no_result(artifacts: Artifacts) -> None:
    with pytest.raises(LinkDead, match="empty"):
        fetched(artifacts, lambda _: httpx.Response(200, content=b""))


def test_a_link_that_leads_in_circles_is_dead(artifacts: Artifacts) -> None:
    asked: list[str] = []

    def circle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"location": "/clip.mp4"})

    with pytest.raises(LinkDead, match="led on"):
        fetched(artifacts, circle)
    assert len(asked) == REDIRECTS + 1


def test_a_line_that_breaks_leaves_nothing(artifacts: Artifacts) -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("cut")

    with pytest.raises(LinkDead, match="ReadError: cut"):
        fetched(artifacts, broken)
