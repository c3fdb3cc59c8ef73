"""The join: stretches and sound become the master by copy, without encoding anything again."""

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.media import encoding, ffmpeg, graph, probe

JOINING = 2
"""Part of every film's fingerprint: raise it whenever the same stretches would be joined in another way."""
_MICROSECONDS = 1_000_000
"""Of a second: concat's clock."""


def join(parts: Sequence[Path], *, lengths: Sequence[int], audio: Path, frame: Frame, out: Path) -> None:
    """Write the master: the stretches one after the other, with the mix (AAC, from `mix.mix`), index in front.

    `lengths` are the stretches' in frames. `out` is replaced at once when all is well. Raises `MediaBroken` when the joined film
    has not exactly so many frames.
    """
    out = out.absolute()
    with tempfile.TemporaryDirectory(prefix="join-", dir=out.parent) as folder:
        work = Path(folder)
        for number, part in enumerate(parts):
            (work / f"{number:04d}.mp4").symlink_to(part.absolute())
        (work / "parts.txt").write_text(_listing(lengths, fps=frame.fps), encoding="utf-8")
        ffmpeg.run_graph(_joined(audio.absolute(), frame), purpose=f"join {len(parts)} stretches", cwd=work)
        _check(work / "film.mp4", frame=frame, frames=sum(lengths))
        (work / "film.mp4").replace(out)


def _listing(lengths: Sequence[int], *, fps: int) -> str:
    """The stretches for FFmpeg's concat, each with its seconds.

    What their files say of themselves is rounded to a millisecond, down in some: a film of sixty scenes ended 11 ms early, its
    pictures at uneven times (measured). Where each ends in the film is rounded to concat's microsecond, and no error adds up.
    """
    ends = [round(Fraction(frames * _MICROSECONDS, fps)) for frames in accumulate(lengths, initial=0)]
    seconds = (f"{(end - start) / _MICROSECONDS:.6f}" for start, end in pairwise(ends))
    files = (f"file {number:04d}.mp4\nduration {length}\n" for number, length in enumerate(seconds))
    return f"ffconcat version 1.0\n{''.join(files)}"


def _joined(audio: Path, frame: Frame) -> graph.Output:
    pictures = graph.source("parts.txt", options={"format": "concat"})["v:0"]
    sound = graph.source(audio)["a:0"]
    return graph.output(pictures, sound, to="film.mp4", options={"c": "copy", **encoding.clock(frame.fps), **encoding.FAST_START})


def _check(film: Path, *, frame: Frame, frames: int) -> None:
    facts = probe.facts(film)
    if facts.video is None or facts.video.frames != frames or round(facts.video.fps) != frame.fps:
        raise MediaBroken(f"The joined film has {facts.video}, wanted {frames} frames.", remedy="Encode its stretches anew.")
