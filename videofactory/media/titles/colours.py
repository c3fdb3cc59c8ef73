"""Colours people can read: relative luminance and contrast after WCAG 2, and mending of pairs that are too close."""

READABLE = 4.5
"""Smallest contrast of text against what it stands on (WCAG 2 AA)."""
AIMED = 5.8
"""What we choose colours and grounds for: encoding, and moments between those that were looked at, take a little of it."""
WHITE = "#ffffff"
BLACK = "#000000"
_STEPS = 20
_LINEAR_BELOW = 0.04045
"""Where sRGB's curve begins (IEC 61966-2-1)."""


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, 1..21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


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


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _LINEAR_BELOW else ((channel + 0.055) / 1.055) ** 2.4
