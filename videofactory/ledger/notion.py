"""Notion in the ledger: which row became which project, what was read from and written to each, and how far was read.

`read` is the fingerprint of what people wrote and we took in; `written` is JSON of what we wrote last, field by field: so our
own writes are told from theirs. What rows mean is `studio.notion`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from videofactory.domain.errors import Conflict
from videofactory.domain.fingerprint import canonical
from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.tables import notion_cursors, notion_rows, notion_scenes, reviews


class NotionRow(Value):
    """A brief's row. `told`: the fingerprint its writer was last told a problem of; `again_at`: when it is looked at anew."""

    page: str
    channel: str
    project: str | None = None
    read: str = ""
    edited: str = ""
    written: str = "{}"
    told: str = ""
    again_at: str | None = None
    looked_at: str = ""

    @property
    def standing(self) -> dict[str, Any]:
        """What we wrote into the row last, by our names of its fields."""
        return dict(json.loads(self.written))


class NotionScene(Value):
    """A scene's row. `version`: the review version it showed when it was last written, which decisions on it are based on."""

    project: str
    scene: str
    page: str
    written: str = "{}"
    read: str = ""
    version: int = 0

    @property
    def standing(self) -> dict[str, Any]:
        """What stands in the row, as far as we know, by our names of its fields."""
        return dict(json.loads(self.written))


class NotionRows:
    """Rows, scenes and cursors of Notion in the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self, source: str) -> str:
        """The edit time from which this data source is read next; empty when it never was."""
        with self._database.read() as connection:
            query = select(notion_cursors.c.edited).where(notion_cursors.c.source == source)
            return connection.execute(query).scalar() or ""

    def move_cursor(self, source: str, edited: str) -> None:
        """Everything edited before this time was dealt with."""
        with self._database.write() as connection:
            _put(connection, notion_cursors, {"source": source}, {"edited": edited}, new={})

    def rows(self, channel: str) -> dict[str, NotionRow]:
        """The rows of a channel that were ever dealt with, by page; those longest not looked at first."""
        query = select(notion_rows).where(notion_rows.c.channel == channel).order_by(notion_rows.c.looked_at, notion_rows.c.page)
        with self._database.read() as connection:
            return {row["page"]: NotionRow.model_validate(dict(row)) for row in connection.execute(query).mappings()}

    def row_of(self, page: str) -> NotionRow | None:
        """The row of this page, if it was ever dealt with."""
        with self._database.read() as connection:
            row = connection.execute(select(notion_rows).where(notion_rows.c.page == page)).mappings().first()
        return None if row is None else NotionRow.model_validate(dict(row))

    def keep(self, page: str, *, channel: str, **change: Any) -> None:  # noqa: ANN401 - columns of different types
        """Note what changed of a brief's row."""
        new = NotionRow(page=page, channel=channel).model_dump(exclude={"page"})
        with self._database.write() as connection:
            _put(connection, notion_rows, {"page": page}, change, new=new)

    def looked_at(self, pages: Iterable[str], *, at: str | None = None) -> None:
        """These rows were compared with what should stand there, as it was then (now)."""
        change = update(notion_rows).where(notion_rows.c.page.in_(list(pages))).values(looked_at=at or self._database.stamp())
        with self._database.write() as connection:
            connection.execute(change)

    def scenes(self, project: str) -> dict[str, NotionScene]:
        """The scenes of a project that have a row, by scene id."""
        query = select(notion_scenes).where(notion_scenes.c.project == project)
        with self._database.read() as connection:
            found = [NotionScene.model_validate(dict(row)) for row in connection.execute(query).mappings()]
        return {scene.scene: scene for scene in found}

    def scene_of(self, page: str) -> NotionScene | None:
        """The scene whose row is this page."""
        query = select(notion_scenes).where(notion_scenes.c.page == page)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else NotionScene.model_validate(dict(row))

    def keep_scene(self, scene: NotionScene) -> None:
        """Note how a scene's row stands."""
        change = scene.model_dump(exclude={"project", "scene"})
        with self._database.write() as connection:
            _put(connection, notion_scenes, {"project": scene.project, "scene": scene.scene}, change, new={})

    def heed(self, connection: Connection, before: NotionScene, after: NotionScene, *, seen: bool) -> None:
        """Note, inside the caller's transaction, that a decision was read. Raises `Conflict` when another process was faster.

        `seen`: who decides next in this row knows this decision, because the row shows what came of it.
        """
        version = _version(connection, before.project) if seen else after.version
        same = (notion_scenes.c.project == before.project) & (notion_scenes.c.scene == before.scene)
        known = (notion_scenes.c.read == before.read) & (notion_scenes.c.written == before.written)
        change = update(notion_scenes).where(same, known).values(read=after.read, written=after.written, version=version)
        if connection.execute(change).rowcount != 1:
            raise Conflict(f"The row of {before.scene} of {before.project} was read by another process.", remedy="Look again.")

    def heed_row(self, connection: Connection, before: NotionRow, after: NotionRow) -> None:
        """The same of a film's light in a brief's row, which who decides next in it has seen."""
        written = canonical({**after.standing, "version": _version(connection, str(before.project))})
        known = (notion_rows.c.page == before.page) & (notion_rows.c.written == before.written)
        change = update(notion_rows).where(known).values(written=written)
        if connection.execute(change).rowcount != 1:
            raise Conflict(f"The row of {before.project} was read by another process.", remedy="Look again.")


def _version(connection: Connection, project: str) -> int:
    """The project's review version."""
    return connection.execute(select(func.count()).select_from(reviews).where(reviews.c.project == project)).scalar_one()


def _put(
    connection: Connection, table: Table, key: Mapping[str, str], change: Mapping[str, Any], *, new: Mapping[str, Any]
) -> None:
    """Change the row of this key, or add it."""
    mine = [table.c[name] == value for name, value in key.items()]
    if connection.execute(select(table).where(*mine)).first() is None:
        connection.execute(insert(table).values({**new, **key, **change}))
    elif change:
        connection.execute(update(table).where(*mine).values(**change))
