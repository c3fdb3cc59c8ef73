"""Which way a text reads, and the Unicode marks that say so where its letters alone would not (UAX 9).

A Hebrew line that begins with a Latin name is taken by every player and by libass for a Latin line: its words and its full stop
come to stand at the wrong ends.
"""

import unicodedata
from collections.abc import Sequence

_LANGUAGES = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left, by their ISO 639 codes (`iw` and `ji` are older ones of Hebrew and Yiddish)."""
_RIGHT = frozenset({"R", "AL"})
_MARK = "\u200f"
_EMBEDDING, _POP = "\u202b", "\u202c"


def is_right_to_left(lines: Sequence[str], *, language: str = "") -> bool:
    """Whether a text reads from right to left: it has such letters, and its language or most of its letters say so."""
    kinds = [unicodedata.bidirectional(letter) for line in lines for letter in line]
    right = sum(kind in _RIGHT for kind in kinds)
    return right > 0 and (language.lower().partition("-")[0] in _LANGUAGES or right >= kinds.count("L"))


def marked(line: str) -> str:
    """A line that reads from right to left, whatever letter it begins with: for who takes the direction from the first one."""
    return _MARK + line


def embedded(line: str) -> str:
    """A line that reads from right to left in whatever surroundings; as it is where nothing in it could go astray."""
    kinds = {unicodedata.bidirectional(letter) for letter in line}
    return line if kinds <= {*_RIGHT, "NSM", "WS"} else f"{_EMBEDDING}{line}{_POP}"
