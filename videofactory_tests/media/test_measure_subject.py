"""Who or what a crop must keep: people before things, main faces before passers-by, what stands out where there is nobody."""

from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.footage import Box
from videofactory.media.measure import Picture, focus_box, load_rgb, subject_box
from videofactory.media.measure.faces import CAN_SEE, faces

COFFEE = Path(__file__).parents[2] / "videofactory" / "data" / "sample" / "coffee.png"
PORTRAIT = Path(__file__).with_name("portrait.jpg")
needs_eyes = pytest.mark.skipif(not CAN_SEE, reason="this machine's detector of faces is not installed")


def test_without_a_face_it_is_what_stands_out() -> None:
    cup = load_rgb(COFFEE, longest=480)
    assert subject_box(cup) == focus_box(cup)


def beside_red(portrait: Picture) -> Picture:
    """A portrait at the left of a wide picture, and a red thing at the right."""
    height, width = portrait.shape[:2]
    wide = np.full((height, 3 * width, 3), 128, np.uint8)
    wide[:, :width] = portrait
    wide[height // 3 : height * 2 // 3, 2 * width : 2 * width + height // 3] = (220, 20, 20)
    return wide


@needs_eyes
def test_a_face_is_kept_with_room_for_hair_and_neck_whatever_else_stands_out() -> None:
    wide = beside_red(load_rgb(PORTRAIT, longest=480))
    (face, *_) = faces(wide)
    box = subject_box(wide)
    assert box.x + box.width < 0.5, "the red thing is not the subject"
    assert box.x <= face.x
    assert box.y <= face.y
    assert box.x + box.width >= min(1, face.x + 1.4 * face.width)
    assert box.y + box.height >= min(1, face.y + 1.7 * face.height)
    assert isinstance(box, Box)
