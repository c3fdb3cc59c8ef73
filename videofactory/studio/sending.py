"""Sending a film to YouTube once: a session that is kept before the first byte, resumed at the byte YouTube confirmed.

A session that is gone may have finished before it went: the channel's own uploads are looked through before another one begins.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from videofactory.domain.channel import Channel
from videofactory.domain.errors import CallParked, Passing
from videofactory.ledger.limits import channel_gate
from videofactory.ledger.uploads import Upload
from videofactory.providers.youtube.answers import Candidate, Sent
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.metadata import VideoMetadata
from videofactory.studio.allowance import Request
from videofactory.studio.factory import Studio
from videofactory.studio.material import Master
from videofactory.studio.steps import Steps

STAGE = "youtube_video"
TRIES = 5
"""How often in a row a broken line is mended without one more byte arriving, before the run gives up for now."""
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
LOOKS = (0.0, 20.0, 60.0)
"""Seconds before each look for a film whose session is gone: how soon YouTube lists a new upload is not documented."""
PARTS = 20
"""In how many parts the progress of an upload is told."""

T = TypeVar("T")


class Take(Protocol):
    """Books a request's allowance, and sends it."""

    def __call__(self, request: Request, send: Callable[[], T], /) -> T:
        """What was answered."""


class Sending:
    """One film's upload, for the process that holds it. `still` raises what stops it: it is asked at each part that has left."""

    def __init__(
        self,
        studio: Studio,
        channel: Channel,
        upload: Upload,
        *,
        youtube: YouTube,
        take: Take,
        still: Callable[[], None] = lambda: None,
    ) -> None:
        self._studio = studio
        self._uploads = studio.ledger.uploads
        self._channel = channel
        self._upload = upload
        self._youtube = youtube
        self._take = take
        self._still = still
        self._part = 0
        self._key = (upload.project, upload.film)

    def steps(self, metadata: VideoMetadata, master: Master) -> Steps[Upload]:
        """Bring the whole film to YouTube; the upload with its video's id."""
        session = self._upload.session
        known = None if session is None else Sent(session=session, expired=not session)
        while True:
            if known is None:
                known = yield from self._begun(metadata)
            elif not known.expired:
                known = self._ask(known)
            known = yield from self._fed(known, master)
            video = known.video_id or (yield from self._arrived(metadata, master))
            if video:
                return self._uploads.sent(*self._key, video_id=video)
            known = None

    def _begun(self, metadata: VideoMetadata) -> Steps[Sent]:
        """Open a session: within the channel's rate, written down before it is asked for and before it is used."""
        while wait := self._studio.ledger.limits.enter_all([channel_gate(self._channel.key, what="uploads")]):
            yield wait
        at = metadata.publish_at
        if at is not None and at <= self._studio.ledger.database.time():
            privacy = self._channel.youtube.privacy if self._channel.youtube else "private"
            metadata = metadata.model_copy(update={"publish_at": None, "privacy": privacy})

        def begin() -> str:
            self._upload = self._uploads.beginning(*self._key)
            return self._youtube.begin(metadata, size=self._upload.size)

        session = self._take("insert", begin)
        self._upload = self._uploads.began(*self._key, session=session)
        return Sent(session=session)

    def _fed(self, known: Sent, master: Master) -> Steps[Sent]:
        """Send what is missing until all is there or the session is gone."""
        tries, wait = 0, FIRST_WAIT
        path = self._studio.artifacts.path(master.film)
        self._studio.tell(STAGE, "starts", total=PARTS, words="upload")
        while not known.video_id and not known.expired:
            if known.retry_after:
                yield known.retry_after
            before = known.confirmed
            try:
                known = self._youtube.send(known.session, path, offset=before, told=self._told)
                if not known.video_id and not known.expired:
                    self._note(known)
            except Passing as error:
                if tries >= TRIES:
                    raise
                yield error.retry_after or wait
                known = self._ask(known)
            tries, wait = (tries + 1, min(wait * 2, LONGEST_WAIT)) if known.confirmed <= before else (0, FIRST_WAIT)
            if tries > TRIES:
                raise Passing(f"YouTube takes no more of the film of {self._key[0]}: {before} bytes are there.")
        return known

    def _ask(self, known: Sent) -> Sent:
        """How far the session is, by YouTube's own word."""
        found = self._youtube.ask(known.session, size=self._upload.size)
        if not found.video_id and not found.expired:
            self._note(found)
        return found

    def _note(self, known: Sent) -> None:
        self._upload = self._uploads.progress(*self._key, session=known.session, confirmed=known.confirmed)

    def _told(self, left: int) -> None:
        """So many bytes have left."""
        part = left * PARTS // max(self._upload.size, 1)
        if part > self._part:
            self._still()
            self._part = part
            self._studio.tell(STAGE, "made", piece=f"upload {part}/{PARTS}", words=f"{left} of {self._upload.size} bytes")

    def _arrived(self, metadata: VideoMetadata, master: Master) -> Steps[str]:
        """The video of a film whose session is gone; empty when YouTube certainly lists none. Parks what nobody can tell."""
        title, seconds = metadata.title, master.seconds
        found: list[Candidate] = []
        for wait in LOOKS:
            if wait:
                yield wait
            found = self._take("find", self._listed(title, seconds))
            certain = [candidate for candidate in found if candidate.certain]
            if certain:
                return certain[0].video_id
        if found:
            words = f"It may be {' or '.join(candidate.video_id for candidate in found)}; YouTube does not say how large that is."
            self._uploads.park(*self._key, problem=words)
            raise CallParked(
                f"Nobody can tell yet whether the film of {self._key[0]} is on YouTube. {words}",
                remedy=f"Wait till YouTube has measured it, or look in YouTube Studio: videofactory publish {self._key[0]}"
                " goes on by itself when it can tell; with --adopt VIDEO_ID or --send-anew as you say.",
            )
        return ""

    def _listed(self, title: str, seconds: float) -> Callable[[], list[Candidate]]:
        return lambda: candidates(self._studio, self._youtube, self._upload, title=title, seconds=seconds)


def candidates(studio: Studio, youtube: YouTube, upload: Upload, *, title: str, seconds: float) -> list[Candidate]:
    """Videos that may be this film: of its size, or of a size YouTube does not know yet. One another project has is not it."""
    since = datetime.fromisoformat(upload.sent_at or upload.created_at).astimezone(UTC)
    others = {one.video_id for one in studio.ledger.uploads.all(channel=upload.channel)}
    found = youtube.find(title=title, size=upload.size, seconds=seconds, since=since)
    return [one for one in found if one.video_id not in others and (one.certain or one.size is None)]
