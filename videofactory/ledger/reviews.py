"""The review log: every light and edit, numbered without gaps in each project, added by one reviewer at a time."""

from collections.abc import Callable, Sequence

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, insert, select

from videofactory.domain.errors import Conflict
from videofactory.domain.review import Entry, at_odds, same_decision
from videofactory.ledger.audit import Audit
from videofactory.ledger.database import Database
from videofactory.ledger.tables import reviews

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
Heeded = Callable[[Connection], None]
"""Notes, in the transaction that records decisions, where they were read: so that no crash has them recorded twice."""


class Reviews:
    """Review entries in the ledger."""

    def __init__(self, database: Database, *, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def log(self, project: str) -> tuple[Entry, ...]:
        """All entries of a project, oldest first; the last one's number is the project's review version."""
        query = select(reviews.c.entry).where(reviews.c.project == project).order_by(reviews.c.number)
        with self._database.read() as connection:
            return tuple(_ENTRY.validate_json(text) for text in connection.execute(query).scalars())

    def add(
        self,
        project: str,
        entries: Sequence[Entry],
        *,
        reviewer: str,
        based_on: int,
        heeded: Heeded | None = None,
    ) -> tuple[Entry, ...]:
        """Record decisions made on the knowledge of version `based_on`, all or none; the entries as recorded.

        A decision somebody else made meanwhile in the same words changes nothing: it is noted in the audit log only.
        Raises `Conflict`, recording nothing, when somebody decided otherwise on the same scene since that version.
        """
        with self._database.write() as connection:
            query = select(reviews.c.entry).where(reviews.c.project == project).order_by(reviews.c.number)
            present = [_ENTRY.validate_json(text) for text in connection.execute(query).scalars()]
            since = [theirs for theirs in present if theirs.number > based_on]
            _refuse_conflicts(entries, since)
            at = self._database.stamp()
            news = [entry for entry in entries if not any(same_decision(entry, theirs) for theirs in since)]
            lines = tuple(
                entry.model_copy(update={"number": number, "reviewer": reviewer, "at": at})
                for number, entry in enumerate(news, start=len(present) + 1)
            )
            for line in lines:
                self._write(connection, project, line)
            if heeded is not None:
                heeded(connection)
            for entry in entries:
                if entry not in news:
                    agreed = entry.model_copy(update={"reviewer": reviewer})
                    self._note(connection, project, agreed, what=f"review: {entry.kind}, as decided already")
            return lines

    def append(self, connection: Connection, project: str, entry: Entry, *, reviewer: str) -> None:
        """Add an entry that asks nobody (a changed brief) inside the caller's transaction."""
        count = connection.execute(select(func.count()).select_from(reviews).where(reviews.c.project == project)).scalar_one()
        line = entry.model_copy(update={"number": count + 1, "reviewer": reviewer, "at": self._database.stamp()})
        self._write(connection, project, line)

    def _write(self, connection: Connection, project: str, line: Entry) -> None:
        row = {
            "project": project,
            "number": line.number,
            "kind": line.kind,
            "scene": getattr(line, "scene", None),
            "entry": line.model_dump_json(exclude_none=True),
            "reviewer": line.reviewer,
            "at": line.at,
        }
        connection.execute(insert(reviews).values(row))
        self._note(connection, project, line, what=f"review: {line.kind}")

    def _note(self, connection: Connection, project: str, line: Entry, *, what: str) -> None:
        self._audit.note(
            what,
            who=line.reviewer,
            project=project,
            scene=getattr(line, "scene", None),
            why=getattr(line, "feedback", ""),
            detail=line.model_dump(mode="json", exclude_none=True, exclude={"number", "reviewer", "at", "scene", "feedback"}),
            within=connection,
        )


def _refuse_conflicts(entries: Sequence[Entry], since: Sequence[Entry]) -> None:
    for theirs in since:
        for mine in entries:
            if at_odds(mine, theirs):
                where = getattr(theirs, "scene", None) or "the film"
                what = getattr(theirs, "light", None) or theirs.kind
                raise Conflict(
                    f"{theirs.reviewer} decided {what} on {where} at {theirs.at}, after you looked; nothing was recorded.",
                    remedy="Look again, then decide.",
                )
