"""What the twin's YouTube knows: channels, their videos, open sessions, the quota of each Google project; and its error bodies.

A finished upload is a job of the operation `youtube.video` (so `Twin.paid("youtube")` counts videos): it is processed within the
world's `render_seconds`; ordered faults make it fail or be rejected, with YouTube's reason in `words`. A fault `refuse` for any
other operation answers with the documented error whose reason is in `words`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from videofactory_tests.twin.google_oauth import Leave, accounts
from videofactory_tests.twin.server import Asked, Said
from videofactory_tests.twin.world import Job, World

REASONS: dict[str, int] = {
    **dict.fromkeys(
        (
            "invalidTitle", "invalidDescription", "invalidTags", "invalidCategoryId", "invalidVideoMetadata", "invalidPublishAt",
            "invalidPublishScheduleForVideo", "invalidRecordingDetails", "invalidVideoGameRating", "defaultLanguageNotSet",
            "invalidFilename", "mediaBodyRequired", "uploadLimitExceeded", "contentRequired", "invalidMetadata", "nameTooLong",
            "invalidImage", "invalidPlaylistItemPosition", "manualSortRequired", "videoAlreadyInAnotherSeriesPlaylist",
        ),
        400,
    ),
    **dict.fromkeys(("authError", "required", "unauthorized", "expired", "youtubeSignupRequired"), 401),
    **dict.fromkeys(
        (
            "forbidden", "forbiddenLicenseSetting", "forbiddenPrivacySetting", "insufficientPermissions", "channelClosed",
            "channelSuspended", "authenticatedUserAccountClosed", "authenticatedUserAccountSuspended",
            "authenticatedUserNotChannel", "accessNotConfigured", "quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded",
            "userRateLimitExceeded", "playlistContainsMaximumNumberOfVideos", "playlistItemsNotAccessible",
        ),
        403,
    ),
    **dict.fromkeys(("videoNotFound", "playlistNotFound", "captionNotFound"), 404),
    "captionExists": 409,
    "uploadTooLarge": 413,
    "backendError": 503,
    "internalError": 500,
}  # fmt: skip
"""The documented errors and their statuses."""
Handle = Callable[[Asked, Leave], Said | None]


@dataclass
class Session:
    """An open upload. `answer` is the last one, given again to whoever asks."""

    name: str
    size: int
    resource: dict[str, Any]
    stored: bytearray = field(default_factory=bytearray)
    chunk: int = 0
    answer: Said | None = None


@dataclass
class Room:
    """All of YouTube. Limits are per Google project and day (midnight Pacific); delays in seconds."""

    world: World
    insert_limit: int = 100
    unit_limit: int = 10_000
    listing_delay: float = 0.0
    signed_up: bool = True
    now: Callable[[], float] = time.time
    inserts: dict[tuple[str, str], int] = field(default_factory=dict)
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    received: list[int] = field(default_factory=list)
    """Bytes of film that came with each request to a session."""
    playlists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def guarded(self, operation: str, *, units: int, handle: Handle, insert: bool = False) -> Callable[[Asked], Said | None]:
        """The handler behind what every call meets first: the token, the quota, an ordered refusal."""

        def answer(asked: Asked) -> Said | None:
            leave = accounts(self.world).owner(asked)
            if leave is None:
                return refused("authError", "Invalid Credentials")
            with self.world.lock:
                if not self._spend(leave.client, units, insert=insert):
                    return refused("quotaExceeded", "The request cannot be completed because you have exceeded your quota.")
                fault = self.world.strike(operation, job=True) if operation != "youtube.send" else None
                if fault and fault.kind == "refuse":
                    return refused(fault.words)
                return handle(asked, leave)

        return answer

    def videos(self, name: str) -> list[Job]:
        """The videos of a channel, newest first."""
        mine = [job for job in self.world.jobs.values() if job.provider == "youtube" and job.request["channel"] == name]
        return sorted(mine, key=lambda job: (job.created, job.id), reverse=True)

    def video(self, name: str, video_id: str) -> Job | None:
        """One video of a channel."""
        return next((job for job in self.videos(name) if job.id == video_id), None)

    def anyones(self, video_id: str) -> Job | None:
        """A video of any channel."""
        job = self.world.jobs.get(video_id)
        return job if job and job.provider == "youtube" else None

    def status(self, job: Job) -> dict[str, Any]:
        """A video's status now: YouTube opens it by itself when its time has come."""
        status: dict[str, Any] = job.request["status"]
        at = status.get("publishAt")
        if at is None or datetime.fromisoformat(at).timestamp() > self.now():
            return status
        return {**{name: value for name, value in status.items() if name != "publishAt"}, "privacyStatus": "public"}

    def _spend(self, client: str, units: int, *, insert: bool) -> bool:
        """Count the call, also one beyond the limit."""
        day = (client, datetime.fromtimestamp(self.now(), UTC).astimezone(ZoneInfo("America/Los_Angeles")).date().isoformat())
        book, limit = (self.inserts, self.insert_limit) if insert else (self.units, self.unit_limit)
        book[day] = book.get(day, 0) + units
        return book[day] <= limit


def room(world: World) -> Room:
    """YouTube in this world."""
    with world.lock:
        found: Room = world.rooms.setdefault("youtube", Room(world))
        return found


def refused(reason: str, message: str = "") -> Said:
    """An error as the API words it."""
    status = REASONS[reason]
    words = message or f"The twin says {reason}."
    domain = "youtube.quota" if reason == "quotaExceeded" else "youtube.video"
    return Said(
        {"error": {"code": status, "message": words, "errors": [{"message": words, "domain": domain, "reason": reason}]}}, status
    )


def wrong_metadata(resource: dict[str, Any]) -> str:
    """The reason YouTube would give for a snippet and status, empty when all is well."""
    snippet, status = resource.get("snippet", {}), resource.get("status", {})
    title, text, tags = str(snippet.get("title", "")), str(snippet.get("description", "")), snippet.get("tags", [])
    if not title.strip() or len(title) > 100 or set("<>") & set(title):
        return "invalidTitle"
    if len(text.encode()) > 5000 or set("<>") & set(text):
        return "invalidDescription"
    if sum(len(tag) + (2 if " " in tag else 0) + 1 for tag in tags) - 1 > 500:
        return "invalidTags"
    if not str(snippet.get("categoryId", "")).isdigit():
        return "invalidCategoryId"
    return "invalidPublishAt" if "publishAt" in status and status.get("privacyStatus") != "private" else ""
