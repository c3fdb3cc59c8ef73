"""The subject's matte: which pixels belong to it, how sure we are, and its colours freed from the background.

GrabCut (Rother, Kolmogorov, Blake 2004) on a shrunken image from several starting boxes; the most object-like answer is
refined along the photograph's own edges by a guided filter (He, Sun, Tang 2010). Where no answer convinces, there is no
matte: a bad cut-out is worse than none, and layouts have frames that need none.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.footage import Box
from videofactory.media.compose.colour import Picture, Plane, clipped
from videofactory.media.compose.masks import Rect, blurred
from videofactory.media.compose.photo import Photo

_SEARCH_SIDE = 160
_FINE_SIDE = 320
_BAND = 0.045
_SMOOTH = 0.009
_REFINE_SIDE = 1200
_ROUNDS = 4
_BOXES = (Box(x=0.08, y=0.04, width=0.84, height=0.92), Box(x=0.18, y=0.1, width=0.64, height=0.8))
_AREA = (0.05, 0.62)
"""Smaller is a splinter, larger is the scene itself."""
_MOST_OPAQUE = 0.95
"""Share of a transparent picture from which it is a photograph with soft or round edges. A subject cut out closely fills much."""
_LEANING = 0.12
"""Share of the starting box's border (two pixels wide) that an object may touch."""
_SPREAD = 2.4
"""How much larger than the told box a found subject may be before it is something else."""
_FLAT = 12
"""Steps of 8 bits within which a picture is one colour: nothing to part, and GrabCut would think about it for seconds."""
_TRIES = 3
_GOOD = 0.55
"""A score with which the search ends: each try takes a tenth of a second."""
_SOLIDITY = 0.86
"""Area over the area of the convex hull: cups, shoes and heads have more, torn answers less."""
_BORDER = 0.06
"""Share of any one side of the picture the subject may touch; what is cut by the rim cannot stand free."""
_CONTRAST = 14.0
"""Least mean colour step (Lab) across the outline; under it the outline is guesswork."""
_STEP, _EDGED = 9.0, 0.86
"""A colour step that is seen, and the share of the outline that must have one: half an outline cuts a piece out of the sky."""


@dataclass(frozen=True)
class Matte:
    """A subject: `alpha` at the photograph's size, its box in the photograph's pixels."""

    alpha: Plane
    rect: Rect


def find_matte(photo: Photo) -> Matte | None:
    """The subject's matte, or `None` where nothing in the photograph stands free convincingly.

    A photograph handed in cut out already has its own: nobody knows its outline better.
    """
    if photo.alpha is not None and _cut_out(photo.alpha):
        return _matte(photo.alpha)
    share = _SEARCH_SIDE / max(photo.size)
    size = (max(8, round(photo.size[0] * share)), max(8, round(photo.size[1] * share)))
    if min(size) < 40:  # noqa: PLR2004 - a strip: GrabCut has no background to learn from
        return None
    small = np.asarray(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    boxes = (_grown(photo.focus, 1.12), _grown(photo.focus, 1.5)) if photo.focus else ()
    best: tuple[float, NDArray[np.uint8]] | None = None
    for box in (*boxes, *_BOXES)[:_TRIES]:
        answer = _grab(small, box)
        if answer is not None and photo.focus and not _about(answer[1], photo.focus):
            continue
        if answer is not None and (best is None or answer[0] > best[0]):
            best = answer
        if best is not None and best[0] > _GOOD:
            break
    return None if best is None else _refined(photo, _sharpened(photo, best[1]))


def _about(mask: NDArray[np.uint8], focus: Box) -> bool:
    """True where the found subject is the told one: about its size, and over its middle."""
    _, _, width, height = cv2.boundingRect(mask)
    row = min(mask.shape[0] - 1, int((focus.y + focus.height / 2) * mask.shape[0]))
    column = min(mask.shape[1] - 1, int((focus.x + focus.width / 2) * mask.shape[1]))
    told = max(focus.width * focus.height * mask.size, 1.0)
    return width * height < _SPREAD * told and bool(mask[row, column])


def _grown(box: Box, factor: float) -> Box:
    width, height = min(0.94, box.width * factor), min(0.94, box.height * factor)
    x = min(max(0.03, box.x + box.width / 2 - width / 2), 0.97 - width)
    y = min(max(0.03, box.y + box.height / 2 - height / 2), 0.97 - height)
    return Box(x=x, y=y, width=width, height=height)


def _grab(image: NDArray[np.uint8], box: Box) -> tuple[float, NDArray[np.uint8]] | None:
    height, width = image.shape[:2]
    mask = np.full((height, width), cv2.GC_BGD, np.uint8)
    left, top = max(1, round(box.x * width)), max(1, round(box.y * height))
    right, bottom = min(width - 1, left + round(box.width * width)), min(height - 1, top + round(box.height * height))
    mask[top:bottom, left:right] = cv2.GC_PR_FGD
    frame = mask == cv2.GC_PR_FGD
    if int(np.ptp(image, axis=(0, 1)).max()) < _FLAT or right - left < 8 or bottom - top < 8:  # noqa: PLR2004 - flat or empty: nothing to part
        return None
    cv2.setRNGSeed(1)  # GrabCut seeds its colour clusters at random
    smooth = np.asarray(cv2.bilateralFilter(image, 7, 30, 7), np.uint8)
    cv2.grabCut(smooth, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = _whole(np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), np.uint8))
    score = None if _fills(found, frame) else _score(found, smooth)
    return None if score is None else (score, found)


