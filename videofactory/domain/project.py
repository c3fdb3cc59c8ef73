"""A project's life: its state is derived here, in one function, from facts; nobody ever sets it."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.review import Light
from videofactory.domain.value import Value

ProjectKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")]


class ProjectState(StrEnum):
    """SPEC 3."""

    QUEUED = "queued"
    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    REVISING = "revising"
    PRODUCING = "producing"
    FINAL_REVIEW = "final_review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    FLAGGED = "flagged"
    OVER_BUDGET = "over_budget"
    FAILED = "failed"
    CANCELLED = "cancelled"


Trouble = Literal["flagged", "over_budget", "failed", "waiting"]


class Facts(Value):
    """All that decides a project's state.

    `drafted`: the develop job finished once. `script_entries`, `film_entries`: the last review entry the script and the film
    hold. `last_change`, `last_redo`: the last entry that changes the script, or asks for a clip again. `film_light` belongs to
    the present film. `trouble`: how the last run ended, unless somebody decided since. `running`: job of a live worker.
    `publish_at`: YouTube has the film, and opens it then; `published`: people can watch it.
    """

    cancelled: bool = False
    running: str | None = None
    drafted: bool = False
    script_entries: int | None = None
    film_entries: int | None = None
    last_change: int = 0
    last_redo: int = 0
    all_green: bool = False
    film_light: Light | None = None
    trouble: Trouble | None = None
    publish_at: str | None = None
    published: bool = False


RUNNING = {
    "develop": ProjectState.DRAFTING,
    "revise": ProjectState.REVISING,
    "produce": ProjectState.PRODUCING,
}
TROUBLE = {
    "flagged": ProjectState.FLAGGED,
    "over_budget": ProjectState.OVER_BUDGET,
    "failed": ProjectState.FAILED,
}

NEXT_JOB = {
    ProjectState.QUEUED: "develop",
    ProjectState.REVISING: "revise",
    ProjectState.PRODUCING: "produce",
}
"""Which job a project waits for in a state, when none runs; in all other states it waits for a person or for nothing."""


def project_state(facts: Facts) -> ProjectState:
    """The state these facts mean. The first rule that fits decides."""
    if facts.cancelled:
        return ProjectState.CANCELLED
    if facts.published:
        return ProjectState.PUBLISHED
    if facts.running in RUNNING:
        return RUNNING[facts.running]
    if facts.trouble in TROUBLE:
        return TROUBLE[facts.trouble]
    if not facts.drafted:
        return ProjectState.QUEUED
    return _after_drafting(facts)


def _after_drafting(facts: Facts) -> ProjectState:
    if facts.last_change > (facts.script_entries or 0):
        return ProjectState.REVISING
    if not facts.all_green:
        return ProjectState.IN_REVIEW
    if not film_is_current(facts):
        return ProjectState.PRODUCING
    if facts.film_light in {Light.YELLOW, Light.RED}:
        return ProjectState.IN_REVIEW
    if facts.publish_at:
        return ProjectState.SCHEDULED
    return ProjectState.FINAL_REVIEW


def film_is_current(facts: Facts) -> bool:
    """Whether the finished film holds every change asked for so far."""
    return facts.film_entries is not None and facts.film_entries >= max(facts.last_change, facts.last_redo)
