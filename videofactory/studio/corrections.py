"""Correcting a published film: what YouTube has of it is held against what the factory would send now, and only that is sent.

    title, description, tags, category, language, declarations   compared with what YouTube says
    captions, thumbnail                                          compared with the hashes of what was sent

Who may watch it, and when it opens, stays as it is. The film itself cannot be replaced at YouTube. What is about to be sent is
audited before, each part once more when it is there; a part whose answer was lost is recognised: the next try compares again.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from videofactory.domain.channel import Channel
from videofactory.domain.errors import (
    Busy,
    Conflict,
    FactoryError,
    Lasting,
    NeedsPerson,
    NotFound,
    OutcomeUnknown,
    Passing,
    QuotaSpent,
    StillRunning,
)
from videofactory.domain.fingerprint import canonical, sha256_text
from videofactory.domain.value import Value
from videofactory.ledger.uploads import Upload
from videofactory.providers.youtube.answers import Described
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.metadata import VideoMetadata
from videofactory.studio.allowance import Request, exhaust, take
from videofactory.studio.approval import film_of, require_publishable
from videofactory.studio.factory import Studio
from videofactory.studio.heart import Heart
from videofactory.studio.publishing import Film, describe
from videofactory.studio.video_metadata import require_valid
from videofactory.studio.withdrawing import Connect
from videofactory.studio.youtube_access import youtube_for

FIELDS = ("title", "description", "tags", "category", "language", "made_for_kids", "synthetic_media")
"""What of a video's metadata is corrected; who may watch it is none of it."""
METADATA, CAPTIONS, THUMBNAIL = "metadata", "captions", "thumbnail"

T = TypeVar("T")


class Change(Value):
    """One thing that differs. `present` and `wanted` are YouTube's and ours; hashes for captions and thumbnail, where known."""

    part: str
    field: str
    present: str
    wanted: str


class Correction(Value):
    """What differs from what is published, and which parts of it were sent."""

    video_id: str
    changes: tuple[Change, ...]
    sent: tuple[str, ...] = ()


def correct(
    studio: Studio, film: Film, *, who: str, why: str, dry_run: bool = False, youtube: Connect = youtube_for
) -> Correction:
    """Send what differs, or only say what does.

    Raises `Conflict` when YouTube has no video of this very film, `GateClosed` when it is not approved, `InvalidInput` for
    metadata YouTube would not take, `StillRunning` when the rest has to be asked for again, and what YouTube says.
    """
    channel = studio.channel_of(film.project)
    require_publishable(studio, film.project, film.cut, film.taken)
    upload = _published(studio, film, channel)
    require_valid(describe(channel, film, None), channel=channel)
    desk = _Desk(studio, channel, film, upload, youtube=youtube(studio, channel))
    return desk.look() if dry_run else _held(studio, desk, upload, who=who, why=why)


def _published(studio: Studio, film: Film, channel: Channel) -> Upload:
    """The upload of the video, whose film is the project's present one."""
    upload = studio.ledger.uploads.find(film.project, film_of(film.cut, channel).film.sha256)
    if upload is not None and upload.video_id:
        return upload
    other = any(one.video_id for one in studio.ledger.uploads.all(project=film.project))
    words = "another cut" if other else "no video"
    remedy = f"Take that one off, then publish this one: videofactory publish {film.project} --withdraw REASON"
    raise Conflict(
        f"YouTube has {words} of {film.project}: there is nothing of this film to correct.",
        remedy=remedy if other else f"Publish it: videofactory publish {film.project}",
    )


def _held(studio: Studio, desk: "_Desk", upload: Upload, *, who: str, why: str) -> Correction:
    """Correct while holding the upload, so that no run works on it meanwhile."""
    key = (upload.project, upload.film)
    try:
        studio.ledger.uploads.hold(*key)
    except Busy as error:
        raise StillRunning(f"A run works on the video of {upload.project}.", remedy="Correct it when it is over.") from error
    try:
        with Heart(studio.ledger.uploads).beating(metered=True):
            return desk.correct(who=who, why=why)
    except (Passing, OutcomeUnknown) as error:
        again = f"{error.remedy} Then once more; what is done is not sent again.".strip()
        wait = error.retry_after if isinstance(error, Passing) else None
        raise StillRunning(error.message, remedy=again, retry_after=wait) from error
    finally:
        studio.ledger.uploads.let_go(*key)


