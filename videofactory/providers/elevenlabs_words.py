"""From the times of spoken characters to the times of written words: in order, without overlap, inside the sound.

Characters are those of the text that was sent (`providers.embedded.spoken_text`), so each is led back to the written word it
stands for. Where the two texts differ (signs the service drops or changes) the rest is matched around it.
"""

import math
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import numpy as np

from videofactory.domain.footage import Word
from videofactory.media.written_words import Written, written_words
from videofactory.providers.embedded.spoken_text import Spoken
from videofactory.providers.embedded.word_times import begun, shared

_DIGITS = 3
"""Times are kept to a millisecond."""


class Character(NamedTuple):
    """One spoken character, with its start and end in seconds."""

    text: str
    start: float
    end: float


def characters(alignment: Any) -> list[Character]:  # noqa: ANN401 - whatever the service says
    """The characters of an alignment as the service gives it. Raises `ValueError` when it is none, or has none."""
    try:
        texts = [str(text) for text in alignment["characters"]]
        starts = [float(second) for second in alignment["character_start_times_seconds"]]
        ends = [float(second) for second in alignment["character_end_times_seconds"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"no list of characters with their times ({type(error).__name__}: {error})") from error
    if not texts or not len(texts) == len(starts) == len(ends):
        raise ValueError(f"{len(texts)} characters with {len(starts)} starts and {len(ends)} ends")
    if not all(math.isfinite(second) for second in (*starts, *ends)):
        raise ValueError("a time that is no number")
    return [Character(sign, start, end) for text, start, end in zip(texts, starts, ends, strict=True) for sign in text]


def word_times(written: str, *, said: Spoken, heard: Sequence[Character], seconds: float) -> list[Word]:
    """Every written word with its time; pauses and punctuation belong to no word. `seconds` is the length of the sound.

    Words that no character stands for (the rest of a name that is said otherwise) share the time of the one before, by letters.
    Raises `ValueError` when no character is one of the text's.
    """
    words = written_words(written)
    placed = _placed(said, heard)
    if not placed:
        raise ValueError("none of its characters is in the text")
    events = [(place, heard[index].start) for place, index in _sounding(words, placed, heard)]
    last = min(max(character.end for character in heard), seconds)
    begins = shared(begun(words, events=events), words=words, seconds=last)
    starts = np.maximum.accumulate(np.clip(begins, 0.0, seconds))
    ends = _ends(words, _sounding(words, placed, heard), heard)
    return [
        _word(word.text, start=float(start), end=end if end is not None else float(until), until=float(until))
        for word, start, end, until in zip(words, starts, ends, [*starts[1:], last], strict=True)
    ]


def _word(text: str, *, start: float, end: float, until: float) -> Word:
    return Word(text=text, start=round(start, _DIGITS), end=round(max(min(end, until), start), _DIGITS))


def _placed(said: Spoken, heard: Sequence[Character]) -> list[tuple[int, int]]:
    """For each character that is one of the text's: its place in the written text, and its index."""
    text = "".join(character.text for character in heard)
    if text == said.text:
        return list(zip(said.origin, range(len(text)), strict=True))
    blocks = SequenceMatcher(None, said.text, text, autojunk=False).get_matching_blocks()
    return [(said.origin[block.a + step], block.b + step) for block in blocks for step in range(block.size)]


def _sounding(words: Sequence[Written], placed: Sequence[tuple[int, int]], heard: Sequence[Character]) -> list[tuple[int, int]]:
    """Of these the ones that are said: no spaces, and punctuation only in words that are nothing else."""
    voiced = {_index(words, place) for place, index in placed if _is_voiced(heard[index].text)}
    return [
        (place, index)
        for place, index in placed
        if _is_voiced(heard[index].text) or (_index(words, place) not in voiced and not heard[index].text.isspace())
    ]


def _is_voiced(sign: str) -> bool:
    """Letters, the marks on them, numbers and symbols."""
    return unicodedata.category(sign)[0] in "LMNS"


def _index(words: Sequence[Written], place: int) -> int:
    """The word a place of the written text is in."""
    return max(int(np.searchsorted([word.start for word in words], place, side="right")) - 1, 0)


def _ends(words: Sequence[Written], sounding: Sequence[tuple[int, int]], heard: Sequence[Character]) -> list[float | None]:
    """When each word's last character ends; `None` for words no character stands for."""
    ends: list[float | None] = [None] * len(words)
    for place, index in sounding:
        word = _index(words, place)
        ends[word] = max(ends[word] or 0.0, heard[index].end)
    return ends
