"""Writing back what became of a row: state, cost, problem, film and video in a brief's row, one row for each scene.

What should stand there is compared with what was written last, so only changes are sent, an outage delays nothing but the row,
and afterwards everything catches up. What people write is never overwritten unread: before a field of theirs, or the picture or
film they judge, is changed, the page is looked at, and left alone while a decision in it waits for the desk.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from videofactory.domain.channel import Channel
from videofactory.domain.errors import EngineRejected, FactoryError, NotFound, OutcomeUnknown, Passing
from videofactory.domain.fingerprint import canonical
from videofactory.domain.notion import STATES, NotionSettings
from videofactory.domain.project import ProjectState
from videofactory.ledger.notion import NotionRow, NotionScene
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.errors import TokenRefused
from videofactory.providers.notion.values import Row, Uploaded, shaped
from videofactory.studio.factory import Studio
from videofactory.studio.notion.columns import forget_kinds, kinds_of
from videofactory.studio.notion.desk import FILM_THEIRS, REVIEWED, THEIRS, begin_hearing, theirs
from videofactory.studio.notion.sending import SENDING, made, noted, settled, settled_scene
from videofactory.studio.notion.standing import LARGEST_FILM, Medium, Standing, film_standing, scene_standings

AT_MOST = 20
"""Rows compared in one turn of which something moved since they were compared last."""
WRITTEN_AT_MOST = 5
"""Rows written in one turn: then the next channel has its own. A row and its scenes are written together."""
IDLE = 10
"""Rows compared in one turn of which nothing moved: what nobody notes (a price, a column) reaches them, too."""
FILM_JUDGED = {"film", *FILM_THEIRS}


@dataclass
class Written:
    """What one turn wrote: rows changed, and what could not be written, in words.

    `away`: Notion did not answer. `more`: others have moved, and are compared in the channel's next turn.
    """

    rows: int = 0
    problems: list[str] = field(default_factory=list)
    away: str = ""
    more: bool = False


def write_back(studio: Studio, channel: Channel, notion: Notion, *, until: float) -> Written:
    """Bring some of the channel's rows up to date until `until` (by the monotonic clock), those that wait longest first.

    Raises `TokenRefused`, and nothing else of Notion's: production never waits for it.
    """
    done = Written()
    if channel.notion is None:
        return done
    writer = _Writer(studio, notion.within(until), channel.notion, done)
    begin_hearing(studio, channel.notion)
    looked_at = []
    now = studio.ledger.database.stamp()
    moved, idle = _waiting(studio, channel)
    for row in [*moved[:AT_MOST], *idle[:IDLE]]:
        if time.monotonic() >= until or done.rows >= WRITTEN_AT_MOST:
            break
        try:
            writer.project(row, str(row.project))
        except (Passing, OutcomeUnknown) as error:
            done.away = str(error)
            break
        except TokenRefused:
            raise
        except FactoryError as error:
            done.problems.append(f"{row.project}: {error}")
        except Exception as error:  # noqa: BLE001 - one row that cannot be written never stops the others
            done.problems.append(f"{row.project}: {type(error).__name__}: {error}")
        looked_at.append(row.page)
    if looked_at:
        studio.ledger.notion.looked_at(looked_at, at=now)
    done.more = not done.away and any(row.page not in looked_at for row in moved)
    return done


def _waiting(studio: Studio, channel: Channel) -> tuple[list[NotionRow], list[NotionRow]]:
    """The rows of which something moved since they were compared last, and the others; those longest not compared first."""
    overview = studio.ledger.overview
    cancelled = overview.cancelled()
    rows = [row for row in studio.ledger.notion.rows(channel.key).values() if row.project and not _is_over(row, cancelled)]
    last = overview.moved([str(row.project) for row in rows])
    moved = [row for row in rows if last[str(row.project)] >= row.looked_at]
    return moved, [row for row in rows if last[str(row.project)] < row.looked_at]


def _is_over(row: NotionRow, cancelled: Collection[str]) -> bool:
    """Whether the row says all there will ever be to say."""
    said = row.standing
    return _says_all(said) and (said["state"] != STATES[ProjectState.CANCELLED] or row.project in cancelled)


def _says_all(values: Mapping[str, Any]) -> bool:
    """Whether there is nothing to be said after this."""
    if values.get("state") == STATES[ProjectState.CANCELLED]:
        return True
    return values.get("state") == STATES[ProjectState.PUBLISHED] and bool(values.get("video"))


class _Writer:
    """Writes rows of one channel."""

    def __init__(self, studio: Studio, notion: Notion, settings: NotionSettings, done: Written) -> None:
        self._studio = studio
        self._notion = notion
        self._settings = settings
        self._done = done
        self._books = studio.ledger.notion
        self._names: dict[str, str] = settings.properties.model_dump()
        self._scene_names: dict[str, str] = settings.scene_properties.model_dump()

    def project(self, row: NotionRow, project: str) -> None:
        """Bring a brief's row and the rows of its scenes up to date; its own comes last when nothing is to be said after it."""
        wanted = film_standing(self._studio, project)
        last = _says_all(wanted.values)
        if not last:
            self._brief(row, wanted)
        if self._settings.scenes:
            self._scenes(row, project, shown=wanted.values["state"] in REVIEWED)
        if last:
            self._brief(row, wanted)

    def _scenes(self, row: NotionRow, project: str, *, shown: bool) -> None:
        """The rows of the project's scenes: those there are, and while it is `shown` for review those that are missing."""
        present = self._books.scenes(project)
        if not (present or shown):
            return
        standings = scene_standings(self._studio, project, page=row.page)
        for scene, standing in standings.items():
            if shown or scene in present:
                self._spared(f"{project}, {scene}", self._scene, project, scene, present.get(scene), standing)
        for scene in present.keys() - standings.keys():
            self._spared(f"{project}, {scene}", self._dropped, present[scene])

    def _spared(self, where: str, write: Callable[..., None], *what: object) -> None:
        """Write a scene's row. One that cannot be written (it is in the trash) stops no other."""
        try:
            write(*what)
        except (Passing, OutcomeUnknown, TokenRefused):
            raise
        except FactoryError as error:
            self._done.problems.append(f"{where}: {error}")

    def _brief(self, row: NotionRow, wanted: Standing) -> None:
        standing = row.standing
        judged = _differing(wanted.values, standing).keys() & FILM_JUDGED
        page = self._notion.page(row.page) if judged or SENDING in standing else None
        if page is not None:
            standing = settled(standing, page, self._names, theirs=FILM_THEIRS)
        changed, shown = _differing(wanted.values, standing), {"version": wanted.version}
        if page is not None and changed.keys() & FILM_JUDGED and _waits(page, self._names, FILM_THEIRS, standing):
            changed, shown = {name: value for name, value in changed.items() if name not in FILM_JUDGED}, {}
        if changed:
            if changed.keys() & FILM_JUDGED:
                way = noted(standing, changed, version=wanted.version, page=page, names=self._names)
                self._books.keep(row.page, channel=row.channel, written=way)
            self._send(self._settings.data_source, row.page, changed, self._names, media=wanted)
        after = canonical({**standing, **changed, **shown})
        if after != row.written:
            self._books.keep(row.page, channel=row.channel, written=after)

    def _scene(self, project: str, scene: str, known: NotionScene | None, wanted: Standing) -> None:
        known = known or NotionScene(project=project, scene=scene, page="")
        if not known.page:
            self._create(known, wanted)
            return
        moved = _differing(wanted.values, known.standing) or known.version != wanted.version
        if not moved and SENDING not in known.standing:
            return
        page = self._notion.page(known.page)
        known = settled_scene(known, page, self._scene_names, theirs=THEIRS)
        if _waits(page, self._scene_names, THEIRS, known.standing):
            return
        changed = _differing(wanted.values, known.standing)
        if changed:
            way = noted(known.standing, changed, version=wanted.version, page=page, names=self._scene_names)
            self._books.keep_scene(known.model_copy(update={"written": way}))
            self._send(self._settings.scenes, known.page, changed, self._scene_names, media=wanted)
        written = canonical({**known.standing, **changed})
        self._books.keep_scene(known.model_copy(update={"written": written, "version": wanted.version, "read": ""}))

    def _create(self, known: NotionScene, wanted: Standing) -> None:
        """A new row, found again by its key when nobody knows whether it was made."""
        key = str(wanted.values["key"])
        begun = self._books.scenes(known.project).get(known.scene)
        there = self._found(key) if begun else None
        if there is None or begun is None:
            way = noted({}, wanted.values, version=wanted.version, page=None, names=self._scene_names)
            self._books.keep_scene(known.model_copy(update={"written": way}))
            properties = self._shaped(self._settings.scenes, wanted.values, self._scene_names, media=wanted)
            there = self._notion.create(self._settings.scenes, properties)
            self._done.rows += 1
            standing, version = wanted.values, wanted.version
        else:
            standing = {"key": key, **made(begun)}
            version = standing.pop("version", begun.version)
        after = {"page": there.id, "written": canonical(standing), "version": version}
        self._books.keep_scene(known.model_copy(update=after))

    def _found(self, key: str) -> Row | None:
        where = {"property": self._scene_names["key"], "rich_text": {"equals": key}}
        return next(iter(self._notion.rows(self._settings.scenes, where=where)), None)

    def _dropped(self, known: NotionScene) -> None:
        """The row of a scene that is no longer in the film says so."""
        words = {"answer": "This scene is no longer in the film."}
        if known.page and _differing(words, known.standing):
            self._send(self._settings.scenes, known.page, words, self._scene_names, media=None)
            self._books.keep_scene(known.model_copy(update={"written": canonical({**known.standing, **words})}))

    def _send(
        self, source: str, page: str, changed: Mapping[str, Any], names: Mapping[str, str], *, media: Standing | None
    ) -> None:
        properties = self._shaped(source, changed, names, media=media)
        if properties:
            try:
                self._notion.update(page, properties)
            except EngineRejected:  # perhaps a column is not what it was
                forget_kinds(self._studio, source)
                raise
            self._done.rows += 1

    def _shaped(
        self, source: str, values: Mapping[str, Any], names: Mapping[str, str], *, media: Standing | None
    ) -> dict[str, Any]:
        """The values as Notion takes them, without those for which the team has no column."""
        kinds = kinds_of(self._studio, self._notion, source)
        plain = {names[name]: value for name, value in values.items() if names[name] in kinds}
        for name, file in (media.files if media else {}).items():
            if names[name] in plain and kinds[names[name]] == "files":
                plain[names[name]] = self._uploaded(file)
        marks = {names[name] for name in ("film", "preview") if name in names}
        return shaped({name: value for name, value in plain.items() if name not in marks or type(value) is tuple}, kinds=kinds)

    def _uploaded(self, file: Medium) -> tuple[Uploaded, ...]:
        if not file.path.exists():
            raise NotFound(f"{file.path} is gone.", remedy="Make the film again.")
        if file.path.stat().st_size > LARGEST_FILM:
            return ()
        return (self._notion.upload(file.path, name=file.name, media_type=file.media_type),)


def _waits(page: Row, names: Mapping[str, str], fields: tuple[str, ...], standing: Mapping[str, Any]) -> bool:
    """Whether something of people's stands on the page that the desk has not read yet."""
    return any(value != standing.get(name, "") for name, value in theirs(page, names, fields).items())


def _differing(wanted: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The values that must be written. A row of ours that was never written has nothing in it."""
    return {name: value for name, value in wanted.items() if standing.get(name) != value and (name in standing or value != "")}
