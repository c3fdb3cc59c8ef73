"""Pictures of clips: decoded frame by frame, fitted to the film's frame, blended. Planes of 8-bit 4:2:0, BT.709, limited range.

A picture is one array of height·3/2 rows: luma, then both chroma planes, as raw `yuv420p` lies in memory.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Box, Frame

Picture = NDArray[np.uint8]
_BLACK_LUMA = 16
_NEUTRAL_CHROMA = 128


def black(frame: Frame) -> Picture:
    """A black picture."""
    picture = np.full((frame.height * 3 // 2, frame.width), _NEUTRAL_CHROMA, np.uint8)
    picture[: frame.height] = _BLACK_LUMA
    return picture


def crossfade(below: Picture, above: Picture, *, share: float) -> Picture:
    """`share` (0..1) of `above` over `below`."""
    return np.asarray(cv2.addWeighted(below, 1.0 - share, above, share, 0.0), np.uint8)


def fade_black(below: Picture, above: Picture, *, share: float, frame: Frame) -> Picture:
    """`below` goes to black in the first half of `share` (0..1), `above` comes from black in the second."""
    seen = below if share < 0.5 else above  # noqa: PLR2004 - the half-way point
    return crossfade(black(frame), seen, share=abs(1.0 - 2.0 * share))


def pictures(clip: Path, *, wanted: Sequence[int], frame: Frame, focus: Box | None) -> Iterator[Picture]:
    """The clip's pictures of these numbers (never falling), fitted to the frame by filling it and cropping around `focus`.

    A picture is good until the next one is asked for: one array serves them all, because fresh memory costs more than a copy.
    Raises `MediaBroken` when the clip ends before the last one.
    """
    decoded = _decoded(clip, first=wanted[0])
    own = np.empty((frame.height * 3 // 2, frame.width), np.uint8)
    picture: Picture | None = None
    for before, index in pairwise((-1, *wanted)):
        if index == before and picture is not None:
            yield picture
            continue
        found = next((shown for number, shown in decoded if number >= index), None)
        if found is None:
            raise MediaBroken(f"{clip.name} ends before its frame {index}.", remedy="Make or fetch the clip again.")
        picture = fitted(found, frame=frame, focus=focus, out=own)
        yield picture


def _decoded(clip: Path, *, first: int) -> Iterator[tuple[int, av.VideoFrame]]:
    try:
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            rate, base, begin = stream.average_rate, stream.time_base, stream.start_time or 0
            if rate is None or base is None:
                raise MediaBroken(f"{clip.name} has no frame rate.", remedy="Normalise the clip first.")
            container.seek(begin + int(first / rate / base), stream=stream, backward=True)
            for picture in container.decode(stream):
                yield round((int(picture.pts or 0) - begin) * base * rate), picture
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise MediaBroken(f"{clip.name} does not decode: {error}", remedy="Make or fetch the clip again.") from error


def fitted(picture: av.VideoFrame, *, frame: Frame, focus: Box | None, out: Picture) -> Picture:
    """One decoded frame in the film's format, in `out`."""
    if (picture.width, picture.height, picture.format.name) == (frame.width, frame.height, "yuv420p"):
        return _copied(picture, out=out)
    scale = max(frame.width / picture.width, frame.height / picture.height)
    width, height = (2 * -(-round(side * scale, 3) // 2) for side in (picture.width, picture.height))
    scaled = picture.reformat(
        width=int(max(width, frame.width)), height=int(max(height, frame.height)), format="yuv420p",
        dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG, interpolation=Interpolation.LANCZOS,
    )  # fmt: skip
    return _cropped(scaled, frame, focus, out=out)


def _copied(picture: av.VideoFrame, *, out: Picture) -> Picture:
    """The planes without the padding behind their rows."""
    height, width = picture.height, picture.width
    chroma = out[height:].reshape(2, height // 2, width // 2)
    for plane, target in zip(picture.planes, (out[:height], chroma[0], chroma[1]), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        target[:] = rows[: plane.height, : plane.width]
    return out


def _cropped(picture: av.VideoFrame, frame: Frame, focus: Box | None, *, out: Picture) -> Picture:
    planes = np.asarray(picture.to_ndarray(), np.uint8)
    centre_x, centre_y = (focus.x + focus.width / 2, focus.y + focus.height / 2) if focus else (0.5, 0.5)
    left = _offset(picture.width, frame.width, centre_x)
    top = _offset(picture.height, frame.height, centre_y)
    out[: frame.height] = planes[top : top + frame.height, left : left + frame.width]
    chroma = planes[picture.height :].reshape(2, picture.height // 2, picture.width // 2)
    half = chroma[:, top // 2 : (top + frame.height) // 2, left // 2 : (left + frame.width) // 2]
    out[frame.height :] = np.ascontiguousarray(half).reshape(frame.height // 2, frame.width)
    return out


def _offset(have: int, need: int, centre: float) -> int:
    """Even first row or column of a crop of `need` around a centre (share of the whole), inside the picture."""
    return int(min(max(have * centre - need / 2, 0), have - need)) // 2 * 2
