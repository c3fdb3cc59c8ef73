"""Depth by layers: a subject is found where one stands out, the background is filled behind it, and near moves more than far."""

import cv2
import numpy as np

from videofactory.domain.script import Camera, Layout
from videofactory.media.motion import moves
from videofactory.media.motion.depth import matte
from videofactory.media.motion.layers import filled, stack
from videofactory.media.motion.planes import Pixels, Size

SIZE = Size(320, 180)


def disc() -> Pixels:
    picture = np.full((SIZE.height, SIZE.width, 3), (150, 140, 130), np.uint8)
    return np.asarray(cv2.circle(picture, (190, 95), 40, (20, 30, 200), cv2.FILLED), dtype=np.uint8)


def test_subject_is_found_with_a_soft_edge() -> None:
    found = matte(disc())
    assert found is not None
    opacity = cv2.resize(found.opacity, SIZE)
    assert opacity[95, 190] > 0.99
    assert opacity[20, 20] < 0.01
    assert np.allclose(found.centre, (30 / 180, 5 / 180), atol=0.03)


def test_nothing_is_cut_out_where_nothing_stands_out() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (SIZE.height, SIZE.width, 3), dtype=np.uint8)
    for picture in (np.full_like(noise, 90), noise):
        assert len(stack(picture, layout=Layout.SINGLE).layers) == 1


def test_panes_side_by_side_are_never_cut() -> None:
    assert len(stack(disc(), layout=Layout.SINGLE).layers) == 2
    assert len(stack(disc(), layout=Layout.SPLIT_SCREEN).layers) == 1


def test_background_is_filled_without_a_trace_of_the_subject() -> None:
    found = matte(disc())
    assert found is not None
    behind = filled(disc(), hole=found.opacity).astype(int)
    assert np.abs(behind - (150, 140, 130)).max() < 12


def test_near_moves_more_than_far_and_both_agree_half_way() -> None:
    way = moves.path(Camera.PAN_RIGHT, frames=101, fps=30, aspect=SIZE.aspect, seed=1)
    far, near = (moves.matrices(way, nearness=nearness)[:, 0, 2] for nearness in (0.0, 1.0))
    assert near[-1] - near[0] > 1.1 * (far[-1] - far[0])
    assert abs(near[50] - far[50]) < 0.001


def test_overscan_keeps_every_corner_inside() -> None:
    for camera in Camera:
        way = moves.path(camera, frames=60, fps=30, aspect=SIZE.aspect, seed=1, focus=(0.4, -0.2))
        seen = [moves.matrices(way, nearness=nearness) for nearness in (0.0, 1.0)]
        factor = moves.overscan(seen, aspect=SIZE.aspect)
        assert all(moves.reach(moves.fitted(each, factor=factor), aspect=SIZE.aspect).max() < 1.0 for each in seen)
