"""Commands on the books: `costs` and `calls`."""

from typing import Annotated, Any

import typer
from rich.table import Column, Table

from videofactory.cli.answers import answer, out
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.ledger.call import Call, CallState


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(costs)
    app.command()(calls)


def costs(home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """What was spent: in all, by project, by engine."""
    ledger = studio_at(home).ledger
    by_project = {name: float(amount) for name, amount in ledger.calls.spent(by="project").items()}
    by_engine = {name: float(amount) for name, amount in ledger.calls.spent(by="engine").items()}
    value: dict[str, Any] = {
        "total_usd": sum(by_project.values()),
        "by_project": by_project,
        "by_engine": by_engine,
        "budgets": [],
    }

    def show() -> None:
        out.print(f"Spent in all: [bold]{value['total_usd']:.2f} USD[/]")
        table = Table("what", "USD", box=None, pad_edge=False)
        for name, amount in {**by_project, **by_engine}.items():
            table.add_row(name, f"{amount:.2f}")
        if by_project:
            out.print(table)

    answer(value, as_json=as_json, show=show)


def calls(
    state: Annotated[str | None, typer.Option(help="Only calls in this state.")] = None,
    project: Annotated[str | None, typer.Option(help="Only calls of this project.")] = None,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Every request to an engine: what for, in which state, at what price."""
    if state is not None and state not in set(CallState):
        raise InvalidInput([Problem(file="calls", field="--state", value=state, remedy=f"one of {', '.join(CallState)}")])
    found = studio_at(home).ledger.calls.of_project(project, state=state)
    answer([_row(call) for call in found], as_json=as_json, show=lambda: _show(found))


def _row(call: Call) -> dict[str, Any]:
    return {
        "fingerprint": call.fingerprint,
        "project": call.project,
        "scene": call.scene,
        "take": call.take,
        "role": call.role,
        "engine": call.engine,
        "model": call.model,
        "state": call.state.value,
        "attempts": call.attempts,
        "external_id": call.external_id,
        "reserved_usd": float(call.reserved_usd),
        "cost_usd": float(call.cost_usd) if call.cost_usd is not None else None,
        "problem": call.problem,
    }


def _show(found: list[Call]) -> None:
    if not found:
        out.print("No calls.")
        return
    table = Table(
        "call", Column("project", overflow="fold"), "scene", "take", "role", "engine", "state", "USD", box=None, pad_edge=False
    )
    for call in found:
        price = call.cost_usd if call.cost_usd is not None else call.reserved_usd
        scene = call.scene or "–"
        table.add_row(
            call.fingerprint[:10], call.project, scene, str(call.take), call.role, call.engine, call.state.value, f"{price:.2f}"
        )
    out.print(table)
