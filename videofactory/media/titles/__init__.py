"""Burnt-in text: a timeline's captions and titles as a libass document, laid out for the frame and in the channel's look.

What captions say and when is made in `captions`; fonts come from `fonts`; the folder they are drawn in is `cut.encode`'s affair.
"""

from videofactory.media.titles.burning import burn_in
from videofactory.media.titles.document import (
    TEXT_VERSION,
    burnt,
    document,
    fonts_of,
    poster,
    poster_text,
    undrawn,
    write_fonts,
    write_poster_fonts,
)
from videofactory.media.titles.pages import Pages

__all__ = [
    "TEXT_VERSION",
    "Pages",
    "burn_in",
    "burnt",
    "document",
    "fonts_of",
    "poster",
    "poster_text",
    "undrawn",
    "write_fonts",
    "write_poster_fonts",
]
