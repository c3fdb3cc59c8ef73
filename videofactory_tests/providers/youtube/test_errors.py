"""Every documented error of the API, as it comes from the twin, is one of ours with a remedy."""

from datetime import UTC, datetime

import pytest

from videofactory.domain.errors import (
    AccountClosed,
    Busy,
    Conflict,
    EngineRejected,
    FactoryError,
    InvalidInput,
    MediaBroken,
    NotFound,
    OutcomeUnknown,
    Passing,
    QuotaSpent,
    TokenRevoked,
)
from videofactory.providers.youtube.errors import DAY, FIELDS, until_midnight
from videofactory_tests.providers.youtube.scenes import Desk
from videofactory_tests.twin.youtube_state import REASONS

MEANING: dict[str, type[FactoryError]] = {
    **dict.fromkeys(FIELDS, InvalidInput),
    **dict.fromkeys(("uploadLimitExceeded", "quotaExceeded", "dailyLimitExceeded"), QuotaSpent),
    **dict.fromkeys(("rateLimitExceeded", "userRateLimitExceeded"), Busy),
    **dict.fromkeys(("authError", "required", "unauthorized", "expired", "insufficientPermissions"), TokenRevoked),
    **dict.fromkeys(
        (
            "youtubeSignupRequired",
            "channelClosed",
            "channelSuspended",
            "authenticatedUserAccountClosed",
            "authenticatedUserAccountSuspended",
            "authenticatedUserNotChannel",
            "accessNotConfigured",
        ),
        AccountClosed,
    ),
    **dict.fromkeys(
        (
            "forbidden",
            "forbiddenLicenseSetting",
            "forbiddenPrivacySetting",
            "uploadTooLarge",
            "playlistContainsMaximumNumberOfVideos",
            "playlistItemsNotAccessible",
            "invalidPlaylistItemPosition",
            "manualSortRequired",
            "videoAlreadyInAnotherSeriesPlaylist",
        ),
        EngineRejected,
    ),
    **dict.fromkeys(("videoNotFound", "playlistNotFound", "captionNotFound"), NotFound),
    **dict.fromkeys(("backendError", "internalError"), OutcomeUnknown),
    "captionExists": Conflict,
    "invalidImage": MediaBroken,
}


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_documented_error_has_its_meaning(desk: Desk, reason: str) -> None:
    desk.twin.misbehave("youtube.begin", "refuse", words=reason, times=2)
    with pytest.raises(FactoryError) as caught:
        desk.begin()
    wanted = MEANING[reason]
    assert isinstance(caught.value, wanted)
    assert isinstance(caught.value, AccountClosed) is issubclass(wanted, AccountClosed)
    assert isinstance(caught.value, QuotaSpent) is issubclass(wanted, QuotaSpent)
    assert reason in str(caught.value)
    if issubclass(wanted, AccountClosed):
        assert "videofactory keys youtube harbour" in caught.value.remedy
    elif not issubclass(wanted, Busy | OutcomeUnknown | InvalidInput | Conflict) or wanted is QuotaSpent:
        assert caught.value.remedy


def test_a_field_that_is_wrong_is_named(desk: Desk) -> None:
    desk.twin.misbehave("youtube.begin", "refuse", words="invalidTags")
    with pytest.raises(InvalidInput) as caught:
        desk.begin()
    [problem] = caught.value.problems
    assert (problem.file, problem.field) == ("YouTube", "tags")


def test_the_channels_own_limit_waits_a_day_the_projects_until_midnight_pacific(desk: Desk) -> None:
    desk.twin.misbehave("youtube.begin", "refuse", words="uploadLimitExceeded")
    with pytest.raises(QuotaSpent) as caught:
        desk.begin()
    assert caught.value.retry_after == DAY
    desk.room.insert_limit = 1
    with pytest.raises(QuotaSpent) as caught:
        desk.begin()
    assert 0 < (caught.value.retry_after or 0) <= 25 * 3600


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-11-21T07:00:00+00:00", 1.0),
        ("2026-07-21T07:00:00+00:00", 24.0),
        ("2026-03-08T08:00:00+00:00", 23.0),
        ("2026-11-01T07:00:00+00:00", 25.0),
    ],
)
def test_the_quotas_day_is_right_when_the_clocks_change(now: str, hours: float) -> None:
    assert until_midnight(datetime.fromisoformat(now).astimezone(UTC)) == hours * 3600


def test_both_buckets_of_the_twin_run_dry_apart(desk: Desk) -> None:
    desk.room.insert_limit, desk.room.unit_limit = 1, 2
    desk.begin()
    with pytest.raises(QuotaSpent):
        desk.begin()
    desk.youtube.channel()
    desk.youtube.channel()
    with pytest.raises(QuotaSpent):
        desk.youtube.channel()


def test_a_token_youtube_no_longer_takes_is_renewed_once(desk: Desk) -> None:
    desk.youtube.channel()
    desk.google.expire()
    assert desk.youtube.channel().id == "UCharbour"
    session = desk.begin()
    desk.google.expire()
    assert desk.send(session).finished
    assert desk.twin.asked("google_oauth.token") == 3


def test_a_token_that_is_refused_again_after_its_renewal_is_a_persons_matter(desk: Desk) -> None:
    desk.twin.misbehave("youtube.channel", "refuse", words="authError", times=5)
    with pytest.raises(TokenRevoked, match="videofactory keys youtube harbour"):
        desk.youtube.channel()
    assert desk.twin.asked("youtube.channel") == 2


def test_reading_is_repeated_through_passing_trouble(desk: Desk) -> None:
    desk.twin.misbehave("youtube.channel", "error", value=503, times=2)
    assert desk.youtube.channel().title == "Harbour on YouTube"
    assert len(desk.waits) == 2
    desk.twin.misbehave("youtube.channel", "error", value=503, times=3)
    with pytest.raises(Passing):
        desk.youtube.channel()


def test_an_account_without_a_channel_says_what_to_do(desk: Desk) -> None:
    desk.room.signed_up = False
    with pytest.raises(AccountClosed, match=r"make one, or choose another account.*videofactory keys youtube harbour"):
        desk.youtube.channel()


def test_no_token_and_no_client_secret_stands_in_an_error(desk: Desk) -> None:
    token = desk.token()
    desk.twin.misbehave("youtube.begin", "error", value=400, words=f"bad twin-GOOGLE_OAUTH_CLIENT_SECRET {token}")
    with pytest.raises(EngineRejected) as caught:
        desk.begin()
    assert "twin-GOOGLE_OAUTH_CLIENT_SECRET" not in str(caught.value)
    assert token not in str(caught.value)
