"""Videos: what YouTube was told of a film since its upload: what was corrected, and whether and why it was taken off.

    asked for ──→ withdrawn (upload: `withdrawn`) ──→ under way again (upload: `sent`) ──→ opened: the withdrawal is history
        └─ hindered: tried again, and told loudly (`problem`, `again_at`)

A withdrawal is written down before YouTube is asked, so that no crash forgets it. Each change is audited in the transaction that
notes it. The upload itself is `ledger.uploads`; what is sent is decided in `studio.corrections` and `studio.withdrawing`.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from videofactory.domain.value import Value
from videofactory.ledger.audit import FACTORY, Audit
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.tables import uploads, videos
from videofactory.ledger.uploads import Upload, UploadState

LAST_STEP = "processing"
"""The step after which people can watch a video whose time has come."""
_NO_WITHDRAWAL = dict.fromkeys(("why", "who", "entries", "asked_at", "done_at", "problem", "again_at")) | {"was_open": False}


class Withdrawal(Value):
    """That somebody wants a video off. `entries`: the last review entry that was there when it was asked for.

    `done_at`: when it was off for sure, `None` while it may still be seen, or open at its time. `was_open`: people could watch it
    before, so YouTube does not schedule it again. `problem` and `again_at`: what hinders it, and when it is tried again.
    """

    why: str
    who: str
    entries: int
    asked_at: str
    done_at: str | None
    was_open: bool
    problem: str | None
    again_at: str | None


class Video(Value):
    """What is known of a film's video beside its upload.

    `contents`: hashes of the captions and the thumbnail YouTube has, by step. `opening`: somebody wants it open otherwise than
    YouTube was told with the upload.
    """

    project: str
    film: str
    contents: Mapping[str, str] = {}
    opening: bool = False
    withdrawal: Withdrawal | None = None

    @property
    def pending(self) -> bool:
        """Whether it is to be taken off, and is not yet."""
        return self.withdrawal is not None and self.withdrawal.done_at is None

    def to_open(self, upload: Upload) -> bool:
        """Whether YouTube must be told anew when the video opens."""
        back = self.withdrawal is not None and not self.pending and upload.state is not UploadState.WITHDRAWN
        return self.opening or back


class Videos:
    """Videos in the ledger. Each method is one transaction."""

    def __init__(self, database: Database, *, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def find(self, project: str, film: str) -> Video:
        """What is known of this film's video; nothing, where nothing happened to it."""
        with self._database.read() as connection:
            return _find(connection, project, film)

    def moved(self) -> dict[tuple[str, str], Video]:
        """By project and film, all videos somebody wants, or wanted, otherwise than YouTube was told with the upload."""
        query = select(videos).where(or_(videos.c.asked_at.is_not(None), videos.c.opening))
        with self._database.read() as connection:
            found = [_video(row) for row in connection.execute(query).mappings()]
        return {(video.project, video.film): video for video in found}

    def kept(self, project: str, film: str, *, step: str, content: str) -> None:
        """YouTube has captions or a thumbnail with this hash."""
        with self._database.write() as connection:
            _keep(connection, project, film, step=step, content=content)

    def corrected(self, project: str, film: str, *, step: str, content: str, who: str, why: str, detail: dict[str, Any]) -> None:
        """A part of a published video was replaced."""
        with self._database.write() as connection:
            _keep(connection, project, film, step=step, content=content)
            self._audit.note(f"video corrected: {step}", who=who, project=project, why=why, detail=detail, within=connection)

    def ask(self, project: str, film: str, *, who: str, why: str, entries: int) -> Video:
        """Somebody wants the video off; nothing changes when that is asked for already."""
        with self._database.write() as connection:
            if not _find(connection, project, film).pending:
                asked = {"why": why, "who": who, "entries": entries, "asked_at": self._database.stamp(), "opening": False}
                _write(connection, project, film, **_NO_WITHDRAWAL | asked)
                self._audit.note("video withdrawal asked for", who=who, project=project, why=why, within=connection)
            return _find(connection, project, film)

    def hindered(self, project: str, film: str, *, problem: str, seconds: float) -> None:
        """It could not be taken off; it is tried again after so many seconds."""
        with self._database.write() as connection:
            again = stamped(self._database.time() + timedelta(seconds=seconds))
            _write(connection, project, film, problem=problem, again_at=again)

    def withdrawn(self, project: str, film: str, *, was_open: bool) -> Video:
        """Nobody can watch it, and YouTube will not open it. Its slot is free. An upload that never ended stays as it is."""
        with self._database.write() as connection:
            known = _find(connection, project, film).withdrawal
            end: dict[str, Any] = {"done_at": self._database.stamp(), "was_open": was_open, "problem": None, "again_at": None}
            _write(connection, project, film, **end)
            off = {"state": UploadState.WITHDRAWN, "slot": None, "publish_at": None, "settled_at": self._database.stamp()}
            row = update(uploads).where(uploads.c.project == project, uploads.c.film == film, uploads.c.video_id.is_not(None))
            sent = connection.execute(row.values(**off, problem=None, again_at=None)).rowcount
            _unseen(connection, project, film)
            who, why = (known.who, known.why) if known else (FACTORY, "")
            what = "video withdrawn" if sent else "upload stopped"
            self._audit.note(what, who=who, project=project, why=why, detail={"was_open": was_open}, within=connection)
            return _find(connection, project, film)

    def gone(self, project: str, film: str, *, video_id: str) -> None:
        """Somebody deleted the video at YouTube: nothing of it is left to correct or withdraw; publishing makes a new one."""
        problem = f"YouTube has no video {video_id} any more: somebody deleted it there."
        with self._database.write() as connection:
            connection.execute(delete(videos).where(videos.c.project == project, videos.c.film == film))
            lost = {"video_id": None, "session": None, "steps": "[]", "confirmed": 0, "sent_at": None, "slot": None}
            end = {"state": UploadState.FAILED, "problem": problem, "settled_at": self._database.stamp(), "publish_at": None}
            row = update(uploads).where(uploads.c.project == project, uploads.c.film == film)
            connection.execute(row.values(**lost, **end))
            self._audit.note("video is gone", project=project, why=problem, within=connection)

    def let_open(self, project: str, film: str, *, who: str, why: str, at_once: bool = False) -> None:
        """Somebody wants the video to open anew; `at_once`: now, out of its slot. The next publication tells YouTube."""
        with self._database.write() as connection:
            _write(connection, project, film, opening=True)
            if at_once:
                row = update(uploads).where(uploads.c.project == project, uploads.c.film == film)
                connection.execute(row.values(slot=None, publish_at=None, again_at=None))
                ended = row.where(uploads.c.state == UploadState.DONE)
                connection.execute(ended.values(state=UploadState.SENT, settled_at=None))
                _unseen(connection, project, film)
            detail = {"at_once": at_once}
            self._audit.note("video opening asked for", who=who, project=project, why=why, detail=detail, within=connection)

    def opened(self, project: str, film: str, *, publish_at: str | None, privacy: str) -> None:
        """YouTube knows when the video opens. A withdrawal asked for meanwhile stands."""
        with self._database.write() as connection:
            done = {} if _find(connection, project, film).pending else _NO_WITHDRAWAL
            _write(connection, project, film, opening=False, **done)
            detail = {"publish_at": publish_at, "privacy": privacy}
            self._audit.note("video opened", project=project, detail=detail, within=connection)


