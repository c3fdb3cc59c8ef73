"""Taking rows in: what was edited since the last look becomes projects, changed briefs, cancelled projects, each exactly once.

Notion floors edit times to the minute, so every look reads some minutes again and knows rows by what people wrote in them. Our
own writes are in properties that do not count. A brief that stands in a row's page is read again when the row was edited since,
or may have been in the minute it was read in. A row's project is found by the page's id, so a crash anywhere is mended by the
next look. A look ends at its deadline; what it left, the next one finds.
"""

import itertools
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillFetching
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from videofactory.domain.channel import Channel
from videofactory.domain.errors import Busy, FactoryError, InvalidInput, NotFound, Passing
from videofactory.domain.notion import NotionSettings
from videofactory.ledger.database import stamped
from videofactory.ledger.notion import NotionRow
from videofactory.providers.notion.client import Notion, any_of
from videofactory.providers.notion.errors import TokenRefused
from videofactory.providers.notion.values import Row
from videofactory.studio.factory import Studio
from videofactory.studio.notion.answers import DONE, TOO_LATE, tell, what_to_mend
from videofactory.studio.notion.columns import column_of
from videofactory.studio.notion.passage import WITHDRAWN, Passage, Round, unmet
from videofactory.studio.notion.rows import Reading, is_in_page, is_wanted, mark_of, reading_of
from videofactory.studio.notion.unread import pass_over
from videofactory.studio.notion.withdrawal import WHO, withdraw
from videofactory.studio.status import state_of
from videofactory.studio.take_in import Request

