"""Facts about a media file, read from its headers and packets by PyAV: no process, about 15 ms."""

from pathlib import Path
from typing import NamedTuple

import av
import av.error

from videofactory.domain.errors import MediaBroken


class VideoFacts(NamedTuple):
    """The first video stream: codec, profile, pixel size and format, rate, number of frames (packets counted), colour tags."""

    codec: str
    profile: str
    width: int
    height: int
    pixel_format: str
    fps: float
    frames: int
    colour_space: int
    colour_range: int


class AudioFacts(NamedTuple):
    """The first audio stream: codec, samples per second, channels, length in seconds."""

    codec: str
    sample_rate: int
    channels: int
    seconds: float


class Facts(NamedTuple):
    """A file: length in seconds, and its first streams where it has them."""

    seconds: float
    video: VideoFacts | None
    audio: AudioFacts | None


def facts(path: Path) -> Facts:
    """Read the facts of a file. Raises `MediaBroken` for what cannot be opened."""
    try:
        with av.open(str(path)) as container:
            return _facts(container)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        message = f"{path.name} cannot be read as a media file: {error}"
        raise MediaBroken(message, remedy="It may be truncated; make or fetch it again.") from error


def _facts(container: av.container.InputContainer) -> Facts:
    video = next(iter(container.streams.video), None)
    audio = next(iter(container.streams.audio), None)
    packets = 0
    audio_end = 0.0
    for packet in container.demux():
        if packet.stream is video and packet.size:
            packets += 1
        if audio is not None and packet.stream is audio and packet.pts is not None and packet.time_base is not None:
            audio_end = max(audio_end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    seconds = float(container.duration or 0) / av.time_base
    return Facts(seconds, _video(video, packets) if video else None, _audio(audio, audio_end) if audio else None)


def _video(stream: av.VideoStream, packets: int) -> VideoFacts:
    context = stream.codec_context
    return VideoFacts(
        codec=context.name,
        profile=str(context.profile or ""),
        width=context.width,
        height=context.height,
        pixel_format=str(context.pix_fmt or ""),
        fps=float(stream.average_rate or 0),
        frames=packets,
        colour_space=int(context.colorspace),
        colour_range=int(context.color_range),
    )


def _audio(stream: av.AudioStream, end: float) -> AudioFacts:
    context = stream.codec_context
    return AudioFacts(codec=context.name, sample_rate=context.sample_rate, channels=context.channels, seconds=end)
