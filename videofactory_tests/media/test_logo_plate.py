"""The plate behind a logo: it comes where the logo would not be seen, and with it the logo is, whatever the picture."""

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from videofactory.domain.brand import HexColour
from videofactory.domain.footage import Artifact, Box
from videofactory.domain.timeline import Logo, Look
from videofactory.media import logo
from videofactory.media.cut import encode_stretch, stretches
from videofactory.media.cut.samples import samples
from videofactory.media.titles.behind import behind
from videofactory.media.titles.colours import blend, contrast, hex_of_levels
from videofactory.media.titles.plate import SEEN, contrast_on, plate
from videofactory_tests.media.cuts import FRAME, Shelf, timeline

BOX = Box(x=0.6, y=0.1, width=0.3, height=0.2)
LOOK = Look(primary="#6b3f1d", accent="#e8b04b")
greys = st.integers(0, 255).map(lambda level: hex_of_levels(level, level, level))


@given(
    tone=greys,
    low=greys,
    high=greys,
    opacity=st.sampled_from([0.7, 1.0]),
    primary=st.sampled_from(["#6b3f1d", "#ffffff", "#000000"]),
)
def test_every_logo_is_seen_on_every_ground(
    tone: HexColour, low: HexColour, high: HexColour, opacity: float, primary: HexColour
) -> None:
    grounds = [low, high]
    colour = plate(tone, opacity=opacity, grounds=grounds, look=Look(primary=primary))
    if colour is None:
        assert min(contrast(blend(ground, tone, share=opacity), ground) for ground in grounds) >= SEEN
        assert (tone < low) == (tone < high)
    else:
        assert contrast_on(colour, tone, grounds) >= SEEN


def test_what_is_seen_gets_no_plate_and_what_is_not_gets_the_channels_own() -> None:
    assert plate("#ffffff", opacity=0.7, grounds=["#101010", "#303030"], look=LOOK) is None
    assert plate("#101010", opacity=0.7, grounds=["#e0e0e0", "#f0f0f0"], look=LOOK) is None
    under_dark = plate("#101010", opacity=0.7, grounds=["#101010", "#303030"], look=LOOK)
    under_light = plate("#ffffff", opacity=0.7, grounds=["#e0e0e0", "#f0f0f0"], look=LOOK)
    assert under_dark is not None
    assert under_light is not None
    assert contrast(under_dark, "#ffffff") < 1.2
    assert contrast(under_light, LOOK.primary) < 1.8
    assert plate("#ffffff", opacity=0.7, grounds=["#000000", "#f0f0f0"], look=LOOK) is not None, (
        "it is lost on a part of this one"
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


def mark(shelf: Shelf, level: int) -> Artifact:
    """A logo in one grey on nothing."""
    path = shelf.folder / f"{level}.png"
    picture = Image.new("RGBA", (240, 90))
    picture.paste((level, level, level, 255), (10, 10, 230, 80))
    picture.save(path)
    return shelf.keep(path, "image/png")


def test_the_tone_is_that_of_what_is_shown(shelf: Shelf, tmp_path: Path) -> None:
    assert logo.tone(shelf(mark(shelf, 40))) == "#282828"
    halves = Image.new("RGBA", (80, 80), (255, 255, 255, 255))
    halves.paste((0, 0, 0, 255), (0, 0, 40, 80))
    halves.save(tmp_path / "halves.png")
    assert logo.tone(tmp_path / "halves.png") == "#bcbcbc", "the grey with half of white's light"


@pytest.mark.parametrize(("ground", "level"), [("black", 0), ("black", 30), ("white", 255), ("0x777777", 120), ("0x777777", 255)])
def test_it_is_seen_in_the_film_inside_its_box(shelf: Shelf, tmp_path: Path, ground: str, level: int) -> None:
    bare, artifact = timeline([shelf.clip(f"color=c={ground}", frames=6)], frames=6, look=LOOK), mark(shelf, level)
    seen = behind(samples(bare, at=[3], shelf=shelf)).span(BOX)
    colour = plate(logo.tone(shelf(artifact)), opacity=0.7, grounds=seen, look=LOOK)
    assert colour is not None
    film = bare.model_copy(update={"logos": (Logo(artifact=artifact, start=0, stop=6, box=BOX, opacity=1.0, plate=colour),)})
    (part,) = stretches(film)
    encode_stretch(film, part, shelf=shelf, out=tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as container:
        *_, shown = (
            picture.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray() for picture in container.decode(video=0)
        )
    picture = np.asarray(shown, np.uint8)
    inside, beside, without = picture[36, 240], picture[36, 199], picture[150, 40]
    assert contrast(hex_of_levels(*map(int, inside)), hex_of_levels(*map(int, beside))) >= SEEN
    changed = np.argwhere(np.abs(picture.astype(int) - without).max(axis=2) > 12)
    rows, columns = BOX.y * FRAME.height, BOX.x * FRAME.width
    assert (changed.min(axis=0) >= (rows - 2, columns - 2)).all()
    assert (changed.max(axis=0) <= (rows + BOX.height * FRAME.height + 1, columns + BOX.width * FRAME.width + 1)).all()


def test_a_plate_is_part_of_the_name(shelf: Shelf) -> None:
    clip, artifact = shelf.clip("color=c=black", frames=6), mark(shelf, 30)
    names = {
        stretches(timeline([clip], frames=6, logos=(Logo(artifact=artifact, start=0, stop=6, box=BOX, plate=colour),)))[
            0
        ].fingerprint
        for colour in (None, "#ffffff", "#f0f0f0")
    }
    assert len(names) == 3
