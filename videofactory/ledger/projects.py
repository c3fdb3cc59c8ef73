"""Projects: taken in exactly once by their source's own id, never deleted."""

from sqlalchemy import Connection, insert, select, update

from videofactory.domain.errors import InvalidInput, NotFound, Problem
from videofactory.domain.fingerprint import project_key
from videofactory.domain.review import BriefChanged
from videofactory.domain.value import Value
from videofactory.ledger.audit import FACTORY, Audit
from videofactory.ledger.database import Database
from videofactory.ledger.reviews import Reviews
from videofactory.ledger.tables import projects


class Project(Value):
    """One project's row. `brief` is the brief's JSON as taken in; `brief_version` counts its changes by the source."""

    key: str
    channel: str
    title: str
    source_kind: str
    source_id: str
    brief: str
    brief_version: int
    created_at: str
    cancelled_at: str | None


class Projects:
    """The projects in the ledger."""

    def __init__(self, database: Database, *, audit: Audit, reviews: Reviews) -> None:
        self._database = database
        self._audit = audit
        self._reviews = reviews

    def take_in(self, *, channel: str, title: str, source_kind: str, source_id: str, brief: str, who: str = FACTORY) -> Project:
        """The project of this source: made when it is new, its brief replaced when it differs.

        A replaced brief raises the version, and an entry in the review log clears all lights: nobody saw the new script yet.

        Raises `InvalidInput` when another source has this very key (the same file name in channels of nearly the same name).
        """
        same = (projects.c.channel == channel) & (projects.c.source_kind == source_kind) & (projects.c.source_id == source_id)
        with self._database.write() as connection:
            row = connection.execute(select(projects).where(same)).mappings().first()
            if row is None:
                key = project_key(channel, title, source_id=source_id)
                _require_free(connection, key, source_id=source_id)
                values = {
                    "key": key,
                    "channel": channel,
                    "title": title,
                    "source_kind": source_kind,
                    "source_id": source_id,
                    "brief": brief,
                    "brief_version": 1,
                    "created_at": self._database.stamp(),
                }
                connection.execute(insert(projects).values(values))
                self._audit.note("project taken in", who=who, project=key, detail={"source": source_id}, within=connection)
            elif row["brief"] != brief:
                change = {"brief": brief, "title": title, "brief_version": row["brief_version"] + 1}
                connection.execute(update(projects).where(same).values(change))
                entry = BriefChanged(version=row["brief_version"] + 1)
                self._reviews.append(connection, row["key"], entry, reviewer=who)
            return _project(connection.execute(select(projects).where(same)).mappings().one())

    def get(self, key: str) -> Project:
        """The project with this key. Raises `NotFound`."""
        with self._database.read() as connection:
            row = connection.execute(select(projects).where(projects.c.key == key)).mappings().first()
        if row is None:
            raise NotFound(f"There is no project {key!r}.", remedy="'videofactory status' lists the projects.")
        return _project(row)

    def all(self) -> list[Project]:
        """Every project, oldest first."""
        query = select(projects).order_by(projects.c.created_at, projects.c.key)
        with self._database.read() as connection:
            return [_project(row) for row in connection.execute(query).mappings()]

    def cancel(self, key: str, *, who: str, why: str) -> None:
        """End a project without a film. Raises `NotFound`."""
        self.get(key)
        with self._database.write() as connection:
            change = {"cancelled_at": self._database.stamp()}
            connection.execute(update(projects).where(projects.c.key == key, projects.c.cancelled_at.is_(None)).values(change))
            self._audit.note("project cancelled", who=who, project=key, why=why, within=connection)

    def reopen(self, key: str, *, who: str, why: str) -> None:
        """Go on with a project that was cancelled. Raises `NotFound`."""
        self.get(key)
        with self._database.write() as connection:
            connection.execute(update(projects).where(projects.c.key == key).values(cancelled_at=None))
            self._audit.note("project reopened", who=who, project=key, why=why, within=connection)


def _require_free(connection: Connection, key: str, *, source_id: str) -> None:
    if connection.execute(select(projects.c.key).where(projects.c.key == key)).first() is not None:
        remedy = "give the source another name (or the film another title)"
        raise InvalidInput([Problem(file=source_id, field="title", value=f"project {key}, which exists", remedy=remedy)])


def _project(row: object) -> Project:
    return Project.model_validate(dict(row))  # type: ignore[call-overload]
