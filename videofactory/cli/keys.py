"""Commands on the keys of engines: `keys set`, `keys youtube`, `keys list`, `keys rotate`, `keys remove`.

A key comes in by standard input or a prompt, never as an argument, which others on the machine could see; and never goes out.
"""

import difflib
import hashlib
import sys
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from videofactory.cli.answers import answer, out
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import InvalidInput, Lasting, Problem
from videofactory.settings import KEYS
from videofactory.studio.factory import Studio
from videofactory.studio.youtube_access import take_leave

ChannelArgument = Annotated[str, typer.Argument(metavar="CHANNEL", help="The channel's key: the name of its file.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The key's name in the environment, such as FAL_KEY.")]
WhoOption = Annotated[str, typer.Option(help="Who does it; stands in the audit log.", envvar="USER")]
SHOWN = 8
"""Hex digits of a key's SHA-256 that are shown: enough to tell two keys apart, and nothing to find one by."""

keys = typer.Typer(help="The keys of engines: from the environment, or of one channel alone and encrypted.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.add_typer(keys, name="keys")


@keys.command("set")
def set_key(
    channel: ChannelArgument, name: NameArgument, who: WhoOption = "cli", home: HomeOption = None, *, as_json: JsonOption = False
) -> None:
    """Give a channel a key of its own; it is read from standard input, or asked for unseen."""
    if name not in KEYS:
        near = difflib.get_close_matches(name.upper(), KEYS, n=1) or [f"one of {', '.join(KEYS)}"]
        raise InvalidInput([Problem(file="keys", field="NAME", value=name, remedy=f"write {near[0]}")])
    studio = studio_at(home)
    studio.channel(channel)
    value = _read()
    studio.ledger.secrets.set(channel, name, value, who=who or "cli")
    said = {"channel": channel, "name": name, "hash": _hash(value)}
    answer(said, as_json=as_json, show=lambda: out.print(f"{channel} has its own {name} now (hash {said['hash']})."))


@keys.command("youtube")
def give_leave(
    channel: ChannelArgument,
    who: WhoOption = "cli",
    wait: Annotated[int, typer.Option(help="Seconds to wait for the browser's answer.", min=1, max=3600)] = 300,
    home: HomeOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Give leave to publish on a channel's YouTube: shows an address to open in a browser on this machine, and waits."""
    studio = studio_at(home)

    def show(address: str) -> None:
        typer.echo(f"Open this address, sign in, choose the YouTube channel of {channel}, and allow:\n\n{address}\n", err=True)

    own = take_leave(studio, studio.channel(channel), show=show, who=who or "cli", seconds=wait)
    said = {"channel": channel, "youtube": {"id": own.id, "title": own.title}}
    answer(said, as_json=as_json, show=lambda: out.print(f"{channel} publishes on {own.title!r} (youtube.com/channel/{own.id})."))


@keys.command("list")
def list_keys(home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """Which keys are set and where from; a channel's own goes before the environment's. Keys are shown as short hashes."""
    found = _found(studio_at(home))
    answer(found, as_json=as_json, show=lambda: _show(found))


@keys.command()
def rotate(who: WhoOption = "cli", home: HomeOption = None, *, as_json: JsonOption = False) -> None:
    """Encrypt the keys of all channels anew with the newest master key; without VIDEOFACTORY_SECRET_KEY, with a new one."""
    count = studio_at(home).ledger.secrets.rotate(who=who or "cli")
    answer(
        {"rotated": count}, as_json=as_json, show=lambda: out.print(f"{count} encrypted anew. Backups need the older master key.")
    )


@keys.command()
def remove(
    channel: ChannelArgument, name: NameArgument, who: WhoOption = "cli", home: HomeOption = None, *, as_json: JsonOption = False
) -> None:
    """Forget a channel's own key."""
    studio_at(home).ledger.secrets.remove(channel, name, who=who or "cli")
    said = {"channel": channel, "name": name}
    answer(said, as_json=as_json, show=lambda: out.print(f"{channel} has no {name} of its own any more."))


def _read() -> str:
    """The key, without the line's end. Raises `InvalidInput` for nothing, or for what no key looks like."""
    value = (typer.prompt("Key", hide_input=True) if sys.stdin.isatty() else sys.stdin.read()).strip()
    if not value or not value.isprintable():
        remedy = "give one line on standard input, as in: videofactory keys set CHANNEL NAME < file"
        raise InvalidInput([Problem(file="keys", field="(standard input)", value="(hidden)", remedy=remedy)])
    return value


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:SHOWN]


def _found(studio: Studio) -> list[dict[str, Any]]:
    environment = [
        {"channel": None, "name": name, "from": "environment", "hash": _hash(value), "problem": None}
        for name, value in studio.settings.keys.items()
    ]
    own = []
    for secret in studio.ledger.secrets.names():
        try:
            value, problem = _hash(studio.ledger.secrets.all(secret.channel)[secret.name]), None
        except Lasting as error:
            value, problem = None, error.message
        own.append({**secret.model_dump(), "from": "channel", "hash": value, "problem": problem})
    return [*environment, *own]


def _show(found: list[dict[str, Any]]) -> None:
    if not found:
        out.print("No keys: only the embedded engines work. Set them in the environment, or with 'videofactory keys set'.")
        return
    table = Table("name", "from", "hash", "set by", "set at", Column("problem", overflow="fold"), box=None, pad_edge=False)
    for one in found:
        source = one["channel"] or one["from"]
        table.add_row(one["name"], source, one["hash"] or "–", one.get("set_by"), one.get("set_at"), one["problem"])
    out.print(table)
