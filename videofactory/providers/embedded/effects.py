"""The embedded sound effects: words of a prompt choose recipes, and up to three of them sound together.

Recipes are data (`data/effects.toml`); what their layers do is `media.synth.layers`.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from videofactory.domain.errors import EngineFailed
from videofactory.domain.fingerprint import seed_of
from videofactory.domain.value import Value
from videofactory.media.synth.layers import Layer
from videofactory.media.synth.level import at_loudness, faded, gain_of
from videofactory.media.synth.room import convolved, impulse_response
from videofactory.media.synth.spectrum import filtered, high_pass
from videofactory.media.synth.wav import RATE, Signal, wav_bytes
from videofactory.providers.roles import Delivered, EffectRequest, Payload, Receipt, Shelf, SoundEngine

MOST_LAYERED = 3
LONGEST = 120.0
"""Seconds; twice the longest scene."""
TARGET_LUFS = -24.0
CEILING = -6.0
_FADE_IN = 0.01
_FADE_OUT = 0.2
_SECOND_IS_SOFTER = -4.0
_LOWEST_HZ = 28
_PREFIX_FROM = 5


class Recipe(Value):
    """One effect: the words that ask for it, its layers, its room (seconds, dB)."""

    words: tuple[str, ...]
    layers: tuple[Layer, ...]
    room: tuple[float, float] | None = None
    default: bool = False


class EmbeddedEffects(SoundEngine):
    """Makes effects from noise, grains and hums. A prompt with no known word gets a soft whoosh of its seed's choice."""

    id = "embedded"
    model = "embedded-effects-1"
    resend_is_free = True

    def submit(self, request: EffectRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing to fetch or to find again
        """Make the effect: 48 kHz stereo of exactly `seconds`. Raises `EngineFailed` for lengths it does not make."""
        n = round(request.seconds * RATE)
        if n < 1 or request.seconds > LONGEST:
            message = f"The embedded effects cannot make an effect of {request.seconds} s."
            raise EngineFailed(message, remedy=f"Ask for more than 0 and at most {LONGEST:.0f} s.")
        names, known = chosen(request.prompt, seed=request.seed)
        remarks = () if known else (f"No word of {request.prompt!r} is known; took {names[0]}.",)
        wav = wav_bytes(mixed(names, n=n, seed=request.seed))
        return Delivered(files={"effect": Payload(wav, "audio/wav")}, remarks=remarks)


@cache
def recipes() -> dict[str, Recipe]:
    """All recipes by name, in the order of the data file."""
    text = files("videofactory").joinpath("data/effects.toml").read_text(encoding="utf-8")
    return {name: Recipe.model_validate(entry) for name, entry in tomllib.loads(text).items()}


def chosen(prompt: str, *, seed: int) -> tuple[list[str], bool]:
    """The names of at most `MOST_LAYERED` recipes in the order the prompt names them, and whether any was named at all."""
    text = prompt.lower()
    places = {name: _place(text, recipe.words) for name, recipe in recipes().items()}
    named = sorted((place, name) for name, place in places.items() if place is not None)
    if named:
        return [name for _, name in named[:MOST_LAYERED]], True
    defaults = [name for name, recipe in recipes().items() if recipe.default]
    return [defaults[seed_of("effect", prompt, seed) % len(defaults)]], False


def _place(text: str, words: tuple[str, ...]) -> int | None:
    found = [match.start() for word in words if (match := re.search(_form(word), text))]
    return min(found, default=None)


def _form(word: str) -> str:
    """Short words stand alone or with an s ("car" is not in "cardboard"); of longer ones the beginning is enough."""
    return rf"\b{re.escape(word)}" + (r"s?\b" if len(word) < _PREFIX_FROM else "")


def mixed(names: list[str], *, n: int, seed: int) -> Signal:
    """The recipes together, the first in front: faded at both ends, no 0 Hz, peak at most `CEILING` dBFS."""
    total = np.zeros((n, 2))
    for index, name in enumerate(names):
        one = _sound(name, n=n, seed=seed)
        total += one * gain_of(_SECOND_IS_SOFTER if index else 0.0)
    clean = faded(filtered(total, high_pass(_LOWEST_HZ, order=3)), fade_in=_FADE_IN, fade_out=min(_FADE_OUT, n / RATE / 3))
    centred = clean - _window_mean(clean)
    return at_loudness(centred, target=TARGET_LUFS, ceiling=CEILING)


def _window_mean(signal: Signal) -> Signal:
    """What must be taken away for a mean of 0, in the form of an arch that is 0 at both ends."""
    arch = np.sin(np.pi * np.arange(len(signal)) / max(len(signal) - 1, 1))[:, None]
    return np.asarray(arch * (np.mean(signal, axis=0) / max(float(np.mean(arch)), 1e-9)))


def _sound(name: str, *, n: int, seed: int) -> Signal:
    """One recipe in its room, as loud as any other."""
    recipe = recipes()[name]
    rng = np.random.default_rng(seed_of("effect", name, seed))
    dry = sum((layer.sound(n, rng=rng) for layer in recipe.layers), start=np.zeros((n, 2)))
    if recipe.room is not None:
        seconds, level = recipe.room
        response = impulse_response(seconds=seconds, seed=seed_of("room", name))
        dry = dry + gain_of(level) * convolved(dry, response=response)[:n]
    return at_loudness(dry, target=TARGET_LUFS, ceiling=0.0)
