"""Small timelines for tests of cut, text and mix: clips of 320x180 made by FFmpeg, and a shelf that finds them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.script import Transition
from videofactory.domain.timeline import Look, Shot, Timeline
from videofactory.media import ffmpeg
from videofactory.media.cut import encode_stretch, stretches
from videofactory_tests.media.films import TAGS

FRAME = Frame(width=320, height=180, fps=30)


class Shelf:
    """Files by their hash, as the store keeps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._paths: dict[str, Path] = {}

    def __call__(self, artifact: Artifact) -> Path:
        """The file of an artifact."""
        return self._paths[artifact.sha256]

    def keep(self, path: Path, media_type: str = "video/mp4") -> Artifact:
        """Take a file in."""
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self._paths[sha256] = path
        return Artifact(sha256=sha256, media_type=media_type, size=path.stat().st_size)

    def clip(self, picture: str, *, frames: int = 30, size: str = "320x180") -> Artifact:
        """A clip of an FFmpeg source, nearly lossless."""
        path = self.folder / f"{hashlib.sha256(f'{picture}{frames}{size}'.encode()).hexdigest()[:12]}.mp4"
        source = f"{picture}{':' if '=' in picture else '='}s={size}:r=30"
        look = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{TAGS}"
        coding = ("-frames:v", str(frames), "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-threads", "1")
        ffmpeg.run(["-f", "lavfi", "-i", source, "-vf", look, *coding, path], purpose="make a clip for a test")
        return self.keep(path)

    def sound(self, source: str, *, seconds: float) -> Artifact:
        """A WAV of an FFmpeg source."""
        path = self.folder / f"{hashlib.sha256(f'{source}{seconds}'.encode()).hexdigest()[:12]}.wav"
        arguments: list[str | Path] = ["-f", "lavfi", "-i", source, "-t", str(seconds), "-ar", "48000", *ffmpeg.EXACT, path]
        ffmpeg.run(arguments, purpose="make a sound for a test")
        return self.keep(path, "audio/wav")


def timeline(
    clips: Sequence[Artifact],
    *,
    transitions: Sequence[Transition] = (),
    overlap: int = 10,
    frames: int = 30,
    look: Look | None = None,
    **more: Any,  # noqa: ANN401 - fields of Timeline
) -> Timeline:
    """Shots of equal length; `transitions` are those of the second and later shots (default: cuts)."""
    shots: list[Shot] = []
    for number, clip in enumerate(clips):
        how = transitions[number - 1] if number and transitions else Transition.CUT
        shared = 0 if how is Transition.CUT else overlap
        start = shots[-1].end - shared if shots else 0
        scene = f"scene-{number + 1:02d}"
        shots.append(Shot(scene=scene, clip=clip, clip_frames=frames, start=start, frames=frames, overlap=shared, transition=how))
    return Timeline(project="test", title="Test", frame=FRAME, shots=tuple(shots), look=look or Look(), **more)


def encoded(film: Timeline, shelf: Shelf, folder: Path, kept: dict[str, Path] | None = None) -> list[Path]:
    """All stretches of a film; those whose fingerprint is in `kept` are not encoded again."""
    known = {} if kept is None else kept
    for part in stretches(film):
        if part.fingerprint not in known:
            known[part.fingerprint] = folder / f"{part.fingerprint}.mp4"
            encode_stretch(film, part, shelf=shelf, out=known[part.fingerprint])
    return [known[part.fingerprint] for part in stretches(film)]


def planes(path: Path) -> list[NDArray[np.uint8]]:
    """All pictures of a file as planes of yuv420p."""
    with av.open(str(path)) as container:
        return [np.asarray(picture.to_ndarray(format="yuv420p"), np.uint8) for picture in container.decode(video=0)]
