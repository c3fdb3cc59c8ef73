"""What is really said for a written text, and which written word each spoken character belongs to.

Brand names are said as the channel's pronunciation list tells; emoji are not said at all; control characters become spaces.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_SILENT = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff"
    "\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff\U000e0000-\U000e007f]"
)
"""Control and format characters, variation selectors, arrows, dingbats and emoji: pictures for the eye, nothing to say."""
_SPEAKABLE = re.compile(r"[^\W_]|[&@#%+=<>$€£¥°§©®™]")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


class Spoken(NamedTuple):
    """The text to say; `origin[i]` is the index in the written text of what its character i stands for."""

    text: str
    origin: tuple[int, ...]


def spoken(written: str, *, pronunciation: Mapping[str, str]) -> Spoken:
    """The text to say for a written one, by the pronunciation list: whole words; exact writing first, then any case."""
    pieces: list[str] = []
    origin: list[int] = []
    for piece, start, replaced in _pieces(written, pronunciation):
        said = _SILENT.sub(" ", piece)
        pieces.append(said)
        origin.extend([start] * len(said) if replaced else range(start, start + len(said)))
    return Spoken("".join(pieces), tuple(origin))


def speakable(text: str) -> bool:
    """Whether there is anything to say: a letter, a digit, or a sign that has a name."""
    return bool(_SPEAKABLE.search(text))


def _pieces(written: str, pronunciation: Mapping[str, str]) -> Iterator[tuple[str, int, bool]]:
    """Pieces of the text in order: what to say, where it stands in the text, whether it was replaced."""
    entries = {key.strip(): said for key, said in pronunciation.items() if key.strip()}
    if not entries:
        yield written, 0, False
        return
    any_case = {key.casefold(): said for key, said in entries.items()}
    done = 0
    for match in _pattern(entries).finditer(written):
        said = entries.get(match[0], any_case.get(match[0].casefold()))
        if said is None:
            continue
        yield written[done : match.start()], done, False
        yield said, match.start(), True
        done = match.end()
    yield written[done:], done, False


def _pattern(entries: Mapping[str, str]) -> re.Pattern[str]:
    """Any of the entries as a whole word, the longest first; in scripts without spaces anywhere."""
    longest_first = sorted(entries, key=lambda key: (-len(key), key))
    return re.compile("|".join(_whole_word(key) for key in longest_first), re.IGNORECASE)


def _whole_word(key: str) -> str:
    exact = re.escape(key)
    return exact if _UNSPACED.search(key) else rf"(?<!\w){exact}(?!\w)"
