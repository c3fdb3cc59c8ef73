"""Captions from spoken words: what is shown together and where lines break.

The rules (lines, letters, reading speed) are the domain's and SPEC's. From when to when is in `caption_times`, SRT and VTT are
`caption_files`; how captions look when burnt in is `titles`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from videofactory.domain.footage import Word
from videofactory.domain.timeline import MAX_CAPTION_LINE, MAX_CAPTION_RATE, Caption
from videofactory.media.caption_files import srt, vtt
from videofactory.media.caption_times import GAP, LONGEST, SHORTEST, Spoken, frames_shown
from videofactory.media.line_ends import end_price, ends_sentence
from videofactory.media.phrases import phrases
from videofactory.media.titles.layout import is_wide
from videofactory.media.written_words import drawn_letters, joined

__all__ = ["GAP", "LONGEST", "SHORTEST", "caption_cues", "letters", "srt", "vtt"]

_PAUSE = 0.6
"""Seconds of silence that end a caption, where they can."""
_WIDE_UNITS = MAX_CAPTION_LINE / 18
"""A Chinese, Japanese or Korean letter counts for this many: 18 of them fill a line."""
_CAPTION, _RUN_ON, _ORPHAN, _HURRY, _STRADDLE = 3.0, 1.5, 3.0, 8.0, 5.0
"""Prices of a segmentation, beside those of `line_ends`: each caption; a sentence's end inside; few letters; a caption too short
for reading; a pause inside."""
_FEW_LETTERS = 12
_MOST_WORDS = 90
_IMPOSSIBLE = 1e9


class _Group(NamedTuple):
    """Words shown together, as lines, with the times they are spoken and the seconds reading them takes."""

    words: tuple[Word, ...]
    lines: tuple[str, ...]

    @property
    def reading(self) -> float:
        return min(LONGEST, _reading(self.lines))


def caption_cues(words: Sequence[Word], *, offset: float, limit: float, fps: int = 30, language: str = "") -> tuple[Caption, ...]:
    """Captions for one speech that starts at `offset` seconds of the film; all of them end by `limit`.

    Each has at most two lines of 42 letters (18 wide ones) and is shown for 1 to 7 seconds, long enough to be read at 20
    letters a second (8.6 wide ones): where the speaker is faster, it begins later or stays longer, as far as there is room. Where
    there is no room at all (`limit` too near), gaps and then times shrink. Captions begin and end with frames of a film of `fps`
    a second. Words in the captions have the film's times; the signs of a Japanese phrase, of a Chinese or Thai word are one
    word, as `language` (BCP 47) and the script tell.
    """
    spoken = _in_film(words, offset=offset, language=language)
    if not spoken or limit <= offset:
        return ()
    groups = _grouped(spoken, language)
    moments = [Spoken(group.words[0].start, group.words[-1].end, group.reading) for group in groups]
    spans = frames_shown(moments, offset=offset, limit=limit, fps=fps)
    return tuple(
        Caption(start=round(start / fps, 3), end=round(stop / fps, 3), lines=group.lines, words=group.words)
        for group, (start, stop) in zip(groups, spans, strict=True)
        if stop > start
    )


def letters(lines: Sequence[str]) -> int:
    """Letters to be read: spaces count, the line break as one."""
    return len(" ".join(lines))


def _reading(lines: Sequence[str]) -> float:
    """Seconds that reading takes; a wide letter takes as long as the room it fills. Two milliseconds more, for rounding."""
    return max(SHORTEST, max(letters(lines), _units(" ".join(lines))) / MAX_CAPTION_RATE + 0.002)


def _in_film(words: Sequence[Word], *, offset: float, language: str) -> list[Word]:
    """The words in film time, one after the other; those longer than a line cut into parts."""
    found: list[Word] = []
    clock = 0.0
    for text, begun, ended in _phrased(words, language):
        parts = _parts(text)
        start, end = max(begun, clock), max(ended, begun, clock)
        step = (end - start) / max(1, len(parts))
        for number, part in enumerate(parts):
            begin = start + number * step
            found.append(Word(text=part, start=round(offset + begin, 3), end=round(offset + begin + step, 3)))
        clock = end
    return found


def _phrased(words: Sequence[Word], language: str) -> Iterator[tuple[str, float, float]]:
    """The words, those of one phrase together unless they fill half a line or the speaker stops inside: text, start, end."""
    for first, stop in phrases([word.text for word in words], language=language):
        text, start, end = _tidy(words[first].text), words[first].start, words[first].end
        for word in words[first + 1 : stop]:
            more = _tidy(word.text)
            if _units(text + more) > MAX_CAPTION_LINE / 2 or word.start - end > _PAUSE:
                yield text, start, end
                text, start, end = "", word.start, word.end
            text, end = text + more, max(end, word.end)
        yield text, start, end


def _tidy(text: str) -> str:
    """With single spaces, and at the end only where the script would have none (see `written_words`)."""
    return " ".join(text.split()) + (" " if text.strip() and text[-1:].isspace() else "")


def _parts(text: str) -> list[str]:
    """A word in parts that fit a line; letters that are drawn as one stay together."""
    parts = [""] if text else []
    for letter in drawn_letters(text):
        if parts[-1] and _units((parts[-1] + letter).rstrip()) > MAX_CAPTION_LINE:
            parts.append("")
        parts[-1] += letter
    return [part for part in parts if part.strip()]


def _units(text: str) -> float:
    return sum(_WIDE_UNITS if is_wide(letter) else 1.0 for letter in text)


def _grouped(words: Sequence[Word], language: str) -> list[_Group]:
    """The cheapest way to cut the words into captions, by dynamic programming from the end."""

    @cache
    def lines_of(first: int, stop: int) -> tuple[str, ...] | None:
        return _lines([word.text for word in words[first:stop]], language)

    best: list[tuple[float, int]] = [(0.0, len(words))] * (len(words) + 1)
    for first in range(len(words) - 1, -1, -1):
        best[first] = (_IMPOSSIBLE, first + 1)
        for stop in range(first + 1, min(len(words), first + _MOST_WORDS) + 1):
            lines = lines_of(first, stop)
            if lines is None or (stop > first + 1 and words[stop - 1].end - words[first].start > LONGEST):
                break
            price = _price(words[first:stop], words[stop : stop + 1], lines, language) + best[stop][0]
            best[first] = min(best[first], (price, stop))
    groups, first = [], 0
    while first < len(words):
        stop = best[first][1]
        groups.append(_Group(tuple(words[first:stop]), lines_of(first, stop) or (words[first].text.strip(),)))
        first = stop
    return groups


def _price(words: Sequence[Word], following: Sequence[Word], lines: tuple[str, ...], language: str) -> float:
    """What it costs to show these words together; `following` is the word behind them, if there is one."""
    until = following[0].start if following else words[-1].end + 1
    hurry = max(0.0, _reading(lines) + GAP - (until - words[0].start))
    price = _CAPTION + _HURRY * hurry + (_ORPHAN if letters(lines) < _FEW_LETTERS else 0.0)
    for after in following:
        pause = after.start - words[-1].end >= _PAUSE
        price += 0.0 if pause else end_price(words[-1].text, after.text, language=language)
    for before, after in pairwise(words):
        price += _STRADDLE if after.start - before.end > _PAUSE else 0.0
        price += _RUN_ON if ends_sentence(before.text, after.text, language=language) else 0.0
    return price


def _lines(words: Sequence[str], language: str) -> tuple[str, ...] | None:
    """One line, or the best two, or None where the words need more."""
    whole = joined(words)
    if _units(whole) <= MAX_CAPTION_LINE:
        return (whole,)
    ends = (end_price(before, after, language=language) for before, after in pairwise(words))
    pairs = ((joined(words[:at]), joined(words[at:]), price) for at, price in enumerate(ends, start=1))
    fitting = [
        (abs(_units(upper) - _units(lower)) / 4 + price, upper, lower)
        for upper, lower, price in pairs
        if _units(upper) <= MAX_CAPTION_LINE and _units(lower) <= MAX_CAPTION_LINE
    ]
    return min(fitting)[1:] if fitting else None
