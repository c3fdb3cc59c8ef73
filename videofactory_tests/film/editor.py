"""A channel whose team knows nothing but its Notion: the workspace as it is before we come, and an editor's eyes and hands in it.

The factory is set up by its own commands and led to the twin by the `.env` beside it; from then on the editor sees and changes
rows, as people do in the browser, and nothing else.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from videofactory.domain.notion import BriefProperties, SceneProperties
from videofactory_tests.cli.test_processes import last_words, started, until
from videofactory_tests.homes import CHANNEL, done, put_home, put_picture
from videofactory_tests.twin.notion_workspace import Columns, Workspace, workspace
from videofactory_tests.twin.server import Twin

Row = dict[str, Any]
SeenT = TypeVar("SeenT")
OWN: Columns = {
    "Film": "title",
    "Brief": "rich_text",
    "Brand": "files",
    "Status": ("status", ("Idea", "Ready", "Archive")),
    "Image rights": "rich_text",
}
"""What the team has before we come; its titles stand in a property of another name than ours."""
NAMES = {"title": "Film", "film": "Finished film"}
"""Our names of properties that this team calls otherwise."""
LOOK_EVERY = 0.25
PATIENCE = 300.0
"""Seconds an editor waits for anything on a very busy machine, where the daemon alone may need two minutes to begin."""


def led_to(home: Path, twin: Twin) -> None:
    """The factory of this home finds the twin where it looks for Notion and Google."""
    told = {f"VIDEOFACTORY_{name}_BASE_URL": twin.base(name) for name in ("NOTION", "YOUTUBE", "GOOGLE_OAUTH")}
    told |= {name: f"twin-{name}" for name in ("NOTION_TOKEN", "GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET")}
    told["VIDEOFACTORY_TRUSTED_HOSTS"] = twin.url.partition("//")[2]
    home.mkdir(parents=True, exist_ok=True)
    (home / ".env").write_text("".join(f"{name}={value}\n" for name, value in told.items()), encoding="utf-8")


def give_leave(home: Path) -> None:
    """The channel's owner presses Allow on the address `keys youtube` shows."""
    process = started(home, "keys", "youtube", CHANNEL, "--wait", "60")
    log = home / "command.log"
    shown = until(lambda: re.search(r"http\S+/auth\?\S+", log.read_text(encoding="utf-8")), what="address to open")
    httpx.get(shown[0], follow_redirects=True)
    assert process.wait(60) == 0, log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Editor:
    """Somebody of the channel's team, before the two tables of its workspace."""

    home: Path
    space: Workspace
    briefs: str
    scenes: str

    @classmethod
    def at(cls, home: Path, twin: Twin, **channel: object) -> "Editor":
        """The team's workspace, made ready by `notion setup`, and the channel with these fields on it."""
        space = workspace(twin.world)
        briefs = space.add_data_source("Films", OWN)
        notion: dict[str, object] = {"data_source": briefs, "properties": NAMES}
        put_home(home, **channel, notion=notion)
        made = done(home, "notion", "setup", CHANNEL)
        put_home(home, **channel, notion={**notion, "scenes": made["scenes"]})
        [report] = done(home, "notion", "check", CHANNEL)
        assert report["findings"] == []
        return cls(home, space, briefs, made["scenes"])

    def idea(self, *text: str, **values: Any) -> str:  # noqa: ANN401 - plain values of the twin's
        """A row that asks for nothing yet, this text in its page, its brand image dropped into it; its page."""
        picture = self.home.parent / "cup.png"
        put_picture(picture)
        brand = [self.space.attachment(picture.name, picture.read_bytes(), "image/png")]
        row = _named(_brief_names(), {"status": "Idea", "images": brand, **values})
        return self.space.add_row(self.briefs, row, body=text)

    def change(self, page: str, **values: Any) -> None:  # noqa: ANN401 - plain values of the twin's
        """Write into a brief's row, by our names of its properties."""
        self.space.edit_row(page, _named(_brief_names(), values))

    def decide(self, page: str, **values: Any) -> None:  # noqa: ANN401 - plain values of the twin's
        """Write into a scene's row."""
        self.space.edit_row(page, _named(SceneProperties().model_dump(), values))

    def row(self, page: str) -> Row:
        """What stands in a brief's row, by our names."""
        return _seen(_brief_names(), self.space.values(page))

    def scene_rows(self, page: str) -> list[Row]:
        """The rows of the brief's scenes in order, each with its own page as `id`."""
        names = SceneProperties().model_dump()
        rows = [{"id": one["id"], **_seen(names, one)} for one in self.space.rows(self.scenes)]
        return sorted((row for row in rows if row["brief"] == [page]), key=lambda row: row["number"])

    def sees(self, look: Callable[[], SeenT | None], *, page: str, what: str, seconds: float = PATIENCE) -> SeenT:
        """Look until there is something. A row that says the film failed is waited for no longer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if seen := look():
                return seen
            row = self.row(page)
            if row["state"] in {"Failed", "Flagged", "Cancelled", "Over budget"} or self.space.comments_of(page):
                break
            time.sleep(LOOK_EVERY)
        raise AssertionError(
            f"no {what}; the row: {self.row(page)}; its comments: {self.space.comments_of(page)};"
            f" its scenes: {self.scene_rows(page)}\n{last_words(self.home)}"
        )

    def content(self, files: list[dict[str, str]]) -> bytes:
        """The bytes of the one file in a property."""
        (file,) = files
        return self.space.files[file["kept"]][0]


def _brief_names() -> dict[str, str]:
    return BriefProperties.model_validate(NAMES).model_dump()


def _named(names: dict[str, str], values: Row) -> Row:
    return {names[field]: value for field, value in values.items()}


def _seen(names: dict[str, str], values: Row) -> Row:
    return {field: values.get(name) for field, name in names.items()}
