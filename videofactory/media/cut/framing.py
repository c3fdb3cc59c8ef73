"""Framing: where each part of a clip goes in a frame of another shape. Pure: sizes and boxes in, pixels out.

One approved picture serves every aspect ratio: its subject is kept inside the frame, its panes are laid anew. How pixels get
there is `framed`; where subject and panes are in a picture is told by who drew it, or found by `measure`.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from videofactory.domain.brand import HexColour
from videofactory.domain.footage import Box, Pane
from videofactory.domain.timeline import Area, Framing, Window

MARGIN = 0.06
"""Air left on each side of a subject that is too large to fill the frame, in shares of the subject's box."""
EYE_LINE = 0.44
"""Where the middle of an inset stands in a frame that is taller than it: a little high, for words come below."""
_FEATURES = 0.54
"""What stands in the middle of a pane too low for a person: of a face from hair to chin, the middle between eyes and mouth."""
NEARLY = 0.02
"""Shapes that differ by less are the same: rounding to even pixels is no reason to extend a clip."""
_TALL, _WIDE = 0.8, 1.25
"""Frames with less width per height than the first stack their panes, wider ones than the second put them side by side."""
_LEAST_SHARE = 0.72
"""A pane gets at least this part of an equal share of the frame: what was narrow may now be the taller one."""
_LINE = 0.006
"""Width of a divider in shares of the frame's shorter side."""
_GIVE = 12
"""Pixels of a crop that may be given away for its shape."""
_MIDDLE = Box(x=0.25, y=0.25, width=0.5, height=0.5)


class Shape(NamedTuple):
    """A size in pixels."""

    width: int
    height: int

    @property
    def ratio(self) -> float:
        """Width per height."""
        return self.width / self.height


def framing(
    *, clip: Shape, frame: Shape, focus: Box | None, panes: Sequence[Pane] = (), divider: HexColour | None = None
) -> Framing:
    """The framing of a clip of this size in a frame of that size.

    `focus` is the subject's box in shares of the clip: it is kept inside. With `panes`, each of them is laid anew and cropped
    around its own subject; `divider` is the colour of the line between them (none: they meet).
    """
    if len(panes) > 1:
        return _split(clip, frame, panes, divider=divider)
    return Framing(windows=(_kept(clip, frame, focus or _MIDDLE),))


def line_width(frame: Shape) -> int:
    """Width of a divider in a frame, in pixels; even."""
    return max(2, even(_LINE * min(frame)))


def covering(clip: Shape, *, frame: Shape, focus: Box | None) -> Area:
    """The largest part of the clip that has the frame's shape, around the middle of the focus."""
    return _crop(Area(left=0, top=0, width=_floor(clip.width), height=_floor(clip.height)), frame, focus or _MIDDLE, clip=clip)


def flaw(framing: Framing, *, frame: Shape) -> str:
    """What is wrong with a framing for a frame of this size, in words; empty when nothing is."""
    targets = [window.target for window in framing.windows]
    if any(target.right > frame.width or target.bottom > frame.height for target in targets):
        return f"must lie inside {frame.width}x{frame.height}"
    if any(_overlap(one, other) for one, other in combinations(targets, 2)):
        return "must not show two parts of the clip in one place"
    covered = sum(target.width * target.height for target in targets)
    return (
        "" if framing.divider or covered == frame.width * frame.height else "must leave no hole without the colour of a divider"
    )


def _overlap(one: Area, other: Area) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom


def even(value: float) -> int:
    """The nearest even number."""
    return 2 * round(value / 2)


