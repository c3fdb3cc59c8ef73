"""YouTube's Data API v3 as documented, but for uploads (`youtube_uploads`): channels, videos, thumbnails, captions, playlists.

Operations: `youtube.channel`, `youtube.videos`, `youtube.update`, `youtube.thumbnail`, `youtube.captions`,
`youtube.replace_captions`, `youtube.list_captions`, `youtube.items`, `youtube.add_item`.
Playlists whose id begins with PL belong to whoever asks.
"""

import time
from datetime import UTC, datetime
from email.parser import BytesParser
from json import loads
from typing import Any

from videofactory_tests.twin.google_oauth import Leave
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World
from videofactory_tests.twin.youtube_state import Room, refused, room, wrong_metadata

API = r"/youtube/youtube/v3"
UPLOAD = r"/youtube/upload/youtube/v3"
OWNERS = {"fileDetails", "processingDetails"}
"""Parts of a video that only its owner may ask for."""


def routes(world: World) -> list[Route]:
    """Everything below `/youtube` but uploads."""
    youtube = room(world)
    service = _Service(youtube)
    table = (
        ("GET", f"{API}/channels", "youtube.channel", 1, service.channel),
        ("GET", f"{API}/videos", "youtube.videos", 1, service.videos),
        ("PUT", f"{API}/videos", "youtube.update", 50, service.update),
        ("POST", f"{UPLOAD}/thumbnails/set", "youtube.thumbnail", 50, service.thumbnail),
        ("POST", f"{UPLOAD}/captions", "youtube.captions", 400, service.captions),
        ("PUT", f"{UPLOAD}/captions", "youtube.replace_captions", 450, service.replace_captions),
        ("GET", f"{API}/captions", "youtube.list_captions", 50, service.list_captions),
        ("GET", f"{API}/playlistItems", "youtube.items", 1, service.items),
        ("POST", f"{API}/playlistItems", "youtube.add_item", 50, service.add_item),
    )
    return [
        Route(method, path, name, youtube.guarded(name, units=units, handle=handle))
        for method, path, name, units, handle in table
    ]


