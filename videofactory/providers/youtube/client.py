"""One YouTube channel through the Data API v3: resumable upload, recovery of lost answers, and the steps after it.

Quota units stand beside each call; who may spend them is decided before (`studio`). Every request costs at least one, also a
wrong one.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from videofactory.domain.errors import Conflict, NotFound
from videofactory.providers.account import Account
from videofactory.providers.http import Answer
from videofactory.providers.youtube.answers import Candidate, Caption, Described, OwnChannel, Processing, Sent
from videofactory.providers.youtube.errors import NO_CHANNEL, closed
from videofactory.providers.youtube.line import API, UPLOAD, Line, table
from videofactory.providers.youtube.metadata import Privacy, VideoMetadata, described, opening
from videofactory.providers.youtube.processing import processing_of
from videofactory.providers.youtube.search import Search, own_video
from videofactory.providers.youtube.upload import Upload

_OTHERS = ("license", "embeddable", "publicStatsViewable")
"""What a person may have set in YouTube Studio and an update must send again, since what is left out is deleted."""
_DECLARED = ("selfDeclaredMadeForKids", "containsSyntheticMedia")
_BOUNDARY = "videofactory-captions-3b1f8e4d"
_HEARD = "asr"
"""A caption track that YouTube made from what it heard."""


class YouTube:
    """One channel. `access_token` gives a token for each request, `forget` drops one that YouTube no longer takes.

    `channel` is our own key of it, which errors name with the remedy.
    """

    def __init__(
        self,
        account: Account,
        *,
        access_token: Callable[[], str],
        forget: Callable[[], None] = lambda: None,
        channel: str = "",
    ) -> None:
        self._channel = channel
        self._line = Line(account, channel=channel, access_token=access_token, forget=forget)
        self._upload = Upload(self._line)

    def begin(self, metadata: VideoMetadata, *, size: int, media_type: str = "video/mp4") -> str:
        """Open a session for a file of `size` bytes: one `videos.insert`, never repeated. Returns its address, a secret.

        Keep it before a byte is sent. Raises `OutcomeUnknown` when the session may have been opened (costs one insert; no video
        is made by it), `InvalidInput` for metadata, `QuotaSpent`, `AccountClosed`, `TokenRevoked`, `Busy`, `Passing`.
        """
        return self._upload.begin(metadata, size=size, media_type=media_type)

    def send(self, session: str, path: Path, *, offset: int, told: Callable[[int], None]) -> Sent:
        """Stream the file from this byte to its end in one request. `told` hears how many bytes have left; it may raise to stop.

        Raises `Passing` when the line broke or YouTube failed: `ask` before sending again. Other errors end the session.
        """
        return self._upload.send(session, path, offset=offset, told=told)

    def ask(self, session: str, *, size: int) -> Sent:
        """How much of a session's `size` bytes is stored, or the finished video, or that the session is gone."""
        return self._upload.ask(session, size=size)

    def find(self, *, title: str, size: int, seconds: float | None, since: datetime) -> list[Candidate]:
        """The channel's own uploads since then that may be this file, surest first. 1 unit a page of 50, and as many again."""
        search = Search(self._line, uploads=self.channel().uploads)
        return search.candidates(title=title, size=size, seconds=seconds, since=since)

    def own_video(self, video_id: str, *, size: int) -> Candidate | None:
        """One video, held against a file of `size` bytes; `None` when the channel has none of this id. 3 units."""
        return own_video(self._line, video_id, owner=self.channel().id, size=size)

    def set_thumbnail(self, video_id: str, image: bytes, *, media_type: str) -> None:
        """Set the picture (JPEG or PNG, at most 50 MB); may be repeated. 50 units."""
        path, headers = f"{UPLOAD}/thumbnails/set", {"Content-Type": media_type}
        self._line.once(path, params={"videoId": video_id}, content=image, headers=headers, seconds=120.0)

    def add_captions(self, video_id: str, content: bytes, *, language: str, name: str = "") -> str:
        """Add a caption track (SRT or WebVTT); its id, empty where one of this language and name is there. 400 units.

        May be repeated: YouTube refuses the same track a second time.
        """
        told = {"snippet": {"videoId": video_id, "language": language, "name": name, "isDraft": False}}
        try:
            answer = self._give_captions("POST", told, content, part="snippet")
        except Conflict:
            return ""
        return str(table(answer).get("id", ""))

    def replace_captions(self, caption_id: str, content: bytes) -> None:
        """Put another text (SRT or WebVTT) in the place of a track's; may be repeated. 450 units."""
        self._give_captions("PUT", {"id": caption_id}, content, part="id")

    def list_captions(self, video_id: str) -> tuple[Caption, ...]:
        """The video's caption tracks. 50 units."""
        return tuple(
            Caption(
                id=item["id"],
                language=item["snippet"]["language"],
                name=item["snippet"].get("name", ""),
                state=item["snippet"].get("status", ""),
                own=str(item["snippet"].get("trackKind", "")).lower() != _HEARD,
            )
            for item in self._line.items("/captions", part="snippet", videoId=video_id)
        )

    def add_to_playlist(self, playlist_id: str, video_id: str) -> str:
        """Put the video at the playlist's end unless it is in it; the item's id. 1 unit to look, 50 to add.

        Raises `OutcomeUnknown` when it may have been added: call again, it looks first.
        """
        there = self._line.items("/playlistItems", part="snippet", playlistId=playlist_id, videoId=video_id)
        if there:
            return str(there[0]["id"])
        snippet = {"playlistId": playlist_id, "resourceId": {"kind": "youtube#video", "videoId": video_id}}
        answer = self._line.write(f"{API}/playlistItems", params={"part": "snippet"}, json={"snippet": snippet})
        return str(table(answer).get("id", ""))

    def update(self, video_id: str, metadata: VideoMetadata) -> None:
        """Write title, description, tags, category, language, privacy and disclosure; the rest stays. 1 unit and 50."""
        now = self._video(video_id, part="status")["status"]
        kept = {name: now[name] for name in _OTHERS if name in now}
        body = {"id": video_id, "snippet": metadata.snippet(), "status": kept | metadata.status()}
        self._line.once(f"{API}/videos", method="PUT", params={"part": "snippet,status"}, json=body)

    def described(self, video_id: str) -> Described:
        """What the video says of itself now. Raises `NotFound` when somebody deleted it. 1 unit."""
        return described(self._video(video_id, part="snippet,status"))

    def open_or_shut(self, video_id: str, *, privacy: Privacy, publish_at: datetime | None = None) -> None:
        """Say who may watch the video, and when (aware) YouTube opens it, `None` for never; all else stays. 1 unit and 50.

        May be repeated. Raises `InvalidInput` for a time given to a video that was open before: YouTube schedules none twice.
        """
        now = self._video(video_id, part="status")["status"]
        kept = {name: now[name] for name in (*_OTHERS, *_DECLARED) if name in now}
        body = {"id": video_id, "status": kept | opening(privacy, publish_at)}
        self._line.once(f"{API}/videos", method="PUT", params={"part": "status"}, json=body)

    def processing(self, video_id: str) -> Processing:
        """How far YouTube is with the video; one that is gone says so. 1 unit."""
        try:
            return processing_of(self._video(video_id, part="status,processingDetails"))
        except NotFound:
            return Processing(video_id=video_id, state="gone")

    def channel(self) -> OwnChannel:
        """The channel the token opens. Raises `AccountClosed` when the Google account has none. 1 unit."""
        items = self._line.items("/channels", part="snippet,contentDetails", mine="true")
        if not items:
            raise closed(NO_CHANNEL, "YouTube knows no channel of this account.", channel=self._channel)
        own = items[0]
        uploads = own["contentDetails"]["relatedPlaylists"]["uploads"]
        return OwnChannel(id=own["id"], title=own.get("snippet", {}).get("title", ""), uploads=uploads)

    def _give_captions(self, method: str, told: dict[str, Any], content: bytes, *, part: str) -> Answer:
        """What a track is and its text, in one request."""
        head = f"--{_BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(told)}\r\n"
        middle = f"--{_BOUNDARY}\r\nContent-Type: application/octet-stream\r\n\r\n"
        return self._line.once(
            f"{UPLOAD}/captions",
            method=method,
            params={"uploadType": "multipart", "part": part},
            content=head.encode() + middle.encode() + content + f"\r\n--{_BOUNDARY}--\r\n".encode(),
            headers={"Content-Type": f"multipart/related; boundary={_BOUNDARY}"},
            seconds=120.0,
        )

    def _video(self, video_id: str, *, part: str) -> dict[str, Any]:
        items = self._line.items("/videos", part=part, id=video_id)
        if not items:
            raise NotFound(f"YouTube has no video {video_id}.", remedy="Somebody deleted it; see YouTube Studio.")
        return items[0]
