"""Where lines and captions may end, and what it costs: nothing after a sentence, little after a clause, much after an article.

Words are as they are shown, with their punctuation. What is weighed against these prices (length, time to read) is in `captions`;
which signs of scripts without spaces make a word, in `phrases`. What is known of languages is data: `tongues.toml`.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

CLAUSE, JOINT, INSIDE, LEANING, TORN = 1.0, 4.5, 6.0, 9.0, 40.0
"""Prices: after a clause; before a word that begins one; elsewhere inside it; after a word that leans on the next; where a sign
that belongs to one of the words would stand alone."""
_STOPS = tuple("!?。！？؟।॥")  # noqa: RUF001 - ends of sentences in many scripts
_CLAUSES = tuple(",;:–—、，；：،؛)»”…")  # noqa: RUF001 - ends of clauses in many scripts
_CLOSERS = "\"'”’»)]」』"
_OPENERS = "\"'“„«‹‘([¿¡"  # noqa: RUF001 - quotes of many languages
_CLINGING = frozenset("!?:;%‰…°€)]}»›”’،؛؟")  # noqa: RUF001 - signs of many scripts
"""Signs that stand alone where people put a space before them, as in French: they belong to the word before."""
_LEADING = frozenset("«‹“„([{¿¡#$£&")  # noqa: RUF001 - quotes of many languages
"""Signs that belong to the word after them."""
_SMALL_WORDS_FIRST = frozenset({"ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt"})
"""Languages whose articles and prepositions stand before what they belong to; in Japanese, Hindi and Turkish they follow it."""


class _Tongue(NamedTuple):
    """Words of one language that lean on the next one, words that begin a clause, and whether “3.” may be “third”."""

    leaning: frozenset[str]
    joints: frozenset[str]
    ordinals: bool


def end_price(before: str, after: str, *, language: str = "") -> float:
    """What it costs to end a line or caption between two words of a text in this language (BCP 47; empty: any)."""
    if set(after.strip()) <= _CLINGING or set(before.strip()) <= _LEADING:
        return TORN
    if ends_sentence(before, after, language=language):
        return 0.0
    if before[-1:].isspace() or before == "-" or _ends(before, (*_CLAUSES, *_STOPS)):
        return CLAUSE  # of a script without spaces, a space ends a clause
    known, word = _tongue(_base(language)), _bare(before)
    if word in known.leaning or word.isdecimal() or _abbreviates(before, known):
        return LEANING
    return JOINT if _bare(after) in known.joints else INSIDE


def ends_sentence(before: str, after: str, *, language: str = "") -> bool:
    """Whether a sentence ends between two words: not where it goes on with a small letter, nor after “Dr.”."""
    text, following = before.rstrip(), after.lstrip(_OPENERS)
    if following[:1].islower():
        return False
    return _ends(text, _STOPS) or (_ends(text, (".", "…")) and not _abbreviates(text, _tongue(_base(language))))


def _ends(text: str, marks: tuple[str, ...]) -> bool:
    return text.endswith(marks) or text.rstrip(_CLOSERS).endswith(marks)


def _abbreviates(word: str, known: _Tongue) -> bool:
    """Whether the full stop belongs to the word: a title, an initial, an ordinal number."""
    bare = word.strip(_OPENERS + _CLOSERS)
    if not bare.endswith(".") or bare.endswith(".."):
        return False
    stem = bare[:-1].casefold()
    initial = len(stem) == 1 and stem.isalpha()
    return stem in _abbreviations() or initial or (known.ordinals and bool(re.fullmatch(r"\d{1,2}", stem)))


def _bare(word: str) -> str:
    return word.strip(_OPENERS + _CLOSERS + ",.;:!?…").casefold()


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(str(_data()["abbreviations"]["inner"]).split())


@cache
def _tongue(language: str) -> _Tongue:
    """What is known of a language by its ISO 639 code; of an unknown one nothing."""
    found = _data()["tongues"].get(language, {}) if language in _SMALL_WORDS_FIRST else {}
    leaning, joints = (frozenset(str(found.get(name, "")).split()) for name in ("stop", "joints"))
    return _Tongue(leaning, joints, language in _data()["abbreviations"]["ordinal_tongues"])


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files("videofactory") / "data" / "tongues.toml").read_text("utf-8"))
