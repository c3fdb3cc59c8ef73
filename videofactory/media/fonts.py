"""Fonts: which font of the installed wheels draws which letters, how wide text is, and static files of just these letters.

libass draws a variable font only at its default weight (and smears it for bold), and asks the system for missing letters, which
would make films differ from machine to machine. So each text is split into runs by font (`runs`), and for each font and
weight in use a small static font of a name of its own is made (`write`). How text is laid out is in `titles`.
"""

import hashlib
import importlib.util
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from videofactory.domain.errors import NotFound

ASCENT = 1.0
DESCENT = 0.3
LINE_HEIGHT = ASCENT + DESCENT
"""Every font is given the same ascent and descent (in em), so that lines keep their distance when scripts are mixed."""
_BOLDER_IS_WIDER = 1.06
"""Advances are read from the regular weight; measured on Inter, bold is 4 to 6 % wider."""
_WORLD = "manimgx_fonts"
_CJK = "manimgx_fonts_cjk"
_EMOJI = "Noto Emoji"
_SAME_RUN = {"Mn", "Me", "Mc", "Cf", "Sk", "Zs", "Cc"}
"""Marks, joiners, modifiers and spaces are drawn with the letter before them."""
_VARIATION_EMOJI = "\ufe0f"
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They choose among forms of the letter before them."""
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Controls, joiners and spaces: nothing is drawn of them, or ours is (`titles.ass`)."""
_EMOJI_START = 0x1F000
_SCRIPTS = {
    "ARABIC": "Arabic",
    "ARMENIAN": "Armenian",
    "BENGALI": "Bengali",
    "DEVANAGARI": "Devanagari",
    "ETHIOPIC": "Ethiopic",
    "GEORGIAN": "Georgian",
    "GUJARATI": "Gujarati",
    "GURMUKHI": "Gurmukhi",
    "HEBREW": "Hebrew",
    "KANNADA": "Kannada",
    "KHMER": "Khmer",
    "LAO": "Lao",
    "MALAYALAM": "Malayalam",
    "MYANMAR": "Myanmar",
    "ORIYA": "Oriya",
    "SINHALA": "Sinhala",
    "TAMIL": "Tamil",
    "TELUGU": "Telugu",
    "THAI": "Thai",
}
"""First word of a letter's Unicode name, and the Noto Sans that draws it."""
_CJK_FACES = {"ja": 0, "ko": 1, "zh": 2}
"""Place of each language's forms of Han letters in the collection; Japanese forms are its default."""


class Source(NamedTuple):
    """A font file of a wheel: its family's name, its path, and its place in a collection (-1: no collection)."""

    family: str
    path: Path
    number: int = -1


class Run(NamedTuple):
    """Letters drawn by one font."""

    source: Source
    text: str


class Need(NamedTuple):
    """A font, a weight (100..900), and all letters it must have."""

    source: Source
    weight: int
    letters: str


class _Metrics(NamedTuple):
    glyphs: Mapping[int, str]
    advances: Mapping[str, tuple[int, int]]
    em: int


def runs(text: str, *, family: str, language: str = "en") -> tuple[Run, ...]:
    """Split text into runs of one font each: `family` where it has the letter, else the Noto font of the letter's script.

    A letter that none has is written as the plain one it stands for, if there is such a one: mathematical bold becomes plain.
    """
    text = "".join(_plain(letter, family, language[:2]) for letter in text)
    sources: list[Source] = []
    for position, letter in enumerate(text):
        category = unicodedata.category(letter)
        if category == "Zs" and sources and sources[-1].family == _EMOJI:
            sources.append(find(family))  # the emoji font's space is as wide as an emoji
            continue
        follows = sources and category in _SAME_RUN
        after = text[position + 1 : position + 2]
        sources.append(sources[-1] if follows else _source_of(letter, after == _VARIATION_EMOJI, family, language[:2]))
    return tuple(
        Run(source, "".join(letter for _, letter in group))
        for source, group in groupby(zip(sources, text, strict=True), key=lambda pair: pair[0])
    )


