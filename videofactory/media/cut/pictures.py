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

    A picture is good until the next one is asked for: one array serves them all, because fresh memory costs more than a copy.
    Raises `MediaBroken` when the clip ends before the last one.
    """
    decoded = _decoded(clip, first=wanted[0])
    framed = Framed(frame, framing=framing, focus=focus)
    picture: Picture | None = None
    for before, index in pairwise((-1, *wanted)):
        if index == before and picture is not None:
            yield picture
            continue
        found = next((shown for number, shown in decoded if number >= index), None)
        if found is None:
            raise too_short(clip, at=index)
        picture = framed.fit(found)
        yield picture


def untouched(clip: Path, *, first: int, count: int) -> Iterator[av.VideoFrame]:
    """So many of the clip's pictures from this number on, as they come from the decoder. Raises as `pictures` does."""
    wanted = first
    for number, picture in _decoded(clip, first=first):
        if number >= wanted:
            yield picture
            wanted += 1
        if wanted == first + count:
            return
    raise too_short(clip, at=wanted)


def too_short(clip: Path, *, at: int) -> MediaBroken:
    """The error for a clip that has no frame of this number."""
    return MediaBroken(f"{clip.name} ends before its frame {at}.", remedy="Make or fetch the clip again.")


def _decoded(clip: Path, *, first: int) -> Iterator[tuple[int, av.VideoFrame]]:
    """The pictures with their numbers, from some before `first` on. What comes before it and serves no other is not decoded."""
    try:
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "NONE"
            rate, base, begin = stream.average_rate, stream.time_base, stream.start_time or 0
            if rate is None or base is None:
                raise MediaBroken(f"{clip.name} has no frame rate.", remedy="Normalise the clip first.")
            container.seek(begin + int(first / rate / base), stream=stream, backward=True)
            for packet in container.demux(stream):
                early = packet.pts is not None and round((packet.pts - begin) * base * rate) < first
                stream.codec_context.skip_frame = "NONREF" if early else "DEFAULT"
                for picture in packet.decode():
                    yield round((int(picture.pts or 0) - begin) * base * rate), picture
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise MediaBroken(f"{clip.name} does not decode: {error}", remedy="Make or fetch the clip again.") from error
