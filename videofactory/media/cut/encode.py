"""One stretch encoded: pictures of its clips, blended, with its text burnt in, as H.264 that joins to its neighbours by copy.

Encoder settings are constant: every stretch of a format must have the same parameter sets, or the join would not play.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Shot, Timeline
from videofactory.media import encoding, ffmpeg, graph, titles
from videofactory.media.cut import pictures
from videofactory.media.cut.pictures import Picture
from videofactory.media.cut.plan import Stretch, layers, share

_THREADS = 1
"""Of each encoder: stretches are encoded side by side, which uses every core with less work than threads within one."""
_SEARCH = "subme=1"
"""A coarser search below the pixel than the preset's: a quarter of the work less for a fifteenth more bytes (measured)."""
_QUALITY = 19
_SEI = 6
"""NAL unit type of supplemental information: x264 writes its name and options there."""


def encode_stretch(
    timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path], out: Path, preset: str = "veryfast"
) -> None:
    """Encode one stretch of `stretches(timeline)` into an MP4 without sound. Equal input gives equal bytes.

    `shelf` gives the file of an artifact. `preset` is x264's; all stretches of a film must share it. `out` appears only when
    it is whole. Raises `MediaBroken` for clips that do not decode or are too short.
    """
    frame = timeline.frame
    out = out.absolute()
    with tempfile.TemporaryDirectory(prefix="stretch-", dir=out.parent) as folder:
        work = Path(folder)
        text = titles.document(timeline, start=stretch.start, stop=stretch.stop)
        if text is not None:
            (work / "fonts").mkdir()
            (work / "text.ass").write_text(text, encoding="utf-8")
            titles.write_fonts(timeline, folder=work / "fonts")
        raw = (picture.data for picture in composed(timeline, stretch, shelf=shelf))
        coded = graph.output(_filtered(frame, text=text is not None), to="stretch.mp4", options=_encoder(frame, preset))
        ffmpeg.run_graph(coded, purpose=f"encode frames {stretch.start} to {stretch.stop}", frames=raw, cwd=work)
        (work / "stretch.mp4").replace(out)


def composed(timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> Iterator[Picture]:
    """The stretch's pictures before text is drawn, one by one; each is good until the next is asked for."""
    shots = layers(timeline, start=stretch.start, stop=stretch.stop)
    span = range(stretch.start, stretch.stop)
    sources = [
        pictures.pictures(shelf(shot.clip), wanted=[shot.source_frame(at) for at in span], frame=timeline.frame, focus=shot.focus)
        for shot in shots
    ]
    for at, *stack in zip(span, *sources, strict=True):
        picture = stack[0]
        for shot, above in zip(shots[1:], stack[1:], strict=True):
            picture = _over(picture, above, shot, at, timeline.frame)
        yield np.ascontiguousarray(picture)


def _over(below: Picture, above: Picture, shot: Shot, at: int, frame: Frame) -> Picture:
    position = share(shot, film_frame=at)
    if shot.transition is Transition.FADE_BLACK:
        return pictures.fade_black(below, above, share=position, frame=frame)
    return pictures.crossfade(below, above, share=position)


def _filtered(frame: Frame, *, text: bool) -> graph.Stream:
    """Colours tagged; text drawn on the document's clock (see `titles.ass`); then the film's own clock."""
    shown = encoding.tagged(graph.raw_pictures(width=frame.width, height=frame.height, fps=frame.fps))
    lettered = titles.burn_in(shown) if text else shown
    return lettered.filter("settb", expr=f"1/{frame.fps}").filter("setpts", expr="N")


def _encoder(frame: Frame, preset: str) -> graph.Options:
    x264 = f"stitchable=1:open-gop=0:scenecut=40:keyint={2 * frame.fps}:min-keyint={frame.fps // 2 or 1}:{_SEARCH}"
    return {
        "c:v": "libx264",
        "preset": preset,
        "profile:v": "high",
        "crf": _QUALITY,
        "pix_fmt": "yuv420p",
        "threads": _THREADS,
        "x264-params": x264,
        "r": frame.fps,
        "fps_mode": "cfr",
        "bsf:v": f"filter_units=remove_types={_SEI}",
        **encoding.clock(frame.fps),
        **encoding.BT709,
    }
