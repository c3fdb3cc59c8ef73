"""Settling a parked upload as a person decides, after YouTube itself was asked: take a video for the film, or send it once more.

YouTube's word goes before the person's: a video that is not this channel's, or not of the film's size and length, is not adopted;
while YouTube lists one that may be the film, nothing is sent anew. What goes on afterwards is `studio.publishing`.
"""

import re
from collections.abc import Callable

from videofactory.domain.channel import Channel
from videofactory.domain.errors import Conflict, InvalidInput, NotFound, Problem, StillRunning
from videofactory.ledger.parked_uploads import ParkedUploads
from videofactory.ledger.settling import SHORTEST_WHY
from videofactory.ledger.uploads import Upload, UploadState
from videofactory.providers.youtube.answers import Candidate
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.search import CLOSE
from videofactory.studio.allowance import take
from videofactory.studio.approval import film_of
from videofactory.studio.factory import Studio
from videofactory.studio.material import Master
from videofactory.studio.publishing import Film, describe
from videofactory.studio.sending import candidates
from videofactory.studio.youtube_access import youtube_for

_ID = re.compile(r"[A-Za-z0-9_-]{6,64}")
Line = Callable[[Studio, Channel], YouTube]


def adopt(studio: Studio, film: Film, video_id: str, *, who: str, why: str, youtube: Line = youtube_for) -> None:
    """Take this video for the film. Asks YouTube three times, 3 units.

    Raises `InvalidInput`, `NotFound` for what the channel has not got, `Conflict` for another film, `StillRunning` while YouTube
    has not measured the video, and what YouTube says.
    """
    _require_words(who, why)
    if not _ID.fullmatch(video_id):
        raise _invalid("--adopt", video_id, "write the video's id as its address has it after v=, such as dQw4w9WgXcQ")
    upload, channel, master = _parked(studio, film)
    take(studio, channel, "find")
    found = youtube(studio, channel).own_video(video_id, size=upload.size)
    if found is None:
        remedy = "Copy the id of the film's video from this channel's YouTube Studio."
        raise NotFound(f"The YouTube channel of {channel.key} has no video {video_id}.", remedy=remedy)
    _require_same(found, upload, master)
    _books(studio).adopt(film.project, upload.film, video_id=video_id, who=who, why=why)


def send_anew(studio: Studio, film: Film, *, who: str, why: str, youtube: Line = youtube_for) -> None:
    """Have the film sent once more: a person vouches that it is not there. Asks YouTube, 3 units.

    Raises `InvalidInput`, `Conflict` while YouTube lists a video that is this film, or may be, and what YouTube says.
    """
    _require_words(who, why)
    upload, channel, master = _parked(studio, film)
    take(studio, channel, "find")
    title = describe(channel, film, upload.publish_at).title
    listed = [one.video_id for one in candidates(studio, youtube(studio, channel), upload, title=title, seconds=master.seconds)]
    if listed:
        raise Conflict(
            f"YouTube lists what may be the film of {film.project}: {', '.join(listed)}. Nothing is sent.",
            remedy=f"If it is: videofactory publish {film.project} --adopt {listed[0]}. If not, delete or rename it there first.",
        )
    _books(studio).anew(film.project, upload.film, who=who, why=why)


def _books(studio: Studio) -> ParkedUploads:
    return ParkedUploads(studio.ledger.database, audit=studio.ledger.audit)


def _parked(studio: Studio, film: Film) -> tuple[Upload, Channel, Master]:
    """The film's upload, its channel and its file. Raises `Conflict` when there is nothing to decide."""
    channel = studio.channel_of(film.project)
    master = film_of(film.cut, channel)
    upload = studio.ledger.uploads.find(film.project, master.film.sha256)
    if upload is None or upload.state is not UploadState.PARKED:
        state = "was never begun" if upload is None else f"is {upload.state.value}"
        remedy = f"'videofactory publish {film.project}' does what is missing."
        raise Conflict(f"The upload of {film.project} {state}, not parked: there is nothing to decide.", remedy=remedy)
    return upload, channel, master


def _require_same(found: Candidate, upload: Upload, master: Master) -> None:
    """The video is whole, and as large and as long as the film, as far as YouTube knows, and it knows one of them."""
    name = f"Video {found.video_id}"
    if found.state in {"failed", "rejected"}:
        raise Conflict(f"{name} is no use: YouTube {found.state} it.", remedy="Delete it in YouTube Studio, then --send-anew.")
    if found.size is not None and not found.certain:
        raise Conflict(f"{name} has {found.size} bytes, the film {upload.size}.", remedy="It is another film: look for its own.")
    if found.seconds is not None and abs(found.seconds - master.seconds) > CLOSE:
        words = f"{name} is {found.seconds:.1f} s long, the film {master.seconds:.1f} s."
        raise Conflict(words, remedy="It is another film: look for its own.")
    if found.size is None and found.seconds is None:
        raise StillRunning(f"YouTube has not measured {name.lower()} yet.", remedy="Try again in some minutes.")


def _require_words(who: str, why: str) -> None:
    if len(why.strip()) < SHORTEST_WHY:
        raise _invalid("--why", why, f"say in at least {SHORTEST_WHY} characters why; it stands in the audit log")
    if not who.strip():
        raise _invalid("--reviewer", who, "say who decides; it stands in the audit log")


def _invalid(field: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput([Problem(file="publish", field=field, value=repr(value), remedy=remedy)])
