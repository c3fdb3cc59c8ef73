"""What Notion reports by itself: that a row was edited. Nothing of a report is believed but that somebody should look.

An event is genuine when its signature covers its very bytes, keyed with the address's verification token; it counts when it is
young and was not heard before; it is wanted when it is about a row, and not about our own writing. Then a nudge is written
into the ledger, and `notion_tasks_sensor` looks. Whatever is lost here, the look of each minute finds.

Setting an address up is `webhook_setup`; HTTP is the business of `board`.
"""

import hashlib
import hmac
import json
import tomllib
from collections.abc import Mapping
from enum import Enum
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from videofactory.domain.channel import Channel
from videofactory.domain.value import Value
from videofactory.ledger.notion_hooks import Hook
from videofactory.studio.factory import Studio

EVERYWHERE = "*"
"""The place of an address that all channels share which use the machine's own token of Notion; no channel's key."""
TOKEN = "NOTION_WEBHOOK_TOKEN"  # noqa: S105 - the name of the key
TOKEN_LETTERS = range(8, 201)
PLACE_LETTERS = 80
"""A channel's key has at most so many."""
SCHEME = "sha256="
ROW_PARENTS = ("data_source", "data_source_id", "database", "database_id")
"""What a page may lie in that makes it a row."""


class Reception(Value):
    """What a webhook is held to: `data/notion.toml` says why. Seconds, bytes, and types of events."""

    oldest_seconds: float
    ahead_seconds: float
    window_seconds: float
    largest: int
    patience_seconds: float
    events: frozenset[str]

    @property
    def memory(self) -> float:
        """Seconds an event is remembered: until it would be too old, even if it came from as far ahead as is allowed."""
        return self.oldest_seconds + self.ahead_seconds


class Heard(Enum):
    """What became of a report: `TAKEN` (an event that counts, or a token), `IGNORED`, `REFUSED`, `UNKNOWN` (no such address)."""

    TAKEN = "taken"
    IGNORED = "ignored"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class _Author(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    id: str = ""
    type: str = ""


class _Event(BaseModel):
    """As much of an event as is read; there is more in it, and there will be."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    id: Annotated[str, Field(min_length=1, max_length=200)]
    timestamp: AwareDatetime
    type: str
    authors: tuple[_Author, ...] = ()
    data: dict[str, Any] = Field(default_factory=dict)


@cache
def reception() -> Reception:
    """The rules."""
    text = resources.files("videofactory").joinpath("data", "notion.toml").read_text(encoding="utf-8")
    return Reception.model_validate(tomllib.loads(text)["webhook"])


def signature(body: bytes, *, token: str) -> str:
    """What `X-Notion-Signature` must be: HMAC-SHA256 over the raw bytes, keyed with the verification token, in hex."""
    return SCHEME + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def token_of(studio: Studio, place: str) -> str:
    """The verification token of an address; empty when Notion has sent none yet."""
    return studio.ledger.secrets.all(place).get(TOKEN, "")


def nudged_by(channel: Channel) -> frozenset[str]:
    """The places of nudges that mean this channel: its briefs' data source, its own address, the address of all."""
    source = channel.notion.data_source if channel.notion else ""
    return frozenset({plain(source), channel.key, EVERYWHERE})


def plain(identifier: str) -> str:
    """An id of Notion's as one writes it without dashes: both ways mean the same."""
    return identifier.replace("-", "").lower()


def hear(studio: Studio, place: str, *, body: bytes, signed: str) -> Heard:
    """Deal with what came to the address of this place: a token while its window is open, otherwise a signed event.

    `signed` is the header `X-Notion-Signature` as it came, empty when it is missing. Raises `Lasting` when our own key cannot be
    decrypted, and what the ledger says when it is away: then the sender tries again.
    """
    hook = studio.ledger.notion_hooks.of(place) if len(place) <= PLACE_LETTERS else None
    if hook is None:
        return Heard.UNKNOWN
    if _is_open(studio, hook) and (offered := _offered(body, signed)):
        return _taken(studio, place, offered)
    token = token_of(studio, place)
    if not token:
        return Heard.UNKNOWN
    if not hmac.compare_digest(signed.encode(), signature(body, token=token).encode()):
        return Heard.REFUSED
    try:
        event = _Event.model_validate(_object(body))
    except ValidationError:
        return Heard.IGNORED
    return _heard(studio, hook, event)


def _heard(studio: Studio, hook: Hook, event: _Event) -> Heard:
    rules = reception()
    age = (studio.ledger.database.time() - event.timestamp).total_seconds()
    if not -rules.ahead_seconds <= age <= rules.oldest_seconds:
        return Heard.REFUSED
    nudges = _place(hook, event) if event.type in rules.events and not _is_ours(hook, event) else None
    counts = studio.ledger.notion_hooks.heard(hook.place, event.id, nudges=nudges, memory=rules.memory)
    return Heard.TAKEN if counts and nudges is not None else Heard.IGNORED


def _is_ours(hook: Hook, event: _Event) -> bool:
    """Whether nobody but ourselves had a hand in it. Events are gathered for some seconds, so there may be several authors."""
    ours = [author.type == "bot" and plain(author.id) == plain(hook.bot) for author in event.authors]
    return bool(ours) and all(ours)


def _place(hook: Hook, event: _Event) -> str | None:
    """Where a look is wanted: the data source of the row; where it is not told, whose address it is. `None`: it is no row."""
    parent = event.data.get("parent")
    if not isinstance(parent, Mapping):
        return hook.place
    if parent.get("type", "database") not in ROW_PARENTS:
        return None
    source = parent.get("data_source_id") or (parent.get("id") if str(parent.get("type")).startswith("data_source") else "")
    return plain(source) if source and isinstance(source, str) else hook.place


def _is_open(studio: Studio, hook: Hook) -> bool:
    return hook.open_until is not None and hook.open_until > studio.ledger.database.stamp()


def _offered(body: bytes, signed: str) -> str:
    """The token a body offers; empty for anything else. Notion signs it with itself: where it does, that has to be right."""
    token = _object(body).get("verification_token")
    if not isinstance(token, str) or len(token) not in TOKEN_LETTERS or not (token.isascii() and token.isprintable()):
        return ""
    return token if not signed or hmac.compare_digest(signed.encode(), signature(body, token=token).encode()) else ""


def _taken(studio: Studio, place: str, token: str) -> Heard:
    """Keep the token: the first that came while the window was open, which is shut by it."""
    if not studio.ledger.notion_hooks.shut(place):
        return Heard.REFUSED
    studio.ledger.secrets.set(place, TOKEN, token, who="notion")
    return Heard.TAKEN


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; empty when there is none, whatever it is instead."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
