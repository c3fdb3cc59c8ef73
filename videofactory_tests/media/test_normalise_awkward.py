"""Awkward clips, generated: each becomes the film's format with its colours, shape, order of pictures and sound right.

Every picture tells its number and shows known colours, so what is asserted is what a viewer sees, not what headers say.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from videofactory.domain.footage import Frame
from videofactory.media import ffmpeg
from videofactory.media.normalise import damage, normalise
from videofactory.media.quality import measure_clip
from videofactory.media.quality.coding import coding
from videofactory_tests.media.awkward import (
    BT709,
    LOSSLESS,
    QUICK,
    TAGGED,
    VP9,
    clip,
    colour_error,
    combing,
    number,
    patches,
    seen,
)

FRAME = Frame(width=320, height=180, fps=30)
AS_TIMED = ("-fps_mode", "passthrough", "-enc_time_base", "1:600")
COLOUR_TOLERANCE = 6
"""Levels of 255: two conversions and a lossy coder; a wrong matrix, range or curve is off by more than ten."""
EACH = tuple(range(30))


def bt601(pixels: str = "yuv420p", levels: str = "tv") -> str:
    return f"scale=out_color_matrix=bt601:out_range={levels}:flags=accurate_rnd+full_chroma_int,format={pixels}"


def bt709(pixels: str, levels: str = "tv") -> str:
    return f"scale=out_color_matrix=bt709:out_range={levels}:flags=accurate_rnd+full_chroma_int,format={pixels}"


def managed(primaries: str, transfer: str, matrix: str) -> str:
    known = "format=gbrpf32le,setparams=color_primaries=bt709:color_trc=bt709:colorspace=gbr"
    return f"{known},zscale=p={primaries}:t={transfer}:m={matrix}:r=limited:npl=203,format=yuv420p10le"


def times(expression: str) -> str:
    return f"{BT709},{TAGGED},settb=1/600,setpts='{expression}'"


RECIPES: Mapping[str, Mapping[str, Any]] = {
    "30.mp4": {},
    "odd sizes 4:4:4.mp4": {"size": (853, 481), "look": f"{bt709('yuv444p')},{TAGGED}"},
    "odd sizes VP9.webm": {"size": (321, 181), "coding": VP9},
    "tiny.mp4": {"size": (64, 36)},
    "VP8.webm": {
        "look": bt601(),
        "coding": ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-crf", "6", "-b:v", "2M"),
    },
    "4:2:2 10 bit.mp4": {"look": f"{bt709('yuv422p10le')},{TAGGED}"},
    "full range.mp4": {"look": f"{bt709('yuv420p', 'pc')},{TAGGED.replace('tv', 'pc')}"},
    "HEVC 10 bit.mp4": {
        "look": f"{bt709('yuv420p10le')},{TAGGED}",
        "coding": (
            "-c:v",
            "libx265",
            "-preset",
            "ultrafast",
            "-crf",
            "8",
            "-x265-params",
            "log-level=error:pools=1",
            "-tag:v",
            "hvc1",
        ),
    },
    "AV1.mp4": {"coding": ("-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-crf", "8")},
    "BT.2020 10 bit.mp4": {"look": managed("2020", "2020_10", "2020_ncl")},
    "PQ.mp4": {"look": managed("2020", "smpte2084", "2020_ncl")},
    "HLG.mp4": {"look": managed("2020", "arib-std-b67", "2020_ncl")},
    "HLG, primaries untagged.mkv": {
        "look": f"{managed('2020', 'arib-std-b67', '2020_ncl')},setparams=color_primaries=unknown",
        "coding": ("-c:v", "ffv1"),
    },
    "RGB PQ.mkv": {
        "look": managed("2020", "smpte2084", "gbr").replace(":r=limited", "").replace("yuv420p10le", "gbrp10le"),
        "coding": ("-c:v", "ffv1"),
    },
    "P3.mp4": {"look": managed("smpte432", "709", "709")},
    "RGB H.264.mp4": {"look": "format=gbrp", "coding": ("-c:v", "libx264rgb", "-qp", "0", "-preset", "ultrafast")},
    "MPEG-4 part 2.avi": {"look": bt601(), "coding": ("-c:v", "mpeg4", "-q:v", "2", "-bf", "2")},
    "MPEG-4 part 2.mp4": {"look": bt601(), "coding": ("-c:v", "mpeg4", "-q:v", "2", "-bf", "2")},
    "MJPEG.mov": {"look": bt601("yuvj422p", "pc"), "coding": ("-c:v", "mjpeg", "-q:v", "2")},
    "ProRes.mov": {"look": f"{bt709('yuv422p10le')},{TAGGED}", "coding": ("-c:v", "prores_ks", "-profile:v", "2")},
    "ProRes 4444.mov": {"look": f"{bt709('yuva444p10le')},{TAGGED}", "coding": ("-c:v", "prores_ks", "-profile:v", "4")},
    "ARGB.mov": {"look": "format=argb", "coding": ("-c:v", "qtrle")},
    "BT.601 625.mp4": {
        "look": f"{bt601()},setparams=range=tv:color_primaries=bt470bg:color_trc=bt709:colorspace=bt470bg",
    },
    "BT.601 untagged.mp4": {"look": bt601(), "coding": (*LOSSLESS, "-colorspace", "unspecified")},
    "SMPTE 240M.mp4": {
        "look": "scale=out_color_matrix=smpte240m:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=smpte240m",
    },
    "FCC.mp4": {
        "look": "scale=out_color_matrix=fcc:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=fcc",
    },
    "B-frames.mkv": {"coding": ("-c:v", "libx264", "-crf", "8", "-bf", "3", "-preset", "fast", "-threads", "1")},
    "negative DTS.mp4": {"coding": (*QUICK, "-bf", "3"), "ending": ("-movflags", "+negative_cts_offsets", "-use_editlist", "0")},
    "starts at 5 s.ts": {"coding": QUICK, "ending": ("-output_ts_offset", "5")},
    "starts at 5 s, edit list.mp4": {"coding": QUICK, "ending": ("-output_ts_offset", "5")},
}


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_any_coding_becomes_the_film_s_with_its_colours_and_every_picture(name: str, tmp_path: Path) -> None:
    source = clip(tmp_path / f"source{Path(name).suffix}", **RECIPES[name])
    out = tmp_path / "out.mp4"
    assert damage(source) == ()
    normalise(source, frame=FRAME, out=out)
    assert measure_clip(out, frame=FRAME, seconds=1.0).explain() == ""
    video = coding(out).video
    assert video is not None
    assert (video.primaries, video.transfer, video.matrix, video.range) == ("bt709", "bt709", "bt709", "limited")
    assert (video.pixel_format, video.shape) == ("yuv420p", Fraction(1))
    assert coding(out).audio is None
    pictures = seen(out)
    assert [number(picture) for picture in pictures] == list(EACH)
    assert max(colour_error(picture) for picture in (pictures[0], pictures[-1])) < COLOUR_TOLERANCE


@pytest.mark.parametrize(
    ("rate", "count", "least", "most"),
    [("30000/1001", 30, 1, 1), ("24", 24, 0, 1), ("24000/1001", 24, 0, 1), ("25", 25, 0, 1), ("60", 60, 2, 2), ("50", 50, 1, 2),
     ("60000/1001", 60, 2, 2), ("12", 12, 0, 1), ("120", 120, 4, 4)],
)  # fmt: skip
def test_no_judder_beyond_what_the_rate_needs(rate: str, count: int, least: int, most: int, tmp_path: Path) -> None:
    source = clip(tmp_path / "source.mp4", numbers=range(count), rate=rate)
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4", seconds=1.0)
    numbers = [number(picture) for picture in seen(tmp_path / "out.mp4")]
    assert len(numbers) == 30
    assert {after - before for before, after in pairwise(numbers)} == set(range(least, most + 1))
    assert all(abs(shown - at * count / 30) <= 1 for at, shown in enumerate(numbers))
    if least == 0:  # pictures shown again are spread evenly
        again = [at for at, (before, after) in enumerate(pairwise(numbers)) if before == after]
        assert len(again) >= 30 - count - 1
        assert {after - before for before, after in pairwise(again)} <= {round(30 / (30 - count)) + off for off in (-1, 0, 1)}


@pytest.mark.parametrize(
    ("look", "numbers", "suffix"),
    [
        (times("if(gte(N,15),PTS+0.5/TB,PTS)"), [*range(15), *[14] * 15, *range(15, 30)], "mp4"),
        (f"{BT709},{TAGGED},select='not(between(n,10,14))'", [*range(10), *[9] * 5, *range(15, 30)], "mkv"),
        (times("if(eq(N,10),PTS-0.0325/TB,PTS)"), [*range(9), 10, 10, *range(11, 30)], "mkv"),
        (times("PTS+0.004*sin(N*2)/TB"), list(EACH), "mp4"),
    ],
    ids=["a long hold", "a gap", "two at one time", "jitter"],
)
def test_uneven_times_are_kept_as_they_were_seen(look: str, numbers: list[int], suffix: str, tmp_path: Path) -> None:
    source = clip(tmp_path / f"source.{suffix}", look=look, coding=(*QUICK, *AS_TIMED))
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    assert measure_clip(tmp_path / "out.mp4", frame=FRAME, seconds=len(numbers) / 30).explain() == ""
    assert [number(picture) for picture in seen(tmp_path / "out.mp4")] == numbers


@pytest.mark.parametrize(
    "coding_of", [(*QUICK, "-flags", "+ildct+ilme"), ("-c:v", "mpeg2video", "-q:v", "2", "-flags", "+ildct+ilme")]
)
def test_interlaced_clips_are_shown_without_combs_and_at_the_rate_of_their_fields(
    coding_of: tuple[str, ...], tmp_path: Path
) -> None:
    numbers = [(field + 1) // 3 for field in range(60)]
    look = f"{BT709},tinterlace=interleave_top,setparams=field_mode=tff,{TAGGED}"
    source = clip(tmp_path / "source.ts", rate="60", numbers=numbers, look=look, coding=coding_of)
    assert max(combing(picture) for picture in seen(source)) > 8
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4", seconds=1.0)
    pictures = seen(tmp_path / "out.mp4")
    assert max(combing(picture) for picture in pictures) < 4
    assert len(pictures) == 30
    assert all(abs(number(picture) - (2 * at + 1) / 3) <= 1.01 for at, picture in enumerate(pictures))


@pytest.mark.parametrize(
    ("turn", "order"),
    [
        (("-display_rotation:v:0", "90"), (1, 3, 0, 2)),
        (("-display_rotation:v:0", "180"), (3, 2, 1, 0)),
        (("-display_rotation:v:0", "270"), (2, 0, 3, 1)),
        (("-display_rotation:v:0", "0", "-display_hflip:v:0"), (1, 0, 3, 2)),
        (("-display_rotation:v:0", "0", "-display_vflip:v:0"), (2, 3, 0, 1)),
    ],
    ids=["90", "180", "270", "mirrored", "upside down"],
)
@pytest.mark.parametrize("size", [(320, 180), (180, 320)], ids=["wide", "tall"])
def test_turned_and_mirrored_clips_are_shown_as_players_show_them(
    turn: tuple[str, ...], order: tuple[int, ...], size: tuple[int, int], tmp_path: Path
) -> None:
    plain = clip(tmp_path / "plain.mp4", size=size, numbers=EACH[:4])
    turned = tmp_path / "turned.mp4"
    ffmpeg.run([*turn, "-i", plain, "-c", "copy", turned], purpose="turn a clip")
    normalise(turned, frame=FRAME, out=tmp_path / "out.mp4")
    upright = patches(seen(plain)[0])
    assert np.abs(patches(seen(tmp_path / "out.mp4")[0]) - upright[list(order)]).max() < COLOUR_TOLERANCE


def test_a_monochrome_clip_keeps_its_greys(tmp_path: Path) -> None:
    source = clip(tmp_path / "source.mkv", look="format=gray", coding=("-c:v", "ffv1"), numbers=EACH[:4])
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    greys = patches(seen(tmp_path / "out.mp4")[0])
    assert np.ptp(greys, axis=1).max() < 4
    assert greys[3].mean() == pytest.approx(0x80, abs=COLOUR_TOLERANCE)
    assert greys[0].mean() == pytest.approx(0.299 * 0xC0 + 0.587 * 0x30 + 0.114 * 0x20, abs=COLOUR_TOLERANCE)


@pytest.mark.parametrize(
    ("suffix", "form", "coding_of"),
    [("mov", "argb", ("-c:v", "qtrle")), ("mov", "yuva444p10le", ("-c:v", "prores_ks", "-profile:v", "4"))],
)
def test_what_can_be_seen_through_is_black(suffix: str, form: str, coding_of: tuple[str, ...], tmp_path: Path) -> None:
    seen_through = "format=gbrap,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,W/2),0,255)'"
    look = f"{seen_through},{'format=argb' if form == 'argb' else bt709(form)}"
    source = clip(tmp_path / f"source.{suffix}", look=look, coding=coding_of, numbers=EACH[:4])
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4")
    left, right = patches(seen(tmp_path / "out.mp4")[0])[[0, 1]]
    assert left.max() < COLOUR_TOLERANCE
    assert np.abs(right - (0x20, 0xA0, 0x40)).max() < 12


@pytest.mark.parametrize(("suffix", "coding_of"), [("mp4", QUICK), ("webm", VP9)])
def test_one_picture_is_a_clip_of_one_picture_and_is_held_no_longer_than_any_other(
    suffix: str, coding_of: tuple[str, ...], tmp_path: Path
) -> None:
    source = clip(tmp_path / f"one.{suffix}", numbers=[7], coding=coding_of)
    for seconds, count in ((None, 1), (1.0, 16)):
        normalise(source, frame=FRAME, out=tmp_path / "out.mp4", seconds=seconds)
        assert [number(picture) for picture in seen(tmp_path / "out.mp4")] == [7] * count
    assert "16 frames" in measure_clip(tmp_path / "out.mp4", frame=FRAME, seconds=1.0).explain()


def test_a_clip_too_short_by_a_frame_is_held_not_slowed(tmp_path: Path) -> None:
    source = clip(tmp_path / "source.mp4", numbers=EACH[:29])
    normalise(source, frame=FRAME, out=tmp_path / "out.mp4", seconds=1.0)
    assert [number(picture) for picture in seen(tmp_path / "out.mp4")] == [*EACH[:29], 28]
