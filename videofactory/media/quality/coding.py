"""How a file is coded: codec, profile, size, rate, colour tags, place of the index. From headers only, nothing is decoded.

Times and counts that must be true rather than claimed come from `decoding`. Plain facts for other uses: `media.probe`.
"""

from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import av.error

from videofactory.domain.errors import MediaBroken

PRIMARIES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020", 11: "smpte431", 12: "smpte432"}
TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    8: "linear",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}
MATRICES = {0: "gbr", 1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc", 10: "bt2020c"}
RANGES = {1: "limited", 2: "full"}
UNTAGGED = 2
"""Code points of ITU-T H.273 under FFmpeg's names; 2 says that the file does not say."""
_BOX_HEADER = 8
_LONG_BOX_HEADER = 16


class VideoCoding(NamedTuple):
    """The first video stream as its headers describe it; `shape` is the width of a pixel over its height."""

    codec: str
    profile: str
    width: int
    height: int
    pixel_format: str
    rate: Fraction
    shape: Fraction
    primaries: str
    transfer: str
    matrix: str
    range: str


class AudioCoding(NamedTuple):
    """The first audio stream as its headers describe it."""

    codec: str
    sample_rate: int
    channels: int


class Coding(NamedTuple):
    """A file's first streams, where it has them."""

    video: VideoCoding | None
    audio: AudioCoding | None


def coding(path: Path) -> Coding:
    """Read a file's headers. Raises `MediaBroken` for what cannot be opened as media."""
    try:
        with av.open(str(path)) as container:
            video = next(iter(container.streams.video), None)
            audio = next(iter(container.streams.audio), None)
            return Coding(_video(video) if video else None, _audio(audio) if audio else None)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        message = f"{path.name} cannot be opened as a media file: {error}"
        raise MediaBroken(message, remedy="It may be truncated; make or fetch it again.") from error


def _video(stream: av.VideoStream) -> VideoCoding:
    context = stream.codec_context
    return VideoCoding(
        codec=context.name,
        profile=str(context.profile or "unknown"),
        width=context.width,
        height=context.height,
        pixel_format=str(context.pix_fmt or "unknown"),
        rate=Fraction(stream.average_rate or 0),
        shape=Fraction(stream.sample_aspect_ratio or 1),
        primaries=tag(PRIMARIES, code=int(context.color_primaries)),
        transfer=tag(TRANSFERS, code=int(context.color_trc)),
        matrix=tag(MATRICES, code=int(context.colorspace)),
        range=RANGES.get(int(context.color_range), "untagged"),
    )


def _audio(stream: av.AudioStream) -> AudioCoding:
    context = stream.codec_context
    return AudioCoding(codec=context.name, sample_rate=context.sample_rate, channels=context.channels)


def tag(names: dict[int, str], *, code: int) -> str:
    """FFmpeg's name of a colour code point; `untagged` where the file does not say."""
    return "untagged" if code == UNTAGGED else names.get(code, f"code {code}")


def boxes(path: Path) -> list[str]:
    """Types of the top-level boxes of an MP4 file, in order. A damaged or foreign file gives what can be read of it."""
    found: list[str] = []
    size = path.stat().st_size
    with path.open("rb") as file:
        position = 0
        while position + _BOX_HEADER <= size:
            file.seek(position)
            header = file.read(_LONG_BOX_HEADER)
            found.append(header[4:_BOX_HEADER].decode("latin-1"))
            position += _box_length(header, rest=size - position)
    return found


def _box_length(header: bytes, *, rest: int) -> int:
    """Length of a box: 1 says it stands in the next eight bytes, 0 (or nonsense) that the box reaches to the end."""
    length = int.from_bytes(header[:4], "big")
    if length == 1:
        length = int.from_bytes(header[_BOX_HEADER:_LONG_BOX_HEADER], "big")
    return length if length >= _BOX_HEADER else rest


def starts_fast(path: Path) -> bool:
    """True when the index (`moov`) stands before the media (`mdat`), so that playing can start before all is fetched."""
    kinds = boxes(path)
    return "moov" in kinds and "mdat" in kinds and kinds.index("moov") < kinds.index("mdat")
