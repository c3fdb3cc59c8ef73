"""The subject of a picture, as framing needs it: the people where there are faces, else what stands out."""

from typing import NamedTuple

from videofactory.domain.footage import Box
from videofactory.media.measure.attention import focus_box
from videofactory.media.measure.faces import CAN_SEE, FACES, faces
from videofactory.media.measure.picture import Picture, shrink

BESIDE = 0.5
"""How much of its own width a face has on each side inside the subject's box: ears, hair, shoulders."""
BELOW = 0.8
"""How much of its own height it has below: chin, neck, collar."""
SECOND = 0.5
"""Faces at least so wide as this share of the widest one belong to the subject; smaller ones are passers-by."""
AGAIN = 360
"""Pixels of the longer side at which a picture is looked at for the second time."""
SAME = 0.4
"""Boxes that share more of their union than this are of one face."""
SEEN_BY = FACES if CAN_SEE else "saliency"
"""What finds subjects on this machine, for fingerprints of what was found."""


class Subject(NamedTuple):
    """`box` is what a crop must keep; `face` the faces in it without their room, `None` where nobody is seen."""

    box: Box
    face: Box | None


def subject_box(picture: Picture) -> Box:
    """The box that a crop must keep: faces with some room, else the salient part; the middle where nothing stands out."""
    return subject(picture).box


def subject(picture: Picture) -> Subject:
    """The box that `subject_box` gives, with the faces in it."""
    found = _certain(picture)
    if not found:
        return Subject(focus_box(picture), None)
    widest = max(face.width for face in found)
    people = [face for face in found if face.width >= SECOND * widest]
    return Subject(_all([_with_room(face) for face in people]), _all(people))


def _all(boxes: list[Box]) -> Box:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(x=left, y=top, width=round(right - left, 4), height=round(bottom - top, 4))


def _certain(picture: Picture) -> list[Box]:
    """The faces seen at two sizes: a cup may look like a face at one."""
    second = faces(shrink(picture, longest=AGAIN))
    return [face for face in faces(picture) if any(_same(face, other) for other in second)]


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes are mostly one."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    common = max(0.0, across) * max(0.0, down)
    return common > SAME * (one.width * one.height + other.width * other.height - common)


def _with_room(face: Box) -> Box:
    left, right = max(0.0, face.x - BESIDE * face.width), min(1.0, face.x + (1 + BESIDE) * face.width)
    bottom = min(1.0, face.y + (1 + BELOW) * face.height)
    return Box(x=left, y=face.y, width=right - left, height=bottom - face.y)
