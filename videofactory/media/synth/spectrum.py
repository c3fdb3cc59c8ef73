"""Filters and resampling by Fourier transform: no phase shift, no state, exact lengths.

A filter is a curve: a function from frequencies (Hz) to gains (1 = unchanged). Curves multiply.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from videofactory.media.synth.wav import RATE, Signal, Stored

Curve = Callable[[Signal], Signal]
_SMOOTH_PRIMES = (2, 3, 5)


def fast_length(n: int) -> int:
    """The smallest length from `n` on whose Fourier transform is fast: a product of twos, threes and fives."""
    while True:
        rest = n
        for prime in _SMOOTH_PRIMES:
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return n
        n += 1


def filtered(signal: Signal | Stored, *curves: Curve) -> Signal:
    """The signal (mono or stereo) after all curves. Padded by a tenth of a second, so that its end does not colour its start."""
    n = signal.shape[0]
    size = fast_length(n + RATE // 10)
    spectrum = np.fft.rfft(signal, size, axis=0)
    frequencies = np.fft.rfftfreq(size, 1 / RATE).astype(np.float64)
    gain = np.prod([curve(frequencies) for curve in curves], axis=0).astype(signal.dtype)
    shaped = spectrum * (gain if signal.ndim == 1 else gain[:, None])
    return np.asarray(np.fft.irfft(shaped, size, axis=0)[:n])


def bands(signal: Signal, *, curves: Sequence[Curve]) -> Iterator[Signal]:
    """The signal through each curve by itself; cheaper than filtering so many times."""
    n = signal.shape[0]
    size = fast_length(n + RATE // 10)
    spectrum = np.fft.rfft(signal, size, axis=0)
    frequencies = np.fft.rfftfreq(size, 1 / RATE).astype(np.float64)
    for curve in curves:
        gain = curve(frequencies)
        yield np.asarray(np.fft.irfft(spectrum * (gain if signal.ndim == 1 else gain[:, None]), size, axis=0)[:n])


def high_pass(cutoff: float, *, order: int = 2) -> Curve:
    """Butterworth magnitude: 3 dB down at `cutoff` Hz, 6 dB per octave and order below."""
    return lambda f: _slope(cutoff / np.maximum(f, 1e-6), order=order)


def low_pass(cutoff: float, *, order: int = 2) -> Curve:
    """Butterworth magnitude: 3 dB down at `cutoff` Hz, 6 dB per octave and order above."""
    return lambda f: _slope(f / cutoff, order=order)


def _slope(ratio: Signal, *, order: int) -> Signal:
    return np.asarray(1.0 / np.sqrt(1.0 + np.minimum(ratio, 1e6) ** (2 * order)))


def band_pass(centre: float, *, octaves: float) -> Curve:
    """A bell-shaped band around `centre` Hz: 3 dB down half of `octaves` away on each side, nothing of 0 Hz."""
    return lambda f: np.asarray(
        np.exp2(-0.5 * (np.log2(np.maximum(f, 1e-3) / centre) / (octaves / 2)) ** 2) * (f > 0), dtype=np.float64
    )


def bell(centre: float, *, octaves: float, gain: float) -> Curve:
    """Lift or cut by `gain` dB around `centre` Hz."""
    band = band_pass(centre, octaves=octaves)
    return lambda f: np.asarray(10 ** (gain / 20 * band(f)))


def high_shelf(corner: float, *, gain: float) -> Curve:
    """Lift or cut by `gain` dB well above `corner` Hz, half of it at the corner."""
    return lambda f: np.asarray(10 ** (gain / 20 / (1 + (corner / np.maximum(f, 1e-3)) ** 2)))


def resampled(signal: Signal, *, rate: int) -> Signal:
    """A mono signal of `rate` samples per second at `RATE`: band-limited, nothing added above the old Nyquist frequency."""
    common = int(np.gcd(rate, RATE))
    step_in, step_out = rate // common, RATE // common
    steps = fast_length(-(-(len(signal) + rate // 20) // step_in))
    spectrum = np.fft.rfft(signal, steps * step_in)
    wanted = np.zeros(steps * step_out // 2 + 1, dtype=complex)
    shared = min(len(spectrum), len(wanted))
    wanted[:shared] = spectrum[:shared]
    length = round(len(signal) * step_out / step_in)
    return np.asarray(np.fft.irfft(wanted, steps * step_out)[:length] * (step_out / step_in))
