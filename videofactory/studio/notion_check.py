"""Whether a channel's Notion workspace is as its channel file says, and what is missing, in words an editor understands.

Only looks; what can be made is made by `studio.notion_setup`.
"""

import difflib
from collections.abc import Generator, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from videofactory.domain.channel import Channel
from videofactory.domain.errors import EngineRejected, InvalidInput, NotFound
from videofactory.domain.notion import BRIEF_KINDS, SCENE_KINDS, NotionSettings
from videofactory.domain.value import Value
from videofactory.providers.notion.client import Me, Notion
from videofactory.providers.notion.values import Property, Schema
from videofactory.studio.factory import Studio
from videofactory.studio.notion_access import notion_for

MAY_LACK = frozenset(
    {
        "seconds", "scenes", "style", "engine", "language", "aspects", "budget_usd", "rights_images", "rights_music",
        "rights_likeness",
    }
)  # fmt: skip
"""Properties of a brief that are not missed where the channel file does not name them: channel and director choose then."""
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Title", "rich_text": "Text", "select": "Select", "status": "Status", "multi_select": "Multi-select",
        "number": "Number", "checkbox": "Checkbox", "date": "Date", "files": "Files & media", "url": "URL", "people": "Person",
        "relation": "Relation",
    }
)  # fmt: skip
"""What Notion's own menus call the kinds."""


class Finding(Value):
    """One thing to mend, and how.

    `place`: the `file` (or the token), a thing that must be `shared`, or what stands in the `briefs` or `scenes`. `needed`:
    nothing works before; otherwise it is advice. `setup`: `videofactory notion setup` can do it.
    """

    place: Literal["file", "shared", "briefs", "scenes"]
    field: str
    remedy: str
    needed: bool = True
    setup: bool = False


class Report(Value):
    """What a channel's workspace lacks. `connection` is its name in Notion, empty where we could not even ask."""

    channel: str
    connection: str = ""
    workspace: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether videos can be made."""
        return not any(one.needed for one in self.findings)


class Table(Value):
    """A data source as the channel file wants it: names, kinds and options by our own names of the properties."""

    place: Literal["briefs", "scenes"]
    source: str
    names: dict[str, str]
    kinds: dict[str, tuple[str, ...]]
    options: dict[str, tuple[str, ...]]
    may_lack: frozenset[str]
    leads_to: str = ""


def briefs_of(settings: NotionSettings) -> Table:
    """The briefs, as the channel wants them."""
    return Table(
        place="briefs",
        source=settings.data_source,
        names=settings.properties.model_dump(),
        kinds=dict(BRIEF_KINDS),
        options=settings.brief_options(),
        may_lack=MAY_LACK - settings.properties.model_fields_set,
    )


def scenes_of(settings: NotionSettings) -> Table:
    """The scenes, as the channel wants them; each belongs to a brief."""
    return Table(
        place="scenes",
        source=settings.scenes,
        names=settings.scene_properties.model_dump(),
        kinds=dict(SCENE_KINDS),
        options=settings.scene_options(),
        may_lack=frozenset(),
        leads_to=settings.data_source,
    )


def checked(studio: Studio, channel: Channel) -> Report:
    """Look at everything, and say all of it. Raises `Passing` when Notion is out of reach."""
    try:
        notion = notion_for(studio, channel)
    except InvalidInput as error:
        told = [Finding(place="file", field=one.field, remedy=one.remedy) for one in error.problems]
        return Report(channel=channel.key, findings=tuple(told))
    try:
        me = notion.me()
    except EngineRejected as error:
        return Report(channel=channel.key, findings=(Finding(place="file", field="NOTION_TOKEN", remedy=error.remedy),))
    settings = channel.notion or NotionSettings()
    findings = tuple(_findings(notion, me, settings, file=f"{channel.key}.yaml", title=scenes_title(channel)))
    return Report(channel=channel.key, connection=me.name, workspace=me.workspace, findings=findings)


def scenes_title(channel: Channel) -> str:
    """What the scenes' database is called when we make it, and is known by."""
    return f"{channel.name}: scenes"


def scenes_beside(notion: Notion, briefs: Schema, *, page: str, title: str) -> str:
    """The scenes' data source of this title that lies in the page of the briefs (or in `page`); empty when there is none."""
    place = page or briefs.page
    if not place:
        return ""
    try:
        databases = [one for one, name in notion.databases_in(place).items() if name == title]
        return next((source for one in databases for source in notion.data_sources(one)), "")
    except NotFound:
        return ""


def missing(table: Table, there: Schema) -> dict[str, str]:
    """The names of properties that are not there, by our names of them."""
    return {field: name for field, name in table.names.items() if there.find(name) is None}


def lacking(table: Table, there: Schema) -> dict[str, tuple[str, ...]]:
    """The options a property lacks, by our name of it."""
    found = {field: there.find(table.names[field]) for field in table.options}
    lacks = {
        field: tuple(option for option in table.options[field] if option not in column.options)
        for field, column in found.items()
        if column is not None and column.kind in table.kinds[field]
    }
    return {field: options for field, options in lacks.items() if options}


