"""Stopping films that nobody approves any more, after they were sent and before people see them: looked for each minute.

A light that is taken back, a new cut, changes that were asked for, a project that is cancelled: each stops a film that YouTube
would open later, also where the factory hears of it too late, as long as it was decided before the film opened. What was decided
about a film that was open already is a person's to carry out (`videofactory publish PROJECT --withdraw`).
"""

import time
from collections.abc import Iterator
from datetime import timedelta

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError, InvalidInput
from videofactory.domain.review import ClipRedone, Entry, Light, film_light, last_script_change
from videofactory.domain.value import Value
from videofactory.ledger.audit import FACTORY
from videofactory.ledger.database import stamped
from videofactory.ledger.uploads import Upload, UploadState
from videofactory.ledger.videos import Video
from videofactory.studio.approval import has_rights
from videofactory.studio.channels import read_channel
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut
from videofactory.studio.withdrawing import LATER, Connect, ask, carry_out
from videofactory.studio.youtube_access import youtube_for

SENT = {UploadState.SENDING, UploadState.SENT, UploadState.DONE}
BACK = timedelta(days=2)
"""How long after a film's time it is still stopped when that was decided before: longer than a weekend's downtime."""
PATIENCE = 30.0
"""Seconds one look may take; the rest is done by the next."""


class Objection(Value):
    """Why a film may not be seen, and since when (as stored)."""

    why: str
    since: str


def stop_unapproved(studio: Studio, *, youtube: Connect = youtube_for) -> tuple[str, ...]:
    """Have every film taken off that nobody approves any more, and go on with every withdrawal; what was done, in words."""
    words: list[str] = []
    for upload in _sent(studio):
        try:
            objection = objection_to(studio, upload)
        except FactoryError as error:  # one film's trouble never lets another one open
            words.append(f"{upload.project}: {error}")
            continue
        if objection is not None and _in_time(studio, upload, objection):
            ask(studio, upload, who=FACTORY, why=objection.why)
    return (*words, *_carried_out(studio, youtube=youtube))


def objection_to(studio: Studio, upload: Upload) -> Objection | None:
    """Why the film of this upload may not be seen; `None` where it is approved as it stands."""
    return next(_objections(studio, upload), None)


def _objections(studio: Studio, upload: Upload) -> Iterator[Objection]:
    row = studio.ledger.projects.get(upload.project)
    if row.cancelled_at is not None:
        yield Objection(why="The project is cancelled.", since=row.cancelled_at)
    now = studio.ledger.database.stamp()
    channel = _channel(studio, upload)
    if channel.youtube is None:
        yield Objection(why=f"Channel {channel.key} has no YouTube channel any more.", since=now)
    taken = studio.values.read("brief", upload.project, TakenIn)
    if taken is not None and not has_rights(taken.brief):
        yield Objection(why="The brief does not say any more by whose leave it may be shown.", since=now)
    cut = studio.values.read("final_cut", upload.project, FinalCut)
    if cut is not None:
        yield from _to_the_cut(studio, upload, cut, channel=channel, now=now)


def _to_the_cut(studio: Studio, upload: Upload, cut: FinalCut, *, channel: Channel, now: str) -> Iterator[Objection]:
    """A new cut, changes the film does not hold, its light."""
    made = studio.ledger.runs.milestones(upload.project).get("final_cut")
    log = studio.ledger.reviews.log(upload.project)
    if all(master.film.sha256 != upload.film for master in cut.masters):
        yield Objection(why="There is a newer cut of the film.", since=made.at if made else now)
    asked = _changes(log, since=made.entries if made and made.outcome == "done" else cut.entries)
    if asked is not None:
        yield Objection(why="Changes of the film were asked for.", since=asked.at)
    light = film_light(log, film=cut.masters[0].film.sha256)
    if light is None and not channel.review.auto_publish:
        yield Objection(why="The film has no green light.", since=now)
    if light is not None and light.light is not Light.GREEN:
        yield Objection(why=f"The film's light is {light.light.value}: {light.feedback or 'no words'}", since=light.at)


def _changes(log: tuple[Entry, ...], *, since: int) -> Entry | None:
    """The last decision that asks for another film than the one that holds the first `since` of them."""
    numbers = [last_script_change(log), *(entry.number for entry in log if isinstance(entry, ClipRedone))]
    return next((entry for entry in log if entry.number == max(numbers) > since), None)


def _channel(studio: Studio, upload: Upload) -> Channel:
    """The upload's channel, also while another channel's file has errors: those stop no withdrawal."""
    try:
        return studio.channel(upload.channel)
    except InvalidInput:
        return read_channel(studio.settings.channels_dir / f"{upload.channel}.yaml")


def _sent(studio: Studio) -> Iterator[Upload]:
    """Uploads whose film people may see later, or could till lately, soonest first; none of whose withdrawal is asked for."""
    since = stamped(studio.ledger.database.time() - BACK)
    moved = studio.ledger.videos.moved()
    for upload in sorted(studio.ledger.uploads.all(), key=lambda one: one.publish_at or ""):
        video = moved.get((upload.project, upload.film)) or Video(project=upload.project, film=upload.film)
        if upload.state in SENT and not video.pending and _may_open(upload, video, since=since):
            yield upload


def _may_open(upload: Upload, video: Video, *, since: str) -> bool:
    """Whether people may see it later. One whose upload was broken off is asked for once: nobody sends the rest of it."""
    if upload.state is UploadState.SENDING:
        looked = video.withdrawal.done_at if video.withdrawal else None
        return not upload.held and (looked is None or looked < (upload.beat_at or ""))
    return video.opening or (upload.publish_at or "") > since


def _in_time(studio: Studio, upload: Upload, objection: Objection) -> bool:
    """Whether the film is not open yet, or was not when that was decided."""
    at = upload.publish_at
    return at is None or at > studio.ledger.database.stamp() or objection.since < at


def _carried_out(studio: Studio, *, youtube: Connect) -> Iterator[str]:
    """Each withdrawal that is to be tried now, soonest to open first."""
    end = time.monotonic() + PATIENCE
    stamp = studio.ledger.database.stamp()
    for upload in _wanted_off(studio):
        off = studio.ledger.videos.find(upload.project, upload.film).withdrawal
        if off is None or (off.again_at or "") > stamp or time.monotonic() > end:
            continue
        try:
            carry_out(studio, _channel(studio, upload), upload, youtube=youtube)
        except FactoryError as error:
            if studio.ledger.videos.find(upload.project, upload.film).withdrawal == off:  # it was never begun: no channel
                studio.ledger.videos.hindered(upload.project, upload.film, problem=str(error), seconds=LATER)
            yield f"{upload.project}: not withdrawn yet: {error}"
        else:
            yield f"{upload.project}: withdrawn: {off.why}"


def _wanted_off(studio: Studio) -> list[Upload]:
    pending = [video for video in studio.ledger.videos.moved().values() if video.pending]
    found = [studio.ledger.uploads.find(video.project, video.film) for video in pending]
    return sorted((upload for upload in found if upload is not None), key=lambda one: one.publish_at or "")
