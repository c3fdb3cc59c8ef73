"""Cron expressions of publishing slots: is this one well formed? When a slot falls due is the schedules' business."""

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, _DAYS),
)
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
