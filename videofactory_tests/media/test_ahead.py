"""Work ahead: how far, what becomes of an error, and that nothing goes on when nobody wants it any more."""

import threading
import time
from collections.abc import Iterator

import pytest

from videofactory.media.ahead import Ahead


def until(true: object, *, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.01)
    assert true()  # type: ignore[operator]


def test_it_begins_at_once_and_goes_no_further_than_asked() -> None:
    made: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    with Ahead(numbers, depth=2) as row:
        until(lambda: len(made) == 3)
        time.sleep(0.1)
        assert made == [0, 1, 2]
        assert list(row) == list(range(10))


def test_an_error_comes_where_its_thing_would_have_come() -> None:
    def broken() -> Iterator[int]:
        yield 1
        message = "no second one"
        raise ValueError(message)

    with Ahead(broken, depth=5) as row:
        taken = iter(row)
        assert next(taken) == 1
        with pytest.raises(ValueError, match="no second one"):
            next(taken)


def test_leaving_ends_it_and_waits_until_it_has_ended() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            time.sleep(0.1)
            closed.set()

    row = Ahead(endless, depth=1)
    with row:
        next(iter(row))
    assert closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]
