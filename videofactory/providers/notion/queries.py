"""Questions to a data source, as Notion writes them: filters, order, and where to begin."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from videofactory.providers.notion.values import Property

OLDEST_FIRST = {"timestamp": "created_time", "direction": "ascending"}
"""By the time a row was made, which never changes: by that of its last edit, rows would move from one query to the next."""


def any_of(column: Property, names: Sequence[str]) -> dict[str, Any]:
    """The filter for rows whose select or status is one of these options (one or more)."""
    each = [{"property": column.name, column.kind: {"equals": name}} for name in names]
    return each[0] if len(each) == 1 else {"or": each}


def minute(at: datetime) -> str:
    """A time as Notion keeps it: floored to its minute."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def question(where: Mapping[str, Any] | None, *, since: datetime | None, start: str) -> dict[str, Any]:
    """The body of a query: rows that fit `where`, edited in the minute of `since` or later, made at `start` or later."""
    parts: list[Mapping[str, Any]] = list(where["and"]) if where and "and" in where else [where] if where else []
    if since is not None:
        parts.append({"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": minute(since)}})
    if start:
        parts.append({"timestamp": "created_time", "created_time": {"on_or_after": start}})
    wanted = {"filter": {"and": parts}} if parts else {}
    return {**wanted, "sorts": [OLDEST_FIRST], "result_type": "page"}
