"""`keys`: set from standard input alone, listed without showing, encrypted anew, removed; and used by the channel's cast."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from videofactory_tests.homes import Answer, command, done, studio_of

KEY = "sk-harbour-1234567890"
HASH = "6f3d49a3"
Give = Callable[..., Answer]


@pytest.fixture
def give(home: Path, monkeypatch: pytest.MonkeyPatch) -> Give:
    """Runs `keys set` with a text on standard input."""
    for name in ("FAL_KEY", "KLING_API_KEY"):
        monkeypatch.delenv(name, raising=False)

    def given(text: str, *words: str) -> Answer:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        return command(home, "keys", "set", *words)

    return given


def test_a_key_is_read_from_standard_input_and_used_by_its_channel_alone(give: Give, home: Path) -> None:
    (home / "channels" / "park.yaml").write_text((home / "channels" / "harbour.yaml").read_text())
    answer = give(f"{KEY}\n", "harbour", "FAL_KEY", "--json")
    assert (answer.code, answer.value) == (0, {"channel": "harbour", "name": "FAL_KEY", "hash": HASH})
    studio = studio_of(home)
    assert studio.casting.keys("harbour") == {"FAL_KEY": KEY}
    assert studio.casting.keys("park") == {}


def test_a_channels_own_key_goes_before_the_environments(give: Give, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY", "of the machine")
    monkeypatch.setenv("KLING_API_KEY", "of the machine, too")
    give(KEY, "harbour", "FAL_KEY")
    assert studio_of(home).casting.keys("harbour") == {"FAL_KEY": KEY, "KLING_API_KEY": "of the machine, too"}


def test_the_list_says_where_keys_are_from_and_never_shows_one(give: Give, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert done(home, "keys", "list") == []
    assert "No keys" in command(home, "keys", "list").out
    monkeypatch.setenv("FAL_KEY", "of the machine")
    give(KEY, "harbour", "FAL_KEY")
    machine, harbour = done(home, "keys", "list")
    assert (machine["name"], machine["from"], machine["channel"]) == ("FAL_KEY", "environment", None)
    assert (harbour["name"], harbour["from"], harbour["channel"], harbour["hash"]) == ("FAL_KEY", "channel", "harbour", HASH)
    assert (harbour["set_by"], harbour["problem"]) == ("Ada", None)
    assert machine["hash"] != HASH
    shown = command(home, "keys", "list")
    assert HASH in shown.out
    assert KEY not in shown.out + shown.err
    assert "of the machine" not in shown.out + shown.err


def test_a_key_that_does_not_open_is_listed_with_the_reason(give: Give, home: Path) -> None:
    give(KEY, "harbour", "FAL_KEY")
    (home / "secret.key").write_text(Fernet.generate_key().decode())
    [harbour] = done(home, "keys", "list")
    assert harbour["hash"] is None
    assert "FAL_KEY of harbour cannot be decrypted" in harbour["problem"]


def test_rotation_and_removal(give: Give, home: Path) -> None:
    give(KEY, "harbour", "FAL_KEY")
    assert done(home, "keys", "rotate") == {"rotated": 1}
    assert len((home / "secret.key").read_text().split()) == 2
    assert studio_of(home).casting.keys("harbour") == {"FAL_KEY": KEY}
    assert done(home, "keys", "remove", "harbour", "FAL_KEY") == {"channel": "harbour", "name": "FAL_KEY"}
    assert done(home, "keys", "list") == []
    again = command(home, "keys", "remove", "harbour", "FAL_KEY")
    assert (again.code, "has no key FAL_KEY" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("harbour", "fal_key"), KEY, "write FAL_KEY"),
        (("harbour", "SOME_KEY"), KEY, "one of GEMINI_API_KEY"),
        (("nowhere", "FAL_KEY"), KEY, "no channel 'nowhere'"),
        (("harbour", "FAL_KEY"), " \n", "standard input"),
        (("harbour", "FAL_KEY"), f"{KEY}\n{KEY}", "standard input"),
        (("harbour", "FAL_KEY", KEY), "", "unexpected extra argument"),
    ],
)
def test_bad_input_is_said_and_nothing_is_kept(give: Give, home: Path, words: tuple[str, ...], text: str, said: str) -> None:
    answer = give(text, *words)
    assert answer.code == 2
    assert said in answer.err
    assert done(home, "keys", "list") == []
    assert not (home / "secret.key").exists()
