"""Real small media for the twin, made once each by the FFmpeg the product uses."""

import io
import tempfile
import wave
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from videofactory.media import ffmpeg

RATE = 24


@cache
def clip(*, seconds: float, width: int, height: int, black: bool = False, sound: bool = False) -> bytes:
    """An H.264 clip of a moving test picture (or black), with a tone where `sound`."""
    size = f"{width // 2 * 2}x{height // 2 * 2}"
    source = f"color=black:size={size}" if black else f"testsrc2=size={size}"
    tone = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"] if sound else []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "clip.mp4"
        command = ["-f", "lavfi", "-i", f"{source}:rate={RATE}", *tone, "-t", f"{seconds}", "-pix_fmt", "yuv420p"]
        ffmpeg.run([*command, "-preset", "ultrafast", "-movflags", "+faststart", out], purpose="a clip of the twin")
        return out.read_bytes()


@cache
def picture(*, width: int, height: int, seed: int = 0, media_type: str = "image/png") -> bytes:
    """A picture with soft shapes in colours chosen by the seed."""
    across, down = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 6, height))
    layers = [np.sin(across * (1 + (seed + index) % 3) + index) * np.cos(down + seed % 7) for index in range(3)]
    pixels = np.stack([(128 + 100 * layer).astype(np.uint8) for layer in layers], axis=-1)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, format={"image/png": "PNG", "image/jpeg": "JPEG"}[media_type])
    return out.getvalue()


@cache
def wav(*, seconds: float, rate: int = 44100) -> bytes:
    """A soft tone, 16 bits, mono."""
    times = np.arange(int(seconds * rate)) / rate
    samples = (np.sin(times * 2 * np.pi * 220) * 8000).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()


@cache
def encoded(*, seconds: float, ending: str = "mp3", rate: int = 44100) -> bytes:
    """The tone as MP3, Opus …, by the file's ending."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "tone.wav", Path(folder) / f"tone.{ending}"
        source.write_bytes(wav(seconds=seconds, rate=rate))
        ffmpeg.run(["-i", source, out], purpose="a sound of the twin")
        return out.read_bytes()
