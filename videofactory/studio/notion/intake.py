"""Taking rows in: what was edited since the last look becomes projects, changed briefs, cancelled projects, each exactly once.

Notion floors edit times to the minute, so every look reads some minutes again and knows rows by what people wrote in them. Our
own writes are in properties that do not count. A row's project is found by the page's id, so a crash anywhere is mended by the
next look. A look ends at its deadline; what it left, the next one finds.
"""

import itertools
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillFetching
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError, InvalidInput, NotFound
from videofactory.domain.notion import NotionSettings
from videofactory.domain.project import ProjectState
from videofactory.ledger.database import stamped
from videofactory.ledger.notion import NotionRow
from videofactory.providers.notion.client import Notion, any_of
from videofactory.providers.notion.values import Row
from videofactory.studio.factory import Studio
from videofactory.studio.notion.answers import tell, what_to_mend
from videofactory.studio.notion.rows import is_wanted, mark_of, request_of
from videofactory.studio.status import state_of
from videofactory.studio.take_in import Request

OVERLAP = timedelta(minutes=5)
"""How far back a look reads again: more than the minute times are floored to, and than two clocks differ."""
AGAIN = timedelta(minutes=1)
"""When a row is looked at again that could not be dealt with now."""
AT_ONCE = 16
"""Rows whose pictures are fetched side by side."""
ROUND = 10
"""Rows of projects under way that are read in each look whether or not they seem edited: a row in the trash is in no query."""
WHO = "notion"
WITHDRAWN = "withdrawn"
"""Stands for what was read of a row whose writer took it back."""
DONE = frozenset({ProjectState.SCHEDULED, ProjectState.PUBLISHED})
"""States in which a change of the row comes too late."""
TOO_LATE = "This film is {state} already, so VideoFactory leaves it as it is. For another film, make a new row."


@dataclass
class Swept:
    """What one look did, by project key; `told` are pages whose writers were told what to mend, `left` rows for the next look."""

    taken: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    left: int = 0


def sweep(studio: Studio, channel: Channel, notion: Notion, *, until: float) -> Swept:
    """Deal with the channel's rows until `until` (by the monotonic clock). Raises what Notion says when it cannot be read."""
    if channel.notion is None:
        raise NotFound(f"Channel {channel.key} has no Notion.", remedy="Write notion: {data_source: …} into its file.")
    return _Sweep(studio, channel, channel.notion, notion, until=until).all()


