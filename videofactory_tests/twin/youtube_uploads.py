"""YouTube's resumable uploads, the protocol in full: sessions, one PUT or equal chunks, 308 with `Range`, the last answer again.

Operations: `youtube.begin` (one `videos.insert`), `youtube.send`, `youtube.ask` (a query of the status). Faults for
`youtube.send` besides those of the line: `truncated` keeps `value` bytes of the request and then answers the status in `words`,
or cuts the line; `dead_link` forgets the session (after finishing it, with `words` "finished").
"""

import hashlib
import re
import secrets
import struct
from typing import Any

from videofactory_tests.twin.google_oauth import Leave
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World
from videofactory_tests.twin.youtube_state import Room, Session, refused, room, wrong_metadata

PATH = "/youtube/upload/youtube/v3/videos"
GRAIN = 262_144
"""A chunk that is not the last is a multiple of so many bytes."""


def routes(world: World) -> list[Route]:
    """Everything of uploads."""
    youtube = room(world)
    desk = _Desk(youtube)
    return [
        Route("POST", PATH, "youtube.begin", youtube.guarded("youtube.begin", units=1, insert=True, handle=desk.begin)),
        Route("PUT", PATH, "youtube.ask", youtube.guarded("youtube.ask", units=0, handle=desk.ask), fits=_asks),
        Route("PUT", PATH, "youtube.send", youtube.guarded("youtube.send", units=0, handle=desk.send)),
    ]


def resource(job_id: str, request: dict[str, Any]) -> dict[str, Any]:
    """The video resource of a fresh upload."""
    return {"kind": "youtube#video", "id": job_id, "snippet": request["snippet"], "status": request["status"]}


class _Desk:
    def __init__(self, youtube: Room) -> None:
        self.room = youtube
        self.world = youtube.world

    def begin(self, asked: Asked, leave: Leave) -> Said:
        """A session, if the metadata are right."""
        told = asked.json()
        if not self.room.signed_up:
            return refused("youtubeSignupRequired")
        size = asked.headers.get("X-Upload-Content-Length", "")
        if asked.query.get("uploadType") != "resumable" or not size.isdigit() or not asked.headers.get("X-Upload-Content-Type"):
            return refused("mediaBodyRequired")
        wrong = wrong_metadata(told)
        if wrong:
            return refused(wrong)
        told["status"].setdefault("privacyStatus", "public")
        upload_id = secrets.token_urlsafe(24)
        self.room.sessions[upload_id] = Session(leave.name, int(size), told)
        where = f"{self.world.base_url}{PATH}?uploadType=resumable&upload_id={upload_id}"
        return Said(b"", headers={"Location": where})

    def ask(self, asked: Asked, leave: Leave) -> Said:
        """How far the session is."""
        session = self._session(asked, leave)
        return _gone() if session is None else session.answer or _range(session)

    def send(self, asked: Asked, leave: Leave) -> Said | None:
        """Bytes for a session."""
        fault = self.world.strike("youtube.send", job=True)
        session = self._session(asked, leave)
        self.room.received.append(len(asked.body))
        if session is None or (fault and fault.kind == "dead_link" and not fault.words):
            self.room.sessions.pop(asked.query.get("upload_id", ""), None)
            return _gone()
        if fault and fault.kind == "refuse":
            return refused(fault.words)
        announced = int(asked.headers.get("Content-Length") or 0)
        kept = asked.body[: int(fault.value)] if fault and fault.kind == "truncated" else asked.body
        answer = self._taken(session, kept, announced=announced, span=asked.headers.get("Content-Range", ""))
        if fault and fault.kind == "dead_link":
            self.room.sessions.pop(asked.query["upload_id"])
            return None
        if fault and fault.kind == "truncated":
            return (
                Said({"error": {"code": int(fault.words), "message": "Backend Error"}}, int(fault.words)) if fault.words else None
            )
        return None if len(kept) < announced else answer

    def _taken(self, session: Session, body: bytes, *, announced: int, span: str) -> Said:
        if session.answer is not None:
            return session.answer
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", span)
        first, last, total = (int(part) for part in found.groups()) if found else (0, announced - 1, announced)
        if total != session.size or last - first + 1 != announced or (span and not found):
            return refused("invalidVideoMetadata", "Invalid Content-Range.")
        if first != len(session.stored):
            return _range(session)  # overlap or gap: none of it is stored
        if last + 1 < total and not self._chunked(session, announced):
            return refused("invalidVideoMetadata", "Invalid chunk size.")
        session.stored += body
        return self._finished(session) if len(session.stored) == session.size else _range(session)

    @staticmethod
    def _chunked(session: Session, size: int) -> bool:
        if size % GRAIN or session.chunk not in {0, size}:
            return False
        session.chunk = size
        return True

    def _finished(self, session: Session) -> Said:
        content = bytes(session.stored)
        request = {
            **session.resource,
            "channel": session.name,
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "milliseconds": milliseconds(content),
            "captions": [],
            "thumbnail": "",
        }
        job = self.world.new_job("youtube.video", request)
        session.stored = bytearray()
        session.answer = Said(resource(job.id, request), 201)
        return session.answer

    def _session(self, asked: Asked, leave: Leave) -> Session | None:
        session = self.room.sessions.get(asked.query.get("upload_id", ""))
        return session if session and session.name == leave.name else None


def milliseconds(content: bytes) -> int | None:
    """How long an MP4 is, by its `mvhd` box; `None` for anything else."""
    at = content.find(b"mvhd")
    if at < 0 or content[at + 4] != 0:
        return None
    scale, length = struct.unpack(">II", content[at + 16 : at + 24])
    return round(length * 1000 / scale) if scale else None


def _asks(asked: Asked) -> bool:
    return asked.headers.get("Content-Range", "").startswith("bytes */") and asked.headers.get("Content-Length") == "0"


def _range(session: Session) -> Said:
    return Said(b"", 308, {"Range": f"bytes=0-{len(session.stored) - 1}"} if session.stored else {})


def _gone() -> Said:
    return Said(b"Not Found", 404, media_type="text/plain")
