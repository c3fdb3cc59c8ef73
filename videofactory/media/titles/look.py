"""The channel's look in burnt-in text: colours that can be read, styles, weights, each run of letters in a font that has it."""

from videofactory.domain.footage import Frame
from videofactory.domain.timeline import COVERING, Look
from videofactory.media import fonts
from videofactory.media.titles import ass, colours, layout

CAPTION_WEIGHT = 600
HEADING_WEIGHT = 800
BOX_PAD = 0.32
"""Padding of a box in em of its text."""
_BOX_OPACITY = COVERING
_BOX_DARKER = 0.35
_OUTLINE = 0.05
"""Width of a heading's outline in em."""


def styles(frame: Frame, look: Look) -> tuple[ass.Style, ...]:
    """The two styles of a document: boxed captions, outlined headings."""
    area, box = layout.area(frame), box_colour(look)
    size, pad = area.caption * fonts.LINE_HEIGHT, area.caption * BOX_PAD
    boxed = ass.Style("Caption", size, colours.WHITE, ass.BOX, box, _BOX_OPACITY, 0, pad)
    outline = area.opening * _OUTLINE
    return (boxed, ass.Style("Heading", area.opening * fonts.LINE_HEIGHT, colours.WHITE, ass.OUTLINE, box, 1.0, outline, 0))


def box_colour(look: Look) -> str:
    """The channel's primary colour, dark enough for white text even where a white picture shines through."""
    return colours.ground(colours.blend(look.primary, colours.BLACK, share=_BOX_DARKER), opacity=_BOX_OPACITY)


def backdrop(look: Look) -> str:
    """The box as it is seen over a white picture: the worst case for text on it."""
    return colours.blend(colours.WHITE, box_colour(look), share=_BOX_OPACITY)


def accent_colour(look: Look) -> str:
    """The channel's accent colour, readable on the box over any picture."""
    return colours.readable(look.accent, on=backdrop(look))


def styled(text: str, *, family: str, weight: int, language: str) -> str:
    """ASS text in which each run of letters names the font that has them."""
    found = fonts.runs(text, family=family, language=language)
    return "".join(f"{{\\fn{fonts.name(run.source, weight=weight)}}}{ass.escape(run.text)}" for run in found)


def needs(text: str, *, family: str, weight: int, look: Look) -> list[fonts.Need]:
    """The fonts, with their letters, that `styled` names for this text."""
    letters: dict[fonts.Source, set[str]] = {fonts.find(family): {" "}}
    for run in fonts.runs(text, family=family, language=look.language):
        letters.setdefault(run.source, set()).update(run.text)
    return [fonts.Need(source, weight, "".join(sorted(found))) for source, found in letters.items()]
