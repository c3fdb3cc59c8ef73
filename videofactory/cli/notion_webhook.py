"""The command `notion webhook`: the address to write into Notion, and the token to paste back there."""

import time
from typing import Annotated

import typer

from videofactory.cli.answers import answer, err, out, plain
from videofactory.cli.opening import HomeOption, JsonOption, studio_at
from videofactory.domain.errors import NeedsPerson
from videofactory.studio.factory import Studio
from videofactory.studio.notion.webhook import EVERYWHERE, reception
from videofactory.studio.notion.webhook_setup import Standing, invite, standing

LOOK_EVERY = 0.5
SomeChannel = Annotated[
    str,
    typer.Argument(metavar="[CHANNEL]", help="A channel with its own NOTION_TOKEN; without it, all that use the machine's."),
]
WhoOption = Annotated[str, typer.Option(help="Who does it; stands in the audit log.", envvar="USER")]
WaitOption = Annotated[int | None, typer.Option(help="Seconds to wait for Notion's token; 15 minutes at most.", min=0, max=900)]
RenewOption = Annotated[bool, typer.Option("--renew", help="Take a new token in place of the one that is known.")]
HOW = """In Notion: Settings → Connections → Develop or manage integrations → the connection → Webhooks → Create a subscription.
Write this address there, choose the events of pages, and create it; then come back here.

    {address}
"""
PASTE = """Notion has sent its verification token. Paste it there (Verify), and the webhook is on:

    {token}

If Notion does not take it, somebody else was faster: '{again} --renew', and create the subscription anew.
"""


def webhook(
    channel: SomeChannel = "",
    who: WhoOption = "cli",
    wait: WaitOption = None,
    home: HomeOption = None,
    *,
    renew: RenewOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let Notion report edits by itself: shows the address to write there, waits for its token, and shows what to paste back."""
    studio = studio_at(home)
    place = channel or EVERYWHERE
    present = invite(studio, place, who=who or "cli", renew=renew)
    if present.awaited:
        err.print(plain(HOW.format(address=present.address)))
        present = _awaited(studio, place, seconds=reception().window_seconds if wait is None else wait)
    answer(present.model_dump(mode="json"), as_json=as_json, show=lambda: _show(present))


def _awaited(studio: Studio, place: str, *, seconds: float) -> Standing:
    """How it stands when the token has come. Raises `NeedsPerson` when it has not."""
    end = time.monotonic() + seconds
    while (present := standing(studio, place)).open_until is not None or not present.known:
        if time.monotonic() >= end or not present.awaited:
            raise NeedsPerson(
                f"Notion has sent no token to {present.address} yet.",
                remedy=(
                    "Does the address lead to this machine's port 8787, and does 'videofactory up' or 'callbacks' run there?"
                    f" Then again: {_again(place)}"
                ),
            )
        time.sleep(LOOK_EVERY)
    return present


def _show(present: Standing) -> None:
    out.print(f"Address  {plain(present.address)}")
    if present.token:
        out.print(plain(PASTE.format(token=present.token, again=_again(present.place))))
    elif present.heard_at:
        out.print(f"On. Notion last reported something at {present.heard_at:%Y-%m-%d %H:%M:%S} UTC.")


def _again(place: str) -> str:
    return "videofactory notion webhook" + ("" if place == EVERYWHERE else f" {place}")
