"""The line to one Notion workspace: rows, pages, comments and files, at no more requests than all processes together may send.

Reading, and writing values that stay the same when written twice, is repeated by `Http.safe`. What makes something new (`create`,
`comment`) is sent once: Notion knows no idempotency key, so a lost answer raises `OutcomeUnknown`, and the caller looks (`rows`,
`comments`) before it tries again.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from videofactory.domain.errors import AnswerUnreadable, Busy, EngineRejected, FactoryError, Lasting, OutcomeUnknown, Passing
from videofactory.domain.value import Value
from videofactory.providers.account import Account
from videofactory.providers.http import Answer
from videofactory.providers.notion import errors
from videofactory.providers.notion.blocks import Body, markdown
from videofactory.providers.notion.entrance import PATIENCE, TOKEN, VERSION, Entrance, Limiter
from videofactory.providers.notion.queries import any_of, minute, question
from videofactory.providers.notion.values import (
    Comment,
    Row,
    Schema,
    Uploaded,
    comment_of,
    cut_short,
    rich_text,
    row,
    schema,
)

__all__ = ["PATIENCE", "TOKEN", "VERSION", "Comment", "Limiter", "Me", "Notion", "any_of"]

PAGE = 100
"""Rows in one answer, at most."""
SMALLEST_PAGE = 6
"""Where asking for fewer rows at once ends when Notion's own data base is overrun."""

WHOLE, PART = 20 << 20, 10 << 20
"""Bytes of a file that is sent in one piece, at most; of a part of a longer one."""
NAME_BYTES = 900
SENDING = 120.0
"""Seconds a part of a file may take."""


NO_ROW = (KeyError, TypeError, AttributeError, ValueError)
"""What reading a page ends with that is made otherwise than Notion's documentation says."""


class Me(Value):
    """The connection as Notion knows it. `largest_file` in bytes; 0 where Notion does not say."""

    id: str
    name: str
    workspace: str
    largest_file: int = 0


