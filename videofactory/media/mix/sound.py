"""Sound in memory: stereo at 48 kHz, float32, shape (samples, 2), full scale ±1. Reading files, and writing AAC."""

import tempfile
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.media import ffmpeg, graph

RATE = 48_000
BIT_RATE = "192k"
_CHUNK = RATE * 4
Signal = NDArray[np.float32]


def read(path: Path) -> Signal:
    """The first audio stream of a file. Raises `MediaBroken` when there is none or it does not decode."""
    try:
        with av.open(str(path)) as container:
            resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE)
            frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        raise MediaBroken(f"{path.name} has no sound that decodes: {error}", remedy="Make or fetch it again.") from error
    blocks = [np.asarray(frame.to_ndarray(), np.float32).reshape(-1, 2) for frame in frames]
    return np.concatenate(blocks) if blocks else silence(0)


def silence(samples: int) -> Signal:
    """No sound, this long."""
    return np.zeros((samples, 2), np.float32)


def write(signal: Signal, *, out: Path) -> None:
    """Encode as AAC in an MP4 container; equal signals give equal bytes. `out` appears only when it is whole."""
    out = out.absolute()
    with tempfile.TemporaryDirectory(prefix="mix-", dir=out.parent) as folder:
        work = Path(folder)
        pcm = (signal[at : at + _CHUNK].tobytes() for at in range(0, len(signal), _CHUNK))
        samples = graph.source(graph.STDIN, options={"format": "f32le", "ar": RATE, "ac": 2})
        coded = graph.output(samples, to="mix.m4a", options={"c:a": "aac", "b:a": BIT_RATE})
        ffmpeg.run_graph(coded, purpose="encode the mix", frames=pcm, cwd=work)
        (work / "mix.m4a").replace(out)


def gain(decibels: float) -> float:
    """The factor of a gain in dB."""
    return float(10 ** (decibels / 20))
