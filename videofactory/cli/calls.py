"""The command `calls`, and below it `show`, `adopt`, `release`, `retry`: every request to an engine, and settling lost ones."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from videofactory.cli.answers import answer, out, plain
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.ledger.call import Call, CallState
from videofactory.ledger.ledger import Ledger

group = typer.Typer(
    help="Every request to an engine: what for, in which state, at what price. Settles those whose answer was lost."
)
DOUBTFUL = {CallState.UNCONFIRMED, CallState.PARKED}
BEGINNING = 10
"""Characters of a fingerprint that are shown."""
CallArgument = Annotated[
    str, typer.Argument(metavar="CALL", help="The call's fingerprint, or at least 6 characters of its beginning.")
]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why you decide so; stands in the audit log.")]
WhoOption = Annotated[str, typer.Option("--reviewer", help="Who decides; stands in the audit log.", envvar="USER")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(group, name="calls")


@dataclass(frozen=True)
class _Said:
    """What was said before the sub-command; it holds for that, too."""

    home: Path | None
    as_json: bool


@group.callback(invoke_without_command=True)
def calls(
    context: typer.Context,
    state: Annotated[str | None, typer.Option(help="Only calls in this state.")] = None,
    project: Annotated[str | None, typer.Option(help="Only calls of this project.")] = None,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Every request to an engine: what for, in which state, at what price. Settles those whose answer was lost."""
    context.obj = _Said(home, as_json=as_json)
    if context.invoked_subcommand is not None:
        return
    if state is not None and state not in set(CallState):
        raise InvalidInput([Problem(file="calls", field="--state", value=state, remedy=f"one of {', '.join(CallState)}")])
    ledger = studio_at(home).ledger
    found = ledger.calls.of_project(project, state=state)
    now = ledger.database.time()
    answer([_row(call, now=now) for call in found], as_json=as_json, show=lambda: _show_all(found, now=now))


