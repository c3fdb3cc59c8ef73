"""Where text stands and how large it is: safe area, sizes, shrinking until it fits. Pixels; lines are `wrapping`'s."""

import unicodedata
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.media import fonts
from videofactory.media.titles.wrapping import Measure, wrap, wrap_parted

_SIDES = 0.05
_BOTTOM = 0.08
_TALL_SIDES = 0.07
_TALL_BOTTOM = 0.20
"""YouTube lays its buttons and the channel's name over the lowest fifth of a Short."""
_SMALLEST = 0.55
"""Text shrinks to this share of its size at most; what is longer still gets more lines."""
_WIDE_LETTERS = "WF"


class Area(NamedTuple):
    """The safe area of a frame and the sizes text has in it: edges in pixels, sizes in pixels of one em."""

    left: float
    right: float
    top: float
    bottom: float
    caption: float
    lower_third: float
    opening: float

    @property
    def width(self) -> float:
        """Width between the safe edges."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """The x of the centre."""
        return (self.left + self.right) / 2


class Block(NamedTuple):
    """Wrapped lines, the em size in pixels at which they fit, the width of the widest in em; whether words had to be parted."""

    lines: tuple[str, ...]
    size: float
    widest: float
    parted: bool = False


def area(frame: Frame) -> Area:
    """The safe area and text sizes of a frame: in upright frames text is smaller and stays above the player's buttons."""
    tall = frame.height > frame.width
    sides, bottom = (_TALL_SIDES, _TALL_BOTTOM) if tall else (_SIDES, _BOTTOM)
    short = min(frame.width, frame.height)
    wide = frame.width > frame.height
    return Area(
        left=frame.width * sides,
        right=frame.width * (1 - sides),
        top=frame.height * bottom,
        bottom=frame.height * (1 - bottom),
        caption=short * (0.048 if wide else 0.041),
        lower_third=short * (0.044 if wide else 0.05),
        opening=short * (0.095 if wide else 0.092),
    )


def fit(text: str, *, size: float, room: float, lines: int, measure: Measure, language: str = "") -> Block:
    """Wrap text into at most `lines` lines of `room` pixels, shrinking it where it must be. `measure` gives widths in em.

    What does not fit at the smallest size takes more lines; a word that is longer than a line is parted.
    """
    scale = 1.0
    while scale >= _SMALLEST:
        block = wrap(text, room=room / (size * scale), measure=measure, language=language)
        if len(block) <= lines and all(measure(line) <= room / (size * scale) for line in block):
            return Block(block, size * scale, max(map(measure, block)))
        scale -= 0.05
    block = wrap_parted(text, room=room / (size * _SMALLEST), measure=measure, language=language)
    parted = block != wrap(text, room=room / (size * _SMALLEST), measure=measure, language=language)
    return Block(block, size * _SMALLEST, max(map(measure, block)), parted)


def shrink(lines: tuple[str, ...], *, size: float, room: float, measure: Measure) -> Block:
    """Keep the lines as they are and make them small enough for the room."""
    widest = max(measure(line) for line in lines)
    return Block(lines, min(size, room / widest) if widest > 0 else size, widest)


def is_wide(letter: str) -> bool:
    """Whether a letter is as wide as it is high (Chinese, Japanese, Korean)."""
    return unicodedata.east_asian_width(letter) in _WIDE_LETTERS


def line_height(size: float) -> float:
    """Distance of two lines of text of this em size."""
    return size * fonts.LINE_HEIGHT
