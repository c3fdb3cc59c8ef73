"""Quotas: how much of its day's allowance a Google Cloud project has used, shared by all channels and processes that use it.

A day begins at midnight Pacific time. What a request takes, and how much there is, is data of the caller (`studio.allowance`).
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select

from videofactory.domain.errors import QuotaSpent
from videofactory.ledger.database import Database
from videofactory.ledger.tables import quotas

PACIFIC = ZoneInfo("America/Los_Angeles")


class Quotas:
    """Allowances in the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def used(self, google_project: str, bucket: str) -> int:
        """How much of the bucket is used today."""
        with self._database.read() as connection:
            return _used(connection, google_project, bucket, day=day_of(self._database.time()))

    def reserve(self, google_project: str, bucket: str, *, uses: int, of: int, kept: int = 0) -> None:
        """Take `uses` of the `of` there are today, before the request is sent: an invalid request costs as much as a good one.

        `kept` of them are for others. Raises `QuotaSpent`, taking nothing, when fewer are left; its `retry_after` is the time to
        the next midnight Pacific.
        """
        now = self._database.time()
        with self._database.write() as connection:
            used = _used(connection, google_project, bucket, day=day_of(now))
            if used + uses > of - kept:
                raise spent(google_project, bucket, used=used, of=of, now=now, kept=kept)
            _set(connection, google_project, bucket, day=day_of(now), used=used + uses)

    def book(self, google_project: str, bucket: str, *, uses: int) -> None:
        """Count what is sent whether or not there is enough for it."""
        day = day_of(self._database.time())
        with self._database.write() as connection:
            _set(connection, google_project, bucket, day=day, used=_used(connection, google_project, bucket, day=day) + uses)

    def exhaust(self, google_project: str, bucket: str, *, of: int) -> None:
        """The service says that today's allowance is used up: somebody else uses it, too."""
        with self._database.write() as connection:
            _set(connection, google_project, bucket, day=day_of(self._database.time()), used=of)


def spent(google_project: str, bucket: str, *, used: int, of: int, now: datetime, kept: int = 0) -> QuotaSpent:
    """The refusal, in words."""
    reset = next_day(now)
    rest = f" ({kept} are kept for withdrawals)" if kept and used < of else ""
    return QuotaSpent(
        f"Google project {google_project or 'default'} has used {used} of its {of} {bucket} for today{rest}.",
        remedy=f"There is more at {reset:%Y-%m-%d %H:%M} UTC (midnight Pacific); publishing goes on then by itself.",
        retry_after=(reset - now).total_seconds(),
    )


def day_of(moment: datetime) -> str:
    """The Pacific day, as YYYY-MM-DD."""
    return moment.astimezone(PACIFIC).date().isoformat()


def next_day(moment: datetime) -> datetime:
    """The next midnight Pacific, in UTC: 07:00 in summer, 08:00 in winter."""
    tomorrow = moment.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=PACIFIC).astimezone(moment.tzinfo)


def _used(connection: Connection, google_project: str, bucket: str, *, day: str) -> int:
    mine = (quotas.c.google_project == google_project) & (quotas.c.bucket == bucket) & (quotas.c.day == day)
    return connection.execute(select(quotas.c.used).where(mine)).scalar() or 0


def _set(connection: Connection, google_project: str, bucket: str, *, day: str, used: int) -> None:
    """Write today's use; days gone by are of no use to anybody."""
    mine = (quotas.c.google_project == google_project) & (quotas.c.bucket == bucket)
    connection.execute(delete(quotas).where(mine, quotas.c.day <= day))
    connection.execute(insert(quotas).values(google_project=google_project, bucket=bucket, day=day, used=used))
