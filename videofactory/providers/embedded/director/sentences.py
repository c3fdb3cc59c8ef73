"""From a brief's text to sentences, and from long sentences to clauses: no word is lost, whatever the language.

Choosing among sentences is `condensing`; putting them into scenes is `narration`.
"""

import html
import re
import unicodedata

from videofactory.domain.script_checks import spoken_words
from videofactory.providers.embedded.director.vocabulary import base_language, tongue, tongues

LONG_SENTENCE = 20
"""Spoken words above which a sentence is parted at its clauses."""
SHORTEST_CLAUSE = 3.5
"""A clause of fewer spoken words stays with its neighbour: it would sound chopped."""
LONGEST_CLAUSE = 26
"""Spoken words above which even a clause is parted, before a joint or else after this many words."""
WRAPPED_LINE = 50
"""A line at least this long without a closing mark was wrapped by an editor and goes on in the next line."""

_TAG = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|body|br|code|div|em|figure|footer|h[1-6]|head|header|hr|html|i|img|li|link|main|meta|nav"
    r"|ol|p|pre|s|script|section|small|span|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|u|ul|video)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"</?(?:br|div|h[1-6]|li|ol|p|section|table|tr|ul)\b", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•‣◦▪·–—]\s+|\d{1,2}[.)]\s+(?=\D)|[a-z]\)\s+|#{1,6}\s+|>\s+)")
_EMPHASIS = re.compile(r"\*\*|__|`")
_WIDE_MARKS = "。\uff01\uff1f｡।॥؟\u06d4\u0589።"
_MARKS = ".!?…" + _WIDE_MARKS
_CLOSERS = "\"'”’»«)]}」』\uff09】》〉"
_END = re.compile(f"[{re.escape(_MARKS)}]+[{re.escape(_CLOSERS)}]*")
_CLAUSE_END = re.compile(r"(?:[,;:،؛、\uff0c\uff1b\uff1a][\"”’»)]*|[)\]])(?=\s)|[、\uff0c\uff1b\uff1a؛]|\s[–—-](?=\s)|—")
_DENSE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff]$")
_HIRAGANA = re.compile("[\u3041-\u309f]")
_TRAILING = " ,;:،؛、\uff0c\uff1b\uff1a–—-"


def sentences(text: str, *, language: str) -> tuple[str, ...]:
    """The sentences of a text in order, cleaned of mark-up and bullets, each closed by a mark; headings count as sentences."""
    found = [sentence for block in _blocks(clean(text)) for sentence in _split(block, language=language)]
    return tuple(_heads_joined(found, language=language))


def clean(text: str) -> str:
    """The text without control characters, HTML tags and emphasis marks; block tags become line breaks."""
    opened = _TAG.sub(lambda tag: "\n" if _BLOCK.match(tag.group()) else " ", text)
    plain = _EMPHASIS.sub("", html.unescape(opened))
    kept = (mark if mark in "\n\t" or unicodedata.category(mark) not in {"Cc", "Cs", "Cn"} else " " for mark in plain)
    return re.sub(r"[^\S\n]+", " ", "".join(kept))


def clauses(sentence: str, *, language: str) -> tuple[str, ...]:
    """The sentence parted at its clause marks; each piece can stand in a scene of its own, joined they give it back."""
    pieces, start = [], 0
    for mark in _CLAUSE_END.finditer(sentence):
        piece, rest = sentence[start : mark.end()], sentence[mark.end() :]
        if spoken_words(piece) >= SHORTEST_CLAUSE and spoken_words(rest) >= SHORTEST_CLAUSE:
            pieces.append(piece.strip())
            start = mark.end()
    pieces.append(sentence[start:].strip())
    return tuple(part for piece in pieces for part in _parted(piece, language=language))


def pieces_of(sentence: str, *, language: str) -> tuple[str, ...]:
    """The sentence itself, or its clauses when it is too long to be heard in one breath."""
    return clauses(sentence, language=language) if spoken_words(sentence) > LONG_SENTENCE else (sentence,)


