"""What each stage of a film costs in processor time, and what it costs again: with nothing changed, and with one title changed.

Makes the sample brief at 640x360 in a home it throws away. Machines differ, so the table's ratios (to the stage's first run) say
more than its seconds. Run it with `make bench`.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from videofactory.cli.opening import product_file

SHORT_SIDE = "360"
SAMPLE = ("first-cup.yaml", "coffee.png")
CHANNEL = "harbour.yaml"


def run(*words: str, home: Path) -> dict[str, object]:
    """Run a command of the factory on this home; its JSON answer."""
    environ = {**os.environ, "VIDEOFACTORY_SHORT_SIDE": SHORT_SIDE, "VIDEOFACTORY_HOME": str(home)}
    command = [sys.executable, "-c", "from videofactory.cli.main import main; main()", *words, "--json"]
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own interpreter
    return dict(json.loads(done.stdout.splitlines()[-1]))


def cost(*words: str, home: Path) -> float:
    """Seconds of processor time a command takes, FFmpeg's included: unlike the clock's, they hardly depend on who else works."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*words, home=home)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def place_sample(home: Path) -> Path:
    """Put the sample channel and brief into the home; the brief's path."""
    for name, folder in ((CHANNEL, home / "channels"), *((name, home) for name in SAMPLE)):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(product_file(f"sample/{name}"), folder / name)
    return home / SAMPLE[0]


def measure(home: Path) -> dict[str, list[float]]:
    """Processor seconds of each stage: the first time, with nothing changed, and (the cut) with one on-screen text changed."""
    project = str(run("new", str(place_sample(home)), home=home)["project"])
    draft = [cost("draft", project, home=home) for _ in range(2)]
    run("review", project, "--green", "all", home=home)
    produce = [cost("produce", project, home=home) for _ in range(2)]
    run("review", project, "--edit", "1.on_screen_text=Another title", home=home)
    produce.append(cost("produce", project, home=home))
    return {"draft": draft, "produce": produce}


def table(seconds: Mapping[str, list[float]]) -> Table:
    """The figures, and in brackets their ratio to the first run."""
    shown = Table("processor time", "first", "nothing changed", "one title changed", box=None, pad_edge=False)
    for stage, (first, *later) in seconds.items():
        shown.add_row(stage, f"{first:.1f} s", *(f"{one:.1f} s ({one / first:.2f})" for one in later))
    return shown


def main() -> None:
    """Measure in a home that is thrown away, and print the table."""
    with tempfile.TemporaryDirectory(prefix="videofactory-bench-") as folder:
        Console().print(table(measure(Path(folder))))


if __name__ == "__main__":
    main()
