"""Commands on projects: `new`, `draft`, `produce`, `status`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from videofactory.cli.answers import Exit, answer, err, out, plain, say
from videofactory.cli.opening import HomeOption, JsonOption, ProjectArgument, instance_of, studio_at
from videofactory.cli.running import require_success, run_job
from videofactory.defs.partitions import projects
from videofactory.domain.project import ProjectState
from videofactory.studio.factory import Studio
from videofactory.studio.gate import require_green
from videofactory.studio.material import ScriptVersion
from videofactory.studio.status import all_reports, problem_of, report, state_of
from videofactory.studio.take_in import take_in_file

MARKS = {"green": "[green]●[/]", "yellow": "[yellow]●[/]", "red": "[red]●[/]", None: "[dim]○[/]"}
WAITS_FOR_PERSON = {ProjectState.FLAGGED, ProjectState.OVER_BUDGET}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(new)
    app.command()(draft)
    app.command()(produce)
    app.command()(status)


def new(
    brief: Annotated[Path, typer.Argument(metavar="BRIEF", help="A brief: YAML or JSON.")],
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Take one brief in and make a project of it. The same file again is the same project."""
    studio = studio_at(home)
    project = take_in_file(studio, brief)
    with instance_of(studio) as instance:
        instance.add_dynamic_partitions(str(projects.name), [project.key])

    def show() -> None:
        out.print(f"Project [bold]{project.key}[/]: {project.title}")
        out.print(f"Next: videofactory draft {project.key}")

    answer({"project": project.key}, as_json=as_json, show=show)


def draft(project: ProjectArgument, home: HomeOption = None, *, as_json: JsonOption = False) -> int:
    """Make script, previews and narration in a Dagster run, up to the point where a person gives lights."""
    studio = studio_at(home)
    run = run_job(studio, project, "develop", quiet=as_json)
    state = state_of(studio, project)
    problem = problem_of(studio, project)

    def show() -> None:
        out.print(f"Project [bold]{project}[/] is {state.value}.")
        if state is ProjectState.IN_REVIEW:
            out.print(f"Next: videofactory review {project}")

    answer({"project": project, "state": state.value, "run_id": run.run_id}, as_json=as_json, show=show)
    if state in WAITS_FOR_PERSON:
        err.print(problem)
        return Exit.WAITS
    if not run.succeeded:
        err.print(problem or f"The run {run.run_id} failed.")
        return Exit.FAILED
    return Exit.DONE


def produce(project: ProjectArgument, home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """Make clips, sounds and the film in a Dagster run. Waits (exit code 3) while scenes are not green."""
    studio = studio_at(home)
    studio.ledger.projects.get(project)
    version = studio.values.read("script", project, ScriptVersion)
    if version is not None:
        require_green(studio.ledger, project, version)
    run = run_job(studio, project, "produce", quiet=as_json)
    require_success(studio, project, run)
    value = {
        "project": project,
        "state": state_of(studio, project).value,
        "run_id": run.run_id,
        "film": report(studio, project)["film"],
    }

    def show() -> None:
        out.print(f"Film: [bold]{value['film']['path'] if value['film'] else 'none'}[/]")
        out.print(f"Next: watch it, then videofactory review {project} --film green")

    answer(value, as_json=as_json, show=show)


def status(
    project: Annotated[str | None, typer.Argument(metavar="[PROJECT]", help="One project; without it all are listed.")] = None,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Where a project stands: state, scenes, lights, cost, film. Without a project: all of them."""
    studio = studio_at(home)
    if project is None:
        reports = all_reports(studio)
        answer(reports, as_json=as_json, show=lambda: _show_all(studio, reports))
        return
    value = report(studio, project)
    answer(value, as_json=as_json, show=lambda: show_report(value))


def _show_all(studio: Studio, reports: list[dict[str, Any]]) -> None:
    if not reports:
        say(
            f"No project in {studio.settings.home}. Next: videofactory new BRIEF, or drop one into {studio.settings.inbox}.",
            as_json=False,
        )
        return
    table = Table(Column("project", overflow="fold"), "state", "lights", "USD", "title", box=None, pad_edge=False)
    for one in reports:
        lights = "".join(MARKS[scene["light"]] for scene in one.get("scenes", []))
        table.add_row(one["project"], one["state"], lights, f"{one.get('cost_usd', 0):.2f}", one["title"])
    out.print(table)


def show_report(value: dict[str, Any]) -> None:
    """One project, for a person."""
    out.print(f"[bold]{value['title']}[/]  ({value['project']}, channel {value['channel']})")
    out.print(f"state {value['state']}, cost {value['cost_usd']:.2f} USD")
    if value["problem"]:
        out.print(f"[yellow]{plain(value['problem'])}[/]")
    for scene in value["scenes"]:
        show_scene(scene)
    if value["film"]:
        out.print(f"film {value['film']['path']} ({value['film']['seconds']:.1f} s)")


def show_scene(scene: dict[str, Any]) -> None:
    """One scene, for a person."""
    out.print(f"{MARKS[scene['light']]} [bold]{scene['id']}[/] take {scene['take']}, {scene['seconds']:g} s, {scene['engine']}")
    for name in ("narration", "on_screen_text", "preview", "clip", "fallback"):
        if scene.get(name):
            out.print(f"    [dim]{name.replace('_', ' '):<15}[/]{plain(scene[name])}")
    for words in scene["remarks"]:
        out.print(f"    [dim]{'remark':<15}[/]{plain(words)}")
    if scene["call_state"]:
        _show_unfinished(scene)


def _show_unfinished(scene: dict[str, Any]) -> None:
    """What became of the scene's call that is not done, in the engine's own words."""
    engine = scene["call_engine"]
    words = scene["call_state"].replace("the engine", engine)
    if scene["call_state"] in {"failed", "refused"}:
        words = f"{words} by {engine}"
    name = "problem" if scene["problem"] else "call"
    out.print(f"    [dim]{name:<15}[/]{words}{plain(': ' + scene['problem'] if scene['problem'] else '')}")
    if scene["call_state"] == "parked":
        out.print(f"    [dim]{'':<15}[/]videofactory calls show {scene['call'][:10]}")
