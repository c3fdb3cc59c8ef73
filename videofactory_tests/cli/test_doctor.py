"""`doctor`: whether this machine and home can make films."""

from pathlib import Path

from videofactory_tests.homes import command, done


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
