"""The command `demo`: a sample channel and brief to the finished film, with no key, and what to try next."""

import shutil
import time
from pathlib import Path
from typing import Any

import typer

from videofactory.cli.answers import answer, out, say
from videofactory.cli.opening import HomeOption, JsonOption, product_file, studio_at
from videofactory.cli.running import require_success, run_job
from videofactory.domain.project import ProjectState
from videofactory.settings import load_settings
from videofactory.studio.factory import Studio
from videofactory.studio.gate import waiting_scenes
from videofactory.studio.material import ScriptVersion
from videofactory.studio.reviewing import Desk
from videofactory.studio.status import report, state_of
from videofactory.studio.take_in import take_in_file

SAMPLE_CHANNEL = "harbour.yaml"
SAMPLE_BRIEF = "first-cup.yaml"
SAMPLE_PICTURE = "coffee.png"
DRAFTED = {ProjectState.IN_REVIEW, ProjectState.REVISING, ProjectState.PRODUCING, ProjectState.FINAL_REVIEW}
"""States in which the sample has its previews already."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(demo)


def demo(home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """Make the sample film: brief, script, previews, lights, clips, sound, cut. No key, no cost; a minute or two."""
    began = time.monotonic()
    brief = _place_sample(home)
    studio = studio_at(home)
    project = take_in_file(studio, brief, who="demo").key
    say(f"[bold]VideoFactory demo[/]: {project}", as_json=as_json)
    if state_of(studio, project) not in DRAFTED:
        say("Drafting: brand analysis, script, a preview and a voice for each scene.", as_json=as_json)
        require_success(studio, project, run_job(studio, project, "develop", quiet=as_json))
    if state_of(studio, project) is ProjectState.REVISING:
        require_success(studio, project, run_job(studio, project, "revise", quiet=as_json))
    say(
        f"Reviewing: the demo gives {_approve(studio, project)} green lights; you would look at the previews first.",
        as_json=as_json,
    )
    say("Producing: clips, effects, music, cut.", as_json=as_json)
    require_success(studio, project, run_job(studio, project, "produce", quiet=as_json))
    value = {"project": project, "film": report(studio, project)["film"], "cost_usd": report(studio, project)["cost_usd"]}
    answer(value, as_json=as_json, show=lambda: _show(studio, value, seconds=time.monotonic() - began))


def _place_sample(home: Path | None) -> Path:
    """Put the sample into the home, leaving alone what is there: it may have been changed on purpose."""
    settings = load_settings(home=home.absolute() if home else None)
    folder = settings.home / "demo"
    for name, target in ((SAMPLE_CHANNEL, settings.channels_dir), (SAMPLE_BRIEF, folder), (SAMPLE_PICTURE, folder)):
        target.mkdir(parents=True, exist_ok=True)
        if not (target / name).exists():
            shutil.copyfile(product_file(f"sample/{name}"), target / name)
    return folder / SAMPLE_BRIEF


def _approve(studio: Studio, project: str) -> int:
    version = studio.values.read("script", project, ScriptVersion)
    if version is None or not waiting_scenes(studio.ledger, project, version):
        return 0
    desk = Desk(studio, project, reviewer="demo")
    desk.light_all()
    return len(desk.record())


def _show(studio: Studio, value: dict[str, Any], *, seconds: float) -> None:
    film, project = value["film"], value["project"]
    home = studio.settings.home
    out.print()
    out.print(f"[green]✓[/] The film is made ({film['seconds']:.0f} s, in {seconds:.0f} s): [bold]{film['path']}[/]")
    out.print(f"  It cost {value['cost_usd']:.2f} US dollars. Captions (.srt, .vtt) and thumbnail (.jpg) are beside it.")
    out.print()
    out.print("Try next:")
    out.print(f"  videofactory review {project} --home {home} --yellow 2 'warmer'      change one scene; the others stay")
    out.print(f"  videofactory status {project} --home {home}                          what was made, and from what")
    out.print(f"  videofactory up --home {home}                                        Dagster UI, and an inbox for briefs")
