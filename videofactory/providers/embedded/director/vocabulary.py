"""The embedded director's knowledge as frozen values, read once from `data/direction.toml`, `tongues.toml`, `wishes.toml`.

Which shot sizes, lights, sounds, languages and review words it knows is decided in those files; what is done with them
is in the modules beside this one.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import BeforeValidator

from videofactory.domain.script import Camera, Layout
from videofactory.domain.value import Value

TOKEN = re.compile(r"[^\W_]+(?:[’'\-.,][^\W_]+)*")
"""A word: letters and digits, with apostrophes, hyphens and decimal marks inside it."""
_CASELESS = re.compile("[\u3041-\u30ff\u3400-\u9fff\u0e00-\u0eff]")

WordSet = Annotated[frozenset[str], BeforeValidator(lambda text: frozenset(text.split()) if isinstance(text, str) else text)]


class Size(Value):
    """A shot size: how a prompt names it, and the lenses that suit it."""

    phrase: str
    lenses: tuple[str, ...]


class Beat(Value):
    """A step of the film's rhythm: a shot size (its phrase) and the camera moves that suit it."""

    size: str
    cameras: tuple[Camera, ...]


class Cued(Value):
    """Lighting notes that certain words call for."""

    words: tuple[str, ...]
    notes: tuple[str, ...]


class Lights(Value):
    """Lighting notes by hour, by mood, and for everything else."""

    plain: tuple[str, ...]
    hours: tuple[Cued, ...]
    moods: tuple[Cued, ...]


class Noise(Value):
    """A sound effect's prompt and the words that call for it."""

    words: tuple[str, ...]
    prompt: str


class Effects(Value):
    """All known sound effects and the one for transitions."""

    whoosh: str
    sounds: tuple[Noise, ...]


class Comparisons(Value):
    """Words that set two things side by side."""

    words: tuple[str, ...]


class Direction(Value):
    """The picture and sound vocabulary. `sizes` run from the widest to the closest."""

    compositions: tuple[str, ...]
    quiet: tuple[str, ...]
    sizes: tuple[Size, ...]
    opening: Beat
    body: tuple[Beat, ...]
    closing: Beat
    lights: Lights
    comparisons: Comparisons
    effects: Effects

    def size(self, phrase: str) -> Size:
        """The shot size of this phrase. Raises `StopIteration` for an unknown one (a fault in the data file)."""
        return next(size for size in self.sizes if size.phrase == phrase)


class Tongue(Value):
    """What is known of one language; see the head of `tongues.toml`."""

    stop: WordSet = frozenset()
    leaning: WordSet = frozenset()
    joints: WordSet = frozenset()
    subjects: WordSet = frozenset()
    negations: WordSet = frozenset()
    calls: tuple[str, ...] = ()
    full_stop: str = "."


class Abbreviations(Value):
    """Words whose full stop does not, or not always, end a sentence."""

    inner: WordSet
    final: WordSet
    ordinal_tongues: frozenset[str]


class Tongues(Value):
    """All known languages by their ISO 639 code."""

    abbreviations: Abbreviations
    tongues: dict[str, Tongue]


class Wish(Value):
    """One thing a reviewer may ask of a picture.

    `axis` groups wishes of which the last one counts; `words` are what reviewers write; `opposite` is the wish meant by
    "less" or "too". What it does: `light` is added to the lighting (after its `removes` words are cleared), `note` to the
    prompt; `size`, `composition`, `camera`, `layout` replace the scene's. `done` says so in the reply, by language.
    """

    id: str
    axis: str
    words: tuple[str, ...]
    opposite: str = ""
    light: str = ""
    removes: tuple[str, ...] = ()
    note: str = ""
    size: str = ""
    nearer: str = ""
    composition: str = ""
    camera: Camera | None = None
    layout: Layout | None = None
    done: dict[str, str]


class Replies(Value):
    """Sentence frames of the answers to a reviewer, by language."""

    changed: dict[str, str]
    unread: dict[str, str]
    fresh: dict[str, str]
    joint: dict[str, str]


class Wishes(Value):
    """The review vocabulary."""

    less: tuple[str, ...]
    replies: Replies
    wishes: tuple[Wish, ...]

    def wish(self, wish_id: str) -> Wish:
        """The wish of this id. Raises `StopIteration` for an unknown one (a fault in the data file)."""
        return next(wish for wish in self.wishes if wish.id == wish_id)


@lru_cache
def direction() -> Direction:
    """The picture and sound vocabulary."""
    return Direction.model_validate(_read("direction.toml"))


@lru_cache
def tongues() -> Tongues:
    """The languages."""
    return Tongues.model_validate(_read("tongues.toml"))


@lru_cache
def wishes() -> Wishes:
    """The review vocabulary."""
    return Wishes.model_validate(_read("wishes.toml"))


def tongue(language: str) -> Tongue:
    """What is known of a BCP 47 language (`de-AT` counts as `de`); an unknown one knows no words at all."""
    return tongues().tongues.get(base_language(language), Tongue())


def base_language(language: str) -> str:
    """`de` for `de-AT`."""
    return language.split("-", maxsplit=1)[0].lower()


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, in order."""
    return tuple(match.group().casefold() for match in TOKEN.finditer(text))


def cued(words: Sequence[str], text: str) -> bool:
    """Whether one of `words` stands in the text; `bake*` matches every word that begins so, CJK words anywhere."""
    present = words_of(text)
    return any(_stands(word, present, text) for word in words)


def _stands(word: str, present: Iterable[str], text: str) -> bool:
    if _CASELESS.search(word):
        return word in text
    if word.endswith("*"):
        return any(token.startswith(word[:-1]) for token in present)
    return word in present


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((files("videofactory") / "data" / name).read_text(encoding="utf-8"))
