"""The terms of a call: whose purses pay, which limits stand before it, and whether the channel's plan covers the engine.

Budgets stand in the channel file, the brief and the settings; a changed limit counts at the next reservation. A day and a month
are those of the channel's time zone.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from videofactory.domain.brief import TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.errors import EngineRejected
from videofactory.domain.money import ZERO
from videofactory.ledger.limits import Gate, channel_gate
from videofactory.ledger.purses import Purse
from videofactory.providers.roles import Engine, Request, RewriteRequest, Role
from videofactory.studio.channels import allows, plans
from videofactory.studio.factory import Studio
from videofactory.studio.terms import Terms


def terms_of(studio: Studio, engine: Engine[Any], request: Request, *, role: Role, project: str) -> Terms:
    """Under which terms this project's channel buys from this engine. Raises `EngineRejected` when its plan does not cover it."""
    channel = studio.channel_of(project)
    if not engine.metered:
        return Terms(channel=channel.key)
    require_plan(channel, engine.id)
    return Terms(
        channel=channel.key,
        purses=purses_of(studio, channel, project=project, engine=engine.id),
        gates=gates_of(channel, engine, request, role=role),
    )


def require_plan(channel: Channel, engine: str) -> None:
    """Raise `EngineRejected` when the channel's plan does not cover this engine."""
    plan = plans()[channel.plan]
    if not allows(plan, engine=engine):
        raise EngineRejected(
            f"Channel {channel.key} has the plan {plan.name}, which does not cover {engine}.",
            remedy=f"Covered: {', '.join(plan.engines)}. Choose one of these, or another plan in channels/{channel.key}.yaml.",
        )


def purses_of(studio: Studio, channel: Channel, *, project: str, engine: str) -> tuple[Purse, ...]:
    """The purses a call of this project to this engine is charged to, with their limits as they stand now."""
    return (project_purse(studio, channel, project), *channel_purses(channel), engine_purse(studio, engine))


def project_purse(studio: Studio, channel: Channel, project: str) -> Purse:
    """What a project may cost."""
    return Purse(scope="project", name=project, limit=project_limit(studio, channel, project))


def channel_purses(channel: Channel) -> tuple[Purse, Purse]:
    """What a channel may spend on this day and in this month of its time zone."""
    today = datetime.now(ZoneInfo(channel.youtube.time_zone if channel.youtube else "UTC")).date()
    month = min(channel.budgets.month_usd, plans()[channel.plan].month_usd)
    return (
        Purse(scope="channel_day", name=f"{channel.key}/{today}", limit=channel.budgets.day_usd),
        Purse(scope="channel_month", name=f"{channel.key}/{today:%Y-%m}", limit=month),
    )


def engine_purse(studio: Studio, engine: str) -> Purse:
    """What an engine may cost this day (UTC), over all channels."""
    return Purse(scope="engine_day", name=f"{engine}/{datetime.now(UTC).date()}", limit=studio.settings.engine_day_usd)


def project_limit(studio: Studio, channel: Channel, project: str) -> Decimal:
    """What a project may cost: its brief's budget, never more than its channel allows a project."""
    taken = studio.values.read("brief", project, TakenIn)
    asked = taken.brief.budget_usd if taken else None
    return channel.budgets.project_usd if asked is None else min(asked, channel.budgets.project_usd)


def limits_of(studio: Studio, project: str) -> str:
    """All limits a project's next call must keep, as they stand now, with the days and months they are for."""
    channel = studio.channel_of(project)
    return " ".join(f"{purse.name}={purse.limit}" for purse in purses_of(studio, channel, project=project, engine="engine"))


def left(studio: Studio, channel: Channel, *, project: str, engine: str) -> Decimal:
    """What the tightest of the purses still pays, in US dollars."""
    wanted = purses_of(studio, channel, project=project, engine=engine)
    return max(ZERO, min(purse.limit - studio.ledger.purses.balance(purse.scope, purse.name).taken for purse in wanted))


def gates_of(channel: Channel, engine: Engine[Any], request: Request, *, role: Role) -> tuple[Gate, ...]:
    """The rate limits before a call: the channel's for this kind of work, and the engine's own."""
    gate = channel_gate(channel.key, what=kind_of(request, role=role))
    if engine.rate is None:
        return (gate,)
    calls, seconds = engine.rate
    return gate, Gate(name=f"engine/{engine.id}", calls=calls, seconds=seconds)


def kind_of(request: Request, *, role: Role) -> str:
    """The kind of work a request is, in the words of the channel's rate limits (SPEC 5)."""
    if isinstance(request, RewriteRequest):
        return "refinements"
    return {"video": "video", "stills": "drafting", "director": "drafting"}.get(role, "other")
