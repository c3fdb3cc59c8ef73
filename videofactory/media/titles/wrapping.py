"""Wrapping headings: into as few lines as fit, even ones that end where a designer would end them. Widths in em.

How large text is, and where it stands, is `layout`'s; captions are broken in `media.captions`, which minds time, too.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise

from videofactory.media.line_ends import TORN, end_price
from videofactory.media.phrases import phrases
from videofactory.media.written_words import drawn_letters, glued, written_words

Measure = Callable[[str], float]
_NO_BREAK = "\u00a0\u2007\u202f"
"""Spaces at which no line ends (UAX 14)."""
_UNEVEN, _END = 10.0, 1 / 3
"""What it costs a line to be twice as wide as it would be if all were alike; what `end_price` is multiplied with."""
_TINY = 1e-6
_IMPOSSIBLE = 1e9
_MARKS = frozenset("/-_.?&=@")
"""Signs behind which an address is parted."""
_VOWELS = frozenset("aeiouyæøœаеёиоуыэюяіїєαεηιουω")  # noqa: RUF001 - vowels of Latin, Cyrillic, Greek
_SYLLABLE = 3
"""No fewer letters stand before or after a hyphen."""
_SHORTEST_PART = 2 / 3
"""A part of a long word is at least so long, to what its line would hold: better a hyphen in a poor place than a ragged one."""


def wrap(text: str, *, room: float, measure: Measure, language: str = "") -> tuple[str, ...]:
    """Break text into lines no wider than `room`, unless a single word is wider; line breaks in the text stay."""
    lines = text.splitlines() or [""]
    return tuple(line for part in lines for line in _even(pieces(part, language=language), room, measure, language))


def wrap_parted(text: str, *, room: float, measure: Measure, language: str = "") -> tuple[str, ...]:
    """The same, with words that are wider than the room parted: none of the lines is wider, but for a single letter."""
    lines = text.splitlines() or [""]
    small = (tuple(_small(part, room, measure, language)) for part in lines)
    return tuple(line for parts in small for line in _even(parts, room, measure, language))


@lru_cache(maxsize=256)
def pieces(text: str, *, language: str = "") -> tuple[str, ...]:
    """What stays together in a line of text: words with the space after them; in scripts without spaces, a reader's words."""
    signs = _signs(text)
    return tuple("".join(signs[first:stop]) for first, stop in phrases(signs, language=language))


def _signs(text: str) -> list[str]:
    """Words with the space after them, the signs of scripts without spaces one by one; what no line may part is one."""
    starts = [
        after.start
        for before, after in pairwise(written_words(text))
        if text[after.start - 1] not in _NO_BREAK and end_price(before.text, after.text) < TORN
    ]
    return [text[first:stop] for first, stop in pairwise([0, *starts, len(text)])] if text else []


def _even(parts: Sequence[str], room: float, measure: Measure, language: str) -> list[str]:
    """As few lines as the room allows; of all ways to make so many the cheapest, by dynamic programming."""
    sums = list(accumulate(map(measure, parts), initial=0.0))
    bare = [measure(part.rstrip()) for part in parts]
    last = len(parts)

    def width(first: int, stop: int) -> float:
        return sums[stop - 1] - sums[first] + bare[stop - 1]

    count = _fewest(last, width, room)
    target = max(width(0, last) / count, _TINY) if parts else 1.0

    @cache
    def best(first: int, lines: int) -> tuple[float, tuple[int, ...]]:
        if lines == 0:
            return (0.0 if first == last else _IMPOSSIBLE), ()
        found: tuple[float, tuple[int, ...]] = (_IMPOSSIBLE, ())
        for stop in range(first + 1, last + 1):
            if stop > first + 1 and width(first, stop) > room:
                break
            rest, ends = best(stop, lines - 1)
            uneven = _UNEVEN * (width(first, stop) / target - 1) ** 2
            found = min(found, (rest + uneven + _end(parts, stop, language), (stop, *ends)))
        return found

    ends = (0, *best(0, count)[1])
    return ["".join(parts[first:stop]).strip() for first, stop in pairwise(ends)] or [""]


def _fewest(last: int, width: Callable[[int, int], float], room: float) -> int:
    """How many lines it takes to set all parts, each line as full as can be."""
    count, first = 1, 0
    for stop in range(2, last + 1):
        if width(first, stop) > room and stop > first + 1:
            count, first = count + 1, stop - 1
    return count


def _end(parts: Sequence[str], stop: int, language: str) -> float:
    if stop >= len(parts):
        return 0.0
    before, after = parts[stop - 1], parts[stop]
    return _END * end_price(before if glued(before, after) else before.rstrip(), after.rstrip(), language=language)


def _small(text: str, room: float, measure: Measure, language: str) -> Iterator[str]:
    """The pieces of a line of text, those that are wider than the room in smaller ones."""
    for piece in pieces(text, language=language):
        if measure(piece.rstrip()) <= room:
            yield piece
        else:
            for sign in _signs(piece):
                yield from _parts_of(sign, room, measure)


def _parts_of(word: str, room: float, measure: Measure) -> Iterator[str]:
    """A word in parts that fit: behind a mark inside it, else before a syllable and with a hyphen."""
    bare = word.rstrip()
    left, address = drawn_letters(bare), any(mark in bare for mark in "/@")
    while len(left) > 1 and measure("".join(left)) > room:
        cuts = [
            (at, hyphen)
            for at in range(1, len(left))
            for hyphen in ["" if address else _hyphen(left, at)]
            if measure("".join(left[:at]) + hyphen) <= room
        ] or [(1, "")]
        most = cuts[-1][0]
        at, hyphen = max((cut for cut in cuts if cut[0] >= most * _SHORTEST_PART), key=lambda cut: (_worth(left, cut[0]), cut[0]))
        yield "".join(left[:at]) + hyphen
        left = left[at:]
    yield "".join(left) + word[len(bare) :]


def _hyphen(letters: Sequence[str], at: int) -> str:
    """A hyphen between two letters of a script that has small and capital ones."""
    return "-" if all(letter.lower() != letter.upper() for letter in letters[at - 1 : at + 1]) else ""


def _worth(letters: Sequence[str], at: int) -> int:
    """How good a place it is to part a word: behind a mark, before a consonant with its vowel, anywhere."""
    if letters[at - 1] in _MARKS:
        return 2
    inside = _SYLLABLE <= at <= len(letters) - _SYLLABLE
    return int(inside and letters[at].isalpha() and not _vowel(letters[at]) and _vowel(letters[at + 1]))


def _vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter)[:1].casefold() in _VOWELS
