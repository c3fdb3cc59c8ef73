"""Works that wait: done alone by sleeping, or woven so that hundreds wait in a few threads."""

import threading
import time

import pytest

from videofactory.domain.errors import EngineFailed
from videofactory.studio.steps import Steps, firmly, run, weave


def waiting(*waits: float, gives: object = None) -> Steps[object]:
    """A work that waits so often and then gives this, or raises it."""
    yield from waits
    if isinstance(gives, BaseException):
        raise gives
    return gives


def test_a_work_alone_sleeps_where_it_waits() -> None:
    slept: list[float] = []
    assert run(waiting(1, 2, gives="clip"), sleep=slept.append) == "clip"
    assert slept == [1, 2]


def test_an_interrupted_sleep_stops_the_work() -> None:
    stopped: list[str] = []

    def work() -> Steps[None]:
        try:
            yield 1
        finally:
            stopped.append("told")

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(work(), sleep=interrupt)
    assert stopped == ["told"]


def test_woven_works_keep_their_order_and_their_errors() -> None:
    broken = EngineFailed("no cups")
    made, errors = weave({"b": waiting(0.02, gives=1), "a": waiting(gives=2), "c": waiting(0.01, gives=broken)}, workers=2)
    assert (list(made.items()), errors) == ([("b", 1), ("a", 2)], {"c": broken})


def test_hundreds_wait_at_once_in_two_threads() -> None:
    before = threading.active_count()
    most = 0

    def work() -> Steps[int]:
        nonlocal most
        for _ in range(3):
            yield 0.1
            most = max(most, threading.active_count())
        return 1

    began = time.monotonic()
    made, errors = weave({str(number): work() for number in range(300)}, workers=2)
    assert (len(made), errors) == (300, {})
    assert most <= before + 2
    assert time.monotonic() - began < 30  # one after the other: 90 s


def test_a_defect_stops_all_works_and_is_raised_as_it_is() -> None:
    stopped: list[str] = []

    def patient() -> Steps[None]:
        try:
            while True:
                yield 0.01
        finally:
            stopped.append("told")

    with pytest.raises(ZeroDivisionError):
        weave({"patient": patient(), "broken": waiting(gives=ZeroDivisionError())}, workers=2)
    assert stopped == ["told"]


def test_what_must_be_written_down_is_tried_until_the_ledger_is_there() -> None:
    tries: list[int] = []
    slept: list[float] = []

    def write() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError("the ledger is away")
        return "written"

    assert run(firmly(write), sleep=slept.append) == "written"
    assert slept == [0.5, 2]
    with pytest.raises(EngineFailed):
        run(firmly(lambda: (_ for _ in ()).throw(EngineFailed("no"))), sleep=slept.append)
    assert len(slept) == 2