def undrawn(text: str, *, family: str, language: str = "en") -> str:
    """The signs of a text, each once, that no installed font has: where they are drawn, a box is seen."""
    found = (
        letter for run in runs(text, family=family, language=language) for letter in run.text if not _has(run.source, letter)
    )
    return "".join(dict.fromkeys(found))


def _has(source: Source, letter: str) -> bool:
    """Whether a font draws a letter, if there is anything to draw of it."""
    unseen = unicodedata.category(letter) in _UNSEEN or letter in _SELECTORS
    return unseen or ord(letter) in letters_of(source)


def name(source: Source, *, weight: int) -> str:
    """The name under which `write` makes this font known: not that of any font of the system."""
    return f"VF {source.family} {weight}"


def width(text: str, *, family: str, language: str = "en", weight: int = 400) -> float:
    """Width of one line in em: advances only, without kerning or joined forms, so a little too much rather than too little."""
    em = sum(_advance(run.source, letter) for run in runs(text, family=family, language=language) for letter in run.text)
    return em * (_BOLDER_IS_WIDER if weight > 500 else 1.0)  # noqa: PLR2004 - 500 is the last weight drawn as regular


def write(folder: Path, *, needs: Iterable[Need]) -> None:
    """Write the static fonts into the folder, for libass to read. Equal needs give equal bytes; each is made once a process."""
    for number, need in enumerate(sorted(needs)):
        (folder / f"{number:02d}.otf").write_bytes(static(need))


@cache
def find(family: str) -> Source:
    """The upright font of a family from its wheel `fontpkg-<family>`. Raises `NotFound` when it is not installed."""
    module = "fontpkg_" + re.sub(r"[^a-z0-9]+", "_", family.lower()).strip("_")
    files = sorted(path for path in _files(module, "files/*.?tf") if "Italic" not in path.name)
    regular = [path for path in files if "wght" in path.name or path.stem.endswith("-Regular")] or files
    if not regular:
        wheel = module.replace("_", "-")
        raise NotFound(f"The font family {family!r} is not installed.", remedy=f"pip install {wheel}, or choose Inter.")
    return Source(family, regular[0])


def identity(source: Source) -> str:
    """A font's name and the SHA-256 of its file: for fingerprints, since another version of a wheel draws other letters."""
    return f"{source.family} {digest(source.path)}"


@cache
def digest(path: Path) -> str:
    """The SHA-256 of a font file, read once a process: the largest, with all Han letters, has 33 MB."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(module: str, pattern: str) -> tuple[Path, ...]:
    spec = importlib.util.find_spec(module)
    return tuple(Path(spec.origin).parent.glob(pattern)) if spec and spec.origin else ()


@lru_cache(maxsize=8192)
def _source_of(letter: str, emoji_wanted: bool, family: str, language: str) -> Source:  # noqa: FBT001 - a cache key
    if emoji_wanted or ord(letter) >= _EMOJI_START:
        emoji = _world(_EMOJI)
        if ord(letter) in letters_of(emoji):
            return emoji
    first = find(family)
    if ord(letter) in letters_of(first):
        return first
    return next((source for source in _candidates(letter, language) if ord(letter) in letters_of(source)), first)


@lru_cache(maxsize=8192)
def _plain(letter: str, family: str, language: str) -> str:
    """The letter, or, where no font has it, what it is a variant of (Unicode's compatibility form); a space is a space."""
    simple = " " if unicodedata.category(letter) == "Zs" else unicodedata.normalize("NFKC", letter)
    if simple in {letter, " "}:
        return simple
    return letter if ord(letter) in letters_of(_source_of(letter, False, family, language)) else simple  # noqa: FBT003 - a cache key


def _candidates(letter: str, language: str) -> Iterable[Source]:
    script = _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0])
    if script:
        yield _world(f"Noto Sans {script}")
    yield from (_world("Noto Sans"), _cjk(language), _world("Noto Sans Symbols"), _world(_EMOJI))


@cache
def _world(family: str) -> Source:
    path = next(iter(_files(_WORLD, f"{family.replace(' ', '')}[[]*.ttf")), None)
    if path is None:
        raise NotFound(f"The font {family} is missing.", remedy="pip install manimgx-fonts")
    return Source(family, path)