class _Service:
    def __init__(self, youtube: Room) -> None:
        self.room = youtube

    def channel(self, asked: Asked, leave: Leave) -> Said:
        """The token's own channel."""
        del asked
        own = {
            "kind": "youtube#channel",
            "id": f"UC{leave.name}",
            "snippet": {"title": f"{leave.name.capitalize()} on YouTube"},
            "contentDetails": {"relatedPlaylists": {"likes": "LL", "uploads": f"UU{leave.name}"}},
        }
        return Said({"kind": "youtube#channelListResponse", "items": [own]} if self.room.signed_up else {"kind": "…"})

    def videos(self, asked: Asked, leave: Leave) -> Said:
        """Videos by their ids; those that are not there are left out. What only owners see is refused for a stranger's."""
        ids = asked.query.get("id", "").split(",")
        if len(ids) > 50:
            return refused("invalidVideoMetadata", "Too many ids.")
        parts = asked.query.get("part", "").split(",")
        found = [job for job in map(self.room.anyones, ids) if job]
        if OWNERS & set(parts) and any(job.request["channel"] != leave.name for job in found):
            return refused("forbidden")
        for job in found:
            job.polls += 1
        return Said({"items": [{"id": job.id, **self._parts(job, parts)} for job in found]})

    def _parts(self, job: Job, parts: list[str]) -> dict[str, Any]:
        return {part: _part(job, part, status=self.room.status(job)) for part in parts}

    def update(self, asked: Asked, leave: Leave) -> Said:
        """Every mutable property of the parts named is replaced. A video that was open before is not scheduled again."""
        told = asked.json()
        job = self.room.video(leave.name, told.get("id", ""))
        wrong = "videoNotFound" if job is None else wrong_metadata({**job.request, **told})
        if wrong or job is None:
            return refused(wrong)
        opened = self.room.status(job)["privacyStatus"] != "private" or job.request.get("was_open", False)
        if opened and "publishAt" in told.get("status", {}):
            return refused("invalidPublishAt", "The video was published before.")
        job.request["was_open"] = opened
        for part in asked.query["part"].split(","):
            job.request[part] = told[part]
        return Said({"id": job.id, **told})

    def thumbnail(self, asked: Asked, leave: Leave) -> Said:
        """A JPEG or PNG of at most 50 MB."""
        job = self.room.video(leave.name, asked.query.get("videoId", ""))
        if job is None:
            return refused("videoNotFound")
        if not asked.body:
            return refused("mediaBodyRequired")
        kind = {b"\xff\xd8\xff": "image/jpeg", b"\x89PN": "image/png"}.get(asked.body[:3])
        if kind is None or kind != asked.headers.get("Content-Type") or len(asked.body) > 52_428_800:
            return refused("invalidImage")
        job.request["thumbnail"] = f"{kind} {len(asked.body)}"
        return Said({"kind": "youtube#thumbnailSetResponse", "items": [{"default": {"url": "https://i.ytimg.com/x.jpg"}}]})

    def captions(self, asked: Asked, leave: Leave) -> Said:
        """A track; one of the same language and name is refused."""
        told, content = _related(asked)
        snippet = told.get("snippet", {})
        job = self.room.video(leave.name, snippet.get("videoId", ""))
        if job is None:
            return refused("videoNotFound")
        if not content.strip():
            return refused("contentRequired")
        if not snippet.get("language") or len(snippet.setdefault("name", "")) > 150:
            return refused("invalidMetadata" if not snippet.get("language") else "nameTooLong")
        tracks = job.request["captions"]
        if any((one["snippet"]["language"], one["snippet"]["name"]) == (snippet["language"], snippet["name"]) for one in tracks):
            return refused("captionExists")
        track = {"id": f"caption-{job.id}-{len(tracks)}", "snippet": {**snippet, "status": "serving"}, "text": content.decode()}
        tracks.append(track)
        return Said({"kind": "youtube#caption", **track})

    def replace_captions(self, asked: Asked, leave: Leave) -> Said:
        """Another text for a track."""
        told, content = _related(asked)
        tracks = [track for job in self.room.videos(leave.name) for track in job.request["captions"] if track["id"] == told["id"]]
        if not tracks:
            return refused("captionNotFound")
        if not content.strip():
            return refused("contentRequired")
        tracks[0]["text"] = content.decode()
        return Said({"kind": "youtube#caption", **tracks[0]})

    def list_captions(self, asked: Asked, leave: Leave) -> Said:
        """A video's tracks."""
        job = self.room.video(leave.name, asked.query.get("videoId", ""))
        return refused("videoNotFound") if job is None else Said({"items": job.request["captions"]})

    def items(self, asked: Asked, leave: Leave) -> Said:
        """A page of a playlist: of the uploads, which show a video only after a while, or of another."""
        playlist = asked.query.get("playlistId", "")
        if playlist == f"UU{leave.name}":
            late = time.time() - self.room.listing_delay
            items = [_listed(job) for job in self.room.videos(leave.name) if job.created <= late]
        elif playlist.startswith("PL"):
            items = self.room.playlists.get(playlist, [])
        else:
            return refused("playlistNotFound")
        if "videoId" in asked.query:
            items = [item for item in items if item["contentDetails"]["videoId"] == asked.query["videoId"]]
        first, count = int(asked.query.get("pageToken", "0")), min(50, int(asked.query.get("maxResults", "5")))
        more = {"nextPageToken": str(first + count)} if first + count < len(items) else {}
        return Said({"items": items[first : first + count], **more})

    def add_item(self, asked: Asked, leave: Leave) -> Said:
        """The video once more at the playlist's end, also when it is in it."""
        snippet = asked.json()["snippet"]
        job = self.room.video(leave.name, snippet["resourceId"]["videoId"])
        if job is None or not snippet["playlistId"].startswith("PL"):
            return refused("videoNotFound" if job is None else "playlistNotFound")
        items = self.room.playlists.setdefault(snippet["playlistId"], [])
        items.append({**_listed(job), "id": f"item-{snippet['playlistId']}-{len(items)}"})
        return Said(items[-1])


def _listed(job: Job) -> dict[str, Any]:
    return {
        "id": f"item-{job.id}",
        "snippet": {"publishedAt": _time(job.created), "title": job.request["snippet"]["title"]},
        "contentDetails": {"videoId": job.id},
    }


def _part(job: Job, part: str, *, status: dict[str, Any]) -> dict[str, Any]:
    done = job.state == "done"
    if part == "status":
        return {**status, **_upload_status(job)}
    if part == "processingDetails":
        state = {"done": "succeeded", "failed": "failed", "refused": "terminated"}.get(job.state, "processing")
        progress = {"partsTotal": "1000", "partsProcessed": "300", "timeLeftMs": "60000"} if state == "processing" else {}
        available = "available" if done else "inProgress"
        return {"processingStatus": state, "processingProgress": progress, "fileDetailsAvailability": available}
    if part == "fileDetails":
        length = {"durationMs": str(job.request["milliseconds"])} if job.request["milliseconds"] else {}
        return {"fileSize": str(job.request["size"]), **length} if done else {}
    if part == "contentDetails":
        return {"duration": f"PT{round((job.request['milliseconds'] or 0) / 1000)}S" if done else "P0D"}
    return {**job.request["snippet"], "publishedAt": _time(job.created), "channelId": f"UC{job.request['channel']}"}


def _upload_status(job: Job) -> dict[str, str]:
    if job.state == "failed":
        return {"uploadStatus": "failed", "failureReason": job.words or "codec"}
    if job.state == "refused":
        return {"uploadStatus": "rejected", "rejectionReason": job.words or "duplicate"}
    return {"uploadStatus": "processed" if job.state == "done" else "uploaded"}


def _related(asked: Asked) -> tuple[dict[str, Any], bytes]:
    """The two parts of a `multipart/related` body."""
    message = BytesParser().parsebytes(f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode() + asked.body)
    told, content = (part.get_payload(decode=True) for part in message.get_payload())  # type: ignore[union-attr]
    return loads(told), content  # type: ignore[arg-type, return-value]


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
