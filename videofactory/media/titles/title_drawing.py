"""Titles as events: opening, lower third and end card, each frame of their coming and going drawn for itself.

Where their parts stand is `places`, when they move is `motion`, which place they take is `placing`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Look, Title
from videofactory.media.titles import layout
from videofactory.media.titles.ass import Event
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.drawing import opaque, rectangle, softness, text_line
from videofactory.media.titles.look import accent_colour, box_colour
from videofactory.media.titles.motion import Step, part, steps
from videofactory.media.titles.places import (
    BAR,
    BAR_GAP,
    NAME,
    RULE,
    RULE_GAP,
    RULE_HALF,
    THIRD_BAR,
    Edges,
    Setting,
    setting,
)

_STAGGER = 0.12
"""Each line begins this much of the whole movement after the one above it."""
_TRAVEL = 0.6
"""Way of a line into its place, in em."""
_SLIDE = 2.0
"""Way of a lower third's words behind their box's edge, in em."""
_RISE = 0.4
"""Way of an end card's lines, in em."""
_INSET = 0.18
"""The accent bar ends this much (em) inside the lines' height, where their letters do."""
_SOFT_EDGE = 0.9
"""How far (em) a soft ground goes beyond the words at full strength."""


class _Drawn(NamedTuple):
    """What each part of a title is drawn from."""

    title: Title
    frame: Frame
    look: Look
    set: Setting
    step: Step

    @property
    def size(self) -> float:
        return self.set.block.size

    @property
    def left_to_show(self) -> float:
        """1 until the title goes, then down to 0."""
        return 1.0 - part(self.step.gone, 0.0)


def title_events(title: Title, *, frame: Frame, look: Look, start: int) -> list[Event]:
    """The events of one title; `start` is the film frame at which the stretch begins."""
    begin, end = (frame_of(moment, fps=frame.fps) - start for moment in (title.start, title.end))
    draw = {"opening": _opening, "lower_third": _lower_third, "call_to_action": _call_to_action}[title.kind]
    place = setting(title, frame=frame, look=look)
    events: list[Event] = []
    for step in steps(begin, end, fps=frame.fps, goes=title.kind != "call_to_action"):
        parts = draw(_Drawn(title, frame, look, place, step))
        events.extend(Event(step.start, step.stop, layer, style, text) for layer, style, text in parts)
    return events


def reach(title: Title, *, frame: Frame, look: Look) -> Edges:
    """All that a title changes of the picture as long as it is shown, its ground with its soft edge. Pixels of the frame."""
    found = setting(title, frame=frame, look=look)
    if title.kind == "call_to_action":
        return Edges(0.0, 0.0, float(frame.width), float(frame.height))
    if title.kind == "lower_third":
        return found.box
    ground, soft = _ground(found, frame), 1.5 * _SOFT_EDGE * found.block.size  # three deviations of its blur
    return Edges(ground.left - soft, ground.top - soft, ground.right + soft, ground.bottom + soft)


def _opening(drawn: _Drawn) -> Iterator[tuple[int, str, str]]:
    """A soft ground comes, the accent bar grows from its middle, and the lines slide out from it one after the other."""
    box, size, step = drawn.set.box, drawn.size, drawn.step
    yield 0, "Heading", _soft_ground(drawn, seen=part(step.come, 0, 0.6) * drawn.left_to_show)
    grown = part(step.come, 0, 0.6) * drawn.left_to_show
    middle, half = (box.top + box.bottom) / 2, (box.height / 2 - size * _INSET) * grown
    left = box.right - size * BAR if drawn.set.from_right else box.left
    bar = Edges(left, middle - half, left + size * BAR, middle + half)
    if half >= 1:
        yield 1, "Heading", rectangle(bar, tint=accent_colour(drawn.look))
    away = 1 if drawn.set.from_right else -1
    for number, line in enumerate(drawn.set.block.lines):
        come = part(step.come, 0.2 + number * _STAGGER)
        shift = away * size * _TRAVEL * (1 - come + 0.5 * (1 - drawn.left_to_show))
        yield 1, "Heading", _line(drawn, line, number=number, shift=shift, seen=come * drawn.left_to_show)


def _soft_ground(drawn: _Drawn, *, seen: float) -> str:
    """The channel's colour behind the words, at full strength under all of them, soft beyond, out to the nearer edge."""
    ground = _ground(drawn.set, drawn.frame)
    strength = opaque(drawn.title.shade * seen)
    return rectangle(ground, tint=box_colour(drawn.look), tags=f"{strength}\\blur{softness(drawn.size * _SOFT_EDGE / 2)}")


