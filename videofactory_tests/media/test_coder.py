"""The film's encoder: frames counted and timed exactly, colours tagged, nothing in the stream but pictures, errors in words."""

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from videofactory.domain.errors import Lasting
from videofactory.media.cut.coder import Coder
from videofactory.media.memory import give_back_large_blocks
from videofactory.media.quality.coding import coding
from videofactory_tests.media.cuts import FRAME

FRAMES = 75


def pictures() -> list[av.VideoFrame]:
    shape = (FRAME.height * 3 // 2, FRAME.width)
    found = [np.full(shape, 60 + number, np.uint8) for number in range(FRAMES)]
    for number, picture in enumerate(found):
        picture[40:80, 2 * number : 2 * number + 60] = 200
    return [av.VideoFrame.from_ndarray(picture, format="yuv420p") for picture in found]


def test_frames_come_out_as_many_as_went_in_each_in_its_time(tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    with Coder(out, frame=FRAME, preset="veryfast") as coder:
        for picture in pictures():
            coder.add(picture)
    assert give_back_large_blocks.cache_info().currsize == 1
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        found = list(container.decode(stream))
        assert stream.time_base is not None
        assert [picture.pts * stream.time_base * 30 for picture in found if picture.pts is not None] == list(range(FRAMES))
    assert [float(picture.to_ndarray()[0, 0]) for picture in found] == pytest.approx([60 + at for at in range(FRAMES)], abs=2)
    seen = coding(out).video
    assert seen is not None
    assert (seen.primaries, seen.transfer, seen.matrix, seen.range) == ("bt709", "bt709", "bt709", "limited")
    assert (seen.width, seen.height, seen.pixel_format, seen.codec) == (320, 180, "yuv420p", "h264")


ENCODED = """
import hashlib, sys
from pathlib import Path
from videofactory.media.cut.coder import Coder
from videofactory_tests.media.cuts import FRAME
from videofactory_tests.media.test_coder import pictures
out = Path(sys.argv[1])
with Coder(out, frame=FRAME, preset="veryfast") as coder:
    for picture in pictures()[:12]:
        coder.add(picture)
print(hashlib.sha256(out.read_bytes()).hexdigest())
"""


def test_what_lay_in_memory_before_changes_no_byte(tmp_path: Path) -> None:
    """The C library fills what it gives out with a byte of our choice; x264 with AVX-512 reads such bytes."""
    words = [sys.executable, "-c", ENCODED, str(tmp_path / "out.mp4")]
    found = [
        subprocess.run(words, env={**os.environ, "MALLOC_PERTURB_": fill}, capture_output=True, check=True).stdout  # noqa: S603 - our own interpreter
        for fill in ("1", "254")
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize("frames", [1, 2, 3, FRAMES])
@pytest.mark.parametrize(("preset", "lead"), [("veryfast", 2), ("ultrafast", 0)])
def test_pictures_are_decoded_evenly_and_as_early_in_every_stretch(tmp_path: Path, frames: int, preset: str, lead: int) -> None:
    """A stretch that lies between others is decoded where the one before ends, however short it is."""
    out = tmp_path / "out.mp4"
    with Coder(out, frame=FRAME, preset=preset) as coder:
        for picture in pictures()[:frames]:
            coder.add(picture)
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        decoded = [packet.dts * stream.time_base * 30 for packet in container.demux(stream) if packet.dts is not None]
    assert decoded == [number - lead for number in range(frames)]


def test_there_is_nothing_in_it_but_pictures(tmp_path: Path) -> None:
    """x264's name and options would differ from those of stretches made by another version, and are nobody's business."""
    out = tmp_path / "out.mp4"
    with Coder(out, frame=FRAME, preset="veryfast") as coder:
        for picture in pictures():
            coder.add(picture)
    kinds = set()
    with av.open(str(out)) as container:
        for packet in container.demux(container.streams.video[0]):
            content, at = bytes(packet), 0
            while at < len(content):
                kinds.add(content[at + 4] & 31)
                at += 4 + int.from_bytes(content[at : at + 4], "big")
    assert kinds == {1, 5}
    assert b"x264" not in out.read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said() -> None:
    coder = Coder(Path("/dev/full"), frame=FRAME, preset="veryfast")
    coder.add(pictures()[0])
    with pytest.raises(Lasting, match=r"could not be written.*Free some space"):
        coder.__exit__(None, None, None)