class _Sweep:
    """One look at one channel's rows."""

    def __init__(self, studio: Studio, channel: Channel, settings: NotionSettings, notion: Notion, *, until: float) -> None:
        self._studio = studio
        self._channel = channel
        self._settings = settings
        self._notion = notion
        self._until = until
        self._books = studio.ledger.notion
        self._known = self._books.rows(channel.key)
        self._done = Swept()

    def all(self) -> Swept:
        source = self._settings.data_source
        began = self._studio.ledger.database.time()
        seen = self._books.cursor(source)
        met: set[str] = set()
        self._deal(_noted(self._edited(seen), met))
        self._deal(self._looked_up(self._due()))
        if not self._done.left:
            self._books.move_cursor(source, stamped(began - OVERLAP))
        self._deal(self._looked_up(self._next_round(met)))
        return self._done

    def _edited(self, seen: str) -> Iterator[Row]:
        """The rows edited since the last look; in the first one, those that ask for a video."""
        source = self._settings.data_source
        if seen:
            return self._notion.rows(source, since=datetime.fromisoformat(seen))
        name = self._settings.properties.status
        column = self._notion.schema(source).find(name)
        if column is None:
            remedy = f"'videofactory notion check {self._channel.key}' says what else is missing; 'notion setup' makes it"
            raise NotFound(f"The data source of channel {self._channel.key} has no property {name!r}.", remedy=remedy)
        return self._notion.rows(source, where=any_of(column, [self._settings.trigger]))

    def _due(self) -> list[str]:
        now = self._studio.ledger.database.stamp()
        return [row.page for row in self._known.values() if row.again_at is not None and row.again_at <= now]

    def _next_round(self, seen: set[str]) -> list[str]:
        """A few more rows of projects under way, one after the other from look to look."""
        source = f"{self._settings.data_source}/round"
        last = self._books.cursor(source)
        ended = {row.key for row in self._studio.ledger.projects.all() if row.cancelled_at is not None}
        open_rows = [row.page for row in self._known.values() if row.project and row.project not in ended]
        pages = sorted(set(open_rows) - seen)
        chosen = [page for page in pages if page > last][:ROUND]
        self._books.move_cursor(source, chosen[-1] if len(chosen) == ROUND else "")
        return chosen

    def _looked_up(self, pages: Iterable[str]) -> Iterator[Row]:
        for page in pages:
            if self._late():
                return
            try:
                yield self._notion.page(page)
            except NotFound:  # no longer shared with us, perhaps by mistake: nobody said the film is not wanted
                self._books.keep(page, channel=self._channel.key, again_at=None)

    def _late(self) -> bool:
        return time.monotonic() >= self._until

    def _deal(self, rows: Iterable[Row]) -> None:
        """Rows to take in are read side by side; everything else is said at once."""
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            new = (row for row in self._in_time(rows) if self._is_new(row))
            while batch := list(itertools.islice(new, AT_ONCE)):
                self._take_all([(row, pool.submit(self._read, row)) for row in batch])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _in_time(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows until the time is over."""
        for row in rows:
            if self._late():
                self._done.left += 1
                return
            yield row

    def _is_new(self, row: Row) -> bool:
        """Whether the row asks for something new to be made; a withdrawn one is dealt with here."""
        known = self._known.get(row.id)
        wanted = is_wanted(row, self._settings)
        if known is None:
            return wanted
        if wanted and mark_of(row, self._settings) not in {known.read, known.told}:
            return True
        if not wanted and known.read != WITHDRAWN:
            self._withdraw(row, known)
        elif known.again_at is not None:
            self._books.keep(row.id, channel=known.channel, again_at=None)
        return False

    def _read(self, row: Row) -> Request:
        channels = self._studio.channels
        return request_of(self._studio, row, channel=self._channel, settings=self._settings, channels=channels)

    def _take_all(self, batch: list[tuple[Row, Future[Request]]]) -> None:
        for row, reading in batch:
            if self._late():
                self._done.left += 1
                continue
            try:
                self._take(row, reading)
            except (FactoryError, StillFetching) as error:
                again = stamped(self._studio.ledger.database.time() + AGAIN)
                self._books.keep(row.id, channel=self._channel.key, again_at=again)
                self._studio.ledger.audit.note("row left for later", who=WHO, why=str(error), detail={"page": row.id})

    def _take(self, row: Row, reading: Future[Request]) -> None:
        known = self._known.get(row.id) or NotionRow(page=row.id, channel=self._channel.key)
        mark = mark_of(row, self._settings)
        if known.project and (state := state_of(self._studio, known.project)) in DONE:
            tell(self._studio, self._notion, row, TOO_LATE.format(state=state.value), mark=mark, known=known)
            self._books.keep(row.id, channel=known.channel, read=mark, again_at=None)
            return
        try:
            request = reading.result(timeout=max(0.0, self._until - time.monotonic()))
            project = self._project(row, request, known)
        except InvalidInput as error:
            words = what_to_mend(error, self._settings.properties)
            tell(self._studio, self._notion, row, words, mark=mark, known=known)
            self._done.told.append(row.id)
            self._books.keep(row.id, channel=known.channel, again_at=None)
            return
        rest = {"edited": stamped(row.edited), "told": "", "again_at": None}
        self._books.keep(row.id, channel=self._channel.key, project=project, read=mark, **rest)

    def _project(self, row: Row, request: Request, known: NotionRow) -> str:
        """The row's project: made, changed, or taken up again after it was withdrawn; its key."""
        projects = self._studio.ledger.projects
        project = projects.take_in(
            channel=self._channel.key,
            title=request.brief.title,
            source_kind="notion",
            source_id=row.id,
            brief=request.model_dump_json(exclude_none=True),
            who=WHO,
        )
        if project.cancelled_at is not None and known.read == WITHDRAWN:
            projects.reopen(project.key, who=WHO, why="the row asks for it again")
        (self._done.changed if known.project else self._done.taken).append(project.key)
        return project.key

    def _withdraw(self, row: Row, known: NotionRow) -> None:
        """The writer took the row back: its project ends, and what was reserved and never sent is given back."""
        if known.project and state_of(self._studio, known.project) not in DONE:
            why = "the row is in the trash" if row.trashed else f"its {self._settings.properties.status} was changed"
            if self._studio.ledger.projects.get(known.project).cancelled_at is None:
                self._studio.ledger.projects.cancel(known.project, who=WHO, why=why)
            release_unsent(self._studio, known.project)
            self._done.cancelled.append(known.project)
        self._books.keep(row.id, channel=known.channel, read=WITHDRAWN, told="", again_at=None)


def release_unsent(studio: Studio, project: str) -> None:
    """Give back what is reserved for calls of a project that were never sent. Those of a living run end with it."""
    for call in studio.ledger.calls.of_project(project, state="reserved"):
        try:
            studio.door.settle(call)
        except FactoryError as error:  # the next look of the upkeep settles it
            studio.ledger.audit.note("not released yet", who=WHO, project=project, why=str(error))


def _noted(rows: Iterable[Row], met: set[str]) -> Iterator[Row]:
    """The rows, their ids noted."""
    for row in rows:
        met.add(row.id)
        yield row
