"""YouTube's resumable protocol: a session is opened, fed in one streaming request, and asked how far it is.

After an expired session the channel's uploads are looked through (`YouTube.find`) before anything is sent again: the film may
have arrived though its session is gone.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing
from videofactory.providers.http import Answer
from videofactory.providers.youtube.answers import Sent
from videofactory.providers.youtube.line import UPLOAD, Line, table
from videofactory.providers.youtube.metadata import VideoMetadata

PIECE = 1 << 20
"""Bytes read from the file at a time; all that is held of it."""
ANSWER_SECONDS = 300.0
"""How long YouTube may take for any one move of the line, the last answer included."""
GOES_ON = 308
GONE = (404, 410)


class Upload:
    """Sessions of one channel."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def begin(self, metadata: VideoMetadata, *, size: int, media_type: str) -> str:
        """See `YouTube.begin`."""
        answer = self._line.write(
            f"{UPLOAD}/videos",
            params={"uploadType": "resumable", "part": "snippet,status"},
            headers={"X-Upload-Content-Length": str(size), "X-Upload-Content-Type": media_type},
            json={"snippet": metadata.snippet(), "status": {**metadata.status(), "embeddable": True, "license": "youtube"}},
        )
        session = str(answer.headers.get("location", ""))
        if not session:
            raise OutcomeUnknown("YouTube took the upload's beginning but named no session.", remedy="Try again later.")
        return session

    def send(self, session: str, path: Path, *, offset: int, told: Callable[[int], None]) -> Sent:
        """See `YouTube.send`."""
        size = path.stat().st_size
        if offset >= size:
            return self.ask(session, size=size)

        def request() -> dict[str, Any]:
            headers = {"Content-Length": str(size - offset), "Content-Type": "video/mp4"}
            if offset:
                headers["Content-Range"] = f"bytes {offset}-{size - 1}/{size}"
            return {"content": _pieces(path, offset=offset, told=told), "headers": headers, "expected": (GOES_ON, *GONE)}

        try:
            return _sent(session, self._line.stream(session, seconds=ANSWER_SECONDS, request=request))
        except (OutcomeUnknown, EngineFailed) as error:
            raise _resumable(error) from error

    def ask(self, session: str, *, size: int) -> Sent:
        """See `YouTube.ask`."""
        headers = {"Content-Length": "0", "Content-Range": f"bytes */{size}"}
        try:
            return _sent(session, self._line.read(session, method="PUT", headers=headers, expected=(GOES_ON, *GONE)))
        except EngineFailed as error:
            raise _resumable(error) from error


def _pieces(path: Path, *, offset: int, told: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as film:
        film.seek(offset)
        while piece := film.read(PIECE):
            yield piece
            offset += len(piece)
            told(offset)


def _sent(session: str, answer: Answer) -> Sent:
    if answer.status in GONE:
        return Sent(session=session, expired=True)
    if answer.status == GOES_ON:
        last = re.fullmatch(r"bytes=0-(\d+)", answer.headers.get("range", "").strip())
        moved = answer.headers.get("location", "") or session
        return Sent(session=moved, confirmed=int(last[1]) + 1 if last else 0, retry_after=answer.retry_after)
    video_id = table(answer).get("id")
    if not isinstance(video_id, str) or not video_id:
        raise EngineFailed("YouTube finished the upload but named no video.")
    return Sent(session=session, video_id=video_id)


def _resumable(error: FactoryError) -> FactoryError:
    """A rejection as it is; anything less sure as passing: the session knows how far it is, and is asked before sending again."""
    if not isinstance(error, EngineRejected):
        return Passing(error.message, remedy="The upload goes on from the last byte YouTube has.")
    return error
