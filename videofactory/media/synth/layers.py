"""Four kinds of layer that sound effects are made of: texture, sweep, grains and hum, each from a few figures.

The figures of real effects are data (`data/effects.toml`); which one a prompt means is decided in `providers.embedded.effects`.
All layers are stereo, `n` samples long, and about as loud as their `gain` in dB says.
"""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from videofactory.domain.value import Value
from videofactory.media.synth.level import gain_of
from videofactory.media.synth.sources import noise, thrown, tilt, wandering
from videofactory.media.synth.spectrum import band_pass, bands, high_pass, low_pass
from videofactory.media.synth.wav import RATE, Signal

Shape = Literal["steady", "arch", "rise", "fall", "swell"]
_SWEEP_BANDS = 9
_GRAIN_KINDS = 7
_AUDIBLE_DECAYS = 7.0
"""A grain is followed for so many of its time constants: to −60 dB."""
_ATTACK = 0.0015


class Texture(Value):
    """Noise between `low` and `high` Hz with `tilt` dB per octave, breathing `breath` times a second by `depth` (0..1)."""

    kind: Literal["texture"]
    gain: float = 0.0
    shape: Shape = "steady"
    tilt: float = -3.0
    low: float = 60.0
    high: float = 12_000.0
    breath: float = 0.5
    depth: Annotated[float, Field(ge=0, le=1)] = 0.3

    def sound(self, n: int, *, rng: np.random.Generator) -> Signal:
        """The layer."""
        body = noise(n, rng=rng, curves=(tilt(self.tilt), high_pass(self.low), low_pass(self.high)))
        breathing = 1 - self.depth * wandering(n, rng=rng, hertz=self.breath)
        return _level(body, self.gain, breathing * contour(n, shape=self.shape))


class Sweep(Value):
    """A band of noise, `octaves` wide, gliding from `start` to `end` Hz: whooshes and risers."""

    kind: Literal["sweep"]
    gain: float = 0.0
    shape: Shape = "arch"
    tilt: float = -3.0
    start: float = 300.0
    end: float = 3000.0
    octaves: float = 1.6

    def sound(self, n: int, *, rng: np.random.Generator) -> Signal:
        """The layer: neighbouring bands of one noise, faded from each to the next."""
        body = noise(n, rng=rng, curves=(tilt(self.tilt),))
        place = _SWEEP_BANDS * np.arange(n) / n - 0.5
        out = np.zeros((n, 2))
        centres = self.start * (self.end / self.start) ** (np.arange(_SWEEP_BANDS) / (_SWEEP_BANDS - 1))
        curves = [band_pass(float(centre), octaves=self.octaves) for centre in centres]
        for index, band in enumerate(bands(body, curves=curves)):
            share = np.clip(1 - np.abs(np.clip(place, 0, _SWEEP_BANDS - 1) - index), 0, 1)
            out += band / np.sqrt(np.mean(band**2) + 1e-20) * np.sqrt(share)[:, None]
        return _level(out, self.gain, contour(n, shape=self.shape))


