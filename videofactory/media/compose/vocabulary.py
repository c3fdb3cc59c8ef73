"""The words a prompt may use, as data: `data/stills.toml` read once, and the finding of words in a text."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from videofactory.media.compose.grading import Grade

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Vocabulary:
    """For each kind of decision its answers with the words that call for them; the grades by name."""

    framing: Words
    side: Words
    light: Words
    depth: Words
    composition: Words
    grade: Words
    grades: Mapping[str, Grade]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that came with the package."""
    data = tomllib.loads((files("videofactory") / "data" / "stills.toml").read_text("utf-8"))
    kinds = {kind: {name: tuple(words) for name, words in data[kind].items()} for kind in _KINDS}
    grades = [dict(entry) for entry in data["grade"]]
    words = {str(entry["name"]): tuple(entry.pop("words")) for entry in grades}
    return Vocabulary(**kinds, grade=words, grades={str(entry["name"]): Grade(**entry) for entry in grades})


_KINDS = ("framing", "side", "light", "depth", "composition")


def named(words: Words, texts: Sequence[str]) -> str | None:
    """The answer whose word stands first in the first text that has any; of two at one place the longer word."""
    for text in texts:
        found = [
            (match.start(), -len(word), name)
            for name, entries in words.items()
            for word in entries
            if (match := _pattern(word).search(text.lower()))
        ]
        if found:
            return min(found)[2]
    return None


def all_named(words: Words, text: str) -> tuple[str, ...]:
    """Every answer with a word in the text, in the vocabulary's order."""
    return tuple(name for name, entries in words.items() if any(_pattern(word).search(text.lower()) for word in entries))


@cache
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])")
