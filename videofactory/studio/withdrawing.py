"""Taking a video off: private, without a time at which YouTube would open it. Asked for by a person, or by `studio.stopping`.

    asked for (ledger) → what YouTube has of it → private → withdrawn (ledger, audit)

It is written down before YouTube is asked, so what cannot be done now is done by the publishing schedule, which tries until it
is. A film whose upload was broken off is asked for at its session first: YouTube may have had the last byte. A withdrawn video
stays what it is, and is opened again (never uploaded again) by `videofactory publish` or a new green light.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from videofactory.domain.channel import Channel
from videofactory.domain.errors import (
    Busy,
    Conflict,
    FactoryError,
    GateClosed,
    InvalidInput,
    NotFound,
    Passing,
    Problem,
    QuotaSpent,
    StillRunning,
)
from videofactory.domain.review import FilmLightGiven, Light
from videofactory.ledger.uploads import BEGUN, Upload, UploadState
from videofactory.ledger.videos import Withdrawal
from videofactory.providers.youtube.client import YouTube
from videofactory.studio.allowance import exhaust, take
from videofactory.studio.factory import Studio
from videofactory.studio.heart import Heart
from videofactory.studio.youtube_access import youtube_for

SOON, LATER = 60.0, 600.0
"""Seconds before another try: where something passing hinders it, and where a person has to do something first."""
LONGEST_WHY = 500
LISTED_BY = timedelta(hours=1)
"""A film whose session is gone, and which YouTube does not list so long after the last byte can have left, is not there."""

Connect = Callable[[Studio, Channel], YouTube]


def withdraw(studio: Studio, project: str, *, who: str, why: str, youtube: Connect = youtube_for) -> Upload:
    """Take the project's video off, now; the upload as it is then. What is off already stays so.

    Raises `InvalidInput` without a reason, `Conflict` when YouTube has nothing of it, `StillRunning` when it goes on by itself,
    and what YouTube says; in both of the last cases the factory goes on trying.
    """
    reason = " ".join(why.split())
    if not 1 <= len(reason) <= LONGEST_WHY:
        raise InvalidInput(
            [Problem(file="publish", field="--withdraw", value=why, remedy=f"say why, in 1 to {LONGEST_WHY} characters")]
        )
    upload = _there(studio, project)
    if upload.state is not UploadState.WITHDRAWN:
        ask(studio, upload, who=who, why=reason)
        carry_out(studio, studio.channel(upload.channel), upload, youtube=youtube)
    return studio.ledger.uploads.find(project, upload.film) or upload


def ask(studio: Studio, upload: Upload, *, who: str, why: str) -> None:
    """Write down that the video is wanted off, by whom and why."""
    entries = len(studio.ledger.reviews.log(upload.project))
    studio.ledger.videos.ask(upload.project, upload.film, who=who, why=why, entries=entries)


def carry_out(studio: Studio, channel: Channel, upload: Upload, *, youtube: Connect = youtube_for) -> None:
    """Take off a video that is wanted off. Raises what hinders it, which also stands in the ledger, and is tried again."""
    ledger, key = studio.ledger, (upload.project, upload.film)
    try:
        upload = ledger.uploads.hold(*key)
    except Busy as error:
        ledger.videos.hindered(*key, problem="A run still works on it.", seconds=SOON)
        raise StillRunning(f"A run works on the video of {upload.project}.", remedy="It stops and is then taken off.") from error
    try:
        with Heart(ledger.uploads).beating(metered=True):
            _shut(studio, channel, upload, youtube=youtube(studio, channel))
    except FactoryError as error:
        passing = isinstance(error, Passing)
        ledger.videos.hindered(*key, problem=str(error), seconds=SOON if passing else LATER)
        if passing:
            raise StillRunning(error.message, remedy=f"{error.remedy} The factory tries again by itself.".strip()) from error
        raise
    finally:
        ledger.uploads.let_go(*key)


def held_back(studio: Studio, upload: Upload) -> Withdrawal | None:
    """The withdrawal that holds for this film: no green light is newer, and nobody asked for it to be opened again."""
    video = studio.ledger.videos.find(upload.project, upload.film)
    off = video.withdrawal
    if off is None or (not video.pending and (video.opening or _green_since(studio, upload.project, off))):
        return None
    return off


def require_not_withdrawn(studio: Studio, upload: Upload | None) -> None:
    """Raises `GateClosed` for a film that was withdrawn, and that nobody wants open again."""
    off = held_back(studio, upload) if upload else None
    if upload is not None and off is not None:
        state = "was withdrawn" if off.done_at else "is being withdrawn"
        remedy = f"To open it again: videofactory publish {upload.project}" if off.done_at else "Wait until it is off."
        raise GateClosed(f"The video of {upload.project} {state} by {off.who}: {off.why}", remedy=remedy)


def let_open_again(studio: Studio, upload: Upload, *, who: str) -> None:
    """A person publishes a film that was withdrawn. Raises `GateClosed` while it is being withdrawn."""
    video = studio.ledger.videos.find(upload.project, upload.film)
    if video.pending:
        require_not_withdrawn(studio, upload)
    if video.withdrawal is not None and not video.opening:
        studio.ledger.videos.let_open(upload.project, upload.film, who=who, why="published again")


def _there(studio: Studio, project: str) -> Upload:
    """The upload of the project that YouTube has, or may have."""
    studio.ledger.projects.get(project)
    present = studio.ledger.uploads.all(project=project)
    for upload in sorted(present, key=lambda one: one.state is UploadState.WITHDRAWN):
        if upload.video_id or upload.state in BEGUN - {UploadState.PARKED}:
            return upload
    parked = any(upload.state is UploadState.PARKED for upload in present)
    words = f"Nobody can tell whether the film of {project} is on YouTube." if parked else f"YouTube has no video of {project}."
    remedy = f"Look in YouTube Studio, then: videofactory publish {project} --adopt VIDEO_ID" if parked else ""
    raise Conflict(words, remedy=remedy or f"To stop it from being sent: videofactory review {project} --film red")


def _green_since(studio: Studio, project: str, off: Withdrawal) -> bool:
    log = studio.ledger.reviews.log(project)
    lights = [entry for entry in log if isinstance(entry, FilmLightGiven)]
    return bool(lights) and lights[-1].light is Light.GREEN and lights[-1].number > off.entries


def _shut(studio: Studio, channel: Channel, upload: Upload, *, youtube: YouTube) -> None:
    """Make the video private, unless it is, or is gone, or never came to be."""
    key = (upload.project, upload.film)
    if not upload.video_id:
        arrived = _arrived(studio, channel, upload, youtube=youtube)
        if not arrived:
            studio.ledger.videos.withdrawn(*key, was_open=False)
            return
        upload = studio.ledger.uploads.sent(*key, video_id=arrived)
    video = upload.video_id or ""
    try:
        take(studio, channel, "look")
        now = youtube.described(video)
        if not now.shut:
            take(studio, channel, "shut")
            youtube.open_or_shut(video, privacy="private")
    except NotFound:
        studio.ledger.videos.gone(*key, video_id=video)
    except QuotaSpent:
        exhaust(studio, channel, "shut")
        raise
    else:
        # what the ledger says counts, too: an earlier try may have shut it, and died before it could say what it was
        came = upload.publish_at is None or upload.publish_at <= studio.ledger.database.stamp()
        studio.ledger.videos.withdrawn(*key, was_open=came or now.privacy != "private")


def _arrived(studio: Studio, channel: Channel, upload: Upload, *, youtube: YouTube) -> str:
    """The video of a film whose upload was broken off; empty when YouTube certainly has not got it whole.

    Raises `Passing` while its session is gone and YouTube may not list it yet.
    """
    if upload.sent_at is None:
        return ""
    if upload.session:
        known = youtube.ask(upload.session, size=upload.size)
        if not known.expired:
            return known.video_id
    since = datetime.fromisoformat(upload.sent_at).astimezone(UTC)
    take(studio, channel, "seek")
    others = {one.video_id for one in studio.ledger.uploads.all(channel=channel.key)}
    listed = youtube.find(title="", size=upload.size, seconds=None, since=since)
    found = [one.video_id for one in listed if one.certain and one.video_id not in others]
    last = datetime.fromisoformat(upload.beat_at or upload.sent_at)
    if not found and studio.ledger.database.time() - last < LISTED_BY:
        raise Passing(f"YouTube does not list the film of {upload.project}, and may not list it yet.")
    return found[0] if found else ""
