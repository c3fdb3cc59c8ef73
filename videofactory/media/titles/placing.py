"""Which place a title takes, how large, and how strong its ground: off every face, clear of the logo, readable, large.

Candidates are tried by what each costs; the first of the cheapest wins, so equal surroundings give equal titles.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from videofactory.domain.footage import Box, Frame
from videofactory.domain.timeline import COVERING, Caption, CaptionPlace, Corner, Look, Place, Title
from videofactory.media.measure.faces import HAIR
from videofactory.media.titles import colours, layout
from videofactory.media.titles.behind import Behind
from videofactory.media.titles.caption_setting import caption_setting
from videofactory.media.titles.look import box_colour
from videofactory.media.titles.places import MIRRORED, Edges, Setting, reads_from_right, setting

_PLACES: Mapping[str, tuple[Place, ...]] = {
    "opening": ("middle_left", "lower_left", "upper_left", "middle_right", "lower_right", "upper_right"),
    "lower_third": ("lower_left", "lower_right", "upper_left", "upper_right", "middle_left", "middle_right"),
    "call_to_action": ("middle", "upper", "lower", "middle_left", "middle_right"),
}
"""For each kind, the best place first."""
_FACE_AIR = HAIR / (1 + 2 * HAIR)
_CAPTION_PLACES: tuple[CaptionPlace, ...] = ("lower", "upper", "middle")
_SIZES = (
    (1.0, 0.86, 0.0), (1.0, 0.46, 0.1), (0.85, 0.86, 0.25), (0.8, 0.46, 0.4), (0.65, 0.86, 0.6), (0.65, 0.46, 0.65),
    (0.65, 0.3, 0.7), (0.5, 0.86, 0.9), (0.5, 0.4, 1.0), (0.5, 0.3, 1.05), (0.5, 0.22, 1.1), (0.4, 0.3, 1.3), (0.3, 0.22, 1.8),
)  # fmt: skip
"""Scale, share of the safe width, and what it costs to take them. A whole subject covered costs 1."""
_SMALLEST: Mapping[str, float] = {"opening": 0.3, "lower_third": 0.5, "call_to_action": 0.5}
"""The smallest scale that can be read on a phone: a fortieth of the frame's shorter side, a fiftieth for the channel's name."""
_EASY_LINES, _LINE = 2, 0.08
"""What each line more than two costs."""
_PARTED = 0.5
"""What it costs to part a word at the end of a line."""
_ORDER = 0.04
"""What each place further down the list costs."""
_SUBJECT_STEPS = 4
"""A subject's cover is counted in quarters, so that trifles do not move a title."""
_SUBJECT: Mapping[str, float] = {"opening": 1.0, "lower_third": 0.4, "call_to_action": 0.0}
"""What covering the subject costs: an end card covers it anyway."""
_AIR = 0.3
"""Space (em) kept between a title's words and a face or logo."""
_LEAST: Mapping[str, float] = {"opening": 0.46, "lower_third": 0.62, "call_to_action": 0.7}
"""The weakest ground of each kind: below, it does not look like one."""
_SHADE_STEP = 0.04
LOGO_HEIGHT, LOGO_WIDTH = 0.07, 0.25
"""The logo's largest size, in shares of the frame's shorter side."""
_LOGO_SIDES, _LOGO_ENDS, _LOGO_TALL_ENDS = 0.05, 0.06, (0.1, 0.2)
"""The logo's distance from the edges in shares of width and height; in tall frames from above and below, where players draw."""
_CORNERS: tuple[Corner, ...] = ("upper_right", "upper_left", "lower_right", "lower_left")


class _Choice(NamedTuple):
    face: float
    taken: float
    cost: float
    title: Title


def placed(title: Title, *, behind: Behind, taken: Iterable[Box] = (), frame: Frame, look: Look) -> Title:
    """The title where it covers no face and nothing `taken`, as large as that allows, its ground as strong as it must be.

    Where every place covers a face (a close-up that fills the frame) it is the least cover at the smallest size.
    """
    best = min(_choices(title, behind, list(taken), frame, look), key=lambda choice: choice[:3])
    return best.title.model_copy(update={"shade": _shade(best.title, behind, frame, look)})


def _choices(title: Title, behind: Behind, taken: Sequence[Box], frame: Frame, look: Look) -> Iterator[_Choice]:
    places = _PLACES[title.kind]
    if reads_from_right(look):
        places = tuple(MIRRORED.get(place, place) for place in places)
    for scale, room, price in (size for size in _SIZES if size[0] >= _SMALLEST[title.kind]):
        sized = title.model_copy(update={"scale": scale, "room": room})
        for number, place in enumerate(places):
            tried = sized.model_copy(update={"place": place})
            found = setting(tried, frame=frame, look=look)
            box = _aired(found, frame)
            subject = round(_share(box, behind.subject) * _SUBJECT_STEPS) / _SUBJECT_STEPS * _SUBJECT[title.kind]
            tall = max(0, len(found.block.lines) - _EASY_LINES) * _LINE + found.block.parted * _PARTED
            yield _Choice(_cover(box, behind.untouchable), _cover(box, taken), price + number * _ORDER + subject + tall, tried)


