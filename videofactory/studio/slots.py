"""A channel's publishing slots as moments: its cron expressions read in its time zone, over both changes of the clock.

A time the clock leaps over in spring falls due as much later as it leaps; one it shows twice in autumn, the first time only.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from videofactory.domain.channel import YouTubeSettings
from videofactory.studio.cron import times_on

HORIZON = timedelta(days=366)
"""How far ahead a slot is looked for."""
MISSED_AFTER = timedelta(minutes=10)
"""A slot that came longer ago is missed. It is not made up for: after a downtime films would come in a burst."""


def upcoming(settings: YouTubeSettings, *, after: datetime) -> Iterator[datetime]:
    """The slots later than this moment, in order and each once, in UTC."""
    zone = ZoneInfo(settings.time_zone)
    day = after.astimezone(zone).date() - timedelta(days=1)  # a leap may carry a time over midnight
    end = after + HORIZON
    last = after
    while datetime.combine(day, datetime.min.time(), tzinfo=zone) < end:
        found = chain.from_iterable(times_on(slot, day) for slot in settings.slots)
        moments = (datetime.combine(day, time, tzinfo=zone).astimezone(UTC) for time in found)
        for moment in sorted(set(moments)):
            if moment > last:
                yield moment
                last = moment
        day += timedelta(days=1)


def just_come(settings: YouTubeSettings, *, now: datetime) -> datetime | None:
    """The last slot that has come and is not missed yet."""
    come = [slot for slot in _until(settings, now) if slot <= now]
    return come[-1] if come else None


def _until(settings: YouTubeSettings, now: datetime) -> Iterator[datetime]:
    for slot in upcoming(settings, after=now - MISSED_AFTER):
        if slot > now:
            return
        yield slot
