"""The sound of a piece, decoded and measured tenth by tenth: loudness, energy of both sides, peaks, clipping, clicks.

Loudness and true peak are FFmpeg's own measurement (`ebur128`), so that nothing of the mix measures itself.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.error
import av.filter
import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.clicks import clicks
from videofactory.media.quality.figures import SoundFigures
from videofactory.media.quality.tracks import TRAIL_TENTHS, Packet, SoundPiece, run_of

_STRICT = {"err_detect": "crccheck+bitstream+buffer+explode"}
_FULL_SCALE = 32766.5 / 32768
"""A sample that becomes the highest of 16 bits has been clipped, or is about to be."""
FLOOR_DB = -120.0
"""Stands for silence in figures of dB, where the true value is minus infinity."""
Samples = NDArray[np.float32]
"""Shape (channels, samples)."""


def hear(path: Path, pieces: Sequence[SoundPiece], *, rate: int) -> Iterator[tuple[SoundPiece, SoundFigures, bool]]:
    """The figures of these pieces (in order), and of each whether it decoded without a complaint."""
    if not pieces:
        return
    with av.open(str(path)) as container:
        reader = _Reader(container, rate=rate)
        for piece in pieces:
            samples, missing = reader.samples(piece)
            yield piece, _figures(samples, missing=missing, piece=piece, rate=rate), not reader.complaints
            reader.complaints = 0


class _Reader:
    """Decodes pieces of one opened film's sound."""

    def __init__(self, container: av.container.InputContainer, *, rate: int) -> None:
        self._container = container
        self._stream = container.streams.audio[0]
        self._stream.codec_context.options = _STRICT
        self._rate = rate
        self.complaints = 0

    def samples(self, piece: SoundPiece) -> tuple[Samples, int]:
        """The samples from a piece's lead-in to its trail, and how many of the first are not there (silence stands for them)."""
        end = piece.stop + TRAIL_TENTHS * (self._rate // 10)
        begin = piece.lead
        blocks: list[Samples] = []
        for frame in self._frames(piece):
            at = round(float((frame.pts or 0) * (self._stream.time_base or 0)) * self._rate)
            if at + frame.samples > piece.lead and at < end:
                begin = begin if blocks else at
                blocks.append(_floats(frame))
        found = np.concatenate(blocks, axis=1) if blocks else np.zeros((self._stream.codec_context.channels, 0), np.float32)
        missing = max(0, begin - piece.lead)
        return np.pad(found[:, max(0, piece.lead - begin) :], ((0, 0), (missing, 0))), missing

    def _frames(self, piece: SoundPiece) -> Iterator[av.AudioFrame]:
        for packet in self._packets(piece):
            try:
                yield from self._stream.codec_context.decode(packet)
            except av.error.FFmpegError:
                self.complaints += 1
        self._stream.codec_context.flush_buffers()

    def _packets(self, piece: SoundPiece) -> Iterator[Packet | None]:
        missing = yield from run_of(self._container, self._stream, clock=piece.clock, count=piece.last - piece.first)
        self.complaints += missing  # not in one: the count goes on while packets are read


def _floats(frame: av.AudioFrame) -> Samples:
    """Samples as they are, full scale ±1."""
    if frame.format.name != "fltp":
        (frame,) = av.AudioResampler(format="fltp").resample(frame)
    return np.asarray(frame.to_ndarray(), np.float32)


def _figures(samples: Samples, *, missing: int, piece: SoundPiece, rate: int) -> SoundFigures:
    tenth = rate // 10
    begin = piece.start - piece.lead
    own = samples[:, begin : begin + piece.stop - piece.start]
    length = own.shape[1]
    momentary, highest = _loudness(samples, rate=rate)
    tenths = np.pad(own, ((0, 0), (0, -length % tenth))).reshape(len(own), -1, tenth)
    left, right = tenths[0], tenths[-1]
    levels = np.abs(tenths)
    sums = [np.einsum("ij,ij->i", one, other, dtype=np.float64) for one, other in ((left, left), (right, right), (left, right))]
    return SoundFigures(
        momentary=momentary[begin // tenth :][: length // tenth],
        energy=np.stack(sums, axis=1),
        peak=levels.max(axis=(0, 2), initial=0.0),
        clipped=np.count_nonzero(levels >= _FULL_SCALE, axis=(0, 2)).astype(np.int64),
        true_peak=highest[begin // tenth :][: tenths.shape[1]],
        clicks=clicks(samples, rate=rate, begin=begin, stop=begin + length),
        samples=length - missing,
        missing=missing,
        sides=len(own),
    )


def _loudness(samples: Samples, *, rate: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each tenth of a second: momentary loudness in LUFS, and the highest true peak (linear) until then."""
    tenth = rate // 10
    layout = "mono" if len(samples) == 1 else "stereo"
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate, format="fltp", layout=layout, time_base=Fraction(1, rate))
    meter = graph.add("ebur128", "peak=true:framelog=quiet:metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    padded = np.pad(samples[:2], ((0, 0), (0, -samples.shape[1] % tenth + TRAIL_TENTHS * tenth)))
    measured: list[tuple[float, float]] = []
    for at in range(0, padded.shape[1], tenth):
        block = av.AudioFrame.from_ndarray(np.ascontiguousarray(padded[:, at : at + tenth]), format="fltp", layout=layout)
        block.sample_rate, block.pts = rate, at
        graph.push(block)
        measured += _pulled(graph)
    figures = np.array(measured, np.float64).reshape(-1, 2)
    return np.maximum(figures[:, 0], FLOOR_DB), figures[:, 1]


def _pulled(graph: av.filter.Graph) -> Iterator[tuple[float, float]]:
    while True:
        try:
            said = graph.pull().metadata
        except (BlockingIOError, av.error.EOFError):
            return
        if "lavfi.r128.M" in said:
            yield float(said["lavfi.r128.M"]), float(said["lavfi.r128.true_peak"])