@group.command()
def show(context: typer.Context, call: CallArgument, home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """All that the ledger knows of one call: the request, where it was sent, its times, its money, what people decided."""
    ledger = _ledger(context, home)
    found = ledger.settling.named(call)
    value = _whole(ledger, found)
    answer(value, as_json=as_json or context.obj.as_json, show=lambda: _show_one(value))


@group.command()
def adopt(
    context: typer.Context,
    call: CallArgument,
    job: Annotated[str, typer.Argument(metavar="ID", help="The job's id, as the engine's own page shows it.")],
    why: WhyOption,
    who: WhoOption = "cli",
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """The engine has the job: the next run asks for it under this ID, and pays nothing more."""
    ledger = _ledger(context, home)
    found = ledger.settling.adopt(ledger.settling.named(call).fingerprint, job, who=who, why=why)
    words = f"waits for {found.engine}'s job {found.external_id}; {found.reserved_usd:.2f} USD stay reserved."
    _decided(context, ledger, found, words, as_json=as_json)


@group.command()
def release(
    context: typer.Context,
    call: CallArgument,
    why: WhyOption,
    who: WhoOption = "cli",
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Nothing was bought: the money goes back into its budgets, and the next run may buy."""
    ledger = _ledger(context, home)
    found = ledger.settling.release(ledger.settling.named(call).fingerprint, who=who, why=why)
    _decided(context, ledger, found, f"is released; {found.reserved_usd:.2f} USD are free again.", as_json=as_json)


@group.command()
def retry(
    context: typer.Context,
    call: CallArgument,
    why: WhyOption,
    who: WhoOption = "cli",
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """It may have been bought, and is lost: booked as paid, and the next run may buy it a second time."""
    ledger = _ledger(context, home)
    found = ledger.settling.retry(ledger.settling.named(call).fingerprint, who=who, why=why)
    words = f"is given up; {found.reserved_usd:.2f} USD are booked as paid, and as much is paid again by the next run."
    _decided(context, ledger, found, words, as_json=as_json)


def _ledger(context: typer.Context, home: Path | None) -> Ledger:
    return studio_at(home or context.obj.home).ledger


def _decided(context: typer.Context, ledger: Ledger, call: Call, words: str, *, as_json: bool) -> None:
    def say() -> None:
        out.print(f"[bold]{call.fingerprint[:BEGINNING]}[/] {plain(words)}")
        job = "produce" if call.role == "video" else "draft"
        out.print(f"Next: videofactory {job} {call.project}")

    answer(_row(call, now=ledger.database.time()), as_json=as_json or context.obj.as_json, show=say)


def _row(call: Call, *, now: datetime) -> dict[str, Any]:
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
        "age": _age(call, now=now).total_seconds(),
    }


def _whole(ledger: Ledger, call: Call) -> dict[str, Any]:
    purses = [ledger.purses.balance(scope, name) for scope, name in json.loads(call.purses)]
    lines = ledger.settling.decisions(call)
    return {
        **_row(call, now=ledger.database.time()),
        "channel": call.channel,
        "token": call.token,
        "identity": call.identity,
        "held_by": None if call.owner is None or call.orphaned else call.owner,
        "created_at": call.created_at,
        "sent_at": call.sent_at,
        "beat_at": call.beat_at,
        "settled_at": call.settled_at,
        "request": json.loads(call.request),
        "files": {name: artifact.model_dump() for name, artifact in call.files.items()},
        "purses": [
            {
                "scope": purse.scope,
                "name": purse.name,
                "reserved_usd": float(purse.reserved_usd),
                "spent_usd": float(purse.spent_usd),
            }
            for purse in purses
        ],
        "decisions": [line.model_dump(include={"at", "who", "what", "why"}) for line in lines],
    }


def _show_all(found: list[Call], *, now: datetime) -> None:
    if not found:
        out.print("No calls.")
        return
    columns = ("call", Column("project", overflow="fold"), "scene", "take", "role", "engine", "state", "age", "USD")
    table = Table(*columns, box=None, pad_edge=False)
    for call in found:
        price = call.cost_usd if call.cost_usd is not None else call.reserved_usd
        where = (call.fingerprint[:BEGINNING], call.project, call.scene or "–", str(call.take))
        table.add_row(*where, call.role, call.engine, call.state.value, _ago(call, now=now), f"{price:.2f}")
    out.print(table, soft_wrap=False)
    for call in found:
        if call.state in DOUBTFUL:
            _explain(call)


def _explain(call: Call) -> None:
    """What a person should know, and can do, about a call whose answer was lost."""
    name = call.fingerprint[:BEGINNING]
    out.print(f"\n[yellow]{name} {call.state.value}[/]: {plain(call.problem or '')}")
    out.print(f"  {call.reserved_usd:.2f} USD stay reserved. Look for it on {call.engine}'s own page, then one of:")
    out.print(f"  videofactory calls adopt {name} ID --why …   the job is there under this ID")
    out.print(f"  videofactory calls release {name} --why …    it never arrived: nothing was bought")
    out.print(f"  videofactory calls retry {name} --why …      it is lost: book it as paid, and buy again")


def _show_one(value: dict[str, Any]) -> None:
    out.print(f"[bold]{value['role']} call to {value['engine']}[/] ({value['model']}), {value['state']}")
    told = ("fingerprint", "project", "scene", "take", "channel", "token", "external_id", "identity", "attempts", "held_by")
    times = ("created_at", "sent_at", "beat_at", "settled_at")
    for name in (*told, *times, "problem"):
        if value[name] is not None:
            out.print(f"  [dim]{name.replace('_', ' '):<13}[/]{plain(str(value[name]))}")
    paid = "nothing yet" if value["cost_usd"] is None else f"{value['cost_usd']:.6f} USD"
    out.print(f"  [dim]{'money':<13}[/]{value['reserved_usd']:.6f} USD reserved for one attempt, {paid} paid")
    for purse in value["purses"]:
        sums = f"{purse['reserved_usd']:.2f} reserved, {purse['spent_usd']:.2f} spent in all"
        out.print(f"  [dim]{'charged to':<13}[/]{purse['scope'].replace('_', ' ')} {plain(purse['name'])}: {sums}")
    for line in value["decisions"]:
        out.print(f"  [dim]{'decided':<13}[/]{line['at']} {plain(line['who'])}: {line['what']}, “{plain(line['why'])}”")
    out.print("  [dim]request[/]")
    out.print(plain(json.dumps(value["request"], indent=2, ensure_ascii=False)))


def _age(call: Call, *, now: datetime) -> timedelta:
    return max(timedelta(), now - datetime.fromisoformat(call.sent_at or call.created_at))


def _ago(call: Call, *, now: datetime) -> str:
    seconds = _age(call, now=now).total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
