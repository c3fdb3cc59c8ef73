"""A clip's own sound: kept only where asked, then in time with its picture and as long, however it was delivered."""

from collections.abc import Mapping
from pathlib import Path

import av
import pytest

from videofactory.domain.footage import Frame
from videofactory.media.normalise import normalise
from videofactory.media.quality.coding import coding
from videofactory_tests.media.awkward import BT709, LOSSLESS, TAGGED, VP9, click, clip, number, seen

FRAME = Frame(width=320, height=180, fps=30)
CLICK = "aevalsrc='if(between(t,0.5,0.503),0.9,0)'"


def sound(source: str, *coding_of: str, late: float = 0.0) -> tuple[str, ...]:
    return ("-itsoffset", str(late), "-f", "lavfi", "-i", source, "-c:a", *coding_of)


SOUNDS: Mapping[str, tuple[str, str, tuple[str, ...], float]] = {
    "mono, 22 kHz": ("mp4", f"{BT709},{TAGGED}", sound(f"{CLICK}:s=22050:d=1", "aac"), 0.5),
    "5.1": ("mkv", f"{BT709},{TAGGED}", sound(f"{CLICK}:s=48000:d=1,aformat=channel_layouts=5.1", "ac3", "-ac", "6"), 0.5),
    "stereo, as the film's": ("mp4", f"{BT709},{TAGGED}", sound(f"{CLICK}:s=48000:d=1", "aac", "-ac", "2"), 0.5),
    "longer than the picture": ("mp4", f"{BT709},{TAGGED}", sound(f"{CLICK}:s=48000:d=2.5", "aac", "-ac", "2"), 0.5),
    "shorter than the picture": ("mp4", f"{BT709},{TAGGED}", sound(f"{CLICK}:s=44100:d=0.6", "aac"), 0.5),
    "begins late": ("mp4", f"{BT709},{TAGGED}", sound(f"{CLICK}:s=48000:d=0.7", "aac", "-ac", "2", late=0.2), 0.7),
    "begins before the picture": ("mkv", f"{BT709},{TAGGED},setpts=PTS+0.2/TB", sound(f"{CLICK}:s=48000:d=1", "pcm_s16le"), 0.3),
    "with a gap inside": (
        "mkv",
        f"{BT709},{TAGGED}",
        sound(f"{CLICK}:s=48000:d=1,aselect='not(between(t,0.2,0.25))'", "pcm_s16le"),
        0.5,
    ),
    "Opus": ("webm", "scale=out_color_matrix=bt709,format=yuv420p", sound(f"{CLICK}:s=48000:d=1", "libopus"), 0.5),
}


@pytest.mark.parametrize("seconds", [None, 1.0, 1.1])
@pytest.mark.parametrize("name", sorted(SOUNDS))
def test_a_clip_s_own_sound_is_kept_in_time_with_its_picture_and_as_long(
    name: str, seconds: float | None, tmp_path: Path
) -> None:
    suffix, look, heard, at = SOUNDS[name]
    coded = VP9 if suffix == "webm" else LOSSLESS
    source = clip(tmp_path / f"source.{suffix}", look=look, sound=heard, coding=coded)
    facts = normalise(source, frame=FRAME, out=tmp_path / "out.mp4", keep_sound=True, seconds=seconds)
    assert facts.audio is not None
    assert facts.video is not None
    assert (facts.audio.codec, facts.audio.sample_rate, facts.audio.channels) == ("aac", 48000, 2)
    slower = 1.1 if seconds == 1.1 else 1.0
    assert facts.video.frames == round(30 * slower)
    assert click(tmp_path / "out.mp4") == pytest.approx(at * slower, abs=0.01)
    assert facts.audio.seconds == pytest.approx(slower, abs=0.05)
    normalise(source, frame=FRAME, out=tmp_path / "silent.mp4")
    assert coding(tmp_path / "silent.mp4").audio is None


def test_of_several_sounds_the_first_is_kept_and_no_other(tmp_path: Path) -> None:
    heard = sound(f"{CLICK}:s=48000:d=1", "aac", "-ac", "2")
    other = (
        "-f",
        "lavfi",
        "-i",
        f"{CLICK.replace('0.5,0.503', '0.2,0.203')}:s=44100:d=1",
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-map",
        "2:a",
    )
    both = (*heard[: heard.index("-c:a")], *other, *heard[heard.index("-c:a") :])
    source = clip(tmp_path / "source.mkv", sound=both)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4", keep_sound=True)
    assert click(tmp_path / "out.mp4") == pytest.approx(0.5, abs=0.01)
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
    normalise(source, frame=FRAME, out=tmp_path / "silent.mp4")
    assert coding(tmp_path / "silent.mp4").audio is None


def test_sound_longer_than_the_picture_does_not_pass_for_picture(tmp_path: Path) -> None:
    """0.95 s of picture under 3 s of sound are slowed to the length wanted, as without the sound."""
    heard = sound(f"{CLICK}:s=48000:d=3", "aac", "-ac", "2")
    for name, also in (("with", heard), ("without", ())):
        source = clip(tmp_path / f"{name}.mp4", numbers=range(24), sound=also)
        normalise(source, frame=FRAME, out=tmp_path / f"{name}-out.mp4", seconds=0.9)
    shown = [[number(picture) for picture in seen(tmp_path / f"{name}-out.mp4")] for name in ("with", "without")]
    assert shown[0] == shown[1]
    assert shown[0][-1] == 23
    assert len(shown[0]) == 27
