"""From figures to words: colour names, mood, subject, essence, invariants, remarks. Says only what was measured.

English throughout: these words go into prompts, and engines read English best whatever language the film speaks.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from videofactory.domain.brand import Swatch
from videofactory.domain.footage import Box
from videofactory.media.measure import difference, lab_of_hex
from videofactory.providers.embedded.analyst_scores import Figures, depth, drawn

WARM, COOL = 0.62, 0.4
BRIGHT, DARK = 0.66, 0.46
STRONG_CONTRAST, SOFT_CONTRAST = 0.65, 0.35
VIVID, MUTED, GREY = 0.45, 0.18, 0.04
DEEP, SOME_DEPTH = 0.6, 0.25
DRAWN = 0.5
THIRD = 0.42
"""A subject whose middle lies left of this share is left of the centre; mirrored on the right, above and below."""
NOTED_BELOW = 0.7
"""Fitness below which a remark is made."""
ESSENCE_COLOURS = 3


@cache
def _named() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    text = resources.files("videofactory.data").joinpath("colours.toml").read_text("utf-8")
    table: dict[str, str] = tomllib.loads(text)["colours"]
    return tuple(table), lab_of_hex(list(table.values()))


def colour_name(colour: str) -> str:
    """The nearest name of the colour table for `#rrggbb`: "deep red", "cream"."""
    names, labs = _named()
    return names[int(np.argmin(difference(labs, lab_of_hex([colour])[0])))]


def colour_names(palette: Sequence[Swatch], *, count: int) -> list[str]:
    """At most `count` different names, by falling share."""
    return list(dict.fromkeys(colour_name(swatch.hex) for swatch in palette))[:count]


def accent(palette: Sequence[Swatch]) -> Swatch:
    """The swatch that catches the eye: chroma, against the colour that covers most, with little regard to its share."""
    labs = lab_of_hex([swatch.hex for swatch in palette])
    chroma = np.hypot(labs[:, 1], labs[:, 2])
    apart = difference(labs, labs[0])
    return palette[int(np.argmax(chroma * np.sqrt(apart + 1.0)))]


def temperature(figures: Figures) -> str:
    """The light in a word: "warm", "cool" or "neutral"."""
    warmth = figures.light.warmth
    return "warm" if warmth >= WARM else "cool" if warmth <= COOL else "neutral"


def mood(figures: Figures) -> str:
    """Three words: temperature, light, colour: "warm, intimate, rich"."""
    light, colour = figures.light, figures.light.colourfulness
    dramatic = light.contrast >= STRONG_CONTRAST
    if light.brightness <= DARK:
        air = "dramatic" if dramatic and light.warmth < WARM else "intimate"
    elif light.brightness >= BRIGHT:
        air = "crisp" if dramatic else "airy"
    else:
        air = "lively" if dramatic else "calm"
    tone = "vivid" if colour >= VIVID else "rich" if colour >= MUTED else "muted" if colour >= GREY else "monochrome"
    feel = {"warm": "warm", "cool": "cool", "neutral": "balanced"}[temperature(figures)]
    return f"{feel}, {air}, {tone}"


def place(box: Box) -> str:
    """Where the subject is: "left of the centre", "in the upper right", "in the centre"."""
    across, down = box.x + box.width / 2, box.y + box.height / 2
    side = "left" if across < THIRD else "right" if across > 1 - THIRD else ""
    level = "upper" if down < THIRD else "lower" if down > 1 - THIRD else ""
    if side and level:
        return f"in the {level} {side}"
    if side:
        return f"{side} of the centre"
    return f"in the {level} half" if level else "in the centre"


def subject(figures: Figures, *, inside: Sequence[Swatch], outside: Sequence[Swatch]) -> str:
    """What stands where on what, by colour; `inside` and `outside` are the palettes of the focus box and of the rest."""
    ground = colour_names(outside, count=1)[0]
    own = [name for name in colour_names(inside, count=4) if name != ground][:2] or [ground]
    kind = "drawing" if drawn(figures.form) >= DRAWN else "subject"
    feel = temperature(figures)
    kindly = f"{feel} " if feel != "neutral" else ""
    words = f"{kindly}{' and '.join(own)} {kind}"
    return f"{_article(words)} {words} {place(figures.attention.box)} on {_article(ground)} {ground} ground"


def essence(figures: Figures, *, palette: Sequence[Swatch]) -> str:
    """A prompt of 25 to 60 words that carries the look: colours, light, contrast, depth, finish."""
    names = colour_names(palette, count=ESSENCE_COLOURS)
    catching = colour_name(accent(palette).hex)
    touch = f", with {catching} as the accent" if catching not in names else f", led by {catching}"
    manner = "flat graphic design" if drawn(figures.form) >= DRAWN else "photographic realism"
    return (
        f"{_capital(manner)} in a palette of {_listed(names)}{touch}; {_light_words(figures)}, {_contrast_words(figures)}, "
        f"{_depth_words(figures)}; {_finish_words(figures)}; the subject {place(figures.attention.box)}; "
        f"the mood is {mood(figures)}"
    )


def invariants(figures: Figures, *, palette: Sequence[Swatch], outside: Sequence[Swatch]) -> tuple[str, ...]:
    """Three or four short phrases every scene must keep: accent, light, ground, and depth or flatness where it is marked."""
    catching, ground = colour_name(accent(palette).hex), colour_names(outside, count=1)[0]
    phrases = [f"{catching} accent", _light_phrase(figures), f"{ground} background"]
    if drawn(figures.form) >= DRAWN:
        phrases.append("flat graphic shapes")
    elif depth(figures) >= DEEP:
        phrases.append("shallow depth of field")
    return tuple(dict.fromkeys(phrases))


def remarks(figures: Figures, fitness: Mapping[str, float]) -> tuple[str, ...]:
    """What lowered integrity, gravest first, with the figure and the wish. A blank or noisy picture is not called blurred too."""
    sentences = {
        "blank": f"The picture is blank: one colour covers {_percent(figures.light.blank)} of it.",
        "contrast": f"The picture hardly has contrast: its colours deviate by {figures.light.spread:.1f} Lab units.",
        "noise": f"The picture is noisy: noise {round(100 * figures.detail.noise)} of 100.",
        "size": f"The picture is small: {figures.width}x{figures.height} pixels; the shorter side should have 360 or more.",
        "sharpness": f"The picture is blurred: sharpness {round(100 * figures.detail.sharpness)} of 100.",
    }
    low = sorted((value, name) for name, value in fitness.items() if value < NOTED_BELOW)
    unmeasurable = any(name in {"blank", "contrast", "noise"} for _, name in low)
    return tuple(sentences[name] for _, name in low if not (unmeasurable and name == "sharpness"))


def _light_phrase(figures: Figures) -> str:
    light = figures.light
    amount = "low" if light.brightness <= DARK else "bright" if light.brightness >= BRIGHT else "soft"
    return f"{temperature(figures)} {amount} light"


def _light_words(figures: Figures) -> str:
    gleaming = ", gleaming highlights" if figures.form.gleam >= 0.005 and drawn(figures.form) < DRAWN else ""  # noqa: PLR2004
    return _light_phrase(figures) + gleaming


def _contrast_words(figures: Figures) -> str:
    contrast = figures.light.contrast
    return (
        "strong contrast" if contrast >= STRONG_CONTRAST else "gentle contrast" if contrast <= SOFT_CONTRAST else "clear contrast"
    )


def _depth_words(figures: Figures) -> str:
    if drawn(figures.form) >= DRAWN:
        return "no depth"
    deep = depth(figures)
    return "shallow depth of field" if deep >= DEEP else "some depth" if deep >= SOME_DEPTH else "everything in focus"


def _finish_words(figures: Figures) -> str:
    if drawn(figures.form) >= DRAWN:
        return "clean edges and even areas of colour"
    if figures.form.curved >= 0.75:  # noqa: PLR2004 - see the table of form in docs/analyst.md
        return "curved forms with soft shading and natural texture"
    return "straight, structured forms" if figures.form.upright >= 0.4 else "organic forms with natural texture"  # noqa: PLR2004


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _article(words: str) -> str:
    return "an" if words[0] in "aeiou" else "a"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
