"""Uploads: each film on its way to its channel, written down before the first byte leaves, and what became of it.

    planned → sending → sent → done
       ├────────┴────────┴──→ failed    YouTube's own words in `problem`; a person publishes again
       ├─ sending ──────────→ parked    it may be there already, and nobody can tell: a person looks
       └─ sent, done ───────→ withdrawn nobody can watch it; it is opened again when somebody wants it (`ledger.videos`)

A project and a film have one row. Only the process that holds it (`owner`) moves it; the row of a dead holder is taken over. The
session's address is a key to the channel, so it lies here encrypted. When a film is sent is decided in `studio.programme`, the
sending is `studio.publishing`.
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.fernet import InvalidToken
from sqlalchemy import Connection, delete, insert, select, update

from videofactory.domain.errors import Busy, Conflict, Lasting
from videofactory.domain.value import Value
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ownership import lives, me
from videofactory.ledger.tables import uploads, videos


class UploadState(StrEnum):
    """How far an upload is."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"


UNDER_WAY = frozenset({UploadState.PLANNED, UploadState.SENDING, UploadState.SENT})
BEGUN = frozenset({UploadState.SENDING, UploadState.SENT, UploadState.DONE, UploadState.PARKED})
"""A video of the project is on YouTube, or may be."""

LOST = "lost"
"""In place of a session that failed: no token, so it is read as lost, and the film is looked for before it is sent again."""


class Upload(Value):
    """One row. `slot`: the channel's publishing slot it takes; `publish_at`: when YouTube makes it public (`None`: at once).

    `confirmed`: how many of the `size` bytes YouTube has for sure. `steps`: what is done and never done again. `again_at`: not
    before then is it gone on with by itself. `session`: where the bytes go; `None` while no byte can have left, empty when
    it is lost. `crashes`: how many runs in a row were cut off without the film coming on.
    """

    project: str
    film: str
    channel: str
    size: int
    state: UploadState
    slot: str | None
    publish_at: str | None
    session: str | None
    confirmed: int
    video_id: str | None
    steps: tuple[str, ...]
    problem: str | None
    again_at: str | None
    owner: str | None
    beat_at: str | None
    created_at: str
    sent_at: str | None
    settled_at: str | None
    crashes: int = 0

    @property
    def held(self) -> bool:
        """Whether a living process works on it."""
        return self.owner is not None and lives(self.owner, beat_at=self.beat_at)


