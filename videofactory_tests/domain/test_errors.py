"""The tree of errors: what is tried again, what is not, and what a person reads."""

import pickle

import pytest

from videofactory.domain.errors import (
    BrandFlagged,
    CallParked,
    CheckFailed,
    Conflict,
    EngineFailed,
    FactoryError,
    GateClosed,
    InvalidInput,
    Lasting,
    MediaBroken,
    NeedsPerson,
    NotFound,
    Passing,
    Problem,
    Refused,
    StoreDamaged,
    TooDear,
)

PROBLEM = Problem(file="brief.yaml", field="seconds", value="2", remedy="write at least 3")


@pytest.mark.parametrize("kind", [InvalidInput, EngineFailed, MediaBroken, CheckFailed, StoreDamaged, NotFound])
def test_lasting_errors(kind: type[FactoryError]) -> None:
    assert issubclass(kind, Lasting)


@pytest.mark.parametrize("kind", [GateClosed, BrandFlagged, CallParked])
def test_errors_that_wait_for_a_person(kind: type[FactoryError]) -> None:
    assert issubclass(kind, NeedsPerson)


@pytest.mark.parametrize("kind", [Passing, Refused, TooDear, Conflict, NeedsPerson])
def test_others_do_not_last(kind: type[FactoryError]) -> None:
    assert not issubclass(kind, Lasting)


def test_the_remedy_is_part_of_the_text() -> None:
    error = EngineFailed("Kling said no.", remedy="Try Luma.")
    assert str(error) == "Kling said no. Try Luma."
    assert (error.message, error.remedy) == ("Kling said no.", "Try Luma.")
    assert str(EngineFailed("Kling said no.")) == "Kling said no."


def test_invalid_input_says_every_problem() -> None:
    error = InvalidInput([PROBLEM, PROBLEM.model_copy(update={"field": "scenes"})])
    assert str(error).splitlines() == [
        "brief.yaml: seconds = 2: write at least 3",
        "brief.yaml: scenes = 2: write at least 3",
    ]
    assert len(error.problems) == 2


def test_errors_carry_what_callers_act_on() -> None:
    assert Passing("busy", retry_after=4.5).retry_after == 4.5
    assert GateClosed("closed", scenes=["scene-02"]).scenes == ("scene-02",)


def test_errors_survive_the_way_between_processes() -> None:
    assert str(pickle.loads(pickle.dumps(Refused("no faces")))) == "no faces"  # noqa: S301 - our own bytes
