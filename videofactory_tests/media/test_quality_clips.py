"""A normalised clip: every check passes on a good one and fails on one broken in just that way."""

from pathlib import Path
from typing import Any

import pytest

from videofactory.media.quality import FilmReport, measure_clip
from videofactory_tests.media.films import FRAME, PICTURE, film

BROKEN: dict[str, tuple[dict[str, Any], set[str]]] = {
    "all black": ({"picture": "color=c=black:s=320x180:r=30:d=3"}, {"black", "frozen"}),
    "black for 0.6 s": ({"picture": f"{PICTURE},drawbox=t=fill:c=black:enable='between(t,1,1.59)'"}, {"black"}),
    "frozen for 2.5 s": ({"picture": f"{PICTURE},loop=loop=75:size=1:start=10,trim=end_frame=90"}, {"frozen"}),
    "wrong size": ({"picture": PICTURE.replace("320x180", "180x320")}, {"size"}),
    "wrong rate": ({"picture": PICTURE.replace("r=30", "r=24")}, {"rate", "declared_rate", "length"}),
    "too short": ({"picture": PICTURE.replace("d=3", "d=2.9")}, {"length"}),
    "too long": ({"picture": PICTURE.replace("d=3", "d=3.1")}, {"length"}),
    "pixels not square": ({"look": "format=yuv420p,setsar=4/3"}, {"pixel_shape"}),
    "sound nobody asked for": ({"sound": "sine=d=3"}, {"sound_unasked"}),
}


def checks(report: FilmReport) -> set[str]:
    return {finding.check for finding in report.findings}


@pytest.fixture(scope="module")
def good_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film(tmp_path_factory.mktemp("clips") / "good.mp4", sound=None)


def test_a_good_clip_passes(good_clip: Path) -> None:
    assert measure_clip(good_clip, frame=FRAME, seconds=3.0).explain() == ""
    assert measure_clip(good_clip, frame=FRAME, seconds=3.0 + 1 / 30).passed


@pytest.mark.parametrize("name", BROKEN)
def test_broken_clips_are_found(name: str, tmp_path: Path) -> None:
    change, expected = BROKEN[name]
    clip = film(tmp_path / "clip.mp4", **{"sound": None, **change})
    assert checks(measure_clip(clip, frame=FRAME, seconds=3.0)) == expected


def test_own_sound_and_a_still_picture_pass_where_they_were_asked(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mp4", picture="color=c=gray:s=320x180:r=30:d=1", sound="sine=d=1")
    assert checks(measure_clip(clip, frame=FRAME, seconds=1.0)) == {"sound_unasked", "frozen"}
    assert measure_clip(clip, frame=FRAME, seconds=1.0, own_sound=True, may_stand_still=True).passed


def test_a_truncated_clip_does_not_pass(good_clip: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.mp4"
    short.write_bytes(good_clip.read_bytes()[:-20_000])
    assert "decode" in checks(measure_clip(short, frame=FRAME, seconds=3.0))


def test_sound_alone_is_no_clip(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mp4", picture="color=s=32x32:d=0.1", video=("-vn",))
    assert checks(measure_clip(clip, frame=FRAME, seconds=3.0)) == {"decode"}
