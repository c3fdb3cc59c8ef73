"""A decoded picture laid into the film's frame as a framing says: cropped first, then scaled (Lanczos, BT.709 kept).

Planes are those of `pictures`: 8-bit 4:2:0, limited range. Where each part goes is decided in `framing`.
"""

import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from videofactory.domain.brand import HexColour
from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Box, Frame
from videofactory.domain.timeline import Area, Framing, Window
from videofactory.media.cut.framing import Shape, covering
from videofactory.media.cut.transitions import Picture
from videofactory.media.planes import Planes, area_of, of_frame, of_rows

_FORMAT = "yuv420p"
_SHRINK = 16
"""The extension is made at this part of its size: it is blurred anyway."""
_BLUR = 0.18
"""Blur of the extension, in shares of the target's shorter side."""
_DIM = 0.5
"""What is left of the extension's light at the frame's edge; beside the inset it has all of it, so that no seam is seen."""
_SEAM = 0.07
"""Width over which the inset melts into its extension, in shares of its own side."""
_BLACK, _NEUTRAL = 16.0, 128.0
_BT709 = np.array(
    [[0.2126, 0.7152, 0.0722], [-0.2126 / 1.8556, -0.7152 / 1.8556, 0.5], [0.5, -0.7152 / 1.5748, -0.0722 / 1.5748]]
)
"""Rec. ITU-R BT.709: rows Y', Cb, Cr over R', G', B'."""

Floats = NDArray[np.float32]


