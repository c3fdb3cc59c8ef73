"""What these tests share: a twin with one data source, and a client whose limiter and waits are written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from videofactory.providers.account import Account
from videofactory.providers.notion.client import TOKEN, Notion
from videofactory_tests.twin.notion_workspace import Columns, Workspace, workspace
from videofactory_tests.twin.server import Twin

COLUMNS: Columns = {
    "Name": "title", "Brief": "rich_text", "Status": ("status", ("Draft", "Ready", "Done")), "Style": ("select", ("calm",)),
    "Formats": ("multi_select", ("16:9", "9:16")), "Seconds": "number", "Go": "checkbox", "Due": "date", "Brand": "files",
    "Link": "url", "Owner": "people", "Series": "relation",
}  # fmt: skip


@dataclass
class Gate:
    """A limiter that lets everybody out after the waits it was told, and keeps what it was asked to hold."""

    waits: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    entered: int = 0

    def enter(self) -> float:
        """See `Limiter.enter`."""
        if self.waits:
            return self.waits.pop(0)
        self.entered += 1
        return 0.0

    def hold(self, seconds: float) -> None:
        """See `Limiter.hold`."""
        self.holds.append(seconds)


@dataclass
class Room:
    """The twin, its workspace with the data source `briefs`, and our client."""

    twin: Twin
    space: Workspace
    briefs: str
    notion: Notion
    gate: Gate
    slept: list[float]

    def fails(self, operation: str, code: str, *, times: int = 1, wait: float = 0.0) -> None:
        """Order an error of Notion's for an operation."""
        self.twin.misbehave(f"notion.{operation}", "fail", times=times, value=wait, words=code)

    def client(self, *, token: str = "") -> Notion:
        """Another client, which waits on nothing."""
        return Notion(account(self.twin, token=token, slept=self.slept, line=None), limits=self.gate)


def account(twin: Twin, *, token: str, slept: list[float], line: httpx.BaseTransport | None) -> Account:
    """The twin as an account."""
    keys = {TOKEN: token or f"twin-{TOKEN}"}
    return Account("notion", bases={"notion": twin.base("notion")}, keys=keys, transport=line, sleep=slept.append)


@contextmanager
def open_room() -> Iterator[Room]:
    """A room for one test."""
    twin, gate, slept = Twin(), Gate(), list[float]()
    with twin.running(), httpx.HTTPTransport() as line:
        space = workspace(twin.world)
        briefs = space.add_data_source("Briefs", COLUMNS)
        notion = Notion(account(twin, token="", slept=slept, line=line), limits=gate)
        yield Room(twin, space, briefs, notion, gate, slept)
