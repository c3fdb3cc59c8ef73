"""The programme: which film is published in which slot. Decided here; done by `studio.publishing`.

A public film is sent ahead, and YouTube opens it at its slot. A channel that is unlisted or private has nothing to be opened: its
film is sent when the slot comes. The approved film that waited longest comes first. Slots that passed while nothing ran are not
made up for.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel, YouTubeSettings
from videofactory.domain.errors import Conflict, FactoryError, GateClosed
from videofactory.domain.project import ProjectState
from videofactory.domain.review import FilmLightGiven, film_light
from videofactory.domain.value import Value
from videofactory.ledger.audit import FACTORY
from videofactory.ledger.database import stamped
from videofactory.ledger.uploads import BEGUN, UNDER_WAY, Upload, UploadState
from videofactory.studio.allowance import shortage
from videofactory.studio.approval import approves, film_of, has_rights
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut, Master
from videofactory.studio.slots import just_come, upcoming
from videofactory.studio.survey import Survey
from videofactory.studio.withdrawing import held_back

LEAD = timedelta(seconds=60)
"""A slot nearer than this is not taken any more: the film could hardly be there."""
RUNS = {ProjectState.FINAL_REVIEW, ProjectState.SCHEDULED, ProjectState.PUBLISHED}
CUT_OFF, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds before a publication whose run was killed is gone on with: as long again after each one in a row, up to the second."""
ASKED_AGAIN = 300.0
"""Seconds after which a publication that was asked for, and of which nothing was heard, is asked for again."""


class Programme(Value):
    """What is to be gone on with now, what waits for the end of another run, and why each other channel publishes nothing."""

    due: tuple[Upload, ...] = ()
    waiting: tuple[Upload, ...] = ()
    skipped: tuple[str, ...] = ()


def planned(studio: Studio, project: str, master: Master, *, now: bool, who: str = FACTORY) -> Upload:
    """The film's upload, planned into the channel's next free slot; at once with `now`, or where the channel has no slots.

    With `now` a film that has its time at YouTube already is opened at once, and so is one that was withdrawn when it was open:
    YouTube schedules none twice. Raises `Conflict` for one of which nobody knows whether YouTube has it.
    """
    channel = studio.channel_of(project)
    settings = channel.youtube or YouTubeSettings()
    known = studio.ledger.uploads.find(project, master.film.sha256)
    if known is not None and now and known.slot is not None and known.state in BEGUN:
        return _opened_now(studio, known, who=who)
    at_once = now or not settings.slots or settings.privacy != "public" or _was_open(studio, known)
    if known is not None and known.state in UNDER_WAY and not now and (at_once or known.slot is None):
        return known
    slots = None if at_once else upcoming(settings, after=studio.ledger.database.time() + LEAD)
    upload, _ = _write(studio, project, master, channel=channel, slots=slots)
    return upload


def _opened_now(studio: Studio, known: Upload, *, who: str) -> Upload:
    """The upload of a film that YouTube would open later, to be opened now."""
    if known.state is UploadState.PARKED:
        raise Conflict(f"Nobody can tell whether the film of {known.project} is on YouTube.", remedy="Look in YouTube Studio.")
    if (known.publish_at or "") > studio.ledger.database.stamp():
        studio.ledger.videos.let_open(known.project, known.film, who=who, why="published now", at_once=True)
    return studio.ledger.uploads.find(known.project, known.film) or known


def _was_open(studio: Studio, known: Upload | None) -> bool:
    """Whether the film was withdrawn after people could watch it."""
    if known is None or known.state is not UploadState.WITHDRAWN:
        return False
    off = studio.ledger.videos.find(known.project, known.film).withdrawal
    return off is not None and off.was_open


def next_time(studio: Studio, channel: Channel, *, now: bool) -> str | None:
    """When YouTube would open a film of the channel that is published by hand; `None` for at once."""
    settings = channel.youtube or YouTubeSettings()
    if now or not settings.slots or settings.privacy != "public":
        return None
    taken = {upload.slot for upload in studio.ledger.uploads.all(channel=channel.key)}
    slots = upcoming(settings, after=studio.ledger.database.time() + LEAD)
    return next((stamped(slot) for slot in slots if stamped(slot) not in taken), None)


