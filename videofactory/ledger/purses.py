"""Purses: what each budget has reserved and spent, kept as running sums so that no reservation has to add up old calls.

A call is charged to every purse that covers it: its project, its channel's day and month, its engine's day. Everything here
happens inside the caller's write transaction, so that two processes can never both take the last dollar.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from videofactory.domain.errors import TooDear
from videofactory.domain.money import ZERO
from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.tables import purses

Scope = Literal["project", "channel_day", "channel_month", "engine_day"]
WORDS: dict[str, str] = {
    "project": "the project's budget",
    "channel_day": "the channel's budget for the day",
    "channel_month": "the channel's budget for the month",
    "engine_day": "the engine's budget for the day",
}
REMEDIES: dict[str, str] = {
    "project": "Raise budget_usd in the brief or budgets.project_usd in the channel file, and run the step again.",
    "channel_day": "Raise budgets.day_usd in the channel file, or wait for tomorrow, and run the step again.",
    "channel_month": "Raise budgets.month_usd in the channel file (or the plan), and run the step again.",
    "engine_day": "Raise VIDEOFACTORY_ENGINE_DAY_USD, or wait for tomorrow, and run the step again.",
}


class Purse(Value):
    """One budget. `limit` is in US dollars; `name` is a project's key, `channel/day`, `channel/month` or `engine/day`."""

    scope: Scope
    name: str
    limit: Decimal


class Balance(Value):
    """What a purse holds, in US dollars."""

    scope: str
    name: str
    reserved_usd: Decimal = ZERO
    spent_usd: Decimal = ZERO

    @property
    def taken(self) -> Decimal:
        """Spent or promised."""
        return self.reserved_usd + self.spent_usd


def reserve(connection: Connection, wanted: Sequence[Purse], amount: Decimal) -> None:
    """Reserve the amount in each of these purses, or in none. Raises `TooDear` naming the first that does not pay for it."""
    if amount == ZERO:
        return
    for purse in wanted:
        held = _balance(connection, purse.scope, purse.name)
        if held.taken + amount > purse.limit:
            left = max(ZERO, purse.limit - held.taken)
            raise TooDear(
                f"{amount:.4f} US dollars are needed, and {WORDS[purse.scope]} "
                f"({purse.name}: {purse.limit:.2f}) has {left:.4f} left.",
                remedy=REMEDIES[purse.scope],
            )
    for purse in wanted:
        _change(connection, purse.scope, purse.name, reserved=amount)


def give_back(connection: Connection, names: str, amount: Decimal, *, spent: Decimal = ZERO) -> None:
    """End a reservation in the purses written down as `names`, and book what was spent."""
    for scope, name in json.loads(names):
        _change(connection, scope, name, reserved=-amount, spent=spent)


def written_down(wanted: Sequence[Purse]) -> str:
    """How a call remembers its purses: scopes and names, not limits, which may change."""
    return json.dumps([[purse.scope, purse.name] for purse in wanted])


class Purses:
    """Reading the purses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def balance(self, scope: str, name: str) -> Balance:
        """What a purse holds; nothing when it was never used."""
        with self._database.read() as connection:
            return _balance(connection, scope, name)

    def all(self) -> list[Balance]:
        """Every purse there is."""
        with self._database.read() as connection:
            rows = connection.execute(select(purses).order_by(purses.c.scope, purses.c.name)).mappings()
            return [Balance.model_validate(dict(row)) for row in rows]


def _balance(connection: Connection, scope: str, name: str) -> Balance:
    row = _row(connection, scope, name)
    return Balance(scope=scope, name=name) if row is None else Balance.model_validate(dict(row))


def _row(connection: Connection, scope: str, name: str) -> RowMapping | None:
    return connection.execute(select(purses).where(purses.c.scope == scope, purses.c.name == name)).mappings().first()


def _change(connection: Connection, scope: str, name: str, *, reserved: Decimal = ZERO, spent: Decimal = ZERO) -> None:
    held = _balance(connection, scope, name)
    sums = {"reserved_usd": max(ZERO, held.reserved_usd + reserved), "spent_usd": held.spent_usd + spent}
    if _row(connection, scope, name) is None:
        connection.execute(insert(purses).values(scope=scope, name=name, **sums))
    else:
        connection.execute(update(purses).where(purses.c.scope == scope, purses.c.name == name).values(**sums))
