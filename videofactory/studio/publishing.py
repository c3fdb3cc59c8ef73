"""Station `youtube_video`: one film to its channel, exactly once, whatever crashes; then thumbnail, captions and playlist.

    plan → session (kept before the first byte) → bytes → thumbnail, captions, playlist (each once) → processed

What is done stands in the ledger's uploads. A film goes on where it stopped: at the byte YouTube confirmed, or after the last
step done. Which film may be published is `studio.approval`, when is `studio.programme`, what the video says of itself
`studio.video_metadata`, how the bytes get there `studio.sending`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.errors import (
    Busy,
    FactoryError,
    Lasting,
    NeedsPerson,
    NotFound,
    OutcomeUnknown,
    Passing,
    QuotaSpent,
    Refused,
    StillRunning,
)
from videofactory.domain.timeline import Timeline
from videofactory.ledger.uploads import Upload, UploadState
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.metadata import VideoMetadata
from videofactory.studio.allowance import Request, exhaust, take
from videofactory.studio.approval import film_of, require_publishable
from videofactory.studio.factory import Studio
from videofactory.studio.heart import Heart
from videofactory.studio.material import CutPlan, FinalCut, Master, Published, ScriptVersion
from videofactory.studio.programme import planned
from videofactory.studio.sending import Sending
from videofactory.studio.status import video_url
from videofactory.studio.steps import Steps, run
from videofactory.studio.video_metadata import metadata_of, require_valid
from videofactory.studio.withdrawing import require_not_withdrawn
from videofactory.studio.youtube_access import youtube_for

STAGE = "youtube_video"
SOON = 60.0
"""Seconds after which a publication that something passing stopped is gone on with by itself."""
LATER = 3600.0
"""The same where a person has to do something first: by then he may have."""
LONGEST_PROCESSING = 1800.0
"""How long one run watches YouTube process a film, in seconds; another one goes on after it."""
FIRST_LOOK, LONGEST_LOOK = 2.0, 60.0
"""Seconds between two looks at the processing: half as long again each time, up to the second."""
CHANNELS_OWN = "uploadLimitExceeded"
"""YouTube's word for the channel's own limit, which is none of the Google project's."""
SHORT_SECONDS = 180.0
"""A video in portrait or square up to this long is a Short, whose thumbnail is taken only when it is processed."""

T = TypeVar("T")


@dataclass(frozen=True)
class Film:
    """All that a publication is made of."""

    project: str
    taken: TakenIn
    version: ScriptVersion
    plan: CutPlan
    cut: FinalCut


def make(
    studio: Studio,
    film: Film,
    *,
    youtube: Callable[[Studio, Channel], YouTube] = youtube_for,
    sleep: Callable[[float], None] = time.sleep,
) -> Published:
    """Publish the film, or go on with it. Raises what stops it, which also stands in the ledger.

    `GateClosed` while a person has to approve it; `StillRunning` when it goes on later by itself.
    """
    channel = studio.channel_of(film.project)
    require_publishable(studio, film.project, film.cut, film.taken)
    master = film_of(film.cut, channel)
    require_not_withdrawn(studio, studio.ledger.uploads.find(film.project, master.film.sha256))
    upload = planned(studio, film.project, master, now=False)
    if upload.state is not UploadState.DONE:
        require_valid(describe(channel, film, upload.publish_at), channel=channel)
        upload = _held(studio, channel, film, master, youtube=youtube, sleep=sleep)
    return Published(
        film=master.film,
        video_id=upload.video_id or "",
        url=video_url(upload.video_id or ""),
        publish_at=upload.publish_at or "",
        privacy=describe(channel, film, upload.publish_at).privacy,
        steps=upload.steps,
    )


def describe(channel: Channel, film: Film, publish_at: str | None) -> VideoMetadata:
    """The video's metadata, for a video that YouTube opens then (ISO 8601), or at once."""
    timeline = _timeline(film, film_of(film.cut, channel))
    at = datetime.fromisoformat(publish_at) if publish_at else None
    return metadata_of(channel, film.version.script, timeline, language=film.taken.language, publish_at=at)


def _timeline(film: Film, master: Master) -> Timeline:
    return film.plan.timelines[master.aspect]


def _held(
    studio: Studio,
    channel: Channel,
    film: Film,
    master: Master,
    *,
    youtube: Callable[[Studio, Channel], YouTube],
    sleep: Callable[[float], None],
) -> Upload:
    """Hold the upload while working on it, and write down what stops it."""
    ledger, key = studio.ledger.uploads, (film.project, master.film.sha256)
    try:
        upload = ledger.hold(*key)
    except Busy as error:
        raise StillRunning(error.message, remedy="It goes on there.") from error
    try:
        with Heart(ledger).beating(metered=True):
            work = Publication(studio, channel, film, upload, youtube=youtube(studio, channel))
            return run(work.steps(), sleep=sleep)
    except (Passing, OutcomeUnknown) as error:
        wait = max(SOON, (error.retry_after or 0.0) if isinstance(error, Passing) else 0.0)
        ledger.later(*key, seconds=wait, problem=str(error))
        raise StillRunning(error.message, remedy=error.remedy or "It goes on by itself.", retry_after=wait) from error
    except NeedsPerson as error:
        ledger.later(*key, seconds=LATER, problem=str(error))
        raise
    except (Lasting, Refused) as error:
        _failed(studio, upload=ledger.find(*key) or upload, error=error)
        raise
    finally:
        ledger.let_go(*key)


