"""Sound in pieces: stereo at 48 kHz, float32, shape (samples, 2), full scale ±1. Decoding files, and encoding AAC.

No sound is ever whole in memory, for a film may be long: what is longer than a moment lies on a `tape`, and is worked on
in blocks.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.media import ffmpeg, graph

RATE = 48_000
BIT_RATE = "192k"
BLOCK = 1 << 18
"""Samples worked on at once: five seconds, 2 MiB."""
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


def decoded(path: Path) -> Iterator[Signal]:
    """The first audio stream of a file, piece by piece. Raises `MediaBroken` when there is none or it does not decode."""
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
            for frame in container.decode(audio=0):
                yield from map(_samples, resampler.resample(frame))
            yield from map(_samples, resampler.resample(None))
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        raise MediaBroken(f"{path.name} has no sound that decodes: {error}", remedy="Make or fetch it again.") from error


def _samples(frame: av.AudioFrame) -> Signal:
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1, 2)


def silence(samples: int) -> Signal:
    """No sound, this long."""
    return np.zeros((samples, 2), np.float32)


def write(blocks: Iterable[Signal], *, out: Path) -> None:
    """Encode as AAC in an MP4 container; equal sounds give equal bytes. `out` appears only when it is whole."""
    out = out.absolute()
    with tempfile.TemporaryDirectory(prefix="mix-", dir=out.parent) as folder:
        work = Path(folder)
        samples = graph.source(graph.STDIN, options={"format": "f32le", "ar": RATE, "ac": 2})
        coded = graph.output(samples, to="mix.m4a", options={"c:a": "aac", "b:a": BIT_RATE})
        ffmpeg.run_graph(coded, purpose="encode the mix", frames=(block.tobytes() for block in blocks), cwd=work)
        (work / "mix.m4a").replace(out)


def gain(decibels: float) -> float:
    """The factor of a gain in dB."""
    return float(10 ** (decibels / 20))
