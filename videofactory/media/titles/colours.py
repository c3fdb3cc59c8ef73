"""Colours people can read: relative luminance and contrast after WCAG 2, and mending of pairs that are too close."""

from collections.abc import Sequence

READABLE = 4.5
"""Smallest contrast of text against what it stands on (WCAG 2 AA)."""
AIMED = 5.8
"""What we choose colours and grounds for: encoding, and moments between those that were looked at, take a little of it."""
WHITE = "#ffffff"
BLACK = "#000000"
_STEPS = 20
_LINEAR_BELOW = 0.04045
"""Where sRGB's curve begins (IEC 61966-2-1)."""


def luminance(colour: str) -> float:
    """Relative luminance of a colour, 0..1."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, 1..21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lighter(first: str, second: str) -> bool:
    """Whether the first colour has more light than the second."""
    return luminance(first) > luminance(second)


def grey(luminance: float) -> str:
    """The grey of this relative luminance (0..1)."""
    level = min(range(256), key=lambda level: abs(_linear(level / 255) - luminance))
    return hex_of_levels(level, level, level)


def mean(hexes: Sequence[str]) -> str:
    """The grey with the mean relative luminance of these colours, of which there is at least one."""
    return grey(sum(map(luminance, hexes)) / len(hexes))


def blend(first: str, second: str, *, share: float) -> str:
    """`first` mixed with `share` (0..1) of `second`."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def hex_of_levels(red: int, green: int, blue: int) -> str:
    """`#rrggbb` of three levels of 0..255."""
    return f"#{red:02x}{green:02x}{blue:02x}"


def readable(colour: str, *, on: str) -> str:
    """The colour, moved towards white or black no further than needed to be read on `on`."""
    goal = WHITE if contrast(WHITE, on) >= contrast(BLACK, on) else BLACK
    steps = (blend(colour, goal, share=step / _STEPS) for step in range(_STEPS + 1))
    return next((candidate for candidate in steps if contrast(candidate, on) >= AIMED), goal)


def ground(colour: str, *, opacity: float) -> str:
    """The colour, darkened no further than needed for white text on it, laid at this opacity over a white picture."""
    steps = (blend(colour, BLACK, share=step / _STEPS) for step in range(_STEPS + 1))
    return next((dark for dark in steps if contrast(WHITE, blend(WHITE, dark, share=opacity)) >= AIMED), BLACK)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_BELOW else ((channel + 0.055) / 1.055) ** 2.4
