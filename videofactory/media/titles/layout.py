"""Where text stands and how large it is: safe area, zones of captions and titles, wrapping and shrinking. Pixels of the frame."""

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.media import fonts

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
    """Wrapped lines, the em size in pixels at which they fit, and the width of the widest in em."""

    lines: tuple[str, ...]
    size: float
    widest: float


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


def fit(text: str, *, size: float, room: float, lines: int, measure: Callable[[str], float]) -> Block:
    """Wrap text into at most `lines` lines of `room` pixels, shrinking it where it must be. `measure` gives widths in em."""
    scale = 1.0
    while scale >= _SMALLEST:
        block = wrap(text, room=room / (size * scale), measure=measure)
        if len(block) <= lines and all(measure(line) <= room / (size * scale) for line in block):
            return Block(block, size * scale, max(map(measure, block)))
        scale -= 0.05
    smallest = room / (size * _SMALLEST)
    broken = " ".join(part for word in text.split(" ") for part in _broken(word, smallest, measure))
    block = wrap(broken, room=smallest, measure=measure)
    return Block(block, size * _SMALLEST, max(map(measure, block)))


def shrink(lines: tuple[str, ...], *, size: float, room: float, measure: Callable[[str], float]) -> Block:
    """Keep the lines as they are and make them small enough for the room."""
    widest = max(measure(line) for line in lines)
    return Block(lines, min(size, room / widest) if widest > 0 else size, widest)


def wrap(text: str, *, room: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Break text into lines no wider than `room`, as even as possible; line breaks in the text stay."""
    return tuple(line for part in text.splitlines() or [""] for line in _wrapped(part, room, measure))


def pieces(text: str) -> list[str]:
    """What must stay together: words with the space after them; letters of scripts that are written without spaces."""
    found: list[str] = []
    for letter in text:
        joins = found and not found[-1].endswith(" ") and not (_stands_alone(letter) or _stands_alone(found[-1][-1]))
        if found and (joins or letter == " " or unicodedata.category(letter) in {"Pe", "Pf", "Po", "Mn", "Mc", "Cf", "Lm"}):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def is_wide(letter: str) -> bool:
    """Whether a letter is as wide as it is high (Chinese, Japanese, Korean)."""
    return unicodedata.east_asian_width(letter) in _WIDE_LETTERS


def _stands_alone(letter: str) -> bool:
    return is_wide(letter) and not unicodedata.name(letter, "").startswith("HANGUL")


def _wrapped(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """Greedy first, for the number of lines; then the narrowest room that gives the same number, for evenness."""
    lines = _greedy(text, room, measure)
    low, high = room / 2, room
    for _ in range(8):
        middle = (low + high) / 2
        narrower = _greedy(text, middle, measure)
        fits = len(narrower) == len(lines) and all(measure(line) <= room for line in narrower)
        low, high, lines = (low, middle, narrower) if fits else (middle, high, lines)
    return lines


def _greedy(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    lines = [""]
    for piece in pieces(text):
        if lines[-1] and measure((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _broken(word: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """A word wider than a whole line, cut into parts that fit."""
    parts = [""]
    for letter in word:
        if parts[-1] and measure(parts[-1] + letter) > room:
            parts.append("")
        parts[-1] += letter
    return parts


def line_height(size: float) -> float:
    """Distance of two lines of text of this em size."""
    return size * fonts.LINE_HEIGHT
