"""Captions judged: inside the film, one after the other, short enough to read. How they are written and drawn is elsewhere."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from videofactory.domain.timeline import MAX_CAPTION_LINE, MAX_CAPTION_LINES, MAX_CAPTION_RATE, Caption
from videofactory.media.quality.report import Finding

_ROUNDING = 0.001
"""Caption files count milliseconds."""


def caption_measures(captions: Sequence[Caption]) -> dict[str, float | str]:
    """How many, how fast, how long their lines."""
    return {
        "captions": float(len(captions)),
        "fastest_caption_characters_per_second": round(max((rate(caption) for caption in captions), default=0.0), 2),
        "longest_caption_line_characters": float(
            max((characters(line) for caption in captions for line in caption.text.splitlines()), default=0)
        ),
    }


def characters(text: str) -> int:
    """What a reader counts: letters with their accents are one, line breaks none."""
    return sum(1 for sign in unicodedata.normalize("NFC", text) if not unicodedata.combining(sign) and sign not in "\r\n")


def rate(caption: Caption) -> float:
    """Characters per second; a caption shown for no time at all is read infinitely fast, said as its whole count per ms."""
    return characters(caption.text) / max(caption.end - caption.start, _ROUNDING)


def caption_findings(captions: Sequence[Caption], *, seconds: float) -> Iterator[Finding]:
    """All findings of the captions of a film of this length."""
    for caption in captions:
        yield from _inside(caption, seconds=seconds)
        yield from _readable(caption)
        yield from _shape(caption)
    yield from _overlaps(captions)


def _inside(caption: Caption, *, seconds: float) -> Iterator[Finding]:
    if caption.start < 0 or caption.end > seconds + _ROUNDING:
        yield Finding(
            check="captions_inside",
            at=caption.start,
            measure=round(caption.end, 3),
            limit=round(seconds, 3),
            words=f"Caption {_quote(caption)} ends at {caption.end:.2f} s, outside the film ({seconds:.2f} s).",
        )


def _readable(caption: Caption) -> Iterator[Finding]:
    speed = rate(caption)
    if speed > MAX_CAPTION_RATE + _ROUNDING:
        yield Finding(
            check="captions_rate",
            at=caption.start,
            measure=round(speed, 2),
            limit=MAX_CAPTION_RATE,
            words=f"Caption {_quote(caption)} asks to read {speed:.1f} characters a second (at most {MAX_CAPTION_RATE:g}).",
        )


def _shape(caption: Caption) -> Iterator[Finding]:
    lines = caption.text.splitlines()
    if len(lines) > MAX_CAPTION_LINES:
        yield Finding(
            check="captions_lines",
            at=caption.start,
            measure=float(len(lines)),
            limit=float(MAX_CAPTION_LINES),
            words=f"Caption {_quote(caption)} has {len(lines)} lines (at most {MAX_CAPTION_LINES}).",
        )
    longest = max((characters(line) for line in lines), default=0)
    if longest > MAX_CAPTION_LINE:
        yield Finding(
            check="captions_width",
            at=caption.start,
            measure=float(longest),
            limit=float(MAX_CAPTION_LINE),
            words=f"Caption {_quote(caption)} has a line of {longest} characters (at most {MAX_CAPTION_LINE}).",
        )


def _overlaps(captions: Sequence[Caption]) -> Iterator[Finding]:
    for before, after in pairwise(sorted(captions, key=lambda caption: caption.start)):
        overlap = before.end - after.start
        if overlap > _ROUNDING:
            yield Finding(
                check="captions_overlap",
                at=after.start,
                measure=round(overlap, 3),
                limit=0.0,
                words=f"Caption {_quote(after)} starts {overlap:.2f} s before {_quote(before)} is gone.",
            )


def _quote(caption: Caption) -> str:
    return f"“{' '.join(caption.text.split())[:40]}”"
