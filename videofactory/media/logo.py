"""The channel's logo over a stretch: scaled once, its opacity written out frame by frame, laid over by FFmpeg's overlay.

Prepared in the film's own colours and planes, so that nothing is converted while encoding. Where it stands and when it is seen
is in the timeline; which corner it takes is `titles.placing`'s affair.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact, Box, Frame
from videofactory.domain.timeline import Area, Logo, Timeline
from videofactory.media import encoding, graph

LOGO_VERSION = 1
"""Part of every fingerprint with a logo: raise it whenever one would be drawn differently."""
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
    return [logo.artifact.sha256, *span, logo.box.model_dump(mode="json"), logo.opacity, logo.fade]


def lay_over(
    pictures: graph.Stream, timeline: Timeline, *, start: int, stop: int, shelf: Callable[[Artifact], Path], work: Path
) -> graph.Stream:
    """The pictures, counted from 0 at `start` on the film's own clock, with their logos; their files are put into `work`."""
    for number, logo in enumerate(shown(timeline, start=start, stop=stop)):
        area = pixels(logo.box, frame=timeline.frame)
        name = f"logo-{number}.yuv"
        _write(work / name, shelf(logo.artifact), area=area, opacities=_opacities(logo, start=start, stop=stop))
        fps = timeline.frame.fps
        layer = graph.raw_pictures(width=area.width, height=area.height, fps=fps, pixels="yuva420p", path=name)
        pictures = graph.laid_over(pictures, encoding.tagged(layer), x=area.left, y=area.top, format="yuv420")
    return pictures


def pixels(box: Box, *, frame: Frame) -> Area:
    """The even pixels nearest to a part of the frame."""
    width, height = (
        max(2, 2 * round(share * side / 2)) for share, side in ((box.width, frame.width), (box.height, frame.height))
    )
    left, top = (2 * round(share * side / 2) for share, side in ((box.x, frame.width), (box.y, frame.height)))
    return Area(left=min(left, frame.width - width), top=min(top, frame.height - height), width=width, height=height)


def _opacities(logo: Logo, *, start: int, stop: int) -> list[float]:
    """Opacity in each frame of the stretch, without the last ones that are all the same: FFmpeg repeats the last it gets."""
    found: list[float] = []
    for at in range(start, stop):
        come = min(1.0, (at - logo.start + 1) / (logo.fade + 1))
        found.append(logo.opacity * come if logo.start <= at < logo.stop else 0.0)
    while len(found) > 1 and found[-1] == found[-2]:
        found.pop()
    return found


def _write(out: Path, source: Path, *, area: Area, opacities: Sequence[float]) -> None:
    colours, alpha = _planes(_scaled(_trimmed(source), area))
    with out.open("wb") as file:
        for opacity in opacities:
            file.write(colours)
            file.write(np.rint(alpha * opacity).astype(np.uint8).tobytes())


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


def _scaled(picture: NDArray[np.uint8], area: Area) -> NDArray[np.float32]:
    """RGBA of 0..1 at its size in the frame; colours are weighed by their alpha, so that no hidden one bleeds in."""
    levels = np.asarray(picture, np.float32) / 255
    levels[..., :3] *= levels[..., 3:]
    larger = area.width > picture.shape[1]
    small = cv2.resize(levels, (area.width, area.height), interpolation=cv2.INTER_CUBIC if larger else cv2.INTER_AREA)
    sized: NDArray[np.float32] = np.clip(np.asarray(small, np.float32), 0, 1)
    sized[..., :3] = np.clip(sized[..., :3] / np.maximum(sized[..., 3:], 1e-4), 0, 1)
    return sized


def _planes(picture: NDArray[np.float32]) -> tuple[bytes, NDArray[np.float32]]:
    """Luma and both chroma planes as bytes (BT.709, limited), and alpha of 0..255."""
    red, green, blue, alpha = (picture[..., channel] for channel in range(4))
    luma = _KR * red + (1 - _KR - _KB) * green + _KB * blue
    chroma = [(part - luma) / (2 * (1 - weight)) for part, weight in ((blue, _KB), (red, _KR))]
    weight = np.maximum(_halved(alpha), 1e-4)
    small = [np.rint(_NEUTRAL + _CHROMA * _halved(plane * alpha) / weight) for plane in chroma]
    planes = [np.rint(_BLACK + _LUMA * luma), *small]
    return b"".join(plane.astype(np.uint8).tobytes() for plane in planes), alpha * 255


def _halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = plane.shape
    return np.asarray(plane.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)), np.float32)
