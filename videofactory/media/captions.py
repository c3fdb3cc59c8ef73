"""Captions from spoken words: what is shown together, where lines break, from when to when; and their SRT and VTT files.

The rules (lines, letters, reading speed) are the domain's and SPEC's; how captions look when burnt in is `titles`.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from videofactory.domain.footage import Word
from videofactory.domain.timeline import MAX_CAPTION_LINE, MAX_CAPTION_RATE, Caption
from videofactory.media.titles.layout import is_wide
from videofactory.media.written_words import joined

SHORTEST = 1.0
LONGEST = 7.0
"""Seconds a caption is shown: less cannot be read, more is read twice."""
GAP = 0.084
"""Seconds between two captions: two frames at 24 a second, so that the eye sees the change."""
_LINGER = 0.4
"""Seconds a caption may stay after its last word when nothing follows."""
_PAUSE = 0.6
"""Seconds of silence that end a caption, where they can."""
_WIDE_UNITS = MAX_CAPTION_LINE / 18
"""A Chinese, Japanese or Korean letter counts for this many: 18 of them fill a line."""
_SENTENCE = tuple(".!?…。！？؟।॥")  # noqa: RUF001 - ends of sentences in many scripts
_CLAUSE = tuple(",;:–—、，；：،؛)»”")  # noqa: RUF001 - ends of clauses in many scripts
_CLOSERS = "\"'”’»)]」』"
_CAPTION, _BROKEN, _CLAUSE_BREAK, _RUN_ON, _ORPHAN, _HURRY, _STRADDLE = 3.0, 6.0, 1.0, 1.5, 3.0, 8.0, 5.0
"""Prices of a segmentation: each caption; a break inside a clause, at a clause; a sentence's end inside; few letters; a caption
too short for reading; a pause inside."""
_FEW_LETTERS = 12
_MOST_WORDS = 90
_IMPOSSIBLE = 1e9


class _Group(NamedTuple):
    """Words shown together, as lines, with the times they are spoken and the seconds reading them takes."""

    words: tuple[Word, ...]
    lines: tuple[str, ...]

    @property
    def reading(self) -> float:
        return min(LONGEST, max(SHORTEST, letters(self.lines) / MAX_CAPTION_RATE + 0.002))


def caption_cues(words: Sequence[Word], *, offset: float, limit: float) -> tuple[Caption, ...]:
    """Captions for one speech that starts at `offset` seconds of the film; all of them end by `limit`.

    Each has at most two lines of 42 letters (18 wide ones) and is shown for 1 to 7 seconds, long enough to be read at 20
    letters a second: where the speaker is faster, it begins later or stays longer, as far as there is room. Where there is no
    room at all (`limit` too near), times shrink in proportion. Word times in the captions are those of the film.
    """
    spoken = _in_film(words, offset=offset)
    if not spoken or limit <= offset:
        return ()
    groups = _grouped(spoken)
    spans = _timed(groups, offset=offset, limit=limit)
    return tuple(
        Caption(start=round(start, 3), end=round(end, 3), lines=group.lines, words=group.words)
        for group, (start, end) in zip(groups, spans, strict=True)
        if round(end, 3) > round(start, 3)
    )


def letters(lines: Sequence[str]) -> int:
    """Letters to be read: spaces count, the line break as one."""
    return len(" ".join(lines))


def srt(captions: Sequence[Caption]) -> str:
    """The captions as SubRip text (write it as UTF-8)."""
    blocks = (
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n{caption.text.replace('-->', '→')}\n"
        for number, caption in enumerate(captions, start=1)
    )
    return "\n".join(blocks)


def vtt(captions: Sequence[Caption]) -> str:
    """The captions as WebVTT (write it as UTF-8); text is escaped, so that none of it is read as markup."""
    blocks = (f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{_escaped(caption.text)}\n" for caption in captions)
    return "\n".join(("WEBVTT\n", *blocks))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    whole, milli = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{milli:03d}"


def _in_film(words: Sequence[Word], *, offset: float) -> list[Word]:
    """The words in film time, one after the other; those longer than a line cut into parts."""
    found: list[Word] = []
    clock = 0.0
    for word in words:
        text = " ".join(word.text.split())
        parts = _parts(text)
        start, end = max(word.start, clock), max(word.end, word.start, clock)
        step = (end - start) / max(1, len(parts))
        for number, part in enumerate(parts):
            begin = start + number * step
            found.append(Word(text=part, start=round(offset + begin, 3), end=round(offset + begin + step, 3)))
        clock = end
    return found


def _parts(text: str) -> list[str]:
    parts = [""] if text else []
    for letter in text:
        if parts[-1] and _units(parts[-1] + letter) > MAX_CAPTION_LINE:
            parts.append("")
        parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]


def _units(text: str) -> float:
    return sum(_WIDE_UNITS if is_wide(letter) else 1.0 for letter in text)


def _grouped(words: Sequence[Word]) -> list[_Group]:
    """The cheapest way to cut the words into captions, by dynamic programming from the end."""

    @cache
    def lines_of(first: int, stop: int) -> tuple[str, ...] | None:
        return _lines([word.text for word in words[first:stop]])

    best: list[tuple[float, int]] = [(0.0, len(words))] * (len(words) + 1)
    for first in range(len(words) - 1, -1, -1):
        best[first] = (_IMPOSSIBLE, first + 1)
        for stop in range(first + 1, min(len(words), first + _MOST_WORDS) + 1):
            lines = lines_of(first, stop)
            if lines is None or (stop > first + 1 and words[stop - 1].end - words[first].start > LONGEST):
                break
            price = _price(words, first, stop, lines) + best[stop][0]
            best[first] = min(best[first], (price, stop))
    groups, first = [], 0
    while first < len(words):
        stop = best[first][1]
        groups.append(_Group(tuple(words[first:stop]), lines_of(first, stop) or (words[first].text,)))
        first = stop
    return groups


def _price(words: Sequence[Word], first: int, stop: int, lines: tuple[str, ...]) -> float:
    last = stop == len(words)
    until = words[stop - 1].end + 1 if last else words[stop].start
    hurry = max(0.0, max(SHORTEST, letters(lines) / MAX_CAPTION_RATE) + GAP - (until - words[first].start))
    price = _CAPTION + _HURRY * hurry + (_ORPHAN if letters(lines) < _FEW_LETTERS and len(words) > 1 else 0.0)
    if not last and words[stop].start - words[stop - 1].end < _PAUSE:
        price += _break_price(words[stop - 1].text)
    for before, after in zip(words[first:stop], words[first + 1 : stop], strict=False):
        price += _STRADDLE if after.start - before.end > _PAUSE else 0.0
        price += _RUN_ON if _ends(before.text, _SENTENCE) else 0.0
    return price


def _break_price(text: str) -> float:
    """What it costs to end a caption or line after this word."""
    if _ends(text, _SENTENCE):
        return 0.0
    return _CLAUSE_BREAK if _ends(text, _CLAUSE) else _BROKEN


def _ends(text: str, marks: tuple[str, ...]) -> bool:
    return text.endswith(marks) or text.rstrip(_CLOSERS).endswith(marks)


def _lines(words: Sequence[str]) -> tuple[str, ...] | None:
    """One line, or the best two, or None where the words need more."""
    whole = joined(words)
    if _units(whole) <= MAX_CAPTION_LINE:
        return (whole,)
    pairs = ((joined(words[:at]), joined(words[at:]), _break_price(words[at - 1])) for at in range(1, len(words)))
    fitting = [
        (abs(_units(upper) - _units(lower)) / 4 + price, upper, lower)
        for upper, lower, price in pairs
        if _units(upper) <= MAX_CAPTION_LINE and _units(lower) <= MAX_CAPTION_LINE
    ]
    return min(fitting)[1:] if fitting else None


def _timed(groups: Sequence[_Group], *, offset: float, limit: float) -> list[tuple[float, float]]:
    """Start and end of each caption: with its words, later or longer where reading needs it, and all before the limit."""
    gap = min(GAP, (limit - offset) / (2 * len(groups)))
    shrink = min(1.0, (limit - offset - gap * (len(groups) - 1)) / sum(group.reading for group in groups))
    needs = [group.reading * shrink for group in groups]
    spans: list[tuple[float, float]] = []
    clock = offset
    for number, group in enumerate(groups):
        start = max(clock, group.words[0].start)
        following = groups[number + 1].words[0].start - gap if number + 1 < len(groups) else limit
        end = max(start + needs[number], min(group.words[-1].end + _LINGER, following, start + LONGEST))
        spans.append((start, end))
        clock = end + gap
    return _pulled(spans, needs, gap=gap, limit=limit)


def _pulled(spans: list[tuple[float, float]], needs: Sequence[float], *, gap: float, limit: float) -> list[tuple[float, float]]:
    """The spans moved forward, from the last to the first, as far as the limit demands."""
    pulled: list[tuple[float, float]] = []
    bound = limit
    for (start, end), need in zip(reversed(spans), reversed(needs), strict=True):
        earlier = min(end, bound)
        pulled.append((max(0.0, min(start, earlier - need)), earlier))
        bound = pulled[-1][0] - gap
    return pulled[::-1]
