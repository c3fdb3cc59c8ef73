"""Clips of any engine made alike: film size, constant rate, square pixels, 4:2:0 BT.709 limited, no sound unless asked.

The result is an intermediate, all but lossless: the delivery encoding happens once, in `cut`. Whether a clip is any good is
measured afterwards, by `quality`; here it is only made to fit. The filters that do it are `fitting`.
"""

import shutil
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import av
import av.error
import numpy as np
from av.sidedata.sidedata import SideData

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.media import encoding, ffmpeg, graph
from videofactory.media.fitting import LONGEST_HOLD, Timing, fitted, sounding
from videofactory.media.probe import Facts, facts
from videofactory.media.quality.coding import AudioCoding, VideoCoding, coding

__all__ = ["LONGEST_HOLD", "SLOWEST", "damage", "is_normal", "normalise"]

_BT709 = ("bt709", "bt709", "bt709", "limited")
_PRESET = "superfast"
_GROUP = 30
"""Frames from one key frame to the next. A transition at a clip's end is decoded from the last key frame on: with x264's own 250
that took 1.3 s of processor for half a second at 1080p, now 0.3 s, for at most 4 % more bytes. Older clips are as good."""
SLOWEST = 0.85
"""The slowest a clip may run, as a share of its own speed."""
_HELD_RATHER = 2
"""Frames by which a clip may be too short without being slowed: the last picture held is not seen, a picture shown twice is."""
_SHOWN = 3
"""Lines of FFmpeg's log that are passed on."""
_LOOKED_AT = 8
"""Pictures decoded to learn how a clip is made: some encoders mark the first of an interlaced one as progressive."""
_UPRIGHT = (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
"""The display matrix that asks nothing of the player: 16.16 and, in its last column, 2.30 fixed-point numbers."""
_SYNC = 0.01
"""Seconds by which picture and sound may begin apart and still count as together; their ends, five times that."""
_SOUND: graph.Options = {"c:a": "aac", "b:a": "256k", "ar": 48_000, "ac": 2}


class _Source(NamedTuple):
    """What a source shows beyond its headers: asked to be turned, interlaced, seconds to its first picture, of all pictures."""

    turned: bool
    interlaced: bool
    lead: float
    seconds: float


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
    audio = coded.audio if keep_sound else None
    try:
        if not _is_there(source, video=coded.video, frame=frame, seconds=seconds):
            _encode(source, video=coded.video, frame=frame, out=part, keep_sound=audio is not None, seconds=seconds)
        elif audio is not None and not _is_sound_normal(source, audio):
            _resound(source, out=part)
        elif coded.audio is not None and audio is None:
            _mute(source, out=part)
        else:
            shutil.copyfile(source, part)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return facts(out)


def damage(source: Path) -> tuple[str, ...]:
    """What is wrong with a file that was delivered, in words: FFmpeg's own when it decodes all pictures. A good one has nothing.

    A clip that ends early or is torn inside can be made to fit, and looks whole then: this is asked of the file itself.
    """
    everything = graph.output(graph.source(source)["v:0"], to="-", options={"f": "null"})
    log = ffmpeg.run_graph(everything.global_args("-loglevel", "error"), purpose=f"decode {source.name}").strip()
    shown = " | ".join(log.splitlines()[:_SHOWN])
    return (f"What the engine delivered is damaged; FFmpeg says: {shown}",) if log else ()


def is_normal(source: Path, *, video: VideoCoding, frame: Frame) -> bool:
    """True when the picture is already exactly what the film wants: coding, size, pixels, tags, upright, every frame in place."""
    return (
        video.codec == "h264"
        and video.pixel_format == "yuv420p"
        and (video.width, video.height, video.rate, video.shape) == (frame.width, frame.height, Fraction(frame.fps), Fraction(1))
        and (video.primaries, video.transfer, video.matrix, video.range) == _BT709
        and _even(source, fps=frame.fps)
        and not (look := _look(source)).turned
        and not look.interlaced
    )


def _is_there(source: Path, *, video: VideoCoding, frame: Frame, seconds: float | None) -> bool:
    """Nothing is to be done to the picture: the film's format, and the length wanted."""
    if not is_normal(source, video=video, frame=frame):
        return False
    known = facts(source).video
    return seconds is None or (known is not None and known.frames == round(seconds * frame.fps))


def _look(source: Path) -> _Source:
    """Decode the first pictures and read all packets' times. What does not decode shows nothing, and is for FFmpeg to refuse."""
    try:
        with av.open(str(source)) as container:
            stream = container.streams.video[0]
            start, base = Fraction(container.start_time or 0, av.time_base), stream.time_base or Fraction(1)
            pictures = [picture for picture, _ in zip(container.decode(stream), range(_LOOKED_AT), strict=False)]
        times, last = _times(source)
    except av.error.FFmpegError:
        return _Source(turned=True, interlaced=False, lead=0.0, seconds=0.0)
    return _Source(
        turned=any(_is_turned(picture) for picture in pictures[:1]),
        interlaced=any(picture.interlaced_frame for picture in pictures),
        lead=max(0.0, float(times[0] * base - start)) if times else 0.0,
        seconds=float((times[-1] - times[0] + last) * base) if times else 0.0,
    )


def _is_turned(picture: av.VideoFrame) -> bool:
    asked = picture.side_data.get("DISPLAYMATRIX")
    return isinstance(asked, SideData) and tuple(np.frombuffer(bytes(asked), np.int32)) != _UPRIGHT


def _times(source: Path) -> tuple[list[int], int]:
    """When the pictures are shown, in order, by their packets; and how long the last one is, in the same ticks."""
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        shown = sorted(
            (packet.pts, packet.duration or 0) for packet in container.demux(stream) if packet.pts is not None and packet.size
        )
        usual = Fraction(1) / (stream.average_rate or 1) / (stream.time_base or Fraction(1))
    return [time for time, _ in shown], (shown[-1][1] or round(usual)) if shown else 0


def _even(source: Path, *, fps: int) -> bool:
    """Frames start at zero and follow each other at exactly the rate, by their packets' times."""
    with av.open(str(source)) as container:
        step = Fraction(1, fps) / (container.streams.video[0].time_base or Fraction(1))
    times, _ = _times(source)
    return bool(times) and times[0] == 0 and all(after - before == step for before, after in pairwise(times))


def _is_sound_normal(source: Path, audio: AudioCoding) -> bool:
    """The film's coding, beginning and ending with the picture."""
    if (audio.codec, audio.sample_rate, audio.channels) != ("aac", _SOUND["ar"], _SOUND["ac"]):
        return False
    known = facts(source).audio
    with av.open(str(source)) as container:
        stream = container.streams.audio[0]
        begun = float((stream.start_time or 0) * (stream.time_base or Fraction(1)))
    return known is not None and abs(begun) <= _SYNC and abs(known.seconds - _look(source).seconds) <= 5 * _SYNC


def _mute(source: Path, *, out: Path) -> None:
    silent = graph.output(graph.source(source)["v:0"], to=out, options={"c": "copy", **encoding.FAST_START})
    ffmpeg.run_graph(silent, purpose=f"take the sound off {source.name}")


def _resound(source: Path, *, out: Path) -> None:
    """The picture as it is, with the sound coded anew and as long as the picture."""
    streams = graph.source(source)
    sound = sounding(streams["a:0"], lead=0.0, seconds=_look(source).seconds)
    options = {"c:v": "copy", **_SOUND, "map_chapters": -1, **encoding.FAST_START}
    ffmpeg.run_graph(graph.output(streams["v:0"], sound, to=out, options=options), purpose=f"code the sound of {source.name}")


def _timing(known: _Source, *, frame: Frame, seconds: float) -> Timing:
    """What is to be done about the length."""
    missing = seconds - known.seconds
    slower = seconds / known.seconds if known.seconds > 0 and missing * frame.fps > _HELD_RATHER else 1.0
    return Timing(factor=min(max(1.0, slower), 1 / SLOWEST), frames=round(seconds * frame.fps))


def _shown(known: _Source, timing: Timing | None, *, fps: int) -> float:
    """Seconds the pictures are shown for once they are the film's: whole frames, as `fitting.fitted` makes them."""
    if timing is None:
        return round(known.seconds * fps) / fps
    return min(timing.frames / fps, known.seconds * timing.factor + LONGEST_HOLD)


def _encode(source: Path, *, video: VideoCoding, frame: Frame, out: Path, keep_sound: bool, seconds: float | None) -> None:
    streams, known = graph.source(source), _look(source)
    timing = None if seconds is None else _timing(known, frame=frame, seconds=seconds)
    shown = _shown(known, timing, fps=frame.fps)
    sound = (sounding(streams["a:0"], lead=known.lead, seconds=shown, timing=timing),) if keep_sound else ()
    coding = {**encoding.intermediate(_PRESET), "g": _GROUP, "profile:v": "high", "map_chapters": -1, **encoding.FAST_START}
    clip = graph.output(
        fitted(streams["v:0"], video=video, frame=frame, timing=timing, interlaced=known.interlaced),
        *sound,
        to=out,
        options={**coding, **(_SOUND if sound else {})},
    )
    ffmpeg.run_graph(clip, purpose=f"normalise {source.name}")
