"""Places: where in the frame a subject or an inset stands. What is drawn there is `layouts`."""

from videofactory.domain.footage import Box
from videofactory.media.compose.framing import Framing
from videofactory.media.compose.masks import Rect
from videofactory.media.compose.matte import Matte
from videofactory.media.compose.photo import SHARP_SCALE
from videofactory.media.compose.stage import Stage

_SUBJECT_HEIGHTS = {Framing.WIDE: 0.54, Framing.MEDIUM: 0.68, Framing.CLOSE: 0.86, Framing.MACRO: 1.0, Framing.TOP: 0.66}
"""Height of a cut-out subject in shares of the frame, by shot size: a macro may touch the edges."""
_MORE = {"cutout": 1.0, "composite": 1.1}
"""How much larger than that a layout shows its subject: the layouts that cut it out."""
_MIDDLE = 0.43
"""Height of a card's or subject's middle: above the frame's, the words come below."""


def inset_place(stage: Stage, *, aspect: float, height: float = 0.7) -> Rect:
    """The place of an inset of this aspect: no larger than the photograph bears, on the direction's side."""
    width_limit, height_limit = stage.size[0] * 0.8, stage.size[1] * height
    bears = SHARP_SCALE * stage.short / 1080
    photo = stage.subject.photo.size
    width = min(width_limit, height_limit * aspect, max(photo[0] * bears, 0.45 * stage.short))
    side = stage.direction.side * min(0.2, 0.42 - width / stage.size[0] / 2)
    return Rect(stage.size[0] * (0.5 + max(-0.25, min(0.25, side))), stage.size[1] * _MIDDLE, width, width / aspect)


def subject_place(stage: Stage, matte: Matte, *, layout: str) -> Rect:
    """The place of a cut-out subject before the camera moves."""
    height = stage.size[1] * _MORE[layout] * _SUBJECT_HEIGHTS[stage.direction.framing]
    width = stage.size[0] * (0.84 if stage.size[1] > stage.size[0] else 0.56)
    scale = min(width / matte.rect.width, height / matte.rect.height, 2 * SHARP_SCALE * stage.short / 1080)
    x = stage.size[0] * 0.5 + stage.direction.side * max(0.0, 0.46 * stage.size[0] - scale * matte.rect.width / 2) * 0.55
    return Rect(x, stage.size[1] * 0.46, matte.rect.width * scale, matte.rect.height * scale)


def cut_out_box(stage: Stage, *, layout: str) -> Box | None:
    """Where a cut-out subject is seen; `None` where the layout cuts none out."""
    matte = stage.subject.matte if layout in _MORE else None
    if matte is None:
        return None
    return share_of(stage.direction.view.placed(subject_place(stage, matte, layout=layout), stage.size), stage.size)


def share_of(rect: Rect, size: tuple[int, int]) -> Box:
    """A rectangle in pixels as shares of a picture of this size; what lies outside is left out."""
    left, top = max(0.0, rect.left / size[0]), max(0.0, rect.top / size[1])
    right, bottom = min(1.0, (rect.left + rect.width) / size[0]), min(1.0, (rect.top + rect.height) / size[1])
    return Box(x=round(left, 6), y=round(top, 6), width=round(max(0.0, right - left), 6), height=round(max(0.0, bottom - top), 6))
