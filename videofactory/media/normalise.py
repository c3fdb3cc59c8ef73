"""Clips of any engine made alike: film size, constant rate, square pixels, 4:2:0 BT.709 limited, no sound unless asked.

The result is an intermediate, all but lossless: the delivery encoding happens once, in `cut`. Whether a clip is any good is
measured afterwards, by `quality`; here it is only made to fit.
"""

import shutil
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import av.error

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.media import encoding, ffmpeg, graph
from videofactory.media.probe import Facts, facts
from videofactory.media.quality.coding import VideoCoding, coding

_BT709 = ("bt709", "bt709", "bt709", "limited")
_HD_HEIGHT = 720
"""Untagged pictures at least this high are taken as BT.709, lower ones as BT.601: what encoders that do not tag mean by it."""
_SD_MATRICES = ("bt470bg", "smpte170m")
_HDR_TRANSFERS = ("smpte2084", "arib-std-b67")
_WHITE_NITS = 203
"""Diffuse white of HDR material, ITU-R BT.2408."""
_PRESET = "superfast"
SLOWEST = 0.85
"""The slowest a clip may run, as a share of its own speed."""
LONGEST_HOLD = 0.5
"""Seconds the last picture may be held."""
_SOUND: graph.Options = {"c:a": "aac", "b:a": "256k", "ar": 48_000, "ac": 2}


def normalise(source: Path, *, frame: Frame, out: Path, keep_sound: bool = False, seconds: float | None = None) -> Facts:
    """Write `source` as a clip of the film's format to `out` (MP4) and return the facts of what was written.

    The picture covers the frame (cropped in the middle, never squeezed or boxed). `seconds` is the length wanted: a longer source
    is trimmed, a shorter one slowed by at most 15 % and its last picture held for half a second at most; one that is shorter
    still stays too short. A source already in that format and length is copied, never encoded again. `out` appears only when it
    is whole. The same source gives the same bytes.
    Raises `MediaBroken` for a source without a picture, or one that FFmpeg cannot read.
    """
    coded = coding(source)
    if coded.video is None:
        raise MediaBroken(f"{source.name} has no picture.", remedy="Ask the engine for the clip again.")
    part = out.with_name(f"{out.stem}.part{out.suffix}")
    try:
        timing = None if seconds is None else _timing(source, frame=frame, seconds=seconds)
        if timing is not None or not is_normal(source, video=coded.video, frame=frame):
            sound = keep_sound and coded.audio is not None
            _encode(source, video=coded.video, frame=frame, out=part, keep_sound=sound, timing=timing)
        elif coded.audio is not None and not keep_sound:
            _mute(source, out=part)
        else:
            shutil.copyfile(source, part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return facts(out)


def is_normal(source: Path, *, video: VideoCoding, frame: Frame) -> bool:
    """True when the picture is already exactly what the film wants: coding, size, pixels, tags, upright, every frame in place."""
    return (
        video.codec == "h264"
        and video.pixel_format == "yuv420p"
        and (video.width, video.height, video.rate, video.shape) == (frame.width, frame.height, Fraction(frame.fps), Fraction(1))
        and (video.primaries, video.transfer, video.matrix, video.range) == _BT709
        and _upright(source)
        and _even(source, fps=frame.fps)
    )


def _upright(source: Path) -> bool:
    """No rotation is asked of the player."""
    try:
        with av.open(str(source)) as container:
            return next(container.decode(video=0)).rotation == 0
    except (av.error.FFmpegError, StopIteration):
        return False


def _even(source: Path, *, fps: int) -> bool:
    """Frames start at zero and follow each other at exactly the rate, by their packets' times."""
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None and packet.size)
        step = Fraction(1, fps) / (stream.time_base or Fraction(1))
    return bool(times) and times[0] == 0 and all(after - before == step for before, after in pairwise(times))


def _mute(source: Path, *, out: Path) -> None:
    silent = graph.output(graph.source(source)["v:0"], to=out, options={"c": "copy", **encoding.FAST_START})
    ffmpeg.run_graph(silent, purpose=f"take the sound off {source.name}")


@dataclass(frozen=True)
class Timing:
    """How a clip is brought to its length: slowed by `factor` (1 or more), then held or trimmed to exactly `frames`."""

    factor: float
    frames: int


def _timing(source: Path, *, frame: Frame, seconds: float) -> Timing | None:
    """What is to be done about the length; nothing when the frames are all there."""
    known = facts(source)
    frames = round(seconds * frame.fps)
    if known.video is not None and known.video.frames == frames and known.video.fps == frame.fps:
        return None
    return Timing(factor=min(max(1.0, seconds / known.seconds), 1 / SLOWEST), frames=frames)


