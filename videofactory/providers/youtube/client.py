"""One YouTube channel through the Data API v3: resumable upload, recovery of lost answers, and the steps after it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from videofactory.providers.account import Account
from videofactory.providers.youtube.answers import Candidate, Caption, OwnChannel, Processing, Sent
from videofactory.providers.youtube.metadata import VideoMetadata


class YouTube:
    """One channel. `access_token` gives a token for each request, `forget` drops one that YouTube no longer takes."""

    def __init__(
        self, account: Account, *, access_token: Callable[[], str], forget: Callable[[], None] = lambda: None
    ) -> None: ...

    def begin(self, metadata: VideoMetadata, *, size: int, media_type: str = "video/mp4") -> str:
        """Open a session for a file of `size` bytes: one `videos.insert`, never repeated. Returns its address, a secret.

        Keep it before a byte is sent. Raises `OutcomeUnknown` when the session may have been opened (costs one insert; no video
        is made by it), `InvalidInput` for metadata, `QuotaSpent`, `AccountClosed`, `TokenRevoked`, `Busy`, `Passing`.
        """

    def send(self, session: str, path: Path, *, offset: int, told: Callable[[int], None]) -> Sent:
        """Stream the file from this byte to its end in one request. `told` hears how many bytes have left; it may raise to stop.

        Raises `Passing` when the line broke or YouTube failed: `ask` before sending again. Other errors end the session.
        """

    def ask(self, session: str, *, size: int) -> Sent:
        """How much of a session's `size` bytes is stored, or the finished video, or that the session is gone."""

    def find(self, *, title: str, size: int, seconds: float | None, since: datetime) -> list[Candidate]:
        """The channel's own uploads since then that may be this file, surest first. 1 unit a page of 50, and as many again."""

    def set_thumbnail(self, video_id: str, image: bytes, *, media_type: str) -> None:
        """Set the picture (JPEG or PNG, at most 50 MB); may be repeated. 50 units."""

    def add_captions(self, video_id: str, content: bytes, *, language: str, name: str = "") -> str:
        """Add a caption track (SRT or WebVTT); its id. One of this language and name that is there counts. 400 units."""

    def list_captions(self, video_id: str) -> tuple[Caption, ...]:
        """The video's caption tracks. 50 units."""

    def add_to_playlist(self, playlist_id: str, video_id: str) -> str:
        """Put the video at the playlist's end unless it is in it; the item's id. 1 unit to look, 50 to add."""

    def update(self, video_id: str, metadata: VideoMetadata) -> None:
        """Write title, description, tags, category, language, privacy and disclosure; the rest stays. 1 unit and 50."""

    def processing(self, video_id: str) -> Processing:
        """How far YouTube is with the video. 1 unit."""

    def channel(self) -> OwnChannel:
        """The channel the token opens. Raises `AccountClosed` when the Google account has none. 1 unit."""
