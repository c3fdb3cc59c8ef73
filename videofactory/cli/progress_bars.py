"""A bar for each stage while a job runs: on a terminal live, elsewhere one line when a stage ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from videofactory.cli.answers import err
from videofactory.studio.progress import Progress as Fact
from videofactory.studio.progress import listening

SAID = {
    "brief": "brief and pictures",
    "brand_analysis": "brand analysis",
    "style_reference": "style reference",
    "script": "script",
    "scene_previews": "scene previews",
    "narration": "narration",
    "scene_clips": "scene clips",
    "sound_effects": "sound effects",
    "music": "music",
    "timeline": "timeline",
    "final_cut": "final cut",
}


class _Stage:
    def __init__(self, total: int) -> None:
        self.total = total
        self.made = 0
        self.kept = 0
        self.began = time.monotonic()

    @property
    def words(self) -> str:
        if self.made + self.kept == 0:
            return ""
        return f"{self.made} made, {self.kept} kept" if self.kept else f"{self.made} made"


@contextmanager
def shown_progress(job: str, *, quiet: bool) -> Iterator[None]:
    """Show what happens within the block on standard error; nothing when `quiet`."""
    if quiet:
        yield
    elif err.is_terminal:
        with _bars() as bars, listening(_live(bars)):
            yield
    else:
        with listening(_lines()):
            yield
    del job


def _bars() -> Progress:
    return Progress(
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description:<19}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[words]:<22}"),
        TimeElapsedColumn(),
        console=err,
    )


def _live(bars: Progress) -> Callable[[Fact], None]:
    stages: dict[str, _Stage] = {}
    tasks: dict[str, TaskID] = {}

    def heard(fact: Fact) -> None:
        stage = stages.setdefault(fact.stage, _Stage(0))
        if fact.stage not in tasks:
            tasks[fact.stage] = bars.add_task(SAID.get(fact.stage, fact.stage), total=None, words="")
        _count(stage, fact)
        done = stage.made + stage.kept
        total = max(stage.total, done) or None
        if fact.step == "ends":
            total = done = max(total or 1, done)
        bars.update(tasks[fact.stage], total=total, completed=done, words=stage.words)

    return heard


def _lines() -> Callable[[Fact], None]:
    stages: dict[str, _Stage] = {}

    def heard(fact: Fact) -> None:
        stage = stages.setdefault(fact.stage, _Stage(0))
        _count(stage, fact)
        if fact.step == "ends":
            seconds = time.monotonic() - stage.began
            err.print(f"  ✓ {SAID.get(fact.stage, fact.stage):<19} {stage.words:<22} {seconds:5.1f} s")
        elif fact.piece:
            err.print(f"    {SAID.get(fact.stage, fact.stage)} {fact.piece} {fact.step}")

    return heard


def _count(stage: _Stage, fact: Fact) -> None:
    if fact.step == "starts":
        stage.total += fact.total
    elif fact.step == "made":
        stage.made += 1
    elif fact.step == "kept":
        stage.kept += 1