def _encode(source: Path, *, video: VideoCoding, frame: Frame, out: Path, keep_sound: bool, timing: Timing | None = None) -> None:
    streams = graph.source(source)
    sound = (_sounding(streams["a:0"], timing),) if keep_sound else ()
    coding = {**encoding.intermediate(_PRESET), "profile:v": "high", "map_chapters": -1, **encoding.FAST_START}
    clip = graph.output(
        fitted(streams["v:0"], video=video, frame=frame, timing=timing),
        *sound,
        to=out,
        options={**coding, **(_SOUND if sound else {})},
    )
    ffmpeg.run_graph(clip, purpose=f"normalise {source.name}")


def _sounding(sound: graph.Stream, timing: Timing | None) -> graph.Stream:
    return sound if timing is None else sound.filter("atempo", tempo=round(1 / timing.factor, 6))


def fitted(pictures: graph.Stream, *, video: VideoCoding, frame: Frame, timing: Timing | None = None) -> graph.Stream:
    """Pictures of this coding made the film's: time and crop first (less to scale), then colour and size, then tags."""
    begun = pictures.filter("setpts", expr=f"(PTS-STARTPTS)*{timing.factor:.6f}" if timing else "PTS-STARTPTS")
    timed = begun.filter("fps", fps=frame.fps, start_time=0)
    if timing is not None:
        held = timed.filter("tpad", stop_mode="clone", stop_duration=LONGEST_HOLD)
        timed = held.filter("trim", end_frame=timing.frames)
    width, height = _crop(frame)
    seen = timed.filter("crop", w=width, h=height)
    sized = (_managed if _needs_colour_management(video) else _converted)(seen, video=video, frame=frame)
    return encoding.tagged(sized.filter("setsar", sar=1).filter("format", pix_fmts="yuv420p"))


def _crop(frame: Frame) -> tuple[str, str]:
    """The middle of the source that has the frame's shape, as FFmpeg expressions: there `sar`, `iw` count rotation in.

    Cropping before scaling: what is not seen is not scaled.
    """
    shape = f"{frame.width}/{frame.height}"
    wide = f"gt(dar,{shape})"
    width = f"if({wide},min(iw,round(ih*{shape}/sar/2)*2),iw)"
    height = f"if({wide},ih,min(ih,round(iw*sar/({shape})/2)*2))"
    return width, height


def _converted(pictures: graph.Stream, *, video: VideoCoding, frame: Frame) -> graph.Stream:
    """Scaled, and brought to BT.709's matrix and levels in the same step."""
    source = {} if _is_rgb(video) else {"in_color_matrix": _matrix(video), "in_range": _levels(video)}
    target = {"out_color_matrix": "bt709", "out_range": "tv"}
    flags = "lanczos+accurate_rnd+full_chroma_int+bitexact"
    return pictures.filter("scale", w=frame.width, h=frame.height, flags=flags, **source, **target)


def _is_rgb(video: VideoCoding) -> bool:
    return video.matrix == "gbr" or video.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal"))


def _matrix(video: VideoCoding) -> str:
    if video.matrix in _SD_MATRICES:
        return "smpte170m"
    if video.matrix == "untagged":
        return "bt709" if video.height >= _HD_HEIGHT else "smpte170m"
    return "bt2020" if video.matrix.startswith("bt2020") else "bt709"


def _levels(video: VideoCoding) -> str:
    return "pc" if video.range == "full" or video.pixel_format.startswith("yuvj") else "tv"


def _needs_colour_management(video: VideoCoding) -> bool:
    """Wide gamut and HDR: a change of matrix alone would leave them pale. SD primaries are taken as near enough."""
    return video.primaries in {"bt2020", "smpte431", "smpte432"} or video.transfer in _HDR_TRANSFERS


def _managed(pictures: graph.Stream, *, video: VideoCoding, frame: Frame) -> graph.Stream:
    """Through linear light to BT.709, bright parts tone-mapped; then scaled."""
    primaries = {"bt2020": "2020", "smpte432": "smpte432", "smpte431": "smpte431"}.get(video.primaries, "2020")
    transfer = video.transfer if video.transfer in {*_HDR_TRANSFERS, "bt2020-10", "bt2020-12"} else "709"
    matrix = "2020_ncl" if _matrix(video) == "bt2020" else "709"
    levels = "full" if _levels(video) == "pc" else "limited"
    linear = pictures.filter("zscale", pin=primaries, tin=transfer, min=matrix, rin=levels, t="linear", npl=_WHITE_NITS)
    narrow = linear.filter("format", pix_fmts="gbrpf32le").filter("zscale", p="709")
    mapped = narrow.filter("tonemap", tonemap="hable", desat=0) if video.transfer in _HDR_TRANSFERS else narrow
    coded = mapped.filter("zscale", t="709", m="709", r="limited").filter("format", pix_fmts="yuv420p")
    return coded.filter("scale", w=frame.width, h=frame.height, flags="lanczos")
