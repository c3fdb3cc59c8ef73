"""What our cut costs against other ways of making the same film, in ratios of one run.

Run it with `make bench`; docs/bench.md explains it.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Timeline
from videofactory_tests.bench.cut import editors, reference, rivals
from videofactory_tests.bench.cut.goals import Figures, ratios, shown
from videofactory_tests.bench.cut.ours import TIMELINE, studio_of
from videofactory_tests.bench.cut.watch import Cost, watched

LONG, SHORT = 60, 8
CHANGED = 30
"""Number of the scene of sixty (from 0) that is changed."""


class Bench:
    """One folder with the films of the bench, and what each of its works cost."""

    def __init__(self, folder: Path, *, frame: Frame, console: Console) -> None:
        self._folder = folder
        self._frame = frame
        self._console = console
        self.figures: Figures = {}

    def film(self, scenes: int) -> tuple[Path, Timeline]:
        """A home in which all material of such a film lies."""
        home = self._folder / f"home-{scenes}"
        material = self._folder / "material"
        material.mkdir(exist_ok=True)
        home.mkdir()
        studio = studio_of(home)
        self._console.print(f"[dim]making the material of {scenes} scenes …[/]")
        timeline = reference.timeline(
            reference.gather(studio, scenes=scenes, frame=self._frame, folder=material), frame=self._frame
        )
        (home / TIMELINE).write_text(timeline.model_dump_json(), encoding="utf-8")
        return home, timeline

    def time(self, name: str, command: list[str | Path], *, cwd: Path | None = None) -> None:
        """Run and note it; a program that is not there is said and left out."""
        try:
            cost = watched(command, cwd=cwd, bare=cwd is not None)
        except FileNotFoundError:
            self._console.print(f"  {name:<28} left out: {command[0]} is not installed")
            return
        except subprocess.CalledProcessError as error:
            self._console.print(f"  {name:<28} failed: {error.stderr.decode(errors='replace')[-600:]}")
            return
        self.figures[name] = cost
        self._console.print(f"  {name:<28} {cost.wall:8.1f} s  {cost.cpu:8.1f} s of processors  {cost.peak:6.0f} MB")

    def ours(self, name: str, home: Path, *actions: str) -> None:
        """One of our own works, in a process of its own."""
        self.time(name, [sys.executable, "-m", "videofactory_tests.bench.cut.ours", home, *actions])


def short_film(bench: Bench, folder: Path, *, rounds: int, editors_too: bool) -> None:
    """Eight scenes: everybody makes the same film, by turns, in each round."""
    home, timeline = bench.film(SHORT)
    shelf = studio_of(home).artifacts.path
    bench.figures["film"] = Cost(timeline.seconds, 0, 0)
    bench.ours("first start", home)
    bench.ours("start", home)
    bench.ours("preview", home, "preview")
    bench.ours("clip", home, "clip")
    limit = rivals.Limit(timeline, shelf=shelf, folder=folder)
    limit.draw()
    makers: list[tuple[str, Callable[[], list[str | Path]]]] = [
        *((name, lambda words=words: words) for name, words in limit.works().items()),
        ("one FFmpeg graph", lambda: rivals.one_graph(timeline, shelf=shelf, folder=folder)),
    ]
    if editors_too:
        makers += [
            ("MLT", lambda: editors.by_mlt(timeline, shelf=shelf, folder=folder)),
            ("MoviePy", lambda: editors.by_moviepy(timeline, shelf=shelf, folder=folder)),
        ]
    for number in range(rounds):
        mark = f" {number + 1}" if rounds > 1 else ""
        forget(home)
        bench.ours(f"scenes{mark}", home, "scenes")
        bench.ours(f"cut{mark}", home, "film")
        bench.ours(f"quality gate{mark}", home, "gate")
        for name, words in makers:
            bench.time(f"{name}{mark}", words(), cwd=folder)


def long_film(bench: Bench) -> None:
    """Sixty scenes: cut from nothing, with nothing changed, and with one scene changed."""
    home, timeline = bench.film(LONG)
    bench.ours("60: from nothing", home, "scenes", "film")
    bench.ours("60: gate", home, "gate")
    bench.ours("60: nothing changed", home, "film")
    changed = timeline.shots[CHANGED].model_copy(update={"clip": _another(home, timeline)})
    shots = (*timeline.shots[:CHANGED], changed, *timeline.shots[CHANGED + 1 :])
    (home / TIMELINE).write_text(timeline.model_copy(update={"shots": shots}).model_dump_json(), encoding="utf-8")
    bench.ours("60: one scene changed", home, "film")
    bench.ours("60: gate again", home, "gate")


def _another(home: Path, timeline: Timeline) -> Artifact:
    """A new clip for one scene: that of another, as a file of its own."""
    studio = studio_of(home)
    source = studio.artifacts.path(timeline.shots[CHANGED + 3].clip)
    return studio.artifacts.put_file(reference.own(source, number=LONG, folder=home), media_type="video/mp4")


def forget(home: Path) -> None:
    """Take away what was made of the material: the next cut begins from nothing."""
    shutil.rmtree(home / "store" / "products", ignore_errors=True)


def main() -> None:
    """Measure, print the table, and write the figures as JSON where asked."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--json", type=Path, help="write all figures to this file")
    wanted.add_argument("--rounds", type=int, default=1, help="how often the film of eight scenes is made by everybody")
    wanted.add_argument("--short-side", type=int, default=1080, help="a smaller film is quicker to make, and its ratios say less")
    wanted.add_argument("--no-editors", action="store_true", help="without MLT and MoviePy")
    wanted.add_argument("--no-long", action="store_true", help="without the film of sixty scenes")
    told = wanted.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="videofactory-bench-") as name:
        folder = Path(name)
        bench = Bench(folder, frame=Frame.of("16:9", short_side=told.short_side), console=console)
        short_film(bench, folder, rounds=told.rounds, editors_too=not told.no_editors)
        if not told.no_long:
            long_film(bench)
    found = ratios(bench.figures)
    console.print(shown(found))
    if told.json:
        value = {
            "costs": {name: cost._asdict() for name, cost in bench.figures.items()},
            "ratios": {one.name: one.value for one in found},
        }
        told.json.write_text(json.dumps(value, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
