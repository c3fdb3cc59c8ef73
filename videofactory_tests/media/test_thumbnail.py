"""The thumbnail: a JPEG that YouTube takes, of the best picture without text, with the title on it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact, Frame
from videofactory.domain.timeline import Caption
from videofactory.media.thumbnail import MAX_BYTES, thumbnail, thumbnail_frame
from videofactory_tests.media.cuts import timeline
from videofactory_tests.media.films import film

CLIP = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
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


@pytest.mark.parametrize(("frame", "size"), [(Frame.of("9:16"), (720, 1280)), (Frame.of("1:1"), (1280, 1280))])
def test_other_shapes_keep_theirs(frame: Frame, size: tuple[int, int]) -> None:
    assert (thumbnail_frame(frame).width, thumbnail_frame(frame).height) == size


def test_what_is_no_film_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"no film")
    with pytest.raises(MediaBroken, match=r"film\.mp4 does not decode"):
        thumbnail(tmp_path / "film.mp4", timeline=timeline([CLIP]), title="x", out=tmp_path / "t.jpg")
