"""What a layout works with: the frame's size, the palette's scheme, the direction, the photographs, their subject and matte."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from videofactory.domain.footage import Box
from videofactory.media.compose.colour import Picture, Plane, Scheme, clipped
from videofactory.media.compose.direction import Direction
from videofactory.media.compose.framing import CENTRE, Framing, moved, window
from videofactory.media.compose.grading import Grade, graded
from videofactory.media.compose.light import bokeh, light_colour, screened
from videofactory.media.compose.masks import Rect, blurred
from videofactory.media.compose.matte import Matte, find_matte, freed, without_subject
from videofactory.media.compose.photo import Photo, shown, shown_plane
from videofactory.media.measure import faces, heart_of

_DEPTH_BLUR = 0.011
"""Blur of what is out of focus, in shares of the frame's shorter side: that of a fast portrait lens, not of a filter."""
_WORKABLE = 3.4
"""Enlargement (at 1080 lines) above which a photograph needs depth of field to excuse its softness."""


@dataclass(frozen=True)
class Subject:
    """A photograph with what is known of its subject; the matte is searched only when a layout asks for it."""

    photo: Photo

    @cached_property
    def matte(self) -> Matte | None:
        """The subject's matte, where one convinces."""
        return find_matte(self.photo)

    @cached_property
    def focus(self) -> Box:
        """The subject's box: told, else found, else the middle of the picture."""
        if self.photo.focus is not None and self.photo.focus.width > 0 and self.photo.focus.height > 0:
            return self.photo.focus
        return CENTRE if self.matte is None else _share(self.matte.rect, self.photo.size)

    @cached_property
    def face(self) -> Box | None:
        """The largest face, where there is one: that is what a detail of a person shows."""
        return max(faces(self.photo.pixels), key=lambda face: face.width * face.height, default=None)

    @cached_property
    def heart(self) -> tuple[float, float]:
        """The place of the subject, in shares of the photograph, that must be seen: the face, else what draws the eye most."""
        face = self.face
        return heart_of(self.photo.pixels, self.focus) if face is None else (face.x + face.width / 2, face.y + face.height / 2)


def aim(subject: Subject, framing: Framing) -> tuple[Box, Framing]:
    """What of the photograph a shot of this size shows, and how near: a macro of a person is a close-up of the face."""
    face = subject.face if framing is Framing.MACRO else None
    return (subject.focus, framing) if face is None else (face, Framing.CLOSE)


def _share(rect: Rect, size: tuple[int, int]) -> Box:
    x, y = max(0.0, rect.left / size[0]), max(0.0, rect.top / size[1])
    return Box(x=x, y=y, width=min(1.0 - x, rect.width / size[0]), height=min(1.0 - y, rect.height / size[1]))


