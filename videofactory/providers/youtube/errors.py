"""Every documented error of the YouTube Data API as one of ours, by the `reason` it gives; others go by their status."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from videofactory.domain.errors import (
    AccountClosed,
    Busy,
    Conflict,
    EngineRejected,
    FactoryError,
    InvalidInput,
    MediaBroken,
    NotFound,
    Problem,
    QuotaSpent,
    TokenRevoked,
)
from videofactory.providers.http import SAID, Answer, ErrorReading

PACIFIC = ZoneInfo("America/Los_Angeles")
"""Google's quotas begin anew at midnight there."""
DAY = 86_400.0
FIELDS: Mapping[str, str] = {
    "invalidTitle": "title",
    "invalidDescription": "description",
    "invalidTags": "tags",
    "invalidCategoryId": "category",
    "invalidVideoMetadata": "metadata",
    "invalidPublishAt": "publish_at",
    "invalidPublishScheduleForVideo": "publish_at",
    "invalidRecordingDetails": "recording details",
    "invalidVideoGameRating": "game rating",
    "defaultLanguageNotSet": "language",
    "invalidFilename": "file name",
    "mediaBodyRequired": "file",
    "contentRequired": "captions",
    "invalidMetadata": "captions",
    "nameTooLong": "caption name",
}
"""What of what we sent is wrong, by the reason YouTube gives."""
NO_CHANNEL = "youtubeSignupRequired"
CLOSED: Mapping[str, str] = {
    NO_CHANNEL: "This Google account has no YouTube channel: make one, or choose another account.",
    "channelClosed": "The YouTube channel is closed: open it again, or choose another.",
    "channelSuspended": "The YouTube channel is suspended: appeal in YouTube Studio, or choose another.",
    "authenticatedUserAccountClosed": "The Google account is closed: choose another.",
    "authenticatedUserAccountSuspended": "The Google account is suspended: appeal at Google, or choose another.",
    "authenticatedUserNotChannel": "This Google account is no channel: choose the channel itself when you give leave.",
    "accessNotConfigured": "Switch on 'YouTube Data API v3' in the Google Cloud project; if the project is another by now:",
}
"""What a person has to do before this account may do anything, by the reason YouTube gives."""
REJECTED: Mapping[str, str] = {
    "forbidden": "The channel may not do this: see YouTube Studio (an own thumbnail needs a verified phone number).",
    "forbiddenLicenseSetting": "The channel may not set this licence.",
    "forbiddenPrivacySetting": "The channel may not set this privacy: change `youtube: {privacy: …}` in the channel's file.",
    "uploadTooLarge": "The film is larger than YouTube takes.",
    "playlistContainsMaximumNumberOfVideos": "The playlist is full: name another in the channel's file.",
    "playlistItemsNotAccessible": "The playlist belongs to another channel: name one of this channel's.",
    "invalidPlaylistItemPosition": "The playlist does not take a video at this place.",
    "manualSortRequired": "Set the playlist's order to manual in YouTube Studio.",
    "videoAlreadyInAnotherSeriesPlaylist": "The video is in another series already: take it out there, or name another playlist.",
}
"""Where another try gives the same answer, though the account is well, by the reason YouTube gives."""


class AccessExpired(TokenRevoked):
    """YouTube does not take this access token: it is renewed once; when that does not help, a person gives leave anew."""


def leave(channel: str) -> str:
    """The command that gives leave anew."""
    return f"Run: videofactory keys youtube {channel or 'CHANNEL'}"


def closed(reason: str, said: str, *, channel: str) -> AccountClosed:
    """That the account may do nothing, with what a person has to do."""
    return AccountClosed(said, remedy=f"{CLOSED[reason]} {leave(channel)}")


def until_midnight(now: datetime) -> float:
    """Seconds until the quota's next day begins (midnight Pacific), right on the days the clocks change."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    begins = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PACIFIC)
    return (begins.astimezone(UTC) - now.astimezone(UTC)).total_seconds()


def reading(channel: str) -> ErrorReading:
    """How answers that are no success are understood for this channel of ours, which the remedies name."""

    def read(answer: Answer) -> FactoryError | None:
        reason, words = _said(answer)
        said = f"YouTube answered {answer.status} {reason}: {words}".replace(" :", ":")
        return _limits(reason, said, answer) or _account(reason, said, answer, channel) or _request(reason, said, words)

    return read


def _limits(reason: str, said: str, answer: Answer) -> FactoryError | None:
    if reason in {"quotaExceeded", "dailyLimitExceeded"}:
        remedy = "The Google project's quota is used up; there is more after midnight Pacific time."
        return QuotaSpent(said, remedy=remedy, retry_after=until_midnight(datetime.now(UTC)))
    if reason == "uploadLimitExceeded":
        remedy = "YouTube lets this channel upload no more today; it goes on after 24 hours."
        return QuotaSpent(said, remedy=remedy, retry_after=DAY)
    if reason in {"rateLimitExceeded", "userRateLimitExceeded"}:
        return Busy(said, retry_after=answer.retry_after)
    return None


def _account(reason: str, said: str, answer: Answer, channel: str) -> FactoryError | None:
    if reason in CLOSED:
        return closed(reason, said, channel=channel)
    if reason == "insufficientPermissions":
        return TokenRevoked(said, remedy=f"The leave does not reach far enough. {leave(channel)}")
    if answer.status == httpx.codes.UNAUTHORIZED:
        return AccessExpired(said, remedy=leave(channel))
    return None


def _request(reason: str, said: str, words: str) -> FactoryError | None:
    if reason in FIELDS:
        return InvalidInput([Problem(file="YouTube", field=FIELDS[reason], value=reason, remedy=words or "change it")])
    if reason in REJECTED:
        return EngineRejected(said, remedy=REJECTED[reason])
    if reason in {"videoNotFound", "playlistNotFound", "captionNotFound"}:
        return NotFound(said, remedy="Somebody deleted it, or the channel's file names a wrong one.")
    if reason == "captionExists":
        return Conflict(said)
    return (
        MediaBroken(said, remedy="YouTube does not read the picture: give a JPEG or PNG.") if reason == "invalidImage" else None
    )


def _said(answer: Answer) -> tuple[str, str]:
    """The reason and the words of an error body; empty where it has none."""
    try:
        error: Any = json.loads(answer.text)["error"]
        listed = (error.get("errors") or [{}])[0]
        return str(listed.get("reason") or error.get("status") or ""), str(error.get("message") or "")[:SAID]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", answer.text[:SAID]
