"""`calls`: every request, and what a person decides about those whose answer was lost."""

from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.money import usd
from videofactory.ledger.ledger import Ledger
from videofactory.ledger.purses import Purse
from videofactory_tests.core import order, take_in
from videofactory_tests.homes import PROJECT, command, done, studio_of

CALL = {"fingerprint", "project", "scene", "take", "engine", "state", "external_id", "reserved_usd", "cost_usd"}
MORE = {"role", "model", "attempts", "problem", "age"}
LOST = "abcdef" + "0" * 58
NEAR = "abcdef" + "1" * 58
PURSE = Purse(scope="project", name=PROJECT, limit=usd(20))
WHY = ("--why", "asked their support")


@pytest.fixture
def ledger(home: Path) -> Ledger:
    """The home's ledger, with one parked call of 0.56 US dollars."""
    ledger = studio_of(home).ledger
    park(ledger, take_in(ledger), LOST)
    return ledger


def park(ledger: Ledger, project: str, fingerprint: str) -> None:
    """A call whose answer was lost."""
    asked = order(project, fingerprint=fingerprint).model_copy(update={"request": '{"prompt": "a [bold] cup"}'})
    ledger.calls.reserve(asked, price=usd("0.56"), purses=(PURSE,))
    ledger.calls.sending(fingerprint, identity="kling/kling-3.0 kling@https://api.example#0123456789ab")
    ledger.calls.park(fingerprint, problem="the line was cut [while reading]")


def sums(ledger: Ledger) -> tuple[float, float]:
    """Reserved and spent of the project's purse."""
    purse = ledger.purses.balance(PURSE.scope, PURSE.name)
    return float(purse.reserved_usd), float(purse.spent_usd)


def state(home: Path) -> dict[str, Any]:
    """The one call as `calls` lists it."""
    [call] = done(home, "calls")
    assert isinstance(call, dict)
    return call


def test_calls_tell_every_request(finished: Path) -> None:
    calls = done(finished, "calls")
    assert all(set(call) == CALL | MORE for call in calls)
    assert {call["state"] for call in calls} == {"done"}
    assert sorted(call["scene"] for call in calls if call["role"] == "video") == ["scene-01", "scene-02", "scene-03"]
    assert done(finished, "calls", "--state", "done") == [{**call, "age": pytest.approx(call["age"], abs=60)} for call in calls]
    assert done(finished, "calls", "--state", "parked") == []
    assert done(finished, "calls", "--project", "another") == []
    shown = command(finished, "calls").out
    assert "…" not in shown


def test_a_state_that_is_none_is_bad_input(finished: Path) -> None:
    answer = command(finished, "calls", "--state", "lost", "--json")
    assert answer.code == 2
    assert "parked" in answer.err


def test_a_home_without_calls_says_so(home: Path) -> None:
    assert done(home, "calls") == []
    assert "No calls." in command(home, "calls").out


@pytest.mark.usefixtures("ledger")
def test_the_list_says_what_can_be_done_about_a_parked_call(home: Path) -> None:
    said = command(home, "calls").out
    assert "abcdef0000 parked: the line was cut [while reading]" in said
    assert "0.56 USD stay reserved" in said
    for decision in ("adopt", "release", "retry"):
        assert f"videofactory calls {decision} abcdef0000" in said


@pytest.mark.usefixtures("ledger")
def test_show_tells_all_of_one_call(home: Path) -> None:
    value = done(home, "calls", "show", "abcdef")
    assert set(value) >= CALL | MORE
    assert value["identity"].startswith("kling/kling-3.0 kling@")
    assert value["request"] == {"prompt": "a [bold] cup"}
    assert value["purses"] == [{"scope": "project", "name": PROJECT, "reserved_usd": 0.56, "spent_usd": 0.0}]
    assert (value["sent_at"] is None, value["settled_at"], value["decisions"]) == (False, None, [])
    said = command(home, "calls", "show", LOST).out
    for words in ('"prompt": "a [bold] cup"', "the line was cut [while reading]", "kling@https://api.example", "0.560000 USD"):
        assert words in said


