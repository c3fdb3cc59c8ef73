"""Telling people: what happened is noted for each place, and told there once, in few messages, whenever the place answers.

A place that does not answer never stops the factory: what it was to hear is kept, and told later. No message holds a secret.
"""

import hashlib
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, cast

from videofactory.domain.errors import FactoryError, Passing
from videofactory.domain.value import Value
from videofactory.ledger.alerts import Alert
from videofactory.providers.alerts import Message, Service, send
from videofactory.providers.http import HIDDEN
from videofactory.studio.alert_facts import TITLES, Fact, gather
from videofactory.studio.factory import Studio

SOON = 30.0
"""Seconds before a place that failed is tried again; doubled each time."""
LATEST = 3600.0
"""The longest such wait; also that of a place that needs a person (a deleted webhook)."""
MOODS: Mapping[str, Literal["good", "bad", "news"]] = {"film_ready": "news", "published": "good"}
SHORTEST = 8
"""Letters from which a key is hidden; what is shorter is a word, not a key."""


class Told(Value):
    """How many things were told in this look, and why others were not, in words without a secret."""

    told: int
    problems: tuple[str, ...]


def places(studio: Studio) -> dict[str, set[str]]:
    """Where messages go (`service:VARIABLE`), and the channels that are told of there."""
    found: dict[str, set[str]] = {}
    for channel in studio.channels.values():
        for service, variable in channel.alerts.items():
            found.setdefault(f"{service}:{variable}", set()).add(channel.key)
    return found


def tell(studio: Studio, addresses: Mapping[str, str], *, until: float) -> Told:
    """Note what is new and tell what is due, until this moment (`time.monotonic`). `addresses`: by variable.

    In deterministic mode nothing leaves the machine. Raises `InvalidInput` when a channel file is wrong.
    """
    count, problems = 0, []
    for place, channels in ({} if studio.settings.deterministic else places(studio)).items():
        problems += _note(studio, place, channels, secrets=addresses.values())
        while time.monotonic() < until and (group := studio.ledger.alerts.claim(place)):
            problem = _deliver(studio, place, group, addresses=addresses)
            if problem:
                problems.append(f"{place}: {problem}")
                break
            count += len(group)
    return Told(told=count, problems=tuple(problems))


def _note(studio: Studio, place: str, channels: Collection[str], *, secrets: Collection[str]) -> list[str]:
    facts, troubles = gather(studio, channels=channels, known=studio.ledger.alerts.known(place))
    at = studio.ledger.database.stamp()
    hide = {channel: _secrets(studio, channel, secrets) for channel in {fact.channel for fact in facts}}
    studio.ledger.alerts.note(_alert(fact, place=place, at=at, secrets=hide[fact.channel]) for fact in facts)
    return troubles


def _alert(fact: Fact, *, place: str, at: str, secrets: Collection[str]) -> Alert:
    words = fact.words
    for secret in secrets:
        words = words.replace(secret, HIDDEN)
    return Alert(place=place, seen_at=at, **fact.model_dump(exclude={"words"}), words=words)


def _secrets(studio: Studio, channel: str, addresses: Collection[str]) -> list[str]:
    """All keys that may be used for this channel, longest first; none of them is ever told."""
    try:
        own = studio.casting.keys(channel)
    except FactoryError:  # a key that cannot be decrypted cannot have been used, nor quoted
        own = studio.settings.keys
    known = {*addresses, *studio.settings.keys.values(), *own.values()}
    return sorted((key for key in known if len(key) >= SHORTEST), key=len, reverse=True)


def _deliver(studio: Studio, place: str, group: Sequence[Alert], *, addresses: Mapping[str, str]) -> str:
    """Tell these at this place, and write down how it went: nothing when it went well, else why not."""
    service, _, variable = place.partition(":")
    wait = LATEST
    try:
        send(cast("Service", service), _address(variable, addresses), message_of(studio, group))
    except Passing as error:
        problem = str(error)
        wait = min(SOON * 2 ** group[0].tries, LATEST) if error.retry_after is None else max(1.0, error.retry_after)
    except FactoryError as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - a message never stops the factory; its words may hold the address
        problem = f"The message could not be sent ({type(error).__name__})."
    else:
        studio.ledger.alerts.told(group)
        return ""
    studio.ledger.alerts.failed(group, problem=problem, wait=wait)
    return problem


def _address(variable: str, addresses: Mapping[str, str]) -> str:
    if variable not in addresses:
        raise Passing(f"The variable {variable} is not set.", remedy="Set the webhook's address there.", retry_after=SOON)
    return addresses[variable]


def message_of(studio: Studio, group: Sequence[Alert]) -> Message:
    """One message of all these, which are of one kind and channel."""
    first = group[0]
    whose = studio.channel(first.channel).name if first.channel else "VideoFactory"
    number = f" ({len(group)})" if len(group) > 1 else ""
    return Message(
        key=hashlib.sha256("\n".join(alert.key for alert in group).encode()).hexdigest(),
        kind=first.kind,
        channel=first.channel,
        title=f"{whose}: {TITLES[first.kind]}{number}",
        lines=tuple(alert.words for alert in group),
        mood=MOODS.get(first.kind, "bad"),
    )
