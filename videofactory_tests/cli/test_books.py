"""`costs`, `calls` and `doctor`."""

from pathlib import Path

from videofactory_tests.homes import PROJECT, command, done

CALL = {"fingerprint", "project", "scene", "take", "engine", "state", "external_id", "reserved_usd", "cost_usd"}


def test_costs_are_nothing_with_embedded_engines(finished: Path) -> None:
    value = done(finished, "costs")
    assert value == {"total_usd": 0.0, "by_project": {PROJECT: 0.0}, "by_engine": {"embedded": 0.0}, "budgets": []}
    assert "Spent in all: 0.00 USD" in command(finished, "costs").out


def test_calls_tell_every_request(finished: Path) -> None:
    calls = done(finished, "calls")
    assert all(set(call) >= CALL for call in calls)
    assert {call["state"] for call in calls} == {"done"}
    assert sorted(call["scene"] for call in calls if call["role"] == "video") == ["scene-01", "scene-02", "scene-03"]
    assert done(finished, "calls", "--state", "done") == calls
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
    assert done(home, "costs")["total_usd"] == 0


def test_the_doctor_looks_at_everything_a_film_needs(home: Path) -> None:
    findings = done(home, "doctor")
    assert {finding["name"] for finding in findings} >= {"FFmpeg", "voice", "fonts", "channels", "ledger", "disk"}
    assert all(finding["ok"] for finding in findings)
    assert command(home, "doctor").out.count("✓") == len(findings)


def test_the_doctor_finds_a_bad_channel_and_looks_on(home: Path) -> None:
    (home / "channels" / "bad.yaml").write_text("name: [", encoding="utf-8")
    answer = command(home, "doctor", "--json")
    assert answer.code == 1
    ill = {finding["name"]: finding["words"] for finding in answer.value if not finding["ok"]}
    assert set(ill) == {"channels"}
    assert "bad.yaml" in ill["channels"]
