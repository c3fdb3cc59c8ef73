"""The audit log: who did what, when, to which project and scene, and why. Only ever added to."""

import json
from typing import Any

from sqlalchemy import Connection, insert, select

from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.tables import audit

FACTORY = "videofactory"
"""Who acts when no person did."""


class AuditLine(Value):
    """One line of the log. `detail` is JSON."""

    id: int
    at: str
    who: str
    what: str
    project: str | None
    scene: str | None
    why: str
    detail: str


class Audit:
    """The audit log in the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self,
        what: str,
        *,
        who: str = FACTORY,
        project: str | None = None,
        scene: str | None = None,
        why: str = "",
        detail: dict[str, Any] | None = None,
        within: Connection | None = None,
    ) -> None:
        """Add a line, inside the caller's transaction when one is given."""
        line = {
            "at": self._database.stamp(),
            "who": who,
            "what": what,
            "project": project,
            "scene": scene,
            "why": why,
            "detail": json.dumps(detail or {}, sort_keys=True, ensure_ascii=False, default=str),
        }
        if within is not None:
            within.execute(insert(audit).values(line))
            return
        with self._database.write() as connection:
            connection.execute(insert(audit).values(line))

    def lines(self, project: str | None = None) -> list[AuditLine]:
        """The lines of a project (or all), oldest first."""
        query = select(audit).order_by(audit.c.id)
        if project is not None:
            query = query.where(audit.c.project == project)
        with self._database.read() as connection:
            return [AuditLine.model_validate(dict(row)) for row in connection.execute(query).mappings()]
