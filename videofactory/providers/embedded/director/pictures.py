"""The picture of a scene: prompt, camera, light, layout. Varied by seed, motivated by what is said.

A prompt always carries every invariant and character tag word for word; `with_tokens` is the one place that sees to it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.fingerprint import seed_of
from videofactory.domain.script import Camera, Layout
from videofactory.providers.embedded.director.salience import figure, key_phrases
from videofactory.providers.embedded.director.sentences import clean
from videofactory.providers.embedded.director.titles import shortened
from videofactory.providers.embedded.director.vocabulary import Beat, Size, cued, direction

MAX_SUBJECT, MAX_ESSENCE, MAX_STYLE = 160, 160, 600
"""Characters taken over from the brand's and style's words: engines weigh the beginning of a prompt most."""
LIST_COMMAS = 2
_PLACE = re.compile(
    r" (?:in|at|on|to) the (?:(?:upper|lower) )?"
    r"(?:cent(?:re|er)|middle|left|right|top|bottom)(?: (?:third|half|side|left|right))?\b"
)
"""Where the brand picture has its subject: the shot's own composition decides that anew."""
_DETERMINERS = frozenset(
    ["a", "an", "the", "this", "that", "these", "those", "one", "two", "three", "some", "several", "its", "our", "their"]
)


_Choice = TypeVar("_Choice")


@dataclass(frozen=True)
class Shot:
    """How a scene is seen: size and lens, composition, camera movement, light."""

    size: Size
    lens: str
    composition: str
    camera: Camera
    lighting: str


@dataclass(frozen=True)
class Mood:
    """What stays the same through the film: brand, style and language."""

    brand: BrandAnalysis
    style: str
    language: str


def invariants_of(brand: BrandAnalysis) -> tuple[str, ...]:
    """The brand's invariants without empty ones."""
    return tuple(dict.fromkeys(token for token in brand.invariants if token.strip()))


def shot_for(beat: Beat, *, said: str, mood: Mood, avoid: Sequence[Camera | None], seed: int) -> Shot:
    """The beat filled in: a camera movement not among `avoid`, lens, composition and light by seed and words."""
    words = direction()
    size = words.size(beat.size)
    moves = [camera for camera in beat.cameras if camera not in avoid] or [camera for camera in Camera if camera not in avoid]
    return Shot(
        size=size,
        lens=_pick(size.lenses, seed, "lens"),
        composition=_pick(words.compositions, seed, "composition"),
        camera=_pick(moves, seed, "camera"),
        lighting=lighting(said=said, mood=mood, seed=seed),
    )


def lighting(*, said: str, mood: Mood, seed: int) -> str:
    """A lighting note: by the hour that is spoken of, else by the brand's mood, else by the style, else a plain one."""
    lights = direction().lights
    for cues, text in ((lights.hours, said), (lights.moods, mood.brand.mood), (lights.moods, mood.style)):
        for cue in cues:
            if cued(cue.words, text):
                return _pick(cue.notes, seed, "light")
    return _pick(lights.plain, seed, "light")


def layout_for(said: str, *, before: Layout, language: str, people: bool) -> Layout:
    """Mostly one picture; side by side for comparisons and lists, subject over background for figures and people.

    Never anything but one picture twice running.
    """
    if before is not Layout.SINGLE:
        return Layout.SINGLE
    if cued(direction().comparisons.words, said) or sum(said.count(mark) for mark in ",،、\uff0c") >= LIST_COMMAS:
        return Layout.SPLIT_SCREEN
    return Layout.COMPOSITE if people or figure(said, language=language) else Layout.SINGLE


def prompt(shot: Shot, *, said: str, mood: Mood, tags: Sequence[str]) -> str:
    """The scene in a cinematographer's words, with every invariant and tag."""
    subject = shortened(_PLACE.sub("", clean(mood.brand.subject)), most=MAX_SUBJECT).strip(" .") or "the brand's subject"
    parts = [f"{shot.size.phrase} of {_article(subject)}{subject}, {shot.lens}, {shot.composition}"]
    if motifs := key_phrases(said, language=mood.language, most=3):
        parts.append(f"In the picture: {', '.join(motifs)}")
    elif not said:
        parts.append(_pick(direction().quiet, seed_of(shot.lens, shot.composition, shot.camera), "quiet"))
    parts += [part for part in (_flat(mood.style, most=MAX_STYLE), _flat(mood.brand.essence, most=MAX_ESSENCE)) if part]
    return with_tokens(". ".join(_capital(part) for part in parts) + ".", invariants=invariants_of(mood.brand), tags=tags)


def with_tokens(text: str, *, invariants: Sequence[str], tags: Sequence[str]) -> str:
    """The prompt, with every invariant and tag it lacks added word for word."""
    if missing := [token for token in invariants if token not in text]:
        text = f"{text} Keep unchanged: {'; '.join(missing)}."
    if absent := [tag for tag in tags if tag not in text]:
        text = f"{text} Featuring {', '.join(absent)}."
    return text.strip()


def _article(subject: str) -> str:
    """The article and its space before a bare singular noun phrase; names, plurals and phrases with one get none."""
    first, head = subject.split(maxsplit=1)[0], re.split(r" (?:on|in|of|with|at|and|by|over|under|beside)\b|,", subject)[0]
    if not first.isascii() or not first[0].islower() or first in _DETERMINERS or head.endswith("s"):
        return ""
    return "an " if first[0] in "aeiou" else "a "


def _flat(text: str, *, most: int) -> str:
    flat = " ".join(clean(text).split()).strip(" .")
    if len(flat) <= most:
        return flat
    cut = flat[:most]
    return (cut.rsplit(", ", 1)[0] if ", " in cut else cut.rsplit(" ", 1)[0]).strip(" .,")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _pick(choices: Sequence[_Choice], seed: int, what: str) -> _Choice:
    return choices[seed_of(seed, what) % len(choices)]