def _floor(value: float) -> int:
    return int(value // 2) * 2


class _Span(NamedTuple):
    """A stretch of one side, in pixels."""

    start: float
    length: float


def _kept(clip: Shape, frame: Shape, focus: Box) -> Window:
    """The whole frame filled where the subject fits in; else the subject whole, over an extension of the clip."""
    target = Area(left=0, top=0, width=frame.width, height=frame.height)
    filled = covering(clip, frame=frame, focus=focus)
    if _holds(filled, focus, clip=clip):
        return Window(source=filled, target=target)
    source = _widened(filled, focus, clip=clip)
    if abs(source.width / source.height / frame.ratio - 1) < NEARLY:
        return Window(source=filled, target=target)
    return Window(source=source, target=target, inset=_inset(source, frame))


def _holds(area: Area, focus: Box, *, clip: Shape) -> bool:
    """Whether the subject lies inside, give or take the rounding to even pixels."""
    return (
        area.left <= focus.x * clip.width + 1
        and area.right >= (focus.x + focus.width) * clip.width - 1
        and area.top <= focus.y * clip.height + 1
        and area.bottom >= (focus.y + focus.height) * clip.height - 1
    )


def _widened(filled: Area, focus: Box, *, clip: Shape) -> Area:
    """The window grown until the subject is inside with some air."""
    across = _around(focus.x, focus.width, least=filled.width, side=clip.width)
    down = _around(focus.y, focus.height, least=filled.height, side=clip.height)
    return _area(across, down, clip)


def _around(start: float, length: float, *, least: int, side: int) -> _Span:
    need = min(side, max(least, length * (1 + 2 * MARGIN) * side))
    middle = (start + length / 2) * side
    return _Span(min(max(0.0, middle - need / 2), side - need), need)


def _area(across: _Span, down: _Span, clip: Shape) -> Area:
    """Even pixels that hold both spans, inside the clip."""
    left, top = _floor(across.start), _floor(down.start)
    right = min(_floor(clip.width), -_floor(-(across.start + across.length)))
    bottom = min(_floor(clip.height), -_floor(-(down.start + down.length)))
    return Area(left=left, top=top, width=max(2, right - left), height=max(2, bottom - top))


def _inset(source: Area, frame: Shape) -> Area:
    """The largest place in the frame of the source's shape: across the whole width, a little high; or in the middle."""
    scale = min(frame.width / source.width, frame.height / source.height)
    width, height = min(frame.width, even(source.width * scale)), min(frame.height, even(source.height * scale))
    top = even(min(max(0.0, EYE_LINE * frame.height - height / 2), frame.height - height))
    return Area(left=even((frame.width - width) / 2), top=top, width=width, height=height)


def _crop(area: Area, shape: Shape, focus: Box, *, clip: Shape, heart: Box | None = None) -> Area:
    """The largest part of an area that has this shape, around the subject; of one that is too tall, around its heart."""
    width, height = _largest(area, shape.ratio)
    middle = (focus.x + focus.width / 2) * clip.width
    down = _from_above(focus, heart, height=height, side=clip.height)
    left = area.left + _floor(min(max(0.0, middle - width / 2 - area.left), area.width - width))
    return Area(
        left=left, top=area.top + _floor(min(max(0.0, down - area.top), area.height - height)), width=width, height=height
    )


def _from_above(focus: Box, heart: Box | None, *, height: int, side: int) -> float:
    """Where a crop of this height begins: the subject in its middle; of one that is too tall, its heart."""
    top, tall = focus.y * side, focus.height * side
    if heart is None or tall <= height:
        return top + tall / 2 - height / 2
    return min(max(top, (heart.y + _FEATURES * heart.height) * side - height / 2), top + tall - height)


def _largest(area: Area, ratio: float) -> tuple[int, int]:
    """The largest even size of this shape inside an area; a few pixels are given away where rounding would stretch it."""
    if area.width / area.height > ratio:
        sides = [(even(height * ratio), height) for height in range(area.height, max(0, area.height - _GIVE), -2)]
    else:
        sides = [(width, even(width / ratio)) for width in range(area.width, max(0, area.width - _GIVE), -2)]
    fitting = [(width, height) for width, height in sides if 0 < width <= area.width and 0 < height <= area.height]
    return min(fitting or [(area.width, area.height)], key=lambda size: round(abs(size[0] / size[1] / ratio - 1), 2))


def _split(clip: Shape, frame: Shape, panes: Sequence[Pane], *, divider: HexColour | None) -> Framing:
    line = line_width(frame) if divider else 0
    sources = [_inner(pane.box, clip) for pane in panes]
    targets = _laid(sources, frame, line=line)
    cropped = [
        _crop(source, Shape(target.width, target.height), pane.focus, clip=clip, heart=pane.heart)
        for pane, source, target in zip(panes, sources, targets, strict=True)
    ]
    windows = tuple(Window(source=source, target=target) for source, target in zip(cropped, targets, strict=True))
    return Framing(windows=windows, divider=divider)


def _inner(box: Box, clip: Shape) -> Area:
    """The even pixels that lie inside a box as a whole: nothing of a neighbour, nothing of a line between them."""
    left, top = -_floor(-round(box.x * clip.width, 3)), -_floor(-round(box.y * clip.height, 3))
    right = _floor(round((box.x + box.width) * clip.width, 3))
    bottom = _floor(round((box.y + box.height) * clip.height, 3))
    return Area(left=left, top=top, width=max(2, right - left), height=max(2, bottom - top))


def _laid(sources: Sequence[Area], frame: Shape, *, line: int) -> list[Area]:
    """Where panes go: stacked in tall frames, side by side in wide ones; of three in a square one, the first has half of it."""
    weights = [source.width * source.height for source in sources]
    whole = Area(left=0, top=0, width=frame.width, height=frame.height)
    if frame.ratio <= _TALL:
        return _rows(weights, whole, line=line)
    if frame.ratio >= _WIDE or len(weights) == 2:  # noqa: PLR2004 - two halves of a square are side by side
        return _columns(weights, whole, line=line)
    halves, rest = (_columns, _rows) if sources[0].height >= sources[0].width else (_rows, _columns)
    first, other = halves([1, 1], whole, line=line)
    return [first, *rest(weights[1:], other, line=line)]


def _columns(weights: Sequence[int], area: Area, *, line: int) -> list[Area]:
    spans = _shared(weights, area.width, line=line)
    return [Area(left=area.left + start, top=area.top, width=stop - start, height=area.height) for start, stop in spans]


def _rows(weights: Sequence[int], area: Area, *, line: int) -> list[Area]:
    spans = _shared(weights, area.height, line=line)
    return [Area(left=area.left, top=area.top + start, width=area.width, height=stop - start) for start, stop in spans]


def _shared(weights: Sequence[int], length: int, *, line: int) -> list[tuple[int, int]]:
    """Even spans that share a length by weight, with lines between them; no span is starved."""
    equal = sum(weights) / len(weights)
    held = [max(weight, _LEAST_SHARE * equal) for weight in weights]
    room = length - line * (len(weights) - 1)
    borders = [0, *(even(room * sum(held[: number + 1]) / sum(held)) for number in range(len(held) - 1)), room]
    return [(start + number * line, stop + number * line) for number, (start, stop) in enumerate(pairwise(borders))]
