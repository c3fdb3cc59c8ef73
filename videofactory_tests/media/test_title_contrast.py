"""Text in finished films can be read: white letters measured against what is around them, after encoding and decoding."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look, Timeline, Title
from videofactory.media.cut import encode_stretch, stretches
from videofactory.media.cut.samples import samples
from videofactory.media.quality.lettering import extents
from videofactory.media.titles.behind import behind
from videofactory.media.titles.colours import READABLE
from videofactory.media.titles.placing import placed
from videofactory_tests.media.cuts import Shelf, timeline

FRAME = Frame(width=640, height=360, fps=30)
LENGTH = 60
INSET = 3
"""Pixels left out along the edges: extents are known to one and a half, and a caption's end with its box."""
CLIPS = {"bright": "color=c=white", "dark": "color=c=black", "busy": "testsrc2", "pale": "color=c=0xF2E9D8", "noise": "noise"}
LOOKS = {
    "ours": Look(primary="#6b3f1d", accent="#e8b04b"),
    "white": Look(primary="#ffffff", accent="#ffffff"),
    "yellow": Look(primary="#ffff00", accent="#ffff00"),
    "black": Look(primary="#000000", accent="#000000"),
    "green": Look(primary="#00ff00", accent="#ff00ff"),
}
Rgb = NDArray[np.uint8]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


def film_of(source: str, look: Look, shelf: Shelf) -> Timeline:
    clip = shelf.clip(CLIPS[source] if source != "noise" else "cellauto=rule=110", frames=LENGTH, size="640x360")
    bare = timeline([clip], frames=LENGTH, look=look).model_copy(update={"frame": FRAME})
    seen = behind(samples(bare, at=range(5, LENGTH, 10), shelf=shelf))
    kinds = ("opening", "lower_third", "call_to_action")
    titles = [
        Title.model_validate({"start": at * 2 / 3, "end": (at + 1) * 2 / 3, "text": "Slow mornings", "kind": kind})
        for at, kind in enumerate(kinds)
    ]
    said = Caption(start=0, end=2 / 3, lines=("We open at six, every",))
    done = tuple(placed(title, behind=seen, frame=FRAME, look=look) for title in titles)
    return bare.model_copy(update={"titles": done, "captions": (said,)})


def pictures(film: Timeline, shelf: Shelf, folder: Path) -> list[Rgb]:
    (part,) = stretches(film)
    encode_stretch(film, part, shelf=shelf, out=folder / "film.mp4")
    with av.open(str(folder / "film.mp4")) as container:
        return [
            np.asarray(picture.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray(), np.uint8)
            for picture in container.decode(video=0)
        ]


def luminance(picture: Rgb) -> NDArray[np.float64]:
    """Relative luminance after WCAG 2."""
    share = picture / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), np.float64)


def measured(picture: Rgb) -> float:
    """Contrast of white letters in this cut-out against the lightest twentieth of what is around them."""
    light = luminance(picture)
    letters = light > 0.75
    assert letters.any(), "no letters are seen"
    around = cv2.dilate(letters.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    return float((np.median(light[letters]) + 0.05) / (np.quantile(light[around], 0.95) + 0.05))


@pytest.mark.parametrize(
    ("source", "look"),
    [("bright", "ours"), ("bright", "white"), ("bright", "yellow"), ("bright", "black"), ("dark", "white"), ("busy", "green"),
     ("busy", "yellow"), ("pale", "ours"), ("noise", "white")],
)  # fmt: skip
def test_all_text_can_be_read_over_any_picture(source: str, look: str, shelf: Shelf, tmp_path: Path) -> None:
    film = film_of(source, LOOKS[look], shelf)
    seen = pictures(film, shelf, tmp_path)
    shown: list[Caption | Title] = [*film.captions, *film.titles]
    for item, extent in zip(shown, extents(film, shown), strict=True):
        assert extent is not None
        picture = seen[int((item.start + item.end) / 2 * FRAME.fps)]
        rows = slice(int(extent.top * FRAME.height), int(np.ceil(extent.bottom * FRAME.height)))
        columns = slice(int(extent.left * FRAME.width), int(np.ceil(extent.right * FRAME.width)))
        assert measured(picture[rows, columns][INSET:-INSET, INSET:-INSET]) >= READABLE, (item, extent)


def test_white_on_pale_is_measured_as_such() -> None:
    picture = np.full((40, 80, 3), 200, np.uint8)
    picture[10:30, 20:30] = 255
    assert 1.3 < measured(picture) < 2
