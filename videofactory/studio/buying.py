"""Buying for a project: the terms of its channel, then through the door. What every station calls."""

from collections.abc import Callable
from dataclasses import replace

from videofactory.providers.roles import Engine, RequestT, Role
from videofactory.studio.budgets import terms_of
from videofactory.studio.factory import Studio
from videofactory.studio.purchase import order_of
from videofactory.studio.steps import Steps, run
from videofactory.studio.terms import Bought


def buy(
    studio: Studio,
    engine: Engine[RequestT],
    request: RequestT,
    *,
    role: Role,
    project: str,
    scene: str | None = None,
    take: int = 1,
) -> Bought:
    """The engine's answer to this request, under the terms of the project's channel; see `Door.buy`."""
    return run(buying(studio, engine, request, role=role, project=project, scene=scene, take=take), sleep=studio.door.sleep)


def buying(
    studio: Studio,
    engine: Engine[RequestT],
    request: RequestT,
    *,
    role: Role,
    project: str,
    scene: str | None = None,
    take: int = 1,
    allowed: Callable[[], None] = lambda: None,
) -> Steps[Bought]:
    """The same in steps, for many at once. `allowed` is asked right before the request leaves, see `Terms`."""
    terms = replace(terms_of(studio, engine, request, role=role, project=project), allowed=allowed)
    order = order_of(engine, request, role=role, project=project, scene=scene, take=take, terms=terms)
    return (yield from studio.door.buying(engine, request, order=order, terms=terms))
