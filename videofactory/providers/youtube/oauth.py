"""Google's OAuth for installed apps: the address where a person gives leave, the code's exchange, and access tokens after that.

A person's leave is a refresh token; it is handed to whoever asked for it and kept encrypted (`ledger.secrets`). An access token
that ran out is renewed silently; a leave that ended is `TokenRevoked`, and only a person can give it anew.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from videofactory.domain.errors import EngineRejected, FactoryError, Passing, TokenRevoked
from videofactory.providers.account import Account
from videofactory.providers.http import SAID, Answer, ErrorReading, Http
from videofactory.providers.youtube.errors import leave

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""The one scope that opens every call of ours."""
CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN = "GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET", "YOUTUBE_REFRESH_TOKEN"
EARLY = 225.0
"""Seconds before its end at which an access token is no longer used."""
TESTING = timedelta(days=7)
"""How long leave lasts while the Google project's publishing status is 'Testing'."""
_PASSING = {"internal_failure", "server_error", "temporarily_unavailable"}
_CLIENT_REMEDY = f"Check {CLIENT_ID} and {CLIENT_SECRET} against the Google Cloud console."


@dataclass(frozen=True)
class Leave:
    """What a person's consent brought: their refresh token."""

    refresh_token: str = field(repr=False)


@dataclass(frozen=True)
class Consent:
    """One request for leave: where to send the person, and the secrets their answer is checked with (state, PKCE verifier)."""

    redirect_uri: str
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(64), repr=False)

    @property
    def challenge(self) -> str:
        """The verifier's hash, which is all Google sees before the code comes back."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def address(self, account: Account) -> str:
        """The page where the person gives leave."""
        query = {
            "response_type": "code",
            "client_id": account.key(CLIENT_ID),
            "redirect_uri": self.redirect_uri,
            "scope": SCOPE,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{account.bases['google_accounts']}/o/oauth2/v2/auth?{urlencode(query)}"


def exchange(account: Account, consent: Consent, *, code: str, channel: str) -> Leave:
    """The leave for a code, which is good once. Raises `TokenRevoked`, `EngineRejected`, `OutcomeUnknown`, `Passing`."""
    form = {"code": code, "code_verifier": consent.verifier, "redirect_uri": consent.redirect_uri}
    answer = _endpoint(account, _reading(channel)).submit("/token", data=_form(account, "authorization_code", **form))
    token = _told(answer).get("refresh_token")
    if not token:
        remedy = f"Take the factory's access away at myaccount.google.com/connections, then give it anew. {leave(channel)}"
        raise TokenRevoked("Google gave no lasting leave (no refresh token).", remedy=remedy)
    return Leave(str(token))


class AccessToken:
    """Access tokens of one channel, each kept until shortly before its end. Safe for many threads.

    `given` (aware) is when leave was given, to say why it may have ended; `renewed` keeps a new refresh token where Google sends
    one in place of the old.
    """

    def __init__(
        self,
        account: Account,
        *,
        channel: str,
        given: datetime | None = None,
        renewed: Callable[[str], None] = lambda _: None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._account = account
        self._refresh = account.key(REFRESH_TOKEN)
        self._http = _endpoint(account, _reading(channel, given=given, now=now))
        self._renewed = renewed
        self._now = now
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def __call__(self) -> str:
        """A token that is good now. Raises `TokenRevoked` when leave has ended, `EngineRejected`, `Passing`."""
        with self._lock:
            if not self._token or self._now() >= self._until:
                self._renew()
            return self._token

    def forget(self) -> None:
        """Do not use the present token any more: YouTube does not take it."""
        with self._lock:
            self._token = ""

    def _renew(self) -> None:
        began = self._now()
        told = _told(self._http.safe("POST", "/token", data=_form(self._account, "refresh_token", refresh_token=self._refresh)))
        self._token = str(told["access_token"])
        self._until = began + max(0.0, float(told.get("expires_in") or 0) - EARLY)
        fresh = told.get("refresh_token")
        if fresh and fresh != self._refresh:
            self._refresh = str(fresh)
            self._renewed(self._refresh)


def _endpoint(account: Account, reading: ErrorReading) -> Http:
    return account.http(base="google_oauth", reading=reading)


def _form(account: Account, grant: str, **more: str) -> dict[str, str]:
    client = {"client_id": account.key(CLIENT_ID), "client_secret": account.key(CLIENT_SECRET)}
    return {"grant_type": grant, **client, **more}


def _told(answer: Answer) -> dict[str, Any]:
    told = answer.json()
    if not isinstance(told, dict) or not told.get("access_token"):
        raise EngineRejected("Google's token endpoint answered without a token.", remedy=_CLIENT_REMEDY)
    return told


def _reading(channel: str, *, given: datetime | None = None, now: Callable[[], float] = time.time) -> ErrorReading:
    """The token endpoint speaks OAuth: `{"error": "invalid_grant", "error_description": …}`."""

    def read(answer: Answer) -> FactoryError | None:
        try:
            told = json.loads(answer.text)
            error, words = str(told["error"]), str(told.get("error_description", ""))[:SAID]
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        if error == "invalid_grant":
            why = _why(given, datetime.fromtimestamp(now(), UTC))
            message = f"The leave that channel {channel or 'CHANNEL'} gave for YouTube has ended ({words or error}).{why}"
            return TokenRevoked(message, remedy=leave(channel))
        if error in _PASSING:
            return Passing(f"Google's token endpoint is out of order: {error}.", retry_after=answer.retry_after)
        if error in {"invalid_client", "unauthorized_client"}:
            return EngineRejected(f"Google does not know this client: {error}: {words}", remedy=_CLIENT_REMEDY)
        return None

    return read


def _why(given: datetime | None, now: datetime) -> str:
    """What probably ended the leave, by its age: Google words expiry and revocation alike."""
    if given is None:
        return ""
    age = now - given
    if TESTING <= age < TESTING + timedelta(days=1):
        words = "a Google project whose publishing status is 'Testing' gives leave for 7 days: set it to 'In production'."
        return f" It is {age.days} days old: {words}"
    return f" It was given on {given.date().isoformat()}: somebody took it back, or it was not used for 6 months."