def joined(pieces: list[str]) -> str:
    """Pieces as one running text: a space between them, except after Chinese and Japanese."""
    text = ""
    for piece in pieces:
        text += piece if not text or _DENSE.search(text) else f" {piece}"
    return text


def closed(text: str, *, language: str) -> str:
    """The text with a closing mark: a dangling comma or dash becomes a full stop."""
    bare = text.rstrip(_TRAILING)
    if not bare or not re.search(r"[^\W_]", bare):
        return text.strip()
    return bare if re.search(f"[{re.escape(_MARKS)}][{re.escape(_CLOSERS)}]*$", bare) else bare + tongue(language).full_stop


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    for line in text.split("\n"):
        bare = _BULLET.sub("", line).strip()
        if blocks and bare and bare == line.strip() and _goes_on(blocks[-1], bare):
            blocks[-1] = joined([blocks[-1], bare])
        else:
            blocks.append(bare)
    return [block for block in blocks if block]


def _goes_on(block: str, line: str) -> bool:
    if not block or block[-1] in _MARKS + _CLOSERS + ":\uff1a":
        return False
    return line[0].islower() or len(block) >= WRAPPED_LINE


def _split(block: str, *, language: str) -> list[str]:
    found, start = [], 0
    for end in _END.finditer(block):
        if _ends(block, end, language=language):
            found.append(block[start : end.end()].strip())
            start = end.end()
    found.append(block[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(block: str, end: re.Match[str], *, language: str) -> bool:
    rest = block[end.end() :]
    if not rest:
        return True
    if any(mark in _WIDE_MARKS for mark in end.group()):
        return not (end.group()[-1] in _CLOSERS and _HIRAGANA.match(rest))
    following = rest.lstrip(" \"'“„«»\u2018([¿¡")
    if not rest[0].isspace() or not following or following[0].islower():
        return False
    return end.group()[0] != "." or len(end.group()) > 1 or not _abbreviates(block[: end.start()], following, language=language)


def _abbreviates(head: str, following: str, *, language: str) -> bool:
    word = re.split(r"[\s(\"“„«]", head)[-1].casefold()
    known = tongues().abbreviations
    if word in known.inner or re.fullmatch(r"[^\W\d_]", word):
        return word != "i" or base_language(language) != "en"
    if word in known.final:
        return not following[0].isupper()
    if re.fullmatch(r"\d{1,2}", word) and base_language(language) in known.ordinal_tongues:
        return re.split(r"\W", following)[0].casefold() not in tongue(language).stop
    return False


def _heads_joined(found: list[str], *, language: str) -> list[str]:
    """Close open lines with a full stop, and let a line that ends in a colon lead the next one."""
    lines: list[str] = []
    for sentence in found:
        if lines and lines[-1].endswith((":", "\uff1a")):
            lines[-1] = joined([lines[-1], closed(sentence, language=language)])
        else:
            lines.append(sentence if sentence.endswith((":", "\uff1a")) else closed(sentence, language=language))
    return [*lines[:-1], *(closed(line, language=language) for line in lines[-1:])]


def _parted(piece: str, *, language: str) -> list[str]:
    words = piece.split()
    if spoken_words(piece) <= LONGEST_CLAUSE:
        return [piece] if piece else []
    if len(words) < LONGEST_CLAUSE:
        return _parted_by_letters(piece)
    joints = tongue(language).joints
    floor = LONGEST_CLAUSE // 2
    cut = next(
        (at for at in range(LONGEST_CLAUSE, floor, -1) if words[at : at + 1] and words[at].casefold() in joints), LONGEST_CLAUSE
    )
    return [" ".join(words[:cut]), *_parted(" ".join(words[cut:]), language=language)]


def _parted_by_letters(piece: str) -> list[str]:
    """Halves of a text without usable spaces, again and again until each can be said in one breath; long words stay whole."""
    if spoken_words(piece) <= LONGEST_CLAUSE or not _DENSE.search(re.sub(r"[\s!-~]", "", piece)):
        return [piece]
    middle = len(piece) // 2
    return _parted_by_letters(piece[:middle].strip()) + _parted_by_letters(piece[middle:].strip())
