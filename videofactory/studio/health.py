"""Whether this machine and home can make films, publish them and tell of it: what is looked at, what was found, what to mend.

Nothing is sent and nothing paid for; the store is written to. Showing it is `cli.doctor`.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from subprocess import SubprocessError
from typing import cast

from videofactory.domain.channel import Channel
from videofactory.domain.errors import FactoryError, InvalidInput, Lasting
from videofactory.domain.value import Value
from videofactory.media import ffmpeg, fonts
from videofactory.providers.alerts import WHOLE, Service, address_problem
from videofactory.providers.embedded.espeak import languages
from videofactory.studio.factory import Studio
from videofactory.studio.notion_access import notion_for
from videofactory.studio.youtube_access import youtube_for

ROOM = 2 * 10**9
"""Bytes of free disk a film may need while it is made."""
REMEDIES: Mapping[str, str] = {
    "FFmpeg": "pip install --force-reinstall imageio-ffmpeg, or name another one in IMAGEIO_FFMPEG_EXE.",
    "voice": "Install the package anew: the voice comes with it.",
    "ledger": "See that the home can be written to, or mend VIDEOFACTORY_LEDGER_URL.",
    "disk": "See that the home can be read.",
    "store": "See that the home can be written to, or mend VIDEOFACTORY_STORE_URL.",
}
"""What to do where whoever failed says nothing."""
PLAIN = "Inter"
"""The font of everything no channel has chosen one for."""


class Finding(Value):
    """One thing looked at. `channel`: whose it is, `None` for the machine's; `words`: what was found; `remedy`: if not `ok`."""

    name: str
    channel: str | None = None
    ok: bool
    words: str
    remedy: str = ""


def examined(studio: Studio, addresses: Mapping[str, str], *, room: int = ROOM) -> Iterator[Finding]:
    """Look at everything. `addresses`: the values of the variables that channels name for their alerts; `room`: bytes of disk.

    What belongs to channels is looked at when their files have no errors.
    """
    for name, look in _machine(studio, room).items():
        yield _found(name, None, look)
    channels = _found("channels", None, lambda: f"{len(studio.channels)} in {studio.settings.channels_dir}")
    yield channels
    for channel in studio.channels.values() if channels.ok else ():
        for name, look in _of_channel(studio, channel, addresses):
            yield _found(name, channel.key, look)


def _machine(studio: Studio, room: int) -> dict[str, Callable[[], str]]:
    return {
        "FFmpeg": ffmpeg.version,
        "voice": lambda: f"espeak-ng, {len(languages())} languages",
        "fonts": lambda: _fonts(PLAIN),
        "ledger": lambda: f"{len(studio.ledger.projects.all())} projects in {studio.settings.home}",
        "store": lambda: f"{studio.artifacts.proven()} can be written to and read",
        "disk": lambda: _disk(studio, room),
    }


def _of_channel(studio: Studio, channel: Channel, addresses: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], str]]]:
    """What the channel's file asks for. In deterministic mode no key is used and nobody is told."""
    yield "fonts", lambda: _fonts(channel.fonts.heading, channel.fonts.text)
    if studio.settings.deterministic:
        return
    if channel.notion is not None:
        yield "notion", partial(_notion, studio, channel)
    if channel.youtube is not None:
        yield "youtube", partial(_youtube, studio, channel)
    for service, variable in channel.alerts.items():
        yield "alerts", partial(_alert, cast("Service", service), variable, addresses)


def _found(name: str, channel: str | None, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, channel=channel, ok=True, words=look())
    except InvalidInput as error:
        remedy = "; ".join(dict.fromkeys(problem.remedy for problem in error.problems))
        return Finding(name=name, channel=channel, ok=False, words=str(error), remedy=remedy)
    except FactoryError as error:
        return Finding(name=name, channel=channel, ok=False, words=error.message, remedy=error.remedy or REMEDIES.get(name, ""))
    except (OSError, SubprocessError, RuntimeError) as error:  # imageio-ffmpeg raises the last
        return Finding(name=name, channel=channel, ok=False, words=str(error), remedy=REMEDIES.get(name, ""))


def _fonts(*families: str) -> str:
    return ", ".join(dict.fromkeys(fonts.find(family).path.name for family in families))


def _disk(studio: Studio, room: int) -> str:
    free = shutil.disk_usage(studio.settings.home).free
    if free < room:
        words = f"Only {free / 1e9:.1f} GB are free; a film may need {room / 1e9:.0f} GB while it is made."
        raise Lasting(words, remedy=f"Free some space where {studio.settings.home} lies, or move the home (VIDEOFACTORY_HOME).")
    return f"{free / 1e9:.0f} GB free"


def _notion(studio: Studio, channel: Channel) -> str:
    notion_for(studio, channel)
    return f"its token is set; 'videofactory notion check {channel.key}' asks Notion what is missing there"


def _youtube(studio: Studio, channel: Channel) -> str:
    youtube_for(studio, channel)
    return "client and leave are there"


def _alert(service: Service, variable: str, addresses: Mapping[str, str]) -> str:
    """The address is a secret, so no word of it is said."""
    if variable not in addresses:
        remedy = f"Set {variable} to the webhook's address in the environment or .env of the process that runs 'videofactory up'."
        raise Lasting(f"The variable {variable} of the {service} alerts is not set.", remedy=remedy)
    problem = address_problem(service, addresses[variable])
    if problem:
        raise Lasting(f"{variable}: {problem}", remedy=WHOLE)
    return f"{service}: {variable} holds the address of a webhook; nothing was sent to it"