def _findings(notion: Notion, me: Me, settings: NotionSettings, *, file: str, title: str) -> Iterator[Finding]:
    yield from _doubled(settings, file=file)
    if not settings.data_source:
        remedy = (
            f"write the id of the briefs' data source into {file}: in Notion, open the database's settings → Manage data sources"
        )
        yield Finding(place="file", field="notion.data_source", remedy=f"{remedy} → Copy data source ID.")
        return
    briefs = yield from _opened(notion, me, settings.data_source, field="notion.data_source", file=file)
    if briefs is None:
        return
    yield from _compared(briefs_of(settings), briefs)
    yield from _rights(notion, me, settings.data_source)
    if settings.scenes:
        scenes = yield from _opened(notion, me, settings.scenes, field="notion.scenes", file=file)
        if scenes is not None:
            yield from _compared(scenes_of(settings), scenes)
        return
    known = scenes_beside(notion, briefs, page="", title=title)
    remedy = f"write scenes: {known} under notion in {file}." if known else "make a data source of scenes"
    more = "" if known else ": 'videofactory notion setup' does it. Without it, scenes are not reviewed in Notion."
    yield Finding(place="file", field="notion.scenes", remedy=remedy + more, needed=False, setup=not known)


def _doubled(settings: NotionSettings, *, file: str) -> Iterator[Finding]:
    for field, names in (("properties", settings.properties), ("scene_properties", settings.scene_properties)):
        known: dict[str, str] = {}
        for ours, name in names:
            if name in known:
                remedy = f"{known[name]} and {ours} are both {name!r}: name two properties in {file}."
                yield Finding(place="file", field=f"notion.{field}.{ours}", remedy=remedy)
            known[name] = ours


def _opened(notion: Notion, me: Me, source: str, *, field: str, file: str) -> Generator[Finding, None, Schema | None]:
    """The data source, as the generator's value; or what keeps us out."""
    try:
        return notion.schema(source)
    except NotFound:
        yield _kept_out(notion, me, source, field=field, file=file)
    except EngineRejected as error:
        yield Finding(place="shared", field=field, remedy=error.remedy)
    return None


def _kept_out(notion: Notion, me: Me, source: str, *, field: str, file: str) -> Finding:
    try:
        inside = notion.data_sources(source)
    except (NotFound, EngineRejected):
        remedy = (
            f"Notion shows us nothing under the id {source}. Open the database in Notion, choose ••• → Connections, and pick"
            f" {me.name!r}. If it is there already, the id in {file} is wrong."
        )
        return Finding(place="shared", field=field, remedy=remedy)
    named = ", ".join(f"{one} ({name})" for one, name in inside.items())
    return Finding(place="file", field=field, remedy=f"{source} is a database; write its data source into {file}: {named}.")


def _rights(notion: Notion, me: Me, source: str) -> Iterator[Finding]:
    """Whether we may read comments, as far as there is a row to try it on; it is off where nobody switched it on."""
    for row in notion.rows(source):
        try:
            notion.comments(row.id)
        except EngineRejected:
            remedy = f"in Notion's settings of the connection {me.name!r}, switch on reading and inserting comments."
            yield Finding(place="shared", field="comments", remedy=remedy)
        return


def _compared(table: Table, there: Schema) -> Iterator[Finding]:
    for field, name in table.names.items():
        column = there.find(name)
        if column is None and field not in table.may_lack:
            yield _missing(table, there, field)
        if column is not None and column.kind not in table.kinds[field]:
            yield _of_wrong_kind(table, column, field)
        if column is not None and column.kind == "relation" and not _same(column.leads_to, table.leads_to):
            remedy = f"the relation {name!r} of {there.title!r} leads elsewhere: it must lead to the briefs."
            yield Finding(place=table.place, field=field, remedy=remedy)
    for field, options in lacking(table, there).items():
        lacks = there.find(table.names[field])
        by_hand = lacks is not None and lacks.kind == "status"
        named = ", ".join(repr(option) for option in options)
        remedy = f"add to the property {table.names[field]!r} of {there.title!r}: {named}."
        yield Finding(place=table.place, field=field, remedy=remedy, setup=not by_hand)


def _missing(table: Table, there: Schema, field: str) -> Finding:
    name, kinds = table.names[field], table.kinds[field]
    free = [one.name for one in there.properties if one.kind in kinds and one.name not in table.names.values()]
    likely = free[:1] if field == "title" else difflib.get_close_matches(name, free, n=1)
    near = likely[0] if likely else ""
    rename = f"rename {near!r} to {name!r}, or write {field}: {near} into the channel file" if near else ""
    if field == "title":
        return Finding(place=table.place, field=field, remedy=f"in {there.title!r}, {rename}.")
    add = f"add a property {name!r} of the kind {_kinds(kinds)}"
    return Finding(
        place=table.place, field=field, remedy=f"in {there.title!r}, {add}{f'; or {rename}' if rename else ''}.", setup=True
    )


def _of_wrong_kind(table: Table, column: Property, field: str) -> Finding:
    has = WORDS.get(column.kind, column.kind)
    remedy = f"{column.name!r} is a {has}: make it a {_kinds(table.kinds[field])}, or name another property in the channel file."
    return Finding(place=table.place, field=field, remedy=remedy)


def _kinds(kinds: tuple[str, ...]) -> str:
    return " or ".join(WORDS[kind] for kind in kinds)


def _same(one: str, other: str) -> bool:
    return one.replace("-", "") == other.replace("-", "")
