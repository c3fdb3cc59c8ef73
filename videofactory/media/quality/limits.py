"""The limits films are measured against, read once from `data/quality.toml`. What the figures mean stands in that file."""

import tomllib
from functools import cache
from importlib import resources

from videofactory.domain.value import Value


class SoundLimits(Value):
    """Loudness in LUFS and LU, peaks in dB relative to full scale."""

    integrated_lufs: float
    integrated_tolerance_lu: float
    true_peak_dbtp: float
    peak_rounding_db: float
    clipped_samples: int
    silent_peak_dbfs: float


class PictureLimits(Value):
    """Longest bad stretches in seconds; length and rate."""

    black_seconds: float
    frozen_seconds: float
    length_frames: int
    rate_share: float
    frame_time_share: float


class SyncLimits(Value):
    """How far picture and sound may stand apart, in seconds."""

    drift_seconds: float


class Delivery(Value):
    """The coding of the master."""

    video_codec: str
    profile: str
    pixel_format: str
    primaries: str
    transfer: str
    matrix: str
    range: str
    audio_codec: str
    sample_rate: int
    channels: int


class Detection(Value):
    """How black and still pictures are recognised; shares 0..1."""

    width: int
    black_pixel_level: float
    black_pixel_share: float
    black_shortest_seconds: float
    frozen_difference: float
    frozen_shortest_seconds: float
    frozen_picture_share: float


class Limits(Value):
    """All of it."""

    sound: SoundLimits
    picture: PictureLimits
    sync: SyncLimits
    delivery: Delivery
    detection: Detection


@cache
def limits() -> Limits:
    """The limits in force."""
    text = (resources.files("videofactory") / "data" / "quality.toml").read_text(encoding="utf-8")
    return Limits.model_validate(tomllib.loads(text))
