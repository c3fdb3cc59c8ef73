"""Setting up a webhook of Notion's: the address to write into Notion, and the token to paste back there.

A token is taken only while a person has asked for it here, for a quarter of an hour, once; one that is known is replaced only
when they say so. Who comes between sends a token that Notion does not know: pasted back, Notion refuses it, and they ask anew.
"""

from datetime import datetime

from pydantic import Field

from videofactory.domain.channel import Channel
from videofactory.domain.errors import Conflict, InvalidInput, NotFound, Problem
from videofactory.domain.value import Value
from videofactory.providers.notion.client import TOKEN as CONNECTION
from videofactory.studio.factory import Studio
from videofactory.studio.notion.webhook import EVERYWHERE, reception, token_of
from videofactory.studio.notion_access import notion_for

ADDRESS = "VIDEOFACTORY_CALLBACK_URL"
PATH = "webhooks/notion"


class Standing(Value):
    """How the webhook of a place stands. `token` only until the first event: then nobody needs to see it any more.

    `awaited`: a token is taken now, until `open_until`, which stays there when the time is over and none came.
    `heard_at`: when the last genuine event came.
    """

    place: str
    address: str
    known: bool
    token: str = Field(default="", repr=False)
    awaited: bool = False
    open_until: datetime | None = None
    heard_at: datetime | None = None


def standing(studio: Studio, place: str) -> Standing:
    """How it stands now. Raises `InvalidInput` where no public address is set."""
    address = _address(studio, place)
    hook = studio.ledger.notion_hooks.of(place)
    token = token_of(studio, place) if hook else ""
    heard = hook.heard_at if hook and token else None
    until = hook.open_until if hook else None
    return Standing(
        place=place,
        address=address,
        known=bool(token),
        token="" if heard else token,
        awaited=until is not None and until > studio.ledger.database.stamp(),
        open_until=_time(until),
        heard_at=_time(heard),
    )


def invite(studio: Studio, place: str, *, who: str, renew: bool = False) -> Standing:
    """Let the address take a token for a while, unless it has one (then only with `renew`, in place of the old one).

    Asks Notion who we are, so that our own edits are known from others'. Raises `InvalidInput`, and what Notion says.
    """
    present = standing(studio, place)
    if present.known and not renew:
        return present
    bot = notion_for(studio, _channel(studio, place)).me().id
    studio.ledger.notion_hooks.open(place, bot=bot, seconds=reception().window_seconds, who=who)
    return standing(studio, place)


def _channel(studio: Studio, place: str) -> Channel:
    """The channel whose connection the address is for. Raises `NotFound`."""
    if place != EVERYWHERE:
        return studio.channel(place)
    for channel in studio.channels.values():
        if channel.notion is not None and CONNECTION not in studio.ledger.secrets.all(channel.key):
            return channel
    raise NotFound(
        "No channel uses the machine's own connection to Notion.",
        remedy="Name a channel: videofactory notion webhook CHANNEL; each that has a token of its own has an address of its own.",
    )


def _time(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None


def _address(studio: Studio, place: str) -> str:
    base = studio.settings.callback_url
    if not base.startswith("https://"):
        remedy = "set it to the public https address that leads to this machine's port 8787; Notion reports to no other"
        raise InvalidInput([Problem(file="environment", field=ADDRESS, value=repr(base) if base else "(missing)", remedy=remedy)])
    if studio.settings.deterministic:
        raise Conflict("In deterministic mode nobody is listened to.", remedy="Unset VIDEOFACTORY_DETERMINISTIC.")
    return f"{base}/{PATH}" if place == EVERYWHERE else f"{base}/{PATH}/{place}"
