"""Decisions given in Notion: lights and edits in scene rows, a film's light in its brief's row, through the same desk as the CLI.

A decision is what stands in a row and was not written by us. It is based on the review version the row showed; that it was read
is noted in the transaction that records it, so no crash has it recorded twice. Who decided against somebody else at once gets a
comment with their own words in it, and the row is set to how the scene stands.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from videofactory.domain.brief import GivenScene
from videofactory.domain.channel import Channel
from videofactory.domain.errors import Conflict, FactoryError, InvalidInput, NotFound
from videofactory.domain.fingerprint import canonical, fingerprint
from videofactory.domain.notion import LIGHTS, STATES, NotionSettings
from videofactory.domain.project import ProjectState
from videofactory.domain.review import Light, makes_new_take
from videofactory.domain.script import scene_number
from videofactory.ledger.database import stamped
from videofactory.ledger.notion import NotionRow, NotionScene
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import Row, shaped
from videofactory.studio.factory import Studio
from videofactory.studio.intake.text import clean_text
from videofactory.studio.material import FinalCut
from videofactory.studio.notion.answers import say
from videofactory.studio.problems import problems_of
from videofactory.studio.reviewing import Desk

OVERLAP = timedelta(minutes=3)
"""How far back a look reads again, as `intake.OVERLAP`."""
FIRST = timedelta(hours=1)
"""How far back the very first look reads."""
THEIRS = ("prompt", "narration", "light", "feedback")
"""The fields of a scene's row that people write."""
FILM_THEIRS = ("film_light", "film_feedback")
"""The same of the film in a brief's row."""
REVIEWED = frozenset(
    STATES[state] for state in (ProjectState.IN_REVIEW, ProjectState.REVISING, ProjectState.PRODUCING, ProjectState.FINAL_REVIEW)
)
"""What a brief's row says while its scenes may be decided on."""
NOT_RECORDED = "VideoFactory did not record your decision: {why} You wrote: {said}"
EDIT_FIRST = (
    "VideoFactory took your new prompt, and makes a new picture from it."
    " Your light ({said}) was given to the old one and does not count."
)


def theirs(row: Row, names: Mapping[str, str], fields: tuple[str, ...]) -> dict[str, str]:
    """What stands in these fields of a row."""
    return {field: clean_text(row.text(names[field])) for field in fields}


def read_decisions(studio: Studio, channel: Channel, notion: Notion, *, until: float) -> list[str]:
    """Record what was decided in the channel's rows since the last look; the projects decided on, one entry a decision.

    Asks Notion nothing while no project of the channel is under review. Raises what Notion says when it cannot be read.
    """
    settings = channel.notion
    rows = studio.ledger.notion.rows(channel.key).values() if settings else ()
    shown = {row.standing.get("state") for row in rows if row.project}
    decided: list[str] = []
    if settings is not None and settings.scenes and shown & REVIEWED:
        reading = _Reading(studio, notion, settings)
        decided += _look(studio, notion, settings.scenes, reading.scene, place=settings.scenes, until=until)
    if settings is not None and STATES[ProjectState.FINAL_REVIEW] in shown:
        reading = _Reading(studio, notion, settings)
        place = f"{settings.data_source}/film"
        decided += _look(studio, notion, settings.data_source, reading.film, place=place, until=until)
    return decided


def _look(
    studio: Studio, notion: Notion, source: str, read: Callable[[Row], str | None], *, place: str, until: float
) -> list[str]:
    """Read the rows of a data source edited since the last look, which is noted at `place`."""
    books = studio.ledger.notion
    now = studio.ledger.database.time()
    since = books.cursor(place) or stamped(now - FIRST)
    decided: list[str] = []
    for row in notion.rows(source, since=datetime.fromisoformat(since)):
        if time.monotonic() >= until:
            return decided
        try:
            project = read(row)
        except FactoryError as error:  # one row that cannot be read never stops the others
            studio.ledger.audit.note("row not read", who="notion", why=str(error), detail={"page": row.id})
        else:
            decided += [project] if project else []
    books.move_cursor(place, stamped(now - OVERLAP))
    return decided


