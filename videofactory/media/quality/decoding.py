"""One decoding pass: FFmpeg reads the whole file once and says what it saw and heard; this module reads FFmpeg's words.

Every frame is decoded in full, then judged at a small width. What the figures mean for a film is decided in
`picture`, `sound` and `coding`'s readers; this module knows no limit but those of detection.
"""

import math
import re
from pathlib import Path
from typing import NamedTuple

from videofactory.domain.errors import MediaBroken
from videofactory.media import ffmpeg, graph
from videofactory.media.quality.limits import Detection, limits

FLOOR_DB = -120.0
"""Stands for silence in figures of dB, where the true value is minus infinity."""
GATE_LUFS = -70.0
"""What BS.1770's absolute gate leaves of silence."""
_PICTURE = re.compile(r"\[Parsed_metadata_\d+ @ \w+\] \[info\] frame:\d+ +pts:\S+ +pts_time:(\S+)")
_SOUND = re.compile(r"\[Parsed_ametadata_\d+ @ \w+\] \[info\] frame:\d+ +pts:\S+ +pts_time:(\S+)")
_BLACK = re.compile(r"black_start:(\S+) black_end:(\S+)")
_FREEZE = re.compile(r"lavfi\.freezedetect\.freeze_(start|end): (\S+)")
_LOUDNESS = re.compile(r"lavfi\.r128\.I=(\S+)")
_TRUE_PEAK = re.compile(r"lavfi\.r128\.true_peak=(\S+)")
_SUMMARY_PEAK = re.compile(r"True peak:\s+Peak:\s+(\S+) dBFS")
_SUMMARY_STEP = 0.1
_ASTATS = re.compile(r"\[Parsed_astats_\d+ @ \w+\] \[info\] ([A-Z][A-Za-z ]+): (\S+)")
_COMPLAINT = re.compile(r"^(?:\[([^\]@]+)@ \w+\] )?\[(?:warning|error|fatal|panic)\] (.+)$", re.MULTILINE)
_SCALER = "swscaler"
_TELL_ALL = ("-nostats", "-loglevel", "level+info", "-copyts")
_FULL_SCALE_DB = -0.001
"""Where the highest 16-bit sample value stands: a sample up there has been clipped, or is about to be."""


class Stretch(NamedTuple):
    """From, to (seconds)."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end - self.start


class Heard(NamedTuple):
    """The sound: when it starts and ends (seconds), loudness (LUFS), peaks (dB), how many samples stand at full scale."""

    start: float
    end: float
    integrated: float
    true_peak: float
    peak: float
    clipped: int


class Decoded(NamedTuple):
    """What one pass over a file showed: the time of every frame, bad stretches, sound, and every complaint of FFmpeg."""

    times: tuple[float, ...]
    black: tuple[Stretch, ...]
    frozen: tuple[Stretch, ...]
    heard: Heard | None
    complaints: tuple[str, ...]


def decode(path: Path, *, sample_rate: int | None, fps: float) -> Decoded:
    """Decode a file with one video stream, and its sound when it has any (`sample_rate` in Hz, else `None`).

    A file that does not decode gives complaints, not an error. `fps` is how long the last frame stands.
    """
    streams = graph.source(path)
    watched = (*_watched(streams["v:0"], how=limits().detection), *((_heeded(streams["a:0"]),) if sample_rate else ()))
    judged = graph.output(*watched, to="-", options={"format": "null"}, exact=False)
    try:
        log = ffmpeg.run_graph(judged.global_args(*_TELL_ALL), purpose=f"decode {path.name}")
    except MediaBroken as error:
        return Decoded((), (), (), None, (_plain(str(error)),))
    times = tuple(float(time) for time in _PICTURE.findall(log))
    end = times[-1] + 1 / fps if times else 0.0
    return Decoded(
        times=times,
        black=tuple(Stretch(float(start), float(stop)) for start, stop in _BLACK.findall(log)),
        frozen=_frozen(log, end=end),
        heard=_heard(log, sample_rate=sample_rate) if sample_rate else None,
        complaints=_complaints(log),
    )


def _complaints(log: str) -> tuple[str, ...]:
    """Warnings and errors of demuxer and decoders; what our own scaler has to say is no fault of the file."""
    found = [(who.strip() or "ffmpeg", what) for who, what in _COMPLAINT.findall(log)]
    return tuple(_plain(f"{who}: {what}") for who, what in found if who != _SCALER)


def _watched(pictures: graph.Stream, *, how: Detection) -> tuple[graph.Stream, graph.Stream]:
    """Every frame gets a mark and is printed (that is how frames are counted), then two watchers look at it."""
    small = pictures.filter("scale", w=how.width, h=-2, flags="area").filter("format", pix_fmts="gray")
    counted = small.filter("metadata", mode="add", key="seen", value=1).filter("metadata", mode="print", key="seen").split()
    black = counted[0].filter(
        "blackdetect", d=how.black_shortest_seconds, pic_th=how.black_pixel_share, pix_th=how.black_pixel_level
    )
    upper = counted[1].filter("crop", w="iw", h=f"ih*{how.frozen_picture_share}", x=0, y=0)
    return black, upper.filter("freezedetect", n=how.frozen_difference, d=how.frozen_shortest_seconds)


def _heeded(sound: graph.Stream) -> graph.Stream:
    """Loudness and true peak as they run, then peak and length of what a player gets: 16 bits."""
    measured = sound.filter("ebur128", peak="true", framelog="quiet", metadata=1)
    for key in ("lavfi.r128.I", "lavfi.r128.true_peak"):
        measured = measured.filter("ametadata", mode="print", key=key)
    figures = "Peak_level+Peak_count+Number_of_samples"
    played = measured.filter("aformat", sample_fmts="s16")
    return played.filter("astats", measure_perchannel="none", measure_overall=figures)


def _frozen(log: str, *, end: float) -> tuple[Stretch, ...]:
    """Still stretches; one that lasts to the end of the file is never closed by FFmpeg."""
    marks = _FREEZE.findall(log)
    starts = [float(time) for kind, time in marks if kind == "start"]
    ends = [float(time) for kind, time in marks if kind == "end"]
    return tuple(Stretch(start, stop) for start, stop in zip(starts, [*ends, end], strict=False))


def _heard(log: str, *, sample_rate: int) -> Heard | None:
    times = _SOUND.findall(log)
    figures = dict(_ASTATS.findall(log))
    if not times or "Number of samples" not in figures:
        return None
    start = float(times[0])
    peak = max(FLOOR_DB, float(figures["Peak level dB"]))
    return Heard(
        start=start,
        end=start + float(figures["Number of samples"]) / sample_rate,
        integrated=max(GATE_LUFS, float(_LOUDNESS.findall(log)[-1])),
        true_peak=_true_peak(log),
        peak=peak,
        clipped=round(float(figures["Peak count"])) if peak >= _FULL_SCALE_DB else 0,
    )


def _true_peak(log: str) -> float:
    """In dBTP. The running figure is fine-grained but leaves out the last tenth of a second, which only the summary has."""
    running = _decibels(max(float(value) for value in _TRUE_PEAK.findall(log)))
    summary = max((float(value) for value in _SUMMARY_PEAK.findall(log)), default=FLOOR_DB)
    return summary if summary > running + _SUMMARY_STEP else running


def _decibels(linear: float) -> float:
    return max(FLOOR_DB, 20 * math.log10(linear)) if linear > 0 else FLOOR_DB


def _plain(words: str) -> str:
    """Without addresses of memory, which differ from run to run."""
    return re.sub(r" ?@ 0x[0-9a-f]+", "", words).strip()
