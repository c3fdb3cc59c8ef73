"""Leave: asked for with PKCE, answered on this machine alone, renewed silently, and its end told with the remedy."""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from videofactory.domain.errors import EngineRejected, NeedsPerson, Passing, TokenRevoked
from videofactory.providers.account import Account
from videofactory.providers.youtube.loopback import listening
from videofactory.providers.youtube.oauth import CLIENT_SECRET, EARLY, REFRESH_TOKEN, SCOPE, AccessToken, Consent, exchange
from videofactory_tests.providers.youtube.scenes import Desk
from videofactory_tests.twin.server import Route, Said

BACK = "http://127.0.0.1:9/"


def with_key(desk: Desk, name: str, value: str) -> Account:
    """The account with another key."""
    account = desk.account
    return Account("youtube", account.bases, keys={**account.keys, name: value}, transport=account.transport, sleep=account.sleep)


def code_for(desk: Desk, consent: Consent) -> str:
    """The code Google sends back after the person has pressed Allow."""
    answer = httpx.get(consent.address(desk.account))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def test_leave_is_asked_for_as_google_wants_it(desk: Desk) -> None:
    consent = Consent(BACK)
    query = {name: values[0] for name, values in parse_qs(urlsplit(consent.address(desk.account)).query).items()}
    assert query == {
        "response_type": "code",
        "client_id": "twin-GOOGLE_OAUTH_CLIENT_ID",
        "redirect_uri": BACK,
        "scope": SCOPE,
        "state": consent.state,
        "code_challenge": consent.challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    }
    assert consent.verifier not in consent.address(desk.account) + repr(consent)
    assert Consent(BACK).state != consent.state
    assert 43 <= len(consent.verifier) <= 128


def test_the_challenge_is_that_of_the_standard() -> None:
    consent = Consent(BACK, verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert consent.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_code_brings_leave_once_and_only_to_whoever_asked(desk: Desk) -> None:
    consent = Consent(BACK)
    code = code_for(desk, consent)
    given = exchange(desk.account, consent, code=code, channel="harbour")
    assert given.refresh_token == desk.google.refresh_token("harbour")
    assert given.refresh_token not in repr(given)
    with pytest.raises(TokenRevoked):
        exchange(desk.account, consent, code=code, channel="harbour")
    stolen = code_for(desk, consent)
    with pytest.raises(TokenRevoked):
        exchange(desk.account, Consent(BACK), code=stolen, channel="harbour")


def test_consent_without_lasting_leave_says_how_to_get_it(desk: Desk) -> None:
    desk.google.keeps_refresh = True
    consent = Consent(BACK)
    with pytest.raises(TokenRevoked, match=r"no refresh token.*videofactory keys youtube harbour"):
        exchange(desk.account, consent, code=code_for(desk, consent), channel="harbour")


def test_an_access_token_is_kept_until_shortly_before_its_end(desk: Desk) -> None:
    now = [time.time()]
    token = AccessToken(desk.account, channel="harbour", now=lambda: now[0])
    first = token()
    now[0] += 3599 - EARLY - 1
    assert token() == first
    now[0] += 1
    assert token() != first
    assert desk.twin.asked("google_oauth.token") == 2
    token.forget()
    token()
    assert desk.twin.asked("google_oauth.token") == 3


def test_a_new_refresh_token_takes_the_place_of_the_old(desk: Desk) -> None:
    desk.google.rotates = True
    kept: list[str] = []
    token = AccessToken(desk.account, channel="harbour", renewed=kept.append)
    token()
    desk.google.revoked.add(desk.google.refresh_token("harbour"))
    token.forget()
    token()
    assert len(set(kept)) == 2


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (None, r"revoked\.\)\. Run"),
        (7.5, "'Testing' gives leave for 7 days"),
        (3, "was given on .*somebody took it back"),
        (200, "not used for 6 months"),
    ],
)
def test_leave_that_ended_names_the_channel_the_likely_reason_and_the_remedy(desk: Desk, days: float | None, why: str) -> None:
    desk.google.revoked.add(desk.google.refresh_token("harbour"))
    given = None if days is None else datetime.now(UTC) - timedelta(days=days)
    with pytest.raises(TokenRevoked, match=why) as caught:
        AccessToken(desk.account, channel="harbour", given=given)()
    assert "channel harbour" in str(caught.value)
    assert caught.value.remedy == "Run: videofactory keys youtube harbour"
    assert desk.twin.asked("google_oauth.token") == 1
    assert desk.google.refresh_token("harbour") not in str(caught.value)


def test_an_access_token_that_ran_out_is_no_revocation(desk: Desk) -> None:
    desk.youtube.channel()
    desk.google.expire()
    assert desk.youtube.channel().id == "UCharbour"
    desk.google.expire()
    desk.google.revoked.add(desk.google.refresh_token("harbour"))
    with pytest.raises(TokenRevoked, match="has ended"):
        desk.youtube.channel()


def test_a_wrong_client_is_not_the_channels_fault(desk: Desk) -> None:
    wrong = with_key(desk, CLIENT_SECRET, "wrong-secret")
    with pytest.raises(EngineRejected, match=r"invalid_client.*GOOGLE_OAUTH_CLIENT_SECRET") as caught:
        AccessToken(wrong, channel="harbour")()
    assert "wrong-secret" not in str(caught.value)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_token_endpoint_out_of_order_is_asked_again(desk: Desk, status: int) -> None:
    desk.twin.misbehave("google_oauth.token", "error", value=status, times=2)
    assert AccessToken(desk.account, channel="harbour")()
    desk.twin.misbehave("google_oauth.token", "error", value=status, times=3)
    with pytest.raises(Passing):
        AccessToken(desk.account, channel="harbour")()


@pytest.mark.parametrize("error", ["internal_failure", "server_error", "temporarily_unavailable"])
def test_googles_own_trouble_is_no_end_of_leave(desk: Desk, error: str) -> None:
    route = Route("POST", r"/google_oauth/token", "test.token", lambda _: Said({"error": error}, 400))
    desk.twin._routes.insert(0, route)
    with pytest.raises(Passing, match=error):
        desk.token()
    assert desk.twin.asked("test.token") == 3


def test_nobody_elses_answer_is_taken() -> None:
    with listening() as listener, httpx.Client() as browser:
        listener.state = "ours"
        assert urlsplit(listener.redirect_uri).hostname == "127.0.0.1"
        for strange in ("?code=c&state=theirs", "?code=c", "?state=ours", "favicon.ico"):
            assert browser.get(f"{listener.redirect_uri}/{strange}").status_code == 404
        answer = browser.get(f"{listener.redirect_uri}/?code=c&state=ours")
        assert (answer.status_code, "Thank you" in answer.text, "=c" in answer.text) == (200, True, False)
        assert browser.get(f"{listener.redirect_uri}/?code=late&state=ours").status_code == 404
        assert listener.wait(channel="harbour", seconds=1) == "c"


def test_a_person_who_says_no_or_nothing() -> None:
    with listening() as listener:
        listener.state = "ours"
        with pytest.raises(NeedsPerson, match=r"within 0 seconds.*videofactory keys youtube harbour"):
            listener.wait(channel="harbour", seconds=0.01)
        assert "No leave" in httpx.get(f"{listener.redirect_uri}/?error=access_denied&state=ours").text
        with pytest.raises(NeedsPerson, match="access_denied"):
            listener.wait(channel="harbour", seconds=1)


def test_the_refresh_token_stands_in_no_representation(desk: Desk) -> None:
    assert desk.account.keys[REFRESH_TOKEN] not in repr(desk.account) + repr(desk.token)