def _fills(found: NDArray[np.uint8], frame: NDArray[np.bool_]) -> bool:
    """True where the answer leans on the border of its starting box: then the box drew the outline and not the object."""
    inner = cv2.erode(frame.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0)
    rim = frame & (np.asarray(inner) == 0)
    return float((found[rim] > 0).mean()) > _LEANING


def _sharpened(photo: Photo, mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The answer looked at again at a finer size, where only a band along its outline is open to question."""
    share = min(1.0, _FINE_SIDE / max(photo.size))
    size = (round(photo.size[0] * share), round(photo.size[1] * share))
    fine = cv2.bilateralFilter(cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA), 7, 30, 7)
    rough = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    reach = max(2, round(_BAND * max(size)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    labels = np.where(rough > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[np.asarray(cv2.erode(rough, kernel)) > 0] = cv2.GC_FGD
    labels[np.asarray(cv2.dilate(rough, kernel)) == 0] = cv2.GC_BGD
    cv2.setRNGSeed(1)
    cv2.grabCut(fine, labels, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 2, cv2.GC_INIT_WITH_MASK)
    found = _whole(np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), np.uint8))
    # the outline without the staircase and the bites: an object's edge is smooth over a hundredth of the picture
    round_off = cv2.GaussianBlur(found.astype(np.float32), (0, 0), _SMOOTH * max(size))
    return np.asarray(round_off > 0.5, np.uint8)  # noqa: PLR2004 - half covered


def _whole(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest piece with its holes filled and its outline smoothed."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    closed = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = np.zeros_like(mask)
    if contours:
        cv2.drawContours(whole, [max(contours, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    return whole


def _score(mask: NDArray[np.uint8], image: NDArray[np.uint8]) -> float | None:
    area = float(mask.mean())
    rim = max(float(side.mean()) for side in (mask[1], mask[-2], mask[:, 1], mask[:, -2]))
    if not _AREA[0] <= area <= _AREA[1] or rim > _BORDER:
        return None
    hull = cv2.contourArea(cv2.convexHull(np.asarray(cv2.findNonZero(mask))))
    solidity = float(mask.sum()) / max(hull, 1.0)
    steps = _steps(mask, image)
    contrast = float(steps.mean())
    if solidity < _SOLIDITY or contrast < _CONTRAST or float((steps > _STEP).mean()) < _EDGED:
        return None
    return float(solidity * min(contrast / 40, 1.0) * area**0.35)


def _steps(mask: NDArray[np.uint8], image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Distances in Lab between the colours just inside and just outside the outline, all along it."""
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB).astype(np.float32)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    inside = (mask - cv2.erode(mask, kernel)).astype(np.float32)
    outside = (cv2.dilate(mask, kernel) - mask).astype(np.float32)
    near = [
        cv2.blur(lab * side[..., None], (9, 9)) / np.maximum(cv2.blur(side, (9, 9)), 1e-3)[..., None]
        for side in (inside, outside)
    ]
    return np.asarray(np.linalg.norm(near[0] - near[1], axis=2)[inside > 0], np.float32)


