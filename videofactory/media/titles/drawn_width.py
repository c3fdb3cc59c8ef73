"""How wide a line really is in the font it is drawn in, for boxes that must fit it.

`fonts.width` knows the regular weight alone and gives a little too much: right for wrapping, wrong for a box.
"""

import io
from functools import lru_cache

from PIL import ImageFont

from videofactory.domain.timeline import Look
from videofactory.media import fonts
from videofactory.media.titles.look import HEADING_WEIGHT

_SIZE = 256
"""Pixels of the em measured at: large, so that rounding is nothing."""


def drawn_width(line: str, *, look: Look) -> float:
    """Width of a heading's line in em, without kerning and joined forms: still not too little."""
    runs = fonts.runs(line, family=look.heading_font, language=look.language)
    widest = fonts.width(line, family=look.heading_font, language=look.language, weight=HEADING_WEIGHT)
    exact = sum(_face(fonts.Need(run.source, HEADING_WEIGHT, _letters(run.text))).getlength(run.text) for run in runs)
    return min(widest, float(exact) / _SIZE)


def _letters(text: str) -> str:
    return "".join(sorted(set(text)))


@lru_cache(maxsize=64)
def _face(need: fonts.Need) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(fonts.static(need)), _SIZE, layout_engine=ImageFont.Layout.BASIC)