class Framed:
    """Lays the pictures of one clip into the frame, one by one. Without a framing the clip fills the frame around `focus`."""

    def __init__(self, frame: Frame, *, framing: Framing | None = None, focus: Box | None = None) -> None:
        self._frame = Shape(frame.width, frame.height)
        self._framing = framing
        self._focus = focus
        self._out: Picture = np.empty((frame.height * 3 // 2, frame.width), np.uint8)
        self._places: list[_Place] | None = None

    def fit(self, picture: VideoFrame) -> Picture:
        """The picture in the film's format; the same array serves the next one. Raises `MediaBroken` for another framing."""
        plain = picture if picture.format.name == _FORMAT else _plain(picture)
        if self._places is None:
            self._places = self._begun(Shape(plain.width, plain.height))
        planes = of_frame(plain)
        for place in self._places:
            place.put(planes, area_of(of_rows(self._out), place.target))
        return self._out

    def _begun(self, clip: Shape) -> "list[_Place]":
        whole = Area(left=0, top=0, width=self._frame.width, height=self._frame.height)
        plain = Window(source=covering(clip, frame=self._frame, focus=self._focus), target=whole)
        framing = self._framing or Framing(windows=(plain,))
        if framing.divider:
            _painted(self._out, framing.divider)
        for window in framing.windows:
            _check(window, clip=clip, frame=self._frame)
        return [_Place(window) for window in framing.windows]


def untouched(framing: Framing | None, *, clip: Shape, frame: Shape) -> bool:
    """Whether a clip of this size is shown pixel by pixel as it is."""
    if clip != frame:
        return False
    whole = Area(left=0, top=0, width=frame.width, height=frame.height)
    return framing is None or framing.windows == (Window(source=whole, target=whole),)


class _Place:
    """One window: its scaler, and the room its crop needs, kept for all pictures of a clip."""

    def __init__(self, window: Window) -> None:
        self.target = window.target
        self._source = window.source
        self._seen = window.inset or window.target
        self._crop = VideoFrame(window.source.width, window.source.height, _FORMAT)
        self._scaler = VideoReformatter()
        self._extension = _Extension(window.target, window.inset) if window.inset else None

    def put(self, planes: Planes, out: Planes) -> None:
        """Show the clip's planes in the window's planes of the frame."""
        cut = area_of(planes, self._source)
        if (self._source.width, self._source.height) == (self._seen.width, self._seen.height):
            shown = cut
        else:
            for part, room in zip(cut, of_frame(self._crop), strict=True):
                room[:] = part
            shown = of_frame(self._scaled())
        if self._extension is None:
            for part, room in zip(shown, out, strict=True):
                room[:] = part
        else:
            self._extension.put(shown, out)

    def _scaled(self) -> VideoFrame:
        return self._scaler.reformat(
            self._crop, width=self._seen.width, height=self._seen.height, format=_FORMAT,
            src_colorspace=Colorspace.ITU709, dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.MPEG, dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.LANCZOS, threads=1,
        )  # fmt: skip


class _Extension:
    """What stands around an inset: its rims drawn out (mirrored, the subject would be seen twice), blurred, darker outwards."""

    def __init__(self, target: Area, inset: Area) -> None:
        self._planes = [_Surround(target, inset, step=step) for step in (1, 2, 2)]

    def put(self, shown: Planes, out: Planes) -> None:
        for surround, part, room, zero in zip(self._planes, shown, out, (_BLACK, _NEUTRAL, _NEUTRAL), strict=True):
            surround.put(part, room, zero=zero)


class _Surround:
    """One plane of an extension. `step` is 2 for chroma."""

    def __init__(self, target: Area, inset: Area, *, step: int) -> None:
        self._size = target.width // step, target.height // step
        self._left, self._top = (inset.left - target.left) // step, (inset.top - target.top) // step
        self._inset = inset.width // step, inset.height // step
        self._small = tuple(max(2, side * step // _SHRINK) for side in self._inset)
        gap = (self._left, self._top, self._size[0] - self._left - self._inset[0], self._size[1] - self._top - self._inset[1])
        ratio = [self._small[0] / self._inset[0], self._small[1] / self._inset[1]] * 2
        self._gaps = tuple(round(length * scale) for length, scale in zip(gap, ratio, strict=True))
        self._sigma = max(1.0, _BLUR * min(target.width, target.height) / _SHRINK)
        self._light = _light(self._small, self._gaps)
        self._share = _seam(self._inset, gaps=gap)

    def put(self, part: Picture, room: Picture, *, zero: float) -> None:
        left, top, right, bottom = self._gaps
        small = cv2.resize(part, self._small, interpolation=cv2.INTER_AREA).astype(np.float32)
        wide = cv2.copyMakeBorder(small, top, bottom, left, right, cv2.BORDER_REPLICATE)
        soft = cv2.GaussianBlur(wide, (0, 0), self._sigma, borderType=cv2.BORDER_REFLECT)
        dim = cv2.convertScaleAbs(np.asarray((soft - zero) * self._light + zero))
        cv2.resize(dim, self._size, dst=room, interpolation=cv2.INTER_LINEAR)
        middle = room[self._top : self._top + self._inset[1], self._left : self._left + self._inset[0]]
        middle[:] = cv2.blendLinear(part, np.ascontiguousarray(middle), self._share, 1.0 - self._share)


def _light(small: tuple[int, ...], gaps: tuple[int, ...]) -> Floats:
    """How bright the extension is: 1 beside the inset, `_DIM` at the edge of the frame, smoothly."""
    left, top, right, bottom = gaps
    across = _ramp(left, small[0], right)
    down = _ramp(top, small[1], bottom)
    return np.asarray(np.minimum(down[:, None], across[None, :]), np.float32)


def _ramp(before: int, length: int, behind: int) -> Floats:
    def fall(count: int) -> Floats:
        way = (np.arange(count, dtype=np.float32) + 1) / max(count, 1)
        return np.asarray(1 - (1 - _DIM) * way * way * (3 - 2 * way), np.float32)

    return np.concatenate([fall(before)[::-1], np.ones(length, np.float32), fall(behind)])


def _seam(inset: tuple[int, int], *, gaps: tuple[int, int, int, int]) -> Floats:
    """How much of the inset itself is seen: all of it, but at those edges behind which the extension begins."""
    left, top, right, bottom = gaps
    across = _rise(inset[0], before=left > 0, behind=right > 0)
    down = _rise(inset[1], before=top > 0, behind=bottom > 0)
    return np.ascontiguousarray(np.minimum(down[:, None], across[None, :]), np.float32)


def _rise(length: int, *, before: bool, behind: bool) -> Floats:
    width = max(1, round(_SEAM * length))
    way = np.minimum((np.arange(length, dtype=np.float32) + 0.5) / width, 1)
    way = np.asarray(way * way * (3 - 2 * way), np.float32)
    flat = np.ones(length, np.float32)
    return np.minimum(way if before else flat, way[::-1] if behind else flat)


def _plain(picture: VideoFrame) -> VideoFrame:
    return picture.reformat(format=_FORMAT, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)


def _painted(out: Picture, colour: HexColour) -> None:
    """The whole picture in one colour."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    levels = _BT709 @ np.array([red, green, blue]) * [219, 224, 224] + [_BLACK, _NEUTRAL, _NEUTRAL]
    for plane, level in zip(of_rows(out), levels, strict=True):
        plane[:] = round(float(level))


def _check(window: Window, *, clip: Shape, frame: Shape) -> None:
    outside = window.source.right > clip.width or window.source.bottom > clip.height
    if outside or window.target.right > frame.width or window.target.bottom > frame.height:
        raise MediaBroken(
            f"A clip of {clip.width}x{clip.height} was framed for another size.",
            remedy="Make the timeline again, so that it knows the clip's size.",
        )
