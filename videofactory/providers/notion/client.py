"""The line to one Notion workspace: rows, pages, comments and files, at no more requests than all processes together may send.

Reading and writing absolute values is repeated by `Http.safe`. What makes something new (`create`, `comment`) is sent once: Notion
knows no idempotency key, so a lost answer raises `OutcomeUnknown`, and the caller looks (`rows`, `comments`) before it tries again.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from videofactory.domain.errors import Busy, FactoryError, Lasting, Passing
from videofactory.domain.value import Value
from videofactory.providers.account import Account
from videofactory.providers.http import Answer
from videofactory.providers.notion import errors
from videofactory.providers.notion.values import REFERENCES, Property, Row, Schema, read, rich_text, row, schema, Uploaded

VERSION = "2026-03-11"
"""The newest version of the API known; sent with every request."""
TOKEN = "NOTION_TOKEN"  # noqa: S105 - the name of the key
PATIENCE = 30.0
"""Seconds a request waits at the limiter before it gives up with `Busy`, which says how much longer it would have to."""
PAGE = 100
"""Rows in one answer, at most."""
SMALLEST_PAGE = 6
"""Where asking for fewer rows at once ends when Notion's own data base is overrun."""


class Limiter(Protocol):
    """Who may send when, for all processes that use the same connection."""

    def enter(self) -> float:
        """0.0 when a request may leave now (it is then counted), or the seconds to wait before asking again."""

    def hold(self, seconds: float) -> None:
        """Notion asked for a wait: nobody sends for so long."""


class Me(Value):
    """The connection as Notion knows it. `largest_file` in bytes; 0 where Notion does not say."""

    id: str
    name: str
    workspace: str
    largest_file: int = 0


class Comment(Value):
    """A comment on a page, by a user (our own id for our own)."""

    id: str
    text: str
    author: str
    created: datetime


class Notion:
    """One workspace, as one connection. `account` holds the token; `limits` is shared by all processes.

    Everything raises errors of `domain.errors`: `NotFound` for what is not there or not shared, `EngineRejected` for a wrong token
    or request, `Busy` (with the wait, which may be minutes) and `Passing` for what is worth another try.
    """

    def __init__(self, account: Account, *, limits: Limiter, patience: float = PATIENCE) -> None:
        raise NotImplementedError

    def me(self) -> Me:
        """Who we are; the cheapest test of a token."""
        raise NotImplementedError

    def schema(self, data_source: str) -> Schema:
        """The columns of a data source."""
        raise NotImplementedError

    def rows(self, data_source: str, *, where: Mapping[str, Any] | None = None, since: datetime | None = None) -> Iterator[Row]:
        """All rows, oldest first, each once; `where` is a filter of Notion's (`any_of`), `since` gives those edited in that minute or later.

        Times are minutes at Notion: hand in the newest `edited` of last time, and know rows by id and content.
        """
        raise NotImplementedError

    def page(self, page_id: str) -> Row:
        """One row with everything in it, and fresh links to its files."""
        raise NotImplementedError

    def text_of(self, page_id: str) -> str:
        """The page's body as markdown."""
        raise NotImplementedError

    def update(self, page_id: str, properties: Mapping[str, Any]) -> Row:
        """Set properties (`values.shaped`) to these values; others stay. May be repeated."""
        raise NotImplementedError

    def create(self, data_source: str, properties: Mapping[str, Any]) -> Row:
        """A new row. Raises `OutcomeUnknown` when it may be there all the same."""
        raise NotImplementedError

    def comment(self, page_id: str, text: str) -> Comment:
        """Say something on a page. Raises `OutcomeUnknown` when it may stand there all the same."""
        raise NotImplementedError

    def comments(self, page_id: str) -> list[Comment]:
        """The page's open comments, oldest first."""
        raise NotImplementedError

    def upload(self, path: Path, *, name: str, media_type: str) -> Uploaded:
        """Send a file, to be put into a property (`values.shaped`) within the hour. May be repeated."""
        raise NotImplementedError


def any_of(column: Property, names: Sequence[str]) -> dict[str, Any]:
    """The filter for rows whose select or status is one of these options."""
    raise NotImplementedError
