"""What matters in a text: how much a sentence weighs, its key words and key phrases.

Statistical only (position, length, figures, title words, frequency); it knows no meaning.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from videofactory.domain.script_checks import spoken_words
from videofactory.providers.embedded.director.vocabulary import TOKEN, tongue, words_of

FIGURE = re.compile(r"(?:[€$£¥₹]\s?)?\d+(?:[.,:]\d+)*(?:\s?[%€$£¥‰°])?(?:\s+[^\W\d_]+){0,2}")
BEST_WORDS = (5, 16)
"""Spoken words of a sentence that is easy to follow: long enough to say something, short enough to keep."""
SHORTEST_KEY = 3
UNSPACED = re.compile("[\u3041-\u9fff]+")
"""Chinese and Japanese text, which has no spaces to find words by."""
_CASELESS_RUN = re.compile("[\u4e00-\u9fff]{2,6}|[\u30a1-\u30ff]{3,}")


def salience(sentence: str, *, place: float, title: str, brand: str, language: str, counts: Counter[str]) -> float:
    """The weight of a sentence, about 0..6. `place` is its position in the text, 0..1; `counts` the text's key words."""
    stop = tongue(language).stop
    keys = [word for word in words_of(sentence) if word not in stop]
    titled = len(set(keys) & set(words_of(title)))
    weight = 1.6 * (1 - place) ** 2 + 0.5 * (place > 0.9)  # noqa: PLR2004 - the last tenth is where texts sum up
    weight += 0.8 * min(titled, 2) + 0.6 * bool(re.search(r"\d", sentence)) + 0.7 * bool(brand and brand in sentence)
    weight += BEST_WORDS[0] <= spoken_words(sentence) <= BEST_WORDS[1]
    return weight + min(1.0, sum(counts[key] - 1 for key in set(keys)) / (4 * max(1, len(keys))))


def leans(sentence: str, *, language: str) -> bool:
    """Whether a sentence refers back ("It …", "But …") and makes no sense without the one before."""
    words = words_of(sentence)
    return bool(words) and words[0] in tongue(language).leaning


def key_words(texts: Iterable[str], *, language: str, most: int) -> tuple[str, ...]:
    """The words that carry the texts, the most frequent first, then by first appearance; as they are written."""
    stop = tongue(language).stop
    written: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for text in texts:
        for word in [*(match.group() for match in TOKEN.finditer(UNSPACED.sub(" ", text))), *_caseless(text, stop)]:
            folded = word.casefold()
            if folded not in stop and _carries(word):
                written.setdefault(folded, word)
                counts[folded] += 1
    order = {word: place for place, word in enumerate(written)}
    return tuple(written[word] for word in sorted(order, key=lambda word: (-counts[word], order[word]))[:most])


def key_phrases(sentence: str, *, language: str, most: int) -> tuple[str, ...]:
    """Runs of carrying words in the sentence ("baker next door"), in order; at most four words each."""
    if UNSPACED.search(sentence):
        return tuple(dict.fromkeys(_caseless(sentence, tongue(language).stop)))[:most]
    phrases = [
        phrase for clause in re.split(r"[^\w\s’'\-.]|\.(?!\w)", sentence) for phrase in _clause_phrases(clause, language=language)
    ]
    return tuple(dict.fromkeys(phrases))[:most]


def figure(sentence: str, *, language: str) -> str:
    """The sentence's figure with the word it counts ("12 hours", "€4.50"), or nothing."""
    found = FIGURE.search(sentence)
    if not found:
        return ""
    words = found.group().split()
    while len(words) > 1 and words[-1].casefold() in tongue(language).stop:
        words.pop()
    text = " ".join(words)
    return text if len(words) > 1 or re.search(r"[%€$£¥₹‰°]|\d:\d", text) else ""


def same_words(text: str) -> str:
    """The text's words only, in lower case: equal for two lines that say the same."""
    return " ".join(words_of(text)) or text.strip()


def _clause_phrases(clause: str, *, language: str) -> list[str]:
    """The runs of a clause up to its first negation: what is denied is not to be shown. A verb after its subject is left out."""
    known = tongue(language)
    phrases: list[str] = []
    run: list[str] = []
    before = ""
    for token in (match.group() for match in TOKEN.finditer(clause)):
        folded = token.casefold()
        if folded in known.negations:
            break
        if folded in known.stop:
            phrases += _phrase(run)
            run = []
        elif before not in known.subjects:
            run.append(token)
        before = folded
    return [*phrases, *_phrase(run)]


def _phrase(run: Sequence[str]) -> list[str]:
    kept = list(run[:4])
    text = " ".join(kept)
    return [text] if any(map(_carries, kept)) and len(text) > SHORTEST_KEY else []


def _carries(word: str) -> bool:
    return (len(word) >= SHORTEST_KEY and not word.isdigit()) or bool(_CASELESS_RUN.fullmatch(word))


def _caseless(text: str, stop: frozenset[str]) -> list[str]:
    for word in sorted((word for word in stop if not word.isascii()), key=len, reverse=True):
        if re.fullmatch("[\u3041-\u9fff]+", word):
            text = text.replace(word, " ")
    return _CASELESS_RUN.findall(text)
