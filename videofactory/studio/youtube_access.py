"""The way to a channel on YouTube: our Google project's client, the leave a person gave for this channel, and where Google is.

The client's id and secret come from the environment (or from the channel's own keys, where it has a Google project of its own);
the leave is a refresh token, encrypted in the ledger.
"""

import tomllib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib import resources

from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, Problem, TokenRevoked
from videofactory.providers.account import Account
from videofactory.providers.youtube.answers import OwnChannel
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.errors import leave
from videofactory.providers.youtube.loopback import listening
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, AccessToken, Consent, exchange
from videofactory.studio.factory import Studio


@cache
def bases() -> Mapping[str, str]:
    """Google's addresses by name, from `data/google.toml`."""
    text = resources.files("videofactory").joinpath("data", "google.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["bases"])


def youtube_for(studio: Studio, channel: Channel) -> YouTube:
    """The channel on YouTube. Raises `InvalidInput` without a client, `TokenRevoked` when nobody gave leave for it yet."""
    token = studio.casting.keys(channel.key).get(REFRESH_TOKEN)
    if not token:
        raise TokenRevoked(f"Nobody has given leave yet to publish on {channel.key}'s YouTube.", remedy=leave(channel.key))
    return _opened(studio, channel, token, given=_given(studio, channel.key))


def take_leave(studio: Studio, channel: Channel, *, show: Callable[[str], None], who: str, seconds: float = 300.0) -> OwnChannel:
    """Let a person give leave for this channel in their browser, and keep it; the YouTube channel it is for.

    `show` is handed the address the person has to open, on this machine; they have so many seconds. Nothing is kept unless the
    leave opens a YouTube channel. Raises `InvalidInput`, `NeedsPerson` when leave is not given, and what YouTube says.
    """
    account = _account(studio, channel)
    with listening() as listener:
        consent = Consent(listener.redirect_uri)
        listener.state = consent.state
        show(consent.address(account))
        code = listener.wait(channel=channel.key, seconds=seconds)
    token = exchange(account, consent, code=code, channel=channel.key).refresh_token
    own = _opened(studio, channel, token, given=None).channel()
    studio.ledger.secrets.set(channel.key, REFRESH_TOKEN, token, who=who)
    return own


def _opened(studio: Studio, channel: Channel, token: str, *, given: datetime | None) -> YouTube:
    account = _account(studio, channel, token=token)

    def keep(fresh: str) -> None:
        studio.ledger.secrets.set(channel.key, REFRESH_TOKEN, fresh, who="google")

    access = AccessToken(account, channel=channel.key, given=given, renewed=keep)
    return YouTube(account, access_token=access, forget=access.forget, channel=channel.key)


def _account(studio: Studio, channel: Channel, *, token: str = "") -> Account:
    keys = studio.casting.keys(channel.key)
    missing = [name for name in (CLIENT_ID, CLIENT_SECRET) if not keys.get(name)]
    if missing:
        remedy = "copy it from the OAuth client (type: desktop app) of your project in the Google Cloud console"
        raise InvalidInput([Problem(file="environment", field=name, value="(missing)", remedy=remedy) for name in missing])
    known = {CLIENT_ID: keys[CLIENT_ID], CLIENT_SECRET: keys[CLIENT_SECRET], **({REFRESH_TOKEN: token} if token else {})}
    told = studio.settings.base_urls
    places = {name: told.get(name, address) for name, address in bases().items()}
    if "google_oauth" in told:
        places["google_accounts"] = told["google_oauth"]
    return Account("youtube", bases=places, keys=known)


def _given(studio: Studio, channel: str) -> datetime | None:
    """When leave was given for this channel; `None` where it is not the ledger's."""
    for secret in studio.ledger.secrets.names():
        if (secret.channel, secret.name) == (channel, REFRESH_TOKEN):
            return datetime.fromisoformat(secret.set_at)
    return None
