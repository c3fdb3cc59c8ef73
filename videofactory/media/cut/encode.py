"""One stretch encoded: pictures of its clips, blended, with its text burnt in, as H.264 that joins to its neighbours by copy.

Encoder settings are constant: every stretch of a format must have the same parameter sets, or the join would not play.
Most of a film is bodies: one clip as it is, frame by frame. They never leave FFmpeg; what must be blended, cropped, slowed or
held is put together here and handed over. Both ways give the same bytes.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Shot, Timeline
from videofactory.media import encoding, ffmpeg, graph, logo, probe, titles
from videofactory.media.cut import pictures
from videofactory.media.cut.framed import untouched
from videofactory.media.cut.framing import Shape
from videofactory.media.cut.plan import PRESET, Stretch, layers, share
from videofactory.media.cut.transitions import Picture, blended

_THREADS = 1
"""Of each encoder: stretches are encoded side by side, which uses every core with a tenth less work than threads within one
(measured), and the same bytes come out every time."""
_TUNING: Mapping[str, str] = {"veryfast": "subme=1"}
"""What of a preset pays to change. A coarser search below the pixel than veryfast's: a quarter of the work less for a fifteenth
more bytes (measured)."""
_LOOK_AHEAD = f"rc-lookahead=6:{encoding.REPEATABLE}"
"""Frames the encoder holds to share out bits, with no thread of their own. Each costs 6.5 MB at 1080p (measured): medium's 40
would take 220 MB more, twice over, for some hundredths less bytes."""
_QUALITY = 19
_SEI = 6
"""NAL unit type of supplemental information: x264 writes its name and options there."""


def encode_stretch(
    timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path], out: Path, preset: str = PRESET
) -> None:
    """Encode one stretch of `stretches(timeline)` into an MP4 without sound. Equal input gives equal bytes.

    `shelf` gives the file of an artifact. `preset` is x264's; all stretches of a film must share it. `out` appears only when
    it is whole. Raises `MediaBroken` for clips that do not decode or are too short.
    """
    out = out.absolute()
    with tempfile.TemporaryDirectory(prefix="stretch-", dir=out.parent) as folder:
        work = Path(folder)
        lettered = _lettered(timeline, stretch, work=work)
        body = _untouched(timeline, stretch, shelf=shelf)
        shown = _shown(timeline.frame) if body is None else _span(body, stretch, shelf=shelf)
        frames = (picture.data for picture in composed(timeline, stretch, shelf=shelf)) if body is None else None
        dressed = logo.lay_over(
            _filtered(shown, timeline.frame, text=lettered),
            timeline,
            start=stretch.start,
            stop=stretch.stop,
            shelf=shelf,
            work=work,
        )
        coded = graph.output(dressed, to="stretch.mp4", options=encoder(timeline.frame, preset=preset))
        ffmpeg.run_graph(coded, purpose=f"encode frames {stretch.start} to {stretch.stop}", frames=frames, cwd=work)
        if body is not None:
            _require_whole(work / "stretch.mp4", body, stretch, clip=shelf(body.clip))
        (work / "stretch.mp4").replace(out)


def _lettered(timeline: Timeline, stretch: Stretch, *, work: Path) -> bool:
    """Lay the stretch's text and fonts ready; whether it has any."""
    text = titles.document(timeline, start=stretch.start, stop=stretch.stop)
    if text is None:
        return False
    (work / "fonts").mkdir()
    (work / "text.ass").write_text(text, encoding="utf-8")
    titles.write_fonts(timeline, folder=work / "fonts")
    return True


def _untouched(timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> Shot | None:
    """The one shot of a stretch that shows its clip frame by frame as it is; `None` when anything is to be done to pictures."""
    shots = layers(timeline, start=stretch.start, stop=stretch.stop)
    first = shots[0].source_frame(stretch.start)
    running = [shots[0].source_frame(at) - at for at in (stretch.start, stretch.stop - 1)] == [first - stretch.start] * 2
    if len(shots) > 1 or not running or shots[0].speed < 1:
        return None
    clip, frame = probe.facts(shelf(shots[0].clip)).video, timeline.frame
    if clip is None or (clip.fps, clip.pixel_format) != (frame.fps, "yuv420p"):
        return None
    whole = untouched(shots[0].framing, clip=Shape(clip.width, clip.height), frame=Shape(frame.width, frame.height))
    return shots[0] if whole else None


def _span(shot: Shot, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> graph.Stream:
    """The stretch's frames out of the clip, counted, not timed."""
    first = shot.source_frame(stretch.start)
    clip = graph.source(shelf(shot.clip).absolute(), options={"threads": _THREADS})["v:0"]
    return clip.filter("trim", start_frame=first, end_frame=first + stretch.frames)


def _require_whole(coded: Path, shot: Shot, stretch: Stretch, *, clip: Path) -> None:
    video = probe.facts(coded).video
    frames = video.frames if video else 0
    if frames < stretch.frames:
        raise pictures.too_short(clip, at=shot.source_frame(stretch.start) + frames)


def composed(timeline: Timeline, stretch: Stretch, *, shelf: Callable[[Artifact], Path]) -> Iterator[Picture]:
    """The stretch's pictures before text is drawn, one by one; each is good until the next is asked for."""
    shots = layers(timeline, start=stretch.start, stop=stretch.stop)
    span = range(stretch.start, stretch.stop)
    sources = [
        pictures.pictures(
            shelf(shot.clip),
            wanted=[shot.source_frame(at) for at in span],
            frame=timeline.frame,
            focus=shot.focus,
            framing=shot.framing,
        )
        for shot in shots
    ]
    for at, *stack in zip(span, *sources, strict=True):
        picture = stack[0]
        for shot, above in zip(shots[1:], stack[1:], strict=True):
            way = share(shot, film_frame=at)
            picture = blended(shot.transition, picture, above, share=way, frame=timeline.frame)
        yield np.ascontiguousarray(picture)


def _shown(frame: Frame) -> graph.Stream:
    return graph.raw_pictures(width=frame.width, height=frame.height, fps=frame.fps)


def _filtered(pictures: graph.Stream, frame: Frame, *, text: bool) -> graph.Stream:
    """Colours tagged; text drawn on the document's clock (see `titles.ass`); then the film's own clock."""
    shown = encoding.tagged(pictures)
    lettered = titles.burn_in(shown) if text else shown
    return lettered.filter("setsar", sar=1).filter("settb", expr=f"1/{frame.fps}").filter("setpts", expr="N")


def encoder(frame: Frame, *, preset: str) -> graph.Options:
    """The output options of everything that becomes part of a master of this format."""
    tuning = f":{_TUNING[preset]}" if preset in _TUNING else ""
    groups = f"stitchable=1:open-gop=0:scenecut=40:keyint={2 * frame.fps}:min-keyint={frame.fps // 2 or 1}"
    return {
        "c:v": "libx264",
        "preset": preset,
        "profile:v": "high",
        "crf": _QUALITY,
        "pix_fmt": "yuv420p",
        "threads": _THREADS,
        "x264-params": f"{groups}:{_LOOK_AHEAD}{tuning}",
        "r": frame.fps,
        "fps_mode": "cfr",
        "bsf:v": f"filter_units=remove_types={_SEI}",
        **encoding.clock(frame.fps),
        **encoding.BT709,
    }
