"""Whether words are in the right language, as far as their script shows: pictures in English, speech in the film's."""

import re
from collections.abc import Iterator, Sequence

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
NOT_LATIN = re.compile(
    r"(?:am|ar|as|be|bg|bn|el|fa|gu|he|hi|hy|ja|ka|kk|km|kn|ko|lo|mk|ml|mn|mr|my|ne|or|pa|ps|ru|si|ta|te|th|ti|uk|ur|yi|zh)"
    r"(?!\w)(?!.*-latn)",
    re.IGNORECASE,
)
"""Languages written without Latin letters, unless their tag says so (`zh-Latn`)."""
MOST_FOREIGN = 0.3
"""Share of letters of another script that names and quotations may bring along."""


def language_problems(*, prompts: Sequence[str], spoken: Sequence[str], language: str) -> Iterator[str]:
    """Prompts that are not in English, and narration that is plainly not in the film's language."""
    for index, prompt in enumerate(prompts):
        if 1 - latin_share(prompt) > MOST_FOREIGN:
            yield f"The prompt {index + 1} ({prompt[:40]!r}) is not in English: translate it."
    told = " ".join(spoken)
    if NOT_LATIN.match(language) and latin_share(told) > 1 - MOST_FOREIGN and _LETTER.search(told):
        yield f"The narration is not in the film's language ({language}): translate it."


def latin_share(text: str) -> float:
    """The share of Latin ones among the letters; 1 where there are none."""
    letters = _LETTER.findall(text)
    return sum(1 for letter in letters if _LATIN.match(letter)) / len(letters) if letters else 1.0
