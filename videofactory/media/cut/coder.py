"""The film's encoder: pictures in, H.264 in an MP4 out that joins to its neighbours by copy. In process, by PyAV.

A process of FFmpeg's own holds sixteen pictures in its queues on their way to the encoder, 50 MB at 1080p, and its program; here
a picture goes from the decoder to the encoder at once, in the same time.
"""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import av.error
import cv2
from av.bitstream import BitStreamFilterContext
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from videofactory.domain.errors import Lasting
from videofactory.domain.footage import Frame
from videofactory.media import encoding
from videofactory.media.graph import Options
from videofactory.media.memory import give_back_large_blocks

_THREADS = 2
"""Slices of each picture, encoded at once. Fixed, so the same bytes come out on every machine. Against one: no more work, 0.2 %
more bytes, 3 MB; against threads that take a picture each: a twentieth less work, and no pictures held for them (measured)."""
_TUNING: Mapping[str, str] = {"veryfast": "subme=1"}
"""What of a preset pays to change. A coarser search below the pixel than veryfast's: a quarter of the work less for a fifteenth
more bytes (measured)."""
_LOOK_AHEAD = f"rc-lookahead=4:sliced-threads=1:{encoding.REPEATABLE}"
"""Frames the encoder holds to share out bits, with no thread of their own. Each costs 6.5 MB at 1080p (measured): medium's 40
would take 235 MB more, twice over, for some hundredths less bytes."""
_VECTORS = "MMX2,SSE,SSE2Fast,LZCNT,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
"""What x264 may use of a processor that has AVX-512. With AVX-512 its macroblock tree reads memory that nobody wrote, and gives
other bytes from run to run (in small frames; large ones lie in pages still zero). Costs 0 to 2 % of CPU (measured at 1080p)."""
_AVX_512 = "AVX512-SKX"
"""OpenCV's name of all of AVX-512 that x264 asks for; with a question mark behind it where the processor has it not."""
_QUALITY = 18.5
_SEI = 6
"""NAL unit type of supplemental information: x264 writes its name and options there."""


def settings(frame: Frame, *, preset: str) -> Options:
    """What x264 is asked for, in FFmpeg's words; all stretches of a master must have it alike, or their join would not play."""
    tuning = f":{_TUNING[preset]}" if preset in _TUNING else ""
    groups = f"stitchable=1:open-gop=0:scenecut=40:keyint={2 * frame.fps}:min-keyint={frame.fps // 2 or 1}"
    vectors = f":asm={_VECTORS}" if _AVX_512 in cv2.getCPUFeaturesLine().replace("*", "").split() else ""
    return {"preset": preset, "profile": "high", "crf": _QUALITY, "x264-params": f"{groups}:{_LOOK_AHEAD}{tuning}{vectors}"}


class Coder:
    """Encodes one stretch into `out`, used as a context. What is there after an error is no film: the caller removes it.

    Raises `Lasting` when the disk is full.
    """

    def __init__(self, out: Path, *, frame: Frame, preset: str) -> None:
        give_back_large_blocks()
        self._fps, self._count, self._written = frame.fps, 0, 0
        clock = {"video_track_timescale": str(encoding.clock(frame.fps)["video_track_timescale"])}
        self._container = av.open(str(out), "w", format="mp4", options={"fflags": "+bitexact", **clock})
        self._stream = self._container.add_stream("libx264", rate=frame.fps)
        told = {name: str(value) for name, value in settings(frame, preset=preset).items()}
        coder = self._stream.codec_context
        coder.options = {**told, "flags": "+bitexact"}
        coder.width, coder.height, coder.pix_fmt = frame.width, frame.height, "yuv420p"
        coder.time_base, coder.sample_aspect_ratio, coder.thread_count = Fraction(1, frame.fps), Fraction(1), _THREADS
        coder.color_range, coder.colorspace = ColorRange.MPEG, Colorspace.ITU709
        coder.color_primaries, coder.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        self._plain = BitStreamFilterContext(f"filter_units=remove_types={_SEI}", "h264")

    def add(self, picture: av.VideoFrame) -> None:
        """Encode the next picture: 8-bit 4:2:0, BT.709, limited, of the film's size."""
        picture.pts, picture.time_base, picture.pict_type = self._count, Fraction(1, self._fps), PictureType.NONE
        self._count += 1
        self._write(picture)

    def _write(self, picture: av.VideoFrame | None) -> None:
        with full_disk_is_said():
            for packet in self._stream.encode(picture):
                # x264 decodes stretches of one or two frames without its usual lead: after others they would come too late
                packet.dts = self._written - self._stream.codec_context.reorder_depth
                self._written += 1
                for plain in self._plain.filter(packet):
                    self._container.mux(plain)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Write what the encoder still holds, and the index."""
        try:
            if error is None:
                self._write(None)
        finally:
            with full_disk_is_said():
                self._container.close()


@contextmanager
def full_disk_is_said() -> Iterator[None]:
    """Within the block, a disk that is full is a `Lasting` error with its remedy, whoever found it full."""
    try:
        yield
    except OSError as error:
        if not isinstance(error, av.error.OSError) and error.errno != errno.ENOSPC:
            raise
        message = f"A stretch of the film could not be written: {error}"
        raise Lasting(message, remedy="Free some space and start again; nothing is lost.") from error