class Notion:
    """One workspace, as one connection. `account` holds the token; `limits` is shared by all processes.

    Everything raises errors of `domain.errors`: `NotFound` for what is not there or not shared, `EngineRejected` for a wrong
    token or request, `Busy` (with the wait, which may be minutes) and `Passing` for what is worth another try.
    """

    def __init__(self, account: Account, *, limits: Limiter, patience: float = PATIENCE) -> None:
        self._account = account
        self._entrance = Entrance(account, limits=limits, patience=patience)
        self._limits = limits
        self._patience = patience
        self._largest: int | None = None
        self._http = account.http(auth=self._entrance.let_out, reading=self._reading)

    def within(self, until: float) -> "Notion":
        """The same line for a look that ends at `until` (by the monotonic clock), even when Notion never answers.

        What is asked later raises `Busy` and is not sent; what is under way then gets `http.LAST` more, a file more.
        """
        other = copy.copy(self)
        entrance = Entrance(self._account, limits=self._limits, patience=self._patience, until=until)
        other._entrance, other._http = entrance, self._http.led_by(entrance.let_out)  # noqa: SLF001 - one of our own
        return other

    def me(self) -> Me:
        """Who we are; the cheapest test of a token."""
        said = self._ask("GET", "/v1/users/me")
        bot = said.get("bot") or {}
        return Me(
            id=said["id"],
            name=said.get("name") or "",
            workspace=bot.get("workspace_name") or "",
            largest_file=(bot.get("workspace_limits") or {}).get("max_file_upload_size_in_bytes") or 0,
        )

    def schema(self, data_source: str) -> Schema:
        """The columns of a data source."""
        return schema(self._ask("GET", f"/v1/data_sources/{data_source}"))

    def data_sources(self, database: str) -> dict[str, str]:
        """The data sources of a database: their names by id."""
        return {one["id"]: one.get("name") or "" for one in self._ask("GET", f"/v1/databases/{database}")["data_sources"]}

    def databases_in(self, page_id: str) -> dict[str, str]:
        """The databases that lie in a page: their titles by id."""
        blocks = self._listed(f"/v1/blocks/{page_id}/children")
        return {one["id"]: one["child_database"]["title"] for one in blocks if one["type"] == "child_database"}

    def rows(
        self,
        data_source: str,
        *,
        where: Mapping[str, Any] | None = None,
        since: datetime | None = None,
        made_since: datetime | None = None,
        unread: Callable[[str, Exception], None] | None = None,
    ) -> Iterator[Row]:
        """All rows that fit, oldest first, each once; of those made in the minute of `made_since` or later.

        `where` is a filter of Notion's (`any_of`); `since` keeps rows edited in that minute or later. Times are minutes there:
        hand in the newest `edited` of last time, and know rows by id and content. A query ends after 10,000 rows as if there were
        no more; another then begins at the minute the last row was made in. A page that is no row as we know them is handed to
        `unread`, with the reason, and passed over; without `unread` it is an error.
        """
        seen: set[str] = set()
        start = minute(made_since) if made_since else ""
        while True:
            known, last, more = len(seen), start, False
            body = question(where, since=since, start=start)
            for answer in self._answers(f"/v1/data_sources/{data_source}/query", body=body):
                more = more or (answer.get("request_status") or {}).get("type") == "incomplete"
                for page in answer["results"]:
                    last = page["created_time"]
                    if page["id"] not in seen:
                        seen.add(page["id"])
                        found = self._understood(page, unread)
                        if found is not None:
                            yield found
            if not more:
                return
            if len(seen) == known:
                raise Lasting(
                    f"More rows of data source {data_source} were made in the minute of {last} than Notion gives at once.",
                    remedy="Move rows that are done to another database, or archive them.",
                )
            start = last

    def _understood(self, page: dict[str, Any], unread: Callable[[str, Exception], None] | None) -> Row | None:
        try:
            return row(self._completed(page))
        except (Lasting, *NO_ROW) as error:
            if unread is None or isinstance(error, errors.TokenRefused):
                raise
            unread(str(page["id"]), error)
            return None

    def page(self, page_id: str) -> Row:
        """One row with everything in it, and fresh links to its files."""
        return row(self._completed(self._ask("GET", f"/v1/pages/{page_id}")))

    def text_of(self, page_id: str, *, longest: int) -> Body:
        """The page's body as markdown, up to so many letters."""
        return markdown(page_id, children=lambda block: self._listed(f"/v1/blocks/{block}/children"), longest=longest)

    def update(self, page_id: str, properties: Mapping[str, Any]) -> Row:
        """Set properties (`values.shaped`) to these values; others stay. May be repeated."""
        return row(self._ask("PATCH", f"/v1/pages/{page_id}", json={"properties": dict(properties)}))

    def create(self, data_source: str, properties: Mapping[str, Any]) -> Row:
        """A new row. Raises `OutcomeUnknown` when it may be there all the same."""
        parent = {"type": "data_source_id", "data_source_id": data_source}
        return row(self._make("/v1/pages", {"parent": parent, "properties": dict(properties)}))

    def comment(self, page_id: str, text: str) -> Comment:
        """Say something on a page. Raises `OutcomeUnknown` when it may stand there all the same."""
        return comment_of(self._make("/v1/comments", {"parent": {"page_id": page_id}, "rich_text": rich_text(text)}))

    def comments(self, page_id: str) -> list[Comment]:
        """The page's open comments, oldest first."""
        return [comment_of(one) for one in self._listed("/v1/comments", block_id=page_id)]

    def upload(self, path: Path, *, name: str, media_type: str) -> Uploaded:
        """Send a file, to be put into a property (`values.shaped`) within the hour. May be repeated: what nobody uses expires.

        Raises `EngineRejected` for a file longer than the workspace's plan allows, before anything of it is sent.
        """
        size = path.stat().st_size
        self._require_room(size, name=name)
        parts = 1 if size <= WHOLE else -(-size // PART)
        name = name.encode()[:NAME_BYTES].decode(errors="ignore")
        mode = {"mode": "single_part"} if parts == 1 else {"mode": "multi_part", "number_of_parts": parts}
        made = self._ask("POST", "/v1/file_uploads", json={**mode, "filename": name, "content_type": media_type})
        place = f"/v1/file_uploads/{made['id']}"
        try:
            with path.open("rb") as file:
                for number in range(1, parts + 1):
                    piece = file.read(WHOLE if parts == 1 else PART)
                    numbered = {} if parts == 1 else {"part_number": str(number)}
                    self._ask("POST", f"{place}/send", seconds=SENDING, files={"file": (name, piece, media_type)}, data=numbered)
            if parts > 1:
                self._ask("POST", f"{place}/complete")
        except FactoryError:
            if self._ask("GET", place).get("status") != "uploaded":  # it may be only the answer that was lost
                raise
        return Uploaded(id=made["id"], name=name)

    def _require_room(self, size: int, *, name: str) -> None:
        if self._largest is None:
            self._largest = self.me().largest_file
        if 0 < self._largest < size:
            raise EngineRejected(
                f"{name} has {size / 1e6:.1f} MB, and this Notion workspace takes files up to {self._largest / 1e6:.1f} MB.",
                remedy="Its plan says so: a paid plan takes larger files.",
            )

    def add_columns(self, data_source: str, columns: Mapping[str, Any]) -> Schema:
        """New columns, or options for those there are: configurations as Notion takes them, by name. May be repeated."""
        return schema(self._ask("PATCH", f"/v1/data_sources/{data_source}", json={"properties": dict(columns)}))

    def create_database(self, page_id: str, *, title: str, columns: Mapping[str, Any]) -> str:
        """A new database in a page; the id of its one data source. Raises `OutcomeUnknown` when it may be there all the same."""
        body = {
            "parent": {"type": "page_id", "page_id": page_id},
            "title": rich_text(title),
            "initial_data_source": {"properties": dict(columns)},
        }
        return str(self._make("/v1/databases", body)["data_sources"][0]["id"])

    def _reading(self, answer: Answer) -> FactoryError | None:
        error = errors.reading(answer)
        if isinstance(error, Busy) and error.retry_after:
            self._limits.hold(error.retry_after)
        return error

    def _ask(self, method: str, path: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - httpx's own arguments
        """What Notion says to a request that may be repeated."""
        try:
            return _object(self._http.safe(method, path, **self._entrance.timely(request)))
        except AnswerUnreadable as error:
            raise Passing(error.message) from error

    def _make(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What Notion says to a request that makes something new, and is sent once."""
        answer = self._http.submit(path, until=self._entrance.until, json=body)
        try:
            return _object(answer)
        except AnswerUnreadable as error:
            raise OutcomeUnknown(f"Notion took a request, and its answer cannot be read: {error.message}") from error

    def _answers(self, path: str, *, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The answers to a query, one after the other; for fewer rows at once when it is too much for Notion's data base."""
        size, cursor = PAGE, None
        while True:
            at = {"page_size": size} if cursor is None else {"page_size": size, "start_cursor": cursor}
            try:
                answer = self._ask("POST", path, json={**body, **at})
            except errors.Overrun:
                if size <= SMALLEST_PAGE:
                    raise
                size //= 4
                continue
            yield answer
            cursor = answer.get("next_cursor")
            if not answer.get("has_more") or cursor is None:
                return

    def _listed(self, path: str, **question: str) -> Iterator[dict[str, Any]]:
        """Everything in a list that is read by GET, page after page."""
        cursor: dict[str, str] = {}
        while True:
            answer = self._ask("GET", path, params={**question, **cursor, "page_size": PAGE})
            yield from answer["results"]
            if not answer.get("has_more"):
                return
            cursor = {"start_cursor": answer["next_cursor"]}

    def _completed(self, page: dict[str, Any]) -> dict[str, Any]:
        """The page with the whole of every property; Notion gives but the first 25 people, pages and mentions."""
        short = {name: one for name, one in page.get("properties", {}).items() if cut_short(one)}
        whole = {name: self._whole(page["id"], one) for name, one in short.items()}
        return {**page, "properties": {**page.get("properties", {}), **whole}}

    def _whole(self, page_id: str, one: Mapping[str, Any]) -> dict[str, Any]:
        kind = one["type"]
        items = self._listed(f"/v1/pages/{page_id}/properties/{one['id']}")
        return {"id": one["id"], "type": kind, kind: [item[kind] for item in items]}


def _object(answer: Answer) -> dict[str, Any]:
    said = answer.json()
    if not isinstance(said, dict):
        raise AnswerUnreadable("Notion answered with JSON that is no object.")
    return said
