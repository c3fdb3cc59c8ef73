"""Review: lights, edits and what they mean for takes. The review log is the truth; marks are derived from it.

A scene's take counts previews, its clip take counts bought clips. Entries are recorded only when they really change something,
so that takes can be counted from the log alone; the texts they lead to are made by `studio.revision`.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.brief import GivenScene
from videofactory.domain.script import SceneId
from videofactory.domain.value import Value

MAX_FEEDBACK = 500
NEW_TAKE_FIELDS = frozenset({"prompt", "camera", "lighting", "characters", "layout", "engine", "last_frame"})
"""Fields whose edit asks for a new preview take; the others reach only the narration, the clip's length or the cut (SPEC 7)."""


class Light(StrEnum):
    """A reviewer's answer to one take: go, change it, or try something else."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class _Entry(Value):
    number: Annotated[int, Field(ge=0)] = 0
    reviewer: str = ""
    at: str = ""


class LightGiven(_Entry):
    """A light for one take of one scene; yellow and red carry the reviewer's words (yellow always)."""

    kind: Literal["light"] = "light"
    scene: SceneId
    take: Annotated[int, Field(ge=1)]
    light: Light
    feedback: str = ""


class SceneEdited(_Entry):
    """Fields of a scene set by a reviewer; only fields that differ from what stood there."""

    kind: Literal["edit"] = "edit"
    scene: SceneId
    change: GivenScene


class ScenesReordered(_Entry):
    """The scenes in a new order; every present scene once."""

    kind: Literal["reorder"] = "reorder"
    order: tuple[SceneId, ...]


class SceneAdded(_Entry):
    """A new scene, placed after another one (or first). The director fills in what is not given."""

    kind: Literal["add"] = "add"
    scene: SceneId
    after: SceneId | None = None
    given: GivenScene


class SceneDropped(_Entry):
    """A scene taken out of the film."""

    kind: Literal["drop"] = "drop"
    scene: SceneId


class ClipRedone(_Entry):
    """A new clip of a green scene is asked for, at its price."""

    kind: Literal["redo"] = "redo"
    scene: SceneId


class FilmLightGiven(_Entry):
    """A light for the finished film, for exactly the cut with this SHA-256."""

    kind: Literal["film"] = "film"
    light: Light
    film: str
    feedback: str = ""


class BrandAccepted(_Entry):
    """A person lets a flagged brand image pass."""

    kind: Literal["brand"] = "brand"
    feedback: str = ""


class BriefChanged(_Entry):
    """The source changed the brief: a new script is written, and no light given before counts for it."""

    kind: Literal["brief"] = "brief"
    version: Annotated[int, Field(ge=2)]


Entry = Annotated[
    LightGiven
    | SceneEdited
    | ScenesReordered
    | SceneAdded
    | SceneDropped
    | ClipRedone
    | FilmLightGiven
    | BrandAccepted
    | BriefChanged,
    Field(discriminator="kind"),
]
SCRIPT_ENTRIES = (SceneEdited, ScenesReordered, SceneAdded, SceneDropped, BriefChanged)


class Mark(Value):
    """Where one scene stands: its take, that take's light (`None`: waits), its clip take, and who decided last."""

    scene: SceneId
    take: int = 1
    clip_take: int = 1
    light: Light | None = None
    feedback: str = ""
    reviewer: str = ""


def marks(scenes: Iterable[str], log: Sequence[Entry]) -> dict[str, Mark]:
    """Where every present scene stands after this log, by scene id, for a script that began with `scenes`."""
    written = tuple(scenes)
    found = {scene: Mark(scene=scene) for scene in written}
    for entry in log:
        if isinstance(entry, BriefChanged):
            take = max((mark.take for mark in found.values()), default=0) + 1
            found = {scene: Mark(scene=scene, take=take) for scene in written}
        elif isinstance(entry, SceneAdded):
            found[entry.scene] = Mark(scene=entry.scene)
        elif isinstance(entry, SceneDropped):
            found.pop(entry.scene, None)
        elif isinstance(entry, LightGiven | SceneEdited | ClipRedone) and entry.scene in found:
            found[entry.scene] = _marked(found[entry.scene], entry)
    return found


def _marked(mark: Mark, entry: LightGiven | SceneEdited | ClipRedone) -> Mark:
    if isinstance(entry, ClipRedone):
        return mark.model_copy(update={"clip_take": mark.clip_take + 1})
    if isinstance(entry, SceneEdited):
        return _next_take(mark, entry.reviewer) if makes_new_take(entry.change) else mark
    if entry.take != mark.take:
        return mark
    if entry.light is Light.GREEN:
        return mark.model_copy(update={"light": Light.GREEN, "feedback": entry.feedback, "reviewer": entry.reviewer})
    return _next_take(mark, entry.reviewer, feedback=entry.feedback)


def _next_take(mark: Mark, reviewer: str, *, feedback: str = "") -> Mark:
    return mark.model_copy(update={"take": mark.take + 1, "light": None, "feedback": feedback, "reviewer": reviewer})


def makes_new_take(change: GivenScene) -> bool:
    """Whether an edit asks for a new preview of the scene."""
    return any(getattr(change, field) is not None for field in NEW_TAKE_FIELDS)


def touched(entry: Entry) -> frozenset[str]:
    """The scenes an entry speaks of; `film`, `brand` and `*` (all scenes) stand for themselves."""
    if isinstance(entry, FilmLightGiven):
        return frozenset({"film"})
    if isinstance(entry, BrandAccepted):
        return frozenset({"brand"})
    if isinstance(entry, ScenesReordered | BriefChanged):
        return frozenset({"*"})
    return frozenset({entry.scene})


def at_odds(mine: Entry, theirs: Entry) -> bool:
    """Whether two decisions made on the same knowledge contradict each other: same scene, and not the very same decision."""
    same_place = bool(touched(mine) & touched(theirs)) or "*" in (touched(mine) | touched(theirs))
    return same_place and not same_decision(mine, theirs)


def same_decision(mine: Entry, theirs: Entry) -> bool:
    """Whether two entries say the very same thing, whoever said it and when."""
    ignore = {"number", "reviewer", "at"}
    return mine.model_dump(exclude=ignore) == theirs.model_dump(exclude=ignore)


def last_script_change(log: Sequence[Entry]) -> int:
    """Number of the last entry that changes the script's words, order or pictures; 0 for none."""
    numbers = [entry.number for entry in log if _changes_script(entry)]
    return max(numbers, default=0)


def _changes_script(entry: Entry) -> bool:
    return isinstance(entry, SCRIPT_ENTRIES) or (isinstance(entry, LightGiven) and entry.light is not Light.GREEN)


def since_brief(log: Sequence[Entry]) -> Sequence[Entry]:
    """The entries that speak of the present brief's script."""
    changes = [position for position, entry in enumerate(log) if isinstance(entry, BriefChanged)]
    return log[changes[-1] + 1 :] if changes else log


def film_light(log: Sequence[Entry], *, film: str) -> FilmLightGiven | None:
    """The last light given to exactly this cut, if any."""
    given = [entry for entry in log if isinstance(entry, FilmLightGiven) and entry.film == film]
    return given[-1] if given else None
