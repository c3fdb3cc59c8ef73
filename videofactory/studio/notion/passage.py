"""One pass over a data source's rows, which may take several looks: how far it is, and which rows it did not meet.

A look ends when its time, its share of the requests or its share of rows is used up; the next one goes on behind the rows that
were dealt with, in the order the rows were made in, which never changes. What is done with rows is `intake`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from videofactory.ledger.database import stamped
from videofactory.ledger.notion import NotionRow, NotionRows
from videofactory.providers.notion.values import Row
from videofactory.studio.factory import Studio

LISTED = 500
"""Rows listed in a minute at most to find those that are gone: five requests."""
LOOKED_UP = 10
"""Rows that are missing and are looked up in one look."""
WITHDRAWN = "withdrawn"
"""Stands for what was read of a row whose writer took it back."""


class Passage:
    """Where the present pass began, and behind which rows it goes on. `overlap`: how far back the next one reads again."""

    def __init__(self, books: NotionRows, source: str, *, now: datetime, overlap: timedelta) -> None:
        self._books = books
        self._source = source
        self._overlap = overlap
        began, _, made = books.cursor(self._place).partition(" ")
        self.began = datetime.fromisoformat(began) if began else now
        self.made_since = datetime.fromisoformat(made) if made else None
        seen = books.cursor(source)
        self.edited_since = datetime.fromisoformat(seen) if seen else None

    @property
    def _place(self) -> str:
        return f"{self._source}/passage"

    def pause(self, made: datetime | None) -> None:
        """The next look goes on with rows made then or later; with the same when nobody knows."""
        made = made or self.made_since
        if made is not None:
            self._books.move_cursor(self._place, f"{stamped(self.began)} {stamped(made)}")

    def end(self) -> None:
        """All rows were dealt with that were edited before the pass began."""
        self._books.move_cursor(self._source, stamped(self.began - self._overlap))
        if self._books.cursor(self._place):
            self._books.move_cursor(self._place, "")


class Round:
    """Looking for rows of projects under way that are gone: a row in the trash is in no query.

    To list all rows takes a request for each hundred; those that are missing are looked up one by one, some in each look.
    """

    def __init__(self, studio: Studio, source: str, *, known: Mapping[str, NotionRow]) -> None:
        self._books = studio.ledger.notion
        self._database = studio.ledger.database
        self._place = f"{source}/round"
        ended = studio.ledger.overview.cancelled()
        self._open = {row.page for row in known.values() if row.project and row.project not in ended and row.read != WITHDRAWN}

    def is_due(self) -> bool:
        """Whether the rows are listed in this look: in every one while they are few, more rarely the more they are."""
        return bool(self._open) and self._noted[0] <= self._database.stamp()

    def gone(self, met: Collection[str]) -> list[str]:
        """Rows to be looked up, after all that were met were listed."""
        last = self._noted[1]
        chosen = [page for page in sorted(self._open - set(met)) if page > last][:LOOKED_UP]
        rest = timedelta(minutes=1) * ((len(self._open) - 1) // LISTED)
        again = stamped(self._database.time() + rest) if rest else ""
        self._books.move_cursor(self._place, f"{again} {chosen[-1] if len(chosen) == LOOKED_UP else ''}")
        return chosen

    @property
    def _noted(self) -> tuple[str, str]:
        """When rows are listed again, and the last one that was looked up."""
        again, _, last = self._books.cursor(self._place).partition(" ")
        return again, last


def unmet(rows: Iterable[Row], met: set[str]) -> Iterator[Row]:
    """The rows that were not met before in this look, their ids noted."""
    for row in rows:
        if row.id not in met:
            met.add(row.id)
            yield row
