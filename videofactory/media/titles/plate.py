"""The plate behind a logo that would not be seen otherwise: whether it needs one, and in which colour. `media.logo` draws it."""

from collections.abc import Iterator, Sequence

from videofactory.domain.brand import HexColour
from videofactory.domain.timeline import Look
from videofactory.media.titles import colours
from videofactory.media.titles.look import box_colour

SEEN = 3.0
"""Smallest contrast of a graphic against what it stands on (WCAG 2.1, non-text contrast)."""
AIMED = 3.3
"""What we choose plates for: moments between those that were looked at take a little of it."""
PLATE = 0.92
"""Opacity of a plate."""
_TINT = 0.06
"""How much of the channel's colour a light plate has."""


def plate(tone: HexColour, *, opacity: float, grounds: Sequence[HexColour], look: Look) -> HexColour | None:
    """The colour of the plate that a logo needs, `None` where it is seen without one.

    `tone` is a grey as light as the logo, `opacity` how strongly it is laid over its `grounds`: as dark and as light as what is
    behind it gets. It is seen where it differs enough from both, and is not lighter than one and darker than the other.
    """
    if _stands_out(tone, [(colours.blend(ground, tone, share=opacity), ground) for ground in grounds]):
        return None
    found = {colour: contrast_on(colour, tone, grounds) for colour in _plates(look)}
    return next((colour for colour, reached in found.items() if reached >= AIMED), max(found, key=lambda colour: found[colour]))


def contrast_on(colour: HexColour, tone: HexColour, grounds: Sequence[HexColour]) -> float:
    """The smallest contrast of a logo of this tone on a plate of this colour, through which these grounds shine."""
    return min(colours.contrast(tone, colours.blend(ground, colour, share=PLATE)) for ground in grounds)


def _stands_out(tone: HexColour, pairs: Sequence[tuple[HexColour, HexColour]]) -> bool:
    sides = {colours.lighter(tone, ground) for _, ground in pairs}
    return len(sides) == 1 and all(colours.contrast(shown, ground) >= AIMED for shown, ground in pairs)


def _plates(look: Look) -> Iterator[HexColour]:
    """The titles' dark ground, a light one in the channel's colour, and where neither is enough, the darkest and the lightest."""
    yield box_colour(look)
    yield colours.blend(colours.WHITE, look.primary, share=_TINT)
    yield colours.BLACK
    yield colours.WHITE
