"""The ledger asked about many projects at once: a few questions, whatever their number, for whoever looks at all of them often.

Holds no rule of what the answers mean (`studio.survey`) and writes nothing. One project is asked about by `reviews`, `runs`,
`uploads`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, Table, and_, case, func, or_, select

from videofactory.domain.review import Entry
from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.projects import Project
from videofactory.ledger.runs import Milestone
from videofactory.ledger.tables import calls, milestones, projects, reviews, uploads, workers

AT_ONCE = 500
"""Keys named in one question."""
PROCESSED = '%"processing"%'
"""Stands in the steps of an upload that YouTube has processed."""
MOVING: Mapping[Table, tuple[ColumnElement[Any], ...]] = MappingProxyType(
    {
        projects: (projects.c.created_at, projects.c.cancelled_at),
        reviews: (reviews.c.at,),
        milestones: (milestones.c.at,),
        calls: (calls.c.created_at, calls.c.sent_at, calls.c.beat_at, calls.c.settled_at),
        workers: (workers.c.started_at, workers.c.ended_at),
        uploads: (uploads.c.created_at, uploads.c.beat_at, uploads.c.sent_at, uploads.c.settled_at),
    }
)
"""Where it is written when something of a project changed."""
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


class Video(Value):
    """What of an upload says whether people can watch it; see `uploads.Upload`."""

    project: str
    publish_at: str | None
    sent_at: str | None
    processed: bool


class Overview:
    """Questions about many projects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self) -> list[Project]:
        """The projects that are neither cancelled nor watched by anybody yet, oldest first: all that may move by themselves."""
        out = (uploads.c.project == projects.c.key) & uploads.c.video_id.is_not(None) & uploads.c.steps.like(PROCESSED)
        come = or_(uploads.c.publish_at.is_(None), uploads.c.publish_at <= self._database.stamp())
        watched = select(uploads.c.project).where(out, come).exists()
        query = select(projects).where(projects.c.cancelled_at.is_(None), ~watched)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(projects.c.created_at, projects.c.key)).mappings()
            return [Project.model_validate(dict(row)) for row in rows]

    def cancelled(self) -> set[str]:
        """The projects that ended without a film, by key."""
        with self._database.read() as connection:
            return set(connection.execute(select(projects.c.key).where(projects.c.cancelled_at.is_not(None))).scalars())

    def filmed(self, channel: str) -> list[Project]:
        """Projects of a channel whose film is made and has no upload that was begun, those filmed longest ago first."""
        made = and_(milestones.c.project == projects.c.key, milestones.c.stage == "final_cut", milestones.c.outcome == "done")
        begun = select(uploads.c.project).where(
            uploads.c.project == projects.c.key, uploads.c.state.not_in(("planned", "failed", "withdrawn"))
        )
        query = select(projects).join(milestones, made).where(projects.c.channel == channel, projects.c.cancelled_at.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(query.where(~begun.exists()).order_by(milestones.c.at, projects.c.key)).mappings()
            return [Project.model_validate(dict(row)) for row in rows]

    def rows(self, keys: Sequence[str]) -> list[Project]:
        """These projects."""
        return [Project.model_validate(dict(row)) for row in self._of(projects, keys, projects.c.key)]

    def logs(self, keys: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        """The review logs of these projects, each oldest entry first; none for one nobody decided on."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for row in self._of(reviews, keys, reviews.c.project, reviews.c.number):
            found[row["project"]].append(_ENTRY.validate_json(row["entry"]))
        return {project: tuple(entries) for project, entries in found.items()}

    def milestones(self, keys: Sequence[str]) -> dict[str, dict[str, Milestone]]:
        """How each stage of these projects ended last, by project and stage."""
        found: dict[str, dict[str, Milestone]] = defaultdict(dict)
        for row in self._of(milestones, keys, milestones.c.project):
            found[row["project"]][row["stage"]] = Milestone.model_validate(dict(row))
        return dict(found)

    def videos(self, keys: Sequence[str]) -> dict[str, Video]:
        """The oldest upload YouTube has of each of these projects, where it has one and nobody took it off."""
        found: dict[str, Video] = {}
        for row in self._of(uploads, keys, uploads.c.project, uploads.c.created_at):
            if row["video_id"] and row["state"] != "withdrawn":
                video = Video(
                    project=row["project"],
                    publish_at=row["publish_at"],
                    sent_at=row["sent_at"],
                    processed="processing" in row["steps"],
                )
                found.setdefault(video.project, video)
        return found

    def moved(self, keys: Sequence[str]) -> dict[str, str]:
        """When anything of these projects last changed: a decision, a stage, a run, a call, an upload; or a slot came."""
        found = dict.fromkeys(keys, "")
        come = case((uploads.c.publish_at <= self._database.stamp(), uploads.c.publish_at))
        times = {**MOVING, uploads: (*MOVING[uploads], come)}
        with self._database.read() as connection:
            for table, columns in times.items():
                key = table.c.key if table is projects else table.c.project
                query = select(key, *(func.max(column) for column in columns)).group_by(key)
                for part in _parts(keys):
                    for project, *latest in connection.execute(query.where(key.in_(part))):
                        found[project] = max(found[project], *(at or "" for at in latest))
        return found

    def last_settled(self, keys: Sequence[str]) -> dict[str, str]:
        """When a call of each of these projects was last settled, where one ever was."""
        found: dict[str, str] = {}
        query = select(calls.c.project, func.max(calls.c.settled_at)).group_by(calls.c.project)
        with self._database.read() as connection:
            for part in _parts(keys):
                found |= {project: at for project, at in connection.execute(query.where(calls.c.project.in_(part))) if at}
        return found

    def _of(self, table: Table, keys: Sequence[str], *order: ColumnElement[Any]) -> Iterator[RowMapping]:
        """The rows of these projects, whose key is the first column of `order`."""
        with self._database.read() as connection:
            for part in _parts(keys):
                yield from connection.execute(select(table).where(order[0].in_(part)).order_by(*order)).mappings()


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(keys), AT_ONCE):
        yield keys[first : first + AT_ONCE]
