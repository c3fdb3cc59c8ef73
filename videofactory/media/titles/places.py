"""Where a title's parts stand: its lines, bar, box, end card, for each place it may take. Pixels of the frame.

Everything drawn is inside `Setting.box`, which is inside the safe area and above the captions' two lines, whatever the text.
Which place a title takes is decided in `placing`; how its parts look is `title_drawing`'s.
"""

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from videofactory.domain.footage import Box, Frame
from videofactory.domain.timeline import Look, Place, Title
from videofactory.media import fonts
from videofactory.media.titles import layout
from videofactory.media.titles.drawn_width import drawn_width
from videofactory.media.titles.look import BOX_PAD, HEADING_WEIGHT

USUAL: Mapping[str, Place] = {"opening": "middle_left", "lower_third": "lower_left", "call_to_action": "middle"}
"""Where each kind of title stands unless something is in its way."""
MIRRORED: Mapping[str, Place] = {
    "middle_left": "middle_right", "lower_left": "lower_right", "upper_left": "upper_right",
    "middle_right": "middle_left", "lower_right": "lower_left", "upper_right": "upper_left",
}  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
"""Languages (ISO 639) written from right to left."""
_MIDDLE = 0.46
"""Height of the middle, in shares of the frame: what is exactly in the middle looks too low."""
_LINES: Mapping[str, int] = {"opening": 3, "lower_third": 2, "call_to_action": 3}
_NARROW, _MORE_LINES = 0.6, 2
"""Of less room than this, text may take more lines."""
_SMALLER = 0.92
BAR, BAR_GAP = 0.12, 0.36
"""Width of the accent bar, and the space between it and the lines, in em."""
THIRD_BAR = 0.16
EMBLEM, EMBLEM_GAP = 1.5, 0.45
"""Height of the logo on an end card, and the space below it, in em of its text."""
RULE, RULE_GAP, RULE_HALF = 0.1, 0.3, 1.1
"""An end card's accent line: thickness, space above and below, half its length, in em."""
NAME = 0.44
"""Size of the channel's name on an end card, to its text."""
_HIGHEST_EMBLEM = 4.0
"""A logo wider than this many heights is as wide as this and less high."""


