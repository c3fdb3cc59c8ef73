"""The way to a channel on YouTube: leave is given in a browser, kept encrypted for one channel, and missed in words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from videofactory.domain.errors import AccountClosed, InvalidInput, NeedsPerson, TokenRevoked
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from videofactory.studio.casting import Casting
from videofactory.studio.factory import Studio
from videofactory.studio.youtube_access import bases, take_leave, youtube_for
from videofactory_tests.homes import CHANNEL, put_home, studio_of
from videofactory_tests.twin.google_oauth import accounts
from videofactory_tests.twin.server import Twin
from videofactory_tests.twin.youtube_state import room


@pytest.fixture
def twin() -> Iterator[Twin]:
    with Twin().running() as twin:
        yield twin


@pytest.fixture
def studio(tmp_path: Path, twin: Twin) -> Studio:
    """A studio with a Google client, led to the twin, with the channels harbour and park."""
    put_home(tmp_path)
    (tmp_path / "channels" / "park.yaml").write_text((tmp_path / "channels" / "harbour.yaml").read_text())
    plain = studio_of(tmp_path)
    facts = {
        "keys": {name: f"twin-{name}" for name in (CLIENT_ID, CLIENT_SECRET)},
        "base_urls": {name: twin.base(name) for name in ("youtube", "google_oauth")},
    }
    settings = plain.settings.model_copy(update=facts)
    return replace(plain, settings=settings, casting=Casting(settings, own_keys=plain.ledger.secrets.all))


def press_allow(address: str) -> None:
    """A person in a browser."""
    httpx.get(address, follow_redirects=True).raise_for_status()


def look_away(address: str) -> None:
    """A person who does nothing."""
    assert address.startswith("http://127.0.0.1")


def test_leave_is_kept_for_the_channel_it_was_given_for_alone(studio: Studio, twin: Twin) -> None:
    own = take_leave(studio, studio.channel(CHANNEL), show=press_allow, who="Ada", seconds=5)
    assert (own.id, own.title) == ("UCharbour", "Harbour on YouTube")
    [secret] = studio.ledger.secrets.names()
    assert (secret.channel, secret.name, secret.set_by) == (CHANNEL, REFRESH_TOKEN, "Ada")
    assert youtube_for(studio, studio.channel(CHANNEL)).channel() == own
    with pytest.raises(TokenRevoked, match=r"park's YouTube.*videofactory keys youtube park"):
        youtube_for(studio, studio.channel("park"))
    accounts(twin.world).signed_in = "park"
    take_leave(studio, studio.channel("park"), show=press_allow, who="Ada", seconds=5)
    assert youtube_for(studio, studio.channel("park")).channel().id == "UCpark"
    assert youtube_for(studio, studio.channel(CHANNEL)).channel().id == "UCharbour"


def test_leave_taken_back_stops_its_channel_only_and_is_given_anew(studio: Studio, twin: Twin) -> None:
    google = accounts(twin.world)
    for name in ("park", CHANNEL):
        google.signed_in = name
        take_leave(studio, studio.channel(name), show=press_allow, who="Ada", seconds=5)
    google.revoked.add(google.refresh_token(CHANNEL))
    with pytest.raises(TokenRevoked, match=r"channel harbour.*videofactory keys youtube harbour"):
        youtube_for(studio, studio.channel(CHANNEL)).channel()
    assert youtube_for(studio, studio.channel("park")).channel().id == "UCpark"
    take_leave(studio, studio.channel(CHANNEL), show=press_allow, who="Ada", seconds=5)
    assert youtube_for(studio, studio.channel(CHANNEL)).channel().id == "UCharbour"


def test_a_new_refresh_token_is_kept(studio: Studio, twin: Twin) -> None:
    take_leave(studio, studio.channel(CHANNEL), show=press_allow, who="Ada", seconds=5)
    accounts(twin.world).rotates = True
    youtube_for(studio, studio.channel(CHANNEL)).channel()
    kept = studio.ledger.secrets.all(CHANNEL)[REFRESH_TOKEN]
    assert kept.startswith(accounts(twin.world).refresh_token(CHANNEL) + "~")
    accounts(twin.world).revoked.add(accounts(twin.world).refresh_token(CHANNEL))
    assert youtube_for(studio, studio.channel(CHANNEL)).channel().id == "UCharbour"


@pytest.mark.parametrize("trouble", ["denied", "silent", "no channel"])
def test_nothing_is_kept_unless_the_leave_opens_a_channel(studio: Studio, twin: Twin, trouble: str) -> None:
    accounts(twin.world).denies = trouble == "denied"
    room(twin.world).signed_up = trouble != "no channel"
    show = press_allow if trouble != "silent" else look_away
    with pytest.raises(NeedsPerson) as caught:
        take_leave(studio, studio.channel(CHANNEL), show=show, who="Ada", seconds=0.05 if trouble == "silent" else 5)
    assert isinstance(caught.value, AccountClosed) is (trouble == "no channel")
    assert studio.ledger.secrets.names() == []


def test_a_client_that_is_missing_is_asked_for_by_name(studio: Studio) -> None:
    settings = studio.settings.model_copy(update={"keys": {}})
    bare = replace(studio, settings=settings, casting=Casting(settings))
    with pytest.raises(InvalidInput) as caught:
        take_leave(bare, bare.channel(CHANNEL), show=press_allow, who="Ada")
    assert [problem.field for problem in caught.value.problems] == [CLIENT_ID, CLIENT_SECRET]


def test_without_settings_google_is_google() -> None:
    assert dict(bases()) == {
        "youtube": "https://www.googleapis.com",
        "google_oauth": "https://oauth2.googleapis.com",
        "google_accounts": "https://accounts.google.com",
    }