class Grains(Value):
    """Short sounds: `rate` a second (0: one, at `at` seconds), evenly or at random (`jitter` 0..1).

    Each grain is a sum of `tones` [Hz, seconds of decay, gain] that glide to `glide` times their pitch, and a burst of noise
    around `burst` Hz, `octaves` wide, fading in `decay` seconds with gain `hiss`. `pattern` are moments (seconds) within a
    grain at which it strikes again. `spread` is how much pitches differ (octaves), `uneven` how much levels do (dB).
    """

    kind: Literal["grains"]
    gain: float = 0.0
    shape: Shape = "steady"
    rate: float = 0.0
    at: float = 0.02
    jitter: Annotated[float, Field(ge=0, le=1)] = 1.0
    tones: tuple[tuple[float, float, float], ...] = ()
    glide: float = 1.0
    flutter: float = 0.0
    burst: float = 2000.0
    octaves: float = 2.0
    decay: float = 0.01
    hiss: float = 0.0
    attack: float = _ATTACK
    pattern: tuple[float, ...] = (0.0,)
    spread: float = 0.0
    uneven: float = 0.0
    width: Annotated[float, Field(ge=0, le=1)] = 0.6

    def sound(self, n: int, *, rng: np.random.Generator) -> Signal:
        """The layer. Level counts from the loudest sample of one grain."""
        grains = [self._grain(rng) for _ in range(_GRAIN_KINDS if self.rate else 1)]
        starts = self._starts(n, rng)
        levels = 10 ** (-self.uneven * rng.random(len(starts)) / 20)
        body = thrown(grains, starts=starts, levels=levels, n=n, rng=rng, width=self.width)
        return np.asarray(body * gain_of(self.gain) * contour(n, shape=self.shape)[:, None])

    def _starts(self, n: int, rng: np.random.Generator) -> Signal:
        seconds = n / RATE
        if not self.rate:
            return np.array([min(self.at, seconds / 4)])
        count = max(round(seconds * self.rate), 1)
        even = (np.arange(count) + 0.5) / self.rate
        moved = even + self.jitter * (rng.random(count) - 0.5) * 2 / self.rate
        return np.sort(np.clip(moved, 0.0, seconds))

    def _grain(self, rng: np.random.Generator) -> Signal:
        pitch = 2 ** (self.spread * (rng.random() - 0.5))
        once = self._strike(pitch, rng)
        length = round((max(self.pattern) if self.pattern else 0.0) * RATE) + len(once)
        grain = np.zeros(length)
        for moment in self.pattern:
            start = round(moment * RATE)
            grain[start : start + len(once)] += once
        return np.asarray(grain / np.max(np.abs(grain)))

    def _strike(self, pitch: float, rng: np.random.Generator) -> Signal:
        longest = max([self.decay, *(decay for _, decay, _ in self.tones)])
        n = round(longest * _AUDIBLE_DECAYS * RATE)
        time = np.arange(n) / RATE
        strike = np.zeros(n)
        for hertz, decay, gain in self.tones:
            bend = self.glide ** np.minimum(time / decay, 2.0) * (1 + self.flutter * np.sin(2 * np.pi * 28 * time))
            phase = 2 * np.pi * np.cumsum(hertz * pitch * bend) / RATE
            strike += gain * np.sin(phase) * np.exp(-time / decay)
        if self.hiss:
            hiss = noise(n, rng=rng, curves=(band_pass(self.burst * pitch, octaves=self.octaves),))[:, 0]
            strike += self.hiss * hiss * np.exp(-time / self.decay)
        ends = np.minimum(time / self.attack, 1.0) * np.minimum((n - np.arange(n)) / (n / 8), 1.0)
        return np.asarray(strike * ends)


class Hum(Value):
    """Harmonics of `hertz` falling by `slope` dB each, slowly beating, gliding to `glide` times the pitch; `rough`: unsteady."""

    kind: Literal["hum"]
    gain: float = 0.0
    shape: Shape = "steady"
    hertz: float = 60.0
    harmonics: int = 8
    slope: float = -4.0
    glide: float = 1.0
    rough: Annotated[float, Field(ge=0, le=1)] = 0.0

    def sound(self, n: int, *, rng: np.random.Generator) -> Signal:
        """The layer."""
        phase = 2 * np.pi * np.cumsum(self.hertz * self.glide ** (np.arange(n) / n)) / RATE
        out = np.zeros((n, 2))
        for number in range(1, self.harmonics + 1):
            detuned = number * (1 + 0.002 * (rng.random(2) - 0.5))
            beats = 1 - self.rough * wandering(n, rng=rng, hertz=9.0)
            out += (gain_of(self.slope * (number - 1)) * beats)[:, None] * np.sin(phase[:, None] * detuned + 6.28 * rng.random(2))
        return _level(out, self.gain, contour(n, shape=self.shape))


Layer = Annotated[Texture | Sweep | Grains | Hum, Field(discriminator="kind")]


def contour(n: int, *, shape: Shape) -> Signal:
    """How a layer's level moves over its length, 0..1: steady, up and down, rising, falling, or in waves of five seconds."""
    place = (np.arange(n) + 0.5) / n
    if shape == "arch":
        return np.asarray(np.sin(np.pi * place**0.8) ** 2)
    if shape == "rise":
        return np.asarray(place**2.2 * np.minimum((1 - place) / 0.06, 1.0))
    if shape == "fall":
        return np.asarray(np.minimum(place / 0.01, 1.0) * np.exp(-4.0 * place))
    if shape == "swell":
        waves = max(round(n / RATE / 5.0), 1)
        return np.asarray(0.25 + 0.75 * np.sin(np.pi * waves * place) ** 2)
    return np.ones(n)


def _level(body: Signal, gain: float, envelope: Signal) -> Signal:
    rms = np.sqrt(np.mean(body**2) + 1e-20)
    return np.asarray(body / rms * gain_of(gain - 12.0) * envelope[:, None])
