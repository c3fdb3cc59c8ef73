"""AAC by the frame: packets that stand alone, files that play, and a track as FFmpeg would write it."""

from pathlib import Path

import av
import numpy as np
import pytest

from videofactory.domain.errors import Lasting
from videofactory.media import ffmpeg
from videofactory.media.mix import aac
from videofactory.media.mix.aac import FRAME, RISE
from videofactory.media.mix.sound import RATE, Signal, decoded

SAMPLES = RATE + 321


def tone(samples: int = SAMPLES) -> Signal:
    at = np.arange(samples) / RATE
    return np.stack([0.3 * np.cos(2 * np.pi * 440 * at), 0.2 * np.cos(2 * np.pi * 660 * at)], axis=1).astype(np.float32)


def test_a_packet_for_each_frame_and_one_before() -> None:
    packets = aac.encoded(tone())
    assert len(packets) == -(-SAMPLES // FRAME) + 1
    assert aac.encoded(tone()) == packets
    heard = aac.heard(packets)[FRAME:][:SAMPLES]
    assert np.sqrt(np.mean(np.square(heard - tone())[FRAME:-FRAME])) < 0.002


def test_a_sound_cut_out_of_another_begins_softly() -> None:
    heard = aac.heard(aac.encoded(tone(), amid=True))[FRAME:][:SAMPLES]
    rising = [float(np.abs(heard[frame * FRAME :][:FRAME, 0]).max()) for frame in range(RISE + 4)]
    assert rising[0] < 0.02
    assert rising[RISE // 2] == pytest.approx(0.15, abs=0.06)
    assert np.sqrt(np.mean(np.square(heard - tone())[(RISE + 1) * FRAME : -FRAME])) < 0.002


def test_packets_kept_are_a_file_that_plays(tmp_path: Path) -> None:
    packets = aac.encoded(tone())
    path = tmp_path / "piece.aac"
    path.write_bytes(aac.packed(packets))
    assert aac.unpacked(path.read_bytes()) == packets
    assert np.array_equal(np.concatenate(list(decoded(path))), aac.heard(packets))


def test_the_track_is_as_ffmpeg_writes_it(tmp_path: Path) -> None:
    """Same boxes of the same length, same edit list, same times: only the packets themselves are ours."""
    aac.write(aac.encoded(tone()), samples=SAMPLES, out=tmp_path / "ours.m4a")
    raw = tmp_path / "tone.f32"
    tone().tofile(raw)
    source: list[str | Path] = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", raw]
    ffmpeg.run([*source, "-c:a", "aac", "-b:a", "192k", *ffmpeg.EXACT, tmp_path / "theirs.m4a"], purpose="encode")
    ours, theirs = (times(tmp_path / name) for name in ("ours.m4a", "theirs.m4a"))
    assert ours == theirs
    assert ours[0] == [-FRAME, 0, FRAME]
    for box in (b"elst", b"mvhd", b"tkhd", b"mdhd", b"stts"):
        contents = [(tmp_path / name).read_bytes() for name in ("ours.m4a", "theirs.m4a")]
        one, other = (content[content.index(box) :][:40] for content in contents)
        assert one == other
    assert [path.name for path in tmp_path.glob("*.part")] == []


def times(path: Path) -> tuple[list[int | None], int | None, int | None]:
    """The first packets' times, the last one's length, and the track's."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        return [packet.pts for packet in packets[:3]], packets[-1].duration, stream.duration


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    (tmp_path / "mix.m4a.part").symlink_to("/dev/full")
    with pytest.raises(Lasting, match=r"could not be written.*Free some space"):
        aac.write(aac.encoded(tone()), samples=SAMPLES, out=tmp_path / "mix.m4a")
    assert not (tmp_path / "mix.m4a").exists()
