"""Levels: decibels, loudness, compression, limiting by gain, fades. Nothing here clips."""

import numpy as np

from videofactory.media.synth.spectrum import filtered, high_pass, high_shelf
from videofactory.media.synth.wav import RATE, Signal, Stored

FRAME = RATE // 200
"""Level is followed in frames of 5 ms."""
_BLOCK = round(0.4 * RATE)
_HOP = round(0.1 * RATE)
_K_OFFSET = -0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
SILENCE = -120.0


def gain_of(decibels: float) -> float:
    """Amplitude factor of a gain in dB."""
    return float(10 ** (decibels / 20))


def decibels_of(amplitude: float) -> float:
    """Gain in dB of an amplitude; `SILENCE` for nothing."""
    return float(20 * np.log10(amplitude)) if amplitude > gain_of(SILENCE) else SILENCE


def peak(signal: Signal | Stored) -> float:
    """The highest absolute sample."""
    return float(np.max(np.abs(signal), initial=0.0))


def loudness(signal: Signal) -> float:
    """Integrated loudness in LUFS after ITU-R BS.1770 (K-weighting by its magnitude, 400 ms blocks, both gates)."""
    return gated_loudness(block_powers(signal))


def block_powers(signal: Signal | Stored) -> Signal:
    """K-weighted power of each 400 ms, a new one every 100 ms: what `gated_loudness` is counted from."""
    channels = signal[:, None] if signal.ndim == 1 else signal
    weighted = filtered(channels, high_pass(38, order=2), high_shelf(2180, gain=4.0))
    energy = np.concatenate([np.zeros(1), np.cumsum(np.sum(weighted**2, axis=1), dtype=np.float64)])
    block = min(_BLOCK, len(channels))
    starts = np.arange(0, len(channels) - block + 1, _HOP)
    return np.asarray(np.maximum((energy[starts + block] - energy[starts]) / max(block, 1), 1e-14))


def gated_loudness(powers: Signal) -> float:
    """Loudness in LUFS of block powers after both gates; `SILENCE` where all is below −70 LUFS."""
    loud = powers[_lufs(powers) > _ABSOLUTE_GATE]
    if not len(loud):
        return SILENCE
    gated = loud[_lufs(loud) > float(_lufs(np.mean(loud))) + _RELATIVE_GATE]
    return float(_lufs(np.mean(gated)))


def _lufs(power: Signal | np.floating) -> Signal:
    return np.asarray(_K_OFFSET + 10 * np.log10(power))


def at_loudness(signal: Signal, *, target: float, ceiling: float) -> Signal:
    """The signal at `target` LUFS, or as near as a peak of `ceiling` dBFS allows."""
    wanted = gain_of(target - loudness(signal)) if peak(signal) else 1.0
    return signal * min(wanted, gain_of(ceiling) / max(peak(signal), gain_of(SILENCE)))


def frame_levels(signal: Signal) -> Signal:
    """RMS in dB of each frame of a mono signal, the last frame filled with silence."""
    padded = np.pad(signal, (0, -len(signal) % FRAME)).reshape(-1, FRAME)
    return np.asarray(10 * np.log10(np.mean(padded**2, axis=1) + 1e-12))


def compressed(signal: Signal, *, threshold: float, ratio: float, attack: float = 0.005, release: float = 0.12) -> Signal:
    """A mono signal with what is above `threshold` dBFS turned down by `ratio`; times in seconds."""
    over = np.maximum(frame_levels(signal) - threshold, 0.0)
    reduction = _followed(over * (1 - 1 / ratio), attack=attack, release=release)
    centres = (np.arange(len(reduction)) + 0.5) * FRAME
    return signal * 10 ** (-np.interp(np.arange(len(signal)), centres, reduction) / 20)


def _followed(levels: Signal, *, attack: float, release: float) -> Signal:
    frame_seconds = FRAME / RATE
    rise, fall = np.exp(-frame_seconds / attack), np.exp(-frame_seconds / release)
    followed = np.empty_like(levels)
    now = 0.0
    for index, level in enumerate(levels):
        keep = rise if level > now else fall
        now = keep * now + (1 - keep) * float(level)
        followed[index] = now
    return followed


def faded(signal: Signal, *, fade_in: float, fade_out: float) -> Signal:
    """The signal with raised-cosine fades of so many seconds at its ends: it begins and ends at exactly 0."""
    n = signal.shape[0]
    gain = np.ones(n)
    ends = [min(max(round(seconds * RATE), 1), n) for seconds in (fade_in, fade_out)]
    gain[: ends[0]] *= _rise(ends[0])
    gain[n - ends[1] :] *= _rise(ends[1])[::-1]
    return signal * (gain if signal.ndim == 1 else gain[:, None])


def _rise(n: int) -> Signal:
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.arange(n) / n))
