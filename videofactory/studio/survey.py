"""Where projects stand, derived from facts (SPEC 3): asked of the ledger in a few questions for all of them, one or thousands.

The rules are `domain.project`; this gathers what they need and no more: a value is read from the store only where the ledger does
not decide by itself. What is told of one project in full is `studio.status`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from videofactory.domain.project import Facts, ProjectState, Trouble, project_state
from videofactory.domain.review import ClipRedone, Entry, FilmLightGiven, Light, LightGiven, film_light, last_script_change, marks
from videofactory.ledger.overview import Video
from videofactory.ledger.projects import Project
from videofactory.ledger.runs import Milestone
from videofactory.studio.factory import Studio

DRAFT_STAGES = ("script", "scene_previews", "narration")
TROUBLES: Mapping[str, Trouble] = {"flagged": "flagged", "over_budget": "over_budget", "failed": "failed"}


class Survey:
    """Some projects at one moment."""

    def __init__(self, studio: Studio, projects: Iterable[Project]) -> None:
        self.projects = {row.key: row for row in projects}
        self._studio = studio
        keys = list(self.projects)
        overview = studio.ledger.overview
        self._logs = overview.logs(keys)
        self._reached = overview.milestones(keys)
        self._videos = overview.videos(keys)
        alive = studio.ledger.runs.alive(keys[0] if len(keys) == 1 else None)
        self._running = {worker.project: worker.job for worker in alive}
        self._now = studio.ledger.database.stamp()

    def state(self, project: str) -> ProjectState:
        """Where a project stands."""
        return project_state(self._facts(self.projects[project]))

    def is_running(self, project: str) -> bool:
        """Whether a process works on it, or has not put its work away yet."""
        return project in self._running

    def log(self, project: str) -> tuple[Entry, ...]:
        """Its review log."""
        return self._logs.get(project, ())

    def reached(self, project: str) -> Mapping[str, Milestone]:
        """How each stage of it ended last."""
        return self._reached.get(project, {})

    def _facts(self, row: Project) -> Facts:
        """The facts that decide its state; those that cannot change it any more are left as they are by default."""
        decided = self._booked(row)
        if project_state(decided) is not ProjectState.QUEUED or not self._drafted(row):
            return decided
        reached, log = self.reached(row.key), self.log(row.key)
        film = reached.get("final_cut")
        video = self._videos.get(row.key)
        return decided.model_copy(
            update={
                "drafted": True,
                "script_entries": min(reached[stage].entries for stage in DRAFT_STAGES),
                "film_entries": film.entries if film and film.outcome == "done" else None,
                "last_change": last_script_change(log),
                "last_redo": max((entry.number for entry in log if isinstance(entry, ClipRedone)), default=0),
                "all_green": self._all_green(row.key, log),
                "film_light": self._film_light(row.key, log) if film else None,
                "publish_at": (video.publish_at or video.sent_at) if video else None,
            }
        )

    def _booked(self, row: Project) -> Facts:
        """What the ledger alone says, and what decides before anything else."""
        video = self._videos.get(row.key)
        return Facts(
            cancelled=row.cancelled_at is not None,
            published=video is not None and _is_out(video, at=self._now),
            running=self._running.get(row.key),
            trouble=_trouble(self.reached(row.key), self.log(row.key)),
        )

    def _drafted(self, row: Project) -> bool:
        """Whether the draft is made, of the brief as it is now."""
        reached = self.reached(row.key)
        if not all(stage in reached and reached[stage].outcome == "done" for stage in DRAFT_STAGES):
            return False
        taken = self._studio.values.plain("brief", row.key)
        return taken is not None and int(taken.get("version", 1)) >= row.brief_version

    def _all_green(self, project: str, log: tuple[Entry, ...]) -> bool:
        if not any(isinstance(entry, LightGiven) and entry.light is Light.GREEN for entry in log):
            return False
        version = self._studio.values.plain("script", project)
        return version is not None and all(mark.light is Light.GREEN for mark in marks(version["written"], log).values())

    def _film_light(self, project: str, log: tuple[Entry, ...]) -> Light | None:
        if not any(isinstance(entry, FilmLightGiven) for entry in log):
            return None
        cut: dict[str, Any] | None = self._studio.values.plain("final_cut", project)
        light = film_light(log, film=cut["masters"][0]["film"]["sha256"]) if cut else None
        return light.light if light else None


def _is_out(video: Video, *, at: str) -> bool:
    """Whether people can watch it: YouTube has processed it, and its time has come."""
    return video.processed and (video.publish_at is None or video.publish_at <= at)


def _trouble(reached: Mapping[str, Milestone], log: tuple[Entry, ...]) -> Trouble | None:
    ended = stopped(reached, log)
    return TROUBLES.get(ended.outcome) if ended else None


def stopped(reached: Mapping[str, Milestone], log: tuple[Entry, ...]) -> Milestone | None:
    """The last stage that ended badly, unless somebody has decided something since it began (which asks for another try)."""
    bad = [milestone for milestone in reached.values() if milestone.outcome in TROUBLES and milestone.entries >= len(log)]
    return max(bad, key=lambda milestone: milestone.at, default=None)
