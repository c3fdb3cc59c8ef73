"""The command `costs`: what was spent, by project, engine, channel, month and scene; what the budgets have left; a plot."""

import calendar
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from videofactory.cli.answers import answer, err, out, plain
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.ledger.spending import Share
from videofactory.media.plot import Bars, draw
from videofactory.studio.costs import spent
from videofactory.studio.factory import Studio

_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
NEARLY = 0.8
"""The share of a budget from which it is shown as nearly used up."""
BAR = 16
"""Characters of a budget's bar."""


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(costs)


def costs(
    project: Annotated[str | None, typer.Option(help="Only this project, scene by scene.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Only what was settled in this month (UTC).")] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw the spending of each day of the month (this one, without --month)."),
    ] = None,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """What was spent, in US dollars, and what is left of today's and this month's budgets."""
    share = Share(project=project or "", channel=channel or "", month=_month(month))
    studio = studio_at(home)
    value = spent(studio, share)
    if plot is not None:
        _plot(studio, share, out_file=plot)
        value["plot"] = str(plot.absolute())
        err.print(f"Drawn: {plain(str(plot))}")
    answer(value, as_json=as_json, show=lambda: _show(value, share))


def _month(text: str | None) -> str:
    if text is not None and not _MONTH.match(text):
        raise _bad("--month", text, "write year and month, as 2026-11")
    return text or ""


def _plot(studio: Studio, share: Share, *, out_file: Path) -> None:
    """Spending of each day of the month, stacked by engine."""
    if out_file.suffix.lower() != ".png" or not out_file.absolute().parent.is_dir():
        raise _bad("--plot", str(out_file), "name a .png file in a folder that is there")
    month = share.month or f"{studio.ledger.database.time():%Y-%m}"
    year, number = (int(part) for part in month.split("-"))
    days = range(1, calendar.monthrange(year, number)[1] + 1)
    spending = studio.ledger.spending.by_day_and_engine(share.model_copy(update={"month": month}))
    kinds = {engine: [float(by_day.get(f"{month}-{day:02d}", 0)) for day in days] for engine, by_day in spending.items()}
    total = sum(sum(amounts) for amounts in kinds.values())
    whose = " ".join(words for words in (share.project, share.channel and f"channel {share.channel}") if words) or "all channels"
    bars = Bars(
        title=f"Spent in {calendar.month_name[number]} {year}: {total:.2f} USD",
        subtitle=f"{whose}, by day (UTC) and engine" if kinds else f"{whose}: nothing was spent",
        labels=[str(day) for day in days],
        kinds=kinds,
        unit="USD",
    )
    draw(bars, out=out_file)


def _bad(field: str, value: str, remedy: str) -> InvalidInput:
    return InvalidInput([Problem(file="costs", field=field, value=value, remedy=remedy)])


def _show(value: dict[str, Any], share: Share) -> None:
    when = f" in {share.month}" if share.month else " in all"
    whose = f" for {share.project or 'channel ' + share.channel}" if share.project or share.channel else ""
    out.print(f"Spent{when}{plain(whose)}: [bold]{value['total_usd']:.2f} USD[/]")
    parts = {"by_scene": "scene", "by_engine": "engine", "by_project": "project", "by_channel": "channel", "by_month": "month"}
    for key, name in parts.items():
        sums = value.get(key, {})
        if sums and not (share.project and name in {"project", "channel"}):
            _table(name, sums)
    _budgets(value["budgets"])


def _table(name: str, sums: dict[str, float]) -> None:
    table = Table(Column(f"by {name}", overflow="fold", min_width=24), Column("USD", justify="right"), box=None, pad_edge=False)
    for part, amount in sums.items():
        table.add_row(part or ("the whole film" if name == "scene" else "–"), f"{amount:.2f}")
    out.print()
    out.print(table, soft_wrap=False)


def _budgets(budgets: list[dict[str, Any]]) -> None:
    if not budgets:
        return
    money = [Column(name, justify="right", no_wrap=True) for name in ("spent", "reserved", "left", "limit")]
    table = Table(Column("budgets now", overflow="fold"), *money, Column("used", no_wrap=True), box=None, pad_edge=False)
    for budget in budgets:
        sums = [f"{budget[name]:.2f}" for name in ("spent_usd", "reserved_usd", "left_usd", "limit_usd")]
        table.add_row(f"{budget['scope'].replace('_', ' ')} {budget['name']}", *sums, _bar(budget["share"]))
    out.print()
    out.print(table, soft_wrap=False)


def _bar(share: float) -> str:
    colour = "red" if share >= 1 else "yellow" if share >= NEARLY else "green"
    full = min(BAR, round(share * BAR))
    return f"[{colour}]{'━' * full}[/][dim]{'─' * (BAR - full)}[/] {share:.0%}"
