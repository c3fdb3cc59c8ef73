"""The limits films are measured against, read once from `data/quality.toml`. What the figures mean stands in that file."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from videofactory.domain.footage import Frame
from videofactory.domain.value import Value

Shape = Literal["wide", "tall", "square"]


class SafeArea(Value):
    """How far text stays away from each edge, in shares of the frame's width and height."""

    left: float
    right: float
    top: float
    bottom: float


class Platform(Value):
    """Where a film of this shape is shown, and what that asks for: loudness in LUFS, peak in dBTP, flashes, place of text."""

    shape: Shape
    integrated_lufs: float
    integrated_tolerance_lu: float
    true_peak_dbtp: float
    flashes_per_second: int
    safe_area: SafeArea


class SoundLimits(Value):
    """Levels in dB relative to full scale, lengths in seconds."""

    peak_rounding_db: float
    clipped_samples: int
    silent_peak_dbfs: float
    speech_gap_seconds: float
    speech_gap_dbfs: float
    balance_db: float
    mono_loss_db: float
    mono_window_seconds: float
    click_ratio: float
    click_dbfs: float
    click_rise_db: float


class PictureLimits(Value):
    """Longest bad stretches in seconds; length and rate; repeats and gaps."""

    black_seconds: float
    frozen_seconds: float
    length_frames: int
    rate_share: float
    frame_time_share: float
    gap_frames: float
    repeats_share: float
    stall_seconds: float


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
    """How events are recognised: sizes of the small pictures, levels and shares (0..1), shortest stretches."""

    width: int
    cells: int
    piece_seconds: float
    sound_piece_seconds: int
    black_pixel_level: float
    black_pixel_share: float
    black_shortest_seconds: float
    frozen_difference: float
    frozen_shortest_seconds: float
    watched_least_share: float
    flash_change: float
    flash_darker_below: float
    flash_area: float
    red_share: float
    moving_levels: float
    cut_levels: float
    repeat_levels: float
    repeat_share: float
    repeat_even: float
    text_levels: int
    text_slack: float


class Limits(Value):
    """All of it; platforms by name."""

    platform: dict[str, Platform]
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


def platform_of(frame: Frame) -> Platform:
    """The platform that shows films of this frame's shape."""
    shape: Shape = "wide" if frame.width > frame.height else "tall" if frame.height > frame.width else "square"
    return next(platform for platform in limits().platform.values() if platform.shape == shape)
