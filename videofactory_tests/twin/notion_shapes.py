"""The shapes Notion speaks: pages and schemas rendered, property values taken in and checked, filters and sorts applied."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from videofactory_tests.twin.notion_workspace import BOT, EMPTY, Column, DataSource, Page, Remark, Sent, Workspace, stamp

FIRST = 25
"""References of one property in a page."""
TEXT, PIECES, MANY = 2000, 100, 100


class InvalidError(Exception):
    """A validation error, with Notion's words."""


def page_of(space: Workspace, page: Page) -> dict[str, Any]:
    """A page."""
    source = space.sources[page.source]
    return {
        "object": "page",
        "id": page.id,
        "created_time": stamp(page.created),
        "last_edited_time": stamp(page.edited),
        "created_by": {"object": "user", "id": page.editor},
        "last_edited_by": {"object": "user", "id": page.editor},
        "in_trash": page.trashed,
        "is_archived": False,
        "is_locked": False,
        "url": f"https://app.notion.com/{page.id.replace('-', '')}",
        "parent": {"type": "data_source_id", "data_source_id": page.source, "database_id": source.database},
        "properties": {column.name: value_of(space, page, column) for column in source.columns.values()},
    }


def value_of(space: Workspace, page: Page, column: Column, *, whole: bool = False) -> dict[str, Any]:
    """A property of a page; of many references only the first, unless all are asked for."""
    plain: Any = page.values.get(column.name, EMPTY.get(column.kind))
    kind, value = column.kind, plain
    if kind in {"title", "rich_text"}:
        value = _pieces(plain, whole=whole)
    elif kind in {"select", "status"}:
        value = {"id": f"o-{plain}", "name": plain, "color": "default"} if plain else None
    elif kind == "multi_select":
        value = [{"id": f"o-{name}", "name": name, "color": "default"} for name in plain]
    elif kind in {"url", "email", "phone_number"}:
        value = plain or None
    elif kind in {"people", "relation"}:
        kept = plain if whole else plain[:FIRST]
        value = [{"id": one, **({"object": "user"} if kind == "people" else {})} for one in kept]
    elif kind == "files":
        value = [_file(space, one) for one in plain]
    more = {"has_more": not whole and len(plain) > FIRST} if kind == "relation" else {}
    return {"id": column.id, "type": kind, kind: value, **more}


def schema_of(source: DataSource) -> dict[str, Any]:
    """A data source."""
    return {
        "object": "data_source",
        "id": source.id,
        "title": _pieces(source.title, whole=True),
        "parent": {"type": "database_id", "database_id": source.database},
        "database_parent": {"type": "page_id", "page_id": source.page}
        if source.page
        else {"type": "workspace", "workspace": True},
        "in_trash": False,
        "properties": {column.name: _config(column) for column in source.columns.values()},
    }


def remark_of(said: Remark) -> dict[str, Any]:
    """A comment."""
    return {
        "object": "comment",
        "id": said.id,
        "parent": {"type": "page_id", "page_id": said.page},
        "created_time": stamp(said.at),
        "created_by": {"object": "user", "id": said.author},
        "rich_text": _pieces(said.text, whole=True),
    }


