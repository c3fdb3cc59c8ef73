"""A thousand rows in twenty channels on one Notion connection: how long ticks take, what they ask, and who waits for whom.

The sensors themselves, each tick as often as Dagster's daemon makes it, against the twin over HTTP, within the budget of requests
of `data/notion.toml`. One channel has half of all rows, one has two. Takes some minutes: a thousand rows cannot be written faster
than Notion lets us. Run it with `make bench`; a number after the module's name makes it smaller.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dagster import DagsterInstance, SensorResult, build_sensor_context
from rich.console import Console
from rich.table import Table

from videofactory.defs.resources import FactoryResource
from videofactory.defs.sensors.notion import TICK_EVERY, notion_review_sensor, notion_tasks_sensor
from videofactory.domain.notion import BRIEF_KINDS, SCENE_KINDS, BriefProperties, NotionSettings
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.studio.notion_access import service
from videofactory_tests.homes import put_home
from videofactory_tests.studio.notion.office import columns, environment_of, picture
from videofactory_tests.twin.notion_workspace import Workspace, workspace
from videofactory_tests.twin.server import Twin

ROWS, CHANNELS, SMALLEST = 1_000, 20, 2
WINDOW = 60.0
"""Seconds in which Notion counts requests."""
GIVE_UP = 400
"""Ticks after which something is wrong."""


def sizes_of(rows: int) -> dict[str, int]:
    """Rows of each channel: half of all in the first, two in the last, the rest evenly."""
    middle = CHANNELS - 2
    each = (rows - rows // 2 - SMALLEST) // middle
    sizes = {f"middle-{number:02}": each for number in range(middle)}
    return {"big": rows - SMALLEST - each * middle, **sizes, "small": SMALLEST}


@dataclass
class Measured:
    """What ticks took: seconds of each, requests, and when (tick, seconds) each channel had its first and its last row."""

    ticks: list[float] = field(default_factory=list)
    requests: int = 0
    busiest: int = 0
    first: dict[str, tuple[int, float]] = field(default_factory=dict)
    last: dict[str, tuple[int, float]] = field(default_factory=dict)

    def figures(self, sizes: dict[str, int]) -> dict[str, Any]:
        """The figures worth keeping."""
        budget = service()
        return {
            "ticks": len(self.ticks),
            "longest_tick_seconds": round(max(self.ticks), 1),
            "requests": self.requests,
            "requests_per_row": round(self.requests / sum(sizes.values()), 2),
            "busiest_minute": self.busiest,
            "budget_of_a_minute": round(budget.calls * WINDOW / budget.seconds),
            "every_channel_began_in_tick": max(tick for tick, _ in self.first.values()),
            "small_channel_done_in_tick": self.last["small"][0],
            "small_channel_done_after_seconds": round(self.last["small"][1]),
            "big_channel_done_after_seconds": round(self.last["big"][1]),
        }


def measure(tick: Callable[[], None], done: Callable[[], dict[str, int]], sizes: dict[str, int], space: Workspace) -> Measured:
    """Tick until every channel has all its rows done."""
    measured = Measured()
    space.asked_at.clear()
    began = time.monotonic()
    while len(measured.last) < len(sizes) and len(measured.ticks) < GIVE_UP:
        start = time.monotonic()
        tick()
        measured.ticks.append(time.monotonic() - start)
        now = (len(measured.ticks), time.monotonic() - began)
        for channel, count in done().items():
            if count:
                measured.first.setdefault(channel, now)
            if count == sizes[channel]:
                measured.last.setdefault(channel, now)
        if len(measured.last) < len(sizes):
            time.sleep(max(0.0, TICK_EVERY - measured.ticks[-1]))
    measured.requests, measured.busiest = len(space.asked_at), space.busiest(WINDOW)
    return measured


def put_channels(home: Path, space: Workspace, sizes: dict[str, int]) -> dict[str, str]:
    """Channel files and data sources full of rows that ask for a video; the channel of each data source."""
    plain, names = NotionSettings(), BriefProperties().model_dump()
    put_home(home)
    template = (home / "channels" / "harbour.yaml").read_text(encoding="utf-8")
    (home / "channels" / "harbour.yaml").unlink()
    found = {}
    for channel, size in sizes.items():
        briefs = space.add_data_source("Films", columns(BRIEF_KINDS, plain.brief_options(), names))
        scenes = space.add_data_source("Scenes", columns(SCENE_KINDS, plain.scene_options(), plain.scene_properties.model_dump()))
        text = f"{template}notion: {{data_source: {briefs}, scenes: {scenes}}}\n"
        (home / "channels" / f"{channel}.yaml").write_text(text, encoding="utf-8")
        for number in range(size):
            image = space.attachment("cup.png", picture(), "image/png")
            values = {"title": f"Cup {number}", "text": "We open at six.", "status": "Ready", "images": [image]}
            space.add_row(briefs, {names[name]: value for name, value in values.items()})
        found[briefs] = channel
    return found


@contextmanager
def town(sizes: dict[str, int]) -> Iterator[tuple[Path, Workspace, dict[str, str]]]:
    """A home whose channels are on the twin's Notion."""
    with tempfile.TemporaryDirectory(prefix="videofactory-bench-") as folder, Twin().running() as twin:
        os.environ.update(environment_of(twin))
        os.environ["VIDEOFACTORY_HOME"] = folder
        yield Path(folder), workspace(twin.world), put_channels(Path(folder), workspace(twin.world), sizes)


def taken_in(ledger: Ledger, sizes: dict[str, int]) -> dict[str, int]:
    """Projects of each channel."""
    found = dict.fromkeys(sizes, 0)
    for project in ledger.projects.all():
        found[project.channel] += 1
    return found


def up_to_date(space: Workspace, sources: dict[str, str]) -> dict[str, int]:
    """Rows of each channel that say what became of them."""
    name = BriefProperties().state
    return {channel: sum(bool(row[name]) for row in space.rows(source)) for source, channel in sources.items()}


def run(rows: int) -> dict[str, dict[str, Any]]:
    """Take all rows in, then write all states back; the figures of both."""
    sizes = sizes_of(rows)
    with town(sizes) as (home, space, sources), DagsterInstance.ephemeral() as instance:
        factory = FactoryResource(home=str(home))
        ledger = open_ledger(factory.studio().settings.ledger_url)
        kept: dict[str, str | None] = {}

        def tick(sensor: Any) -> None:  # noqa: ANN401 - a decorated function
            context = build_sensor_context(instance=instance, cursor=kept.get(sensor.name))
            said = sensor(context, factory=factory)
            kept[sensor.name] = (said.cursor if isinstance(said, SensorResult) else None) or context.cursor

        intake = measure(lambda: tick(notion_tasks_sensor), lambda: taken_in(ledger, sizes), sizes, space)
        time.sleep(WINDOW)
        writing = measure(lambda: tick(notion_review_sensor), lambda: up_to_date(space, sources), sizes, space)
        return {"intake": intake.figures(sizes), "write_back": writing.figures(sizes)}


def main() -> None:
    """Measure, print the table, and the same as JSON."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    figures = run(rows)
    shown = Table(f"{rows:,} rows, {CHANNELS} channels", "intake", "write-back", box=None, pad_edge=False)
    for name in figures["intake"]:
        shown.add_row(name.replace("_", " "), str(figures["intake"][name]), str(figures["write_back"][name]))
    Console().print(shown)
    sys.stdout.write(json.dumps({"rows": rows, "channels": CHANNELS, **figures}) + "\n")


if __name__ == "__main__":
    main()
