"""The coding judged: what players and YouTube need to show a master as it was meant. Limits: `[delivery]` of quality.toml."""

from collections.abc import Iterator

from videofactory.domain.footage import Frame
from videofactory.media.quality.coding import AudioCoding, VideoCoding
from videofactory.media.quality.limits import limits
from videofactory.media.quality.report import Finding


def video_measures(video: VideoCoding) -> dict[str, float | str]:
    """The picture's coding under the names reports use."""
    return {
        "width": float(video.width),
        "height": float(video.height),
        "declared_fps": round(float(video.rate), 4),
        "video_codec": video.codec,
        "profile": video.profile,
        "pixel_format": video.pixel_format,
        "primaries": video.primaries,
        "transfer": video.transfer,
        "matrix": video.matrix,
        "range": video.range,
    }


def audio_measures(audio: AudioCoding | None) -> dict[str, float | str]:
    """The sound's coding under the names reports use; empty without sound."""
    if audio is None:
        return {}
    return {"audio_codec": audio.codec, "sample_rate": float(audio.sample_rate), "channels": float(audio.channels)}


def size_findings(video: VideoCoding, *, frame: Frame) -> Iterator[Finding]:
    """Width, height and the shape of pixels."""
    size, wanted = f"{video.width}x{video.height}", f"{frame.width}x{frame.height}"
    if size != wanted:
        yield _differs("size", name="The picture's size", measure=size, limit=wanted)
    if video.shape != 1:
        yield _differs("pixel_shape", name="The shape of its pixels", measure=str(video.shape), limit="1")


def rate_findings(video: VideoCoding, *, frame: Frame) -> Iterator[Finding]:
    """The rate the headers declare; the true one is measured by `picture.rhythm_findings`."""
    declared = float(video.rate)
    if abs(declared - frame.fps) > limits().picture.rate_share * frame.fps:
        yield _differs("declared_rate", name="The declared frame rate", measure=round(declared, 4), limit=float(frame.fps))


def video_findings(video: VideoCoding) -> Iterator[Finding]:
    """Codec, profile, pixels and colour tags."""
    wanted = limits().delivery
    pairs = (
        ("video_codec", "The video codec", video.codec, wanted.video_codec),
        ("profile", "The H.264 profile", video.profile, wanted.profile),
        ("pixel_format", "The pixel format", video.pixel_format, wanted.pixel_format),
        ("primaries", "The colour primaries", video.primaries, wanted.primaries),
        ("transfer", "The transfer characteristic", video.transfer, wanted.transfer),
        ("matrix", "The colour matrix", video.matrix, wanted.matrix),
        ("range", "The range of levels", video.range, wanted.range),
    )
    for check, name, measure, limit in pairs:
        if measure != limit:
            yield _differs(check, name=name, measure=measure, limit=limit)


def audio_findings(audio: AudioCoding) -> Iterator[Finding]:
    """Codec, sample rate and channels of the sound."""
    wanted = limits().delivery
    if audio.codec != wanted.audio_codec:
        yield _differs("audio_codec", name="The audio codec", measure=audio.codec, limit=wanted.audio_codec)
    if audio.sample_rate != wanted.sample_rate:
        yield _differs("sample_rate", name="The sample rate", measure=float(audio.sample_rate), limit=float(wanted.sample_rate))
    if audio.channels != wanted.channels:
        yield _differs("channels", name="The number of channels", measure=float(audio.channels), limit=float(wanted.channels))


def faststart_findings(*, fast: bool) -> Iterator[Finding]:
    """The index before the media."""
    if not fast:
        yield _differs("faststart", name="The index (moov)", measure="after the media", limit="before the media")


def _differs(check: str, *, name: str, measure: float | str, limit: float | str) -> Finding:
    shown, wanted = (f"{value:g}" if isinstance(value, float) else value for value in (measure, limit))
    return Finding(check=check, at=None, measure=measure, limit=limit, words=f"{name}: {shown}, where {wanted} is wanted.")