def _ground(found: Setting, frame: Frame) -> Edges:
    """Where an opening's ground is drawn: around its words, and well out over the nearer side of the frame."""
    box, far, beyond = found.box, found.block.size * _SOFT_EDGE, frame.width * 0.3
    if box.left <= frame.width - box.right:
        return Edges(-beyond, box.top - far, box.right + far, box.bottom + far)
    return Edges(box.left - far, box.top - far, frame.width + beyond, box.bottom + far)


def _line(drawn: _Drawn, line: str, *, number: int, shift: float, seen: float) -> str:
    """One line of an opening on its way to its place, never out over the side where the bar stands."""
    lines, right = drawn.set.lines, drawn.set.from_right
    place = ((lines.right if right else lines.left) + shift, lines.top + number * layout.line_height(drawn.size))
    edge = drawn.size * BAR_GAP / 2
    near, far = (0.0, lines.right + edge) if right else (lines.left - edge, float(drawn.frame.width))
    clip = f"\\clip({near:.0f},0,{far:.0f},{drawn.frame.height})" if shift else ""
    align = 9 if right else 7
    return text_line(line, look=drawn.look, size=drawn.size, align=align, place=place, tags=f"{opaque(seen)}{clip}")


def _lower_third(drawn: _Drawn) -> Iterator[tuple[int, str, str]]:
    """The accent bar grows upwards, then the box with the words comes out from behind it; it goes back the same way."""
    box, step = drawn.set.box, drawn.step
    right, bar = drawn.set.from_right, drawn.size * THIRD_BAR
    out = part(step.come, 0.25) * (1 - part(step.gone, 0.0, 0.7))
    edge = box.right - bar if right else box.left + bar
    if out > 0:
        yield from _boxed(drawn, edge=edge, out=out)
    tall = box.height * part(step.come, 0.0, 0.55) * (1 - part(step.gone, 0.45))
    if tall >= 1:
        left = edge if right else box.left
        yield 2, "Heading", rectangle(Edges(left, box.bottom - tall, left + bar, box.bottom), tint=accent_colour(drawn.look))


def _boxed(drawn: _Drawn, *, edge: float, out: float) -> Iterator[tuple[int, str, str]]:
    """The box, `out` (0..1) of its width from behind the bar's edge, and the words that come out with it."""
    lines, size, box, right = drawn.set.lines, drawn.size, drawn.set.box, drawn.set.from_right
    reach = (box.width - size * THIRD_BAR) * out
    near, far = (edge - reach, edge) if right else (edge, edge + reach)
    ground = Edges(near, box.top, far, box.bottom)
    yield 0, "Heading", rectangle(ground, tint=box_colour(drawn.look), tags=opaque(drawn.title.shade))
    shift = min(box.width * (1 - out), _SLIDE * size) * (1 if right else -1)
    align, x = (9, lines.right + shift) if right else (7, lines.left + shift)
    clip = f"\\clip({near:.0f},0,{far:.0f},{drawn.frame.height})" if out < 1 else ""
    for number, line in enumerate(drawn.set.block.lines):
        place = (x, lines.top + number * layout.line_height(size))
        yield 1, "Heading", text_line(line, look=drawn.look, size=size, align=align, place=place, tags=f"\\bord0{clip}")


def _call_to_action(drawn: _Drawn) -> Iterator[tuple[int, str, str]]:
    """The picture sinks under the channel's colour; the words rise one line after the other over a growing accent line."""
    size, come, frame = drawn.size, drawn.step.come, drawn.frame
    whole, middle = Edges(0, 0, frame.width, frame.height), (drawn.set.lines.left + drawn.set.lines.right) / 2
    yield 0, "Heading", rectangle(whole, tint=box_colour(drawn.look), tags=opaque(drawn.title.shade * part(come, 0, 0.7)))
    for number, line in enumerate(drawn.set.block.lines):
        seen = part(come, 0.15 + number * _STAGGER)
        place = (middle, drawn.set.lines.top + number * layout.line_height(size) + size * _RISE * (1 - seen))
        yield 1, "Heading", text_line(line, look=drawn.look, size=size, align=8, place=place, tags=opaque(seen))
    under = drawn.set.lines.bottom + size * RULE_GAP
    half = size * RULE_HALF * part(come, 0.3)
    if half >= 1:
        rule = Edges(middle - half, under, middle + half, under + size * RULE)
        yield 1, "Heading", rectangle(rule, tint=accent_colour(drawn.look))
    if drawn.title.name:
        tags = f"{opaque(part(come, 0.45))}\\bord0"
        below = (middle, under + size * (RULE + RULE_GAP))
        yield 1, "Heading", text_line(drawn.title.name, look=drawn.look, size=size * NAME, align=8, place=below, tags=tags)
