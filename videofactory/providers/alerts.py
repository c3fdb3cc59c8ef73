"""Messages to people: a Discord webhook, a Slack incoming webhook, or any webhook that takes JSON.

The address is the secret: it stands in no message, error or log line. A message is sent once; whether to try again is the
caller's matter, who is told by `domain.errors`: `Passing` (`Busy` with the wait asked for) or `EngineRejected`.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from videofactory.domain.errors import EngineRejected, FactoryError, OutcomeUnknown, Passing
from videofactory.domain.value import Value
from videofactory.providers.http import Answer, Http

Service = Literal["discord", "slack", "webhook"]
SECONDS = 10.0
"""How long a message may take."""
LINES = 10
"""Lines of a message; more are counted."""
LINE = 350
"""Letters of a line: ten of them keep to Slack's 3,000 for a section with room for escapes, and to Discord's 4,096."""
TITLE = 150
"""Letters of a title: Slack's limit for a header; Discord allows 256."""
SECTION = 3000
WHOLE = "Copy it whole, with https://."
"""The remedy for an address that is none."""
SHAPES: Mapping[Service, re.Pattern[str]] = MappingProxyType(
    {
        "discord": re.compile(r".*/api(/v\d+)?/webhooks/\d+/[\w-]+"),
        "slack": re.compile(r".*/services/T\w+/B\w+/\w+"),
    }
)
"""What the path of a webhook's address looks like, where its maker says so."""
GONE = frozenset({404, 410})
"""The webhook was deleted; to go on asking gets the machine blocked (Discord)."""
COLOURS = {"good": 0x2E9E5B, "bad": 0xC8452F, "news": 0x3B6FB6}


class Message(Value):
    """What is said. `key` names the message for whoever takes JSON, the same at each try; `lines`: one for each thing told."""

    key: str
    kind: str
    channel: str
    title: str
    lines: tuple[str, ...]
    mood: Literal["good", "bad", "news"] = "news"


def send(service: Service, address: str, message: Message) -> None:
    """Send a message to this address. Raises `Passing`, `Busy` or `EngineRejected`, none of which quotes the address."""
    if not _is_web_address(address):
        raise EngineRejected(_no_address(service), remedy=WHOLE)
    http = Http(service, base_url="", auth=dict, reading=_reading(service), secrets=_secrets(address))
    query = {"wait": "true"} if service == "discord" else {}  # without it, Discord hides that a message was not saved
    with _unlogged(address):
        try:
            http.submit(str(httpx.URL(address).copy_merge_params(query)), json=BODIES[service](message), seconds=SECONDS)
        except OutcomeUnknown as error:
            raise Passing(error.message) from error


def address_problem(service: Service, address: str) -> str:
    """What is wrong with a webhook's address, as far as can be seen without using it; empty when nothing is. Never quotes it."""
    if not _is_web_address(address):
        return _no_address(service)
    shape = SHAPES.get(service)
    if shape is not None and not shape.fullmatch(urlsplit(address).path):
        return f"The address is not that of a {service} webhook."
    return ""


def _no_address(service: Service) -> str:
    return f"The address of the {service} webhook is no web address."


def _is_web_address(text: str) -> bool:
    try:
        url = httpx.URL(text)
        urlsplit(text)
    except (httpx.InvalidURL, ValueError):
        return False
    return url.scheme in {"http", "https"} and bool(url.host)


def _secrets(address: str) -> tuple[str, ...]:
    """The address and its telling parts, longest first, as a service may quote them."""
    parts = urlsplit(address)
    pieces = [piece for piece in parts.path.split("/") if len(piece) >= 8]  # noqa: PLR2004 - shorter ones are words
    told = {address, parts.path, parts.path.lstrip("/"), parts.query, parts.netloc if parts.password else "", *pieces} - {"", "/"}
    return tuple(sorted(told - {"webhooks", "services"}, key=len, reverse=True))


def _reading(service: Service) -> Callable[[Answer], FactoryError | None]:
    def read(answer: Answer) -> FactoryError | None:
        if answer.status in GONE:
            words = f"{service} answered {answer.status}: the webhook is gone. {answer.text[:200]}".strip()
            return EngineRejected(words, remedy="Make a new webhook and set its address.")
        return None

    return read


@contextmanager
def _unlogged(address: str) -> Iterator[None]:
    """Keep httpx from writing the address into its log."""
    path = urlsplit(address).path

    def keeps_quiet(record: logging.LogRecord) -> bool:
        return path not in record.getMessage()

    logger = logging.getLogger("httpx")
    logger.addFilter(keeps_quiet)
    try:
        yield
    finally:
        logger.removeFilter(keeps_quiet)


def shown(message: Message) -> list[str]:
    """The message's lines as they are sent: each cut, and those beyond `LINES` counted."""
    lines = [line if len(line) <= LINE else f"{line[: LINE - 1]}…" for line in message.lines[:LINES]]
    more = len(message.lines) - LINES
    return [*lines, f"… and {more} more"] if more > 0 else lines


def _discord(message: Message) -> Mapping[str, Any]:
    text = "\n".join(f"• {line}" for line in shown(message))
    embed = {"title": message.title[:TITLE], "description": text, "color": COLOURS[message.mood]}
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _slack(message: Message) -> Mapping[str, Any]:
    text = "\n".join(f"• {_escaped(line)}" for line in shown(message))
    header = {"type": "header", "text": {"type": "plain_text", "text": message.title[:TITLE]}}
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": piece}} for piece in _pieces(text)]
    return {"text": _escaped(message.title[:TITLE]), "blocks": [header, *sections], "unfurl_links": False}


def _pieces(text: str) -> list[str]:
    """The text in sections Slack takes, cut between lines (a line is far shorter than a section)."""
    pieces = [""]
    for line in text.split("\n"):
        if len(pieces[-1]) + len(line) + 1 > SECTION:
            pieces.append("")
        pieces[-1] = f"{pieces[-1]}\n{line}".strip("\n")
    return pieces


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _webhook(message: Message) -> Mapping[str, Any]:
    return {**message.model_dump(mode="json", exclude={"mood"}), "lines": list(message.lines)}


BODIES: Mapping[Service, Callable[[Message], Mapping[str, Any]]] = {"discord": _discord, "slack": _slack, "webhook": _webhook}
"""How a message is written for each service."""
