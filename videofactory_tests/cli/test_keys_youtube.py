"""`keys youtube`: the address is shown, the browser's answer awaited, the YouTube channel named, and no secret printed."""

import re
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from videofactory_tests.homes import CHANNEL, command, studio_of
from videofactory_tests.twin.google_oauth import accounts
from videofactory_tests.twin.server import Twin


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Twin]:
    """The twin, named in the `.env` of the working folder beside the client's id and secret."""
    with Twin().running() as twin:
        told = [f"VIDEOFACTORY_{name}_BASE_URL={twin.base(name)}" for name in ("YOUTUBE", "GOOGLE_OAUTH")]
        told += [f"GOOGLE_OAUTH_CLIENT_{name}=twin-GOOGLE_OAUTH_CLIENT_{name}" for name in ("ID", "SECRET")]
        (tmp_path / ".env").write_text("\n".join(told), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        yield twin


@pytest.fixture
def person() -> Iterator[None]:
    """Somebody who opens the address the command shows, and presses Allow."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            shown = re.search(r"http\S+/auth\?\S+", getattr(sys.stderr, "getvalue", str)())
            if shown:
                httpx.get(shown[0], follow_redirects=True)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.mark.usefixtures("person")
def test_leave_is_given_in_the_browser_and_the_channel_named(home: Path, twin: Twin) -> None:
    answer = command(home, "keys", "youtube", CHANNEL, "--wait", "20", "--json")
    assert (answer.code, answer.value) == (0, {"channel": CHANNEL, "youtube": {"id": "UCharbour", "title": "Harbour on YouTube"}})
    assert "choose the YouTube channel of harbour" in answer.err
    secret = accounts(twin.world).refresh_token("harbour")
    assert secret not in answer.out + answer.err
    assert "CLIENT_SECRET" not in answer.out + answer.err
    listed = command(home, "keys", "list", "--json").value
    assert [(one["channel"], one["name"]) for one in listed if one["from"] == "channel"] == [(CHANNEL, "YOUTUBE_REFRESH_TOKEN")]
    assert studio_of(home).ledger.secrets.all(CHANNEL) == {"YOUTUBE_REFRESH_TOKEN": secret}


@pytest.mark.usefixtures("person")
def test_a_person_reads_which_channel_it_is(home: Path, twin: Twin) -> None:
    accounts(twin.world).signed_in = "park"
    answer = command(home, "keys", "youtube", CHANNEL)
    assert "harbour publishes on 'Park on YouTube' (youtube.com/channel/UCpark)." in answer.out


@pytest.mark.usefixtures("person", "twin")
def test_leave_can_be_taken_away_again(home: Path) -> None:
    command(home, "keys", "youtube", CHANNEL)
    assert command(home, "keys", "remove", CHANNEL, "YOUTUBE_REFRESH_TOKEN").code == 0
    assert studio_of(home).ledger.secrets.names() == []


@pytest.mark.usefixtures("twin")
def test_nobody_answering_waits_for_a_person(home: Path) -> None:
    answer = command(home, "keys", "youtube", CHANNEL, "--wait", "1")
    assert (answer.code, "Nobody gave leave within 1 seconds" in answer.err) == (3, True)


def test_a_missing_client_and_an_unknown_channel_are_bad_input(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = command(home, "keys", "youtube", CHANNEL)
    assert (answer.code, "GOOGLE_OAUTH_CLIENT_ID" in answer.err, "Google Cloud console" in answer.err) == (2, True, True)
    assert command(home, "keys", "youtube", "nowhere").code == 2
