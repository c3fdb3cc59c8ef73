"""The thumbnail: a JPEG that YouTube takes, of the best picture without text, with the title on it."""

import weakref
from pathlib import Path

import av.container
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from videofactory.domain.errors import InvalidInput, MediaBroken
from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Caption, Look
from videofactory.media import thumbnail as module
from videofactory.media.measure import CAN_SEE, load_rgb
from videofactory.media.thumbnail import MAX_BYTES, thumbnail, thumbnail_frame
from videofactory.media.titles.colours import READABLE, contrast, hex_of_levels
from videofactory_tests.media.cuts import timeline
from videofactory_tests.media.films import VIDEO, film, remade

CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
PORTRAIT = Path(__file__).with_name("portrait.jpg")
HALF_COLOUR = "color=c=gray:s=320x180:r=30:d=1,format=yuv420p[a];testsrc2=s=320x180:r=30:d=2,format=yuv420p[b];[a][b]concat"


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of grey, two of colour."""
    return film(tmp_path_factory.mktemp("thumbnails") / "film.mp4", picture=HALF_COLOUR, sound=None)


def colour(path: Path) -> float:
    upper = np.asarray(Image.open(path).convert("HSV"))[:300, :, 1]
    return float(upper.mean())


def test_it_is_a_jpeg_youtube_takes(master: Path, tmp_path: Path) -> None:
    thumbnail(master, timeline=timeline([CLIP], frames=90), title="It’s: {100%} \\N 日本 😀", out=tmp_path / "t.jpg")
    with Image.open(tmp_path / "t.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 720))
    assert (tmp_path / "t.jpg").stat().st_size < MAX_BYTES
    assert [path.name for path in tmp_path.iterdir()] == ["t.jpg"]


def test_the_colourful_picture_wins(master: Path, tmp_path: Path) -> None:
    thumbnail(master, timeline=timeline([CLIP], frames=90), title="x", out=tmp_path / "t.jpg")
    assert colour(tmp_path / "t.jpg") > 100


def test_pictures_with_burnt_in_text_are_avoided(master: Path, tmp_path: Path) -> None:
    said = Caption(start=0.95, end=3, lines=("Hello",))
    thumbnail(master, timeline=timeline([CLIP], frames=90, captions=(said,)), title="x", out=tmp_path / "t.jpg")
    assert colour(tmp_path / "t.jpg") < 20


def test_the_title_is_drawn(master: Path, tmp_path: Path) -> None:
    for name, title in (("one", "First"), ("two", "Second")):
        thumbnail(master, timeline=timeline([CLIP], frames=90), title=title, out=tmp_path / name)
    one, two = (np.asarray(Image.open(tmp_path / name), dtype=int) for name in ("one", "two"))
    assert np.abs(one - two)[500:].max() > 150
    assert np.abs(one - two)[:350].max() < 20


def test_the_picture_is_the_one_meant_though_it_comes_a_trifle_early(tmp_path: Path) -> None:
    grey = "color=c=gray:s=320x180:r=30:d=0.9666,format=yuv420p[a];testsrc2=s=320x180:r=30:d=2,format=yuv420p[b];[a][b]concat"
    even = film(tmp_path / "even.mp4", picture=grey, sound=None, video=(*VIDEO, "-bf", "0"))
    early = "setts=ts=if(gte(N\\,20)\\,TS-8\\,TS)"
    master = remade(even, tmp_path / "film.mp4", "-c", "copy", "-bsf:v", early)
    said = (Caption(start=0, end=28 / 30, lines=("Hello",)), Caption(start=29 / 30, end=3, lines=("Hello",)))
    thumbnail(master, timeline=timeline([CLIP], frames=89, captions=said), title="x", out=tmp_path / "t.jpg")
    assert colour(tmp_path / "t.jpg") < 20


def test_of_many_pictures_only_the_best_is_held(master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[tuple[float, int]] = []
    living: list[weakref.ref[NDArray[np.uint8]]] = []
    held: list[int] = []
    decoded = module._at

    def watched(container: av.container.InputContainer, moment: int, *, fps: int) -> NDArray[np.uint8] | None:
        held.append(sum(picture() is not None for picture in living))
        picture = decoded(container, moment, fps=fps)
        assert picture is not None
        looked_at.append((module._appeal(picture), -moment))
        living.append(weakref.ref(picture))
        return picture

    monkeypatch.setattr(module, "_at", watched)
    chosen = module._best(master, range(0, 90, 3), fps=30)
    assert len(looked_at) == 30
    assert max(held) == 1  # the best so far, while the next is decoded
    _, at = max(looked_at)
    monkeypatch.undo()
    assert np.array_equal(chosen, module._best(master, [-at], fps=30))


def of_picture(picture: NDArray[np.uint8], title: str, folder: Path, *, look: Look | None = None) -> NDArray[np.int_]:
    """The thumbnail of a film that shows only this picture, RGB."""
    Image.fromarray(picture).save(folder / "picture.png")
    still = f"movie={folder / 'picture.png'},loop=30:1,scale=320:180"
    master = film(folder / "film.mp4", picture=still, sound=None)
    thumbnail(master, timeline=timeline([CLIP], look=look or Look()), title=title, out=folder / "t.jpg")
    return np.asarray(Image.open(folder / "t.jpg"), dtype=int)


def letters(picture: NDArray[np.int_]) -> NDArray[np.bool_]:
    return np.asarray(picture.min(axis=2) > 245)


@pytest.mark.skipif(not CAN_SEE, reason="the detector has wheels for x86-64 only")
@pytest.mark.parametrize("row", [0, 1])
def test_the_title_stands_where_no_face_is(row: int, tmp_path: Path) -> None:
    portrait = cv2.resize(load_rgb(PORTRAIT)[20:190, 80:290], (400, 324))
    picture = np.full((720, 1280, 3), 90, np.uint8)
    picture[row * 380 :][:324, 300:700] = portrait
    rows = np.flatnonzero(letters(of_picture(picture, "Slow mornings", tmp_path)).sum(axis=1) > 40)
    assert rows.max() < 380 if row else rows.min() > 324


def test_every_line_of_the_title_can_be_read_over_white(tmp_path: Path) -> None:
    white = np.full((180, 320, 3), 255, np.uint8)
    seen = of_picture(white, "Slow mornings at the harbour and everything that follows it", tmp_path)
    outlined = np.flatnonzero((seen[:, 90:1000].min(axis=2) < 40).any(axis=1))
    beside = seen[outlined.min() : outlined.max(), 1250]
    lightest = max(hex_of_levels(*map(int, level)) for level in beside)
    assert contrast("#ffffff", lightest) >= READABLE


def test_an_arabic_title_stands_at_the_right(tmp_path: Path) -> None:
    seen = of_picture(np.full((180, 320, 3), 60, np.uint8), "صباح هادئ", tmp_path, look=Look(language="ar"))
    columns = np.flatnonzero(letters(seen).any(axis=0))
    assert columns.min() > 400
    assert columns.max() > 1100


def test_signs_that_no_font_has_are_named(master: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="thumbnail: title = Ꮳ: no installed font has these signs"):
        thumbnail(master, timeline=timeline([CLIP]), title="Ꮳ x", out=tmp_path / "t.jpg")


@pytest.mark.parametrize(("frame", "size"), [(Frame.of("9:16"), (720, 1280)), (Frame.of("1:1"), (1280, 1280))])
def test_other_shapes_keep_theirs(frame: Frame, size: tuple[int, int]) -> None:
    assert (thumbnail_frame(frame).width, thumbnail_frame(frame).height) == size


def test_what_is_no_film_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(MediaBroken, match=r"film\.mp4 does not decode"):
        thumbnail(tmp_path / "film.mp4", timeline=timeline([CLIP]), title="x", out=tmp_path / "t.jpg")