def test_adopt_leaves_the_price_reserved_and_waits_for_the_job(home: Path, ledger: Ledger) -> None:
    value = done(home, "calls", "adopt", "abcdef", "job-7", *WHY)
    assert (value["state"], value["external_id"]) == ("pending", "job-7")
    assert (state(home)["state"], sums(ledger)) == ("pending", (0.56, 0.0))


def test_release_gives_the_money_back(home: Path, ledger: Ledger) -> None:
    said = command(home, "calls", "release", "abcdef0", *WHY)
    assert said.code == 0, said.err
    assert "0.56 USD are free again" in said.out
    assert f"Next: videofactory produce {PROJECT}" in said.out
    assert (state(home)["state"], state(home)["cost_usd"], sums(ledger)) == ("failed", 0.0, (0.0, 0.0))


def test_retry_books_the_lost_attempt(home: Path, ledger: Ledger) -> None:
    assert done(home, "calls", "retry", "abcdef", *WHY)["cost_usd"] == 0.56
    assert sums(ledger) == (0.0, 0.56)


@pytest.mark.usefixtures("ledger")
def test_who_and_why_stand_in_the_audit_log(home: Path) -> None:
    done(home, "calls", "release", "abcdef", *WHY, "--reviewer", "Bea")
    [line] = done(home, "calls", "show", "abcdef")["decisions"]
    assert (line["who"], line["what"], line["why"]) == ("Bea", "call released", "asked their support")
    assert "Bea: call released, “asked their support”" in command(home, "calls", "show", "abcdef").out


@pytest.mark.usefixtures("ledger")
def test_the_reviewer_is_the_user_unless_told_otherwise(home: Path) -> None:
    done(home, "calls", "retry", "abcdef", *WHY)
    assert done(home, "calls", "show", "abcdef")["decisions"][0]["who"] == "Ada"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "abcde"], "at least 6"),
        (["show", "fedcba"], "abcdef0000000000 (video, scene-01, parked)"),
        (["release", "abcdef"], "--why"),
        (["release", "abcdef", "--why", "no"], "at least 3 characters"),
        (["adopt", "abcdef", "--why", "found it"], "ID"),
        (["adopt", "abcdef", " ", "--why", "found it"], "job's id"),
        (["forget", "abcdef"], "forget"),
    ],
)
def test_what_cannot_be_decided_is_bad_input_and_changes_nothing(home: Path, ledger: Ledger, words: list[str], said: str) -> None:
    answer = command(home, "calls", *words)
    assert answer.code == 2, answer.out
    assert said in answer.err
    assert (state(home)["state"], sums(ledger)) == ("parked", (0.56, 0.0))


def test_an_ambiguous_beginning_names_the_candidates(home: Path, ledger: Ledger) -> None:
    park(ledger, PROJECT, NEAR)
    answer = command(home, "calls", "release", "abcdef", *WHY)
    assert answer.code == 2
    assert LOST[:16] in answer.err
    assert NEAR[:16] in answer.err
    assert {call["state"] for call in done(home, "calls")} == {"parked"}


def test_what_is_over_is_a_conflict(home: Path, ledger: Ledger) -> None:
    ledger.settling.release(LOST, who="Ada", why="nothing was bought")
    answer = command(home, "calls", "release", "abcdef", *WHY)
    assert answer.code == 1
    assert "is failed since" in answer.err


@pytest.mark.usefixtures("ledger")
def test_home_and_json_count_before_the_sub_command_too(home: Path, tmp_path: Path) -> None:
    answer = command(tmp_path / "elsewhere", "calls", "--home", str(home), "--json", "show", "abcdef")
    assert answer.code == 0, answer.err
    assert answer.value["fingerprint"] == LOST
