"""The kinds of a data source's columns, asked of Notion once in a while: otherwise each look of each channel spends a request."""

import json
from collections.abc import Mapping
from datetime import timedelta

from videofactory.domain.errors import NotFound
from videofactory.domain.fingerprint import canonical
from videofactory.ledger.database import stamped
from videofactory.providers.notion.client import Notion
from videofactory.providers.notion.values import Property
from videofactory.studio.factory import Studio

FRESH = timedelta(minutes=10)
"""How long what a data source's columns are is believed; shorter when Notion refuses what was written into them."""


def kinds_of(studio: Studio, notion: Notion, source: str) -> Mapping[str, str]:
    """The kind of each column, by its name. Raises what Notion says when it cannot be read."""
    books, place = studio.ledger.notion, _place(source)
    kept = json.loads(books.cursor(place) or "{}")
    if kept.get("until", "") > studio.ledger.database.stamp():
        return dict(kept["kinds"])
    kinds = notion.schema(source).kinds
    until = stamped(studio.ledger.database.time() + FRESH)
    books.move_cursor(place, canonical({"until": until, "kinds": kinds}))
    return kinds


def forget_kinds(studio: Studio, source: str) -> None:
    """Have them asked anew: they are not what they were."""
    studio.ledger.notion.move_cursor(_place(source), "")


def column_of(studio: Studio, notion: Notion, source: str, *, name: str, channel: str) -> Property:
    """A column by its name. Raises `NotFound` when there is none."""
    kind = kinds_of(studio, notion, source).get(name)
    if kind is None:
        forget_kinds(studio, source)
        kind = kinds_of(studio, notion, source).get(name)
    if kind is None:
        remedy = f"'videofactory notion check {channel}' says what else is missing; 'notion setup' makes it"
        raise NotFound(f"The data source of channel {channel} has no property {name!r}.", remedy=remedy)
    return Property(id=name, name=name, kind=kind)


def _place(source: str) -> str:
    return f"{source}/columns"
