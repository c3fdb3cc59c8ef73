"""Links of strangers, fetched from a real server on this machine, which has to be trusted for it."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from videofactory.domain.errors import Passing
from videofactory.studio.intake.links import fetch, shown_link
from videofactory.studio.intake.pictures import MAX_BYTES
from videofactory.studio.intake.refusal import NotTakenIn
from videofactory_tests.studio.intake.pictures_of import picture

PNG = picture("PNG")
Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A web server on 127.0.0.1 whose pages are functions; `asked` are the paths asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                try:
                    site.pages[self.path.partition("?")[0]](self)
                except OSError:
                    self.close_connection = True  # the client has had enough, as it should

            def log_message(self, *arguments: object) -> None:
                """Keep quiet."""

        return Handler

    def link(self, path: str) -> str:
        """The address of a page."""
        return f"http://{self.host}{path}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A site with one good picture at /cup.png."""
    running = Site()
    running.pages["/cup.png"] = page(PNG)
    yield running
    running.close()


def page(content: bytes, *, status: int = 200, **headers: str) -> Answer:
    """A page with these bytes; header names are written with underscores, empty ones are left out."""
    sent = {"Content_Type": "image/png", "Content_Length": str(len(content)), **headers}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in sent.items():
            if value:
                handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def moved(target: str, *, status: int = 302) -> Answer:
    """A redirect."""
    return page(b"", status=status, Location=target)


def _refusal(link: str, *, trusted: tuple[str, ...] = ()) -> str:
    with pytest.raises(NotTakenIn) as caught:
        fetch(link, trusted_hosts=trusted)
    return str(caught.value)


def test_a_trusted_host_is_fetched_from(site: Site) -> None:
    found = fetch(site.link("/cup.png?sign=a%2Fb"), trusted_hosts=[site.host])
    assert (found.content, found.declared, found.name) == (PNG, "image/png", "cup.png")
    assert site.asked == ["/cup.png?sign=a%2Fb"]


def test_trust_is_for_host_and_port(site: Site) -> None:
    port = site.host.rpartition(":")[2]
    for trusted in ((), ("127.0.0.1:1",), (f"localhost:{port}",)):
        assert "private place" in _refusal(site.link("/cup.png"), trusted=trusted)
    assert fetch(f"http://LOCALHOST:{port}/cup.png", trusted_hosts=[f"localhost:{port}"]).content == PNG
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1/a.png",
        "http://localhost/a.png",
        "http://2130706433/a.png",
        "http://0x7f.1/a.png",
        "http://127.1/a.png",
        "http://0.0.0.0/a.png",
        "http://0/a.png",
        "http://[::1]/a.png",
        "http://[::]/a.png",
        "http://[::ffff:127.0.0.1]/a.png",
        "http://[::ffff:7f00:1]/a.png",
        "http://169.254.169.254/latest/meta-data/iam.png",
        "https://10.0.0.1:8443/a.png",
        "http://192.168.0.1/a.png",
    ],
)
def test_private_places_are_refused(link: str) -> None:
    assert "private place" in _refusal(link)


@pytest.mark.parametrize(
    "link",
    [
        "http://LOCALHOST./a.png",
        "http://0177.0.0.1/a.png",
        "http://①②⑦.⓪.⓪.①/a.png",
        "file:///etc/passwd",
        "ftp://example.org/a.png",
        "gopher://127.0.0.1:6379/_x",
        "javascript://alert",
        "http:///a.png",
        "http://",
        "http://exa mple.org/a.png",
        "http://[::1/a.png",
        "http://host:99999/a.png",
        "http://example.org:port/a.png",
        "http://\x00/a.png",
        f"http://{'a' * 70}.org/a.png",
    ],
)
def test_other_links_are_refused(link: str) -> None:
    assert _refusal(link)


def test_names_and_passwords_are_refused() -> None:
    message = _refusal("http://me:hunter2@example.org/a.png")
    assert "name or password" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a.png",
        "//localhost/a.png",
        "http://2130706433/a.png",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_inside_are_refused(site: Site, target: str, status: int) -> None:
    site.pages["/start.png"] = moved(target, status=status)
    assert "private place" in _refusal(site.link("/start.png"), trusted=(site.host,))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://me:pw@example.org/a.png", "http://[broken/a.png"])
