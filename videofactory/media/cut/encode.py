"""One stretch encoded: pictures of its clips, blended, with its text burnt in, as H.264 that joins to its neighbours by copy.

Most of a film is bodies: one clip as it is, frame by frame. Their pictures go from the decoder to the encoder as they are; what
must be blended, cropped, slowed or held is put together here. Both ways give the same bytes.
"""

import os
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import av
import numpy as np

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Shot, Timeline
from videofactory.media import logo, overlay, probe, titles
from videofactory.media.ahead import Ahead
from videofactory.media.cut import pictures
from videofactory.media.cut.coder import Coder, full_disk_is_said
from videofactory.media.cut.framed import untouched
from videofactory.media.cut.framing import Shape
from videofactory.media.cut.plan import PRESET, Stretch, layers, share
from videofactory.media.cut.transitions import Picture, blended

PictureT = TypeVar("PictureT")


def _processors() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_AHEAD = 1
"""Pictures made ready while the encoder works on the one before."""
_ENCODERS = threading.BoundedSemaphore(max(1, _processors() // 2))
"""At work at once, each on two processors, while the next stretch's text is drawn and its first pictures are made; but those of a
window only when it is its turn, for the decoders of two clips hold 40 MB. Two encoders at once on two processors are a twentieth
quicker, and hold 90 MB more at 1080p (measured)."""


class Halted(Exception):
    """Nobody waits for this stretch any more."""


def encode_stretch(
    timeline: Timeline,
    stretch: Stretch,
    *,
    shelf: Callable[[Artifact], Path],
    out: Path,
    preset: str = PRESET,
    halt: threading.Event | None = None,
) -> None:
    """Encode one stretch of `stretches(timeline)` into an MP4 without sound. Equal input gives equal bytes.

    `shelf` gives the file of an artifact. `preset` is x264's; all stretches of a film must share it. `out` appears only when
    it is whole. Raises `MediaBroken` for clips that do not decode or are too short, with their scene's name; `Lasting` when the
    disk is full; and `Halted` at the next picture once `halt` is set.
    """
    out = out.absolute()
    _go_on(halt)
    with full_disk_is_said(), tempfile.TemporaryDirectory(prefix="stretch-", dir=out.parent) as folder:
        work = Path(folder)
        text = titles.Pages(timeline, start=stretch.start, stop=stretch.stop, work=work)
        logos = logo.Logos(timeline, start=stretch.start, stop=stretch.stop, shelf=shelf)

        def dressed() -> Iterator[av.VideoFrame]:
            for number, picture in enumerate(_pictures(timeline, stretch, shelf=shelf), start=stretch.start):
                _go_on(halt)
                overlay.lay((*text.at(number), *logos.at(number)), picture)
                yield picture

        row = Ahead(dressed, depth=_AHEAD)
        one_clip = len(layers(timeline, start=stretch.start, stop=stretch.stop)) == 1
        with row if one_clip else _ENCODERS, _ENCODERS if one_clip else row:
            _encode(row, out=work / "stretch.mp4", frame=timeline.frame, preset=preset)
        (work / "stretch.mp4").replace(out)


def _go_on(halt: threading.Event | None) -> None:
    if halt is not None and halt.is_set():
        raise Halted


def _encode(row: Iterable[av.VideoFrame], *, out: Path, frame: Frame, preset: str) -> None:
    with Coder(out, frame=frame, preset=preset) as coder:
        for picture in row:
            coder.add(picture)


def _pictures(timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> Iterator[av.VideoFrame]:
    """The stretch's pictures before text is drawn."""
    body = _untouched(timeline, stretch, shelf=shelf)
    if body is not None:
        first = body.source_frame(stretch.start)
        found = pictures.untouched(shelf(body.clip), first=first, count=stretch.frames, frame=timeline.frame)
        return _of_scene(body, found)
    return (av.VideoFrame.from_ndarray(picture, format="yuv420p") for picture in composed(timeline, stretch, shelf=shelf))


def _untouched(timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> Shot | None:
    """The one shot of a stretch that shows its clip frame by frame as it is; `None` when anything is to be done to pictures."""
    shots = layers(timeline, start=stretch.start, stop=stretch.stop)
    first = shots[0].source_frame(stretch.start)
    running = [shots[0].source_frame(at) - at for at in (stretch.start, stretch.stop - 1)] == [first - stretch.start] * 2
    if len(shots) > 1 or not running or shots[0].speed < 1:
        return None
    with _told_of(shots[0]):
        clip, frame = probe.facts(shelf(shots[0].clip)).video, timeline.frame
    if clip is None or (clip.fps, clip.pixel_format) != (frame.fps, "yuv420p"):
        return None
    whole = untouched(shots[0].framing, clip=Shape(clip.width, clip.height), frame=Shape(frame.width, frame.height))
    return shots[0] if whole else None


def composed(timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> Iterator[Picture]:
    """The stretch's pictures before text is drawn, one by one; each is good until the next is asked for."""
    shots = layers(timeline, start=stretch.start, stop=stretch.stop)
    span = range(stretch.start, stretch.stop)
    sources = [
        _of_scene(
            shot,
            pictures.pictures(
                shelf(shot.clip),
                wanted=[shot.source_frame(at) for at in span],
                frame=timeline.frame,
                focus=shot.focus,
                framing=shot.framing,
            ),
        )
        for shot in shots
    ]
    for at, *stack in zip(span, *sources, strict=True):
        picture = stack[0]
        for shot, above in zip(shots[1:], stack[1:], strict=True):
            way = share(shot, film_frame=at)
            picture = blended(shot.transition, picture, above, share=way, frame=timeline.frame)
        yield np.ascontiguousarray(picture)


def _of_scene(shot: Shot, found: Iterator[PictureT]) -> Iterator[PictureT]:
    with _told_of(shot):
        yield from found


@contextmanager
def _told_of(shot: Shot) -> Iterator[None]:
    """What is wrong with a shot's clip is said with its scene's name: nobody knows a clip by its hash."""
    try:
        yield
    except MediaBroken as error:
        raise MediaBroken(f"{shot.scene}: {error.message}", remedy=error.remedy) from error
