"""What is wrong from frame to frame: flashes, repeated frames, missing frames; and what looks like it but is not."""

from pathlib import Path

import numpy as np
import pytest

from videofactory.media.quality import flashes, repeats
from videofactory.media.quality.figures import PictureFigures
from videofactory.media.quality.film import measured
from videofactory.media.quality.plan import Plan
from videofactory.media.quality.report import FilmReport, Finding
from videofactory.media.quality.watched import Watch
from videofactory_tests.media.films import FRAME, FRAMES, PICTURE, VIDEO, film, remade

FPS = 30
FREE_TIMES = (*VIDEO, "-fps_mode", "passthrough", "-enc_time_base", "1:600")


def look(path: Path, picture: str, *, repeats: frozenset[int] = frozenset()) -> FilmReport:
    made = film(path / "film.mp4", picture=picture, sound=None, video=FREE_TIMES)
    return measured(made, plan=Plan(FRAME, FRAMES, repeats=repeats, expects_sound=False))


def checks(report: FilmReport) -> set[str]:
    return {finding.check for finding in report.findings}


def flashing(rate: float, *, box: str = "x=0:y=0:w=iw:h=ih", colour: str = "white") -> str:
    """The test picture, covered by a box half of each period."""
    return f"{PICTURE},drawbox={box}:t=fill:c={colour}:enable='lt(mod(t,{1 / rate}),{0.5 / rate})'"


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (flashing(5), {"flashes"}),
        (flashing(2.5), set()),
        (flashing(5, box="x=0:y=0:w=iw*0.6:h=ih*0.7"), {"flashes"}),
        (flashing(5, box="x=0:y=0:w=iw*0.4:h=ih*0.5"), set()),
    ],
    ids=["five a second", "less than three a second", "over four tenths", "over a fifth"],
)
def test_a_quarter_of_the_picture_may_flash_three_times_a_second(picture: str, expected: set[str], tmp_path: Path) -> None:
    assert checks(look(tmp_path, picture)) == expected


def test_red_flashes_count_though_they_are_as_bright_as_what_they_alternate_with(tmp_path: Path) -> None:
    grey = "color=c=0x363636:s=320x180:r=30:d=3"
    report = look(tmp_path, f"{grey},drawbox=t=fill:c=red:enable='lt(mod(t,0.2),0.1)'")
    found = {finding.check: finding for finding in report.findings}
    assert "flashes" not in found
    assert (found["red_flashes"].measure, found["red_flashes"].limit) == (5.0, 3.0)
    assert "seizures" in found["red_flashes"].words


