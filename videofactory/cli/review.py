"""The command `review`: shows what waits for a decision, records decisions, and runs the revision they ask for."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from videofactory.cli.answers import answer, err, out, plain
from videofactory.cli.opening import HomeOption, JsonOption, ProjectArgument, studio_at
from videofactory.cli.pictures import can_show_pictures, draw
from videofactory.cli.projects import show_scene
from videofactory.cli.running import require_success, run_job
from videofactory.domain.brief import GivenScene
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.project import ProjectState
from videofactory.domain.review import Light
from videofactory.studio.costs import prices_of_green
from videofactory.studio.factory import Studio
from videofactory.studio.reviewing import Desk
from videofactory.studio.status import report, state_of

TEXT_MARK = "\x1f"
"""Between the value and the optional text of `--red N TEXT` and `--film LIGHT TEXT`, once joined by `main.joined`."""
REVISE_FIRST = {ProjectState.REVISING}


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(review)


def review(  # noqa: PLR0913, PLR0917 - one option for each kind of decision
    project: ProjectArgument,
    green: Annotated[list[str] | None, typer.Option(metavar="all|N,…", help="Go: these scenes, or all.")] = None,
    yellow: Annotated[list[str] | None, typer.Option(metavar="N TEXT", help="Change it: scene N, as TEXT says.")] = None,
    red: Annotated[list[str] | None, typer.Option(metavar="N [TEXT]", help="Try something else for scene N.")] = None,
    redo: Annotated[list[int] | None, typer.Option(metavar="N", help="Buy the clip of green scene N again.")] = None,
    edit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N.FIELD=VALUE", help="Set narration, on_screen_text, prompt, camera, seconds, engine … of scene N."
        ),
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="N,N,…", help="The scenes in a new order.")] = None,
    add: Annotated[
        list[str] | None, typer.Option(metavar="N TEXT", help="A new scene after scene N (0: first), saying TEXT.")
    ] = None,
    drop: Annotated[list[int] | None, typer.Option(metavar="N", help="Take scene N out.")] = None,
    film: Annotated[str | None, typer.Option(metavar="LIGHT [TEXT]", help="The finished film's light.")] = None,
    accept_brand: Annotated[str | None, typer.Option(metavar="WHY", help="Let a flagged brand image pass.")] = None,
    reviewer: Annotated[str, typer.Option(help="Who decides; stands in the audit log.", envvar="USER")] = "cli",
    based_on: Annotated[
        int | None, typer.Option(help="Review version you looked at; newer contrary decisions are a conflict.")
    ] = None,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show scenes with previews and lights; or give lights, edit scenes, and have the changes made."""
    studio = studio_at(home)
    desk = Desk(studio, project, reviewer=reviewer or "cli", based_on=based_on)
    if accept_brand is not None:
        desk.accept_brand(accept_brand)
    for text in edit or []:
        desk.edit(*_edit(text))
    _structure(desk, order=order, add=add or [], drop=drop or [])
    for number, words in map(_numbered, yellow or []):
        desk.light(number, Light.YELLOW, feedback=words)
    for number, words in map(_numbered, red or []):
        desk.light(number, Light.RED, feedback=words)
    for text in green or []:
        _green(desk, text)
    for number in redo or []:
        desk.redo(number)
    if film is not None:
        light, _, words = film.partition(TEXT_MARK)
        desk.film(_light(light), feedback=words)
    _tell_price(studio, project, desk)
    recorded = desk.record()
    _carry_out(studio, project, quiet=as_json)
    value = prices_of_green(studio, project).added_to(report(studio, project))
    answer(value, as_json=as_json, show=lambda: _show(value, decided=len(recorded)))


def _carry_out(studio: Studio, project: str, *, quiet: bool) -> None:
    """Make what the decisions ask for, now."""
    if state_of(studio, project) in REVISE_FIRST:
        require_success(studio, project, run_job(studio, project, "revise", quiet=quiet))


