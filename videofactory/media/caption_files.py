"""Captions as files: SubRip and WebVTT, as YouTube and players read them. UTF-8 without a mark, lines ended by a line feed.

YouTube wants SubRip "in plain UTF-8" without markup (support.google.com/youtube/answer/2734698); both take either line end.
"""

import unicodedata
from collections.abc import Iterator, Sequence

from videofactory.domain.timeline import Caption
from videofactory.media.titles.direction import embedded, is_right_to_left


def srt(captions: Sequence[Caption]) -> str:
    """The captions as SubRip text (write it as UTF-8), by time, numbered from 1."""
    blocks = (
        f"{number}\n{_clock(caption.start, ',')} --> {_clock(caption.end, ',')}\n{text.replace('-->', '→')}\n"
        for number, (caption, text) in enumerate(_written(captions), start=1)
    )
    return "\n".join(blocks)


def vtt(captions: Sequence[Caption]) -> str:
    """The captions as WebVTT (write it as UTF-8), by time; text is escaped, so that none of it is read as markup."""
    blocks = (
        f"{_clock(caption.start, '.')} --> {_clock(caption.end, '.')}\n{_escaped(text)}\n" for caption, text in _written(captions)
    )
    return "\n".join(("WEBVTT\n", *blocks))


def _written(captions: Sequence[Caption]) -> Iterator[tuple[Caption, str]]:
    """Captions in order of time, each with its text.

    It has no empty line (which would end it) and no control sign; lines of Arabic or Hebrew say that they are where their order
    hangs on it.
    """
    for caption in sorted(captions, key=lambda one: (one.start, one.end)):
        lines = [" ".join(_plain(line).split()) for line in caption.text.splitlines()]
        backwards = is_right_to_left(lines)
        text = "\n".join(embedded(line) if backwards else line for line in lines if line)
        if text:
            yield caption, text


def _plain(line: str) -> str:
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in line)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    whole, milli = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{point}{milli:03d}"
