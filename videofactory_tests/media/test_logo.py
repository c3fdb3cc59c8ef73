"""The channel's logo: where it stands, when, how strongly; the same bytes whichever way a stretch is encoded; in its name."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact, Box
from videofactory.domain.timeline import Logo, Timeline, Title
from videofactory.media import logo
from videofactory.media.cut import encode_stretch, stretches
from videofactory.media.cut.plan import body
from videofactory_tests.media.cuts import FRAME, Shelf, planes, timeline

BOX = Box(x=0.8, y=0.1, width=0.1, height=0.1)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def dark(shelf: Shelf) -> Artifact:
    return shelf.clip("color=c=black", frames=30)


@pytest.fixture(scope="module")
def white(shelf: Shelf) -> Artifact:
    """A white square with wide transparent margins."""
    path = shelf.folder / "white.png"
    picture = Image.new("RGBA", (200, 160), (255, 0, 0, 0))
    picture.paste((255, 255, 255, 255), (60, 40, 140, 120))
    picture.save(path)
    return shelf.keep(path, "image/png")


def drawn(film: Timeline, shelf: Shelf, out: Path) -> list[np.ndarray]:
    (part,) = stretches(film)
    encode_stretch(film, part, shelf=shelf, out=out)
    return planes(out)


def test_it_stands_in_its_box_in_its_frames_as_strong_as_asked(
    shelf: Shelf, dark: Artifact, white: Artifact, tmp_path: Path
) -> None:
    film = timeline([dark], logos=(Logo(artifact=white, start=5, stop=20, box=BOX, opacity=0.7),))
    seen = drawn(film, shelf, tmp_path / "out.mp4")
    strength = [float(picture[20:34, 258:286].mean()) for picture in seen]
    assert [at for at, level in enumerate(strength) if level > 60] == list(range(5, 20))
    assert strength[10] == pytest.approx(16 + 0.7 * 219, abs=4)
    rows, columns = np.nonzero(seen[10][: FRAME.height] > 60)
    assert (columns.min(), columns.max() + 1) == pytest.approx((256, 288), abs=2)
    assert (rows.min(), rows.max() + 1) == pytest.approx((18, 36), abs=2)


def test_it_comes_within_its_fade(shelf: Shelf, dark: Artifact, white: Artifact, tmp_path: Path) -> None:
    film = timeline([dark], logos=(Logo(artifact=white, start=4, stop=30, box=BOX, opacity=1.0, fade=7),))
    levels = [float(picture[22:32, 262:282].mean()) for picture in drawn(film, shelf, tmp_path / "out.mp4")]
    assert levels[3] < 20
    assert all(later > earlier + 10 for earlier, later in pairwise(levels[4:11]))
    assert levels[12:] == pytest.approx([235] * 18, abs=5)


def test_colours_are_those_of_the_file(shelf: Shelf, dark: Artifact, tmp_path: Path) -> None:
    path = shelf.folder / "orange.png"
    Image.new("RGBA", (80, 80), (232, 128, 20, 255)).save(path)
    film = timeline([dark], logos=(Logo(artifact=shelf.keep(path, "image/png"), start=0, stop=30, box=BOX, opacity=1.0),))
    picture = drawn(film, shelf, tmp_path / "out.mp4")[15]
    chroma = picture[FRAME.height :].reshape(2, FRAME.height // 2, FRAME.width // 2)
    middle = (picture[27, 272], chroma[0, 13, 136], chroma[1, 13, 136])
    assert middle == pytest.approx((16 + 219 * 0.5564, 128 + 224 * (0.0784 - 0.5564) / 1.8556, 128 + 224 * (0.9098 - 0.5564) / 1.5748), abs=4)  # fmt: skip # noqa: E501


def test_a_body_with_logo_and_title_is_the_same_to_the_byte_either_way(shelf: Shelf, white: Artifact, tmp_path: Path) -> None:
    marks = (
        Logo(artifact=white, start=2, stop=12, box=BOX, fade=3),
        Logo(artifact=white, start=12, stop=30, box=BOX, opacity=1.0),
    )
    title = Title(start=0.1, end=0.9, text="Six", kind="lower_third")
    film = timeline([shelf.clip("testsrc2", frames=30)], logos=marks, titles=(title,))
    slowest = film.shots[0].model_copy(update={"speed": 1 - 1e-12})  # no body any more, and yet the same frames
    for name, shown in (("inside", film), ("handed", film.model_copy(update={"shots": (slowest,)}))):
        encode_stretch(shown, stretches(film)[0], shelf=shelf, out=tmp_path / name)
    assert (tmp_path / "inside").read_bytes() == (tmp_path / "handed").read_bytes()


def test_it_is_part_of_the_name_of_the_stretches_it_is_seen_in_only(dark: Artifact, white: Artifact) -> None:
    def names(*logos: Logo) -> list[str]:
        return [part.fingerprint for part in stretches(timeline([dark, dark], logos=logos))]

    bare, marked = names(), names(Logo(artifact=white, start=0, stop=30, box=BOX))
    assert marked[0] != bare[0]
    assert marked[1] == bare[1]
    moved = names(Logo(artifact=white, start=0, stop=30, box=BOX.model_copy(update={"x": 0.1})))
    fainter = names(Logo(artifact=white, start=0, stop=30, box=BOX, opacity=0.5))
    assert len({marked[0], moved[0], fainter[0], names(Logo(artifact=dark, start=0, stop=30, box=BOX))[0]}) == 4


def test_how_long_it_was_there_before_changes_no_name(dark: Artifact, white: Artifact) -> None:
    film = timeline([dark, dark], logos=(Logo(artifact=white, start=0, stop=60, box=BOX),))
    alone = film.model_copy(update={"shots": film.shots[1:], "logos": (Logo(artifact=white, start=25, stop=70, box=BOX),)})
    assert body(alone, film.shots[1], until=60) == stretches(film)[1]


def test_margins_are_no_part_of_its_shape(shelf: Shelf, white: Artifact) -> None:
    assert logo.shape(shelf(white)) == 1.0


def test_a_logo_that_shows_nothing_or_is_no_picture_is_an_error(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.png", tmp_path / "text.png"
    Image.new("RGBA", (80, 80)).save(empty)
    text.write_text("<svg/>")
    for path in (empty, text):
        with pytest.raises(MediaBroken):
            logo.shape(path)
