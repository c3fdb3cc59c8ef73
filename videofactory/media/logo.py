"""The channel's logo over a stretch: scaled once into the film's own colours and planes, and laid over its frames.

Where it stands and when it is seen is in the timeline; which corner it takes is `titles.placing`'s affair.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from videofactory.domain.brand import HexColour
from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact, Box, Frame
from videofactory.domain.timeline import Area, Logo, Timeline
from videofactory.media.overlay import Overlay, halved, seen
from videofactory.media.titles import colours
from videofactory.media.titles.plate import PLATE

Levels = NDArray[np.float32]
LOGO_VERSION = 1
"""Part of every fingerprint with a logo: raise it whenever one would be drawn differently."""
PLATED_VERSION = 1
"""The same of plates alone."""
_PAD, _ROUND, _SOFT = 0.16, 0.22, 0.05
"""A plate's width beyond the logo, the radius of its corners, the width of its soft edge: in shares of the box's shorter side."""
_KR, _KB = 0.2126, 0.0722
"""Weights of red and blue in BT.709's luma."""
_LUMA, _CHROMA, _BLACK, _NEUTRAL = 219.0, 224.0, 16.0, 128.0
"""Spans and zeroes of limited range."""
_FAINT = 8
"""Edges of a logo with no more alpha than this (0..255) are margin: cut off, so that it stands where it seems to stand."""


def shape(path: Path) -> float:
    """Width over height of what is to be seen of a logo. Raises `MediaBroken` for what is no picture, or shows nothing."""
    height, width = _trimmed(path).shape[:2]
    return float(width) / float(height)


def tone(path: Path) -> HexColour:
    """The grey as light as the logo is in the mean of what it shows, weighed by its opacity. Raises `MediaBroken` as `shape`."""
    picture = _trimmed(path)
    light = [colours.luminance(colours.hex_of_levels(level, level, level)) for level in range(256)]
    opacity = picture[..., 3].ravel().astype(np.float64)
    parts = [np.bincount(picture[..., channel].ravel(), weights=opacity, minlength=256) @ light for channel in range(3)]
    return colours.grey(float(np.dot(parts, (_KR, 1 - _KR - _KB, _KB)) / opacity.sum()))


def shown(timeline: Timeline, *, start: int, stop: int) -> list[Logo]:
    """The logos seen in film frames [start, stop)."""
    return [logo for logo in timeline.logos if logo.start < stop and logo.stop > start]


def overlaid(timeline: Timeline, *, start: int, stop: int) -> list[object]:
    """All that decides the logos in these film frames: JSON values, with frames counted from `start`."""
    found = shown(timeline, start=start, stop=stop)
    return [LOGO_VERSION, *(_described(logo, start, stop) for logo in found)] if found else []


def _described(logo: Logo, start: int, stop: int) -> list[object]:
    """What is seen of a logo in these frames; how long it was there before, and stays after, changes none of them."""
    span = [max(logo.start - start, -logo.fade), min(logo.stop, stop) - start]
    plate = [PLATED_VERSION, logo.plate] if logo.plate else []
    return [logo.artifact.sha256, *span, logo.box.model_dump(mode="json"), logo.opacity, logo.fade, *plate]


class Logos:
    """The logos of the film frames [start, stop). Raises `MediaBroken` for a logo that is no picture, or shows nothing."""

    def __init__(self, timeline: Timeline, *, start: int, stop: int, shelf: Callable[[Artifact], Path]) -> None:
        self._sized = [
            (logo, area, _planes(_picture(_trimmed(shelf(logo.artifact)), area, plate=logo.plate)))
            for logo in shown(timeline, start=start, stop=stop)
            for area in [pixels(logo.box, frame=timeline.frame)]
        ]
        self._laid: dict[int, tuple[float, Overlay]] = {}

    def at(self, number: int) -> tuple[Overlay, ...]:
        """What is laid over this frame of the film."""
        return tuple(
            self._overlay(index, _opacity(logo, at=number))
            for index, (logo, _, _) in enumerate(self._sized)
            if logo.start <= number < logo.stop
        )

    def _overlay(self, index: int, opacity: float) -> Overlay:
        """The logo as it is seen with this opacity: once it is there, it is the same one in every frame."""
        known = self._laid.get(index)
        if known is None or known[0] != opacity:
            _, area, (*colours, alpha) = self._sized[index]
            opacities = (alpha * opacity, halved(alpha) * opacity, halved(alpha) * opacity)
            luma, *chroma = map(seen, colours, opacities)
            known = opacity, Overlay(area.left, area.top, (luma, chroma[0], chroma[1]))
            self._laid[index] = known
        return known[1]


