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
from videofactory.domain.errors import Conflict, InvalidInput, NotFound
from videofactory.domain.fingerprint import canonical, fingerprint
from videofactory.domain.notion import LIGHTS, STATES, NotionSettings
from videofactory.domain.project import ProjectState
from videofactory.domain.review import Light, makes_new_take
from videofactory.domain.script import scene_number
from videofactory.ledger.database import stamped
from videofactory.ledger.notion import NotionRow, NotionScene
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.errors import TokenRefused
from videofactory.providers.notion.values import Row, shaped
from videofactory.studio.factory import Studio
from videofactory.studio.intake.text import clean_text
from videofactory.studio.material import FinalCut
from videofactory.studio.notion.answers import DONE, DOUBT, TOO_LATE, in_plain_words, is_said, say
from videofactory.studio.notion.sending import settled, settled_scene
from videofactory.studio.notion.unread import pass_over
from videofactory.studio.problems import problems_of
from videofactory.studio.reviewing import Desk
from videofactory.studio.status import state_of

OVERLAP = timedelta(minutes=3)
"""How far back a look reads again, as `intake.OVERLAP`."""
THEIRS = ("prompt", "narration", "light", "feedback")
"""The fields of a scene's row that people write."""
FILM_THEIRS = ("film_light", "film_feedback")
"""The same of the film in a brief's row."""
REVIEWED = frozenset(
    STATES[state] for state in (ProjectState.IN_REVIEW, ProjectState.REVISING, ProjectState.PRODUCING, ProjectState.FINAL_REVIEW)
)
"""What a brief's row says while its scenes are shown and judged."""
HEARD = REVIEWED | {STATES[ProjectState.FAILED], STATES[ProjectState.OVER_BUDGET]}
"""What it says while decisions on its scenes are read: a scene that stopped a project is mended by one."""
FILMED = frozenset(STATES[state] for state in (ProjectState.FINAL_REVIEW, ProjectState.SCHEDULED))
"""What a brief's row says while its film has still to be seen by people: a light may be taken back until then.

One that sent the film back to review may be, too, as long as the row shows the film: see `_is_filmed`.
"""
NOT_RECORDED = "Your decision does not count. {why} You wrote: {said}"
EDIT_FIRST = (
    "A new picture is being made from your new prompt. Your light ({said}) was for the old picture, so it does not count:"
    " please give one to the new picture."
)


def theirs(row: Row, names: Mapping[str, str], fields: tuple[str, ...]) -> dict[str, str]:
    """What stands in these fields of a row."""
    return {field: clean_text(row.text(names[field])) for field in fields}


def begin_hearing(studio: Studio, settings: NotionSettings) -> None:
    """From now on decisions may be given: the first look reads back to this moment, however late Notion lets it come."""
    books = studio.ledger.notion
    for place in filter(None, (settings.scenes, _films(settings))):
        if not books.cursor(place):
            books.move_cursor(place, stamped(studio.ledger.database.time() - OVERLAP))


def _films(settings: NotionSettings) -> str:
    """Where it is noted how far the lights of films were read."""
    return f"{settings.data_source}/film"


def read_decisions(
    studio: Studio, channel: Channel, notion: Notion, *, until: float, every: timedelta = timedelta(0)
) -> list[str]:
    """Record what was decided in the channel's rows since the last look; the projects decided on, one entry a decision.

    A desk that was read less than `every` ago is left alone: many channels share one budget of requests.
    Asks Notion nothing while no project of the channel is under review. Raises what Notion says when it cannot be read.
    """
    settings = channel.notion
    notion = notion.within(until)
    rows = studio.ledger.notion.rows(channel.key).values() if settings else ()
    standings = [row.standing for row in rows if row.project]
    shown = {standing.get("state") for standing in standings}
    decided: list[str] = []
    if settings is not None and settings.scenes and shown & HEARD:
        reading = _Reading(studio, notion, settings)
        decided += _look(studio, notion, settings.scenes, reading.scene, place=settings.scenes, until=until, every=every)
    if settings is not None and any(map(_is_filmed, standings)):
        reading = _Reading(studio, notion, settings)
        decided += _look(studio, notion, settings.data_source, reading.film, place=_films(settings), until=until, every=every)
    return decided


def _is_filmed(standing: Mapping[str, Any]) -> bool:
    """Whether a row shows a film whose light counts: also one that is in review again because of it."""
    return standing.get("state") in FILMED or (standing.get("state") in HEARD and bool(standing.get("film")))


