"""Where the words of a written text begin and end, for scripts with and without spaces between words.

Times of words are the voices' business; lines of captions are made by `captions`, which letters of unspaced scripts make one word
is known to `phrases`. All need the same smallest pieces, hence this page.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_SPACED_OUT = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese, Khmer: between words there is no space, between clauses there is one."""
_UNSPACED = f"{_SPACED_OUT}\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Those, kana and Han: scripts written without spaces between words (Unicode block charts)."""
_MARKS = (
    "\u0e2f\u0e30-\u0e3a\u0e45-\u0e4e\u0eaf-\u0ebd\u0ec6-\u0ece\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064"
    "\u1067-\u106d\u1071-\u1074\u1082-\u108d\u108f\u109a-\u109d\u17b4-\u17d3\u17d7"
)
"""Vowel signs, tone marks and signs of repetition of the southern scripts: they never begin a word of their own."""
_NEVER_FIRST = "\u3005\u303b\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e\u3095-\u3096\u3099-\u309e\u30a0"
_NEVER_FIRST += "\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30ee\u30f5-\u30f6\u30fb-\u30fe\u31f0-\u31ff"
"""Small kana, marks of repetition and length, the middle dot: no line begins with them (JIS X 4051, W3C JLREQ)."""
_LEADERS = "\u0e40-\u0e44\u0ec0-\u0ec4"
"""Thai and Lao vowels that are written before the consonant they are said after."""
_SUBSCRIPT = f"(?<=[\u1039\u17d2])[{_UNSPACED}]|[\u1000-\u1021]\u1037?\u103a"
"""A consonant under the one before it (Burmese, Khmer), or one that ends a Burmese syllable."""
_OPENERS = (
    "(\\[{\uff08\uff3b\uff5b\u300c\u300e\u3010\u3014\u3016\u3008\u300a\u201c\u2018\u00ab\u2039\u00a1\u00bf"
    "$\u00a3\u00a5\u20ac\uff04\uffe1\uffe5\u2116"
)
"""Brackets, quotes and currency signs that belong to what follows."""
_PIECE = re.compile(
    rf".*?[{_LEADERS}]*+[{_UNSPACED}](?:[{_MARKS}{_NEVER_FIRST}]|{_SUBSCRIPT})*+[^\w\s{_OPENERS}]*+"  # a sign, its marks
    rf"(?=[{_OPENERS}]*[{_UNSPACED}]|$)|.+",  # ... where another such sign follows; letters of other scripts stay with it
)
_CLINGING = frozenset({"Mn", "Mc", "Me", "Cf", "Sk"})
"""Unicode's categories of marks, joiners and skin tones."""
_JOINER = "\u200d"
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")
_IS_SPACED_OUT = re.compile(rf"[{_SPACED_OUT}]")


class Written(NamedTuple):
    """A word as it is written, and its place in the text: `text[start:end]`."""

    text: str
    start: int
    end: int


def written_words(text: str) -> tuple[Written, ...]:
    """The words of a text in reading order.

    Words are what stands between spaces, with their punctuation; in scripts without spaces each character with its marks and
    its punctuation is a word. Where such a script has a space all the same (between clauses in Thai, Lao, Khmer, Burmese), it
    is the last sign of the word before it. Put together again with `joined` they give the text with single spaces (and without
    those few that stand between Chinese or Japanese characters).
    """
    words: list[Written] = []
    for token in re.finditer(r"\S+", text):
        if words and _clause_ends(words[-1].text, token[0]):
            before = words[-1]
            words[-1] = Written(text[before.start : before.end + 1], before.start, before.end + 1)
        pieces = _PIECE.finditer(token[0]) if _IS_UNSPACED.search(token[0]) else ()
        found = [Written(piece[0], token.start() + piece.start(), token.start() + piece.end()) for piece in pieces]
        words.extend(found or [Written(token[0], token.start(), token.end())])
    return tuple(words)


def joined(words: Sequence[str]) -> str:
    """Words as one line of text: with spaces, except between words of scripts that have none."""
    line = "".join(word if glued(before, word) else f" {word}" for before, word in zip(("", *words), words, strict=False))
    return " ".join(line.split())


def glued(before: str, after: str) -> bool:
    """Whether two words that follow each other are written without a space: one of them is of a script without spaces."""
    return bool(_IS_UNSPACED.search(before) and _IS_UNSPACED.search(after))


def drawn_letters(text: str) -> list[str]:
    """The letters of a text, each with the marks and joined signs that are drawn with it."""
    found: list[str] = []
    for letter in text:
        if found and (unicodedata.category(letter) in _CLINGING or found[-1].endswith(_JOINER)):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _clause_ends(before: str, after: str) -> bool:
    """Whether the space between two words is one that `joined` would not put there, and that means something."""
    return glued(before, after) and bool(_IS_SPACED_OUT.search(before) or _IS_SPACED_OUT.search(after))
