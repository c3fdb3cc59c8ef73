"""Captions as events: a box with one or two lines; word by word where the channel asks. Where they stand is `caption_setting`."""

import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look
from videofactory.media import fonts
from videofactory.media.titles import ass, colours
from videofactory.media.titles.ass import Event
from videofactory.media.titles.caption_setting import caption_setting
from videofactory.media.titles.clock import frame_of
from videofactory.media.titles.direction import is_right_to_left
from videofactory.media.titles.direction import marked as marked_line
from videofactory.media.titles.look import CAPTION_WEIGHT, accent_colour, styled
from videofactory.media.written_words import glued


class Mark(NamedTuple):
    """A spoken word in a caption: its line, its first letter, and the letter after it."""

    line: int
    left: int
    right: int


def caption_events(caption: Caption, *, frame: Frame, look: Look, start: int) -> list[Event]:
    """The events of one caption; `start` is the film frame at which the stretch begins."""
    found = caption_setting(caption, frame=frame, look=look)
    size = found.block.size * fonts.LINE_HEIGHT
    place = f"{{\\an{found.align}\\pos({found.x:.1f},{found.y:.1f})\\fs{size:.2f}}}"
    first, last = (frame_of(moment, fps=frame.fps) - start for moment in (caption.start, caption.end))
    spans = _spoken(caption, fps=frame.fps, start=start) if look.burn_in == "word" else []
    events = []
    for begin, end, marked in _steps(first, last, spans):
        events.append(Event(begin, end, 2, "Caption", place + _text(caption.lines, spans, marked, look)))
    return events


def _spoken(caption: Caption, *, fps: int, start: int) -> list[tuple[int, Mark]]:
    """For each word found in the lines: the frame at which it begins, and its line, first and last letter."""
    found: list[tuple[int, Mark]] = []
    line = column = 0
    for word in caption.words:
        if all(unicodedata.category(letter)[0] in "PZ" for letter in word.text):
            continue  # a dash is not spoken: the word before it stays lit
        mark = _next_mark(caption.lines, word.text.strip(), line, column)
        if mark is not None:
            line, column = mark.line, mark.right
            found.append((frame_of(word.start, fps=fps) - start, mark))
    return found


def _next_mark(lines: tuple[str, ...], text: str, line: int, column: int) -> Mark | None:
    """Where a word stands at or after a place, whole; None for a word that an editor took out of the lines."""
    for number in range(line, len(lines)):
        left = _whole(lines[number], text, column if number == line else 0)
        if left >= 0:
            return Mark(number, left, left + len(text))
    return None


def _whole(line: str, text: str, column: int) -> int:
    """Where a word stands in a line as a word of its own, not as a part of a longer one; -1 for nowhere."""
    left = line.find(text, column)
    if glued(text, text):
        return left  # in a script without spaces, what stands beside it tells nothing
    while left >= 0:
        before, after = line[max(0, left - 1) : left], line[left + len(text) :][:1]
        if (left == column or before in {"", " "}) and after in {"", " "}:
            return left
        left = line.find(text, left + 1)
    return -1


def _steps(first: int, last: int, spans: list[tuple[int, Mark]]) -> Iterable[tuple[int, int, Mark | None]]:
    """Frame ranges of one caption, each with the word that is spoken in it."""
    moments: list[tuple[int, Mark | None]] = [(first, None), *((min(max(frame, first), last), mark) for frame, mark in spans)]
    for (begin, mark), following in zip(moments, [*moments[1:], (last, None)], strict=True):
        if following[0] > begin:
            yield begin, following[0], mark


def _text(lines: tuple[str, ...], spans: list[tuple[int, Mark]], marked: Mark | None, look: Look) -> str:
    """The lines with the marked word in the accent colour.

    Every word that is marked some time begins and ends a run of letters in all of a caption's events, so that no letter moves
    when the light does: libass kerns and joins letters within runs only. What makes it a run is the secondary colour, which
    is not seen, and another one for neighbours.
    """
    accent, white = ass.colour(accent_colour(look)), ass.colour(colours.WHITE)
    write = partial(styled, family=look.text_font, weight=CAPTION_WEIGHT, language=look.language)
    turned = marked_line if is_right_to_left(lines, language=look.language) else str
    drawn = []
    for number, line in enumerate(lines):
        text, done = turned(""), 0
        for place, mark in enumerate(mark for _, mark in spans if mark.line == number):
            tint, unseen = accent if mark == marked else white, "000000" if place % 2 else "808080"
            text += f"{write(line[done : mark.left])}{{\\2c&H{unseen}&\\c{tint}&}}{write(line[mark.left : mark.right])}"
            text, done = f"{text}{{\\c{white}&\\2c&HFFFFFF&}}", mark.right
        drawn.append(text + write(line[done:]))
    return "\\N".join(drawn)
