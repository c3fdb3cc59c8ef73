"""The programme: which film is published in which slot. Decided here; done by `studio.publishing`.

A public film is sent ahead, and YouTube opens it at its slot. A channel that is unlisted or private has nothing to be opened: its
film is sent when the slot comes. The approved film that waited longest comes first. Slots that passed while nothing ran are not
made up for.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel, YouTubeSettings
from videofactory.domain.errors import Conflict, FactoryError, GateClosed
from videofactory.domain.project import ProjectState
from videofactory.domain.value import Value
from videofactory.ledger.database import stamped
from videofactory.ledger.projects import Project
from videofactory.ledger.uploads import BEGUN, UNDER_WAY, Upload
from videofactory.studio.allowance import shortage
from videofactory.studio.approval import film_of, has_rights, is_approved, light_of
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut, Master
from videofactory.studio.slots import just_come, upcoming
from videofactory.studio.status import state_of

LEAD = timedelta(seconds=60)
"""A slot nearer than this is not taken any more: the film could hardly be there."""
RUNS = {ProjectState.FINAL_REVIEW, ProjectState.SCHEDULED, ProjectState.PUBLISHED}
ASKED_AGAIN = 300.0
"""Seconds after which a publication that was asked for, and of which nothing was heard, is asked for again."""


class Programme(Value):
    """What is to be gone on with now, and why each other channel publishes nothing."""

    due: tuple[Upload, ...] = ()
    skipped: tuple[str, ...] = ()


def planned(studio: Studio, project: str, master: Master, *, now: bool) -> Upload:
    """The film's upload, planned into the channel's next free slot; at once with `now`, or where the channel has no slots.

    Raises `Conflict` for a film that has its time at YouTube already and is to be published now.
    """
    channel = studio.channel_of(project)
    settings = channel.youtube or YouTubeSettings()
    known = studio.ledger.uploads.find(project, master.film.sha256)
    if known is not None and now and known.state in BEGUN and known.slot is not None:
        raise Conflict(
            f"The film of {project} is on its way to YouTube for {known.slot}.", remedy="Publish it now in YouTube Studio."
        )
    at_once = now or not settings.slots or settings.privacy != "public"
    if known is not None and known.state in UNDER_WAY and not now and (at_once or known.slot is None):
        return known
    slots = None if at_once else upcoming(settings, after=studio.ledger.database.time() + LEAD)
    upload, _ = _write(studio, project, master, channel=channel, slots=slots)
    return upload


def next_time(studio: Studio, channel: Channel, *, now: bool) -> str | None:
    """When YouTube would open a film of the channel that is published by hand; `None` for at once."""
    settings = channel.youtube or YouTubeSettings()
    if now or not settings.slots or settings.privacy != "public":
        return None
    taken = {upload.slot for upload in studio.ledger.uploads.all(channel=channel.key)}
    slots = upcoming(settings, after=studio.ledger.database.time() + LEAD)
    return next((stamped(slot) for slot in slots if stamped(slot) not in taken), None)


def programme(studio: Studio) -> Programme:
    """Plan what is due, and say what is to be gone on with; each upload is handed out once in five minutes at most."""
    due: list[Upload] = []
    skipped: list[str] = []
    for channel in studio.channels.values():
        if channel.youtube is not None:
            try:
                found, why = _of_channel(studio, channel)
            except FactoryError as error:  # one channel's trouble never stops the others
                found, why = [], str(error)
            due += found
            skipped += [f"{channel.key}: {why}"] if why else []
    for upload in due:
        studio.ledger.uploads.later(upload.project, upload.film, seconds=ASKED_AGAIN)
    return Programme(due=tuple(due), skipped=tuple(skipped))


def _of_channel(studio: Studio, channel: Channel) -> tuple[list[Upload], str]:
    """Uploads of the channel to be gone on with, a new one among them where there is a slot for it; or why there is none."""
    present = studio.ledger.uploads.all(channel=channel.key)
    stamp = studio.ledger.database.stamp()
    under_way = [upload for upload in present if upload.state in UNDER_WAY and not upload.held and _runs(studio, upload)]
    due = [upload for upload in under_way if (upload.again_at or "") <= stamp]
    resting = [upload for upload in under_way if (upload.again_at or "") > stamp and upload.problem]
    if resting:
        return due, f"waits until {resting[0].again_at}: {resting[0].problem}"
    new, why = _new(studio, channel, present)
    return [*due, *([new] if new else [])], why


def _runs(studio: Studio, upload: Upload) -> bool:
    """Whether it may go on without a person: the film is still approved, and nothing lasting stopped it."""
    return state_of(studio, upload.project) in RUNS


def _new(studio: Studio, channel: Channel, present: list[Upload]) -> tuple[Upload | None, str]:
    """The next film in its slot; or why there is none."""
    settings = channel.youtube
    if settings is None or not settings.slots:
        return None, "no slots in its channel file; publish by hand"
    now = studio.ledger.database.time()
    slots = _open_slots(settings, now=now)
    if slots is None:
        return None, "its next slot has not come"
    waiting = _waiting(studio, channel, present)
    if not waiting:
        return None, "no approved film waits"
    if sum((upload.sent_at or upload.created_at) >= _midnight(settings, now) for upload in present) >= settings.per_day:
        return None, f"its {settings.per_day} films of today are sent (youtube.per_day)"
    if (short := shortage(studio, channel)) is not None:
        return None, str(short)
    (_, project, cut) = min(waiting, key=lambda entry: entry[:2])
    upload, new = _write(studio, project, film_of(cut, channel), channel=channel, slots=slots)
    return (upload, "") if new else (None, f"{project} is planned already")


def _open_slots(settings: YouTubeSettings, *, now: datetime) -> Iterable[datetime] | None:
    """The slots a film may take: of a public channel those to come; of another the one that has just come."""
    if settings.privacy == "public":
        return upcoming(settings, after=now + LEAD)
    come = just_come(settings, now=now)
    return None if come is None else (come,)


def _waiting(studio: Studio, channel: Channel, present: list[Upload]) -> list[tuple[str, str, FinalCut]]:
    """Approved films that no upload exists for, with the time each has waited since."""
    known = {(upload.project, upload.film) for upload in present}
    begun = {upload.project for upload in present if upload.state in BEGUN}
    found = []
    for row in studio.ledger.projects.all():
        if row.channel == channel.key and row.key not in begun:
            cut = _approved(studio, row)
            if cut is not None and (row.key, film_of(cut, channel).film.sha256) not in known:
                found.append((_since(studio, row.key, cut), row.key, cut))
    return found


def _approved(studio: Studio, row: Project) -> FinalCut | None:
    """The project's film, if it may be published as it stands."""
    milestone = studio.ledger.runs.milestones(row.key).get("final_cut")
    if milestone is None or milestone.outcome != "done" or state_of(studio, row.key) is not ProjectState.FINAL_REVIEW:
        return None
    cut = studio.values.read("final_cut", row.key, FinalCut)
    taken = studio.values.read("brief", row.key, TakenIn)
    if cut is None or cut.findings or taken is None or not has_rights(taken.brief):
        return None
    return cut if is_approved(studio, row.key, cut) else None


def _since(studio: Studio, project: str, cut: FinalCut) -> str:
    """When the film was approved: when it got its light, or was finished where no light is needed."""
    light = light_of(studio, project, cut)
    return light.at if light else studio.ledger.runs.milestones(project)["final_cut"].at


def _midnight(settings: YouTubeSettings, now: datetime) -> str:
    """The beginning of the channel's day, as stored."""
    zone = ZoneInfo(settings.time_zone)
    return stamped(datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone))


def _write(
    studio: Studio, project: str, master: Master, *, channel: Channel, slots: Iterable[datetime] | None
) -> tuple[Upload, bool]:
    settings = channel.youtube
    if settings is None:
        raise GateClosed(f"Channel {channel.key} has no YouTube channel.", remedy=f"Write 'youtube:' into {channel.key}.yaml.")
    return studio.ledger.uploads.plan(
        project, master.film.sha256, channel=channel.key, size=master.film.size, slots=slots, public=settings.privacy == "public"
    )
