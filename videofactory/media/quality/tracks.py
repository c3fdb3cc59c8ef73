"""A film's packets, read without decoding: when they come, what they hold, and into which pieces they may be decoded.

A piece begins at a picture that needs none before it and is needed by none before it, so it decodes alone to the very same
pictures. Its key names its packets and all that decoding them depends on: equal keys, equal
figures. Decoded in `seeing` and `hearing`.
"""

import hashlib
from collections.abc import Collection, Generator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.figures import FIGURES
from videofactory.media.quality.limits import limits

Container = Any
Stream = Any
Packet = Any
"""PyAV's: the same code reads pictures and sound, whose types there have no common one."""
LEAD_TENTHS = 16
"""Of a second of sound before a sound piece that lets filters settle and blocks be whole."""
TRAIL_TENTHS = 2
"""After it: what a true peak or a click at its end depends on."""
_WARM_UP = 2
"""Packets before the first sample wanted: AAC blocks overlap."""


class Piece(NamedTuple):
    """Packets [first, stop) of a track, in the order of decoding; `time` and `clock`: pts and dts of the first; its key."""

    first: int
    stop: int
    time: int
    clock: int
    key: str


class SoundPiece(NamedTuple):
    """Samples [start, stop) on the track's clock in samples, measured from `lead` on so that filters settle.

    Decoded from packets [first, last); `clock`: dts of the first; its key.
    """

    start: int
    stop: int
    lead: int
    first: int
    last: int
    clock: int
    key: str


class Packets(NamedTuple):
    """One track's packets in the order of decoding: times in ticks of `base` seconds, which ones are keys, digests."""

    base: Fraction
    setup: bytes
    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    key: NDArray[np.bool_]
    digests: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.digests)


class Tracks(NamedTuple):
    """The first track of pictures and of sound, and what is wrong with them as packets."""

    video: Packets | None
    audio: Packets | None
    complaints: tuple[str, ...]


class _Gathering:
    """The packets of one stream as they come."""

    def __init__(self, stream: av.VideoStream | av.AudioStream) -> None:
        self.stream = stream
        self.rows: list[tuple[int, int, bool, bytes]] = []
        self.corrupt = 0

    def take(self, packet: "av.Packet[av.stream.Stream]") -> None:
        dts = packet.dts if packet.dts is not None else packet.pts or 0
        pts = packet.pts if packet.pts is not None else dts
        self.corrupt += packet.is_corrupt
        digest = hashlib.blake2b(memoryview(packet), digest_size=16, key=b"d" if packet.is_discard else b"").digest()
        self.rows.append((pts, dts, packet.is_keyframe, digest))

    def packets(self) -> Packets:
        times = np.array([row[:3] for row in self.rows], np.int64).reshape(-1, 3)
        context = self.stream.codec_context
        setup = bytes(context.extradata or b"") + context.name.encode()
        base = Fraction(self.stream.time_base or 1)
        return Packets(base, setup, times[:, 0], times[:, 1], times[:, 2] > 0, [row[3] for row in self.rows])

    def complaints(self) -> list[str]:
        told, there = self.stream.frames, len(self.rows)
        found = [f"{self.corrupt} packets are marked as damaged."] if self.corrupt else []
        return [*found, f"The index speaks of {told} packets, {there} are there."] if told and told != there else found


def read(path: Path) -> Tracks:
    """All packets of a file that opens; damage gives complaints, not errors."""
    complaints: list[str] = []
    with av.open(str(path)) as container:
        streams = [next(iter(container.streams.video), None), next(iter(container.streams.audio), None)]
        gathered = {stream.index: _Gathering(stream) for stream in streams if stream is not None}
        try:
            for packet in container.demux([gathering.stream for gathering in gathered.values()]):
                if packet.size:
                    gathered[packet.stream.index].take(packet)
        except av.error.FFmpegError as error:
            complaints.append(f"Its packets end early: {error}")
        for gathering in gathered.values():
            complaints += gathering.complaints()
        video, audio = (gathered[stream.index].packets() if stream is not None else None for stream in streams)
    return Tracks(video, audio, tuple(complaints))


def run_of(container: Container, stream: Stream, *, clock: int, count: int) -> Generator[Packet | None, None, int]:
    """The `count` packets from the one of this dts on, then the end that makes a decoder give all it has; how many are missing.

    A container that breaks off counts as one more.
    """
    left, broken = count, 0
    container.seek(clock, stream=stream)
    try:
        for packet in container.demux(stream):
            if packet.size and (left < count or packet.dts == clock):
                yield packet
                left -= 1
            if not left:
                break
    except av.error.FFmpegError:
        broken = 1
    yield None
    return left + broken


def picture_pieces(video: Packets, *, borders: Collection[int] = ()) -> tuple[Piece, ...]:
    """The track in pieces: at those `borders` (numbers of pictures) where it may be cut; without any, of some seconds each."""
    if not len(video):
        return ()
    cuts = [0]
    shortest = limits().detection.piece_seconds / video.base
    for at in _closed(video):
        if (at in borders) if borders else video.pts[at] - video.pts[cuts[-1]] >= shortest:
            cuts.append(at)
    spans = zip(cuts, [*cuts[1:], len(video)], strict=True)
    return tuple(
        Piece(first, stop, int(video.pts[first]), int(video.dts[first]), _key(video, first, stop, kind="picture"))
        for first, stop in spans
    )


def _closed(video: Packets) -> list[int]:
    """Where a picture stands alone: a key, all before it are shown before it, all after it after it."""
    latest_before = np.maximum.accumulate(video.pts)[:-1]
    earliest_after = np.minimum.accumulate(video.pts[::-1])[::-1][1:]
    alone = video.key[1:] & (latest_before < video.pts[1:]) & (earliest_after >= video.pts[1:])
    return [int(at) + 1 for at in np.flatnonzero(alone)]


def sound_pieces(audio: Packets, *, rate: int) -> tuple[SoundPiece, ...]:
    """The sound in pieces of some seconds, counted from its first sample at or after zero."""
    if not len(audio):
        return ()
    at = np.array([int(time * audio.base * rate) for time in audio.pts.tolist()], np.int64)
    tenth = rate // 10
    origin, length = max(0, int(at[0])), limits().detection.sound_piece_seconds * rate
    starts = list(range(origin, max(origin + 1, int(at[-1])), length))
    pieces = []
    for start in starts:
        last_one = start == starts[-1]
        lead = start if start == origin else start - LEAD_TENTHS * tenth
        first = max(0, int(np.searchsorted(at, lead, side="right")) - 1 - _WARM_UP)
        last = len(audio) if last_one else int(np.searchsorted(at, start + length + TRAIL_TENTHS * tenth, side="left"))
        stop = np.iinfo(np.int64).max if last_one else start + length
        key = _key(audio, first, last, kind=f"sound {rate} {int(at[first]) - start} {start - lead} {int(last_one)}")
        pieces.append(SoundPiece(start, int(stop), lead, first, last, int(audio.dts[first]), key))
    return tuple(pieces)


def _key(packets: Packets, first: int, stop: int, *, kind: str) -> str:
    """The name of these packets' figures: their bytes, their times from the first on, how their decoder is set up."""
    digest = hashlib.sha256(f"{FIGURES} {kind} {packets.base} {limits().detection!r} {limits().sound!r}\n".encode())
    digest.update(packets.setup)
    times = np.stack([packets.pts[first:stop], packets.dts[first:stop]]) - packets.pts[first]
    digest.update(times.astype("<i8").tobytes())
    for one in packets.digests[first:stop]:
        digest.update(one)
    return digest.hexdigest()
