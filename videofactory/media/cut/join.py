"""The join: stretches and sound become the master by copy, without encoding anything again."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.media import encoding, ffmpeg, graph, probe


def join(parts: Sequence[Path], *, audio: Path, frame: Frame, frames: int, out: Path) -> None:
    """Write the master: the stretches one after the other, with the mix (AAC, from `mix.mix`), index in front.

    `out` is replaced at once when all is well. Raises `MediaBroken` when the joined film has not exactly `frames` frames.
    """
    out = out.absolute()
    with tempfile.TemporaryDirectory(prefix="join-", dir=out.parent) as folder:
        work = Path(folder)
        for number, part in enumerate(parts):
            (work / f"{number:04d}.mp4").symlink_to(part.absolute())
        listing = "".join(f"file {number:04d}.mp4\n" for number in range(len(parts)))
        (work / "parts.txt").write_text(f"ffconcat version 1.0\n{listing}", encoding="utf-8")
        ffmpeg.run_graph(_joined(audio.absolute(), frame), purpose=f"join {len(parts)} stretches", cwd=work)
        _check(work / "film.mp4", frame=frame, frames=frames)
        (work / "film.mp4").replace(out)


def _joined(audio: Path, frame: Frame) -> graph.Output:
    pictures = graph.source("parts.txt", options={"format": "concat"})["v:0"]
    sound = graph.source(audio)["a:0"]
    return graph.output(pictures, sound, to="film.mp4", options={"c": "copy", **encoding.clock(frame.fps), **encoding.FAST_START})


def _check(film: Path, *, frame: Frame, frames: int) -> None:
    facts = probe.facts(film)
    if facts.video is None or facts.video.frames != frames or round(facts.video.fps) != frame.fps:
        raise MediaBroken(f"The joined film has {facts.video}, wanted {frames} frames.", remedy="Encode its stretches anew.")
