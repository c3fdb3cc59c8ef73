"""Raw sound to shape: noise of any colour, slow random motion, and short grains thrown into time.

All randomness comes from the generator handed in.
"""

from collections.abc import Sequence

import numpy as np

from videofactory.media.synth.room import convolved
from videofactory.media.synth.spectrum import Curve, filtered
from videofactory.media.synth.wav import RATE, Signal

_TILT_FROM = 40.0
"""Hz below which coloured noise stays level, so that it holds no rumble that nobody hears but every meter sees."""


def tilt(decibels_per_octave: float) -> Curve:
    """A straight slope in dB per octave, 1 at 1 kHz: −3 makes white noise pink, −6 brown. Nothing of 0 Hz."""
    power = decibels_per_octave / (20 * np.log10(2))
    return lambda f: np.asarray((np.maximum(f, _TILT_FROM) / 1000) ** power * (f > 0), dtype=np.float64)


def noise(n: int, *, rng: np.random.Generator, curves: Sequence[Curve] = ()) -> Signal:
    """Stereo noise of RMS 1 through the curves; its sides know nothing of each other."""
    shaped = filtered(rng.standard_normal((n, 2)), *curves) if curves else rng.standard_normal((n, 2))
    return np.asarray(shaped / np.sqrt(np.mean(shaped**2) + 1e-20))


def wandering(n: int, *, rng: np.random.Generator, hertz: float) -> Signal:
    """A smooth random line within 0..1 that turns about `hertz` times a second."""
    knots = rng.random(int(n / RATE * hertz) + 4)
    place = np.arange(n) / RATE * hertz + rng.random()
    index = place.astype(np.int64)
    share = 0.5 - 0.5 * np.cos(np.pi * (place - index))
    return np.asarray(knots[index] * (1 - share) + knots[index + 1] * share)


def thrown(grains: Sequence[Signal], *, starts: Signal, levels: Signal, n: int, rng: np.random.Generator, width: float) -> Signal:
    """Mono grains begun at `starts` (seconds) with `levels`, each anywhere within `width` (0..1) of the stage: stereo."""
    out = np.zeros((n, 2))
    kinds = rng.integers(len(grains), size=len(starts))
    sides = 0.5 + width * (rng.random(len(starts)) - 0.5)
    pans = np.stack([np.cos(sides * np.pi / 2), np.sin(sides * np.pi / 2)], axis=1)
    places = np.clip(np.rint(starts * RATE).astype(np.int64), 0, n - 1)
    for kind, grain in enumerate(grains):
        mine = kinds == kind
        if not np.any(mine):
            continue
        impulses = np.zeros((n, 2))
        np.add.at(impulses, places[mine], levels[mine, None] * pans[mine])
        out += convolved(impulses, response=grain[:n, None])[:n]
    return out