def _refined(photo: Photo, mask: NDArray[np.uint8]) -> Matte:
    share = min(1.0, _REFINE_SIDE / max(photo.size))
    size = (round(photo.size[0] * share), round(photo.size[1] * share))
    guide = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    step = max(size) / max(mask.shape)
    rough = blurred(np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)), 0.9 * step)
    rough = np.clip((rough - 0.5) * 2.5 + 0.5, 0, 1).astype(np.float32)
    alpha = _guided(np.asarray(cv2.cvtColor(guide, cv2.COLOR_RGB2GRAY), np.float32), rough, radius=round(1.6 * step) + 1)
    band = np.asarray(cv2.dilate(rough, np.ones((3, 3))) > 0.02)  # noqa: PLR2004 - outside the rough band there is no subject
    alpha = np.clip((np.where(band, alpha, 0) - 0.22) / 0.62, 0, 1).astype(np.float32)
    alpha = blurred(alpha, 0.7)
    return _matte(np.asarray(cv2.resize(alpha, photo.size, interpolation=cv2.INTER_LINEAR), np.float32))


def _cut_out(alpha: Plane) -> bool:
    """Whether a picture's own transparency parts a subject from nothing, and does not only round its corners."""
    there = float((alpha > 0.5).mean())  # noqa: PLR2004 - half covered
    return _AREA[0] <= there <= _MOST_OPAQUE


def _matte(full: Plane) -> Matte:
    rows, columns = np.nonzero(full > 0.5)  # noqa: PLR2004 - half covered
    left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
    return Matte(full, Rect((left + right) / 2, (top + bottom) / 2, float(right - left), float(bottom - top)))


def _guided(guide: Plane, plane: Plane, *, radius: int, epsilon: float = 2e-4) -> Plane:
    window = (2 * radius + 1, 2 * radius + 1)
    mean_guide, mean_plane = cv2.blur(guide, window), cv2.blur(plane, window)
    variance = cv2.blur(guide * guide, window) - mean_guide * mean_guide
    slope = (cv2.blur(guide * plane, window) - mean_guide * mean_plane) / (variance + epsilon)
    offset = mean_plane - slope * mean_guide
    return np.asarray(cv2.blur(slope, window) * guide + cv2.blur(offset, window), np.float32)


def freed(picture: Picture, alpha: Plane, *, reach: float) -> Picture:
    """The picture with the subject's own colours drawn out over its soft edge (`reach` pixels): no fringe of the old ground."""
    sure = clipped((alpha - 0.9) * 10)
    spread = blurred(picture * sure[..., None], reach) / np.maximum(blurred(sure, reach), 1e-3)[..., None]
    return np.asarray(picture * sure[..., None] + spread * (1 - sure[..., None]), np.float32)


def without_subject(picture: Picture, alpha: Plane, *, reach: float) -> Picture:
    """The picture blurred by `reach` pixels with the subject left out, so that it throws no halo into its surroundings."""
    fat = np.asarray(cv2.dilate(alpha, np.ones((3, 3)), iterations=max(1, min(12, round(reach / 6)))), np.float32)
    outside = 1 - fat
    near = blurred(picture * outside[..., None], reach) / np.maximum(blurred(outside, reach), 2e-3)[..., None]
    far = blurred(picture * outside[..., None], 6 * reach) / np.maximum(blurred(outside, 6 * reach), 2e-3)[..., None]
    trust = np.clip(blurred(outside, reach) * 6, 0, 1)[..., None]
    return np.clip(near * trust + far * (1 - trust), 0, 1).astype(np.float32)
