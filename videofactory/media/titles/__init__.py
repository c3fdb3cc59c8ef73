"""Burnt-in text: a timeline's captions and titles as a libass document, laid out for the frame and in the channel's look.

What captions say and when is made in `captions`; fonts come from `fonts`; the folder they are drawn in is `cut.encode`'s affair.
"""

from videofactory.media.titles.burning import burn_in
from videofactory.media.titles.document import TEXT_VERSION, burnt, document, poster, write_fonts, write_poster_fonts

__all__ = ["TEXT_VERSION", "burn_in", "burnt", "document", "poster", "write_fonts", "write_poster_fonts"]
