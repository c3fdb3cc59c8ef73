"""The command `engines`: who can work here, what is missing, what is retired or resting, and how dear it is."""

from itertools import groupby
from typing import Annotated

import typer
from rich.table import Column, Table

from videofactory.cli.answers import answer, out
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.studio.offers import Offer, offers

SAID = {
    "analyst": "Brand analyst: reads the brand image",
    "director": "Director: writes and rewrites the script",
    "stills": "Stills: previews and style references",
    "video": "Video: moves a picture",
    "voice": "Voice: speaks the narration",
    "effects": "Sound effects",
    "music": "Music",
}
NARROWEST_MODEL, REST = 25, 75
"""Columns a model's name has at least, and those all the others want at most."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(engines)


def engines(
    channel: Annotated[str | None, typer.Option(metavar="KEY", help="With this channel's keys and plan.")] = None,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Every engine of this build: ready or what it needs, retired, resting after failures, and its price."""
    studio = studio_at(home)
    found = offers(studio, channel=studio.channel(channel) if channel else None)
    answer([offer.told() for offer in found], as_json=as_json, show=lambda: _show(found, channel=channel))


def _show(found: list[Offer], *, channel: str | None) -> None:
    for role, group in groupby(found, key=lambda offer: offer.role):
        out.print(f"\n[bold]{SAID[role]}[/]")
        out.print(_table(list(group)), soft_wrap=False)
    out.print("\n* is what a channel gets that names the engine alone; it may also name a model.", style="dim")
    whose = f"channel {channel}" if channel else "the environment; --channel KEY shows a channel's own keys and its plan"
    out.print(f"Keys are those of {whose}. Prices are US dollars, as read on that day.", style="dim")


def _table(found: list[Offer]) -> Table:
    units = {offer.unit for offer in found if offer.unit}
    table = Table(
        Column("engine", no_wrap=True),
        Column("model", overflow="fold", max_width=max(NARROWEST_MODEL, out.width - REST)),
        Column(f"USD per {units.copy().pop()}" if len(units) == 1 else "USD", overflow="fold", max_width=20),
        Column("read on", no_wrap=True),
        Column("state", overflow="fold", ratio=1),
        box=None,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        expand=True,
    )
    for offer in found:
        name = f"{offer.engine}*" if offer.default and not offer.retired else offer.engine
        price = offer.amount if len(units) == 1 or not offer.unit else f"{offer.amount} per {offer.unit}"
        style = "" if offer.usable else "dim"
        table.add_row(name, offer.model, price, str(offer.prices_read or "–"), _state(offer), style=style)
    return table


def _state(offer: Offer) -> str:
    if offer.retired:
        follows = f", use {offer.successor}" if offer.successor else ""
        return f"ended {offer.sunset}{follows}"
    words = []
    if not offer.configured:
        words.append(f"needs {', or '.join(' and '.join(names) for names in offer.missing)}")
    if not offer.priced:
        words.append("has no price")
    if offer.plan_allows is False:
        words.append("not in the channel's plan")
    if offer.breaker == "open":
        words.append(f"rests {offer.breaker_wait:.0f} s after failures")
    elif offer.breaker == "half_open":
        words.append("on trial after failures")
    if offer.usable and not words:
        words.append("[green]ready[/]")
    if offer.sunset:
        words.append(f"until {offer.sunset}")
    return ", ".join(words)
