"""WAV bytes: 16-bit PCM without any metadata, so that equal signals give equal bytes."""

import io
import wave
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
"""Samples per second of every sound the factory makes: the film's own rate (SPEC 4)."""
FULL_SCALE = 32_767
BYTES_PER_SAMPLE = 2
Signal = NDArray[np.float64]
Stored = NDArray[np.float32]
"""Long or often used sound in half the memory."""


def wav_bytes(signal: Signal) -> bytes:
    """A mono (n,) or stereo (n, 2) signal within ±1 as a WAV file at `RATE`. Raises `ValueError` beyond ±1: no clipping."""
    return wav_of_blocks([signal], channels=1 if signal.ndim == 1 else signal.shape[1])


def wav_of_blocks(blocks: Iterable[Signal], *, channels: int) -> bytes:
    """The same for a long signal that comes in blocks."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(BYTES_PER_SAMPLE)
        out.setframerate(RATE)
        for block in blocks:
            out.writeframes(_pcm(block))
    return file.getvalue()


def _pcm(block: Signal) -> bytes:
    peak = float(np.max(np.abs(block), initial=0.0))
    if not peak <= 1.0:
        message = f"A signal with peak {peak:.3f} would clip; bring it to ±1 before it is written."
        raise ValueError(message)
    return np.rint(block * FULL_SCALE).astype("<i2").tobytes()


def wav_signal(content: bytes) -> Signal:
    """Read such WAV bytes back: mono (n,) or stereo (n, 2)."""
    with wave.open(io.BytesIO(content), "rb") as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.float64) / FULL_SCALE
        return pcm if file.getnchannels() == 1 else pcm.reshape(-1, file.getnchannels())
