"""Previews in the terminal: half-block characters in true colour, where the terminal says it can."""

import os
from pathlib import Path

from PIL import Image
from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style

from videofactory.cli.answers import out

COLUMNS = 64
"""Width of a picture in characters; each shows two pixels, one above the other."""


def can_show_pictures() -> bool:
    """Whether standard output is a terminal with true colour."""
    return out.is_terminal and out.color_system == "truecolor" and os.environ.get("TERM") != "dumb"


def draw(path: Path) -> None:
    """Print the picture, small."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    columns = min(COLUMNS, out.width - 6)
    rows = max(2, round(columns * picture.height / picture.width / 2) * 2)
    small = picture.resize((columns, rows), Image.Resampling.LANCZOS)
    segments = []
    for row in range(0, rows, 2):
        segments.append(Segment("    "))
        segments.extend(Segment("▀", _style(small, column, row)) for column in range(columns))
        segments.append(Segment.line())
    out.print(Segments(segments))


def _style(picture: Image.Image, column: int, row: int) -> Style:
    above = picture.getpixel((column, row))
    below = picture.getpixel((column, row + 1))
    if not isinstance(above, tuple) or not isinstance(below, tuple):
        return Style()
    return Style(color=Color.from_rgb(*above[:3]), bgcolor=Color.from_rgb(*below[:3]))
