"""The twin of Notion: its API of 2026-03-11 over a workspace (`notion_workspace.workspace(world)`), and files by signed links.

A fault of kind `fail` ordered for an operation is an error of Notion's: its words are the code (`conflict_error`), its value the
`Retry-After` in seconds, if any. It strikes before anything is done; what is done and not answered is the server's `cut_after`.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from videofactory_tests.twin.notion_shapes import (
    InvalidError,
    blocks_of,
    database_of,
    fits,
    listed,
    me_of,
    order,
    page_of,
    remark_of,
    schema_of,
    taken,
    text_of,
    upload_of,
    value_of,
)
from videofactory_tests.twin.notion_workspace import BOT, HOME_PAGE, Column, DataSource, Page, Sent, Workspace, same, workspace
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World

VERSIONS = {"2025-09-03", "2026-03-11"}
STATUSES = {
    "invalid_json": 400, "invalid_request_url": 400, "invalid_request": 400, "validation_error": 400, "missing_version": 400,
    "invalid_beta": 400, "invalid_grant": 400, "unauthorized": 401, "restricted_resource": 403, "object_not_found": 404,
    "conflict_error": 409, "rate_limited": 429, "internal_server_error": 500, "bad_gateway": 502, "service_unavailable": 503,
    "database_connection_unavailable": 503, "gateway_timeout": 504, "service_overload": 529,
}  # fmt: skip
PAGE, SMALLEST_PART, LONGEST_SINGLE = 100, 5 << 20, 20 << 20


class WrongError(Exception):
    """An error Notion answers with."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def routes(world: World) -> list[Route]:
    """Everything under /notion, and the files."""
    desk = Desk(world, workspace(world))
    table: list[tuple[str, str, str, str, Callable[[Asked], Any]]] = [
        ("GET", r"/users/me", "me", "", lambda _: me_of(desk.space)),
        ("GET", r"/databases/([\w-]+)", "database", "read", desk.database),
        ("POST", r"/databases", "new_database", "insert", desk.new_database),
        ("GET", r"/data_sources/([\w-]+)", "schema", "read", desk.schema),
        ("PATCH", r"/data_sources/([\w-]+)", "columns", "update", desk.columns),
        ("POST", r"/data_sources/([\w-]+)/query", "query", "read", desk.query),
        ("POST", r"/pages", "create", "insert", desk.create),
        ("GET", r"/pages/([\w-]+)", "page", "read", desk.page),
        ("PATCH", r"/pages/([\w-]+)", "update", "update", desk.update),
        ("GET", r"/pages/([\w-]+)/properties/([^/]+)", "property", "read", desk.property),
        ("GET", r"/blocks/([\w:-]+)/children", "blocks", "read", desk.blocks),
        ("POST", r"/comments", "comment", "comment", desk.comment),
        ("GET", r"/comments", "comments", "comment", desk.comments),
        ("POST", r"/file_uploads", "upload", "insert", desk.upload),
        ("GET", r"/file_uploads/([\w-]+)", "upload_state", "read", desk.upload_state),
        ("POST", r"/file_uploads/([\w-]+)/send", "send", "insert", desk.send),
        ("POST", r"/file_uploads/([\w-]+)/complete", "complete", "insert", desk.complete),
    ]
    made = [
        Route(method, f"/notion/v1{pattern}", f"notion.{name}", desk.guarded(f"notion.{name}", right, handle))
        for method, pattern, name, right, handle in table
    ]
    return [*made, Route("GET", r"/notion-files/([\w-]+)", "notion.file", desk.file)]


