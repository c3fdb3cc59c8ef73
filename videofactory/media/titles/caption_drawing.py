"""Captions as events: a box with one or two lines above the lower safe edge; word by word where the channel asks."""

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look
from videofactory.media import fonts
from videofactory.media.titles import ass, colours, layout
from videofactory.media.titles.ass import Event
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.look import BOX_PAD, CAPTION_WEIGHT, accent_colour, styled


class Mark(NamedTuple):
    """A spoken word in a caption: its line, its first letter, and the letter after it."""

    line: int
    left: int
    right: int


def caption_events(caption: Caption, *, frame: Frame, look: Look, start: int) -> list[Event]:
    """The events of one caption; `start` is the film frame at which the stretch begins."""
    area = layout.area(frame)
    measure = partial(fonts.width, family=look.text_font, language=look.language, weight=CAPTION_WEIGHT)
    room = area.width - area.caption
    block = layout.shrink(caption.lines, size=area.caption, room=room, measure=measure)
    place = (
        f"{{\\an2\\pos({area.middle:.1f},{area.bottom - area.caption * BOX_PAD:.1f})\\fs{block.size * fonts.LINE_HEIGHT:.2f}}}"
    )
    first, last = (frame_of(moment, fps=frame.fps) - start for moment in (caption.start, caption.end))
    spans = _spoken(caption, fps=frame.fps, start=start) if look.burn_in == "word" else []
    events = []
    for begin, end, marked in _steps(first, last, spans):
        events.append(Event(begin, end, 2, "Caption", place + _marked_text(caption.lines, marked, look)))
    return events


def _spoken(caption: Caption, *, fps: int, start: int) -> list[tuple[int, Mark]]:
    """For each word found in the lines: the frame at which it begins, and its line, first and last letter."""
    found: list[tuple[int, Mark]] = []
    line = column = 0
    for word in caption.words:
        mark = _next_mark(caption.lines, word.text, line, column)
        if mark is not None:
            line, column = mark.line, mark.right
            found.append((frame_of(word.start, fps=fps) - start, mark))
    return found


def _next_mark(lines: tuple[str, ...], text: str, line: int, column: int) -> Mark | None:
    """Where a word stands at or after a place; None for a word that an editor took out of the lines."""
    for number in range(line, len(lines)):
        left = lines[number].find(text, column if number == line else 0)
        if left >= 0 and text:
            return Mark(number, left, left + len(text))
    return None


def _steps(first: int, last: int, spans: list[tuple[int, Mark]]) -> Iterable[tuple[int, int, Mark | None]]:
    """Frame ranges of one caption, each with the word that is spoken in it."""
    moments: list[tuple[int, Mark | None]] = [(first, None), *((min(max(frame, first), last), mark) for frame, mark in spans)]
    for (begin, mark), following in zip(moments, [*moments[1:], (last, None)], strict=True):
        if following[0] > begin:
            yield begin, following[0], mark


def _marked_text(lines: tuple[str, ...], marked: Mark | None, look: Look) -> str:
    write = partial(styled, family=look.text_font, weight=CAPTION_WEIGHT, language=look.language)
    drawn = [write(line) for line in lines]
    if marked is not None:
        at, left, right = marked
        line = lines[at]
        accent, white = ass.colour(accent_colour(look)), ass.colour(colours.WHITE)
        drawn[at] = f"{write(line[:left])}{{\\c{accent}&}}{write(line[left:right])}{{\\c{white}&}}{write(line[right:])}"
    return "\\N".join(drawn)
