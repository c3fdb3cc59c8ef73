"""Pictures for the Dagster UI: small, labelled, true to what they show, the same bytes every time."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from videofactory.domain.errors import Lasting, MediaBroken
from videofactory.media import ffmpeg
from videofactory.media.display import PAPER, contact_sheet, film_sheet, waveform
from videofactory_tests.media.films import film

COLOURS = ((200, 30, 30), (30, 160, 30), (30, 30, 200), (200, 180, 20), (120, 120, 120))


def opened(content: bytes, *, kind: str) -> NDArray[np.int_]:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == kind
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(len(COLOURS))]
    for path, colour in zip(paths, COLOURS, strict=True):
        Image.new("RGB", (640, 360), colour).save(path)
    return paths


def near(sheet: NDArray[np.int_], colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.abs(sheet - np.array(colour)).max(axis=2) < 12
    return found


def test_a_contact_sheet_shows_every_picture_at_one_size_in_rows(pictures: list[Path]) -> None:
    sheet = opened(contact_sheet(pictures, labels=["a", "b", "c", "d", "e"]), kind="JPEG")
    areas = [near(sheet, colour).sum() for colour in COLOURS]
    assert min(areas) > 0.95 * max(areas) > 0
    lefts = [np.flatnonzero(near(sheet, colour).any(axis=0)).min() for colour in COLOURS]
    tops = [np.flatnonzero(near(sheet, colour).any(axis=1)).min() for colour in COLOURS]
    assert lefts[:4] == sorted(set(lefts[:4]))
    assert lefts[4] == pytest.approx(lefts[0], abs=1)
    assert tops[4] > tops[0]
    gaps = np.diff(lefts[:4])
    assert gaps.max() - gaps.min() <= 1


def test_labels_are_drawn_below_and_cut_to_their_picture(pictures: list[Path]) -> None:
    bare = opened(contact_sheet(pictures[:2], labels=["", ""]), kind="JPEG")
    labelled = opened(contact_sheet(pictures[:2], labels=["a label far too long for its picture " * 3, ""]), kind="JPEG")
    changed = np.abs(labelled - bare).max(axis=2) > 60
    second = np.flatnonzero(near(bare, COLOURS[1]).any(axis=0)).min()
    assert changed.any()
    assert np.flatnonzero(changed.any(axis=0)).max() < second
    assert np.flatnonzero(changed.any(axis=1)).min() > np.flatnonzero(near(bare, COLOURS[0]).any(axis=1)).max() - 2


def test_other_shapes_are_fitted_in_not_squeezed(pictures: list[Path], tmp_path: Path) -> None:
    tall = tmp_path / "tall.png"
    Image.new("RGB", (180, 360), (10, 200, 200)).save(tall)
    sheet = opened(contact_sheet([pictures[0], tall], labels=["wide", "tall"]), kind="JPEG")
    shown = near(sheet, (10, 200, 200))
    assert shown.any(axis=1).sum() == pytest.approx(2 * shown.any(axis=0).sum(), rel=0.1)


def test_sheets_keep_to_their_bytes_even_for_pictures_that_hardly_compress(tmp_path: Path) -> None:
    noise = tmp_path / "noise.png"
    Image.fromarray(np.random.default_rng(7).integers(0, 256, (180, 320, 3), dtype=np.uint8)).save(noise)
    assert len(contact_sheet([noise] * 8, labels=["x"] * 8)) <= 60_000
    assert len(contact_sheet([noise] * 3, labels=["x"] * 3, max_bytes=9_000)) <= 9_000
    with pytest.raises(Lasting, match="does not fit"):
        contact_sheet([noise] * 2, labels=["x"] * 2, max_bytes=500)


def test_wrong_use_and_broken_pictures_are_errors(pictures: list[Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="5 pictures, 1 labels"):
        contact_sheet(pictures, labels=["only one"])
    with pytest.raises(ValueError, match="0 pictures"):
        contact_sheet([], labels=[])
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(MediaBroken, match=r"broken\.png"):
        contact_sheet([broken], labels=["x"])


def test_a_film_sheet_shows_frames_in_their_order(tmp_path: Path) -> None:
    red, blue = "color=c=red:s=320x180:r=30:d=1", "color=c=blue:s=320x180:r=30:d=1"
    two = film(tmp_path / "two.mp4", picture=f"{red}[a];{blue}[b];[a][b]concat", sound=None)
    content = film_sheet(two, count=4)
    sheet = opened(content, kind="JPEG")
    reds, blues = (
        np.flatnonzero(mask.any(axis=0)) for mask in (sheet[..., 0] - sheet[..., 2] > 150, sheet[..., 2] - sheet[..., 0] > 150)
    )
    assert reds.max() < blues.min()
    assert len(reds) == pytest.approx(len(blues), abs=8)
    assert content == film_sheet(two, count=4)


def test_more_frames_than_the_film_has_are_repeated(tmp_path: Path) -> None:
    short = film(tmp_path / "short.mp4", picture="testsrc2=s=320x180:r=30:d=0.1", sound=None)
    assert len(film_sheet(short, count=12)) <= 60_000


def test_a_waveform_is_high_where_the_sound_is_loud(tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    ffmpeg.run(
        ["-f", "lavfi", "-i", "aevalsrc='sin(880*t)*if(lt(t,1),0.1,if(lt(t,2),0.8,0))':d=3", sound], purpose="make a sound"
    )
    picture = opened(waveform(sound, width=300, height=100), kind="PNG")
    assert picture.shape == (100, 300, 3)
    drawn = (np.abs(picture - np.array(PAPER)).max(axis=2) > 30).sum(axis=0)
    assert drawn[10:90].mean() == pytest.approx(10, abs=3)
    assert drawn[110:190].mean() == pytest.approx(80, abs=5)
    assert drawn[210:290].max() <= 2


def test_waveforms_of_films_are_small_and_repeatable(good_film: Path) -> None:
    content = waveform(good_film)
    assert len(content) <= 40_000
    assert content == waveform(good_film)
    with pytest.raises(Lasting, match="more than 100"):
        waveform(good_film, max_bytes=100)


def test_no_sound_and_no_film_are_errors(tmp_path: Path) -> None:
    silent = film(tmp_path / "silent.mp4", sound=None)
    with pytest.raises(MediaBroken, match=r"silent\.mp4"):
        waveform(silent)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    with pytest.raises(MediaBroken, match=r"broken\.mp4"):
        film_sheet(broken)
