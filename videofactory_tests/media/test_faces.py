"""Faces: found in a portrait, at any size that matters; not seen in cups, rockets, patterns and noise.

The portrait is NASA's of Eileen Collins (1999, in the public domain).
"""

from importlib import resources
from pathlib import Path

import cv2
import numpy as np
import pytest

from videofactory.domain.footage import Box
from videofactory.media.measure import CAN_SEE, faces, load_rgb
from videofactory.media.titles.behind import behind

PORTRAIT = Path(__file__).with_name("portrait.jpg")
FACE = Box(x=0.375, y=0.2, width=0.16, height=0.34)
"""Where her face is, as a person sees it."""
pytestmark = pytest.mark.skipif(not CAN_SEE, reason="the detector has wheels for x86-64 only")


def common(first: Box, second: Box) -> float:
    """Share of the first box that lies in the second."""
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return max(0.0, across) * max(0.0, down) / (first.width * first.height)


def test_a_face_is_found_whole() -> None:
    (found,) = faces(load_rgb(PORTRAIT))
    assert common(FACE, found) > 0.95
    assert found.width * found.height < 3 * FACE.width * FACE.height


@pytest.mark.parametrize("width", [240, 480, 960])
def test_it_is_found_in_a_part_of_a_larger_picture(width: int) -> None:
    whole = np.full((1080, 1920, 3), 90, np.uint8)
    portrait = load_rgb(PORTRAIT)
    small = cv2.resize(portrait, (width * 2, width * 2 * portrait.shape[0] // portrait.shape[1]))[:1080, :1920]
    whole[: small.shape[0], : small.shape[1]] = small
    assert len(faces(whole)) == 1


def test_things_are_no_faces() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
    samples = resources.files("videofactory").joinpath("data", "sample").iterdir()
    pictures = [load_rgb(Path(str(path))) for path in samples if path.name.endswith((".png", ".jpg"))]
    assert pictures
    assert [faces(picture) for picture in (noise, *pictures)] == [()] * (1 + len(pictures))


def test_a_face_that_moves_is_one_box_around_its_way() -> None:
    portrait = load_rgb(PORTRAIT)
    seen = behind([portrait, np.roll(portrait, 40, axis=1)])
    (box,) = seen.faces
    (alone,) = behind([portrait]).faces
    assert box.width > alone.width + 0.08
