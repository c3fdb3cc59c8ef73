"""The way to a channel's Notion workspace: its token, its address, and the one limiter of all processes that use the same token.

The budget is data (`data/notion.toml`). What is done with rows is the callers' business.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from videofactory.domain.channel import Channel
from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.value import Value
from videofactory.ledger.limits import Limits
from videofactory.providers.account import Account
from videofactory.providers.notion.client import TOKEN, Notion
from videofactory.studio.factory import Studio


class Service(Value):
    """Where Notion is, and how much it takes: at most `calls` requests in any `seconds`, from all of one connection's users."""

    address: str
    calls: int
    seconds: float


@cache
def service() -> Service:
    """What the product knows of Notion."""
    text = resources.files("videofactory").joinpath("data", "notion.toml").read_text(encoding="utf-8")
    return Service.model_validate(tomllib.loads(text)["service"])


@dataclass(frozen=True)
class Shared:
    """The limiter of a connection, in the ledger."""

    limits: Limits
    gate: str
    budget: Service

    def enter(self) -> float:
        """See `Limiter.enter`."""
        return self.limits.held(self.gate) or self.limits.enter(self.gate, calls=self.budget.calls, seconds=self.budget.seconds)

    def hold(self, seconds: float) -> None:
        """See `Limiter.hold`."""
        self.limits.hold(self.gate, seconds=seconds)


def notion_for(studio: Studio, channel: Channel) -> Notion:
    """The channel's workspace. Raises `InvalidInput` when the channel has no Notion, or nobody told its token."""
    if channel.notion is None:
        remedy = "write notion: {data_source: …} into the channel file; the id stands in the link of the data source"
        raise InvalidInput([Problem(file=f"{channel.key}.yaml", field="notion", value="(missing)", remedy=remedy)])
    token = studio.casting.keys(channel.key).get(TOKEN)
    if not token:
        remedy = f"copy the connection's token from Notion, then: videofactory keys set {channel.key} {TOKEN}"
        raise InvalidInput([Problem(file="environment", field=TOKEN, value="(missing)", remedy=remedy)])
    address = studio.settings.base_urls.get("notion", service().address)
    account = Account("notion", bases={"notion": address}, keys={TOKEN: token})
    gate = f"notion/{account.identity.rpartition('#')[2]}"
    return Notion(account, limits=Shared(studio.ledger.limits, gate=gate, budget=service()))
