"""A plot of amounts by day: bars stacked by kind, as a PNG in the product's own font. Knows nothing of what is counted."""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from videofactory.media import fonts

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT, TOP, BOTTOM = 96, 1000, 156, 660
"""The field the bars stand in, in pixels; the legend is to the right of it."""
INK, FAINT, LINE, PAPER = "#1f2328", "#656d76", "#d8dee4", "#ffffff"
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c6d46", "#999999")
"""Okabe and Ito's colours, which people who see fewer colours can tell apart, and two more."""
TICKS = 5
"""About as many lines cross the field."""
BAR = 0.72
"""Width of a bar in its place."""
LEGEND_ROW = 44
MOST_ROWS = 11


@dataclass(frozen=True)
class Bars:
    """What to draw: a label for each bar, and for each kind one amount per bar. `unit` stands beside the amounts."""

    title: str
    subtitle: str
    labels: Sequence[str]
    kinds: Mapping[str, Sequence[float]]
    unit: str

    @property
    def highest(self) -> float:
        """The highest bar."""
        return max((sum(amounts) for amounts in zip(*self.kinds.values(), strict=True)), default=0.0)


def draw(bars: Bars, *, out: Path) -> None:
    """Write the plot as a PNG of 1280x720 pixels; the file appears whole or not at all."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = _Pen(ImageDraw.Draw(image))
    pen.text((LEFT, 62), bars.title, size=34, weight=600)
    pen.text((LEFT, 100), bars.subtitle, size=20, colour=FAINT)
    top = _grid(pen, bars)
    _stacks(pen, bars, top=top)
    _legend(pen, bars)
    part = out.with_name(f".{out.name}.part")
    image.save(part, "PNG", optimize=True)
    part.replace(out)


class _Pen:
    """Draws shapes and lines of text."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw

    def text(
        self, at: tuple[float, float], text: str, *, size: int, weight: int = 400, colour: str = INK, anchor: str = "ls"
    ) -> None:
        """One line; `anchor` in Pillow's letters."""
        if text:
            self._draw.text(at, text, font=_font(text, size=size, weight=weight), fill=colour, anchor=anchor)

    def box(self, corners: tuple[float, float, float, float], colour: str) -> None:
        """A filled rectangle."""
        self._draw.rectangle(corners, fill=colour)

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        """A thin line."""
        self._draw.line((*start, *end), fill=colour, width=1)


def _font(text: str, *, size: int, weight: int) -> ImageFont.FreeTypeFont:
    need = fonts.Need(fonts.find("Inter"), weight, "".join(sorted(set(text))))
    return ImageFont.truetype(io.BytesIO(fonts.static(need)), size)


def _grid(pen: _Pen, bars: Bars) -> float:
    """Lines at round amounts; the amount at the top of the field."""
    step = _round_step(bars.highest / TICKS)
    top = step * max(1, math.ceil(bars.highest / step - 1e-9))
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    for number in range(round(top / step) + 1):
        height = _height(step * number, top=top)
        pen.line((LEFT, height), (RIGHT, height), INK if number == 0 else LINE)
        pen.text(
            (LEFT - 12, height), f"{step * number:.{max(2, digits) if step < 1 else 0}f}", size=18, colour=FAINT, anchor="rm"
        )
    pen.text((LEFT - 12, TOP - 22), bars.unit, size=16, colour=FAINT, anchor="rs")
    return top


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10 … above; 1 where there is nothing to show."""
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough - 1e-12)


def _stacks(pen: _Pen, bars: Bars, *, top: float) -> None:
    place = (RIGHT - LEFT) / max(1, len(bars.labels))
    for number, label in enumerate(bars.labels):
        left, middle = LEFT + place * (number + (1 - BAR) / 2), LEFT + place * (number + 0.5)
        base = 0.0
        for kind, amounts in enumerate(bars.kinds.values()):
            if amounts[number] > 0:
                corners = (left, _height(base + amounts[number], top=top), left + place * BAR, _height(base, top=top) - 1)
                pen.box((*corners[:3], max(corners[1], corners[3])), COLOURS[kind % len(COLOURS)])
                base += amounts[number]
        pen.text((middle, BOTTOM + 12), label, size=16, colour=FAINT, anchor="mt")


def _height(amount: float, *, top: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * amount / top


def _legend(pen: _Pen, bars: Bars) -> None:
    """Each kind with its sum, the last one drawn on top as in the bars."""
    rows = list(enumerate(bars.kinds.items()))[::-1]
    for row, (number, (name, amounts)) in enumerate(rows[:MOST_ROWS]):
        height = TOP + row * LEGEND_ROW
        pen.box((RIGHT + 28, height, RIGHT + 48, height + 20), COLOURS[number % len(COLOURS)])
        pen.text((RIGHT + 60, height + 10), name, size=18, anchor="lm")
        pen.text((RIGHT + 60, height + 30), f"{sum(amounts):.2f}", size=15, colour=FAINT, anchor="lm")
    if len(rows) > MOST_ROWS:
        pen.text((RIGHT + 60, TOP + MOST_ROWS * LEGEND_ROW + 10), f"and {len(rows) - MOST_ROWS} more", size=16, colour=FAINT)
