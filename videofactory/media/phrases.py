"""Which signs of scripts without spaces make one word: Japanese phrases, Chinese and Thai words, by BudouX's small models.

Words and their times come in and go out as indices; nothing is known here of lines, captions or times.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import budoux

from videofactory.media.written_words import glued

_KANA = re.compile("[\u3041-\u30ff]")
_THAI = re.compile("[\u0e01-\u0e5b]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")

_LOADERS = {
    "japanese": budoux.load_default_japanese_parser,
    "simplified_chinese": budoux.load_default_simplified_chinese_parser,
    "thai": budoux.load_default_thai_parser,
    "traditional_chinese": budoux.load_default_traditional_chinese_parser,
}


def phrases(words: Sequence[str], *, language: str = "") -> list[tuple[int, int]]:
    """Ranges [first, stop) of the words that belong together, in order, covering all words.

    Words with spaces between them stand alone; so do the signs of Lao, Khmer and Burmese, for which there is no model. A space
    always ends a phrase. `language` (BCP 47) decides for Han letters without kana: Chinese, traditional Chinese or Japanese.
    """
    edges = {0, len(words)}
    for first, stop in _runs(words):
        edges.update((first, stop), _inner(words[first:stop], first, language))
    return list(pairwise(sorted(edges)))


def _runs(words: Sequence[str]) -> list[tuple[int, int]]:
    """Ranges of words that are written without a space between them."""
    apart = [at for at in range(1, len(words)) if not glued(words[at - 1], words[at]) or words[at - 1][-1:].isspace()]
    return list(pairwise(sorted({0, *apart, len(words)})))


def _inner(words: Sequence[str], first: int, language: str) -> set[int]:
    """Where phrases begin inside one run; a model's edge inside a word is none."""
    model = _model("".join(words), language.lower()) if len(words) > 1 else None
    if model is None:
        return set(range(first, first + len(words)))
    places, at = {}, 0
    for number, word in enumerate(words):
        places[at] = first + number
        at += len(word)
    found, at = set(), 0
    for phrase in _parser(model).parse("".join(words)):
        if at in places:
            found.add(places[at])
        at += len(phrase)
    return found


def _model(text: str, language: str) -> str | None:
    if _KANA.search(text) or (language[:2] == "ja" and _HAN.search(text)):
        return "japanese"
    if _THAI.search(text):
        return "thai"
    if _HAN.search(text):
        return "traditional_chinese" if language.startswith(_TRADITIONAL) else "simplified_chinese"
    return None


@cache
def _parser(model: str) -> budoux.Parser:
    return _LOADERS[model]()
