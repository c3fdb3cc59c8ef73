"""Fanning out: everything is tried, every error is told, and the kind of the whole is the one that matters most."""

import threading

import pytest

from videofactory.domain.errors import (
    CallParked,
    EngineFailed,
    FactoryError,
    GateClosed,
    Lasting,
    NeedsPerson,
    Passing,
    Refused,
    StillRunning,
    TooDear,
)
from videofactory.studio.fan_out import for_each, gathered


def _numbered(count: int) -> list[tuple[str, int]]:
    return [(f"scene-{number:02d}", number) for number in range(count)]


@pytest.mark.parametrize("workers", [0, 1, 4])
def test_results_come_in_the_items_order(workers: int) -> None:
    slow = threading.Event()

    def work(number: int) -> int:
        slow.wait(0.05 if number == 0 else 0)
        return number * 2

    assert list(for_each(_numbered(5), work, workers=workers).items()) == [(f"scene-{n:02d}", n * 2) for n in range(5)]
    assert for_each([], work, workers=workers) == {}


def test_every_item_is_tried_though_the_first_fails() -> None:
    tried: list[int] = []

    def work(number: int) -> int:
        tried.append(number)
        if number in {0, 2}:
            raise EngineFailed(f"no clip {number}")
        return number

    with pytest.raises(Lasting) as caught:
        for_each(_numbered(4), work, workers=1)
    assert tried == [0, 1, 2, 3]
    assert "2 of the scenes failed" in str(caught.value)
    assert "scene-00: no clip 0\nscene-02: no clip 2" in str(caught.value)


def test_no_more_at_once_than_workers() -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def work(number: int) -> int:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        threading.Event().wait(0.02)
        with lock:
            busy -= 1
        return number

    for_each(_numbered(8), work, workers=3)
    assert most == 3


def test_a_single_error_stays_itself() -> None:
    error = GateClosed("closed", scenes=["scene-02"])
    assert gathered({"scene-02": error}) is error


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ((Passing("a"), CallParked("b"), EngineFailed("c"), TooDear("d"), Refused("e")), Lasting),
        ((Refused("a"), Passing("b"), GateClosed("c")), NeedsPerson),
        ((Refused("a"), TooDear("b"), Passing("c")), Passing),
        ((Refused("a"), TooDear("b")), TooDear),
        ((Refused("a"), Refused("b")), Refused),
    ],
)
def test_the_kind_of_many(errors: tuple[FactoryError, ...], kind: type[FactoryError]) -> None:
    whole = gathered({str(number): error for number, error in enumerate(errors)})
    assert type(whole) is kind
    assert all(str(error) in str(whole) for error in errors)


def test_a_defect_is_raised_as_it_is() -> None:
    def work(number: int) -> int:
        return 1 // number

    with pytest.raises(ZeroDivisionError):
        for_each(_numbered(2), work, workers=2)


def test_several_jobs_that_go_on_are_one_that_goes_on() -> None:
    error = gathered({"scene-01": StillRunning("not finished"), "scene-02": StillRunning("not finished")})
    assert isinstance(error, StillRunning)
    assert "scene-02: not finished" in str(error)
    assert not isinstance(gathered({"a": StillRunning("not finished"), "b": Passing("cut")}), StillRunning)