def programme(studio: Studio, *, busy: Collection[str] = ()) -> Programme:
    """Plan what is due, and say what is to be gone on with; each upload is handed out once in five minutes at most.

    `busy` are projects of which a run is under way: theirs are not handed out, and so stay due.
    """
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
    free = tuple(upload for upload in due if upload.project not in busy)
    for upload in free:
        studio.ledger.uploads.later(upload.project, upload.film, seconds=ASKED_AGAIN)
    waiting = tuple(upload for upload in due if upload.project in busy)
    return Programme(due=free, waiting=waiting, skipped=tuple(skipped))


def cut_off(studio: Studio, project: str, *, words: str) -> str:
    """The run that published the project was killed: that never ends a publication. What is said of it: when it goes on."""
    problem = f"The run that publishes it was cut off: {words}"
    again = [
        studio.ledger.uploads.crashed(upload.project, upload.film, problem=problem, wait=_pause).again_at or ""
        for upload in studio.ledger.uploads.all(project=project)
        if upload.state in UNDER_WAY
    ]
    when = f"It goes on by itself after {again[0]}." if again else f"Then: videofactory publish {project}"
    return f"{problem} {when}"


def _pause(times: int) -> float:
    return float(min(CUT_OFF * 2 ** (times - 1), LONGEST_PAUSE))


def _of_channel(studio: Studio, channel: Channel) -> tuple[list[Upload], str]:
    """Uploads of the channel to be gone on with, a new one among them where there is a slot for it; or why there is none."""
    present = studio.ledger.uploads.all(channel=channel.key)
    stamp = studio.ledger.database.stamp()
    open_ones = [upload for upload in present if upload.state in UNDER_WAY and not upload.held]
    survey = Survey(studio, studio.ledger.overview.rows([upload.project for upload in open_ones]))
    allowed = [upload for upload in open_ones if survey.state(upload.project) in RUNS]
    moved = studio.ledger.videos.moved()
    under_way = [one for one in allowed if (one.project, one.film) not in moved or held_back(studio, one) is None]
    due = [upload for upload in under_way if (upload.again_at or "") <= stamp]
    resting = [upload for upload in under_way if (upload.again_at or "") > stamp and upload.problem]
    if resting:
        return due, f"waits until {resting[0].again_at}: {resting[0].problem}"
    new, why = _new(studio, channel, present)
    return [*due, *([new] if new else [])], why


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
    """Approved films that no upload exists for, or that were approved again, with the time each has waited since."""
    known = {(upload.project, upload.film) for upload in present if not _may_come_back(studio, channel, upload, present=present)}
    begun = {upload.project for upload in present if upload.state in BEGUN}
    survey = Survey(studio, (row for row in studio.ledger.overview.filmed(channel.key) if row.key not in begun))
    found = []
    for project in survey.projects:
        if survey.state(project) is ProjectState.FINAL_REVIEW:
            cut = studio.values.read("final_cut", project, FinalCut)
            light = film_light(survey.log(project), film=cut.masters[0].film.sha256) if cut else None
            if cut and _may_go(studio, project, cut, light, channel=channel):
                # it was approved when it got its light, or was finished where no light is needed
                since = light.at if light else survey.reached(project)["final_cut"].at
                found.append((since, project, cut))
    return [entry for entry in found if (entry[1], film_of(entry[2], channel).film.sha256) not in known]


def _may_come_back(studio: Studio, channel: Channel, upload: Upload, *, present: list[Upload]) -> bool:
    """Whether a withdrawn film may have a slot: it was approved again, and YouTube can schedule it, or the slot has come."""
    if upload.state is not UploadState.WITHDRAWN or held_back(studio, upload) is not None:
        return False
    if not _was_open(studio, upload):
        return True
    come = just_come(channel.youtube or YouTubeSettings(), now=studio.ledger.database.time())
    return come is not None and stamped(come) not in {one.slot for one in present}


def _may_go(studio: Studio, project: str, cut: FinalCut, light: FilmLightGiven | None, *, channel: Channel) -> bool:
    """Whether the project's film may be published as it stands."""
    if cut.findings or not approves(light, channel=channel):
        return False
    taken = studio.values.read("brief", project, TakenIn)
    return taken is not None and has_rights(taken.brief)


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
    public, film = settings.privacy == "public", master.film
    if _was_open(studio, studio.ledger.uploads.find(project, film.sha256)):
        come = just_come(settings, now=studio.ledger.database.time())
        public, slots = False, slots if slots is None or come is None else (come,)
    return studio.ledger.uploads.plan(project, film.sha256, channel=channel.key, size=film.size, slots=slots, public=public)