def _tell_price(studio: Studio, project: str, desk: Desk) -> None:
    """Before money may be spent: what is bought anew at which price, and which budget does not pay for the whole."""
    if not desk.spends:
        return
    prices = prices_of_green(studio, project).again(desk.redone)
    for scene in desk.redone:
        price = prices.scenes[scene]
        cost = (
            f"costs {price.price_usd:.2f} USD, from {price.engine}"
            if price.price_usd is not None
            else f"has no known price: {price.words}"
        )
        err.print(f"A new clip of {scene} {plain(cost)}")
    for words in prices.shortfalls():
        err.print(f"[yellow]Too dear[/]: {plain(words)}. What goes beyond it waits until the limit is raised.")


def _structure(desk: Desk, *, order: str | None, add: list[str], drop: list[int]) -> None:
    for number in drop:
        desk.drop(number)
    for number, text in map(_numbered, add):
        desk.add(GivenScene(narration=text), after=number or None)
    if order is not None:
        desk.reorder(_numbers(order, option="--order"))


def _green(desk: Desk, text: str) -> None:
    if text == "all":
        desk.light_all()
        return
    for number in _numbers(text, option="--green"):
        desk.light(number, Light.GREEN)


def _numbers(text: str, *, option: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise _bad(option, text, "write scene numbers with commas, as 1,3,4") from None


def _numbered(text: str) -> tuple[int, str]:
    number, _, words = text.partition(TEXT_MARK)
    try:
        return int(number), words
    except ValueError:
        raise _bad("scene", number, "write the scene's number, then the text in quotes") from None


def _light(text: str) -> Light:
    try:
        return Light(text)
    except ValueError:
        raise _bad("--film", text, "green, yellow or red") from None


def _edit(text: str) -> tuple[int, GivenScene]:
    place, equals, value = text.partition("=")
    number, dot, field = place.partition(".")
    if not (equals and dot and number.isdigit()):
        raise _bad("--edit", text, 'write --edit 2.narration="New words"')
    if field not in GivenScene.model_fields:
        raise _bad("--edit", field, f"fields are {', '.join(GivenScene.model_fields)}")
    given: Any = [part.strip() for part in value.split(",")] if field == "characters" else value
    try:
        return int(number), GivenScene.model_validate({field: given})
    except ValidationError as error:
        raise _bad(f"--edit {number}.{field}", value, error.errors()[0]["msg"]) from None


def _bad(field: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput([Problem(file="review", field=field, value=value, remedy=remedy)])


def _show(value: dict[str, Any], *, decided: int) -> None:
    if decided:
        err.print(f"{decided} decisions recorded.")
    out.print(f"[bold]{value['title']}[/] is {value['state']} ({value['project']})")
    for scene in value["scenes"]:
        show_scene(scene)
        out.print(f"    [dim]{'green costs':<15}[/]{plain(_cost(scene))}")
        if scene["preview"] and can_show_pictures():
            draw(Path(scene["preview"]))
    _show_total(value)
    _next(value)


def _cost(scene: dict[str, Any]) -> str:
    if scene["price_usd"] is None:
        return f"unknown: {scene['price_words']}"
    if scene["price_words"]:
        return f"nothing more ({scene['price_words']})"
    return f"{scene['price_usd']:.2f} USD ({scene['bought_seconds']:g} s)" if scene["price_usd"] else "nothing"


def _show_total(value: dict[str, Any]) -> None:
    """What is still to be paid for the film's clips, and what is left to pay it."""
    unknown = sum(scene["price_usd"] is None for scene in value["scenes"])
    if not any(scene["redo_usd"] for scene in value["scenes"]) and not unknown:
        return
    more = f", and {unknown} of unknown price" if unknown else ""
    out.print(f"Clips still to be bought cost [bold]{value['price_total_usd']:.2f} USD[/]{more}.")
    left = ", ".join(f"{budget['words']} {budget['left_usd']:.2f} of {budget['limit_usd']:.2f}" for budget in value["budgets"])
    out.print(f"Left: {plain(left)}.")


def _next(value: dict[str, Any]) -> None:
    project = value["project"]
    hints = {
        "in_review": f"Next: videofactory review {project} --green all   (or --yellow 2 'warmer', --red 3)",
        "producing": f"All green. Next: videofactory produce {project}   (starts by itself while 'videofactory up' runs)",
        "final_review": f"Next: watch the film, then videofactory review {project} --film green",
    }
    if value["film"]:
        out.print(f"Film: {value['film']['path']}")
    if value["state"] in hints:
        out.print(hints[value["state"]])
