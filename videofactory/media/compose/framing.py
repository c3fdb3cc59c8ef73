"""Framing: which window of the photograph a shot shows, and how the window moves with the camera.

How the window's pixels are made is `photo`; what stands around them is `layouts`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from videofactory.domain.footage import Box
from videofactory.domain.script import Camera
from videofactory.media.compose.masks import Rect

Moment = Literal["first", "last"]


class Framing(StrEnum):
    """Shot sizes, as on a call sheet."""

    WIDE = "wide"
    MEDIUM = "medium"
    CLOSE = "close"
    MACRO = "macro"
    TOP = "top"


_SUBJECT_SHARE = {Framing.WIDE: 0.0, Framing.MEDIUM: 0.58, Framing.CLOSE: 0.92, Framing.MACRO: 1.75, Framing.TOP: 0.8}
"""How much of the frame's tighter side the subject fills; 0 takes all of the photograph."""
_LARGEST = {Framing.MEDIUM: 0.92, Framing.CLOSE: 0.8, Framing.MACRO: 0.5, Framing.TOP: 1.0}
"""The largest share of the whole window a shot size may take, so that sizes differ though the subject fills the photograph."""
_EYE_LINE = 0.44
"""Where the subject's middle stands from the top: a little high, since text comes below."""
_THIRD = 0.16
"""From the middle to a third line, in shares of the window."""
_TIGHT = 0.9
_HEADROOM = 0.04
_PUSH = 1.13
_SLIDE = 0.035
_SLIDE_ZOOM = 1.08
CENTRE = Box(x=0.25, y=0.2, width=0.5, height=0.6)


@dataclass(frozen=True)
class View:
    """The camera at one end of its move: enlargement (1 = as framed), and its aim in shares of the frame (right, down)."""

    zoom: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def at_depth(self, depth: float) -> "View":
        """The move of something further away (`depth` 0: does not move, 1: moves fully): parallax."""
        return View(1 + (self.zoom - 1) * depth, self.x * depth, self.y * depth)

    def placed(self, rect: Rect, size: tuple[int, int]) -> Rect:
        """Where a rectangle of the frame stands when seen through this view."""
        middle_x, middle_y = size[0] / 2, size[1] / 2
        return Rect(
            middle_x + (rect.x - middle_x) * self.zoom - self.x * size[0],
            middle_y + (rect.y - middle_y) * self.zoom - self.y * size[1],
            rect.width * self.zoom,
            rect.height * self.zoom,
        )


_MOVES: dict[Camera, tuple[View, View]] = {
    Camera.STATIC: (View(), View()),
    Camera.PUSH_IN: (View(), View(_PUSH)),
    Camera.PULL_OUT: (View(_PUSH), View()),
    Camera.PAN_LEFT: (View(_SLIDE_ZOOM, _SLIDE), View(_SLIDE_ZOOM, -_SLIDE)),
    Camera.PAN_RIGHT: (View(_SLIDE_ZOOM, -_SLIDE), View(_SLIDE_ZOOM, _SLIDE)),
    Camera.TILT_UP: (View(_SLIDE_ZOOM, 0, _SLIDE), View(_SLIDE_ZOOM, 0, -_SLIDE)),
    Camera.TILT_DOWN: (View(_SLIDE_ZOOM, 0, -_SLIDE), View(_SLIDE_ZOOM, 0, _SLIDE)),
    Camera.ORBIT: (View(1.04, -_SLIDE / 2), View(1.07, _SLIDE / 2)),
}


def camera_view(camera: Camera, moment: Moment) -> View:
    """Where the camera stands at the first or last frame of a scene."""
    return _MOVES[camera][0 if moment == "first" else 1]


def cover(photo: tuple[int, int], aspect: float) -> tuple[float, float]:
    """The largest window of this aspect ratio (width / height) inside a photograph."""
    width, height = photo
    return (float(width), width / aspect) if width / height < aspect else (height * aspect, float(height))


def window(
    photo: tuple[int, int],
    focus: Box,
    framing: Framing,
    *,
    aspect: float,
    side: float,
    shift: float = 0.0,
    heart: tuple[float, float] | None = None,
) -> Rect:
    """The window of a shot: the subject `side` (−1 left .. 1 right) of the middle, inside the photograph.

    `shift` (−1..1) moves a macro window over the subject, so that two details differ. `heart` is the place of the subject that
    is kept where not all of it can be: a detail is cut there, and the narrower a window is than its subject, the nearer to it.
    """
    width, height = cover(photo, aspect)
    share = _SUBJECT_SHARE[framing]
    subject_width, subject_height = focus.width * photo[0], focus.height * photo[1]
    if share:
        need = max(subject_width, subject_height * aspect if aspect > 1 else subject_width) / share
        scale = min(_LARGEST[framing], max(0.3, need / width))
        width, height = width * scale, height * scale
    room = max(0.0, 1 - subject_width / width)  # a subject as wide as the window is not pushed out of it
    middle = focus.x + focus.width / 2
    if heart:
        middle += (heart[0] - middle) * (1.0 if framing is Framing.MACRO else min(1.0, max(0.0, subject_width / width - 1)))
    x = middle * photo[0] - side * min(_THIRD, 0.02 + 0.5 * room) * width
    y = (focus.y + focus.height / 2) * photo[1] + (0.5 - _EYE_LINE) * height
    if framing is Framing.MACRO:
        x += shift * 0.18 * subject_width
        y -= (0.14 + 0.06 * shift) * subject_height
    elif subject_height > height * _TIGHT:  # what is too tall loses its foot, never its head
        y = focus.y * photo[1] + (0.5 - _HEADROOM) * height
    return _inside(Rect(x, y, width, height), photo)


def moved(rect: Rect, view: View, photo: tuple[int, int]) -> Rect:
    """The window seen through a camera view, kept inside the photograph."""
    width, height = rect.width / view.zoom, rect.height / view.zoom
    return _inside(Rect(rect.x + view.x * width, rect.y + view.y * height, width, height), photo)


def _inside(rect: Rect, photo: tuple[int, int]) -> Rect:
    x = min(max(rect.x, rect.width / 2), max(photo[0] - rect.width / 2, rect.width / 2))
    y = min(max(rect.y, rect.height / 2), max(photo[1] - rect.height / 2, rect.height / 2))
    return Rect(x, y, rect.width, rect.height)
