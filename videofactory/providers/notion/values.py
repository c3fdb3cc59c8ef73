"""Properties of Notion's as plain values, both ways, and rows, schemas and comments made of them.

| kind                                                        | plain value                                      |
| title, rich_text, select, status, url, email, phone_number  | text, empty when nothing is set                  |
| multi_select, people, relation                              | tuple of names, user ids, page ids               |
| number                                                      | float, `None` when nothing is set                |
| checkbox                                                    | bool                                             |
| date                                                        | `Span`, `None` when nothing is set               |
| files                                                       | tuple of `File`; written from `File` and `Uploaded` |
| unique_id                                                   | text such as EP-7                                |

Other kinds (formulas, rollups …) are read as `None` and cannot be written.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from videofactory.domain.errors import InvalidInput, Lasting, Problem
from videofactory.domain.value import Value

TEXT_PIECE = 2000
"""Characters of one piece of text."""
PIECES = 100
"""Pieces of text in one value, options, pages or people in one list."""
REFERENCES = 25
"""People, pages and mentions that a page gives at most of one property; the rest is read property by property."""


class File(Value):
    """A file in a `files` property. `expires`: when the link of a file Notion keeps dies; `None` for any other link."""

    name: str
    url: str
    expires: datetime | None = None


class Uploaded(Value):
    """A file sent to Notion (`Notion.upload`), to be put into a property."""

    id: str
    name: str


class Span(Value):
    """A date, or a time, or a span of them, as Notion writes them (ISO 8601)."""

    start: str
    end: str | None = None
    time_zone: str | None = None


CUT = "…"

Plain = str | float | bool | Span | tuple[str, ...] | tuple[File | Uploaded, ...] | None
"""What a property holds, in plain values."""


class Row(Value):
    """A page in a data source. Times are floored to the minute by Notion. `edited_by` is a user's id, or our own."""

    id: str
    url: str
    data_source: str
    created: datetime
    edited: datetime
    edited_by: str
    trashed: bool
    values: dict[str, Any]
    kinds: dict[str, str]

    def text(self, name: str) -> str:
        """The property as text; empty when there is no such property, or nothing in it."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""


class Property(Value):
    """A column of a data source. `options` of a select, multi_select or status; `leads_to` is a relation's data source."""

    id: str
    name: str
    kind: str
    options: tuple[str, ...] = ()
    leads_to: str = ""