def _look(
    studio: Studio,
    notion: Notion,
    source: str,
    read: Callable[[Row], str | None],
    *,
    place: str,
    until: float,
    every: timedelta,
) -> list[str]:
    """Read the rows of a data source edited since the last look, which is noted at `place`."""
    books = studio.ledger.notion
    now = studio.ledger.database.time()
    since = books.cursor(place)
    decided: list[str] = []
    if since > stamped(now - OVERLAP - every):  # what is noted is when it was read last, less the overlap
        return decided
    moment = datetime.fromisoformat(since) if since else None
    for row in notion.rows(source, since=moment, unread=lambda page, why: pass_over(studio, page, why)):
        if time.monotonic() >= until:
            return decided
        try:
            project = read(row)
        except TokenRefused:
            raise
        except Exception as error:  # noqa: BLE001 - one row that cannot be read never stops the others
            pass_over(studio, row.id, error)
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
        shown = settled_scene(scene, row, self._scene_names, theirs=THEIRS)
        present = theirs(row, self._scene_names, THEIRS)
        changed = {field: value for field, value in present.items() if value != shown.standing.get(field, "")}
        mark = fingerprint(present)
        if not changed.keys() - {"feedback"} or scene.read == mark:
            return None
        heeded = shown.model_copy(update={"read": "", "written": canonical({**shown.standing, **present})})
        try:
            return self._decide(row, scene, changed, heeded=heeded)
        except Conflict as error:
            why, doubt = in_plain_words(error, self._scene_names), mark + DOUBT
            if scene.read != doubt:
                self._books.keep_scene(scene.model_copy(update={"read": doubt}))
            said = {**changed, "feedback": present["feedback"]}
            self._answer(row, said, why, project=scene.project, doubt=scene.read == doubt)
            self._books.keep_scene(heeded)
        except (InvalidInput, NotFound) as error:
            why = in_plain_words(error, self._scene_names)
            self._refuse(row, why)
            standing = {**shown.standing, "answer": why}
            self._books.keep_scene(shown.model_copy(update={"read": mark, "written": canonical(standing)}))
        return None

    def _decide(self, row: Row, scene: NotionScene, changed: Mapping[str, str], *, heeded: NotionScene) -> str | None:
        number = scene_number(scene.scene)
        desk = Desk(self._studio, scene.project, reviewer=_who(row), based_on=heeded.version)
        change = _change(changed)
        if change is not None:
            desk.edit(number, change)
        light = _light(changed.get("light", ""))
        anew = change is not None and makes_new_take(change)
        if light is not None and not anew:
            desk.light(number, light, feedback=heeded.standing["feedback"])
        if desk.decides:
            _require_open(self._studio, scene.project)
        seen = desk.decides and not anew and light in {None, Light.GREEN}  # the row shows the take that was decided on
        recorded = desk.record(lambda connection: self._books.heed(connection, scene, heeded, seen=seen))
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
        standing = settled(known.standing, row, self._brief_names, theirs=FILM_THEIRS)
        if light is None or present == {field: standing.get(field, "") for field in FILM_THEIRS}:
            return None
        refused, mark = standing.get("film_refused"), fingerprint(present)
        if refused == mark:
            return None
        heeded = known.model_copy(update={"written": canonical({**standing, **present, "film_refused": ""})})
        try:
            self._light_film(row, known, light, standing, heeded=heeded)
        except (Conflict, InvalidInput) as error:
            if refused != mark + DOUBT:
                doubtful = canonical({**known.standing, "film_refused": mark + DOUBT})
                self._books.keep(row.id, channel=known.channel, written=doubtful)
            why = in_plain_words(error, self._brief_names)
            self._answer(row, present, why, project=known.project, doubt=refused == mark + DOUBT)
            waits = canonical({**standing, "film_refused": mark})
            written = heeded.written if isinstance(error, Conflict) else waits
            self._books.keep(row.id, channel=known.channel, written=written)
        else:
            return known.project
        return None

    def _light_film(self, row: Row, known: NotionRow, light: Light, shown: Mapping[str, Any], *, heeded: NotionRow) -> None:
        """Record a light for the film that is `shown`."""
        project = str(known.project)
        if light is not Light.GREEN and state_of(self._studio, project) is ProjectState.PUBLISHED:
            raise Conflict(TOO_LATE.format(state=ProjectState.PUBLISHED.value))
        cut = self._studio.values.read("final_cut", project, FinalCut)
        if cut is None or cut.masters[0].film.sha256 != shown.get("film"):
            raise Conflict("The film was made anew since the row showed it.", remedy="Look at the new one, then decide.")
        desk = Desk(self._studio, project, reviewer=_who(row), based_on=shown.get("version", 0))
        desk.film(light, feedback=heeded.standing["film_feedback"])
        desk.record(lambda connection: self._books.heed_row(connection, known, heeded))

    def _answer(self, row: Row, present: Mapping[str, str], why: str, *, project: str | None, doubt: bool) -> None:
        """Why a decision does not count. `doubt`: it may stand there, because whoever said it did not come to note that."""
        words = NOT_RECORDED.format(said=_said(present), why=why)
        if not (doubt and is_said(self._notion, row.id, words)):
            say(self._studio, self._notion, row.id, words, project=project)

    def _refuse(self, row: Row, why: str) -> None:
        """What to mend, in the row itself: people are in the middle of writing."""
        answer = {self._scene_names["answer"]: why}
        self._notion.update(row.id, shaped(answer, kinds=row.kinds))


def _require_open(studio: Studio, project: str) -> None:
    """Raises `Conflict` for a film that is on YouTube already: a decision would make another one, which nobody could publish."""
    if (state := state_of(studio, project)) in DONE:
        raise Conflict(TOO_LATE.format(state=state.value))


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
