"""What YouTube lets a Google project do in a day, and what each request takes of it: data, held against the ledger's books."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from videofactory.domain.channel import Channel
from videofactory.domain.errors import QuotaSpent
from videofactory.domain.value import Value
from videofactory.ledger.quotas import spent
from videofactory.studio.factory import Studio

Request = Literal[
    "insert", "find", "thumbnail", "captions", "playlist", "processing",
    "describe", "update", "list_captions", "replace_captions", "open", "look", "seek", "shut",
]  # fmt: skip
WHOLE: tuple[Request, ...] = ("insert", "thumbnail", "captions", "playlist", "processing")
"""What the publication of one film takes when all goes well."""
URGENT: tuple[Request, ...] = ("look", "seek", "shut")
"""What takes a video off: never refused by our books, which keep a reserve for it; only YouTube itself may say no."""


class Cost(Value):
    """How much of which bucket one request takes."""

    bucket: str
    uses: int


class Allowance(Value):
    """`buckets`: how much there is in a day; `reserve`: how much of it is kept for urgent ones; `costs`: what requests take."""

    buckets: Mapping[str, int]
    reserve: Mapping[str, int]
    costs: Mapping[Request, Cost]


@cache
def allowance() -> Allowance:
    """The allowance of a Google project, from `data/youtube.toml`."""
    text = resources.files("videofactory").joinpath("data", "youtube.toml").read_text(encoding="utf-8")
    return Allowance.model_validate(tomllib.loads(text))


def take(studio: Studio, channel: Channel, request: Request) -> None:
    """Book a request before it is sent. Raises `QuotaSpent`, with nothing booked, when today's allowance does not cover it."""
    cost = allowance().costs[request]
    if request in URGENT:
        studio.ledger.quotas.book(google_project(channel), cost.bucket, uses=cost.uses)
        return
    of, kept = allowance().buckets[cost.bucket], allowance().reserve.get(cost.bucket, 0)
    studio.ledger.quotas.reserve(google_project(channel), cost.bucket, uses=cost.uses, of=of, kept=kept)


def exhaust(studio: Studio, channel: Channel, request: Request) -> None:
    """YouTube says that there is nothing left for such a request today."""
    bucket = allowance().costs[request].bucket
    studio.ledger.quotas.exhaust(google_project(channel), bucket, of=allowance().buckets[bucket])


def shortage(studio: Studio, channel: Channel) -> QuotaSpent | None:
    """Why today's allowance does not cover one more film from beginning to end; `None` when it does."""
    for bucket, of in allowance().buckets.items():
        needed = sum(cost.uses for name, cost in allowance().costs.items() if cost.bucket == bucket and name in WHOLE)
        used = studio.ledger.quotas.used(google_project(channel), bucket)
        kept = allowance().reserve.get(bucket, 0)
        if used + needed > of - kept:
            return spent(google_project(channel), bucket, used=used, of=of, kept=kept, now=studio.ledger.database.time())
    return None


def google_project(channel: Channel) -> str:
    """The Google Cloud project whose allowance the channel uses; several channels may share one."""
    return channel.youtube.google_project if channel.youtube else ""
