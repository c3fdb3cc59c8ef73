"""The join: pictures follow each other evenly from the first to the last, however many stretches, at whatever rate."""

from pathlib import Path

import av
import numpy as np
import pytest

from videofactory.domain.footage import Frame
from videofactory.media import cut, ffmpeg
from videofactory.media.cut.coder import Coder

TIMES = 30


def stretch(out: Path, *, frame: Frame, frames: int) -> Path:
    """Something bright that runs over a light that jumps: pictures are taken from both sides, as in films."""
    with Coder(out, frame=frame, preset="veryfast") as coder:
        for number in range(frames):
            levels = np.full((frame.height * 3 // 2, frame.width), 128, np.uint8)
            levels[: frame.height] = 30 + number * 37 % 190
            levels[: frame.height, number * 5 % frame.width :][:, :8] = 235
            coder.add(av.VideoFrame.from_ndarray(levels, format="yuv420p"))
    return out


@pytest.mark.parametrize(("fps", "lengths"), [(30, (20, 10)), (24, (13, 7)), (25, (11, 1))])
def test_pictures_follow_evenly_through_many_stretches(tmp_path: Path, fps: int, lengths: tuple[int, int]) -> None:
    frame = Frame(width=160, height=90, fps=fps)
    two = [stretch(tmp_path / f"{number}.mp4", frame=frame, frames=frames) for number, frames in enumerate(lengths)]
    frames = TIMES * sum(lengths)
    sound = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", str(frames / fps), "-c:a", "aac")
    ffmpeg.run([*sound, tmp_path / "sound.m4a"], purpose="make a sound for a test")
    out = tmp_path / "film.mp4"
    cut.join(two * TIMES, lengths=lengths * TIMES, audio=tmp_path / "sound.m4a", frame=frame, out=out)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == fps
        assert stream.time_base is not None
        shown = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        assert [time * stream.time_base * fps for time in shown] == list(range(frames))
