"""Panes found in split screens that somebody else drew: borders where they are seen, none in a picture of one piece."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from videofactory.media.measure import CAN_SEE, Picture, faces, find_panes, load_rgb

PORTRAIT = Path(__file__).with_name("portrait.jpg")
COFFEE = Path(__file__).parents[2] / "videofactory" / "data" / "sample" / "coffee.png"


def drawn(shares: tuple[float, ...], *, line: int = 0, stacked: bool = False, soft: float = 0.8) -> Picture:
    """Shots of the sample picture beside each other, as an engine draws them: with soft borders and a little noise."""
    width, height = (360, 640) if stacked else (640, 360)
    length = height if stacked else width
    photo = np.asarray(cv2.resize(load_rgb(COFFEE, longest=900), (900, 700)), np.uint8)
    picture = np.full((height, width, 3), 250, np.uint8)
    start = 0
    for number, share in enumerate(shares):
        stop = length if number == len(shares) - 1 else start + round(share * length)
        tall, wide = (stop - start, width) if stacked else (height, stop - start)
        left, top = 260 * number % (900 - wide), 40 * number
        part = photo[top : top + tall, left : left + wide]
        shown = part if number != 1 else 255 - part
        if stacked:
            picture[start : stop - (line if stop < length else 0)] = shown[: tall - (line if stop < length else 0)]
        else:
            picture[:, start : stop - (line if stop < length else 0)] = shown[:, : wide - (line if stop < length else 0)]
        start = stop
    noisy = cv2.GaussianBlur(picture, (0, 0), soft) + np.random.default_rng(1).normal(0, 2, picture.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


@pytest.mark.parametrize("line", [0, 6, 16])
@pytest.mark.parametrize("stacked", [False, True])
@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.62, 0.38), (0.46, 0.27, 0.27), (1 / 3, 1 / 3, 1 / 3)])
def test_borders_are_where_they_are_seen(shares: tuple[float, ...], stacked: bool, line: int) -> None:  # noqa: FBT001 - a case
    picture = drawn(shares, line=line, stacked=stacked)
    panes = find_panes(picture, count=len(shares), stacked=stacked)
    assert len(panes) == len(shares)
    length = 640
    for number, pane in enumerate(panes):
        start, extent = (pane.box.y, pane.box.height) if stacked else (pane.box.x, pane.box.width)
        at = sum(shares[:number]) * length
        end = at + shares[number] * length - (line if number < len(shares) - 1 else 0)
        assert at - 1 <= start * length <= at + 6, "nothing of the neighbour, and not much lost"
        assert end - 6 <= (start + extent) * length <= end + 1
        middle = pane.focus.x + pane.focus.width / 2, pane.focus.y + pane.focus.height / 2
        assert pane.box.x <= middle[0] <= pane.box.x + pane.box.width
        assert pane.box.y <= middle[1] <= pane.box.y + pane.box.height


@pytest.mark.parametrize("count", [2, 3])
def test_a_picture_of_one_piece_has_no_panes(count: int) -> None:
    photo = load_rgb(COFFEE, longest=640)
    assert find_panes(photo, count=count, stacked=False) == ()
    assert find_panes(np.full((360, 640, 3), 90, np.uint8), count=count, stacked=False) == ()


def test_a_faint_border_counts_just_where_it_was_asked_for() -> None:
    def faint(at: int) -> Picture:
        picture = np.full((360, 640, 3), 90, np.uint8)
        picture[:180, at:] = 140  # seen on half of the height only
        return picture

    (left, _) = find_panes(faint(320), count=2, stacked=False)
    assert left.box.width == pytest.approx(0.5, abs=0.01)
    assert find_panes(faint(400), count=2, stacked=False) == ()


@pytest.mark.skipif(not CAN_SEE, reason="this machine's detector of faces is not installed")
def test_a_pane_with_a_person_tells_the_face_as_its_heart() -> None:
    photo = load_rgb(PORTRAIT, longest=480)
    picture = np.concatenate([photo, photo[::-1]], axis=1)  # nobody is seen upside down
    person, thing = find_panes(picture, count=2, stacked=False)
    (face, *_) = faces(photo)
    assert person.heart is not None
    found = (2 * person.heart.x, person.heart.y, 2 * person.heart.width, person.heart.height)
    assert found == pytest.approx((face.x, face.y, face.width, face.height), abs=0.03)
    assert person.focus.height > person.heart.height, "the subject has room below the chin"
    assert thing.heart is not None
    assert thing.heart.height == 0, "a point: nobody is seen there"


def test_a_pane_with_a_thing_tells_the_point_that_draws_the_eye() -> None:
    picture = np.full((360, 640, 3), 90, np.uint8)
    picture[:, 320:] = 140
    picture[40:320, 100:220] = 110
    picture[250:290, 140:180] = (240, 200, 20)
    thing, _ = find_panes(picture, count=2, stacked=False)
    assert thing.heart is not None
    assert (thing.heart.x * 640, thing.heart.y * 360) == pytest.approx((160, 270), abs=30)
