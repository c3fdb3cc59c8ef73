"""Cron expressions of publishing slots: whether one is well formed, and at which times of a day it falls due.

Days and times are those of a clock on the wall; which moment that is in a time zone is `studio.slots`.
"""

import re
from collections.abc import Iterator
from datetime import date, time

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _DAYS),
)
_SUNDAY = 7
_PART = re.compile(r"^(?:\*|(?P<low>[0-9a-z]+)(?:-(?P<high>[0-9a-z]+))?)(?:/(?P<step>[0-9]+))?$")


def cron_problem(expression: str) -> str | None:
    """What is wrong with a five-field cron expression, in words; `None` when it is well formed."""
    fields = expression.lower().split()
    if len(fields) != len(_FIELDS):
        return f"it has {len(fields)} fields, not 5: minute hour day month weekday, for example '0 17 * * 1-5'"
    for text, (name, low, high, words) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(part, low=low, high=high, words=words) for part in text.split(",")):
            return f"{text!r} is no {name} ({low}-{high})"
    return None


def _fits(part: str, *, low: int, high: int, words: tuple[str, ...]) -> bool:
    match = _PART.match(part)
    if match is None or match["step"] in {"0", "00"}:
        return False
    if match["low"] is None:
        return True
    first = _number(match["low"], low=low, words=words)
    last = _number(match["high"], low=low, words=words) if match["high"] else first
    return low <= first <= last <= high


def _number(text: str, *, low: int, words: tuple[str, ...]) -> int:
    if text in words:
        return words.index(text) + low
    return int(text) if text.isdigit() else -1


def times_on(expression: str, day: date) -> Iterator[time]:
    """The times of a day on which a well-formed expression falls due, in order.

    Where day of month and weekday are both given, either of them will do, as cron has it.
    """
    minutes, hours, days, months, weekdays = (
        _values(text, field=field) for text, field in zip(expression.lower().split(), _FIELDS, strict=True)
    )
    by_date = day.day in days
    by_weekday = (day.isoweekday() % 7) in weekdays or (day.isoweekday() == _SUNDAY and _SUNDAY in weekdays)
    month_field, weekday_field = expression.split()[2], expression.split()[4]
    fits = (by_date and by_weekday) if "*" in {month_field[0], weekday_field[0]} else (by_date or by_weekday)
    if day.month in months and fits:
        for hour in sorted(hours):
            yield from (time(hour, minute) for minute in sorted(minutes))


def _values(text: str, *, field: tuple[str, int, int, tuple[str, ...]]) -> frozenset[int]:
    _, low, high, words = field
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.match(part)
        if match is None:
            continue
        first = low if match["low"] is None else _number(match["low"], low=low, words=words)
        open_ended = match["low"] is None or (match["step"] and not match["high"])
        last = high if open_ended else _number(match["high"] or match["low"], low=low, words=words)
        found.update(range(first, last + 1, int(match["step"] or 1)))
    return frozenset(found)