class _Reading:
    """Reads decisions out of rows."""

    def __init__(self, studio: Studio, notion: Notion, settings: NotionSettings) -> None:
        self._studio = studio
        self._notion = notion
        self._books = studio.ledger.notion
        self._scene_names: dict[str, str] = settings.scene_properties.model_dump()
        self._brief_names: dict[str, str] = settings.properties.model_dump()

    def scene(self, row: Row) -> str | None:
        """Record what was decided in a scene's row; the project, if anything was."""
        scene = self._books.scene_of(row.id)
        if scene is None or row.trashed:
            return None
        present = theirs(row, self._scene_names, THEIRS)
        changed = {field: value for field, value in present.items() if value != scene.standing.get(field, "")}
        mark = fingerprint(present)
        if not changed.keys() - {"feedback"} or scene.read == mark:
            return None
        heeded = scene.model_copy(update={"read": "", "written": canonical({**scene.standing, **present})})
        try:
            return self._decide(row, scene, changed, heeded=heeded)
        except Conflict as error:
            self._answer(row, {**changed, "feedback": present["feedback"]}, error, project=scene.project)
            self._books.keep_scene(heeded)
        except (InvalidInput, NotFound) as error:
            self._refuse(row, error)
            standing = {**scene.standing, "answer": str(error)}
            self._books.keep_scene(scene.model_copy(update={"read": mark, "written": canonical(standing)}))
        return None

    def _decide(self, row: Row, scene: NotionScene, changed: Mapping[str, str], *, heeded: NotionScene) -> str | None:
        number = scene_number(scene.scene)
        desk = Desk(self._studio, scene.project, reviewer=_who(row), based_on=scene.version)
        change = _change(changed)
        if change is not None:
            desk.edit(number, change)
        light = _light(changed.get("light", ""))
        anew = change is not None and makes_new_take(change)
        if light is not None and not anew:
            desk.light(number, light, feedback=heeded.standing["feedback"])
        recorded = desk.record(lambda connection: self._books.heed(connection, scene, heeded))
        if light is not None and anew:
            said = _said({field: heeded.standing[field] for field in ("light", "feedback")})
            say(self._studio, self._notion, row.id, EDIT_FIRST.format(said=said), project=scene.project)
        return scene.project if recorded else None

    def film(self, row: Row) -> str | None:
        """Record the light of a film given in its brief's row; the project, if one was given."""
        known = self._books.row_of(row.id)
        if known is None or known.project is None or row.trashed:
            return None
        present = theirs(row, self._brief_names, FILM_THEIRS)
        light = _light(present["film_light"])
        standing = known.standing
        if light is None or present == {field: standing.get(field, "") for field in FILM_THEIRS}:
            return None
        refused = standing.get("film_refused")
        if refused == fingerprint(present):
            return None
        heeded = known.model_copy(update={"written": canonical({**standing, **present, "film_refused": ""})})
        try:
            self._light_film(row, known, light, present["film_feedback"], heeded=heeded)
        except Conflict as error:
            self._answer(row, present, error, project=known.project)
            self._books.keep(row.id, channel=known.channel, written=heeded.written)
        except InvalidInput as error:
            say(self._studio, self._notion, row.id, _because(present, error), project=known.project)
            written = canonical({**standing, "film_refused": fingerprint(present)})
            self._books.keep(row.id, channel=known.channel, written=written)
        else:
            return known.project
        return None

    def _light_film(self, row: Row, known: NotionRow, light: Light, feedback: str, *, heeded: NotionRow) -> None:
        project = str(known.project)
        cut = self._studio.values.read("final_cut", project, FinalCut)
        if cut is None or cut.masters[0].film.sha256 != known.standing.get("film"):
            raise Conflict("The film was made anew since the row showed it.", remedy="Look at the new one, then decide.")
        desk = Desk(self._studio, project, reviewer=_who(row), based_on=known.standing.get("version", 0))
        desk.film(light, feedback=feedback)
        desk.record(lambda connection: self._books.heed_row(connection, known, heeded))

    def _answer(self, row: Row, present: Mapping[str, str], error: FactoryError, *, project: str | None) -> None:
        say(self._studio, self._notion, row.id, _because(present, error), project=project)

    def _refuse(self, row: Row, error: FactoryError) -> None:
        """What to mend, in the row itself: people are in the middle of writing."""
        answer = {self._scene_names["answer"]: str(error)}
        self._notion.update(row.id, shaped(answer, kinds=row.kinds))


def _because(present: Mapping[str, str], error: FactoryError) -> str:
    return NOT_RECORDED.format(said=_said(present), why=error)


def _said(given: Mapping[str, Any]) -> str:
    """A decision in its writer's words, so that they are not lost."""
    fields = ("light", "film_light", "feedback", "film_feedback", "prompt", "narration")
    return ": ".join(str(given[field]) for field in fields if given.get(field)) or "an edit"


def _who(row: Row) -> str:
    return f"notion:{row.edited_by or 'somebody'}"


def _light(option: str) -> Light | None:
    return next((light for light, name in LIGHTS.items() if name.casefold() == option.casefold()), None)


def _change(changed: Mapping[str, str]) -> GivenScene | None:
    """The edit of prompt and narration. Raises `InvalidInput` for what is too long."""
    edits = {field: changed[field] for field in ("prompt", "narration") if field in changed}
    if not edits:
        return None
    try:
        return GivenScene.model_validate(edits)
    except ValidationError as error:
        raise InvalidInput(problems_of(error, file="Notion", model=GivenScene)) from error