class Uploads:
    """Uploads in the ledger. Each method is one transaction."""

    def __init__(self, database: Database, *, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def find(self, project: str, film: str) -> Upload | None:
        """The upload of exactly this film."""
        with self._database.read() as connection:
            return self._find(connection, project, film)

    def all(self, *, project: str | None = None, channel: str | None = None) -> list[Upload]:
        """Uploads, oldest first, of one project or channel, or all."""
        query = select(uploads).order_by(uploads.c.created_at, uploads.c.project)
        for column, wanted in ((uploads.c.project, project), (uploads.c.channel, channel)):
            query = query if wanted is None else query.where(column == wanted)
        with self._database.read() as connection:
            return [self._upload(dict(row)) for row in connection.execute(query).mappings()]

    def plan(
        self, project: str, film: str, *, channel: str, size: int, slots: Iterable[datetime] | None, public: bool
    ) -> tuple[Upload, bool]:
        """Write the film's upload down, in the first of these slots no other film of the channel takes; `True` when it is new.

        `slots` is `None` to publish at once, which also takes a planned film out of its slot. `public`: YouTube opens it at its
        slot by itself. A plan for an older cut makes way; raises `Conflict` when that one may be on YouTube already, and when no
        slot is free. A plan whose slot has passed with nothing sent gets the next one: missed slots are not made up for.
        """
        with self._database.write() as connection:
            self._make_way(connection, project, film)
            present = self._find(connection, project, film)
            if present is not None and (present.state in BEGUN or (slots is not None and self._stands(present))):
                return present, False
            slot = None if slots is None else _free(connection, channel, slots)
            plan = {"state": UploadState.PLANNED, "slot": slot, "publish_at": slot if public else None}
            plan |= {"problem": None, "again_at": None, "settled_at": None}
            if present is None:
                row = {"project": project, "film": film, "channel": channel, "size": size, "confirmed": 0, "steps": "[]"}
                connection.execute(insert(uploads).values(**row, **plan, created_at=self._database.stamp()))
            else:
                known: dict[str, object] = {"state": UploadState.SENT} if present.video_id else {}
                known |= {} if present.session is None else {"session": LOST}
                connection.execute(_row(project, film).values(**plan | known))
            return self._get(connection, project, film), True

    def hold(self, project: str, film: str) -> Upload:
        """Work on the upload from now on. Raises `Busy` while another living process, or another run in this one, does."""
        with self._database.write() as connection:
            present = self._get(connection, project, film)
            if present.held:
                raise Busy(f"The film of {project} is being uploaded already, by {present.owner}.")
            connection.execute(_row(project, film).values(owner=me(), beat_at=self._database.stamp()))
            return self._get(connection, project, film)

    def let_go(self, project: str, film: str) -> None:
        """Whoever comes next may go on."""
        self._move(project, film, owner=None)

    def beat(self) -> None:
        """A sign of life for every upload this process holds."""
        with self._database.write() as connection:
            connection.execute(update(uploads).where(uploads.c.owner == me()).values(beat_at=self._database.stamp()))

    def beginning(self, project: str, film: str) -> Upload:
        """A session is about to be asked for: from here on the film may reach YouTube."""
        first = self._find_now(project, film).sent_at or self._database.stamp()
        return self._move(project, film, state=UploadState.SENDING, sent_at=first, session=None, confirmed=0)

    def began(self, project: str, film: str, *, session: str) -> Upload:
        """The session is open; its address is kept before the first byte leaves."""
        return self._move(project, film, session=self._sealed(session), confirmed=0)

    def progress(self, project: str, film: str, *, session: str, confirmed: int) -> Upload:
        """YouTube has so many bytes for sure; the session may have moved."""
        came_on = {"crashes": 0} if confirmed > self._find_now(project, film).confirmed else {}
        return self._move(project, film, session=self._sealed(session), confirmed=confirmed, **came_on)

    def sent(self, project: str, film: str, *, video_id: str) -> Upload:
        """YouTube has the whole film, under this id."""
        size = self._find_now(project, film).size
        self._move(project, film, state=UploadState.SENT, video_id=video_id, session=None, confirmed=size)
        return self.step(project, film, "upload")

    def step(self, project: str, film: str, name: str) -> Upload:
        """A step is done, and is never done again."""
        with self._database.write() as connection:
            done = self._get(connection, project, film).steps
            steps = json.dumps([*done, *([] if name in done else [name])])
            connection.execute(_row(project, film).values(steps=steps, crashes=0))
            return self._get(connection, project, film)

    def later(self, project: str, film: str, *, seconds: float, problem: str | None = None) -> Upload:
        """Nobody goes on with it by himself before so many seconds are over."""
        again = stamped(self._database.time() + timedelta(seconds=seconds))
        return self._move(project, film, again_at=again, **({"problem": problem} if problem else {}))

    def crashed(self, project: str, film: str, *, problem: str, wait: Callable[[int], float]) -> Upload:
        """The run that worked on it was cut off, the n-th in a row: nobody goes on with it for `wait(n)` seconds."""
        with self._database.write() as connection:
            times = self._get(connection, project, film).crashes + 1
            again = stamped(self._database.time() + timedelta(seconds=wait(times)))
            connection.execute(_row(project, film).values(crashes=times, problem=problem, again_at=again))
            return self._get(connection, project, film)

    def fail(self, project: str, film: str, *, problem: str, gone: bool = False) -> Upload:
        """It cannot be published as it is; the slot is free again. `gone`: the video is no use, the next try makes a new one."""
        lost = {"video_id": None, "session": None, "steps": "[]", "confirmed": 0, "sent_at": None} if gone else {}
        end = {"state": UploadState.FAILED, "problem": problem, "settled_at": self._database.stamp()}
        return self._move(project, film, **end, **lost, slot=None, owner=None)

    def park(self, project: str, film: str, *, problem: str) -> Upload:
        """It may be on YouTube, and nobody can tell: a person looks."""
        return self._move(project, film, state=UploadState.PARKED, problem=problem, owner=None)

    def done(self, project: str, film: str) -> Upload:
        """Every step is done and YouTube has processed the film."""
        end = {"settled_at": self._database.stamp(), "problem": None, "again_at": None}
        return self._move(project, film, state=UploadState.DONE, owner=None, **end)

    def _stands(self, present: Upload) -> bool:
        """Whether a plan is as good as it was: its slot has not passed."""
        passed = present.publish_at is not None and present.publish_at <= self._database.stamp()
        return present.state is UploadState.PLANNED and not passed

    def _make_way(self, connection: Connection, project: str, film: str) -> None:
        """One video a project: a plan for another cut of it ends; one that may be on YouTube stops the new one."""
        others = select(uploads).where(uploads.c.project == project, uploads.c.film != film)
        for row in connection.execute(others).mappings().all():
            other = self._upload(dict(row))
            if other.state is UploadState.WITHDRAWN:
                continue
            if other.state in BEGUN:
                where = f"as {other.video_id}" if other.video_id else "or on its way there"
                raise Conflict(
                    f"Another cut of {project} is on YouTube already, {where}.",
                    remedy=f"A project has one video. Take that one off: videofactory publish {project} --withdraw REASON",
                )
            for table in (videos, uploads):
                connection.execute(delete(table).where(table.c.project == project, table.c.film == other.film))

    def _move(self, project: str, film: str, **change: object) -> Upload:
        with self._database.write() as connection:
            connection.execute(_row(project, film).values(**change))
            return self._get(connection, project, film)

    def _find_now(self, project: str, film: str) -> Upload:
        with self._database.read() as connection:
            return self._get(connection, project, film)

    def _find(self, connection: Connection, project: str, film: str) -> Upload | None:
        mine = (uploads.c.project == project) & (uploads.c.film == film)
        row = connection.execute(select(uploads).where(mine)).mappings().first()
        return None if row is None else self._upload(dict(row))

    def _get(self, connection: Connection, project: str, film: str) -> Upload:
        mine = (uploads.c.project == project) & (uploads.c.film == film)
        return self._upload(dict(connection.execute(select(uploads).where(mine)).mappings().one()))

    def _upload(self, row: dict[str, object]) -> Upload:
        sealed = row["session"]
        session = self._opened(str(sealed)) if sealed else None
        return Upload.model_validate({**row, "session": session, "steps": json.loads(str(row["steps"]))})

    def _sealed(self, session: str) -> str:
        self._keyring.begin()
        return self._keyring.opened().encrypt(session.encode()).decode()

    def _opened(self, token: str) -> str:
        """The session's address; empty under a changed or missing master key: it is then as good as expired."""
        try:
            return self._keyring.opened().decrypt(token.encode()).decode()
        except (InvalidToken, Lasting):
            return ""


def _row(project: str, film: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's update, which has no plain name
    return update(uploads).where(uploads.c.project == project, uploads.c.film == film)


def _free(connection: Connection, channel: str, slots: Iterable[datetime]) -> str:
    query = select(uploads.c.slot).where(uploads.c.channel == channel, uploads.c.slot.is_not(None))
    taken = set(connection.execute(query).scalars())
    for slot in slots:
        if stamped(slot) not in taken:
            return stamped(slot)
    raise Conflict(f"{channel} has no free publishing slot.", remedy="Add one to youtube.slots of its channel file.")
