"""The strokes titles are drawn with: a rectangle, a line of text, an opacity, a softness; as ASS text."""

from videofactory.domain.timeline import Look
from videofactory.media import fonts
from videofactory.media.titles import ass
from videofactory.media.titles.direction import is_right_to_left, marked
from videofactory.media.titles.look import HEADING_WEIGHT, styled
from videofactory.media.titles.places import Edges

_SOFTEST = 90
"""libass cuts blur off at 100."""
_SIGMA = 0.85
"""Standard deviation of libass's blur in pixels, for each unit of it."""


def softness(sigma: float) -> str:
    """The blur, in ASS units, whose standard deviation is this many pixels."""
    return f"{min(_SOFTEST, sigma / _SIGMA):.1f}"


def opaque(share: float) -> str:
    """The tag for an opacity of 0..1."""
    return "" if share >= 1 else f"\\alpha&H{round((1 - max(0.0, share)) * 255):02X}&"


def rectangle(edges: Edges, *, tint: str, tags: str = "") -> str:
    """A filled rectangle in frame pixels."""
    width, height = f"{edges.width:.1f}", f"{edges.height:.1f}"
    path = f"m 0 0 l {width} 0 {width} {height} 0 {height}"
    return f"{{\\an7\\pos({edges.left:.1f},{edges.top:.1f})\\bord0\\shad0\\1c{ass.colour(tint)}&{tags}\\p1}}{path}"


def text_line(line: str, *, look: Look, size: float, align: int, place: tuple[float, float] | None, tags: str = "") -> str:
    """One line of a heading of this em; `align` (7, 8, 9) says which of its upper corners, or its middle, is at `place`."""
    where = f"\\an{align}\\pos({place[0]:.1f},{place[1]:.1f})" if place else ""
    words = styled(line, family=look.heading_font, weight=HEADING_WEIGHT, language=look.language)
    turned = marked(words) if is_right_to_left([line], language=look.language) else words
    return f"{{{where}\\fs{size * fonts.LINE_HEIGHT:.2f}{tags}}}{turned}"
