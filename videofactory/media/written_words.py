"""Where the words of a written text begin and end, for scripts with and without spaces between words.

Times of words are the voices' business; lines of captions are made by `captions`. Both need the same words, hence this page.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana and Han: scripts written without spaces between words (Unicode block charts)."""
_MARKS = "\u0e30-\u0e3a\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a\u30fc"
"""Vowel signs, tone marks and the kana length mark: they never begin a word of their own."""
_OPENERS = "(\\[{\uff08\u300c\u300e\u3010\u3008\u300a\u201c\u2018"
"""Brackets and quotes that belong to what follows."""
_PIECE = re.compile(
    rf".*?[{_UNSPACED}][{_MARKS}]*+[^\w\s{_OPENERS}]*+"  # a character with its marks and punctuation ...
    rf"(?=[{_OPENERS}]*[{_UNSPACED}]|$)|.+",  # ... where another such character follows; letters of other scripts stay with it
)
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")


class Written(NamedTuple):
    """A word as it is written, and its place in the text: `text[start:end]`."""

    text: str
    start: int
    end: int


def written_words(text: str) -> tuple[Written, ...]:
    """The words of a text in reading order.

    Words are what stands between spaces, with their punctuation; in scripts without spaces each character with its marks and
    its punctuation is a word. Put together again with `joined` they give the text with single spaces (and without those few
    that stand between two characters of such scripts).
    """
    words: list[Written] = []
    for token in re.finditer(r"\S+", text):
        pieces = _PIECE.finditer(token[0]) if _IS_UNSPACED.search(token[0]) else ()
        found = [Written(piece[0], token.start() + piece.start(), token.start() + piece.end()) for piece in pieces]
        words.extend(found or [Written(token[0], token.start(), token.end())])
    return tuple(words)


def joined(words: Sequence[str]) -> str:
    """Words as one line of text: with spaces, except between words of scripts that have none."""
    line = "".join(word if glued(before, word) else f" {word}" for before, word in zip(("", *words), words, strict=False))
    return line.strip()


def glued(before: str, after: str) -> bool:
    """Whether two words that follow each other are written without a space: one of them is of a script without spaces."""
    return bool(_IS_UNSPACED.search(before) and _IS_UNSPACED.search(after))
