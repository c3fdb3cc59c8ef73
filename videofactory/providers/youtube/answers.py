"""What YouTube says of an upload, of a video being processed, of a caption track and of the channel a token belongs to."""

from datetime import datetime
from typing import Literal

from videofactory.domain.errors import EngineFailed, FactoryError, NotFound, Refused
from videofactory.domain.value import Value

_REASONS = {
    "conversion": "YouTube could not convert the film",
    "invalidFile": "YouTube could not read the file",
    "emptyFile": "the file is empty",
    "tooSmall": "the file is too small",
    "codec": "YouTube does not know the codec",
    "uploadAborted": "the upload was broken off",
    "uploadFailed": "the upload failed",
    "transcodeFailed": "YouTube could not convert the film",
    "streamingFailed": "YouTube could not prepare the film for streaming",
    "copyright": "it holds what somebody else owns",
    "claim": "somebody else claims what it holds",
    "trademark": "it holds somebody else's trademark",
    "duplicate": "the channel has the same video already",
    "inappropriate": "YouTube finds it inappropriate",
    "termsOfUse": "it breaks YouTube's terms",
    "legal": "there is a legal complaint",
    "length": "it is longer than this account may upload: verify its phone number",
    "uploaderAccountSuspended": "the account is suspended",
    "uploaderAccountClosed": "the account is closed",
}


class Sent(Value):
    """How far a session is. `confirmed` bytes are stored for sure; `video_id` when it is finished; `expired`: it is gone.

    `session` is where it goes on: nearly always the same address, a new one where YouTube says so. After `expired` the uploads
    are looked through (`YouTube.find`) before anything is sent again: the video may be there all the same.
    """

    session: str
    confirmed: int = 0
    video_id: str = ""
    expired: bool = False
    retry_after: float | None = None

    @property
    def finished(self) -> bool:
        """Whether YouTube has the whole film."""
        return bool(self.video_id)


class Candidate(Value):
    """A video of the channel that may be the one looked for. `size` in bytes, `seconds` long; `None` while YouTube does not know.

    `certain` when its size is known and is the file's own; title and hour alone are likely, not sure.
    """

    video_id: str
    title: str
    uploaded_at: datetime
    size: int | None = None
    seconds: float | None = None
    state: str = ""
    certain: bool = False


class Processing(Value):
    """How YouTube's processing goes. `share` done from 0 to 1 and `seconds_left` where it tells; `reason` is its own word."""

    video_id: str
    state: Literal["processing", "ready", "failed", "rejected", "gone"]
    reason: str = ""
    share: float | None = None
    seconds_left: float | None = None
    privacy: str = ""
    publish_at: datetime | None = None

    @property
    def error(self) -> FactoryError | None:
        """What went wrong for good; `None` while it is processed, and when it is ready."""
        words = _REASONS.get(self.reason, self.reason or "no reason given")
        if self.state == "failed":
            return EngineFailed(
                f"YouTube could not process video {self.video_id}: {words} ({self.reason or 'no reason'}).",
                remedy="Look at the film, delete the video in YouTube Studio, then publish again.",
            )
        if self.state == "rejected":
            return Refused(
                f"YouTube rejected video {self.video_id}: {words} ({self.reason}).", remedy="See it in YouTube Studio."
            )
        if self.state == "gone":
            return NotFound(f"YouTube has no video {self.video_id} any more.", remedy="Somebody deleted it; see YouTube Studio.")
        return None


class Caption(Value):
    """A caption track of a video. `state`: serving, syncing or failed; `own`: somebody gave it, YouTube did not hear it."""

    id: str
    language: str
    name: str = ""
    state: str = ""
    own: bool = True


class Described(Value):
    """What a video says of itself now, as `VideoMetadata` words it. `publish_at`: when YouTube opens it, if it does."""

    title: str
    description: str
    tags: tuple[str, ...]
    category: str
    language: str
    privacy: Literal["private", "unlisted", "public"]
    publish_at: datetime | None
    made_for_kids: bool
    synthetic_media: bool

    @property
    def shut(self) -> bool:
        """Whether nobody but its owner can watch it, now and later."""
        return self.privacy == "private" and self.publish_at is None


class OwnChannel(Value):
    """The YouTube channel a token opens. `uploads` is the playlist of all its uploads."""

    id: str
    title: str
    uploads: str