def _unseen(connection: Connection, project: str, film: str) -> None:
    """People cannot watch the video until it is opened and looked at once more: its last step is not done any more."""
    mine = (uploads.c.project == project) & (uploads.c.film == film)
    steps = json.loads(connection.execute(select(uploads.c.steps).where(mine)).scalar_one())
    left = json.dumps([step for step in steps if step != LAST_STEP])
    connection.execute(update(uploads).where(mine).values(steps=left))


def _keep(connection: Connection, project: str, film: str, *, step: str, content: str) -> None:
    contents = {**_find(connection, project, film).contents, step: content}
    _write(connection, project, film, contents=json.dumps(contents, sort_keys=True))


def _write(connection: Connection, project: str, film: str, **change: object) -> None:
    mine = (videos.c.project == project) & (videos.c.film == film)
    if connection.execute(select(videos.c.film).where(mine)).first() is None:
        row = {"project": project, "film": film, "contents": "{}", "opening": False, "was_open": False}
        connection.execute(insert(videos).values(row | change))
    else:
        connection.execute(update(videos).where(mine).values(**change))


def _find(connection: Connection, project: str, film: str) -> Video:
    mine = (videos.c.project == project) & (videos.c.film == film)
    row = connection.execute(select(videos).where(mine)).mappings().first()
    return Video(project=project, film=film) if row is None else _video(row)


def _video(row: Any) -> Video:  # noqa: ANN401 - SQLAlchemy's row mapping
    withdrawal = Withdrawal.model_validate({name: row[name] for name in Withdrawal.model_fields}) if row["asked_at"] else None
    return Video(
        project=row["project"],
        film=row["film"],
        contents=json.loads(row["contents"]),
        opening=row["opening"],
        withdrawal=withdrawal,
    )
