"""What was spent, added up by the database: by project, engine, channel, scene, month and day.

A call's cost counts on the day it was last settled (UTC), all its attempts together. What budgets have left is `ledger.purses`.
"""

from decimal import Decimal
from typing import Literal

from sqlalchemy import ColumnElement, func, select

from videofactory.domain.money import ZERO
from videofactory.domain.value import Value
from videofactory.ledger.database import Database
from videofactory.ledger.tables import calls

Part = Literal["project", "engine", "channel", "scene", "month", "day"]
_MONTH, _DAY = len("2026-11"), len("2026-11-21")
_BOOKED_AT = func.coalesce(calls.c.settled_at, calls.c.sent_at, calls.c.created_at)


class Share(Value):
    """Which calls count: those of a project, a channel, a month (`2026-11`); empty is all."""

    project: str = ""
    channel: str = ""
    month: str = ""

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """As the database asks for it."""
        wanted = ((calls.c.project, self.project), (calls.c.channel, self.channel), (_cut(_MONTH), self.month))
        return [column == value for column, value in wanted if value]


EVERYTHING = Share()


class Spending:
    """Sums of US dollars over settled calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def total(self, share: Share = EVERYTHING) -> Decimal:
        """All of it."""
        query = select(_sum()).where(calls.c.cost_usd.is_not(None), *share.conditions)
        with self._database.read() as connection:
            return connection.execute(query).scalar() or ZERO

    def by(self, part: Part, share: Share = EVERYTHING) -> dict[str, Decimal]:
        """The sum for each project, engine …; calls without a scene count as scene `""`."""
        column = _column(part)
        query = select(column, _sum()).where(calls.c.cost_usd.is_not(None), *share.conditions).group_by(column).order_by(column)
        with self._database.read() as connection:
            return {name or "": amount or ZERO for name, amount in connection.execute(query)}

    def paying_projects(self, share: Share) -> list[str]:
        """The projects with calls that cost something, or may."""
        query = select(calls.c.project).distinct().where(calls.c.reserved_usd > ZERO, *share.conditions).order_by(calls.c.project)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def by_day_and_engine(self, share: Share) -> dict[str, dict[str, Decimal]]:
        """For each engine that cost something, the sum of each day (`2026-11-21`)."""
        day = _cut(_DAY)
        query = select(calls.c.engine, day, _sum()).where(calls.c.cost_usd > ZERO, *share.conditions)
        result: dict[str, dict[str, Decimal]] = {}
        with self._database.read() as connection:
            for engine, at, amount in connection.execute(query.group_by(calls.c.engine, day).order_by(calls.c.engine, day)):
                result.setdefault(engine, {})[at] = amount
        return result


def _column(part: Part) -> ColumnElement[str]:
    if part in {"month", "day"}:
        return _cut(_MONTH if part == "month" else _DAY)
    columns = {"project": calls.c.project, "engine": calls.c.engine, "channel": calls.c.channel, "scene": calls.c.scene}
    return func.coalesce(columns[part], "")


def _cut(length: int) -> ColumnElement[str]:
    return func.substr(_BOOKED_AT, 1, length)


def _sum() -> ColumnElement[Decimal]:
    return func.sum(calls.c.cost_usd, type_=calls.c.cost_usd.type)
