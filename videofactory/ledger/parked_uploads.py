"""What a person decides about an upload nobody else can settle: it may be on YouTube, and nobody can tell.

    adopt  the film is there, under this id: what is still missing is done on that video
    anew   it is not there: the film is sent once more

Each is one transaction with its line in the audit log: who, and why. What was looked up at YouTube before stands in
`studio.parked_uploads`; what moves uploads otherwise is `ledger.uploads`.
"""

import json

from sqlalchemy import Connection, select, update

from videofactory.domain.errors import Conflict
from videofactory.ledger.audit import Audit
from videofactory.ledger.database import Database
from videofactory.ledger.tables import uploads
from videofactory.ledger.uploads import UploadState

_FORGOTTEN = {"session": None, "problem": None, "again_at": None, "owner": None, "crashes": 0}


class ParkedUploads:
    """Decisions of people about parked uploads. Each raises `Conflict`, changing nothing, for one that is not parked any more."""

    def __init__(self, database: Database, *, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def adopt(self, project: str, film: str, *, video_id: str, who: str, why: str) -> None:
        """YouTube has the whole film, as this video. Raises `Conflict` for the video of another project, too."""
        with self._database.write() as connection:
            size = _parked(connection, project, film)
            _require_unclaimed(connection, project, video_id)
            there = {"state": UploadState.SENT, "video_id": video_id, "confirmed": size, "steps": json.dumps(["upload"])}
            self._decide(connection, project, film, there)
            detail = {"film": film, "video": video_id}
            self._audit.note("upload adopted", who=who, project=project, why=why, detail=detail, within=connection)

    def anew(self, project: str, film: str, *, who: str, why: str) -> None:
        """YouTube does not have the film: it is as if nothing had been sent."""
        with self._database.write() as connection:
            _parked(connection, project, film)
            self._decide(connection, project, film, {"state": UploadState.PLANNED, "confirmed": 0, "sent_at": None})
            self._audit.note("upload sent anew", who=who, project=project, why=why, detail={"film": film}, within=connection)

    @staticmethod
    def _decide(connection: Connection, project: str, film: str, change: dict[str, object]) -> None:
        mine = (uploads.c.project == project) & (uploads.c.film == film)
        connection.execute(update(uploads).where(mine).values(**_FORGOTTEN, **change))


def _parked(connection: Connection, project: str, film: str) -> int:
    """The size of the parked upload, in bytes."""
    mine = (uploads.c.project == project) & (uploads.c.film == film)
    row = connection.execute(select(uploads.c.state, uploads.c.size).where(mine)).first()
    if row is None or row.state != UploadState.PARKED:
        where = "was never begun" if row is None else f"is {row.state}"
        raise Conflict(
            f"The upload of {project} {where}, not parked: there is nothing to decide.", remedy=f"videofactory publish {project}"
        )
    return int(row.size)


def _require_unclaimed(connection: Connection, project: str, video_id: str) -> None:
    """One video is one project's."""
    others = (uploads.c.video_id == video_id) & (uploads.c.project != project)
    other = connection.execute(select(uploads.c.project).where(others)).scalar()
    if other is not None:
        raise Conflict(f"Video {video_id} is the film of {other}.", remedy="Look for this film's own video in YouTube Studio.")
