"""Titles as events: opening, lower third, call to action, and the thumbnail's poster. Each fades; the large ones rise a little.

Captions keep the two lines above the lower safe edge for themselves; lower thirds stand above them, the others in the middle.
"""

from functools import partial

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Look, Title
from videofactory.media import fonts
from videofactory.media.titles import ass, layout
from videofactory.media.titles.ass import Event
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.look import BOX_PAD, HEADING_WEIGHT, accent_colour, box_colour, styled

_FADE = 8
"""Frames a title takes to come and to go."""
_MAX_TITLE_LINES = 3
_POSTER, _POSTER_BOTTOM = 1.7, 0.09
"""A thumbnail is seen small: its title is this much larger than an opening, and stands this share above the lower edge."""
_SOFTEST = 90
"""libass cuts blur off at 100."""


def title_events(title: Title, *, frame: Frame, look: Look, start: int) -> list[Event]:
    """The events of one title; `start` is the film frame at which the stretch begins."""
    begin, end = (frame_of(moment, fps=frame.fps) - start for moment in (title.start, title.end))
    draw = {"opening": _opening, "lower_third": _lower_third, "call_to_action": _call_to_action}[title.kind]
    return [Event(begin, end, layer, style, text) for layer, style, text in draw(title.text, frame=frame, look=look)]


def poster_events(text: str, *, frame: Frame, look: Look) -> list[Event]:
    """A still's title: at the lower left over a shade, as large as fits; no movement."""
    area = layout.area(frame)
    block = _heading(text, frame=frame, look=look, size=area.opening * _POSTER)
    tall, bar = layout.line_height(block.size) * len(block.lines), block.size * 0.12
    bottom, x = frame.height * (1 - _POSTER_BOTTOM), area.left + bar * 3
    shade = _rectangle(
        -frame.width, bottom - tall * 1.05, 2 * frame.width, frame.height * 2,
        tint=ass.colour(box_colour(look)), tags=f"\\1a&H40&\\blur{_softness(tall)}",
    )  # fmt: skip
    inset = block.size * 0.18
    accent = _rectangle(area.left, bottom - tall + inset, area.left + bar, bottom - inset, tint=ass.colour(accent_colour(look)))
    words = f"{{\\an1\\pos({x:.1f},{bottom:.1f})}}{_lines(block, look)}"
    drawn = ((0, shade), (1, accent), (1, words))
    return [Event(-1, 2, layer, "Heading", text) for layer, text in drawn]


def _softness(tall: float) -> str:
    """The blur, in ASS units, of a shade behind text this tall."""
    return f"{min(_SOFTEST, tall * 0.35):.0f}"


def _fade() -> str:
    return f"\\fad({_FADE * ass.TICK_MS},{_FADE * ass.TICK_MS})"


def _rise(x: float, y: float, by: float) -> str:
    return f"\\move({x:.1f},{y + by:.1f},{x:.1f},{y:.1f},0,{_FADE * ass.TICK_MS})"


def _heading(text: str, *, frame: Frame, look: Look, size: float, lines: int = _MAX_TITLE_LINES) -> layout.Block:
    area = layout.area(frame)
    measure = partial(fonts.width, family=look.heading_font, language=look.language, weight=HEADING_WEIGHT)
    return layout.fit(text, size=size, room=area.width * 0.86, lines=lines, measure=measure)


def _lines(block: layout.Block, look: Look) -> str:
    write = partial(styled, family=look.heading_font, weight=HEADING_WEIGHT, language=look.language)
    return f"{{\\fs{block.size * fonts.LINE_HEIGHT:.2f}}}" + "\\N".join(map(write, block.lines))


def _rectangle(left: float, top: float, right: float, bottom: float, *, tint: str, tags: str = "") -> str:
    """A filled rectangle as an ASS drawing in frame pixels."""
    path = f"m 0 0 l {right - left:.0f} 0 {right - left:.0f} {bottom - top:.0f} 0 {bottom - top:.0f}"
    return f"{{\\an7\\pos({left:.1f},{top:.1f})\\bord0\\shad0\\1c{tint}&{tags}\\p1}}{path}"


def _opening(text: str, *, frame: Frame, look: Look) -> list[tuple[int, str, str]]:
    """Large, at the left, with an accent bar beside it and a soft shade behind it; fades in and rises a little."""
    area = layout.area(frame)
    block = _heading(text, frame=frame, look=look, size=area.opening)
    tall = layout.line_height(block.size) * len(block.lines)
    middle, bar = frame.height * 0.46, block.size * 0.12
    x, rise = area.left + bar * 4, block.size * 0.35
    shade = _rectangle(
        -frame.width * 0.2, middle - tall * 0.8, x + block.size * (block.widest + 0.5), middle + tall * 0.8,
        tint=ass.colour(box_colour(look)), tags=f"\\1a&H60&\\blur{_softness(tall)}{_fade()}",
    )  # fmt: skip
    top, bottom = middle - tall / 2 + block.size * 0.18, middle + tall / 2 - block.size * 0.18
    accent = _rectangle(area.left, top, area.left + bar, bottom, tint=ass.colour(accent_colour(look)), tags=_fade())
    words = f"{{\\an4{_rise(x, middle, rise)}{_fade()}}}{_lines(block, look)}"
    return [(0, "Heading", shade), (1, "Heading", accent), (1, "Heading", words)]


def _lower_third(text: str, *, frame: Frame, look: Look) -> list[tuple[int, str, str]]:
    """A box at the left above the captions' two lines, with an accent line at its edge."""
    area = layout.area(frame)
    block = _heading(text, frame=frame, look=look, size=area.lower_third, lines=2)
    pad = area.lower_third * BOX_PAD
    captions = 2 * layout.line_height(area.caption) + area.caption * 1.1
    bottom = area.bottom - captions - pad
    tall, bar = layout.line_height(block.size) * len(block.lines), area.lower_third * 0.16
    left = area.left + bar + pad
    accent = _rectangle(
        area.left, bottom - tall - pad, area.left + bar, bottom + pad, tint=ass.colour(accent_colour(look)), tags=_fade()
    )
    words = f"{{\\an1\\pos({left:.1f},{bottom:.1f}){_fade()}}}{_lines(block, look)}"
    return [(1, "LowerThird", words), (1, "Heading", accent)]


def _call_to_action(text: str, *, frame: Frame, look: Look) -> list[tuple[int, str, str]]:
    """An end card: the picture under the channel's colour, the words large in the centre, an accent line below them."""
    area = layout.area(frame)
    block = _heading(text, frame=frame, look=look, size=area.opening)
    tall = layout.line_height(block.size) * len(block.lines)
    middle, half = frame.height * 0.45, block.size * 1.1
    card = _rectangle(
        0, 0, frame.width, frame.height, tint=ass.colour(box_colour(look)), tags=f"\\1a&H48&\\fad({_FADE * ass.TICK_MS},0)"
    )
    under = middle + tall / 2 + block.size * 0.25
    accent = _rectangle(
        area.middle - half, under, area.middle + half, under + block.size * 0.1,
        tint=ass.colour(accent_colour(look)), tags=f"\\fad({_FADE * ass.TICK_MS},0)",
    )  # fmt: skip
    words = f"{{\\an5{_rise(area.middle, middle, block.size * 0.3)}\\fad({_FADE * ass.TICK_MS},0)}}{_lines(block, look)}"
    return [(0, "Heading", card), (1, "Heading", accent), (1, "Heading", words)]