class _Desk:
    """One video, for whoever holds it."""

    def __init__(self, studio: Studio, channel: Channel, film: Film, upload: Upload, *, youtube: YouTube) -> None:
        self._studio = studio
        self._channel = channel
        self._film = film
        self._upload = upload
        self._youtube = youtube
        self._key = (upload.project, upload.film)
        self._video = upload.video_id or ""

    def look(self) -> Correction:
        """What differs."""
        return Correction(video_id=self._video, changes=self._changes(self._described()))

    def correct(self, *, who: str, why: str) -> Correction:
        """Send each part that differs. A part that fails does not stop those after it."""
        present = self._described()
        changes = self._changes(present)
        if changes:
            self._studio.ledger.audit.note(
                "video correction asked for", who=who, project=self._upload.project, why=why, detail=_detail(changes)
            )
        sent: list[str] = []
        failures: list[FactoryError] = []
        for part in dict.fromkeys(change.part for change in changes):
            try:
                content = self._send(part, present)
            except (Passing, OutcomeUnknown, NeedsPerson):
                raise
            except FactoryError as error:
                failures.append(error)
                continue
            detail = _detail(change for change in changes if change.part == part)
            self._studio.ledger.videos.corrected(*self._key, step=part, content=content, who=who, why=why, detail=detail)
            sent.append(part)
        if failures:
            words = "; ".join(str(error) for error in failures)
            done = f" Corrected: {', '.join(sent)}." if sent else ""
            raise Lasting(f"Not all of video {self._video} could be corrected: {words}{done}")
        return Correction(video_id=self._video, changes=changes, sent=tuple(sent))

    def _described(self) -> Described:
        try:
            return self._take("describe", lambda: self._youtube.described(self._video))
        except NotFound as error:
            self._studio.ledger.videos.gone(*self._key, video_id=self._video)
            again = f"'videofactory publish {self._film.project}' makes a new one."
            raise Lasting(f"YouTube has no video {self._video} any more: somebody deleted it.", remedy=again) from error

    def _changes(self, present: Described) -> tuple[Change, ...]:
        told, wanted = present.model_dump(), self._wanted(present).model_dump()
        words = [
            Change(part=METADATA, field=name, present=_words(told[name]), wanted=_words(wanted[name]))
            for name in FIELDS
            if _words(told[name]) != _words(wanted[name])
        ]
        sent = self._studio.ledger.videos.find(*self._key).contents
        files = [
            Change(part=part, field=part, present=sent.get(part, ""), wanted=content)
            for part, content in self._files()
            if sent.get(part) != content
        ]
        return (*words, *files)

    def _files(self) -> Sequence[tuple[str, str]]:
        """Captions and thumbnail by their hashes, as far as the publication has come to them: what is missing is its to do."""
        cut = self._film.cut
        spoken = self._film.plan.timelines[film_of(cut, self._channel).aspect].captions
        wanted = [(CAPTIONS, cut.srt.sha256)] if spoken else []
        return [one for one in [*wanted, (THUMBNAIL, cut.thumbnail.sha256)] if one[0] in self._upload.steps]

    def _wanted(self, present: Described) -> VideoMetadata:
        """What the factory would tell of it now; who may watch it, and when, stays."""
        at = present.publish_at
        ahead = at if at is not None and at > self._studio.ledger.database.time() else None
        metadata = describe(self._channel, self._film, None)
        return metadata.model_copy(update={"privacy": present.privacy, "publish_at": ahead})

    def _send(self, part: str, present: Described) -> str:
        """Send one part; the hash of what YouTube has of it then."""
        if part == METADATA:
            metadata = self._wanted(present)
            self._take("update", lambda: self._youtube.update(self._video, metadata))
            return sha256_text(canonical(metadata.model_dump(mode="json", include=set(FIELDS))))
        if part == CAPTIONS:
            return self._send_captions()
        picture = self._film.cut.thumbnail
        image = self._studio.artifacts.read(picture)
        self._take("thumbnail", lambda: self._youtube.set_thumbnail(self._video, image, media_type=picture.media_type))
        return picture.sha256

    def _send_captions(self) -> str:
        """Put the captions in the place of our track; as a new one where somebody deleted it. Never as a second one."""
        text, language = self._studio.artifacts.read(self._film.cut.srt), self._film.taken.language
        tracks = self._take("list_captions", lambda: self._youtube.list_captions(self._video))
        ours = [track for track in tracks if track.own and (track.language, track.name) == (language, "")]
        if ours:
            self._take("replace_captions", lambda: self._youtube.replace_captions(ours[0].id, text))
        else:
            self._take("captions", lambda: self._youtube.add_captions(self._video, text, language=language))
        return self._film.cut.srt.sha256

    def _take(self, request: Request, send: Callable[[], T]) -> T:
        take(self._studio, self._channel, request)
        try:
            return send()
        except QuotaSpent:
            exhaust(self._studio, self._channel, request)
            raise


def _detail(changes: Iterable[Change]) -> dict[str, Any]:
    return {change.field: {"was": change.present, "is": change.wanted} for change in changes}


def _words(value: object) -> str:
    """A field as text: tags in their order, without what YouTube strips at the ends."""
    return ", ".join(value) if isinstance(value, tuple) else str(value).replace("\r\n", "\n").strip()
