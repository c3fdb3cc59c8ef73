"""Circuit breakers: five failures open, one trial after a minute decides, and all processes see the same."""

import json

import pytest
from sqlalchemy import select

from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.tables import breakers
from videofactory_tests.clock import Clock
from videofactory_tests.processes import at_once


def _fail(ledger: Ledger, times: int = 5, *, engine: str = "kling") -> None:
    for _ in range(times):
        ledger.breakers.failed(engine)


@pytest.fixture
def opened(timed: Ledger) -> Ledger:
    """A ledger in which kling's breaker has just opened."""
    _fail(timed)
    return timed


@pytest.fixture
def trying(opened: Ledger, clock: Clock) -> Ledger:
    """A ledger in which kling's trial has just been let through."""
    clock.forward(60)
    assert opened.breakers.ask("kling") == 0.0
    return opened


def test_an_engine_never_heard_of_may_be_called(timed: Ledger) -> None:
    assert (timed.breakers.ask("kling"), timed.breakers.state("kling"), timed.breakers.all()) == (0.0, "closed", [])


def test_the_fifth_failure_opens_it_for_that_engine_alone(timed: Ledger) -> None:
    _fail(timed, 4)
    assert (timed.breakers.state("kling"), timed.breakers.ask("kling")) == ("closed", 0.0)
    timed.breakers.failed("kling")
    assert (timed.breakers.state("kling"), timed.breakers.ask("kling")) == ("open", 60.0)
    assert timed.breakers.ask("luma") == 0.0


@pytest.mark.parametrize(("seconds", "state"), [(119.9, "open"), (120.0, "closed")])
def test_only_failures_inside_two_minutes_count(timed: Ledger, clock: Clock, seconds: float, state: str) -> None:
    timed.breakers.failed("kling")
    clock.forward(seconds)
    _fail(timed, 4)
    assert timed.breakers.state("kling") == state


def test_what_succeeds_in_between_does_not_hide_the_failures(timed: Ledger) -> None:
    for _ in range(5):
        timed.breakers.failed("kling")
        timed.breakers.succeeded("kling")
    assert timed.breakers.state("kling") == "open"


def test_after_a_minute_exactly_one_trial_goes(opened: Ledger, clock: Clock) -> None:
    clock.forward(59)
    assert opened.breakers.ask("kling") == 1.0
    clock.forward(1)
    assert opened.breakers.state("kling") == "half_open"
    assert opened.breakers.ask("kling") == 0.0
    clock.forward(10)
    assert opened.breakers.ask("kling") == 50.0
    assert opened.breakers.state("kling") == "half_open"


def test_a_trial_that_succeeds_closes_it_and_the_count_begins_anew(trying: Ledger) -> None:
    trying.breakers.succeeded("kling")
    assert (trying.breakers.state("kling"), trying.breakers.ask("kling")) == ("closed", 0.0)
    _fail(trying, 4)
    assert trying.breakers.state("kling") == "closed"


def test_a_trial_that_fails_opens_it_for_another_minute(trying: Ledger, clock: Clock) -> None:
    clock.forward(5)
    trying.breakers.failed("kling")
    assert (trying.breakers.state("kling"), trying.breakers.ask("kling")) == ("open", 60.0)
    clock.forward(60)
    assert trying.breakers.ask("kling") == 0.0


def test_a_trial_nobody_reports_on_is_given_up_after_a_minute(trying: Ledger, clock: Clock) -> None:
    clock.forward(60)
    assert trying.breakers.state("kling") == "half_open"
    assert [trying.breakers.ask("kling") for _ in range(2)] == [0.0, 60.0]


def test_late_news_of_calls_sent_before_it_opened_change_nothing(opened: Ledger, clock: Clock) -> None:
    clock.forward(30)
    opened.breakers.failed("kling")
    opened.breakers.succeeded("kling")
    assert opened.breakers.ask("kling") == 30.0
    clock.forward(30)
    opened.breakers.failed("kling")
    opened.breakers.succeeded("kling")
    assert opened.breakers.ask("kling") == 0.0


def test_a_clock_that_was_set_back_keeps_no_engine_shut(opened: Ledger, clock: Clock) -> None:
    clock.forward(-3600)
    assert opened.breakers.ask("kling") == 0.0


def test_opening_and_closing_are_written_down(trying: Ledger) -> None:
    trying.breakers.succeeded("kling")
    lines = [(line.what, line.why, json.loads(line.detail)) for line in trying.audit.lines()]
    about = {"engine": "kling"}
    assert lines == [
        ("breaker opened", "5 failures in 120 s", about),
        ("breaker closed", "the trial succeeded", about),
    ]


def test_all_breakers_are_listed_with_what_they_know(opened: Ledger, clock: Clock) -> None:
    clock.forward(1)
    _fail(opened, 2, engine="fal")
    fal, kling = opened.breakers.all()
    assert (fal.engine, fal.state, len(fal.failures), fal.wait) == ("fal", "closed", 2, 0.0)
    assert (kling.engine, kling.state, len(kling.failures), kling.wait) == ("kling", "open", 5, 59.0)


def test_success_with_a_closed_breaker_writes_nothing(timed: Ledger) -> None:
    _fail(timed, 1)
    with timed.database.write() as connection:  # whoever wrote would wait for this, and never come back
        timed.breakers.succeeded("kling")
        timed.breakers.succeeded("luma")
        assert timed.breakers.ask("kling") == 0.0
        assert len(connection.execute(select(breakers)).all()) == 1


def _fail_once(url: str, number: int) -> str:
    del number
    ledger = open_ledger(url, clock=Clock())
    ledger.breakers.failed("kling")
    return ledger.breakers.state("kling")


def _ask_once(url: str, number: int) -> float:
    del number
    clock = Clock()
    clock.forward(60)
    return open_ledger(url, clock=clock).breakers.ask("kling")


def _succeed_once(url: str, number: int) -> None:
    del number
    open_ledger(url, clock=Clock()).breakers.succeeded("kling")


def test_all_processes_share_one_breaker(timed: Ledger, ledger_url: str) -> None:
    assert "open" in at_once(5, _fail_once, ledger_url)
    assert timed.breakers.ask("kling") == 60.0
    assert sorted(at_once(5, _ask_once, ledger_url)) == [0.0] + [60.0] * 4
    at_once(2, _succeed_once, ledger_url)
    assert timed.breakers.state("kling") == "closed"
    assert [line.what for line in timed.audit.lines()] == ["breaker opened", "breaker closed"]
