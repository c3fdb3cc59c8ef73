"""The thumbnail's title as events: large at the lower left over a soft ground, without movement."""

from functools import partial

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Look
from videofactory.media import fonts
from videofactory.media.titles import layout
from videofactory.media.titles.ass import Event
from videofactory.media.titles.drawing import opaque, rectangle, softness, text_line
from videofactory.media.titles.look import HEADING_WEIGHT, accent_colour, box_colour
from videofactory.media.titles.places import Edges

_LARGER, _BOTTOM = 1.7, 0.09
"""A thumbnail is seen small: its title is this much larger than an opening, and stands this share above the lower edge."""
_ROOM, _LINES = 0.86, 3
_SHADE = 0.75


def poster_events(text: str, *, frame: Frame, look: Look) -> list[Event]:
    """A still's title, as large as fits."""
    area = layout.area(frame)
    measure = partial(fonts.width, family=look.heading_font, language=look.language, weight=HEADING_WEIGHT)
    block = layout.fit(
        text, size=area.opening * _LARGER, room=area.width * _ROOM, lines=_LINES, measure=measure, language=look.language
    )
    tall, bar = layout.line_height(block.size) * len(block.lines), block.size * 0.12
    bottom, x, inset = frame.height * (1 - _BOTTOM), area.left + bar * 3, block.size * 0.18
    ground = Edges(-frame.width, bottom - tall * 1.05, 2 * frame.width, frame.height * 2)
    shade = rectangle(ground, tint=box_colour(look), tags=f"{opaque(_SHADE)}\\blur{softness(tall * 0.3)}")
    accent = rectangle(Edges(area.left, bottom - tall + inset, area.left + bar, bottom - inset), tint=accent_colour(look))
    lines = [
        text_line(line, look=look, size=block.size, align=7, place=(x, bottom - tall + number * layout.line_height(block.size)))
        for number, line in enumerate(block.lines)
    ]
    return [Event(-1, 2, layer, "Heading", text) for layer, text in ((0, shade), (1, accent), *((1, line) for line in lines))]
