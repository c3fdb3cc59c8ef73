"""The ASS format: header, styles, events, escaping, colours. Knows nothing of films: what stands where is in `layout`.

The document's clock is ours: one film frame is one tenth of a second, so that every frame rate is exact in a format that
counts hundredths; and the stretch begins at `EPOCH`, so that events which began before it have times too.
"""

from collections.abc import Iterable
from typing import NamedTuple

EPOCH = 36_000
"""Frame number, on the document's clock, of the first frame of a stretch: one hour in."""
TICK_MS = 100
"""Milliseconds of the document's clock for one film frame."""
_WORD_JOINER = "\u2060"
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, "
    "ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)
BOX = 4
"""libass's border style of one box behind all lines of an event; `shadow` is its padding."""
OUTLINE = 1


class Style(NamedTuple):
    """One style: colours as `#rrggbb`, opacity 0..1 of outline or box, sizes in pixels of the frame."""

    name: str
    size: float
    colour: str
    border: int
    border_colour: str
    opacity: float
    outline: float
    shadow: float


class Event(NamedTuple):
    """One drawn thing: first and last-but-one frame relative to the stretch, layer (higher is in front), style, ASS text."""

    start: int
    stop: int
    layer: int
    style: str
    text: str


def colour(hex_colour: str, *, opacity: float = 1.0) -> str:
    """`&HAABBGGRR`, as styles want it: alpha counts transparency."""
    red, green, blue = hex_colour[1:3], hex_colour[3:5], hex_colour[5:7]
    return f"&H{round((1 - opacity) * 255):02X}{blue}{green}{red}".upper()


def escape(text: str) -> str:
    """Text that libass shows letter by letter: no override block, no line break but our own, no control character.

    Spaces of all kinds become plain ones, which every font has: lines are broken by us, so none has to hold words together.
    """
    spaced = (" " if letter.isspace() else letter for letter in text)
    plain = "".join(letter for letter in spaced if letter.isprintable() or letter in "\u200c\u200d\u200e\u200f\ufe0f")
    guarded = plain.replace("\\", "\\" + _WORD_JOINER)
    return guarded.replace("{", "\\{").replace("}", "\\}")


def render(
    styles: Iterable[Style], events: Iterable[Event], *, width: int, height: int, language: str, matrix: str = "TV.709"
) -> str:
    """The whole document. `matrix` says how the pictures it is drawn on hold colours: `None` for RGB."""
    head = (
        "[Script Info]",
        "ScriptType: v4.00+",
        f"PlayResX: {width}",
        f"PlayResY: {height}",
        "WrapStyle: 2",
        "ScaledBorderAndShadow: yes",
        f"YCbCr Matrix: {matrix}",
        f"Language: {language}",
        "",
        "[V4+ Styles]",
        f"Format: {_STYLE_FIELDS}",
    )
    middle = ("", "[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text")
    return "\n".join((*head, *map(_style_line, styles), *middle, *map(_event_line, events), ""))


def _style_line(style: Style) -> str:
    text, border = colour(style.colour), colour(style.border_colour, opacity=style.opacity)
    back = border if style.border == BOX else colour("#000000", opacity=0.5)
    return (
        f"Style: {style.name},sans-serif,{style.size:g},{text},{text},{border},{back},0,0,0,0,100,100,0,0,"
        f"{style.border},{style.outline:g},{style.shadow:g},5,0,0,0,-1"
    )


def _event_line(event: Event) -> str:
    return f"Dialogue: {event.layer},{_clock(event.start)},{_clock(event.stop)},{event.style},,0,0,0,,{event.text}"


def _clock(frame: int) -> str:
    """The time just before a frame: half a tick early, so that no rounding can move an event to its neighbour."""
    hundredths = max(0, frame + EPOCH) * 10 - 5
    seconds, cents = divmod(max(0, hundredths), 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{cents:02d}"
