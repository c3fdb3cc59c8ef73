"""Burning in: the filters that draw a document of `ass` over pictures, on the document's own clock."""

from videofactory.media.graph import Stream
from videofactory.media.titles.ass import EPOCH, TICK_MS


def burn_in(pictures: Stream) -> Stream:
    """The pictures with `text.ass` drawn over them, in the fonts of `fonts`, both in FFmpeg's working folder.

    They come out on the document's clock: whoever goes on sets the clock anew.
    """
    clocked = pictures.filter("settb", expr=f"{TICK_MS}/1000").filter("setpts", expr=f"N+{EPOCH}")
    return clocked.filter("ass", filename="text.ass", fontsdir="fonts")
