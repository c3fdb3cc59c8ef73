"""Making in a channel's Notion workspace what is missing there: properties, options, and the scenes' data source.

Nothing is ever renamed, changed in kind or removed: that is for people. What is missing is found by `studio.notion_check`.
"""

from typing import Any, get_args

from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, OutcomeUnknown, Problem
from videofactory.domain.footage import Aspect
from videofactory.domain.notion import NotionSettings
from videofactory.domain.value import Value
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import Schema
from videofactory.studio.factory import Studio
from videofactory.studio.notion_access import notion_for
from videofactory.studio.notion_check import (
    Report,
    Table,
    briefs_of,
    checked,
    lacking,
    missing,
    scenes_beside,
    scenes_of,
    scenes_title,
)


class Made(Value):
    """What was made: properties and options as people call them, and the scenes' data source if it is new or was found.

    `left` is what the workspace still lacks.
    """

    channel: str
    properties: tuple[str, ...] = ()
    scenes: str = ""
    left: Report


def set_up(studio: Studio, channel: Channel, *, page: str = "") -> Made:
    """Make what is missing. May be repeated. The scenes' database is made in `page`, or in the page of the briefs.

    Raises `InvalidInput` when token, sharing or channel file come first, `OutcomeUnknown` when a database may have been made.
    """
    before = checked(studio, channel)
    first = [one for one in before.findings if one.needed and one.place in {"file", "shared"}]
    if first:
        raise InvalidInput([Problem(file="Notion", field=one.field, value="(first)", remedy=one.remedy) for one in first])
    notion, settings = notion_for(studio, channel), channel.notion or NotionSettings()
    briefs = notion.schema(settings.data_source)
    made = _completed(notion, briefs_of(settings), briefs)
    if settings.scenes:
        made += _completed(notion, scenes_of(settings), notion.schema(settings.scenes))
        scenes = ""
    else:
        scenes = _scenes(notion, channel, settings, briefs, page=page)
    return Made(channel=channel.key, properties=tuple(made), scenes=scenes, left=checked(studio, channel))


def _completed(notion: Notion, table: Table, there: Schema) -> list[str]:
    """Add what this data source lacks; the names of it."""
    absent = {field: name for field, name in missing(table, there).items() if field != "title"}
    columns = {name: _column(table, field) for field, name in absent.items()}
    lacks = lacking(table, there)
    for field, options in lacks.items():
        column = there.find(table.names[field])
        if column is not None and column.kind != "status":  # a status is changed by people alone
            columns[column.name] = {column.kind: {"options": [{"name": one} for one in (*column.options, *options)]}}
    if columns:
        notion.add_columns(table.source, columns)
    return [f"{there.title}: {name}" for name in columns]


def _column(table: Table, field: str) -> dict[str, Any]:
    """A new property, as Notion takes it: the first kind it may have, with its options."""
    kind = table.kinds[field][0]
    detail: dict[str, Any] = {}
    if kind in {"select", "multi_select"}:
        options = table.options.get(field, get_args(Aspect) if field == "aspects" else ())
        detail = {"options": [{"name": option} for option in options]}
    if kind == "number" and field.endswith("_usd"):
        detail = {"format": "dollar"}
    if kind == "relation":
        detail = {"data_source_id": table.leads_to, "type": "single_property", "single_property": {}}
    return {kind: detail}


def _scenes(notion: Notion, channel: Channel, settings: NotionSettings, briefs: Schema, *, page: str) -> str:
    """The scenes' data source: the one that lies there already, completed, or a new one."""
    title = scenes_title(channel)
    known = scenes_beside(notion, briefs, page=page, title=title)
    table = scenes_of(settings)
    if known:
        _completed(notion, table.model_copy(update={"source": known}), notion.schema(known))
        return known
    place = page or briefs.page
    if not place:
        remedy = (
            "share the page the scenes shall lie in with the connection, and give its id: 'videofactory notion setup --page ID'"
        )
        raise InvalidInput([Problem(file="Notion", field="page", value="(missing)", remedy=remedy)])
    columns = {name: _column(table, field) for field, name in table.names.items()}
    try:
        return notion.create_database(place, title=title, columns=columns)
    except OutcomeUnknown as error:
        raise OutcomeUnknown(error.message, remedy="Run it again: a database that was made is found by its title.") from error
