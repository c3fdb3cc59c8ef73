"""Whatever an engine delivers becomes a clip of the film's format, with its shape, colours and rotation right."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.media import ffmpeg
from videofactory.media.normalise import normalise
from videofactory.media.quality import measure_clip
from videofactory.media.quality.coding import coding
from videofactory_tests.media.films import AUDIO, FRAME, TAGS, film, remade

RED = "color=c=0xc03020:s=320x180:r=30:d=1"
RED_RGB = (0xC0, 0x30, 0x20)
COLOUR_TOLERANCE = 6
"""Levels of 255: rounding there and back; a wrong matrix or range is off by more than ten."""
SD_TAGS = "setparams=range=tv:color_primaries=smpte170m:color_trc=smpte170m:colorspace=smpte170m"
NO_TAGS = "setparams=color_primaries=unknown:color_trc=unknown:colorspace=unknown"
LOSSLESS = ("-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-threads", "1")


def first_frame(path: Path) -> NDArray[np.uint8]:
    """RGB as a BT.709 player shows it."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        return frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray().astype(np.uint8)


def test_a_good_clip_is_copied_not_encoded_again(good_film: Path, tmp_path: Path) -> None:
    silent = remade(good_film, tmp_path / "silent.mp4", "-an", "-c", "copy")
    out = tmp_path / "out.mp4"
    normalise(silent, frame=FRAME, out=out)
    assert out.read_bytes() == silent.read_bytes()


