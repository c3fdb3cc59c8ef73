"""Pictures of clips: decoded frame by frame, laid into the film's frame. Planes of 8-bit 4:2:0, BT.709, limited range.

A picture is one array of height·3/2 rows: luma, then both chroma planes, as raw `yuv420p` lies in memory. Where a clip's parts
go in the frame is `framing`, how they get there is `framed`.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import av
import av.error

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Box, Frame
from videofactory.domain.timeline import Framing
from videofactory.media.cut.framed import Framed
from videofactory.media.cut.transitions import Picture


def pictures(
    clip: Path, *, wanted: Sequence[int], frame: Frame, focus: Box | None, framing: Framing | None = None
) -> Iterator[Picture]:
    """The clip's pictures of these numbers (never falling), framed; without a framing they fill the frame around `focus`.

    Where a picture is missing, the last one before it is seen. A picture is good until the next one is asked for: one array
    serves them all, because fresh memory costs more than a copy. Raises `MediaBroken` when the clip ends before the last one.
    """
    framed = Framed(frame, framing=framing, focus=focus)
    picture: Picture | None = None
    last: av.VideoFrame | None = None
    for found in _seen(clip, wanted=wanted, fps=frame.fps):
        if picture is None or found is not last:
            picture, last = framed.fit(found), found
        yield picture


def untouched(clip: Path, *, first: int, count: int, frame: Frame) -> Iterator[av.VideoFrame]:
    """So many of the clip's pictures from this number on, as they come from the decoder: for a clip of the film's own format.

    From a missing picture on they are laid into frames of ours, as by `pictures`: those of the decoder serve once, for who takes
    one draws on it. Raises as `pictures` does.
    """
    wanted = first
    for number, picture in _decoded(clip, first=first, fps=frame.fps):
        if number > wanted:
            break
        if number == wanted:
            yield picture
            wanted += 1
        if wanted == first + count:
            return
    for planes in pictures(clip, wanted=range(wanted, first + count), frame=frame, focus=None):
        yield av.VideoFrame.from_ndarray(planes, format="yuv420p")


def too_short(clip: Path, *, at: int) -> MediaBroken:
    """The error for a clip that has no frame of this number."""
    return MediaBroken(f"{clip.name} ends before its frame {at}.", remedy="Make or fetch the clip again.")


def _seen(clip: Path, *, wanted: Sequence[int], fps: int) -> Iterator[av.VideoFrame]:
    """For each number the picture that is seen then: its own or, where that is missing, the last one before it."""
    decoded = _begun(clip, first=wanted[0], fps=fps)
    number, picture = -1, None
    following: tuple[int, av.VideoFrame] | None = None
    for index in wanted:
        while number < index:
            following = following or next(decoded, None)
            if following is None:
                raise too_short(clip, at=index)
            if following[0] > index and picture is not None:
                break
            (number, picture), following = following, None
        if picture is not None:
            yield picture


def _begun(clip: Path, *, first: int, fps: int) -> Iterator[tuple[int, av.VideoFrame]]:
    """The pictures with their numbers, from the one on that is seen at `first`."""
    decoded = _decoded(clip, first=first, fps=fps)
    found = next((one for one in decoded if one[0] >= first), None)
    if found is not None and found[0] > first:  # it is missing; and the one before it may be among those not decoded
        decoded = _decoded(clip, first=first, fps=fps, sparing=False)
        for before, found in pairwise(decoded):
            if found[0] > first:
                yield before
                break
    if found is not None:
        yield found
    del found  # or it would be held to the end
    yield from decoded


def _decoded(clip: Path, *, first: int, fps: int, sparing: bool = True) -> Iterator[tuple[int, av.VideoFrame]]:
    """The pictures with their numbers, from some before `first` on. What comes before it and serves no other is not decoded.

    Numbers count frames of the film by the pictures' times, whatever rate a file with missing pictures says it has: clips are
    brought to the film's rate by `normalise`. Not `sparing`: all pictures are decoded.
    """
    try:
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            base, begin = stream.time_base, stream.start_time or 0
            if base is None:
                raise MediaBroken(f"{clip.name} has no clock.", remedy="Normalise the clip first.")
            for packet in _packets(container, stream, at=begin + int(first / (base * fps))):
                early = sparing and packet.pts is not None and round((packet.pts - begin) * base * fps) < first
                stream.codec_context.skip_frame = "NONREF" if early else "DEFAULT"
                for picture in packet.decode():
                    yield round((int(picture.pts or 0) - begin) * base * fps), picture
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise MediaBroken(f"{clip.name} does not decode: {error}", remedy="Make or fetch the clip again.") from error


def _packets(container: av.container.InputContainer, stream: av.VideoStream, *, at: int) -> Iterator["av.Packet[av.VideoStream]"]:
    """The packets from the last key frame on that is seen at this time, or before it.

    Seeking goes by when pictures are decoded: it may end at a key frame that is seen later, where the picture of `at` is missing.
    """
    since, last = at, None
    while True:
        container.seek(since, stream=stream, backward=True)
        packets = container.demux(stream)
        key = next(packets)
        if key.pts is None or key.dts is None or key.pts <= at or key.pts == last:
            break
        since, last = key.dts - 1, key.pts
    yield key
    del key
    yield from packets
