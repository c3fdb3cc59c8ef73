"""Where captions stand: their lines, their size and the box around them, for each place they may take. Pixels of the frame.

Which place the captions of a scene take is decided in `placing`; how they are drawn is `caption_drawing`'s.
"""

from functools import partial
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look
from videofactory.media import fonts
from videofactory.media.titles import layout
from videofactory.media.titles.look import BOX_PAD, CAPTION_WEIGHT
from videofactory.media.titles.places import Edges

_ALIGN = {"lower": 2, "middle": 5, "upper": 8}
"""ASS's numbers for a text that hangs on the middle of its lower edge, on its middle, on the middle of its upper edge."""


class CaptionSetting(NamedTuple):
    """A caption set: its lines and their em, the box behind them, and where they hang: ASS alignment, x, y."""

    block: layout.Block
    box: Edges
    align: int
    x: float
    y: float


def caption_setting(caption: Caption, *, frame: Frame, look: Look) -> CaptionSetting:
    """The caption in its place: above the lower safe edge, below the upper one, or in the middle of the frame."""
    area = layout.area(frame)
    measure = partial(fonts.width, family=look.text_font, language=look.language, weight=CAPTION_WEIGHT)
    block = layout.shrink(caption.lines, size=area.caption, room=area.width - area.caption, measure=measure)
    pad = area.caption * BOX_PAD
    width, height = block.widest * block.size + 2 * pad, len(block.lines) * layout.line_height(block.size) + 2 * pad
    top = {"lower": area.bottom - height, "middle": (frame.height - height) / 2, "upper": area.top}[caption.place]
    y = {"lower": area.bottom - pad, "middle": frame.height / 2, "upper": area.top + pad}[caption.place]
    box = Edges(area.middle - width / 2, top, area.middle + width / 2, top + height)
    return CaptionSetting(block, box, _ALIGN[caption.place], area.middle, y)
