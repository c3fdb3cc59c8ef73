"""Taking pictures in as a brief names them: by path and by link, every reason at once."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from videofactory.domain.errors import InvalidInput
from videofactory.studio.intake.images import pull_image, pull_images
from videofactory_tests.studio.intake.pictures_of import animated, picture, png_claiming


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A brief's folder with good and bad pictures."""
    folder = tmp_path / "briefs"
    folder.mkdir()
    files = {
        "cup.png": picture("PNG"),
        "cup.JPEG": picture("JPEG"),
        "moving.webp": animated("WEBP"),
        "cut.jpg": picture("JPEG")[:-200],
        "program.png": b"MZ\x90\x00",
        "bomb.png": png_claiming(100_000, 100_000),
        "logo.svg": b"<svg/>",
        "page.jpg": b"<!doctype html>",
        "lie.jpg": picture("PNG"),
        "large.png": picture("PNG").ljust(10 * 1024 * 1024 + 1, b"\x00"),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def host(base: Path) -> Iterator[str]:
    """A web server on 127.0.0.1 with the same files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(base)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_good_picture_keeps_its_bytes(base: Path) -> None:
    pulled = pull_image("cup.JPEG", base=base)
    assert pulled.content == (base / "cup.JPEG").read_bytes()
    assert (pulled.media_type, pulled.width, pulled.height, pulled.name) == ("image/jpeg", 64, 48, "cup.JPEG")


def test_a_link_to_a_trusted_host(base: Path, host: str) -> None:
    pulled = pull_image(f"http://{host}/cup.png", base=base, trusted_hosts=[host])
    assert (pulled.content, pulled.name) == ((base / "cup.png").read_bytes(), "cup.png")


def test_every_reason_at_once(base: Path) -> None:
    expected = {
        "moving.webp": "animated",
        "cut.jpg": "does not decode",
        "program.png": "Windows program",
        "bomb.png": "megapixels",
        "logo.svg": "SVG",
        "page.jpg": "HTML",
        "lie.jpg": "declared as image/jpeg and is image/png",
        "large.png": "larger than 10 MB",
        "../../etc/passwd.jpg": "'..'",
        "cup.png\x00.jpg": "control characters",
        "file:///etc/passwd.png": "only http and https",
        "http://169.254.169.254/a.png?token=hunter2": "private place",
    }
    with pytest.raises(InvalidInput) as caught:
        list(pull_images([*expected, "cup.png"], base=base, place=("brief.yaml", "images")))
    problems = caught.value.problems
    assert [problem.field for problem in problems] == [f"images[{number}]" for number in range(1, 13)]
    assert {problem.file for problem in problems} == {"brief.yaml"}
    for problem, word in zip(problems, expected.values(), strict=True):
        assert word in problem.remedy or (problem.value == "'logo.svg'" and ".svg" in problem.remedy)
    assert "hunter2" not in str(caught.value)
    assert "\x00" not in str(caught.value)


def test_bad_pictures_from_a_link(base: Path, host: str) -> None:
    for name, word in {"moving.webp": "animated", "lie.jpg": "is image/png", "logo.svg": "svg", "none.png": "404"}.items():
        with pytest.raises(InvalidInput, match=word):
            pull_image(f"http://{host}/{name}", base=base, trusted_hosts=[host])


def test_the_inbox_may_be_named(base: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    shared = tmp_path / "inbox" / "cup.png"
    shared.write_bytes(picture("PNG"))
    assert pull_image(str(shared), base=base, inbox=tmp_path / "inbox").width == 64
    with pytest.raises(InvalidInput, match="outside"):
        pull_image(str(shared), base=base)


def test_offline_nothing_is_fetched(base: Path, host: str) -> None:
    with pytest.raises(InvalidInput, match="deterministic"):
        pull_image(f"http://{host}/cup.png", base=base, trusted_hosts=[host], online=False)


def test_good_pictures_come_in_order(base: Path) -> None:
    pulled = list(pull_images(["cup.png", "cup.JPEG", "cup.png"], base=base))
    assert [(source, picture.name) for source, picture in pulled] == [("cup.png", "cup.png"), ("cup.JPEG", "cup.JPEG")]
