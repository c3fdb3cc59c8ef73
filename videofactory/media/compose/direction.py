"""Art direction: from the words of a scene and its seed to one set of decisions. Words decide first, the seed the rest.

Every decision draws from a random stream of its own, so that a word that settles one does not change the others, and first
and last frame of a scene (same seed, same words) are the same picture.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from videofactory.domain.script import Camera, Layout
from videofactory.media.compose.framing import Framing, Moment, View, camera_view
from videofactory.media.compose.grading import Grade
from videofactory.media.compose.vocabulary import Vocabulary, all_named, named, vocabulary

ChoiceT = TypeVar("ChoiceT")
MAX_LIGHTS = 2
_OPENING = 110
"""Characters of a prompt that describe the shot itself; behind them stand the style and the brand, the same in every scene."""
_PLAY = 0.1
"""How far two scenes of one light differ in exposure, warmth and contrast: no two takes match to the letter."""


@dataclass(frozen=True)
class Wish:
    """What is asked of a still, in the words of the scene. `strength` 0 keeps the photograph's own look, 1 is free.

    `panes` is the number of panes of a split screen (0: the seed's choice), `divider` the colour of the lines between them.
    """

    prompt: str
    lighting: str = ""
    seed: int = 0
    layout: Layout = Layout.SINGLE
    camera: Camera = Camera.STATIC
    moment: Moment = "first"
    strength: float = 0.4
    panes: int = 0
    divider: str | None = None


@dataclass(frozen=True)
class Direction:
    """The decisions: shot size, side of the subject (−1..1), grade at its force, lights, depth of field, composition and camera.

    `called` is true where words name the shot size: then it is a shot, rather than a piece of design.
    `wished` is the composition the opening words ask for; `leaning` one that any later word (a style) speaks for.
    """

    framing: Framing
    side: float
    grade: Grade
    lights: tuple[str, ...]
    shallow: bool
    called: bool
    wished: str
    leaning: str
    layout: Layout
    view: View
    seed: int
    strength: float
    panes: int
    divider: str | None

    def stream(self, name: str) -> Generator:
        """The random stream of one decision."""
        return stream(self.seed, name)


def stream(seed: int, name: str) -> Generator:
    """A generator that depends on the seed and the decision's name only."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def chosen(rng: Generator, options: Sequence[tuple[ChoiceT, float]]) -> ChoiceT:
    """One of the options, by weight."""
    at = float(rng.random()) * sum(weight for _, weight in options)
    for option, weight in options:
        at -= weight
        if at < 0:
            return option
    return options[-1][0]


def direct(wish: Wish) -> Direction:
    """Decide everything about a still that does not depend on what the photograph holds."""
    words = vocabulary()
    both = (wish.lighting, wish.prompt)
    depth = named(words.depth, both)
    return Direction(
        framing=_framing(words, wish),
        side=_side(words, wish),
        grade=_grade(words, wish),
        lights=_lights(words, wish),
        shallow=depth == "shallow" or (depth is None and bool(stream(wish.seed, "depth").random() < 0.6)),  # noqa: PLR2004 - film taste
        called=named(words.framing, (wish.prompt,)) is not None,
        wished=named(words.composition, (wish.prompt[:_OPENING],)) or "",
        leaning=named(words.composition, (wish.prompt,)) or "",
        layout=wish.layout,
        view=camera_view(wish.camera, wish.moment),
        seed=wish.seed,
        strength=wish.strength,
        panes=wish.panes,
        divider=wish.divider,
    )


def _framing(words: Vocabulary, wish: Wish) -> Framing:
    name = named(words.framing, (wish.prompt,))
    if name:
        return Framing(name)
    return chosen(
        stream(wish.seed, "framing"), [(Framing.WIDE, 3.0), (Framing.MEDIUM, 4.0), (Framing.CLOSE, 2.5), (Framing.MACRO, 0.8)]
    )


_SIDES = {"left": -1.0, "right": 1.0, "centre": 0.0}


def _side(words: Vocabulary, wish: Wish) -> float:
    name = named(words.side, (wish.prompt,))
    if name:
        return _SIDES[name]
    return chosen(stream(wish.seed, "side"), [(-1.0, 3.0), (1.0, 3.0), (0.0, 1.5)])


def _grade(words: Vocabulary, wish: Wish) -> Grade:
    """At strength 0 nothing is coloured; the force rises quickly, so that the usual 0.4 already has a look."""
    name = named(words.grade, (wish.lighting, wish.prompt))
    grade = words.grades[name] if name else chosen(stream(wish.seed, "grade"), [(words.grades[n], w) for n, w in _OPEN_GRADES])
    exposure, warmth, contrast = (float(value) for value in stream(wish.seed, "play").uniform(-_PLAY, _PLAY, 3))
    played = replace(
        grade, exposure=grade.exposure + exposure, warmth=grade.warmth + 1.5 * warmth, contrast=grade.contrast + contrast
    )
    return played.softened(1 - (1 - wish.strength) ** 3)


_OPEN_GRADES = (("golden hour", 3.0), ("natural", 2.5), ("cool dawn", 1.5), ("teal and orange", 2.0), ("faded film", 1.5),
                ("low key", 1.5), ("high key", 1.2), ("duotone", 0.7))  # fmt: skip
"""What the seed may choose where no word names a grade, with weights; night and noir must be asked for."""


def _lights(words: Vocabulary, wish: Wish) -> tuple[str, ...]:
    if wish.strength == 0:
        return ()
    asked = all_named(words.light, f"{wish.lighting} {wish.prompt}")
    if asked:
        return asked[:MAX_LIGHTS]
    name = chosen(
        stream(wish.seed, "light"), [("", 3.5), ("leak", 1.6), ("window", 1.0), ("rays", 1.2), ("bokeh", 1.2), ("haze", 0.8)]
    )
    return (name,) if name else ()
