"""Running a station inside a step: progress goes to the log, the outcome to the ledger, and errors become Dagster's.

Lasting errors and those that wait for a person are not retried; passing ones are, by the asset's small policy.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from dagster import (
    AssetExecutionContext,
    DagsterExecutionInterruptedError,
    DataVersion,
    Failure,
    MaterializeResult,
    MetadataValue,
    RetryPolicy,
)
from pydantic import BaseModel

from videofactory.defs.resources import FactoryResource
from videofactory.domain.errors import BrandFlagged, FactoryError, NeedsPerson, Passing, StillRunning, TooDear
from videofactory.domain.fingerprint import canonical, sha256_text
from videofactory.ledger.runs import Outcome
from videofactory.studio.factory import Studio
from videofactory.studio.programme import cut_off
from videofactory.studio.progress import Progress

ValueT = TypeVar("ValueT", bound=BaseModel)
RUN_STAGE = "run"
"""The milestone of a run that failed outside any station (a crash, a definition that does not load)."""


class RetryErrors(RetryPolicy):
    """A retry policy for errors only. Dagster asks whether there is a policy when a step is interrupted, and then retries it."""

    def __bool__(self) -> bool:
        """No while an interrupt is being handled: a run that a person stops has to stop."""
        return not isinstance(sys.exception(), (DagsterExecutionInterruptedError, KeyboardInterrupt))


RETRY = RetryErrors(max_retries=1, delay=2)
"""Engines' own retries are in the purchase door; one more here covers what passes between steps (a busy disk, a locked file)."""


def run_stage(
    context: AssetExecutionContext,
    factory: FactoryResource,
    *,
    make: Callable[[Studio, str], ValueT],
    show: Callable[[Studio, ValueT], Mapping[str, Any]],
    require: Callable[[Studio, str, ValueT], None] | None = None,
) -> MaterializeResult[ValueT]:
    """Make one asset's value for the step's project and record how it went. Raises `Failure` with the remedy in its text.

    `require` raises what holds the project though the value is made: that is how the stage ends. The value is kept, and a
    blocking check of the asset shows why nothing follows.
    """
    stage, project = context.asset_key.path[-1], context.partition_key
    studio = factory.studio()
    studio = studio.heard_by(_logged(context), run_id=context.run.run_id)
    job = context.run.tags.get("videofactory/job") or context.run.job_name
    studio.ledger.runs.begin(context.run.run_id, project=project, job=job)
    seen = len(studio.ledger.reviews.log(project))
    try:
        value = make(studio, project)
    except FactoryError as error:
        _record(studio, stage, project, outcome=outcome_of(error), entries=seen, detail=str(error))
        raise as_failure(error) from error
    except Exception as error:
        _record(studio, stage, project, outcome="failed", entries=seen, detail=f"{type(error).__name__}: {error}")
        raise
    _judge(studio, stage, project, value, seen=seen, require=require)
    studio.tell(stage, "ends")
    return MaterializeResult(value=value, metadata=dict(show(studio, value)), data_version=content_version(value))


def _judge(
    studio: Studio,
    stage: str,
    project: str,
    value: ValueT,
    *,
    seen: int,
    require: Callable[[Studio, str, ValueT], None] | None,
) -> None:
    """Record how a stage ended whose value is made. `seen`: the review version it had seen."""
    try:
        if require is not None:
            require(studio, project, value)
    except FactoryError as error:
        _record(studio, stage, project, outcome=outcome_of(error), entries=seen, detail=str(error))
        return
    if findings := findings_of(value):
        _record(studio, stage, project, outcome="failed", entries=seen, detail="; ".join(findings))
        return
    _record(studio, stage, project, outcome="done", entries=getattr(value, "entries", 0))
    _forget_crash(studio, project)


def content_version(value: BaseModel) -> DataVersion:
    """The hash of what a value says. Which review entry it had seen is left out: a green light makes nothing stale."""
    return DataVersion(sha256_text(canonical(value.model_dump(mode="json", exclude={"entries"}))))


def findings_of(value: BaseModel) -> tuple[str, ...]:
    """What the checks found on a value: on the whole, and on its scenes."""
    scenes = getattr(value, "scenes", {})
    of_scenes = [f"{name}: {words}" for name, scene in scenes.items() for words in getattr(scene, "findings", ())]
    return (*getattr(value, "findings", ()), *of_scenes)


def outcome_of(error: FactoryError) -> Outcome:
    """How an error counts for the project's state."""
    if isinstance(error, BrandFlagged):
        return "flagged"
    if isinstance(error, TooDear):
        return "over_budget"
    return "waiting" if isinstance(error, NeedsPerson | StillRunning) else "failed"


def as_failure(error: FactoryError) -> Exception:
    """The error as Dagster should see it."""
    if isinstance(error, Passing) and not isinstance(error, StillRunning):
        return error
    metadata = {"error": type(error).__name__, "what": error.message}
    if error.remedy:
        metadata["remedy"] = error.remedy
    return Failure(str(error), metadata={name: MetadataValue.text(text) for name, text in metadata.items()}, allow_retries=False)


def _record(studio: Studio, stage: str, project: str, *, outcome: Outcome, entries: int = 0, detail: str = "") -> None:
    studio.ledger.runs.reached(project, stage, outcome=outcome, entries=entries, detail=detail, run_id=studio.run_id)


def record_crash(studio: Studio, project: str, *, run_id: str, words: str) -> None:
    """Record a failed run as the project's trouble, unless one of its stations said already how it ended."""
    reached = studio.ledger.runs.milestones(project).values()
    if not any(milestone.run_id == run_id and milestone.outcome != "done" for milestone in reached):
        entries = len(studio.ledger.reviews.log(project))
        studio.ledger.runs.reached(project, RUN_STAGE, outcome="failed", entries=entries, detail=words, run_id=run_id)


def record_kill(studio: Studio, project: str, *, run_id: str, words: str) -> None:
    """Note that a run which publishes was killed: no failure of the film's, and gone on with by the publishing schedule."""
    told = cut_off(studio, project, words=words)
    entries = len(studio.ledger.reviews.log(project))
    studio.ledger.runs.reached(project, RUN_STAGE, outcome="waiting", entries=entries, detail=told, run_id=run_id)


def _forget_crash(studio: Studio, project: str) -> None:
    """A station that ends well shows that the crash of an earlier run is over."""
    crash = studio.ledger.runs.milestones(project).get(RUN_STAGE)
    if crash is not None and crash.outcome != "done":
        _record(studio, RUN_STAGE, project, outcome="done", entries=crash.entries)


def _logged(context: AssetExecutionContext) -> Callable[[Progress], None]:
    def heard(progress: Progress) -> None:
        if progress.piece:
            words = f": {progress.words}" if progress.words else ""
            context.log.debug("%s %s %s%s", progress.stage, progress.piece, progress.step, words)

    return heard