class Edges(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def shares(self, frame: Frame) -> Box:
        """The same in shares of the frame."""
        return Box(
            x=round(min(1.0, max(0.0, self.left / frame.width)), 5),
            y=round(min(1.0, max(0.0, self.top / frame.height)), 5),
            width=round(min(1.0, self.width / frame.width), 5),
            height=round(min(1.0, self.height / frame.height), 5),
        )


class Setting(NamedTuple):
    """A title set: its lines and their em, all it covers, its lines alone, and whether it is written from the right."""

    block: layout.Block
    box: Edges
    lines: Edges
    from_right: bool


def setting(title: Title, *, frame: Frame, look: Look) -> Setting:
    """The title in its place; smaller than its `scale` says where it would not fit otherwise."""
    zone, scale = _zone(frame), title.scale
    while True:
        found = _SETTERS[title.kind](title, scale, zone, frame, look)
        if (found.box.height <= zone.height and found.box.width <= zone.width) or scale < title.scale / 8:
            return found
        scale *= _SMALLER


def reads_from_right(look: Look) -> bool:
    """Whether the film's language is written from right to left."""
    return look.language.split("-")[0].lower() in _RIGHT_TO_LEFT


def _zone(frame: Frame) -> Edges:
    """The part of the frame that titles may use: the safe area without the captions' lines."""
    area = layout.area(frame)
    captions = 2 * layout.line_height(area.caption) + area.caption * 1.1
    return Edges(area.left, area.top, area.right, area.bottom - captions)


def _block(text: str, title: Title, *, size: float, room: float, look: Look) -> layout.Block:
    measure = partial(fonts.width, family=look.heading_font, language=look.language, weight=HEADING_WEIGHT)
    lines = _LINES[title.kind] + (_MORE_LINES if title.room < _NARROW else 0)
    return layout.fit(text, size=size, room=room, lines=lines, measure=measure, language=look.language)


def _anchored(title: Title, *, width: float, height: float, zone: Edges, frame: Frame, look: Look) -> Edges:
    """A rectangle of this size at the title's place, inside the zone."""
    usual = USUAL[title.kind]
    place = title.place or (MIRRORED.get(usual, usual) if reads_from_right(look) else usual)
    row, _, side = place.partition("_")
    left = {"left": zone.left, "right": zone.right - width}.get(side, (zone.left + zone.right - width) / 2)
    middle = frame.height * _MIDDLE - height / 2
    top = {"upper": zone.top, "lower": zone.bottom - height}.get(row, middle)
    top = max(zone.top, min(top, zone.bottom - height))
    return Edges(left, top, left + width, top + height)


def _opening(title: Title, scale: float, zone: Edges, frame: Frame, look: Look) -> Setting:
    size = layout.area(frame).opening * scale
    beside = size * (BAR + BAR_GAP)
    block = _block(title.text, title, size=size, room=zone.width * title.room - beside, look=look)
    beside = block.size * (BAR + BAR_GAP)
    width, height = beside + block.widest * block.size, len(block.lines) * layout.line_height(block.size)
    box = _anchored(title, width=width, height=height, zone=zone, frame=frame, look=look)
    from_right = reads_from_right(look)
    lines = box._replace(right=box.right - beside) if from_right else box._replace(left=box.left + beside)
    return Setting(block, box, lines, from_right)


def _lower_third(title: Title, scale: float, zone: Edges, frame: Frame, look: Look) -> Setting:
    size = layout.area(frame).lower_third * scale
    bar, pad = size * THIRD_BAR, size * BOX_PAD
    block = _block(title.text, title, size=size, room=zone.width * title.room - bar - 2 * pad, look=look)
    bar, pad = block.size * THIRD_BAR, block.size * BOX_PAD
    width = bar + 2 * pad + max(drawn_width(line, look=look) for line in block.lines) * block.size
    height = len(block.lines) * layout.line_height(block.size) + 2 * pad
    box = _anchored(title, width=width, height=height, zone=zone, frame=frame, look=look)
    from_right = reads_from_right(look)
    inner = Edges(box.left + pad, box.top + pad, box.right - pad, box.bottom - pad)
    lines = inner._replace(right=inner.right - bar) if from_right else inner._replace(left=inner.left + bar)
    return Setting(block, box, lines, from_right)


def _call_to_action(title: Title, scale: float, zone: Edges, frame: Frame, look: Look) -> Setting:
    """From above: the logo, the words, an accent line, the channel's name."""
    size = layout.area(frame).opening * scale
    block = _block(title.text, title, size=size, room=zone.width * title.room, look=look)
    size = block.size
    tall = len(block.lines) * layout.line_height(size)
    above = emblem_size(title, size=size)
    over = above[1] + size * EMBLEM_GAP if title.emblem else 0.0
    under = size * (2 * RULE_GAP + RULE) + (layout.line_height(size * NAME) if title.name else 0.0)
    wide = max(block.widest * size, above[0], 2 * RULE_HALF * size, _name_width(title, size * NAME, look))
    box = _anchored(title, width=wide, height=over + tall + under, zone=zone, frame=frame, look=look)
    lines = Edges(box.left, box.top + over, box.right, box.top + over + tall)
    return Setting(block, box, lines, reads_from_right(look))


def emblem_size(title: Title, *, size: float) -> tuple[float, float]:
    """Width and height of the logo on an end card whose words have this em."""
    if not title.emblem:
        return 0.0, 0.0
    height = size * EMBLEM * min(1.0, _HIGHEST_EMBLEM / title.emblem)
    return height * title.emblem, height


def emblem(title: Title, *, frame: Frame, look: Look) -> Edges:
    """Where the logo stands on an end card."""
    found = setting(title, frame=frame, look=look)
    width, height = emblem_size(title, size=found.block.size)
    middle = (found.box.left + found.box.right) / 2
    return Edges(middle - width / 2, found.box.top, middle + width / 2, found.box.top + height)


def _name_width(title: Title, size: float, look: Look) -> float:
    return fonts.width(title.name, family=look.heading_font, language=look.language, weight=HEADING_WEIGHT) * size


_SETTERS = {"opening": _opening, "lower_third": _lower_third, "call_to_action": _call_to_action}
