"""Layouts in words, for engines that draw from a prompt. Where panes are found again afterwards is `media.measure.panes`."""

from videofactory.domain.script import Layout
from videofactory.providers.roles import StillRequest

_NUMBERS = {2: "two", 3: "three"}


def layout_words(request: StillRequest) -> str:
    """The composition asked for, as one sentence; empty for a single picture. What panes show is said by the prompt."""
    if request.layout is Layout.COMPOSITE:
        return "Composition: the subject in front of a separate background."
    if request.layout is not Layout.SPLIT_SCREEN:
        return ""
    count = _NUMBERS[request.split.panes if request.split else 2]
    where = "one above the other" if stacked(request.width, request.height) else "side by side"
    return f"Composition: a split screen, {count} panes of equal size {where}, parted by straight edges across the whole picture."


def stacked(width: int, height: int) -> bool:
    """Whether panes are asked for one above the other: in tall pictures."""
    return height > width