@cache
def _cjk(language: str) -> Source:
    path = next(iter(_files(_CJK, "*.ttc")), None)
    if path is None:
        raise NotFound("The font Noto Sans CJK is missing.", remedy="pip install manimgx-fonts-cjk")
    return Source(f"Noto Sans CJK {language if language in _CJK_FACES else 'ja'}", path, _CJK_FACES.get(language, 0))


@cache
def _metrics(source: Source) -> _Metrics:
    with TTFont(source.path, fontNumber=source.number, lazy=True) as font:
        return _Metrics(font.getBestCmap(), dict(font["hmtx"].metrics), font["head"].unitsPerEm)


def letters_of(source: Source) -> Mapping[int, str]:
    """The code points a font draws, and the names of their glyphs."""
    return _metrics(source).glyphs


def _advance(source: Source, letter: str) -> float:
    metrics = _metrics(source)
    glyph = metrics.glyphs.get(ord(letter))
    return 0.0 if glyph is None or unicodedata.combining(letter) else metrics.advances[glyph][0] / metrics.em


@lru_cache(maxsize=64)
def static(need: Need) -> bytes:
    """A font of only these letters, at this weight, with the name and line height of ours."""
    options = subset.Options(notdef_outline=True, hinting=False, desubroutinize=True, name_IDs=["*"])
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=_with_parts(need.letters) + " ")
    with TTFont(need.source.path, fontNumber=need.source.number, lazy=True, recalcTimestamp=False) as whole:
        subsetter.subset(whole)
        font = _reloaded(whole)
    if "fvar" in font:
        limits = {axis.axisTag: _place(axis, need.weight) for axis in font["fvar"].axes}
        font = instancer.instantiateVariableFont(font, limits)
    _rename(font, name(need.source, weight=need.weight))
    return _bytes(font).getvalue()


def _with_parts(letters: str) -> str:
    """The letters and what shaping takes them apart into: HarfBuzz draws Tamil's double vowels and Thai's sara am from parts."""
    apart = (unicodedata.normalize(form, letters) for form in ("NFD", "NFKD"))
    return "".join(sorted({*letters, *"".join(apart)}))


def _bytes(font: Any) -> io.BytesIO:  # noqa: ANN401 - fontTools has no types
    buffer = io.BytesIO()
    font.save(buffer)
    buffer.seek(0)
    return buffer


def _reloaded(font: Any) -> Any:  # noqa: ANN401 - fontTools has no types
    """The font written and read again: the instancer cannot work on CFF2 outlines that were subset in place."""
    return TTFont(_bytes(font), recalcTimestamp=False)


def _place(axis: Any, weight: int) -> float:  # noqa: ANN401 - fontTools has no types
    """Where on an axis: the weight asked for, the largest optical size (our text is large), else the default."""
    wanted = {"wght": float(weight), "opsz": axis.maxValue}.get(axis.axisTag, axis.defaultValue)
    return float(min(max(wanted, axis.minValue), axis.maxValue))


def _rename(font: Any, family: str) -> None:  # noqa: ANN401 - fontTools has no types
    table = font["name"]
    for number in (16, 17, 18, 21, 22, 25):
        table.removeNames(nameID=number)
    for number, value in ((1, family), (2, "Regular"), (3, family), (4, family), (6, family.replace(" ", ""))):
        table.setName(value, number, 3, 1, 0x409)
    em = font["head"].unitsPerEm
    metrics, line = font["OS/2"], font["hhea"]
    metrics.usWinAscent, metrics.usWinDescent = round(em * ASCENT), round(em * DESCENT)
    line.ascent, line.descent, line.lineGap = round(em * ASCENT), -round(em * DESCENT), 0
    metrics.sTypoAscender, metrics.sTypoDescender, metrics.sTypoLineGap = line.ascent, line.descent, 0
    metrics.usWeightClass, metrics.fsSelection = 400, 0x40
    font["head"].macStyle = 0
