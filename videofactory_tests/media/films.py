"""Small films for tests, good ones and ones broken on purpose: 320x180, 30 fps, three seconds, made by FFmpeg in a moment."""

from pathlib import Path

from videofactory.domain.footage import Frame
from videofactory.media import ffmpeg

FRAME = Frame(width=320, height=180, fps=30)
SECONDS = 3.0
FRAMES = 90
PICTURE = "testsrc2=s=320x180:r=30:d=3"
VOICE = "anoisesrc=c=pink:r=48000:a=1:d=3:seed=7,tremolo=f=4:d=0.7,aformat=channel_layouts=stereo"
"""Noise that swells four times a second, about as syllables do."""
LOUDNESS = "volume=4.4dB,alimiter=limit=0.7:level=false:latency=true"
"""Brings `VOICE` to -14 LUFS with peaks below -1 dBTP."""
TAGS = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
VIDEO = ("-c:v", "libx264", "-preset", "superfast", "-profile:v", "high", "-threads", "1")
AUDIO = ("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2")


def film(
    out: Path,
    *,
    picture: str = PICTURE,
    look: str = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{TAGS}",
    sound: str | None = f"{VOICE},{LOUDNESS}",
    video: tuple[str, ...] = VIDEO,
    audio: tuple[str, ...] = AUDIO,
    ending: tuple[str, ...] = ("-movflags", "+faststart"),
) -> Path:
    """Write a film; with nothing changed it is a good one."""
    inputs = ["-f", "lavfi", "-i", picture]
    coding = ["-vf", look, *video]
    if sound is not None:
        inputs += ["-f", "lavfi", "-i", sound]
        coding += audio
    ffmpeg.run([*inputs, *coding, *ending, *ffmpeg.EXACT, out], purpose="make a film for a test")
    return out


def remade(source: Path, out: Path, *arguments: str) -> Path:
    """A film made from another one, by FFmpeg's own arguments."""
    ffmpeg.run(["-i", source, *arguments, out], purpose="break a film for a test")
    return out