def test_redirects_to_other_links_are_refused(site: Site, target: str) -> None:
    site.pages["/start.png"] = moved(target)
    assert _refusal(site.link("/start.png"), trusted=(site.host,))


def test_five_redirects_are_followed_and_no_more(site: Site) -> None:
    for number in range(1, 7):
        site.pages[f"/{number}"] = moved(f"/{number - 1}" if number > 1 else "/cup.png")
    assert fetch(site.link("/5"), trusted_hosts=[site.host]).content == PNG
    assert "more than 5 times" in _refusal(site.link("/6"), trusted=(site.host,))


@pytest.mark.parametrize("status", [404, 403, 401, 204, 304])
def test_other_answers_are_refused(site: Site, status: int) -> None:
    site.pages["/a.png"] = page(b"", status=status)
    assert str(status) in _refusal(site.link("/a.png"), trusted=(site.host,))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_busy_server_may_be_asked_again(site: Site, status: int) -> None:
    site.pages["/a.png"] = page(b"", status=status)
    with pytest.raises(Passing, match=str(status)):
        fetch(site.link("/a.png"), trusted_hosts=[site.host])


@pytest.mark.parametrize("declared", ["text/html", "image/svg+xml", "image/gif", "image/apng", "application/json"])
def test_other_types_are_refused(site: Site, declared: str) -> None:
    site.pages["/a.png"] = page(PNG, Content_Type=declared)
    assert declared in _refusal(site.link("/a.png"), trusted=(site.host,))


def test_what_the_server_declares(site: Site) -> None:
    site.pages["/one"] = page(PNG, Content_Type="image/JPG; charset=binary")
    site.pages["/two.webp"] = page(PNG, Content_Type="application/octet-stream")
    site.pages["/three"] = page(PNG, Content_Type="")
    site.pages["/four.png"] = page(PNG, Content_Encoding="gzip")
    trusted = (site.host,)
    assert fetch(site.link("/one"), trusted_hosts=trusted).declared == "image/jpeg"
    assert fetch(site.link("/two.webp"), trusted_hosts=trusted).declared == "image/webp"
    assert "name ends in" in _refusal(site.link("/three"), trusted=trusted)
    assert "compressed" in _refusal(site.link("/four.png"), trusted=trusted)


def test_an_announced_size_is_believed_when_too_large(site: Site) -> None:
    site.pages["/a.png"] = page(b"", Content_Length=str(MAX_BYTES + 1))
    assert "larger than 10 MB" in _refusal(site.link("/a.png"), trusted=(site.host,))


def test_an_endless_answer_is_cut_off(site: Site) -> None:
    sent = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        page(b"", Content_Length="", Connection="close")(handler)
        while True:
            handler.wfile.write(b"\x00" * 1_000_000)
            sent.append(1)

    site.pages["/a.png"] = endless
    assert "larger than 10 MB" in _refusal(site.link("/a.png"), trusted=(site.host,))
    assert len(sent) < 100


def test_a_length_that_lies(site: Site) -> None:
    site.pages["/short.png"] = page(PNG, Content_Length=str(len(PNG) + 100), Connection="close")
    site.pages["/long.png"] = page(PNG, Content_Length="20")
    with pytest.raises(Passing):
        fetch(site.link("/short.png"), trusted_hosts=[site.host], max_seconds=2)
    assert fetch(site.link("/long.png"), trusted_hosts=[site.host]).content == PNG[:20]


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_left_at_the_deadline(site: Site, part: str) -> None:
    def dripping(handler: BaseHTTPRequestHandler) -> None:
        if part == "body":
            page(b"", Content_Length="1000")(handler)
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    site.pages["/a.png"] = dripping
    start = time.perf_counter()
    with pytest.raises(Passing, match=r"longer than 0\.4 s"):
        fetch(site.link("/a.png"), trusted_hosts=[site.host], max_seconds=0.4)
    assert time.perf_counter() - start < 3


def test_nobody_listening_may_be_tried_again(site: Site) -> None:
    site.close()
    with pytest.raises(Passing):
        fetch(site.link("/cup.png"), trusted_hosts=[site.host])


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert fetch(site.link("/cup.png"), trusted_hosts=[site.host]).content == PNG


def test_what_is_shown_of_a_link_holds_no_secret() -> None:
    assert shown_link("https://me:pw@host.org/a/b.png?token=x#y") == "https://host.org/a/b.png"
    assert shown_link("https://host.org#@x?") == "https://host.org"