def taken(space: Workspace, source: DataSource, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Property values of a request, plain, by name. Raises `InvalidError` with Notion's words."""
    values = {}
    for name, value in properties.items():
        column = found(source, name)
        if column.kind not in value:
            raise InvalidError(f"{name} is expected to be {column.kind}.")
        values[column.name] = _taken(space, column, value[column.kind])
    return values


def found(source: DataSource, name: str) -> Column:
    """The column of this name or id."""
    for column in source.columns.values():
        if name in {column.name, column.id}:
            return column
    raise InvalidError(f"Could not find property with name or id: {name}")


def text_of(pieces: Sequence[Mapping[str, Any]], *, where: str) -> str:
    """Rich text of a request, within Notion's limits, which are counted in UTF-16 units."""
    if len(pieces) > PIECES:
        raise InvalidError(f"body failed validation: body.{where}.length should be ≤ `{PIECES}`, instead was `{len(pieces)}`.")
    for number, piece in enumerate(pieces):
        length = len(piece["text"]["content"].encode("utf-16-le")) // 2
        if length > TEXT:
            path = f"body.{where}[{number}].text.content"
            raise InvalidError(f"body failed validation: {path}.length should be ≤ `{TEXT}`, instead was `{length}`.")
    return "".join(piece["text"]["content"] for piece in pieces)


def fits(page: Page, source: DataSource, wanted: Mapping[str, Any] | None, *, depth: int = 0) -> bool:
    """Whether a page fits a filter."""
    if not wanted:
        return True
    for word, together in (("and", all), ("or", any)):
        if word in wanted:
            if depth > 1:
                raise InvalidError("body failed validation: filters nest two levels deep at most.")
            return together([fits(page, source, part, depth=depth + 1) for part in wanted[word]])  # every part is checked
    if "timestamp" in wanted:
        kind = wanted["timestamp"]
        return _time_fits(stamp(page.created if kind == "created_time" else page.edited), wanted[kind])
    column = found(source, wanted["property"])
    if column.kind not in wanted:
        raise InvalidError(
            f"database property {column.name} does not match filter {[name for name in wanted if name != 'property']}"
        )
    return _value_fits(page.values.get(column.name, EMPTY.get(column.kind)), wanted[column.kind])


def order(source: DataSource, sorts: Sequence[Mapping[str, str]]) -> list[tuple[Callable[[Page], Any], bool]]:
    """The keys of a sort, the weakest first, each with whether it descends."""
    return [(_key(source, one), one.get("direction") == "descending") for one in reversed(sorts)]


def _key(source: DataSource, one: Mapping[str, str]) -> Callable[[Page], Any]:
    if one.get("timestamp") == "created_time":
        return lambda page: stamp(page.created)
    if one.get("timestamp") == "last_edited_time":
        return lambda page: stamp(page.edited)
    column = found(source, one["property"])
    return lambda page: (page.values.get(column.name) is None, page.values.get(column.name, EMPTY.get(column.kind)))


def _pieces(text: str, *, whole: bool) -> list[dict[str, Any]]:
    """Text as Notion gives it: `@somebody` is a mention, of which a page gives but the first."""
    pieces: list[dict[str, Any]] = []
    for number, part in enumerate(text.split("@") if "@" in text else [text] if text else []):
        if number:
            name, space, rest = part.partition(" ")
            pieces.append({"type": "mention", "mention": {"type": "user", "user": {"id": name}}, "plain_text": f"@{name}"})
            part = space + rest  # noqa: PLW2901 - what stands behind the mention
        if part:
            pieces.append({"type": "text", "text": {"content": part, "link": None}, "plain_text": part, "href": None})
        if not whole and sum(1 for piece in pieces if piece["type"] == "mention") >= FIRST:
            break
    return pieces


def _file(space: Workspace, one: Mapping[str, str]) -> dict[str, Any]:
    if "kept" in one:
        url, dies = space.link(one["kept"])
        return {"name": one["name"], "type": "file", "file": {"url": url, "expiry_time": dies}}
    return {"name": one["name"], "type": "external", "external": {"url": one["external"]}}


def _config(column: Column) -> dict[str, Any]:
    options = [{"id": f"o-{name}", "name": name, "color": "default"} for name in column.options]
    detail: dict[str, Any] = {"options": options} if column.kind in {"select", "multi_select", "status"} else {}
    if column.kind == "status":
        detail["groups"] = []
    if column.kind == "relation":
        detail = {"data_source_id": column.target, "type": "single_property", "single_property": {}}
    return {"id": column.id, "name": column.name, "type": column.kind, column.kind: detail}


def _taken(space: Workspace, column: Column, value: Any) -> Any:  # noqa: ANN401, PLR0911 - one line a kind
    kind = column.kind
    if kind in {"title", "rich_text"}:
        return text_of(value, where=f"properties.{column.name}.{kind}")
    if kind in {"select", "status"}:
        return _option(column, value["name"]) if value else ""
    if kind == "multi_select":
        return [_option(column, one["name"]) for one in value]
    if kind in {"relation", "people"}:
        if len(value) > MANY:
            raise InvalidError(f"body failed validation: body.properties.{column.name}.{kind}.length should be ≤ `{MANY}`.")
        return [one["id"] for one in value]
    if kind == "files":
        return [_file_taken(space, one) for one in value]
    if kind == "number" and not isinstance(value, int | float | None):
        raise InvalidError(f"body failed validation: body.properties.{column.name}.number should be a number.")
    if kind in {"url", "email", "phone_number"}:
        if value and len(value) > TEXT:
            raise InvalidError(f"body failed validation: body.properties.{column.name}.{kind}.length should be ≤ `{TEXT}`.")
        return value or ""
    return value


def _option(column: Column, name: str) -> str:
    if "," in name:
        raise InvalidError("Select option names cannot contain commas.")
    if name not in column.options:
        if column.kind == "status":
            raise InvalidError(f'Status option "{name}" does not exist.')
        column.options.append(name)
    return name


def _file_taken(space: Workspace, one: Mapping[str, Any]) -> dict[str, str]:
    if "external" in one:
        return {"name": one["name"], "external": one["external"]["url"]}
    sent = space.sent.get(one["file_upload"]["id"])
    if sent is None or sent.status != "uploaded":
        raise InvalidError("The file upload is not there, or was not sent in full.")
    space.files[sent.id] = (b"".join(sent.pieces[number] for number in sorted(sent.pieces)), sent.media_type)
    return {"name": one.get("name") or sent.name, "kept": sent.id}


def _time_fits(at: str, wanted: Mapping[str, str]) -> bool:
    tests: Mapping[str, Callable[[str], bool]] = {
        "equals": lambda limit: at == limit,
        "on_or_after": lambda limit: at >= limit,
        "after": lambda limit: at > limit,
        "on_or_before": lambda limit: at <= limit,
        "before": lambda limit: at < limit,
    }
    return all(tests[word](limit) for word, limit in wanted.items())


def _value_fits(value: Any, wanted: Mapping[str, Any]) -> bool:  # noqa: ANN401 - any plain value
    tests: Mapping[str, Callable[[Any], bool]] = {
        "equals": lambda asked: value in asked if isinstance(asked, list) else value == asked,
        "does_not_equal": lambda asked: value not in asked if isinstance(asked, list) else value != asked,
        "contains": lambda asked: asked in value,
        "is_empty": lambda _: not value,
        "is_not_empty": lambda _: bool(value),
    }
    return all(tests[word](asked) for word, asked in wanted.items())


def me_of(space: Workspace) -> dict[str, Any]:
    """The connection."""
    limits = {"max_file_upload_size_in_bytes": space.largest_file}
    bot = {"owner": {"type": "workspace", "workspace": True}, "workspace_name": "Harbour", "workspace_limits": limits}
    return {"object": "user", "id": BOT, "name": "VideoFactory", "type": "bot", "bot": bot}


def listed(results: list[Any], asked: Mapping[str, Any], *, total: int) -> dict[str, Any]:
    """A page of a list, of which there are so many in all."""
    end = int(asked.get("start_cursor") or 0) + len(results)
    more = end < total
    return {"object": "list", "results": results, "has_more": more, "next_cursor": str(end) if more else None}


def database_of(sources: list[DataSource]) -> dict[str, Any]:
    """A database with its data sources."""
    named = [{"id": one.id, "name": one.title} for one in sources]
    return {"object": "database", "id": sources[0].database, "data_sources": named, "in_trash": False}


def upload_of(sent: Sent) -> dict[str, Any]:
    """A file upload."""
    return {"object": "file_upload", "id": sent.id, "status": sent.status, "filename": sent.name, "expiry_time": None}


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(">"))


def blocks_of(page: Page, *, inside: int | None) -> list[dict[str, Any]]:
    """The blocks directly below the page, or below the block at this place in its body."""
    wanted = 0 if inside is None else _depth(page.body[inside]) + 1
    made = []
    for number in range(0 if inside is None else inside + 1, len(page.body)):
        line = page.body[number]
        if _depth(line) < wanted:
            break
        if _depth(line) == wanted:
            text = line.lstrip(">")
            kind = "heading_1" if text.startswith("# ") else "bulleted_list_item" if text.startswith("- ") else "paragraph"
            words = text.removeprefix("# ").removeprefix("- ")
            deeper = number + 1 < len(page.body) and _depth(page.body[number + 1]) > wanted
            block = {"object": "block", "id": f"{page.id}:{number}", "type": kind, "has_children": deeper}
            made.append(block | {kind: {"rich_text": [{"type": "text", "text": {"content": words}, "plain_text": words}]}})
    return made