class Schema(Value):
    """A data source: its columns, and the page its database lies in (empty: the workspace itself, or hidden from us)."""

    id: str
    title: str
    database: str
    page: str
    properties: tuple[Property, ...]

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each column by its name."""
        return {one.name: one.kind for one in self.properties}

    def find(self, name: str) -> Property | None:
        """The column of this name."""
        return next((one for one in self.properties if one.name == name), None)


class Comment(Value):
    """A comment on a page, by a user (our own id for our own)."""

    id: str
    text: str
    author: str
    created: datetime


def row(page: Mapping[str, Any]) -> Row:
    """A page as Notion gives it. Raises `Lasting` for what is none."""
    try:
        properties = page["properties"]
        return Row(
            id=page["id"],
            url=page.get("url") or "",
            data_source=page.get("parent", {}).get("data_source_id") or "",
            created=page["created_time"],
            edited=page["last_edited_time"],
            edited_by=(page.get("last_edited_by") or {}).get("id") or "",
            trashed=bool(page.get("in_trash")),
            values={name: read(one) for name, one in properties.items()},
            kinds={name: one["type"] for name, one in properties.items()},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Lasting(f"Notion gave a page we do not understand: {type(error).__name__}: {error}.") from error


def schema(answer: Mapping[str, Any]) -> Schema:
    """A data source as Notion gives it. Raises `Lasting` for what is none."""
    try:
        return Schema(
            id=answer["id"],
            title=plain_text(answer.get("title") or []),
            database=answer.get("parent", {}).get("database_id") or "",
            page=(answer.get("database_parent") or {}).get("page_id") or "",
            properties=tuple(_property(name, one) for name, one in answer["properties"].items()),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Lasting(f"Notion gave a data source we do not understand: {type(error).__name__}: {error}.") from error


def comment_of(one: Mapping[str, Any]) -> Comment:
    """A comment as Notion gives it."""
    author = (one.get("created_by") or {}).get("id") or ""
    return Comment(id=one["id"], text=plain_text(one.get("rich_text") or []), author=author, created=one["created_time"])


def read(value: Mapping[str, Any]) -> Plain:
    """The plain value of a property as a page has it."""
    kind = value["type"]
    return _READ[kind](value[kind]) if kind in _READ else None


def cut_short(value: Mapping[str, Any]) -> bool:
    """Whether a page may have given only the first of what this property holds."""
    kind = value["type"]
    if kind in {"title", "rich_text"}:
        return sum(1 for piece in value[kind] if piece.get("type") == "mention") >= REFERENCES
    return bool(value.get("has_more")) or (kind in {"people", "relation"} and len(value[kind]) >= REFERENCES)


def plain_text(pieces: Sequence[Mapping[str, Any]]) -> str:
    """Pieces of rich text as one text."""
    return "".join(piece.get("plain_text") or piece.get("text", {}).get("content", "") for piece in pieces)


def rich_text(text: str) -> list[dict[str, Any]]:
    """A text in pieces Notion takes; what a hundred pieces do not hold is cut, and an ellipsis says so."""
    pieces = _pieces(text)
    if len(pieces) > PIECES:
        pieces = [*pieces[: PIECES - 1], pieces[PIECES - 1][:-1] + CUT]
    return [{"type": "text", "text": {"content": piece}} for piece in pieces]


def shaped(values: Mapping[str, Plain], *, kinds: Mapping[str, str]) -> dict[str, Any]:
    """Plain values as Notion takes them, for properties of these kinds (`Schema.kinds`, `Row.kinds`).

    Raises `InvalidInput` with every property that is not there or cannot be written.
    """
    problems = [
        Problem(file="Notion", field=name, value=kinds.get(name, "(missing)"), remedy=_MISSING)
        for name in values
        if kinds.get(name) not in _WRITTEN
    ]
    if problems:
        raise InvalidInput(problems)
    return {name: {kinds[name]: _WRITTEN[kinds[name]](value)} for name, value in values.items()}


def _property(name: str, one: Mapping[str, Any]) -> Property:
    kind = one["type"]
    detail = one.get(kind) or {}
    options = tuple(option["name"] for option in detail.get("options") or ())
    return Property(id=one["id"], name=name, kind=kind, options=options, leads_to=detail.get("data_source_id") or "")


def _file(one: Mapping[str, Any]) -> File:
    kept = one.get("file") or one.get("external") or {}
    return File(name=one.get("name") or "", url=kept.get("url") or "", expires=kept.get("expiry_time"))


def _written_file(one: object) -> dict[str, Any]:
    if isinstance(one, Uploaded):
        return {"name": one.name, "type": "file_upload", "file_upload": {"id": one.id}}
    if isinstance(one, File) and one.expires is None:
        return {"name": one.name[:PIECES] or "file", "type": "external", "external": {"url": one.url}}
    raise Lasting("A file Notion keeps is put into a property by its upload alone; its link is for reading.")


def _pieces(text: str) -> list[str]:
    """The text in pieces of at most `TEXT_PIECE` UTF-16 units, which is what Notion counts; no letter is cut in two."""
    units = text.encode("utf-16-le", errors="replace")
    pieces, start = [], 0
    while start < len(units):
        end = min(len(units), start + 2 * TEXT_PIECE)
        if end < len(units) and units[end - 1] & _SURROGATE == _HIGH:
            end -= 2
        pieces.append(units[start:end].decode("utf-16-le"))
        start = end
    return pieces


def _date(value: Mapping[str, Any] | None) -> Span | None:
    return Span(start=value["start"], end=value.get("end"), time_zone=value.get("time_zone")) if value else None


def _number(value: object) -> float | None:
    if value is None or isinstance(value, int | float):
        return value
    raise Lasting(f"{value!r} is no number.")


_MISSING = "there is no property of this name that can be written: 'videofactory notion check' says what to mend"
_SURROGATE, _HIGH = 0xFC, 0xD8
"""The high byte of a UTF-16 unit that begins a letter of two."""
_READ: Mapping[str, Callable[[Any], Plain]] = MappingProxyType(
    {
        "title": plain_text,
        "rich_text": plain_text,
        "select": lambda one: one["name"] if one else "",
        "status": lambda one: one["name"] if one else "",
        "multi_select": lambda many: tuple(one["name"] for one in many),
        "number": lambda one: one,
        "checkbox": bool,
        "date": _date,
        "files": lambda many: tuple(_file(one) for one in many),
        "url": lambda one: one or "",
        "email": lambda one: one or "",
        "phone_number": lambda one: one or "",
        "people": lambda many: tuple(one["id"] for one in many),
        "relation": lambda many: tuple(one["id"] for one in many),
        "unique_id": lambda one: f"{one['prefix']}-{one['number']}" if one.get("prefix") else str(one["number"]),
    }
)
_WRITTEN: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "title": rich_text,
        "rich_text": rich_text,
        "select": lambda one: {"name": one} if one else None,
        "status": lambda one: {"name": one} if one else None,
        "multi_select": lambda many: [{"name": one} for one in many[:PIECES]],
        "number": _number,
        "checkbox": bool,
        "date": lambda one: one.model_dump(exclude_none=True) if one else None,
        "files": lambda many: [_written_file(one) for one in many],
        "url": lambda one: one or None,
        "email": lambda one: one or None,
        "phone_number": lambda one: one or None,
        "people": lambda many: [{"object": "user", "id": one} for one in many[:PIECES]],
        "relation": lambda many: [{"id": one} for one in many[:PIECES]],
    }
)