def _failed(studio: Studio, *, upload: Upload, error: FactoryError) -> None:
    """Something lasting. A video that is there keeps its slot and its steps; publishing again does what is missing."""
    key = (upload.project, upload.film)
    if upload.video_id and not isinstance(error, _VideoUseless):
        studio.ledger.uploads.later(*key, seconds=LATER, problem=str(error))
    else:
        studio.ledger.uploads.fail(*key, problem=str(error), gone=bool(upload.video_id))


class _VideoUseless(Lasting):
    """YouTube could not process the video, rejected it, or somebody deleted it."""


class Publication:
    """One film's way, for the process that holds it."""

    def __init__(self, studio: Studio, channel: Channel, film: Film, upload: Upload, *, youtube: YouTube) -> None:
        self._studio = studio
        self._channel = channel
        self._film = film
        self._upload = upload
        self._youtube = youtube
        self._key = (upload.project, upload.film)
        self._master = film_of(film.cut, channel)

    def steps(self) -> Steps[Upload]:
        """Send the film, then do each step that is not done. A step that fails does not stop those after it."""
        if not self._upload.video_id:
            sending = Sending(
                self._studio, self._channel, self._upload, youtube=self._youtube, take=self._take, still=self._require_wanted
            )
            metadata = describe(self._channel, self._film, self._upload.publish_at)
            self._upload = yield from sending.steps(metadata, self._master)
        if self._studio.ledger.videos.find(*self._key).to_open(self._upload):
            self._open()
        failures: list[FactoryError] = []
        for name, act in self._wanted():
            if name not in self._upload.steps:
                try:
                    yield from act()
                except (Lasting, Refused) as error:
                    if isinstance(error, _VideoUseless):
                        raise
                    failures.append(error)
                else:
                    self._upload = self._studio.ledger.uploads.step(*self._key, name)
                    self._studio.tell(STAGE, "made", piece=name)
        if failures:
            words = "; ".join(str(error) for error in failures)
            again = f"Then 'videofactory publish {self._film.project}' does what is missing."
            raise Lasting(f"The film is on YouTube as {self._upload.video_id}, but not complete: {words}", remedy=again)
        return self._studio.ledger.uploads.done(*self._key)

    def _wanted(self) -> list[tuple[str, Callable[[], Steps[None]]]]:
        """The steps after the upload, in order."""
        steps = [("thumbnail", self._thumbnail), ("captions", self._captions), ("playlist", self._playlist)]
        upright = self._master.aspect != "16:9" and self._master.seconds <= SHORT_SECONDS
        processing = ("processing", self._processing)
        return [*steps[1:], processing, steps[0]] if upright else [*steps, processing]

    def _open(self) -> None:
        """Tell YouTube when the video opens, where that is not what it was told with the upload."""
        at = datetime.fromisoformat(self._upload.publish_at) if self._upload.publish_at else None
        ahead = at is not None and at > self._studio.ledger.database.time()
        privacy = describe(self._channel, self._film, self._upload.publish_at if ahead else None).privacy
        try:
            self._take("open", lambda: self._youtube.open_or_shut(self._video, privacy=privacy, publish_at=at if ahead else None))
        except NotFound as error:
            raise _VideoUseless(error.message, remedy=error.remedy) from error
        told = self._upload.publish_at if ahead else None
        self._studio.ledger.videos.opened(*self._key, publish_at=told, privacy=privacy)

    def _require_wanted(self) -> None:
        """Raises `GateClosed` when the film was withdrawn or its approval taken back while it was worked on."""
        require_publishable(self._studio, self._film.project, self._film.cut, self._film.taken)
        require_not_withdrawn(self._studio, self._upload)

    def _thumbnail(self) -> Steps[None]:
        picture = self._film.cut.thumbnail
        yield from ()
        image = self._studio.artifacts.read(picture)
        self._take("thumbnail", lambda: self._youtube.set_thumbnail(self._video, image, media_type=picture.media_type))
        self._studio.ledger.videos.kept(*self._key, step="thumbnail", content=picture.sha256)

    def _captions(self) -> Steps[None]:
        yield from ()
        if _timeline(self._film, self._master).captions:
            text, language = self._studio.artifacts.read(self._film.cut.srt), self._film.taken.language
            self._take("captions", lambda: self._youtube.add_captions(self._video, text, language=language))
            self._studio.ledger.videos.kept(*self._key, step="captions", content=self._film.cut.srt.sha256)

    def _playlist(self) -> Steps[None]:
        yield from ()
        playlist = self._channel.youtube.playlist if self._channel.youtube else ""
        if playlist:
            self._take("playlist", lambda: self._youtube.add_to_playlist(playlist, self._video))

    def _processing(self) -> Steps[None]:
        """Watch YouTube process the film to its end."""
        waited, pause = 0.0, FIRST_LOOK
        while True:
            found = self._take("processing", lambda: self._youtube.processing(self._video))
            if found.error is not None:
                raise _VideoUseless(found.error.message, remedy=found.error.remedy)
            if found.state == "ready":
                return
            if waited >= LONGEST_PROCESSING:
                raise StillRunning(f"YouTube still processes {self._video} after {waited / 60:.0f} minutes.", retry_after=SOON)
            yield pause
            waited, pause = waited + pause, min(LONGEST_LOOK, pause * 1.5)

    @property
    def _video(self) -> str:
        return self._upload.video_id or ""

    def _take(self, request: Request, send: Callable[[], T]) -> T:
        """Send one request whose allowance is booked first; what YouTube says of it counts more than our books."""
        self._require_wanted()
        take(self._studio, self._channel, request)
        try:
            return send()
        except QuotaSpent as error:
            if CHANNELS_OWN not in error.message:
                exhaust(self._studio, self._channel, request)
            raise
