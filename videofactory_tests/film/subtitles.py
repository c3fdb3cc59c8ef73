"""Reading SRT and VTT files back, as a player would: cues with times in seconds, and the text they say."""

import html
import re
from typing import NamedTuple

_TIMES = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d{3}) --> (\d\d):(\d\d):(\d\d)[.,](\d{3})")


class Cue(NamedTuple):
    """One caption."""

    start: float
    end: float
    text: str


def cues(content: str) -> list[Cue]:
    """The cues of an SRT or VTT file. Raises `ValueError` for a block that is neither a cue nor the VTT header."""
    is_vtt = content.startswith("WEBVTT")
    blocks = [block for block in re.split(r"\n{2,}", content.removeprefix("WEBVTT").strip("\n")) if block.strip()]
    found = []
    for number, block in enumerate(blocks, start=1):
        lines = block.strip("\n").split("\n")
        if not is_vtt and lines.pop(0) != str(number):
            message = f"block {number} has another number: {block!r}"
            raise ValueError(message)
        times = _TIMES.fullmatch(lines[0])
        if times is None:
            message = f"not a cue: {block!r}"
            raise ValueError(message)
        figures = [int(figure) for figure in times.groups()]
        text = "\n".join(lines[1:])
        found.append(Cue(_seconds(figures[:4]), _seconds(figures[4:]), html.unescape(text) if is_vtt else text))
    return found


def spoken(captions: list[Cue]) -> str:
    """All that the captions say, on one line."""
    return " ".join(" ".join(cue.text.split()) for cue in captions)


def _seconds(figures: list[int]) -> float:
    hours, minutes, seconds, thousandths = figures
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
