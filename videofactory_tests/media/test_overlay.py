"""What is laid over a picture: blended to the nearest level, whatever it is laid over, and only into a picture that is ours."""

from pathlib import Path

import av
import numpy as np
import pytest

from videofactory.media.overlay import Layer, Overlay, drawn, halved, lay, seen
from videofactory.media.planes import of_frame
from videofactory_tests.media.cuts import Shelf, planes

EVERY = np.arange(256, dtype=np.uint8)


def overlay(layer: Layer, *, left: int = 0, top: int = 0) -> Overlay:
    small = Layer(layer.colour[::2, ::2], layer.kept[::2, ::2])
    return Overlay(left, top, (layer, small, small))


def picture(level: int, *, width: int = 16, height: int = 8) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.full((height * 3 // 2, width), level, np.uint8), format="yuv420p")


@pytest.mark.parametrize("below", [0, 1, 16, 127, 128, 235, 254, 255])
def test_each_level_and_opacity_give_the_nearest_level(below: int) -> None:
    colours, shares = np.meshgrid(EVERY, EVERY)
    layer = seen(colours.astype(np.float32), shares.astype(np.float32) / np.float32(255))
    frame = picture(below, width=256, height=256)
    lay([overlay(layer)], frame)
    wanted = (below * (255 - shares.astype(np.int64)) + colours.astype(np.int64) * shares) / 255
    assert np.abs(of_frame(frame)[0] - wanted).max() <= 0.5


def test_what_was_drawn_over_two_grounds_is_that_again_and_in_between_over_others() -> None:
    dark, light = np.array([[16, 16, 100, 60]] * 2, np.uint8), np.array([[235, 16, 100, 170]] * 2, np.uint8)
    layer = drawn(dark, light, grounds=(16, 235))
    for ground, wanted in ((16, dark[0]), (235, light[0]), (126, [126, 16, 100, 60 + 110 * 110 / 219])):
        frame = picture(ground, width=4, height=2)
        lay([overlay(layer)], frame)
        assert of_frame(frame)[0][0] == pytest.approx(wanted, abs=1)


def test_no_drawing_however_wrong_overflows() -> None:
    """Grounds drawn a level lighter or darker than they are: dithered, or rounded by a filter."""
    dark, light = np.meshgrid(EVERY, EVERY)
    layer = drawn(dark, light, grounds=(16, 235))
    assert int((layer.kept.astype(np.int64) * 255 + layer.colour).max()) <= 255 * 255
    frame = picture(255, width=256, height=256)
    lay([overlay(layer)], frame)
    kept = layer.kept.astype(np.int64)
    assert np.abs(of_frame(frame)[0] - (255 * kept + layer.colour) / 255).max() <= 0.5


def test_it_stands_where_it_was_put_and_the_later_one_is_above() -> None:
    frame = picture(50)
    white, grey = (seen(np.full((4, 4), level, np.float32), np.ones((4, 4), np.float32)) for level in (200.0, 90.0))
    lay([overlay(white, left=4, top=2), overlay(grey, left=6, top=2)], frame)
    luma, blue, _ = of_frame(frame)
    assert luma[3].tolist() == [50] * 4 + [200] * 2 + [90] * 4 + [50] * 6
    assert luma[1].tolist() == luma[6].tolist() == [50] * 16
    assert blue[1].tolist() == [50] * 2 + [200] + [90] * 2 + [50] * 3


def test_pictures_that_the_decoder_still_needs_are_left_as_they_are(tmp_path: Path) -> None:
    """Else what is laid over one picture would move with the clip through the next ones."""
    shelf = Shelf(tmp_path)
    clip = shelf(shelf.clip("testsrc2", frames=20))
    over = overlay(seen(np.full((60, 80), 235, np.float32), np.ones((60, 80), np.float32)), left=120, top=60)
    with av.open(str(clip)) as container:
        for plain, picture in zip(planes(clip), container.decode(video=0), strict=True):
            lay([over], picture)
            wanted = plain[:180].copy()
            wanted[60:120, 120:200] = 235
            assert np.array_equal(of_frame(picture)[0], wanted)


def test_a_halved_plane_is_the_mean_of_each_four() -> None:
    assert halved(np.array([[1, 3, 10, 10], [5, 7, 10, 14]], np.float32)).tolist() == [[4.0, 11.0]]