@dataclass(frozen=True)
class Stage:
    """Everything a layout needs. `size` is (width, height) in pixels; `tinted` is the palette in the grade's light."""

    size: tuple[int, int]
    colours: Scheme
    tinted: Scheme
    direction: Direction
    subjects: tuple[Subject, ...]

    @property
    def subject(self) -> Subject:
        """The subject of layouts that show one."""
        return self.subjects[0]

    @property
    def short(self) -> int:
        """The frame's shorter side in pixels: the measure of all widths and blurs."""
        return min(self.size)

    def enlargement(self, scale: float) -> float:
        """How large a photograph's pixel would be on a frame of 1080 lines."""
        return scale * 1080 / self.short

    def window(self, subject: Subject, size: tuple[int, int], *, framing: Framing, side: float, shift: float = 0.0) -> Rect:
        """The photograph's window for a shot of this size, at this end of the camera's move."""
        focus, size_of_shot = aim(subject, framing)
        heart = None if focus is subject.face else subject.heart
        plain = window(subject.photo.size, focus, size_of_shot, aspect=size[0] / size[1], side=side, shift=shift, heart=heart)
        return moved(plain, self.direction.view, subject.photo.size)

    def shot(
        self,
        subject: Subject,
        size: tuple[int, int],
        *,
        framing: Framing,
        side: float = 0.0,
        shift: float = 0.0,
        grade: Grade | None = None,
    ) -> Picture:
        """A graded shot of a subject that fills a pane of `size`, with depth of field where the direction wants it."""
        part = self.window(subject, size, framing=framing, side=side, shift=shift)
        picture = graded(shown(subject.photo, part, size), grade or self.direction.grade, self.colours)
        soft = self.enlargement(size[0] / part.width) > _WORKABLE
        if not (self.direction.shallow or soft) or self.direction.strength == 0:
            return picture
        matte = subject.matte if framing is not Framing.MACRO else None
        if matte is None:
            return self._radial(picture, subject, part)
        return self._shallow(picture, shown_plane(matte.alpha, part, size))

    def _shallow(self, picture: Picture, alpha: Plane) -> Picture:
        """The subject sharp before a blurred ground, with lamps between them where bokeh is asked for."""
        reach = _DEPTH_BLUR * self.short
        ground = self._lamps(without_subject(picture, alpha, reach=reach))
        front = freed(picture, alpha, reach=0.004 * self.short)
        # a little of the sharp ground stays next to the subject, as focus falls off and does not jump
        near = np.clip(blurred(alpha, 2.5 * reach) * 2.0, 0, 1)[..., None] * 0.35
        ground = ground + (picture - ground) * near * (1 - alpha[..., None])
        return np.asarray(ground + (front - ground) * alpha[..., None], np.float32)

    def _radial(self, picture: Picture, subject: Subject, part: Rect) -> Picture:
        """Focus that falls off around the subject's place, where nobody knows its outline."""
        height, width = picture.shape[:2]
        focus, photo = subject.focus, subject.photo.size
        x = ((focus.x + focus.width / 2) * photo[0] - part.left) / part.width
        y = ((focus.y + focus.height / 2) * photo[1] - part.top) / part.height
        across = (np.linspace(0, 1, width, dtype=np.float32)[None, :] - min(max(x, 0.2), 0.8)) * width / self.short
        down = (np.linspace(0, 1, height, dtype=np.float32)[:, None] - min(max(y, 0.25), 0.65)) * height / self.short
        fall = np.clip((np.sqrt(across**2 + down**2) - 0.3) / 0.6, 0, 1)
        fall = np.asarray(fall * fall * (3 - 2 * fall), np.float32)
        middle, far = blurred(picture, 0.4 * _DEPTH_BLUR * self.short), self._lamps(blurred(picture, _DEPTH_BLUR * self.short))
        first = picture + (middle - picture) * np.clip(fall * 2, 0, 1)[..., None]
        return np.asarray(first + (far - first) * np.clip(fall * 2 - 1, 0, 1)[..., None], np.float32)

    def _lamps(self, ground: Picture) -> Picture:
        if "bokeh" not in self.direction.lights:
            return ground
        size = (ground.shape[1], ground.shape[0])
        return screened(ground, bokeh(size, self.direction.stream("bokeh")), light_colour("bokeh", self.colours))

    def cut(self, subject: Subject, matte: Matte, place: Rect, *, grade: Grade) -> tuple[Picture, Plane]:
        """The subject alone, its middle on the place's, as tall or wide as the place allows: colours and matte at frame size."""
        scale = min(place.width / matte.rect.width, place.height / matte.rect.height)
        margin = 0.02 * self.short
        left, right = _held(place.x, scale * matte.rect.width / 2 + margin, self.size[0])
        top, bottom = _held(place.y, scale * matte.rect.height / 2 + margin, self.size[1])
        x = matte.rect.x + ((left + right) / 2 - place.x) / scale
        y = matte.rect.y + ((top + bottom) / 2 - place.y) / scale
        size = (right - left, bottom - top)
        part = Rect(x, y, size[0] / scale, size[1] / scale)
        alpha = shown_plane(matte.alpha, part, size)
        # enlarged, the matte's soft edge would be a blur as wide as the enlargement: draw it together again
        alpha = clipped((alpha - 0.5) * max(1.0, 0.75 * scale) + 0.5)
        colours = freed(shown(subject.photo, part, size), alpha, reach=0.004 * self.short)
        picture = np.zeros((self.size[1], self.size[0], 3), np.float32)
        plane = np.zeros((self.size[1], self.size[0]), np.float32)
        picture[top:bottom, left:right] = graded(colours, grade, self.colours)
        plane[top:bottom, left:right] = alpha
        return picture, plane


def _held(middle: float, reach: float, length: int) -> tuple[int, int]:
    """First and last pixel of a stretch around a middle, held inside 0..length and never empty."""
    first = min(max(0, int(middle - reach)), length - 8)
    return first, max(first + 8, min(length, int(middle + reach) + 1))
