"""A Notion workspace as it lies in Notion: data sources, rows, comments, files; and the hands of a person who works in it.

Values are kept plain (text, names, ids …); `notion_shapes` turns them into Notion's shapes and back, `notion` is the HTTP.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from videofactory_tests.twin.world import World

BOT, PERSON = "00000000-0000-4000-8000-00000000b07a", "00000000-0000-4000-8000-0000000000ad"
HOME_PAGE = "00000000-0000-4000-8000-0000000000a0"
"""The page the databases lie in."""
EMPTY: Mapping[str, Any] = {
    "title": "", "rich_text": "", "select": "", "status": "", "url": "", "email": "", "phone_number": "", "multi_select": [],
    "people": [], "relation": [], "files": [], "number": None, "checkbox": False, "date": None,
}  # fmt: skip
T = TypeVar("T")
Columns = Mapping[str, str | tuple[str, Sequence[str]]]
"""Kind by name; a kind with options is a pair."""


@dataclass
class Column:
    """`target`: the data source a relation leads to."""

    id: str
    name: str
    kind: str
    options: list[str] = field(default_factory=list)
    target: str = ""


@dataclass
class DataSource:
    """A table. `page` is where its database lies; not shared, it is not there for us."""

    id: str
    title: str
    database: str
    page: str
    columns: dict[str, Column]
    shared: bool = True


@dataclass
class Page:
    """A row; times in seconds since 1970, as exact as they were. `body` are paragraphs, below some of which others may stand."""

    id: str
    source: str
    values: dict[str, Any]
    created: float
    edited: float
    editor: str
    trashed: bool = False
    body: list[str] = field(default_factory=list)


@dataclass
class Remark:
    """A comment."""

    id: str
    page: str
    text: str
    author: str
    at: float


@dataclass
class Sent:
    """A file upload."""

    id: str
    name: str
    media_type: str
    parts: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    status: str = "pending"


@dataclass
class Workspace:
    """Everything in it. `cap` rows come of one query; links live `link_seconds`; `may` is what the connection may do."""

    world: World
    cap: int = 10_000
    link_seconds: float = 3600.0
    largest_file: int = 5 << 30
    home_shared: bool = True
    """Whether the page the databases lie in is shared, too."""
    clock: Callable[[], float] = time.time
    may: set[str] = field(default_factory=lambda: {"read", "update", "insert", "comment"})
    sources: dict[str, DataSource] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    asked_at: list[float] = field(default_factory=list)
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def add_data_source(self, title: str, columns: Columns, *, page: str = HOME_PAGE) -> str:
        """A new database with one data source, whose id is given."""
        made = DataSource(self.new_id(), title, self.new_id(), page, {})
        with self.world.lock:
            self.sources[made.id] = made
            for name, kind in columns.items():
                self.add_column(made.id, name, kind)
        return made.id

    def add_column(self, source: str, name: str, kind: str | tuple[str, Sequence[str]], *, target: str = "") -> None:
        """A new property, as a person adds one."""
        plain, options = (kind, ()) if isinstance(kind, str) else kind
        number = "title" if plain == "title" else f"p%3A{next(self.numbers)}"
        self.sources[source].columns[name] = Column(number, name, plain, list(options), target)

    def rename_column(self, source: str, name: str, new: str) -> None:
        """A property gets another name; its id stays."""
        with self.world.lock:
            column = self.sources[source].columns.pop(name)
            column.name = new
            self.sources[source].columns[new] = column
            for page in self.pages.values():
                if page.source == source and name in page.values:
                    page.values[new] = page.values.pop(name)

    def add_row(self, source: str, values: Mapping[str, Any], *, body: Sequence[str] = (), who: str = PERSON) -> str:
        """A new row; its id."""
        now = self.clock()
        with self.world.lock:
            page = Page(self.new_id(), source, dict(values), now, now, who, body=list(body))
            self.pages[page.id] = page
        return page.id

    def edit_row(self, page: str, values: Mapping[str, Any], *, who: str = PERSON) -> None:
        """Change some properties of a row."""
        with self.world.lock:
            self.pages[page].values.update(values)
            self.touch(page, who=who)

    def write_page(self, page: str, body: Sequence[str]) -> None:
        """Write into the page a row opens as, in place of what stood there."""
        with self.world.lock:
            self.pages[page].body = list(body)
            self.touch(page, who=PERSON)

    def trash(self, page: str, *, trashed: bool = True) -> None:
        """Throw a row away, or take it back."""
        with self.world.lock:
            self.pages[page].trashed = trashed
            self.touch(page, who=PERSON)

    def remark(self, page: str, text: str, *, who: str = PERSON) -> Remark:
        """Comment on a row."""
        with self.world.lock:
            said = Remark(self.new_id(), page, text, who, self.clock())
            self.remarks.append(said)
        return said

    def touch(self, page: str, *, who: str) -> None:
        """A row was edited now."""
        self.pages[page].edited, self.pages[page].editor = self.clock(), who

    def attachment(self, name: str, content: bytes, media_type: str) -> dict[str, str]:
        """A file as a person drops it into a `files` property: put it into the list of a row's values."""
        kept = self.new_id()
        self.files[kept] = (content, media_type)
        return {"name": name, "kept": kept}

    def values(self, page: str) -> dict[str, Any]:
        """What a person sees in a row."""
        with self.world.lock:
            found = self.pages[page]
            columns = self.sources[found.source].columns.values()
            return {column.name: found.values.get(column.name, EMPTY.get(column.kind)) for column in columns}

    def rows(self, source: str) -> list[dict[str, Any]]:
        """All rows of a data source as a person sees them, with their ids as `id`; trashed ones are not seen."""
        with self.world.lock:
            found = [page.id for page in self.pages.values() if page.source == source and not page.trashed]
        return [{"id": page, **self.values(page)} for page in found]

    def comments_of(self, page: str) -> list[str]:
        """What is said on a row."""
        with self.world.lock:
            return [said.text for said in self.remarks if said.page == page]

    def share(self, source: str, *, shared: bool) -> None:
        """Share a data source with the connection, or no longer."""
        self.sources[source].shared = shared

    def busiest(self, seconds: float) -> int:
        """How many requests came in the busiest window of so many seconds."""
        with self.world.lock:
            times = sorted(self.asked_at)
        return max((sum(1 for at in times if start <= at < start + seconds) for start in times), default=0)

    def link(self, kept: str) -> tuple[str, str]:
        """A fresh link to a kept file, and when it dies."""
        dies = self.clock() + self.link_seconds
        return f"{self.world.base_url}/notion-files/{kept}?expires={dies:.3f}", stamp(dies, exact=True)

    def find(self, things: Mapping[str, T], given: str) -> T | None:
        """The thing of this id, with or without dashes."""
        return next((thing for known, thing in things.items() if same(known, given)), None)

    def new_id(self) -> str:
        """An id nobody has."""
        number = next(self.numbers)
        return f"{number:08x}-0000-4000-8000-{number:012x}"


def workspace(world: World) -> Workspace:
    """The workspace of this world."""
    with world.lock:
        return world.rooms.setdefault("notion", Workspace(world))  # type: ignore[no-any-return]


def same(one: str, other: str) -> bool:
    """Whether two ids are the same; Notion's links write them without dashes."""
    return one.replace("-", "") == other.replace("-", "")


def stamp(at: float, *, exact: bool = False) -> str:
    """A time as Notion writes it: floored to the minute, unless it is a file's end."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z" if exact else moment.strftime("%Y-%m-%dT%H:%M:00.000Z")
