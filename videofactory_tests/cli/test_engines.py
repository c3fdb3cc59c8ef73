"""`engines`: ready or what is missing, retired, resting, how dear."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from videofactory_tests.homes import command, done, put_home, studio_of

KEY = "KLING_API_KEY"


SetKeys = Callable[..., None]


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetKeys:
    """Writes these keys, and no others, into the `.env` of the folder the commands start from."""
    monkeypatch.chdir(tmp_path)

    def set_keys(**values: str) -> None:
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")

    return set_keys


def offer(home: Path, model: str, *words: str, role: str = "video") -> dict[str, Any]:
    """What is told of one model."""
    found = [one for one in done(home, "engines", *words) if (one["model"], one["role"]) == (model, role)]
    assert len(found) == 1
    return dict(found[0])


def test_every_role_has_its_embedded_engine_ready_and_free(home: Path) -> None:
    ready = [one for one in done(home, "engines") if one["usable"]]
    assert {one["engine"] for one in ready} == {"embedded"}
    assert {one["role"] for one in ready} == {"analyst", "director", "stills", "video", "voice", "effects", "music"}
    assert command(home, "engines").out.count("ready") == 7


def test_what_is_missing_is_named_by_the_name_users_know(home: Path, keys: SetKeys) -> None:
    kling = offer(home, "kling-3.0")
    assert (kling["configured"], kling["missing"], kling["usable"]) == (False, [[KEY]], False)
    assert f"needs {KEY}, or KLING_ACCESS_KEY and KLING_SECRET_KEY" in command(home, "engines").out
    keys(KLING_ACCESS_KEY="half")
    assert offer(home, "kling-v2-6")["missing"] == [[KEY], ["KLING_SECRET_KEY"]]
    keys(KLING_API_KEY="a-key-nobody-may-see")
    answer = command(home, "engines")
    assert "a-key-nobody-may-see" not in answer.out
    kling = offer(home, "kling-3.0")
    assert (kling["configured"], kling["missing"], kling["usable"], kling["default"]) == (True, [], True, True)


def test_the_name_of_an_engine_means_the_first_default_whose_keys_are_there(home: Path, keys: SetKeys) -> None:
    assert (offer(home, "kling-3.0")["default"], offer(home, "kling-v2-6")["default"]) == (True, False)
    keys(**dict.fromkeys(("KLING_ACCESS_KEY", "KLING_SECRET_KEY"), "set"))
    assert (offer(home, "kling-3.0")["default"], offer(home, "kling-v2-6")["default"]) == (False, True)


def test_a_second_of_film_is_priced_at_this_machines_size(home: Path) -> None:
    kling = offer(home, "kling-3.0")
    assert (kling["per_second_usd"], kling["amount"]) == (0.084, "0.084 (720p)")  # the tests' films are small
    assert kling["prices_read"] == "2026-10-04"
    assert {"per": "second", "usd": 0.112, "size": "1080p", "audio": False} in kling["prices"]


def test_a_clip_sold_by_the_piece_is_told_by_the_second(home: Path) -> None:
    luma = offer(home, "ray-3.2")
    assert (luma["per_second_usd"], luma["unit"]) == (0.03, "second")


def test_a_retired_model_names_its_end_and_its_successor(home: Path, keys: SetKeys) -> None:
    keys(KLING_API_KEY="set")
    old = offer(home, "kling-v2-1")
    assert (old["retired"], old["sunset"], old["successor"], old["usable"]) == (True, "2026-09-15", "kling-v2-5-turbo", False)
    assert "ended 2026-09-15, use kling-v2-5-turbo" in command(home, "engines").out


def test_an_engine_without_a_price_is_not_usable(home: Path, keys: SetKeys) -> None:
    keys(KIE_API_KEY="set")
    kie = offer(home, "kling-3.0/video")
    assert (kie["configured"], kie["amount"], kie["usable"]) == (True, "unknown", False)
    assert "has no price" in command(home, "engines").out


def test_an_open_breaker_says_how_long(home: Path, keys: SetKeys) -> None:
    keys(KLING_API_KEY="set")
    for _ in range(5):
        studio_of(home).ledger.breakers.failed("kling")
    kling = offer(home, "kling-3.0")
    assert (kling["breaker"], kling["usable"]) == ("open", False)
    assert 0 < kling["breaker_wait"] <= 60
    assert "s after failures" in command(home, "engines").out


def test_a_channels_plan_is_asked_when_it_is_named(home: Path, keys: SetKeys) -> None:
    keys(KLING_API_KEY="set")
    assert offer(home, "kling-3.0")["plan_allows"] is None
    assert offer(home, "kling-3.0", "--channel", "harbour")["plan_allows"] is True
    put_home(home, plan="free")
    kling = offer(home, "kling-3.0", "--channel", "harbour")
    assert (kling["plan_allows"], kling["usable"]) == (False, False)
    assert "not in the channel's plan" in command(home, "engines", "--channel", "harbour").out
    assert command(home, "engines", "--channel", "nope").code == 2
