"""Rooms: convolution with exponentially fading, low-passed noise from a seed."""

import numpy as np

from videofactory.media.synth.spectrum import fast_length, filtered, high_pass, low_pass
from videofactory.media.synth.wav import RATE, Signal, Stored

DECAY_TO_SILENCE = np.log(1000.0)
"""Reverberation time is counted to −60 dB, a thousandth."""


def impulse_response(*, seconds: float, seed: int, brightness: float = 6000.0, delay: float = 0.012) -> Signal:
    """A stereo impulse response of unit energy per channel: `seconds` to −60 dB, dull above `brightness` Hz."""
    n = round(seconds * RATE)
    noise = np.random.default_rng(seed).standard_normal((n, 2))
    fading = noise * np.exp(-DECAY_TO_SILENCE * np.arange(n) / n)[:, None]
    shaped = filtered(fading, high_pass(150, order=1), low_pass(brightness, order=1))
    shaped /= np.sqrt(np.sum(shaped**2, axis=0))
    return np.concatenate([np.zeros((round(delay * RATE), 2)), shaped])


class Room:
    """A room for sound that comes in blocks: its response is transformed once; single precision, for speed."""

    def __init__(self, response: Signal, *, longest: int) -> None:
        self._tail = response.shape[0] - 1
        self._size = fast_length(longest + self._tail)
        self._spectrum = np.fft.rfft(response.T.astype(np.float32), self._size)

    def echoed(self, block: Stored) -> Stored:
        """The whole convolution of a stereo block of at most `longest` samples."""
        spectrum = np.fft.rfft(block.T, self._size) * self._spectrum
        return np.asarray(np.fft.irfft(spectrum, self._size)[:, : len(block) + self._tail].T, dtype=np.float32)


def convolved(signal: Signal, *, response: Signal) -> Signal:
    """The whole convolution, `len(response) - 1` samples longer; the same shape rules as NumPy's broadcasting over channels."""
    n = signal.shape[0] + response.shape[0] - 1
    size = fast_length(n)
    product = np.fft.rfft(signal, size, axis=0) * np.fft.rfft(response, size, axis=0)
    return np.asarray(np.fft.irfft(product, size, axis=0)[:n])