def brightness(levels: list[float], *, cells: int = 16) -> PictureFigures:
    """Plain pictures of these brightnesses (0..1 of the signal)."""
    grid = np.array([np.full((4, cells // 4), round(level * 255), np.uint8) for level in levels])
    none = np.zeros((len(levels), 2), np.uint8)
    return PictureFigures(np.arange(len(levels)), np.zeros(len(levels), np.float32), grid, none)


def flashes_of(levels: list[float]) -> int:
    return flashes.general_flashes(brightness(levels), times=np.arange(len(levels)) / FPS).flashes


def test_four_pairs_of_changes_within_a_second_are_four_flashes_wherever_the_second_begins() -> None:
    quiet = [0.2] * 20
    four = ([0.9] * 3 + [0.2] * 3) * 4
    assert flashes_of(quiet + four + quiet) == 4
    assert flashes_of(quiet + four[:18] + quiet) == 3
    assert flashes_of(quiet + four[:12] + quiet + quiet + four[:12] + quiet) == 2


def test_small_changes_and_changes_among_bright_pictures_are_no_flashes() -> None:
    assert flashes_of(([0.50] * 3 + [0.54] * 3) * 8) == 0
    assert flashes_of(([0.93] * 3 + [1.0] * 3) * 8) == 0
    assert flashes_of(([0.80] * 3 + [1.0] * 3) * 8) >= 4
    seven_changes = ([0.2] * 3 + [1.0] * 3) * 3 + [0.2] * 3
    assert flashes_of([0.93] * 3 + [1.0] * 3 + seven_changes) == 3


def test_a_change_that_takes_some_frames_is_one_change() -> None:
    ramp = [0.2, 0.4, 0.6, 0.8, 0.6, 0.4]
    assert flashes_of([0.2] * 5 + ramp * 5) == 5


STUTTERING = "testsrc2=s=320x180:r={rate}:d=4,fps=30,trim=end_frame=90"


@pytest.mark.parametrize(("rate", "expected"), [(30, set()), (24, set()), (16, set()), (12, {"duplicates"}), (8, {"duplicates"})])
def test_a_movement_of_too_few_pictures_a_second_is_found(rate: int, expected: set[str], tmp_path: Path) -> None:
    assert checks(look(tmp_path, STUTTERING.format(rate=rate))) == expected


def test_a_movement_that_stops_and_goes_on_is_found_unless_it_was_planned(tmp_path: Path) -> None:
    stalled = f"{PICTURE},loop=loop=9:size=1:start=30,setpts=N/30/TB,trim=end_frame=90"
    (finding,) = look(tmp_path, stalled).findings
    assert finding.check == "duplicates"
    assert finding.at == pytest.approx(31 / FPS, abs=1.1 / FPS)
    assert finding.measure == pytest.approx(9 / FPS, abs=1.1 / FPS)
    assert look(tmp_path, stalled, repeats=frozenset(range(30, 41))).passed


@pytest.mark.parametrize(
    "picture",
    [
        f"{PICTURE},loop=loop=60:size=1:start=80,setpts=N/30/TB,trim=end_frame=90",
        f"{PICTURE},drawbox=t=fill:c=gray:enable='between(t,1,1.45)'",
        "gradients=s=320x180:r=30:d=3:speed=0.02:seed=3",
    ],
    ids=["still until its end", "a plain card between two cuts", "slow all along"],
)
def test_rests_cuts_and_slow_movements_are_no_stutter(picture: str, tmp_path: Path) -> None:
    assert "duplicates" not in checks(look(tmp_path, picture))


def moving(change: list[float]) -> Watch:
    """Pictures that change from one to the next by so many levels."""
    return Watch(brightness(list(np.cumsum([0.1, *change]) / 255)).grid)


def test_gentle_starts_and_ends_are_no_stops() -> None:
    eased = [3.0, 2.0, 1.0, *[0.0] * 12, 1.0, 2.0, 3.0]
    abrupt = [3.0, 3.0, 3.0, *[0.0] * 12, 3.0, 3.0, 3.0]
    after_a_cut = [3.0, 3.0, 90.0, *[0.0] * 12, 3.0, 3.0, 3.0]
    assert repeats.stops(moving(abrupt)) == (repeats.Stop(4, 16),)
    assert repeats.stops(moving(after_a_cut)) == ()
    assert len(repeats.stops(moving(eased))) <= 1


def test_missing_frames_are_counted(tmp_path: Path) -> None:
    report = look(tmp_path, f"{PICTURE},select='not(between(n,40,41))'")
    found: dict[str, Finding] = {finding.check: finding for finding in report.findings}
    assert found["dropped"].measure == 2.0
    assert found["dropped"].at == pytest.approx(39 / FPS, abs=0.001)
    assert "length" in found


def test_a_movement_too_slow_to_see_from_frame_to_frame_is_no_freeze(tmp_path: Path) -> None:
    """Three thousandths of zoom a second, as a still is brought to life, and a still encoded twice that trembles."""
    slow = "mandelbrot=s=640x360:start_scale=0.5,trim=end_frame=1,loop=loop=89:size=1,setpts=N/30/TB"
    zoom = "scale=2560:-1,zoompan=z='1+0.0001*on':x='iw/2-(iw/zoom/2)':y='ih/2-(ih/zoom/2)':d=1:s=320x180:fps=30"
    assert look(tmp_path, f"{slow},{zoom}").measures["longest_frozen_seconds"] == 0.0
    still = film(tmp_path / "still.mp4", picture=f"{slow},scale=320:180", sound=None)
    again = remade(still, tmp_path / "again.mp4", "-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "300")
    plan = Plan(FRAME, FRAMES, expects_sound=False)
    assert "frozen" in checks(measured(again, plan=plan))
