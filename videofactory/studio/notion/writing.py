"""Writing back what became of a row: state, cost, problem, film and video in a brief's row, one row for each scene.

What should stand there is compared with what was written last, so only changes are sent, an outage delays nothing but the row,
and afterwards everything catches up. What people write is never overwritten unread: before a field of theirs, or the picture or
film they judge, is changed, the page is looked at, and left alone while a decision in it waits for the desk.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError, NotFound, OutcomeUnknown, Passing
from videofactory.domain.fingerprint import canonical
from videofactory.domain.notion import STATES, NotionSettings
from videofactory.domain.project import ProjectState
from videofactory.ledger.notion import NotionRow, NotionScene
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import Row, Uploaded, shaped
from videofactory.studio.factory import Studio
from videofactory.studio.notion.desk import FILM_THEIRS, REVIEWED, THEIRS, theirs
from videofactory.studio.notion.standing import LARGEST_FILM, Medium, Standing, film_standing, scene_standings

AT_MOST = 100
"""Rows compared in one look: what a thousand projects cost is spread over some looks."""
FILM_JUDGED = {"film", *FILM_THEIRS}


@dataclass
class Written:
    """What one look wrote: rows changed, and what could not be written, in words. `away`: Notion did not answer."""

    rows: int = 0
    problems: list[str] = field(default_factory=list)
    away: str = ""


def write_back(studio: Studio, channel: Channel, notion: Notion, *, until: float) -> Written:
    """Bring the channel's rows up to date until `until` (by the monotonic clock), those longest not looked at first.

    Raises nothing of Notion's: production never waits for it.
    """
    done = Written()
    if channel.notion is None:
        return done
    writer = _Writer(studio, notion, channel.notion, done)
    looked_at = []
    cancelled = {project.key for project in studio.ledger.projects.all() if project.cancelled_at is not None}
    rows = [row for row in studio.ledger.notion.rows(channel.key).values() if row.project and not _is_over(row, cancelled)]
    for row in rows[:AT_MOST]:
        if time.monotonic() >= until:
            break
        try:
            writer.project(row, str(row.project))
        except (Passing, OutcomeUnknown) as error:
            done.away = str(error)
            break
        except FactoryError as error:
            done.problems.append(f"{row.project}: {error}")
        looked_at.append(row.page)
    if looked_at:
        studio.ledger.notion.looked_at(looked_at)
    return done


def _is_over(row: NotionRow, cancelled: Collection[str]) -> bool:
    """Whether the row says all there will ever be to say."""
    said = row.standing
    if said.get("state") == STATES[ProjectState.CANCELLED]:
        return row.project in cancelled
    return said.get("state") == STATES[ProjectState.PUBLISHED] and bool(said.get("video"))


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
        self._columns: dict[str, Mapping[str, str]] = {}

    def project(self, row: NotionRow, project: str) -> None:
        """Bring a brief's row and the rows of its scenes up to date."""
        wanted = film_standing(self._studio, project)
        self._brief(row, wanted)
        if self._settings.scenes and wanted.values["state"] in REVIEWED:
            standings = scene_standings(self._studio, project, page=row.page)
            present = self._books.scenes(project)
            for scene, standing in standings.items():
                self._scene(project, scene, present.get(scene), standing)
            for scene in present.keys() - standings.keys():
                self._dropped(present[scene])

    def _brief(self, row: NotionRow, wanted: Standing) -> None:
        standing = row.standing
        changed = _differing(wanted.values, standing)
        if changed.keys() & FILM_JUDGED and self._waits(row.page, self._names, FILM_THEIRS, standing):
            changed = {name: value for name, value in changed.items() if name not in FILM_JUDGED}
        elif standing.get("version") != wanted.version:
            standing["version"] = wanted.version
        if changed:
            self._send(self._settings.data_source, row.page, changed, self._names, media=wanted)
        after = canonical({**standing, **changed})
        if after != row.written:
            self._books.keep(row.page, channel=row.channel, written=after)

    def _scene(self, project: str, scene: str, known: NotionScene | None, wanted: Standing) -> None:
        known = known or NotionScene(project=project, scene=scene, page="")
        if not known.page:
            self._create(known, wanted)
            return
        changed = _differing(wanted.values, known.standing)
        moved = bool(changed) or known.version != wanted.version
        if moved and self._waits(known.page, self._scene_names, THEIRS, known.standing):
            return
        if changed:
            self._send(self._settings.scenes, known.page, changed, self._scene_names, media=wanted)
        if changed or known.version != wanted.version:
            written = canonical({**known.standing, **changed})
            self._books.keep_scene(known.model_copy(update={"written": written, "version": wanted.version, "read": ""}))

    def _create(self, known: NotionScene, wanted: Standing) -> None:
        """A new row, found again by its key when nobody knows whether it was made."""
        key = str(wanted.values["key"])
        there = self._found(key) if self._books.scenes(known.project).get(known.scene) else None
        if there is None:
            self._books.keep_scene(known)
            properties = self._shaped(self._settings.scenes, wanted.values, self._scene_names, media=wanted)
            there = self._notion.create(self._settings.scenes, properties)
            self._done.rows += 1
            standing = wanted.values
        else:
            standing = {"key": key}
        after = {"page": there.id, "written": canonical(standing), "version": wanted.version}
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

    def _waits(self, page: str, names: Mapping[str, str], fields: tuple[str, ...], standing: Mapping[str, Any]) -> bool:
        """Whether something of people's stands on the page that the desk has not read yet."""
        present = theirs(self._notion.page(page), names, fields)
        return any(value != standing.get(name, "") for name, value in present.items())

    def _send(
        self, source: str, page: str, changed: Mapping[str, Any], names: Mapping[str, str], *, media: Standing | None
    ) -> None:
        properties = self._shaped(source, changed, names, media=media)
        if properties:
            self._notion.update(page, properties)
            self._done.rows += 1

    def _shaped(
        self, source: str, values: Mapping[str, Any], names: Mapping[str, str], *, media: Standing | None
    ) -> dict[str, Any]:
        """The values as Notion takes them, without those for which the team has no column."""
        if source not in self._columns:
            self._columns[source] = self._notion.schema(source).kinds
        kinds = self._columns[source]
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


def _differing(wanted: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """The values that must be written. A row of ours that was never written has nothing in it."""
    return {name: value for name, value in wanted.items() if standing.get(name) != value and (name in standing or value != "")}