def covered(title: Title, *, frame: Frame, look: Look) -> Box:
    """The part of the frame that a title takes, with some air around it."""
    return _aired(setting(title, frame=frame, look=look), frame)


def _aired(found: Setting, frame: Frame) -> Box:
    air = found.block.size * _AIR
    box = found.box
    return Edges(box.left - air, box.top - air, box.right + air, box.bottom + air).shares(frame)


def _shade(title: Title, behind: Behind, frame: Frame, look: Look) -> float:
    """The weakest ground on which white text can be read over the lightest thing that is seen there."""
    box = setting(title, frame=frame, look=look).box.shares(frame)
    light, ground = behind.lightest(box), box_colour(look)
    least = _LEAST[title.kind]
    shades = [round(least + step * _SHADE_STEP, 2) for step in range(int((COVERING - least) / _SHADE_STEP) + 1)]
    enough = (
        shade for shade in shades if colours.contrast(colours.WHITE, colours.blend(light, ground, share=shade)) >= colours.AIMED
    )
    return next(enough, COVERING)


def logo_box(shape: float, corner: Corner, *, frame: Frame) -> Box:
    """Where a logo of this shape (width over height) stands in a corner."""
    short = min(frame.width, frame.height)
    height = min(LOGO_HEIGHT * short, LOGO_WIDTH * short / shape)
    width = height * shape
    row, _, side = corner.partition("_")
    over, under = _LOGO_TALL_ENDS if frame.height > frame.width else (_LOGO_ENDS, _LOGO_ENDS)
    left = frame.width * _LOGO_SIDES if side == "left" else frame.width * (1 - _LOGO_SIDES) - width
    top = frame.height * over if row == "upper" else frame.height * (1 - under) - height
    return Edges(left, top, left + width, top + height).shares(frame)


def logo_corner(shape: float, wanted: Corner, *, behind: Behind, captions: CaptionPlace | None, frame: Frame) -> Corner | None:
    """The corner for the logo in a shot: the one wanted, or the next without faces and captions; `None` where there is none."""
    lines = _caption_zone(frame, captions) if captions else []
    for corner in dict.fromkeys((wanted, *_CORNERS)):
        if not _cover(logo_box(shape, corner, frame=frame), [*behind.untouchable, *lines]):
            return corner
    return None


def caption_place(captions: Sequence[Caption], *, behind: Behind, frame: Frame, look: Look) -> CaptionPlace:
    """The place for all captions of a scene: the usual one, or the next in which none of them covers a face.

    Where each place covers one it is the least cover. What cannot be seen (`Behind.looked`) moves nothing.
    """
    bare = [_bare(face) for face in behind.faces]

    def cover(place: CaptionPlace) -> float:
        return _cover(caption_box(captions, place=place, frame=frame, look=look), bare)

    return min(_CAPTION_PLACES, key=cover)


def _bare(face: Box) -> Box:
    """A face without the air around it: a title keeps that free, too, but no caption leaves its usual place for it."""
    x, y = _FACE_AIR * face.width, _FACE_AIR * face.height
    return Box(x=face.x + x, y=face.y + y, width=face.width - 2 * x, height=face.height - 2 * y)


def caption_box(captions: Sequence[Caption], *, place: CaptionPlace, frame: Frame, look: Look) -> Box:
    """The part of the frame that these captions (at least one) take in a place, one after the other."""
    moved = (caption.model_copy(update={"place": place}) for caption in captions)
    boxes = [caption_setting(caption, frame=frame, look=look).box for caption in moved]
    return Edges(*(pick(edges) for pick, edges in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))).shares(frame)


def _caption_zone(frame: Frame, place: CaptionPlace) -> list[Box]:
    """Where captions may be, out to the frame's edge, so that a logo is not left between them and it."""
    area = layout.area(frame)
    tall = 2 * layout.line_height(area.caption) + area.caption
    if place == "middle":
        return [Edges(area.left, (frame.height - tall) / 2, area.right, (frame.height + tall) / 2).shares(frame)]
    if place == "upper":
        return [Edges(area.left, 0, area.right, area.top + tall).shares(frame)]
    return [Edges(area.left, area.bottom - tall, area.right, float(frame.height)).shares(frame)]


def _cover(box: Box, others: Iterable[Box]) -> float:
    """How much of the frame the box has in common with these."""
    return round(sum(_common(box, other) for other in others), 5)


def _share(box: Box, other: Box) -> float:
    """How much of `other` the box covers."""
    return _common(box, other) / max(other.width * other.height, 1e-6)


def _common(first: Box, second: Box) -> float:
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return max(0.0, across) * max(0.0, down)
