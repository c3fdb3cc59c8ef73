"""Sound in memory: stereo at 48 kHz, float32, shape (samples, 2), full scale ±1; and files decoded to it.

No sound is ever whole in memory, for a film may be long: it is worked on in blocks. Coding as AAC is `aac`.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Protocol

import av
import av.error
import av.filter
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken

RATE = 48_000
BLOCK = 1 << 17
"""Samples worked on at once: under three seconds, 1 MiB."""
_TAIL = 0.5
"""Seconds at a file's end that may be broken without a word: what players leave out, too."""
_COUNTED = frozenset({"aiff", "matroska", "mp4"})
"""FFmpeg's names of formats whose headers count what follows. Of WAV it tells what is there, not what the header says."""
_UNKNOWN = 20
"""How many times too long a length is that was written before anybody knew it, by who streams."""
Signal = NDArray[np.float32]


class Sound(Protocol):
    """Something to read samples from: a signal in memory, or a tape."""

    def __len__(self) -> int:
        """Samples."""

    def __getitem__(self, part: slice, /) -> Signal:
        """These samples, in memory; what lies beyond the ends is left out."""


def spans(samples: int, *, block: int = BLOCK) -> Iterator[slice]:
    """A sound's blocks in order: all `block` samples long but the last."""
    return (slice(start, min(start + block, samples)) for start in range(0, samples, block))


def decoded(path: Path, *, start: int = 0, speed: float = 1.0) -> Iterator[Signal]:
    """The first audio stream of a file from sample `start` on, piece by piece; slower than it is at a `speed` below 1.

    Its pitch stays. Sound that lies uncompressed in its file is read from `start` on, any other is decoded from its beginning.
    Raises `MediaBroken` when there is none, or when it does not decode, or ends, before its last half second.
    """
    try:
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            at = _sought(container, stream, start) if speed == 1.0 else 0
            frames = _sound_frames(container, stream, begun=at / RATE)
            blocks = map(_samples, _slowed(_resampled(frames), speed) if speed < 1.0 else _resampled(frames))
            for block in blocks:
                yield block[max(0, start - at) :]
                at += len(block)
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        raise MediaBroken(f"{path.name} has no sound that decodes: {error}", remedy="Make or fetch it again.") from error


def _sought(container: av.container.InputContainer, stream: av.AudioStream, start: int) -> int:
    """The sample at which decoding begins now: just before `start` where every place in the file can be told, else 0."""
    exact = stream.codec_context.name.startswith("pcm_") and stream.codec_context.sample_rate == RATE
    if not (exact and start and stream.time_base):
        return 0
    container.seek(int(start / RATE / stream.time_base), stream=stream)
    first = next(container.demux(stream)).pts
    container.seek(int(start / RATE / stream.time_base), stream=stream)
    return round(float((first or 0) * stream.time_base) * RATE) if first is not None else start


def _sound_frames(container: av.container.InputContainer, stream: av.AudioStream, *, begun: float) -> Iterator[av.AudioFrame]:
    """All frames of the stream from second `begun` on; a break in its last half second is its end."""
    heard = begun
    own = float((stream.duration or 0) * (stream.time_base or 0))
    whole = own or (container.duration or 0) / av.time_base
    try:
        for frame in container.decode(stream):
            heard += frame.samples / frame.sample_rate
            yield frame
    except av.error.InvalidDataError:
        if not heard or heard < whole - _TAIL:
            raise
    if _tells_length(container) and heard < whole - _TAIL and whole < _UNKNOWN * heard:
        message = f"it says {whole:.1f} s and ends after {heard:.1f}"
        raise ValueError(message)


def _tells_length(container: av.container.InputContainer) -> bool:
    """Whether the length that the file tells is that of its sound, and counted, not guessed from its size."""
    return len(container.streams) == 1 and not _COUNTED.isdisjoint(container.format.name.split(","))


def _resampled(frames: Iterable[av.AudioFrame]) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
    for frame in frames:
        frame.pts = None
        yield from resampler.resample(frame)
    yield from resampler.resample(None)


def _slowed(frames: Iterable[av.AudioFrame], speed: float) -> Iterator[av.AudioFrame]:
    """Frames of our own format stretched in time."""
    filters = av.filter.Graph()
    source = filters.add_abuffer(sample_rate=RATE, format="flt", layout="stereo")
    tempo, sink = filters.add("atempo", f"{speed:.6f}"), filters.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    filters.configure()
    for frame in chain(frames, (None,)):
        filters.push(frame)
        yield from _pulled(filters)


def _pulled(filters: av.filter.Graph) -> Iterator[av.AudioFrame]:
    try:
        while True:
            frame = filters.pull()
            if isinstance(frame, av.AudioFrame):
                yield frame
    except (av.error.BlockingIOError, av.error.EOFError):
        return


def _samples(frame: av.AudioFrame) -> Signal:
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1, 2)


def silence(samples: int) -> Signal:
    """No sound, this long."""
    return np.zeros((samples, 2), np.float32)


def peaks(signal: Signal) -> NDArray[np.float32]:
    """For each sample the higher level of both sides."""
    return np.maximum(np.abs(signal[:, 0]), np.abs(signal[:, 1]))


def gain(decibels: float) -> float:
    """The factor of a gain in dB."""
    return float(10 ** (decibels / 20))
