"""Commands on a channel's Notion workspace: `check` says what is missing there, `setup` makes it; `webhook`."""

from typing import Annotated

import typer

from videofactory.cli.answers import Exit, answer, out, plain
from videofactory.cli.notion_webhook import webhook
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.studio.factory import Studio
from videofactory.studio.notion_check import Report, checked
from videofactory.studio.notion_setup import Made, set_up

ChannelArgument = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's key: the name of its file.")]
SomeChannel = Annotated[str, typer.Argument(metavar="[CHANNEL]", help="One channel; without it, all that have Notion.")]
PageOption = Annotated[str, typer.Option("--page", help="Id of the page a database of scenes is made in.")]

notion = typer.Typer(
    help="The Notion workspaces of channels: look whether they fit, and make what is missing.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    notion.command()(webhook)
    app.add_typer(notion, name="notion")


@notion.command()
def check(channel: SomeChannel = "", home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """Look whether token, sharing, properties and options are as the channel file says; exit 3: a person must act in Notion."""
    studio = studio_at(home)
    reports = [checked(studio, one) for one in _channels(studio, channel)]
    found = [{**report.model_dump(mode="json"), "fits": report.fits} for report in reports]
    answer(found, as_json=as_json, show=lambda: _show(reports))
    _leave(reports)


@notion.command()
def setup(channel: ChannelArgument, page: PageOption = "", home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """Make the properties, options and the data source of scenes that are missing; nothing is renamed or removed."""
    studio = studio_at(home)
    made = set_up(studio, studio.channel(channel), page=page)
    answer(made.model_dump(mode="json"), as_json=as_json, show=lambda: _show_made(made))
    _leave([made.left])


def _channels(studio: Studio, key: str) -> list[Channel]:
    """The channel asked for, or all with Notion. Raises `InvalidInput` when there is none."""
    if key:
        return [studio.channel(key)]
    known = [channel for channel in studio.channels.values() if channel.notion is not None]
    if not known:
        remedy = "write notion: {data_source: …} into a channel file; docs/channels-and-briefs.md says how"
        raise InvalidInput([Problem(file="channels", field="notion", value="(missing)", remedy=remedy)])
    return known


def _leave(reports: list[Report]) -> None:
    """Exit 2 when a channel file or token is wrong, 3 when somebody must act in Notion."""
    needed = [one for report in reports for one in report.findings if one.needed]
    if needed:
        raise typer.Exit(Exit.BAD_INPUT if any(one.place == "file" for one in needed) else Exit.WAITS)


def _show(reports: list[Report]) -> None:
    for report in reports:
        known = f" (connection {report.connection!r}, workspace {report.workspace!r})" if report.connection else ""
        mark = "[green]✓[/] fits" if report.fits else "[bold red]✗[/] does not fit yet"
        out.print(f"[bold]{report.channel}[/]{plain(known)}: {mark}")
        for one in report.findings:
            out.print(f"  {'•' if one.needed else '◦'} {one.field}: {plain(one.remedy)}")
        if any(one.setup and one.needed for one in report.findings):
            out.print(f"  'videofactory notion setup {report.channel}' can make what is missing in the data source.")


def _show_made(made: Made) -> None:
    for name in made.properties:
        out.print(f"made: {plain(name)}")
    if made.scenes:
        out.print(f"The scenes' data source is {made.scenes}.")
    if not made.properties and not made.scenes:
        out.print("Nothing was missing that can be made.")
    _show([made.left])
