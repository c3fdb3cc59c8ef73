"""The thumbnail's title as events: large over a soft ground, below, or above where a face is below; without movement."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from videofactory.domain.footage import Box, Frame
from videofactory.domain.timeline import COVERING, Look
from videofactory.media import fonts
from videofactory.media.titles import colours, layout
from videofactory.media.titles.ass import Event
from videofactory.media.titles.behind import Behind
from videofactory.media.titles.drawing import opaque, rectangle, softness, text_line
from videofactory.media.titles.look import HEADING_WEIGHT, accent_colour, box_colour
from videofactory.media.titles.places import Edges, reads_from_right

_LARGER, _MARGIN = 1.7, 0.09
"""A thumbnail is seen small: its title is this much larger than an opening, and stands this share off the lower or upper edge."""
_SCALES = (1.0, 0.8, 0.65)
"""Sizes that are tried where a face is in the way."""
_ROOM, _LINES = 0.86, 3
_LEAST_SHADE, _SHADE_STEP = 0.75, 0.01
_SOFT, _FULL = 0.5, 1.6
"""Standard deviation of the ground's soft edge, in em; how many of them it lies beyond the lines, which so stand on all of it."""
_BAR, _GAP, _INSET = 0.12, 0.24, 0.18
"""The accent bar, in em: its width, the space between it and the lines, how much shorter it is than they are at each end."""


class _Poster(NamedTuple):
    """A title set: its lines, the edges of lines and bar together, and whether it stands at the upper edge."""

    block: layout.Block
    box: Edges
    upper: bool


def poster_events(text: str, *, frame: Frame, look: Look, behind: Behind) -> list[Event]:
    """A still's title, as large as fits, over no face of it where that can be."""
    tried = [_set(text, scale=scale, upper=upper, frame=frame, look=look) for scale in _SCALES for upper in (False, True)]
    found = min(tried, key=lambda poster: _covered(poster.box.shares(frame), behind.untouchable))
    return [Event(-1, 2, layer, "Heading", text) for layer, text in _drawn(found, frame=frame, look=look, behind=behind)]


def _set(text: str, *, scale: float, upper: bool, frame: Frame, look: Look) -> _Poster:
    area = layout.area(frame)
    measure = partial(fonts.width, family=look.heading_font, language=look.language, weight=HEADING_WEIGHT)
    size, room = area.opening * _LARGER * scale, area.width * _ROOM
    block = layout.fit(text, size=size, room=room, lines=_LINES, measure=measure, language=look.language)
    tall, wide = layout.line_height(block.size) * len(block.lines), (block.widest + _BAR + _GAP) * block.size
    top = frame.height * _MARGIN if upper else frame.height * (1 - _MARGIN) - tall
    left = area.right - wide if reads_from_right(look) else area.left
    return _Poster(block, Edges(left, top, left + wide, top + tall), upper)


def _drawn(poster: _Poster, *, frame: Frame, look: Look, behind: Behind) -> Iterator[tuple[int, str]]:
    """From behind: the ground, the accent bar, the lines."""
    size, box, right = poster.block.size, poster.box, reads_from_right(look)
    strength = opaque(_shade(behind.lightest(box.shares(frame)), look))
    yield 0, rectangle(_ground(poster, frame), tint=box_colour(look), tags=f"{strength}\\blur{softness(size * _SOFT)}")
    bar, beside = size * _BAR, size * (_BAR + _GAP)
    edge = box.right - bar if right else box.left
    yield 1, rectangle(Edges(edge, box.top + size * _INSET, edge + bar, box.bottom - size * _INSET), tint=accent_colour(look))
    align, x = (9, box.right - beside) if right else (7, box.left + beside)
    for number, line in enumerate(poster.block.lines):
        place = (x, box.top + number * layout.line_height(size))
        yield 1, text_line(line, look=look, size=size, align=align, place=place)


def _ground(poster: _Poster, frame: Frame) -> Edges:
    """From beyond the nearer edge of the frame to so far beyond the lines that its soft edge begins behind them."""
    beyond = poster.block.size * _SOFT * _FULL
    if poster.upper:
        return Edges(-frame.width, -frame.height, 2 * frame.width, poster.box.bottom + beyond)
    return Edges(-frame.width, poster.box.top - beyond, 2 * frame.width, frame.height * 2)


def _shade(light: str, look: Look) -> float:
    """The weakest ground on which white text can be read over this colour."""
    ground, steps = box_colour(look), round((COVERING - _LEAST_SHADE) / _SHADE_STEP)
    shades = (round(_LEAST_SHADE + step * _SHADE_STEP, 2) for step in range(steps))
    enough = (s for s in shades if colours.contrast(colours.WHITE, colours.blend(light, ground, share=s)) >= colours.AIMED)
    return next(enough, COVERING)


def _covered(box: Box, faces: tuple[Box, ...]) -> float:
    """How much of the frame the box has in common with faces."""
    return round(sum(_common(box, face) for face in faces), 4)


def _common(first: Box, second: Box) -> float:
    across = min(first.x + first.width, second.x + second.width) - max(first.x, second.x)
    down = min(first.y + first.height, second.y + second.height) - max(first.y, second.y)
    return max(0.0, across) * max(0.0, down)