def _opacity(logo: Logo, *, at: int) -> float:
    """It comes softly, and goes at once."""
    return logo.opacity * min(1.0, (at - logo.start + 1) / (logo.fade + 1))


def pixels(box: Box, *, frame: Frame) -> Area:
    """The even pixels nearest to a part of the frame."""
    width, height = (
        max(2, 2 * round(share * side / 2)) for share, side in ((box.width, frame.width), (box.height, frame.height))
    )
    left, top = (2 * round(share * side / 2) for share, side in ((box.x, frame.width), (box.y, frame.height)))
    return Area(left=min(left, frame.width - width), top=min(top, frame.height - height), width=width, height=height)


def _trimmed(path: Path) -> NDArray[np.uint8]:
    """The logo as RGBA without its transparent margins."""
    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
            picture = np.asarray(image.convert("RGBA"), np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaBroken(f"The logo does not decode: {error}", remedy="Save it again as PNG.") from error
    rows, columns = (np.flatnonzero((picture[..., 3] > _FAINT).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        raise MediaBroken("The logo is wholly transparent.", remedy="Hand in one that shows something.")
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _picture(picture: NDArray[np.uint8], area: Area, *, plate: HexColour | None) -> NDArray[np.float32]:
    """What is laid over an area: the logo, or a plate with the logo smaller on it."""
    if plate is None:
        return _scaled(picture, area.width, area.height)
    pad = _PAD * min(area.width, area.height)
    shape = picture.shape[1] / picture.shape[0]
    height = min(area.height - 2 * pad, (area.width - 2 * pad) / shape)
    size = max(1, round(height * shape)), max(1, round(height))
    left, top = (area.width - size[0]) // 2, (area.height - size[1]) // 2
    ground = _ground(area, (size[0] / 2 + pad, size[1] / 2 + pad), colour=plate)
    over = np.zeros_like(ground)
    over[top : top + size[1], left : left + size[0]] = _scaled(picture, *size)
    share, below = over[..., 3:], ground[..., 3:] * (1 - over[..., 3:])
    alpha = share + below
    mixed = (over[..., :3] * share + ground[..., :3] * below) / np.maximum(alpha, 1e-4)
    return np.asarray(np.concatenate([mixed, alpha], axis=2), np.float32)


def _ground(area: Area, reach: tuple[float, float], *, colour: HexColour) -> NDArray[np.float32]:
    """A plate of this colour in the middle of an area: RGBA with round corners and a soft edge, `reach` half its size."""
    short = min(area.width, area.height)
    across = np.abs(np.arange(area.width, dtype=np.float32) + 0.5 - area.width / 2)[None, :]
    down = np.abs(np.arange(area.height, dtype=np.float32) + 0.5 - area.height / 2)[:, None]
    radius = _ROUND * short
    x, y = across - (reach[0] - radius), down - (reach[1] - radius)
    outside = np.hypot(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0) - radius
    plate = np.empty((area.height, area.width, 4), np.float32)
    plate[..., :3] = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    plate[..., 3] = PLATE * np.clip(-outside / max(1.0, _SOFT * short), 0, 1)
    return plate


def _scaled(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.float32]:
    """RGBA of 0..1 at its size in the frame; colours are weighed by their alpha, so that no hidden one bleeds in."""
    levels = np.asarray(picture, np.float32) / 255
    levels[..., :3] *= levels[..., 3:]
    larger = width > picture.shape[1]
    small = cv2.resize(levels, (width, height), interpolation=cv2.INTER_CUBIC if larger else cv2.INTER_AREA)
    sized: NDArray[np.float32] = np.clip(np.asarray(small, np.float32), 0, 1)
    sized[..., :3] = np.clip(sized[..., :3] / np.maximum(sized[..., 3:], 1e-4), 0, 1)
    return sized


def _planes(picture: NDArray[np.float32]) -> tuple[Levels, Levels, Levels, Levels]:
    """Luma and both chroma planes (BT.709, limited; chroma at half size), and alpha of 0..1."""
    red, green, blue, alpha = (picture[..., channel] for channel in range(4))
    luma = _KR * red + (1 - _KR - _KB) * green + _KB * blue
    weight = np.maximum(halved(alpha), 1e-4)
    chroma = [
        np.asarray(_NEUTRAL + _CHROMA * halved((part - luma) / (2 * (1 - share)) * alpha) / weight, np.float32)
        for part, share in ((blue, _KB), (red, _KR))
    ]
    return np.asarray(_BLACK + _LUMA * luma, np.float32), chroma[0], chroma[1], alpha
