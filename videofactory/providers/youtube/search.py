"""Looking for a film among the channel's uploads after its session is gone, or after an answer was lost."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from videofactory.providers.youtube.answers import Candidate
from videofactory.providers.youtube.line import Line
from videofactory.providers.youtube.processing import processing_of

PAGE = 50
PAGES = 20
"""How many pages are looked through at most: a thousand uploads."""
SKEW = timedelta(minutes=10)
"""How far YouTube's clock and ours may be apart."""
CLOSE = 1.5
"""Seconds two lengths may differ by: YouTube counts whole seconds, and rounds."""


_PARTS = "snippet,status,contentDetails,fileDetails,processingDetails"
"""All that tells one upload from another; for its owner only."""


class Search:
    """The uploads of one channel."""

    def __init__(self, line: Line, *, uploads: str) -> None:
        self._line = line
        self._uploads = uploads

    def candidates(self, *, title: str, size: int, seconds: float | None, since: datetime) -> list[Candidate]:
        """See `YouTube.find`: what has another size or length is none; nor is what has no size yet and another title."""
        found = [
            candidate
            for batch in self._batches(since - SKEW)
            for candidate in self._described(batch, size=size)
            if _fits(candidate, title=title, size=size, seconds=seconds)
        ]
        return sorted(found, key=lambda one: (not one.certain, one.title != title, -one.uploaded_at.timestamp()))

    def _batches(self, since: datetime) -> Iterator[dict[str, datetime]]:
        """Ids and times of uploads, a page at a time, until a page has nothing as new as this: the newest come first."""
        query = {"part": "snippet,contentDetails", "playlistId": self._uploads, "maxResults": str(PAGE)}
        for _ in range(PAGES):
            page = self._line.table("/playlistItems", **query)
            times = {item["contentDetails"]["videoId"]: _time(item["snippet"]["publishedAt"]) for item in page.get("items", ())}
            recent = {video: at for video, at in times.items() if at >= since}
            yield recent
            if not recent or not page.get("nextPageToken"):
                return
            query["pageToken"] = page["nextPageToken"]

    def _described(self, uploaded: dict[str, datetime], *, size: int) -> Iterator[Candidate]:
        if not uploaded:
            return
        for video in self._line.items("/videos", part=_PARTS, id=",".join(uploaded)):
            yield _candidate(video, at=uploaded[video["id"]], size=size)


def own_video(line: Line, video_id: str, *, owner: str, size: int) -> Candidate | None:
    """See `YouTube.own_video`. A stranger's video is asked only for what everybody sees: more is forbidden."""
    seen = line.items("/videos", part="snippet", id=video_id)
    if not seen or seen[0]["snippet"].get("channelId") != owner:
        return None
    whole = line.items("/videos", part=_PARTS, id=video_id)
    return _candidate(whole[0], at=_time(whole[0]["snippet"]["publishedAt"]), size=size) if whole else None


def _candidate(video: dict[str, Any], *, at: datetime, size: int) -> Candidate:
    file = video.get("fileDetails", {})
    told = int(file["fileSize"]) if str(file.get("fileSize", "")).isdigit() else None
    length = float(file["durationMs"]) / 1000 if file.get("durationMs") else _length(video.get("contentDetails", {}))
    return Candidate(
        video_id=video["id"],
        title=video["snippet"]["title"],
        uploaded_at=at,
        size=told,
        seconds=length,
        state=processing_of(video).state,
        certain=told == size,
    )


def _fits(candidate: Candidate, *, title: str, size: int, seconds: float | None) -> bool:
    if candidate.size not in {None, size}:
        return False
    if seconds is not None and candidate.seconds is not None and abs(candidate.seconds - seconds) > CLOSE:
        return False
    return candidate.title == title or candidate.certain


def _length(content: dict[str, Any]) -> float | None:
    """Seconds of an ISO 8601 length such as `PT1H2M3S`; `None` while YouTube does not know (`P0D`)."""
    found = re.fullmatch(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", str(content.get("duration", "")))
    if not found:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds) or None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
