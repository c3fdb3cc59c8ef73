"""`videofactory callbacks`, and the receiver that `up` starts: real processes that listen on a real port until Ctrl-C."""

import contextlib
import signal
import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from videofactory.cli.up import _receiver
from videofactory_tests.cli.test_processes import alive, children, last_words, started, until
from videofactory_tests.homes import command, studio_of

PUBLIC = "https://hooks.example.org/factory"


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def listens(port: int) -> bool:
    """Whether our receiver answers there: with 404, as to every stranger."""
    with contextlib.suppress(httpx.HTTPError):
        return httpx.post(f"http://127.0.0.1:{port}/webhooks/notion").status_code == httpx.codes.NOT_FOUND
    return False


def said(home: Path) -> str:
    """What the commands said."""
    return (home / "command.log").read_text(encoding="utf-8")


def test_the_receiver_listens_until_ctrl_c(home: Path) -> None:
    port = free_port()
    process = started(home, "callbacks", "--port", str(port))
    try:
        until(lambda: listens(port), what="receiver")
        second = command(home, "callbacks", "--port", str(port))
        assert (second.code, "cannot be listened at" in second.err) == (1, True)
        httpx.post(f"http://127.0.0.1:{port}/gemini", params={"token": "a-token-in-an-address"})
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert "Listening at" in said(home)
    assert "Traceback" not in said(home)
    assert "a-token-in-an-address" not in said(home)


@pytest.mark.timeout(300)
def test_up_listens_too_where_a_public_address_is_set_and_ends_it(home: Path) -> None:
    (home / ".env").write_text(f"VIDEOFACTORY_CALLBACK_URL={PUBLIC}\n", encoding="utf-8")
    port = free_port()
    process = started(home, "up", "--port", str(free_port()), "--callback-port", str(port))
    try:
        until(lambda: len(children(process.pid)) == 3, what="web server, daemon and receiver")
        ours = children(process.pid)
        until(lambda: listens(port), what="receiver")
        process.send_signal(signal.SIGINT)
        assert process.wait(40) == 0, last_words(home)
        assert [child for child in ours if alive(child)] == []
    finally:
        process.kill()
        process.wait()
    assert f"{PUBLIC} must lead to http://127.0.0.1:{port}" in said(home)


@pytest.mark.parametrize(("public", "asked"), [(PUBLIC, True), (PUBLIC, False), ("", True)])
def test_up_leaves_reports_to_who_listens_already_and_where_nobody_reports(
    home: Path, capsys: pytest.CaptureFixture[str], *, public: str, asked: bool
) -> None:
    studio = studio_of(home)
    studio = replace(studio, settings=studio.settings.model_copy(update={"callback_url": public}))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] if asked else 0
        assert _receiver(studio, port=port, log=home / "callbacks.log") == {}
    assert ("left to who listens" in capsys.readouterr().err) is bool(public and asked)