OVERLAP = timedelta(minutes=5)
"""How far back a look reads again: more than the minute times are floored to, and than two clocks differ."""
AGAIN = timedelta(minutes=1)
"""When a row is looked at again that could not be dealt with now."""
AT_ONCE = 16
"""Rows whose pictures are fetched side by side."""
AT_MOST = 6 * AT_ONCE
"""Rows taken in one look: a channel with a thousand gets another turn when the others had theirs."""


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
        self._notion = notion.within(until)
        self._until = until
        self._books = studio.ledger.notion
        self._known = self._books.rows(channel.key)
        self._began = studio.ledger.database.time()
        self._passage = Passage(self._books, settings.data_source, now=self._began, overlap=OVERLAP)
        self._left_from: datetime | None = None
        self._read_to: datetime | None = None
        self._done = Swept()

    def all(self) -> Swept:
        met: set[str] = set()
        self._deal(unmet(self._edited(), met))
        self._deal(unmet(self._looked_up(page for page in self._due() if page not in met), met))
        if self._done.left:
            self._passage.pause(self._left_from or self._read_to)
            return self._done
        self._passage.end()
        self._go_round(met)
        return self._done

    def _go_round(self, met: set[str]) -> None:
        """Look at every row that asks for a video, then at those of ours that are not among them."""
        round_ = Round(self._studio, self._settings.data_source, known=self._known)
        with suppress(Passing):  # it waits for a look in which there are requests left for it
            if round_.is_due():
                self._deal(unmet(self._asking(None), met))
                self._deal(self._looked_up(() if self._done.left else round_.gone(met)))

    def _edited(self) -> Iterator[Row]:
        """The rows edited since the last pass; in the first one, those that ask for a video."""
        source, since = self._settings.data_source, self._passage.edited_since
        if since is not None:
            return self._notion.rows(source, since=since, made_since=self._passage.made_since, unread=self._pass_over)
        return self._asking(self._passage.made_since)

    def _asking(self, made_since: datetime | None) -> Iterator[Row]:
        """The rows that ask for a video."""
        source, name = self._settings.data_source, self._settings.properties.status
        column = column_of(self._studio, self._notion, source, name=name, channel=self._channel.key)
        where = any_of(column, [self._settings.trigger])
        yield from self._notion.rows(source, where=where, made_since=made_since, unread=self._pass_over)

    def _due(self) -> list[str]:
        now = self._studio.ledger.database.stamp()
        return [row.page for row in self._known.values() if row.again_at is not None and row.again_at <= now]

    def _looked_up(self, pages: Iterable[str]) -> Iterator[Row]:
        for page in pages:
            if self._late():
                return
            try:
                yield self._notion.page(page)
            except NotFound:  # no longer shared with us, perhaps by mistake: nobody said the film is not wanted
                self._books.keep(page, channel=self._channel.key, again_at=None)
            except (Passing, TokenRefused):
                raise
            except Exception as error:  # noqa: BLE001 - one row that cannot be read never stops the others
                self._pass_over(page, error)

    def _pass_over(self, page: str, error: Exception) -> None:
        pass_over(self._studio, page, error)

    def _late(self) -> bool:
        return time.monotonic() >= self._until

    def _deal(self, rows: Iterable[Row]) -> None:
        """Rows to take in are read side by side; everything else is said at once."""
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            new = (row for row in self._in_time(rows) if self._asks(row))
            while batch := list(itertools.islice(new, AT_ONCE)):
                self._take_all([(row, pool.submit(self._read, row)) for row in batch])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _in_time(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows until the time is over, or as many new ones are taken as one look takes."""
        last: Row | None = None
        try:
            for row in rows:
                if self._late() or len(self._done.taken) >= AT_MOST:
                    self._leave(row)
                    return
                last = row
                yield row
        except Passing as error:
            if not self._late() and (last is None or not isinstance(error, Busy)):
                raise
            self._read_to = last.created if last else None
            self._done.left += 1

    def _leave(self, row: Row) -> None:
        """The next look goes on with this row."""
        self._done.left += 1
        self._left_from = self._left_from or row.created

    def _asks(self, row: Row) -> bool:
        """Whether the row is to be read; no for one that cannot even be looked at, which never stops the others."""
        try:
            return self._is_new(row)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are dealt with
            self._again(row, error)
            return False

    def _is_new(self, row: Row) -> bool:
        """Whether the row may ask for something new to be made; a withdrawn one is dealt with here."""
        known = self._known.get(row.id)
        wanted = is_wanted(row, self._settings)
        if known is None:
            return wanted
        if wanted and self._may_have_changed(row, known):
            return True
        if not wanted and known.read != WITHDRAWN:
            self._withdraw(row, known)
        elif known.again_at is not None:
            self._books.keep(row.id, channel=known.channel, again_at=None)
        return False

    def _may_have_changed(self, row: Row, known: NotionRow) -> bool:
        """Whether something else stands in the row than was read; of its page only the time of the last edit is known here."""
        if is_in_page(row, self._settings):
            return stamped(row.edited) != known.edited
        return mark_of(row, self._settings) not in {known.read, known.told}

    def _read(self, row: Row) -> Reading:
        known = self._known.get(row.id)
        dealt_with = {known.read, known.told} if known else set()
        return reading_of(self._studio, self._notion, row, channel=self._channel, settings=self._settings, known=dealt_with)

    def _take_all(self, batch: list[tuple[Row, Future[Reading]]]) -> None:
        for row, reading in batch:
            if self._late():
                self._leave(row)
                continue
            try:
                self._take(row, reading.result(timeout=max(0.0, self._until - time.monotonic())))
            except TokenRefused:
                raise
            except Exception as error:  # noqa: BLE001 - one bad row never stops the others
                self._again(row, error)

    def _again(self, row: Row, error: Exception) -> None:
        """Leave the row for another look."""
        again = stamped(self._studio.ledger.database.time() + AGAIN)
        self._books.keep(row.id, channel=self._channel.key, again_at=again)
        if isinstance(error, FactoryError | StillFetching):
            self._studio.ledger.audit.note("row left for later", who=WHO, why=str(error), detail={"page": row.id})
        else:
            self._pass_over(row.id, error)

    def _take(self, row: Row, read: Reading) -> None:
        known = self._known.get(row.id) or NotionRow(page=row.id, channel=self._channel.key)
        rest: dict[str, str | None] = {"again_at": None, "edited": self._settled(row)}
        asks = read.request is not None or read.problem is not None
        if asks and known.project and (state := state_of(self._studio, known.project)) in DONE:
            self._tell(row, TOO_LATE.format(state=state.value), read, known)
            rest["read"] = read.mark
        elif asks:
            try:
                rest |= self._accepted(row, read, known)
            except InvalidInput as error:
                self._tell(row, what_to_mend(error, self._settings.properties), read, known)
                self._done.told.append(row.id)
        self._books.keep(row.id, channel=self._channel.key, **rest)

    def _accepted(self, row: Row, read: Reading, known: NotionRow) -> dict[str, str]:
        """Make or change the row's project; what is to be noted of the row. Raises `InvalidInput` for what is to be mended."""
        if read.problem is not None or read.request is None:
            raise read.problem or InvalidInput([])
        noted = {"project": self._project(row, read.request, known), "read": read.mark}
        if not read.remark:
            return {**noted, "told": ""}
        self._tell(row, read.remark, read, known)
        return noted

    def _tell(self, row: Row, words: str, read: Reading, known: NotionRow) -> None:
        tell(self._studio, self._notion, row, words, mark=read.mark, known=known)

    def _settled(self, row: Row) -> str:
        """The time of the row's last edit, once none can follow in the same minute, which is as exact as Notion tells it."""
        return stamped(row.edited) if row.edited < self._began - OVERLAP else ""

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
        if known.project and state_of(self._studio, known.project) not in DONE:
            withdraw(self._studio, known.project, row, self._settings)
            self._done.cancelled.append(known.project)
        self._books.keep(row.id, channel=known.channel, read=WITHDRAWN, told="", again_at=None)
