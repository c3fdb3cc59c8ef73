"""What ran and how it ended: milestones (the last outcome of each stage of a project) and workers (which process runs a job)."""

from typing import Literal

from sqlalchemy import delete, insert, select, update

from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.ownership import lives, me
from videofactory.ledger.tables import milestones, workers

Outcome = Literal["done", "failed", "waiting", "flagged", "over_budget"]


class Milestone(Value):
    """How a stage of a project ended last. `entries`: the review version it had seen; `detail`: words, for people."""

    project: str
    stage: str
    outcome: Outcome
    entries: int
    detail: str
    run_id: str | None
    at: str


class Worker(Value):
    """A process that runs a job for a project."""

    run_id: str
    project: str
    job: str
    owner: str
    started_at: str
    ended_at: str | None


class Runs:
    """Milestones and workers in the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reached(
        self, project: str, stage: str, *, outcome: Outcome, entries: int, detail: str = "", run_id: str | None = None
    ) -> None:
        """Record how a stage ended, in place of how it ended before."""
        row = {
            "project": project,
            "stage": stage,
            "outcome": outcome,
            "entries": entries,
            "detail": detail,
            "run_id": run_id,
            "at": self._database.stamp(),
        }
        with self._database.write() as connection:
            connection.execute(delete(milestones).where(milestones.c.project == project, milestones.c.stage == stage))
            connection.execute(insert(milestones).values(row))

    def milestones(self, project: str) -> dict[str, Milestone]:
        """The last outcome of each stage, by stage."""
        query = select(milestones).where(milestones.c.project == project)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return {row["stage"]: Milestone.model_validate(dict(row)) for row in rows}

    def begin(self, run_id: str, *, project: str, job: str) -> None:
        """This process works on a run (again, after a resume)."""
        with self._database.write() as connection:
            connection.execute(delete(workers).where(workers.c.run_id == run_id))
            row = {"run_id": run_id, "project": project, "job": job, "owner": me(), "started_at": self._database.stamp()}
            connection.execute(insert(workers).values(row))

    def end(self, run_id: str) -> None:
        """The run is over."""
        with self._database.write() as connection:
            change = {"ended_at": self._database.stamp()}
            connection.execute(update(workers).where(workers.c.run_id == run_id, workers.c.ended_at.is_(None)).values(change))

    def knows(self, run_id: str) -> bool:
        """Whether a process ever said that it works on the run."""
        with self._database.read() as connection:
            return connection.execute(select(workers.c.run_id).where(workers.c.run_id == run_id)).first() is not None

    def alive(self, project: str | None = None) -> list[Worker]:
        """Runs that are not over and whose process lives."""
        return [worker for worker in self._open(project) if _lives(worker)]

    def dead(self) -> list[Worker]:
        """Runs that are not over but whose process is gone."""
        return [worker for worker in self._open(None) if not _lives(worker)]

    def _open(self, project: str | None) -> list[Worker]:
        query = select(workers).where(workers.c.ended_at.is_(None)).order_by(workers.c.started_at)
        if project is not None:
            query = query.where(workers.c.project == project)
        with self._database.read() as connection:
            return [Worker.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def _lives(worker: Worker) -> bool:
    return lives(worker.owner)
