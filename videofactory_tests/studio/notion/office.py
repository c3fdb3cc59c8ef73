"""A channel's office: a factory, a workspace at the twin with the channel's two tables, and the hands of the people in it."""

import dataclasses
import io
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from PIL import Image

from videofactory.domain.channel import Channel, EngineChoices, VideoChoice
from videofactory.domain.notion import BRIEF_KINDS, SCENE_KINDS, BriefProperties, NotionSettings, SceneProperties
from videofactory.providers.account import Account
from videofactory.providers.cast import Cast
from videofactory.providers.notion.client import TOKEN, Limiter, Notion
from videofactory.settings import load_settings
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.material import ScriptVersion
from videofactory.studio.notion.desk import read_decisions
from videofactory.studio.notion.intake import Swept, sweep
from videofactory.studio.notion.writing import Written, write_back
from videofactory.studio.notion_access import Service, Shared
from videofactory_tests.stand_ins import ScriptedDirector, ScriptedVideo
from videofactory_tests.studio.home import SCRIPT, show, taken_in, written
from videofactory_tests.twin.notion_workspace import Workspace, workspace
from videofactory_tests.twin.server import Twin

ENOUGH = 30.0
"""Seconds a look may last in these tests."""


def environment_of(twin: Twin) -> dict[str, str]:
    """What leads a factory to the twin's Notion."""
    return {
        "VIDEOFACTORY_NOTION_BASE_URL": twin.base("notion"),
        "NOTION_TOKEN": "twin-NOTION_TOKEN",
        "VIDEOFACTORY_TRUSTED_HOSTS": twin.url.partition("//")[2],
    }


def picture(shade: int = 120) -> bytes:
    """A small brand image."""
    content = io.BytesIO()
    Image.new("RGB", (320, 180), (shade, 80, 40)).save(content, "PNG")
    return content.getvalue()


@dataclass
class Office:
    """One channel on Notion."""

    studio: Studio
    space: Workspace
    twin: Twin
    briefs: str
    scenes: str

    @property
    def channel(self) -> Channel:
        """The channel."""
        return self.studio.channel("harbour")

    @cached_property
    def notion(self) -> Notion:
        """Its line to Notion, with a budget these tests never wait for."""
        budget = Service(address="", calls=1_000_000, seconds=60)
        return self.line(Shared(self.studio.ledger.limits, gate="notion/office", budget=budget))

    def line(self, limits: Limiter) -> Notion:
        """A line with this limiter."""
        account = Account("notion", bases={"notion": self.twin.base("notion")}, keys={TOKEN: f"twin-{TOKEN}"})
        return Notion(account, limits=limits)

    def ask(self, **values: Any) -> str:  # noqa: ANN401 - plain values of the twin's
        """A row that asks for a video; fields by our names. `images` as bytes."""
        return self.space.add_row(self.briefs, self.row_of(**values))

    def row_of(self, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - plain values of the twin's
        """The values of such a row by the columns' names."""
        plain = {"title": "The first cup", "text": "We open at six.", "status": "Ready", **values}
        images = plain.pop("images", [picture()])
        files = [self.space.attachment(f"cup {number}.png", one, "image/png") for number, one in enumerate(images)]
        names = BriefProperties().model_dump()
        return {names[field]: value for field, value in {**plain, "images": files}.items()}

    def edit(self, page: str, **values: Any) -> None:  # noqa: ANN401 - plain values of the twin's
        """A person changes fields of a brief's row."""
        names = BriefProperties().model_dump()
        self.space.edit_row(page, {names[field]: value for field, value in values.items()})

    def decide(self, page: str, **values: Any) -> None:  # noqa: ANN401 - plain values of the twin's
        """A person changes fields of a scene's row."""
        names = SceneProperties().model_dump()
        self.space.edit_row(page, {names[field]: value for field, value in values.items()})

    def sweep(self, *, seconds: float = ENOUGH) -> Swept:
        """One look for rows."""
        return sweep(self.studio, self.channel, self.notion, until=time.monotonic() + seconds)

    def read(self) -> list[str]:
        """One look for decisions."""
        return read_decisions(self.studio, self.channel, self.notion, until=time.monotonic() + ENOUGH)

    def write(self) -> Written:
        """Write back what is to be written."""
        return write_back(self.studio, self.channel, self.notion, until=time.monotonic() + ENOUGH)

    def brief_row(self, page: str) -> dict[str, Any]:
        """What stands in a brief's row, by our names."""
        seen = self.space.values(page)
        return {field: seen.get(name) for field, name in BriefProperties().model_dump().items()}

    def scene_rows(self) -> dict[str, dict[str, Any]]:
        """What stands in the scenes' rows, by our names, by key; each with its page as `id`."""
        names = SceneProperties().model_dump()
        rows = [
            {"id": row["id"], **{field: row.get(name) for field, name in names.items()}} for row in self.space.rows(self.scenes)
        ]
        return {row["key"].rpartition("/")[2]: row for row in rows}

    def keys(self) -> list[str]:
        """The projects there are."""
        return [project.key for project in self.studio.ledger.projects.all()]

    def drafted(self, **values: Any) -> tuple[str, str]:  # noqa: ANN401 - plain values of the twin's
        """A row taken in whose script and previews are made and shown; project and page."""
        page = self.ask(**values)
        self.sweep()
        (project,) = (one.key for one in self.studio.ledger.projects.all() if one.source_id == page)
        self.studio.values.write("brief", project, taken_in(self.studio, project))
        self.draft(project)
        self.write()
        return project, page

    def draft(self, project: str, *, takes: int = 1, entries: int = 0, prompt: str = "") -> None:
        """Put a script version and its previews on the desk, as the jobs do; `prompt`: what every scene shows instead."""
        made = dict.fromkeys(written(), takes)
        scenes = tuple(scene.model_copy(update={"prompt": prompt or scene.prompt}) for scene in SCRIPT.scenes)
        script = SCRIPT.model_copy(update={"scenes": scenes})
        show(
            self.studio, project, ScriptVersion(script=script, written=written(), takes=made, engine="embedded", entries=entries)
        )


def columns(kinds: Any, options: dict[str, tuple[str, ...]], names: dict[str, str]) -> dict[str, Any]:  # noqa: ANN401 - the domain's tables
    """A table's columns as a person would make them."""
    return {names[field]: (kind[0], options.get(field, ())) if "select" in kind[0] else kind[0] for field, kind in kinds.items()}


def office_at(home: Path, twin: Twin) -> Office:
    """A factory with one channel on the twin's Notion."""
    space = workspace(twin.world)
    plain = NotionSettings()
    briefs = space.add_data_source("Films", columns(BRIEF_KINDS, plain.brief_options(), plain.properties.model_dump()))
    scenes = space.add_data_source("Scenes", columns(SCENE_KINDS, plain.scene_options(), plain.scene_properties.model_dump()))
    settings = NotionSettings(data_source=briefs, scenes=scenes)
    choices = EngineChoices(video=VideoChoice(default="embedded", allowed=("embedded", "luma", "kling")))
    channel = Channel(key="harbour", name="Harbour", language="en", engines=choices, notion=settings)
    studio = open_studio(load_settings(environment_of(twin), home=home, env_file=home / "none"))
    video = ScriptedVideo(home / "diary")
    cast = Cast(directors={"embedded": ScriptedDirector(SCRIPT)}, video={"embedded": video, "luma": video})
    return Office(dataclasses.replace(studio, cast=cast, given_channels={"harbour": channel}), space, twin, briefs, scenes)
