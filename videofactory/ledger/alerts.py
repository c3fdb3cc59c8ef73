"""Alerts: what people are to be told, written down once for each place before it is told, so that nothing is lost or told anew.

A place is where messages go: a service and the name of the variable that holds its address, never the address itself. An alert is
claimed before it is sent. No service has a way to ask whether a message arrived, so one whose sender dies between the service's
yes and our note is told again, after `CLAIM`: better twice than never.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from videofactory.domain.value import Value
from videofactory.ledger.database import Database, stamped
from videofactory.ledger.tables import alerts, calls, milestones

CLAIM = timedelta(minutes=2)
"""How long an alert is its claimer's: longer than any message takes."""
QUIET = timedelta(minutes=1)
"""A place hears at most one message of a kind in so long; what comes meanwhile is in the next."""


class Alert(Value):
    """One thing to be told at one place. `words`: what is said; `told_at`: when it was; `problem`: why the last try failed."""

    place: str
    key: str
    channel: str
    kind: str
    subject: str
    words: str
    seen_at: str
    told_at: str | None = None
    again_at: str | None = None
    tries: int = 0
    problem: str | None = None


class Ended(Value):
    """A stage of a project that ended so, then."""

    project: str
    outcome: str
    at: str


class Alerts:
    """Alerts in the ledger, and the few looks over all projects they are gathered by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, place: str) -> set[str]:
        """The keys of all that was ever noted for this place."""
        with self._database.read() as connection:
            return set(connection.execute(select(alerts.c.key).where(alerts.c.place == place)).scalars())

    def note(self, found: Iterable[Alert]) -> int:
        """Write down what is new; how much that was."""
        with self._database.write() as connection:
            new = [alert for alert in found if not _is_there(connection, alert)]
            for alert in new:
                connection.execute(insert(alerts).values(alert.model_dump()))
        return len(new)

    def claim(self, place: str) -> list[Alert]:
        """The next message for this place, as the alerts that are in it: all of one kind and channel; empty when none is due.

        Nothing is due at a place that failed, until it is tried again; nor of a kind of which something was told lately.
        """
        with self._database.write() as connection:
            now = self._database.time()
            waiting = self._waiting(connection, place)
            if any(alert.problem and (alert.again_at or "") > stamped(now) for alert in waiting):
                return []
            free = [alert for alert in waiting if (alert.again_at or "") <= stamped(now)]
            for first in free:
                if _last_told(connection, first) > stamped(now - QUIET):
                    continue
                group = [alert for alert in free if (alert.kind, alert.channel) == (first.kind, first.channel)]
                _change(connection, group, again_at=stamped(now + CLAIM))
                return group
        return []

    def told(self, group: Sequence[Alert]) -> None:
        """These were told."""
        with self._database.write() as connection:
            _change(connection, group, told_at=self._database.stamp(), again_at=None, problem=None)

    def failed(self, group: Sequence[Alert], *, problem: str, wait: float) -> None:
        """These could not be told; they are tried again after so many seconds."""
        with self._database.write() as connection:
            again = stamped(self._database.time() + timedelta(seconds=wait))
            _change(connection, group, again_at=again, problem=problem, tries=alerts.c.tries + 1)

    def all(self) -> list[Alert]:
        """Every alert, in the order they were seen."""
        with self._database.read() as connection:
            rows = connection.execute(select(alerts).order_by(alerts.c.seen_at, alerts.c.place, alerts.c.key)).mappings()
            return [Alert.model_validate(dict(row)) for row in rows]

    def ended(self, *, since: str, outcomes: Iterable[str], stage: str | None = None) -> list[Ended]:
        """Stages that ended so since then (ISO 8601), of all projects."""
        query = select(milestones.c.project, milestones.c.outcome, milestones.c.at).order_by(milestones.c.at)
        query = query.where(milestones.c.at >= since, milestones.c.outcome.in_(list(outcomes)))
        if stage is not None:
            query = query.where(milestones.c.stage == stage)
        with self._database.read() as connection:
            return [Ended.model_validate(dict(row)) for row in connection.execute(query).mappings()]

    def buyers(self, *, since: str) -> set[str]:
        """The projects with a call that costs money, reserved, sent or settled since then."""
        moved = func.coalesce(calls.c.settled_at, calls.c.sent_at, calls.c.created_at) >= since
        with self._database.read() as connection:
            return set(connection.execute(select(calls.c.project).where(moved, calls.c.reserved_usd > 0)).scalars())

    def _waiting(self, connection: Connection, place: str) -> list[Alert]:
        query = select(alerts).where(alerts.c.place == place, alerts.c.told_at.is_(None))
        rows = connection.execute(query.order_by(alerts.c.seen_at, alerts.c.key)).mappings()
        return [Alert.model_validate(dict(row)) for row in rows]


def _is_there(connection: Connection, alert: Alert) -> bool:
    found = select(alerts.c.key).where(alerts.c.place == alert.place, alerts.c.key == alert.key)
    return connection.execute(found).first() is not None


def _last_told(connection: Connection, like: Alert) -> str:
    """When something of this kind and channel was told at this place; empty for never."""
    mine = (alerts.c.place == like.place, alerts.c.kind == like.kind, alerts.c.channel == like.channel)
    return connection.execute(select(func.max(alerts.c.told_at)).where(*mine)).scalar() or ""


def _change(connection: Connection, group: Sequence[Alert], **change: str | ColumnElement[int] | None) -> None:
    for alert in group:
        mine = (alerts.c.place == alert.place, alerts.c.key == alert.key)
        connection.execute(update(alerts).where(*mine).values(**change))
