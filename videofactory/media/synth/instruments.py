"""How one note sounds: pads, strings, felt piano, pluck, bells, bass, and three soft drums, each as a stereo array.

A note is as long as it is heard: its length plus what rings on. Levels are balanced against each other here.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from videofactory.media.synth.spectrum import band_pass, filtered, high_pass
from videofactory.media.synth.wav import RATE, Signal

_TABLE = 65_536
"""Samples of one period: so many that the nearest one is near enough (−90 dB)."""
_STEP = 512
_A4_MIDI, _A4_HZ = 69, 440.0
_CENT = 2 ** (1 / 1200)
PAD_RELEASE = 1.1
_PARTIALS = 12


def hertz(midi: float) -> float:
    """Frequency of a MIDI pitch in equal temperament, A4 = 440 Hz."""
    return float(_A4_HZ * 2 ** ((midi - _A4_MIDI) / 12))


def pad(midi: int, *, seconds: float, brightness: float) -> Signal:
    """Two soft saws a few cents apart on each side, darker above `brightness` Hz, swelling in and ringing on for a while."""
    return _bed(midi, seconds=seconds, brightness=brightness, cents=(-5, 3, -3, 6), attack=0.45, vibrato=0.0)


def strings(midi: int, *, seconds: float, brightness: float) -> Signal:
    """A section: brighter, wider, with a slow vibrato."""
    return _bed(midi, seconds=seconds, brightness=brightness * 1.8, cents=(-8, 4, -4, 9), attack=0.3, vibrato=0.0022)


def _bed(midi: int, *, seconds: float, brightness: float, cents: tuple[float, ...], attack: float, vibrato: float) -> Signal:
    n = round((seconds + PAD_RELEASE) * RATE)
    table = _soft_saw(round(hertz(midi), 3), brightness)
    sides = [_voice(table, midi, n, detune=(cents[side], cents[side + 1]), vibrato=vibrato) for side in (0, 2)]
    time = np.arange(n) / RATE
    rise = np.sin(np.pi / 2 * np.minimum(time / min(attack, seconds / 2), 1.0)) ** 2
    fall = np.cos(np.pi / 2 * np.clip((time - seconds) / PAD_RELEASE, 0, 1)) ** 2
    return np.asarray(0.10 * np.stack(sides, axis=1) * (rise * fall)[:, None])


def _voice(table: Signal, midi: int, n: int, *, detune: tuple[float, float], vibrato: float) -> Signal:
    total = np.zeros(n)
    time = np.arange(n) / RATE
    for index, cents in enumerate(detune):
        frequency = hertz(midi) * _CENT**cents
        wobble = vibrato / (2 * np.pi * 5.1) * np.sin(2 * np.pi * 5.1 * time + 2.1 * index) if vibrato else 0.0
        place = (frequency * (time + wobble) + 0.37 * index + 0.11 * midi) * _TABLE
        total += table[place.astype(np.int64) & (_TABLE - 1)]
    return total


@cache
def _soft_saw(frequency: float, brightness: float) -> Signal:
    """One period of a saw whose harmonics fade above `brightness` Hz."""
    phase = 2 * np.pi * np.arange(_TABLE) / _TABLE
    numbers = [number for number in range(1, 25) if number * frequency < RATE / 3]
    return np.asarray(sum(np.sin(number * phase) / number / (1 + (number * frequency / brightness) ** 2) for number in numbers))


def piano(midi: int, *, seconds: float, brightness: float) -> Signal:
    """A felt piano: few partials, a touch of stretch, a soft hammer; it rings on for a second after its length."""
    partials = [(number * (1 + 0.0003 * number**2), 0.62 ** (number - 1), 1.9 / number**0.8) for number in range(1, _PARTIALS)]
    note = _struck(midi, partials, seconds=seconds + 1.0, attack=0.008)
    return np.asarray(0.22 * note + 0.01 * _thump(midi, len(note)) * min(brightness / 1200, 1.5))


def pluck(midi: int, *, seconds: float, brightness: float) -> Signal:  # noqa: ARG001 - a pluck is as bright as it is
    """Between marimba and guitar: a round tone with a woody knock that is gone soon."""
    partials = [(1.0, 1.0, 0.5), (2.0, 0.35, 0.3), (3.0, 0.18, 0.2), (4.0, 0.2, 0.12), (6.0, 0.06, 0.06)]
    return 0.24 * _struck(midi, partials, seconds=min(seconds, 0.6) + 0.9, attack=0.003)


def bells(midi: int, *, seconds: float, brightness: float) -> Signal:  # noqa: ARG001 - bells are as bright as they are
    """A soft celesta: octaves and a little twelfth, ringing long."""
    partials = [(1.0, 1.0, 1.3), (2.0, 0.3, 0.8), (3.0, 0.08, 0.5), (4.0, 0.22, 0.45), (8.0, 0.05, 0.15)]
    return 0.17 * _struck(midi, partials, seconds=seconds + 1.5, attack=0.004)


def bass(midi: int, *, seconds: float, brightness: float) -> Signal:  # noqa: ARG001 - the bass stays dark in every mood
    """A round bass: nearly a sine, with just enough harmonics for small speakers."""
    n = round((seconds + 0.15) * RATE)
    time = np.arange(n) / RATE
    phase = 2 * np.pi * hertz(midi) * time
    tone = np.sin(phase) + 0.35 * np.sin(2 * phase) + 0.12 * np.sin(3 * phase)
    shape = np.minimum(time / 0.015, 1.0) * np.exp(-time * 0.55) * np.cos(np.pi / 2 * np.clip((time - seconds) / 0.15, 0, 1)) ** 2
    return _both(0.22 * tone * shape)


def kick(midi: int, *, seconds: float, brightness: float) -> Signal:  # noqa: ARG001 - a drum has one sound
    """A soft kick: a sine falling from 110 to 48 Hz."""
    time = np.arange(round(0.32 * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(48 + 62 * np.exp(-time * 28)) / RATE
    return _both(0.55 * np.sin(phase) * np.exp(-time * 11) * np.minimum(time / 0.003, 1) * _ending(len(time)))


def hat(midi: int, *, seconds: float, brightness: float) -> Signal:  # noqa: ARG001 - a drum has one sound
    """A shaker: a short breath of bright noise."""
    n = round(0.12 * RATE)
    time = np.arange(n) / RATE
    hiss = filtered(np.random.default_rng(11).standard_normal((n, 2)), high_pass(5500, order=3))
    return np.asarray(0.12 * hiss * (np.minimum(time / 0.012, 1) * np.exp(-time * 45) * _ending(n))[:, None])


def clap(midi: int, *, seconds: float, brightness: float) -> Signal:  # noqa: ARG001 - a drum has one sound
    """A soft clap, more a finger snap than a snare."""
    n = round(0.22 * RATE)
    time = np.arange(n) / RATE
    body = filtered(np.random.default_rng(12).standard_normal((n, 2)), band_pass(1700, octaves=1.5))
    body /= np.max(np.abs(body))
    strikes = sum(np.where(time >= at, np.exp(-(time - at) * 38), 0.0) for at in (0.0, 0.011, 0.021))
    return np.asarray(0.2 * body * (np.asarray(strikes) * np.minimum(time / 0.002, 1) * _ending(n))[:, None])


def _struck(midi: int, partials: list[tuple[float, float, float]], *, seconds: float, attack: float) -> Signal:
    """Partials (ratio, gain, seconds of decay at middle C; higher notes fade sooner), a little to one side by pitch."""
    n = round(seconds * RATE)
    time = np.arange(n) / RATE
    base = hertz(midi)
    shorter = (hertz(60) / base) ** 0.4
    tone = np.zeros(n)
    for ratio, gain, decay in partials:
        if base * ratio < RATE / 3:
            tone += gain * _ringing(base * ratio, decay=decay * shorter, n=n)
    tone *= np.minimum(time / attack, 1.0) * _ending(n) / sum(gain for _, gain, _ in partials)
    side = 0.5 + 0.3 * np.sin(midi * 2.4)
    return np.asarray(tone[:, None] * np.array([np.cos(side * np.pi / 2), np.sin(side * np.pi / 2)]) * np.sqrt(2))


def _ringing(frequency: float, *, decay: float, n: int) -> Signal:
    """A sine that fades by e in `decay` seconds, made as the product of long steps and short ones, far cheaper than n sines."""
    turn = (2j * np.pi * frequency - 1 / decay) / RATE
    long_steps = np.exp(turn * _STEP * np.arange(-(-n // _STEP)))[:, None]
    short_steps = np.exp(turn * np.arange(_STEP))[None, :]
    return np.asarray((long_steps.real * short_steps.imag + long_steps.imag * short_steps.real).ravel()[:n])


def _thump(midi: int, n: int) -> Signal:
    """The felt of a hammer: a fifth of a second of dull noise."""
    short = min(RATE // 5, n)
    time = np.arange(short) / RATE
    hiss = filtered(np.random.default_rng(midi).standard_normal((short, 2)), band_pass(420, octaves=2.5))
    shape = np.minimum(time / 0.004, 1) * np.exp(-time * 32) * _ending(short)
    return np.pad(hiss / np.std(hiss) * shape[:, None], ((0, n - short), (0, 0)))


def _ending(n: int) -> Signal:
    """1, and over the last tenth down to 0, so that nothing is cut off."""
    return np.asarray(np.minimum((n - np.arange(n)) / (n / 10), 1.0))


def _both(mono: Signal) -> Signal:
    return np.repeat(mono[:, None], 2, axis=1)


Instrument = Callable[..., Signal]
INSTRUMENTS: dict[str, Instrument] = {
    "pad": pad,
    "strings": strings,
    "piano": piano,
    "pluck": pluck,
    "bells": bells,
    "bass": bass,
    "kick": kick,
    "hat": hat,
    "clap": clap,
}
"""By the part's name in a score."""