def test_sound_is_taken_off_without_touching_the_picture(good_film: Path, tmp_path: Path) -> None:
    facts = normalise(good_film, frame=FRAME, out=tmp_path / "out.mp4")
    assert facts.audio is None
    assert packets(good_film) == packets(tmp_path / "out.mp4")


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_sound_is_kept_where_asked(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", picture="testsrc2=s=322x182:r=24:d=1", sound="sine=d=1")
    facts = normalise(source, frame=FRAME, out=tmp_path / "out.mp4", keep_sound=True)
    assert facts.audio is not None
    assert (facts.audio.sample_rate, facts.audio.channels) == (48000, 2)


@pytest.mark.parametrize(
    ("size", "rate", "pixels"),
    [
        ("480x270", "24", "yuv420p"),
        ("180x320", "25", "yuv444p"),
        ("200x200", "60", "yuv420p"),
        ("322x180", "30000/1001", "yuv422p10le"),
    ],
)
def test_any_size_rate_and_pixels_become_the_film_s(size: str, rate: str, pixels: str, tmp_path: Path) -> None:
    source = film(
        tmp_path / "source.mp4", picture=f"testsrc2=s={size}:r={rate}:d=2", look=f"format={pixels}", video=LOSSLESS, sound=None
    )
    out = tmp_path / "out.mp4"
    normalise(source, frame=FRAME, out=out)
    assert measure_clip(out, frame=FRAME, seconds=2.0).explain() == ""
    video = coding(out).video
    assert video is not None
    assert (video.primaries, video.transfer, video.matrix, video.range) == ("bt709", "bt709", "bt709", "limited")


@pytest.mark.parametrize(
    "look",
    [
        f"scale=out_color_matrix=bt601:out_range=tv,format=yuv420p,{SD_TAGS}",
        f"scale=out_color_matrix=bt601:out_range=tv,format=yuv420p,{NO_TAGS}",
        f"scale=out_color_matrix=bt709:out_range=pc,format=yuvj420p,{TAGS.replace('tv', 'pc')}",
        f"scale=out_color_matrix=bt709:out_range=pc,format=yuv420p10le,{TAGS.replace('tv', 'pc')}",
        f"format=yuv444p,scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,{TAGS}",
    ],
    ids=["BT.601", "untagged SD", "full range", "full range, 10 bit", "4:4:4"],
)
def test_colours_survive(look: str, tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", picture=RED, look=look, video=LOSSLESS, sound=None)
    out = tmp_path / "out.mp4"
    normalise(source, frame=FRAME, out=out)
    assert np.abs(first_frame(out).reshape(-1, 3).mean(axis=0) - RED_RGB).max() < COLOUR_TOLERANCE


@pytest.mark.parametrize("size", ["1280x720", "1280x544", "544x968"])
def test_untagged_hd_is_taken_as_bt709(size: str, tmp_path: Path) -> None:
    look = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,{NO_TAGS}"
    source = film(tmp_path / "source.mp4", picture=RED.replace("320x180", size), look=look, video=LOSSLESS, sound=None)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    assert np.abs(first_frame(tmp_path / "out.mp4").reshape(-1, 3).mean(axis=0) - RED_RGB).max() < COLOUR_TOLERANCE


def test_wide_gamut_and_hdr_are_brought_to_bt709(tmp_path: Path) -> None:
    look = "zscale=p=2020:t=smpte2084:m=2020_ncl:r=limited:npl=203,format=yuv420p10le"
    source = film(
        tmp_path / "source.mp4",
        picture=f"{RED},format=gbrp,setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr",
        look=look,
        video=LOSSLESS,
        sound=None,
    )
    video = coding(source).video
    assert video is not None
    assert video.transfer == "smpte2084"
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    red, green, blue = first_frame(tmp_path / "out.mp4").reshape(-1, 3).mean(axis=0)
    assert red > 120
    assert red > 2 * green
    assert red > 2 * blue


def test_the_frame_is_covered_from_the_middle(tmp_path: Path) -> None:
    """A square in the middle of a tall source stays a square in the middle of the wide film, as much larger as the frame is."""
    picture = "color=c=white:s=180x320:r=30:d=1,drawbox=x=80:y=150:w=20:h=20:t=fill:c=black"
    source = film(tmp_path / "source.mp4", picture=picture, sound=None)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    dark = first_frame(tmp_path / "out.mp4").mean(axis=2) < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert len(rows) == pytest.approx(len(columns), abs=2)
    assert len(columns) == pytest.approx(20 * 320 / 180, abs=3)
    assert rows.mean() == pytest.approx(89.5, abs=2)
    assert columns.mean() == pytest.approx(159.5, abs=2)


@pytest.mark.parametrize(("width", "shape", "zoom"), [(160, "2", 1.0), (200, "2", 1.0), (320, "1/2", 2.0)])
def test_pixels_that_are_not_square_are_made_so(width: int, shape: str, zoom: float, tmp_path: Path) -> None:
    """A spot of 20x20 stored pixels comes out in its true shape, whether the source is as wide as the film, wider or taller."""
    look = f"drawbox=x={width // 2 - 10}:y=80:w=20:h=20:t=fill:c=black,format=yuv420p,setsar={shape}"
    source = film(tmp_path / "source.mp4", picture=f"color=c=white:s={width}x180:r=30:d=1", look=look, sound=None)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    dark = first_frame(tmp_path / "out.mp4").mean(axis=2) < 128
    assert dark.any(axis=0).sum() == pytest.approx(20 * zoom * float(Fraction(shape)), abs=3)
    assert dark.any(axis=1).sum() == pytest.approx(20 * zoom, abs=3)


def test_a_turned_clip_is_turned_upright_even_when_all_else_fits(good_film: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg.run(["-display_rotation:v:0", "180", "-i", good_film, "-an", "-c", "copy", turned], purpose="turn a film")
    normalise(turned, frame=FRAME, out=tmp_path / "out.mp4")
    difference = first_frame(tmp_path / "out.mp4").astype(int) - first_frame(good_film)[::-1, ::-1]
    assert np.abs(difference).mean() < 4


def test_uneven_frames_are_put_in_place(tmp_path: Path) -> None:
    picture = "testsrc2=s=320x180:r=30:d=1,settb=1/600,setpts='PTS+if(eq(N,15),0.01/TB,0)'"
    video = ("-fps_mode", "passthrough", "-enc_time_base", "1:600")
    source = film(tmp_path / "source.mp4", picture=picture, video=video, sound=None)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    assert measure_clip(tmp_path / "out.mp4", frame=FRAME, seconds=1.0).explain() == ""


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    source = film(tmp_path / "source.mp4", picture="testsrc2=s=300x200:r=24:d=1", sound="sine=d=1", audio=AUDIO)
    for name in ("a.mp4", "b.mp4"):
        normalise(source, frame=Frame(width=180, height=320), out=tmp_path / name, keep_sound=True)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_no_place_of_a_fitted_clip_is_far_from_a_key_frame(tmp_path: Path) -> None:
    """A transition at its end is decoded from the last one on."""
    source = film(tmp_path / "source.mp4", picture="color=c=gray:s=300x200:r=30:d=3", sound=None)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        keys = [number for number, packet in enumerate(container.demux(video=0)) if packet.size and packet.is_keyframe]
    assert keys == [0, 30, 60]


def test_what_is_no_clip_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a film")
    sound = tmp_path / "sound.wav"
    ffmpeg.run(["-f", "lavfi", "-i", "sine=d=1", sound], purpose="make a sound")
    for source in (broken, sound):
        with pytest.raises(MediaBroken, match=source.name):
            normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.mp4", "sound.wav"]
