"""Command `publish`: an approved film to its YouTube channel, in the next free slot or at once; or what would be sent."""

from typing import Annotated, Any

import typer

from videofactory.cli.answers import answer, out, plain
from videofactory.cli.opening import HomeOption, JsonOption, ProjectArgument, studio_at
from videofactory.cli.published import correct_video, require_one, withdraw_video
from videofactory.cli.running import require_success, run_job
from videofactory.domain.brief import TakenIn
from videofactory.domain.errors import NotFound
from videofactory.studio import parked_uploads
from videofactory.studio.approval import film_of, require_publishable
from videofactory.studio.factory import Studio
from videofactory.studio.material import CutPlan, FinalCut, ScriptVersion
from videofactory.studio.programme import next_time, planned
from videofactory.studio.publishing import Film, describe
from videofactory.studio.status import report
from videofactory.studio.video_metadata import require_valid
from videofactory.studio.withdrawing import let_open_again


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(publish)


def publish(  # noqa: PLR0913 - one option for each thing a person may decide
    project: ProjectArgument,
    home: HomeOption = None,
    *,
    now: Annotated[bool, typer.Option("--now", help="At once, not in the channel's next free slot.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent and when; send nothing.")] = False,
    adopt: Annotated[
        str, typer.Option("--adopt", metavar="VIDEO_ID", help="A parked upload: this video is the film. Needs --why.")
    ] = "",
    send_anew: Annotated[
        bool, typer.Option("--send-anew", help="A parked upload: the film is not there, send it again. Needs --why.")
    ] = False,
    correct: Annotated[
        bool, typer.Option("--correct", help="Send what the published video says otherwise than now; --dry-run shows it.")
    ] = False,
    withdraw: Annotated[
        str | None, typer.Option("--withdraw", metavar="REASON", help="Take the video off: private, and not opened later.")
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why you decide so; stands in the audit log.")] = "",
    reviewer: Annotated[str, typer.Option("--reviewer", help="Who decides; stands in the audit log.", envvar="USER")] = "cli",
    as_json: JsonOption = False,
) -> None:
    """Send the approved film to YouTube; again, it does what is missing. Waits (exit code 3) for a green light."""
    require_one({"--correct": correct, "--withdraw": withdraw is not None, "--now": now, "--adopt": bool(adopt)})
    studio = studio_at(home)
    if withdraw is not None:
        withdraw_video(studio, project, who=reviewer, why=withdraw, as_json=as_json)
        return
    studio.ledger.projects.get(project)
    film = _film(studio, project)
    require_publishable(studio, project, film.cut, film.taken)
    if correct:
        correct_video(studio, film, who=reviewer, why=why, dry_run=dry_run, as_json=as_json)
    elif dry_run:
        _show_plan(studio, film, now=now, as_json=as_json)
    else:
        require_valid(describe(studio.channel_of(project), film, None), channel=studio.channel_of(project))
        if adopt:
            parked_uploads.adopt(studio, film, adopt, who=reviewer, why=why)
        if send_anew:
            parked_uploads.send_anew(studio, film, who=reviewer, why=why)
        _publish(studio, film, now=now, who=reviewer, as_json=as_json)


def _publish(studio: Studio, film: Film, *, now: bool, who: str, as_json: bool) -> None:
    """Send it, or go on with it, or open it again."""
    project, master = film.project, film_of(film.cut, studio.channel_of(film.project))
    known = studio.ledger.uploads.find(project, master.film.sha256)
    if known is not None:
        let_open_again(studio, known, who=who)
    planned(studio, project, master, now=now, who=who)
    run = run_job(studio, project, "publish", quiet=as_json)
    require_success(studio, project, run)
    told = report(studio, project)
    value = {"project": project, "state": told["state"], "run_id": run.run_id, "video": told["video"]}

    def show() -> None:
        out.print(f"[bold]{value['video']['url']}[/] is {value['state']} for {value['video']['publish_at']}")

    answer(value, as_json=as_json, show=show)


def _film(studio: Studio, project: str) -> Film:
    """Everything that was made of the project. Raises `NotFound` while there is no film."""
    taken = studio.values.read("brief", project, TakenIn)
    version = studio.values.read("script", project, ScriptVersion)
    plan = studio.values.read("timeline", project, CutPlan)
    cut = studio.values.read("final_cut", project, FinalCut)
    if taken is None or version is None or plan is None or cut is None:
        raise NotFound(f"{project} has no film yet.", remedy=f"'videofactory status {project}' says what it waits for.")
    return Film(project=project, taken=taken, version=version, plan=plan, cut=cut)


def _show_plan(studio: Studio, film: Film, *, now: bool, as_json: bool) -> None:
    """What would be sent, and when."""
    channel = studio.channel_of(film.project)
    master = film_of(film.cut, channel)
    upload = studio.ledger.uploads.find(film.project, master.film.sha256)
    at = upload.publish_at if upload else next_time(studio, channel, now=now)
    metadata = describe(channel, film, at)
    require_valid(metadata, channel=channel)
    value: dict[str, Any] = {
        "project": film.project,
        "dry_run": True,
        "publish_at": at,
        "film": {"path": str(studio.artifacts.path(master.film)), "bytes": master.film.size, "seconds": master.seconds},
        "metadata": metadata.model_dump(mode="json"),
    }

    def show() -> None:
        out.print(f"Would be sent to [bold]{plain(channel.name)}[/], {f'to be opened {at}' if at else 'at once'}:")
        for name, said in value["metadata"].items():
            out.print(f"  [dim]{name.replace('_', ' '):<16}[/]{plain(str(said))}")

    answer(value, as_json=as_json, show=show)
