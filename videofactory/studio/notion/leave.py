"""Whether Notion still takes a channel's token: what a look met is noted, so that people are told and know when it is mended.

Only that channel stops. Telling is `studio.alerts`; whether a workspace is set up as it should be is `studio.notion_check`.
"""

from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError
from videofactory.providers.notion.errors import TokenRefused
from videofactory.studio.factory import Studio

STOPPED = "Notion is not read, and nothing is written to it, for channel {channel}: {why}"


def heard(studio: Studio, channel: Channel, error: FactoryError | None) -> None:
    """Note how a look at the channel's Notion ended: well (`None`), or with this error, where it speaks of the token."""
    if error is not None and not isinstance(error, TokenRefused):
        return
    words = f"{error.message} {error.remedy}".replace("CHANNEL", channel.key) if error else ""
    if words != studio.ledger.notion.cursor(_place(channel)):
        studio.ledger.notion.move_cursor(_place(channel), words)


def gone(studio: Studio, channel: Channel) -> str:
    """Why the channel's Notion is left alone until somebody sets another token; empty while its token is good."""
    why = studio.ledger.notion.cursor(_place(channel)) if channel.notion else ""
    return STOPPED.format(channel=channel.key, why=why) if why else ""


def _place(channel: Channel) -> str:
    return f"leave/{channel.key}"
