"""From word events of a speech engine to the times of the written words: in order, without overlap, inside the sound."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Word
from videofactory.media.written_words import Written

_DIGITS = 3
"""Times are kept to a millisecond."""


def begun(words: Sequence[Written], *, events: Sequence[tuple[int, float]]) -> list[float | None]:
    """When each written word begins: the first event inside it. `events` are (index in the written text, seconds), by time."""
    starts: list[float | None] = [None] * len(words)
    edges = np.array([word.start for word in words])
    latest = -1
    for position, seconds in events:
        index = max(int(np.searchsorted(edges, position, side="right")) - 1, 0)
        if index > latest:
            starts[index] = seconds
            latest = index
    return starts


def shared(starts: Sequence[float | None], *, words: Sequence[Written], seconds: float) -> list[float]:
    """A beginning for every word: words said in one breath with the one before share its time by their letters."""
    known = [index for index, start in enumerate(starts) if start is not None] or [0]
    filled = [0.0] * len(words)
    for first, after in pairwise([*known, len(words)]):
        begin = starts[first] or 0.0
        end = (starts[after] or 0.0) if after < len(words) else seconds
        weights = np.cumsum([0, *(_letters(word.text) for word in words[first:after])])
        filled[first:after] = [begin + (end - begin) * float(share) for share in weights[:-1] / max(weights[-1], 1)]
    filled[: known[0]] = [filled[known[0]]] * known[0]
    return filled


def timed(
    words: Sequence[Written], *, starts: Sequence[float], sounds: NDArray[np.bool_], frame: float, seconds: float
) -> list[Word]:
    """The words with their times: each ends where its sound ends, so that pauses belong to no word.

    `sounds` tells of each `frame` seconds whether anything is heard; `seconds` is the length of the whole.
    """
    result: list[Word] = []
    for word, start, until in zip(words, starts, [*starts[1:], seconds], strict=True):
        end = _last_sound(sounds, start=start, end=until, frame=frame) if _letters(word.text) else start
        result.append(Word(text=word.text, start=round(start, _DIGITS), end=round(min(max(end, start), until), _DIGITS)))
    return result


def _last_sound(sounds: NDArray[np.bool_], *, start: float, end: float, frame: float) -> float:
    heard = np.flatnonzero(sounds[int(start / frame) : int(end / frame) + 1])
    return (int(start / frame) + int(heard[-1]) + 1) * frame if len(heard) else end


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