class Desk:
    """Answers requests out of a workspace."""

    def __init__(self, world: World, space: Workspace) -> None:
        self.world = world
        self.space = space

    def guarded(self, operation: str, right: str, handle: Callable[[Asked], Any]) -> Callable[[Asked], Said]:
        """The handler behind what Notion looks at first: version, token, rights; faults that were ordered strike here."""

        def answer(asked: Asked) -> Said:
            with self.world.lock:
                self.space.asked_at.append(self.space.clock())
                try:
                    self._enter(asked, right)
                    fault = self.world.strike(operation, job=True)
                    if fault is not None:
                        return self._error(fault.words, "ordered", wait=fault.value, query=operation == "notion.query")
                    return Said(handle(asked))
                except WrongError as error:
                    return self._error(error.code, error.message)
                except InvalidError as error:
                    return self._error("validation_error", str(error))

        return answer

    def _enter(self, asked: Asked, right: str) -> None:
        if asked.headers.get("Notion-Version") not in VERSIONS:
            raise WrongError("missing_version", "Notion-Version header should be defined.")
        token = self.world.keys.get("NOTION_TOKEN", "twin-NOTION_TOKEN")
        if asked.headers.get("Authorization") != f"Bearer {token}":
            raise WrongError("unauthorized", f"API token is invalid: {asked.headers.get('Authorization')}")
        if right and right not in self.space.may:
            raise WrongError("restricted_resource", "Insufficient permissions for this endpoint.")

    def _error(self, code: str, message: str, *, wait: float = 0.0, query: bool = False) -> Said:
        status = STATUSES[code]
        body: dict[str, Any] = {"object": "error", "status": status, "code": code, "message": message, "request_id": "req-1"}
        if query and code == "service_unavailable":
            facts = {"endpoint_name": "public_queryDataSource", "notion_error_name": "PgPoolWaitConnectionTimeout"}
            body["additional_data"] = facts | {"retry_guidance": ["Reduce page_size"]}
        if code == "rate_limited":
            body["additional_data"] = {"rate_limit_reason": "workspace_limit"}
        return Said(body, status, {"Retry-After": f"{wait:g}"} if wait or code == "rate_limited" else {})

    def _source(self, given: str) -> DataSource:
        found = self.space.find(self.space.sources, given)
        if found is None or not found.shared:
            raise WrongError("object_not_found", f"Could not find data source with ID: {given}. Make sure it is shared.")
        return found

    def _page(self, given: str) -> Page:
        found = self.space.find(self.space.pages, given)
        if found is None or not self.space.sources[found.source].shared:
            raise WrongError("object_not_found", f"Could not find page with ID: {given}. Make sure it is shared.")
        return found

    def database(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Its data sources."""
        mine = [one for one in self.space.sources.values() if same(one.database, asked.words[0]) and one.shared]
        if not mine:
            raise WrongError("object_not_found", f"Could not find database with ID: {asked.words[0]}.")
        return database_of(mine)

    def new_database(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Make a database in a page."""
        body = asked.json()
        title = text_of(body.get("title") or [], where="title")
        self._home()
        made = self.space.add_data_source(title, {}, page=body["parent"]["page_id"])
        self._configure(self.space.sources[made], body["initial_data_source"]["properties"])
        return database_of([self.space.sources[made]])

    def schema(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """The columns."""
        return schema_of(self._source(asked.words[0]))

    def columns(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Add columns and options."""
        source = self._source(asked.words[0])
        self._configure(source, asked.json()["properties"])
        return schema_of(source)

    def _configure(self, source: DataSource, properties: dict[str, Any]) -> None:
        for name, config in properties.items():
            kind = config.get("type") or next(iter(config))
            options = [one["name"] for one in config.get(kind, {}).get("options", ())]
            known = source.columns.get(name)
            if known is None:
                self.space.add_column(source.id, name, (kind, options), target=config.get(kind, {}).get("data_source_id", ""))
            elif known.kind != kind:
                raise InvalidError(f"{name} is a {known.kind}, and would lose what it holds.")
            elif kind == "status":
                raise InvalidError("Status options are not updated through this call.")
            else:
                known.options[:] = options

    def query(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Rows that fit, in order, page by page, never more than the cap."""
        source, body = self._source(asked.words[0]), asked.json()
        rows = [page for page in self.space.pages.values() if page.source == source.id and not page.trashed]
        fits(Page("", source.id, {}, 0, 0, ""), source, body.get("filter"))  # a wrong filter is wrong for no rows, too
        rows = [page for page in rows if fits(page, source, body.get("filter"))]
        for key, descending in order(source, body.get("sorts") or []):
            rows.sort(key=key, reverse=descending)
        most = rows[: self.space.cap]
        answer = listed([page_of(self.space, page) for page in self._cut(most, body)], body, total=len(most))
        cut = (
            {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"}
            if len(rows) > len(most)
            else {"type": "complete"}
        )
        return answer | {"type": "page_or_data_source", "page_or_data_source": {}, "request_status": cut}

    def _cut(self, rows: list[Any], body: dict[str, Any]) -> list[Any]:
        start = int(body.get("start_cursor") or 0)
        return rows[start : start + min(PAGE, int(body.get("page_size") or PAGE))]

    def create(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """A new row."""
        body = asked.json()
        source = self._source(body["parent"]["data_source_id"])
        page = self.space.add_row(source.id, taken(self.space, source, body.get("properties") or {}), who=BOT)
        return page_of(self.space, self.space.pages[page])

    def page(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """One row."""
        return page_of(self.space, self._page(asked.words[0]))

    def update(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Change a row."""
        page, body = self._page(asked.words[0]), asked.json()
        if page.trashed and "in_trash" not in body:
            raise InvalidError("Can't edit block that is archived. You must unarchive the block before editing.")
        self.space.edit_row(page.id, taken(self.space, self.space.sources[page.source], body.get("properties") or {}), who=BOT)
        return page_of(self.space, page)

    def property(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """All of one property."""
        page = self._page(asked.words[0])
        column = _column(self.space.sources[page.source], asked.words[1])
        value = value_of(self.space, page, column, whole=True)
        items = [{"object": "property_item", "type": column.kind, column.kind: one} for one in value[column.kind]]
        return listed(self._cut(items, asked.query), asked.query, total=len(items)) | {"type": "property_item"}

    def blocks(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """What a page says, level by level."""
        page, _, number = asked.words[0].partition(":")
        inside = int(number) if number else None
        items = self._home() if same(page, HOME_PAGE) else blocks_of(self._page(page), inside=inside)
        return listed(self._cut(items, asked.query), asked.query, total=len(items))

    def _home(self) -> list[Any]:
        if not self.space.home_shared:
            raise WrongError("object_not_found", f"Could not find page with ID: {HOME_PAGE}.")
        shared = [one for one in self.space.sources.values() if one.shared and one.page == HOME_PAGE]
        return [{"id": one.database, "type": "child_database", "child_database": {"title": one.title}} for one in shared]

    def comment(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Say something."""
        body = asked.json()
        page = self._page(body["parent"]["page_id"])
        return remark_of(self.space.remark(page.id, text_of(body["rich_text"], where="rich_text"), who=BOT))

    def comments(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """What was said."""
        page = self._page(asked.query["block_id"])
        items = [remark_of(one) for one in self.space.remarks if one.page == page.id]
        return listed(self._cut(items, asked.query), asked.query, total=len(items))

    def upload(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """Begin a file."""
        body = asked.json()
        parts = int(body.get("number_of_parts") or 1)
        sent = Sent(self.space.new_id(), body["filename"], body.get("content_type", ""), parts)
        self.space.sent[sent.id] = sent
        return upload_of(sent)

    def upload_state(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """How far a file is."""
        return upload_of(self._sent(asked.words[0]))

    def send(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """A part of a file, or all of it."""
        sent, form = self._sent(asked.words[0]), asked.form()
        number, piece = int(form.get("part_number", b"1")), form["file"]
        if sent.status != "pending":
            raise InvalidError("The file upload is not pending.")
        if len(piece) > min(LONGEST_SINGLE, self.space.largest_file):
            raise InvalidError("The file is too long for one part.")
        if number < sent.parts and len(piece) < SMALLEST_PART:
            raise InvalidError("The part is too short.")
        sent.pieces[number] = piece
        sent.status = "uploaded" if sent.parts == 1 else "pending"
        return upload_of(sent)

    def complete(self, asked: Asked) -> Any:  # noqa: ANN401 - JSON
        """The last part is there."""
        sent = self._sent(asked.words[0])
        if len(sent.pieces) != sent.parts or sent.status != "pending":
            raise InvalidError("Not all parts were sent.")
        sent.status = "uploaded"
        return upload_of(sent)

    def file(self, asked: Asked) -> Said:
        """A kept file, as long as its link lives."""
        if float(asked.query.get("expires", 0)) < self.space.clock():
            return Said(b"<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        content, media_type = self.space.files[asked.words[0]]
        return Said(content, 200, {}, media_type)

    def _sent(self, given: str) -> Sent:
        if given not in self.space.sent:
            raise WrongError("object_not_found", f"Could not find file upload with ID: {given}.")
        return self.space.sent[given]


def _column(source: DataSource, given: str) -> Column:
    for column in source.columns.values():
        if unquote(given) in {column.name, unquote(column.id)}:
            return column
    raise InvalidError(f"Could not find property with name or id: {given}")
