"""Connections for links of strangers: the address that was judged is the address that is connected to."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from videofactory.studio.intake.connections import Guard
from videofactory.studio.intake.refusal import NotTakenIn


class Names:
    """A name server whose answers change from question to question; the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, _host: str, port: int, **_: object) -> list[Any]:
        """Answer as `socket.getaddrinfo` does."""
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]


@pytest.fixture
def port() -> Iterator[int]:
    """A port of 127.0.0.1 somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _guard(names: Names, *, trusted: tuple[str, ...] = (), seconds: float = 2) -> Guard:
    return Guard(time.monotonic() + seconds, trusted=trusted, resolve=names)


def test_a_name_is_asked_for_once_and_its_judged_address_connected_to(port: int) -> None:
    names = Names(["127.0.0.1"], ["192.0.2.1"])
    stream = _guard(names, trusted=(f"media.test:{port}",)).connect_tcp("media.test", port)
    assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
    assert names.asked == 1
    stream.close()


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["93.184.215.14", "::1"]])
def test_one_private_address_among_several_is_enough_to_refuse(port: int, answer: list[str]) -> None:
    with pytest.raises(NotTakenIn, match="private place"):
        _guard(Names(answer)).connect_tcp("rebind.test", port)


def test_a_second_answer_is_judged_anew(port: int) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.1"])
    guard = _guard(names, trusted=(f"media.test:{port}",))
    guard.connect_tcp("media.test", port).close()
    with pytest.raises(NotTakenIn, match="private place"):
        guard.connect_tcp("other.test", port)


def test_the_next_address_is_tried_when_the_first_does_not_answer(port: int) -> None:
    stream = _guard(Names(["127.0.0.2", "127.0.0.1"]), trusted=(f"media.test:{port}",)).connect_tcp("media.test", port)
    assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
    stream.close()


def test_a_name_without_addresses_is_refused(port: int) -> None:
    with pytest.raises(NotTakenIn, match="no address"):
        _guard(Names([])).connect_tcp("empty.test", port)


def test_a_silent_name_server_is_left_at_the_deadline(port: int) -> None:
    answered = threading.Event()

    def silent(*_: object, **__: object) -> list[Any]:
        answered.wait(5)
        return []

    guard = Guard(time.monotonic() + 0.1, trusted=(), resolve=silent)
    with pytest.raises(TimeoutError):
        guard.connect_tcp("silent.test", port)
    answered.set()


def test_no_connection_after_the_deadline(port: int) -> None:
    with pytest.raises(httpcore.TimeoutException):
        _guard(Names(["127.0.0.1"]), seconds=-1).connect_tcp("late.test", port)
