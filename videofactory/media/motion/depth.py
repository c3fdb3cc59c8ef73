"""Finding the subject of a picture: a soft matte from saliency, sharpness, place and colour, or none where that is not sure.

All work is done on a shrunken picture. What is done with the matte is `layers`.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.motion.planes import Pixels, Plane

WORK_WIDTH = 192
"""Long side of the shrunken picture; saliency and cutting need no more."""
AREA_RANGE = (0.03, 0.36)
MIN_SOLIDITY = 0.72
"""Share of its convex hull that a believable subject fills; ragged mattes tear when layers part."""
MIN_CONTRAST = 1.12
"""How much stranger the middle of the picture must be than its border; below, nothing stands out and a cut would be a guess."""
MIN_EDGE_SHARE = 0.86
"""Share of the outline along which colour must change: a matte that cuts through a thing would tear it."""
MIN_EDGE = 9.0
"""What counts as a change of colour across the outline, in CIE Lab units."""
MAX_BORDER_SHARE = 0.34
"""Share of the picture's border a subject may touch; more is background."""
_CUT_ROUNDS = 3
_CUT_SEED = 7
_STEP_ACROSS = 3
_SEED_QUANTILE, _MAYBE_QUANTILE = 0.93, 0.72


class Matte(NamedTuple):
    """The subject: opacity 0..1 at work size, and its centre in picture heights from the picture's centre."""

    opacity: Plane
    centre: tuple[float, float]


def matte(picture: Pixels) -> Matte | None:
    """The subject's matte, or `None` where no compact subject stands out: then the picture moves in one piece."""
    small = _shrunken(picture)
    strange = strangeness(small)
    if not _stands_out(strange):
        return None
    shape = _one_piece(_cut(small, interest=interest(small, strange=strange)))
    if shape is None or not _believable(shape) or _edge_share(shape, small=small) < MIN_EDGE_SHARE:
        return None
    return Matte(_softened(shape), _centre(shape))


def strangeness(small: Pixels) -> Plane:
    """How far each colour is from the usual colour of the picture's border, in CIE Lab units."""
    lab = _lab(small)
    deep, wide = small.shape[0] // 12, small.shape[1] // 14
    border = np.concatenate([side.reshape(-1, 3) for side in (lab[:deep], lab[:, :wide], lab[:, -wide:])])
    return np.asarray(np.linalg.norm(lab - np.median(border, axis=0), axis=2), dtype=np.float32)


def interest(small: Pixels, *, strange: Plane) -> Plane:
    """How much each place draws the eye, 0..1: rare colours, sharp detail, the middle of the picture."""
    height, width = small.shape[:2]
    detail = np.abs(cv2.Laplacian(np.ascontiguousarray(_lab(small)[:, :, 0]), cv2.CV_32F))
    merged = 0.7 * _levelled(strange, blur=width / 60) + 0.3 * _levelled(np.asarray(detail), blur=width / 22)
    return np.asarray(merged * _place(height, width), dtype=np.float32)


def _lab(small: Pixels) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(small.astype(np.float32) / 255.0, cv2.COLOR_BGR2Lab), dtype=np.float32)


def _stands_out(strange: Plane) -> bool:
    height, width = strange.shape
    inner = np.zeros_like(strange, dtype=bool)
    inner[height // 5 : height - height // 5, width // 5 : width - width // 5] = True
    return bool(strange[inner].mean() > MIN_CONTRAST * max(float(strange[~inner].mean()), 1.0))


def _shrunken(picture: Pixels) -> Pixels:
    scale = WORK_WIDTH / max(picture.shape[:2])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.bilateralFilter(small, 7, 30, 5), dtype=np.uint8)


def _levelled(values: NDArray[np.float32], *, blur: float) -> Plane:
    smooth = cv2.GaussianBlur(values, (0, 0), blur)
    return np.asarray(np.clip(smooth / max(float(np.quantile(smooth, 0.97)), 1e-3), 0.0, 1.0), dtype=np.float32)


def _place(height: int, width: int) -> Plane:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    across = (x / width - 0.5) / 0.30
    down = (y / height - 0.52) / 0.42
    return np.asarray(np.exp(-0.5 * (across**2 + down**2)), dtype=np.float32)


def _cut(small: Pixels, *, interest: Plane) -> Pixels:
    sure, maybe = np.quantile(interest, [_SEED_QUANTILE, _MAYBE_QUANTILE])
    labels = np.full(interest.shape, cv2.GC_PR_BGD, np.uint8)
    labels[interest > maybe] = cv2.GC_PR_FGD
    labels[interest > sure] = cv2.GC_FGD
    edge = max(2, small.shape[1] // 40)
    labels[:, :edge] = labels[:, -edge:] = cv2.GC_BGD
    cv2.setRNGSeed(_CUT_SEED)  # grabCut clusters from OpenCV's own generator: seeded, or bytes would differ between runs
    behind, subject = np.zeros((1, 65)), np.zeros((1, 65))  # room for the colour models, in the size OpenCV asks for
    cv2.grabCut(small, labels, (0, 0, 0, 0), behind, subject, _CUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.where((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)


def _one_piece(cut: Pixels) -> Pixels | None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11))
    closed = cv2.morphologyEx(cut, cv2.MORPH_CLOSE, kernel)
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, kernel)
    outlines, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return None
    largest = max(outlines, key=cv2.contourArea)
    return np.asarray(cv2.drawContours(np.zeros_like(cut), [largest], -1, 255, cv2.FILLED), dtype=np.uint8)


def _believable(shape: Pixels) -> bool:
    outline = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0]
    area = cv2.contourArea(outline)
    hull = cv2.contourArea(cv2.convexHull(outline))
    border = np.concatenate([shape[0], shape[-1], shape[:, 0], shape[:, -1]])
    share = area / shape.size
    return bool(
        AREA_RANGE[0] <= share <= AREA_RANGE[1] and area >= MIN_SOLIDITY * hull and np.mean(border > 0) <= MAX_BORDER_SHARE
    )


def _edge_share(shape: Pixels, *, small: Pixels) -> float:
    """Share of the outline, the picture's border aside, at which the picture has an edge too."""
    height, width = shape.shape
    slope = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 2.0)
    normal = np.dstack([cv2.Sobel(slope, cv2.CV_32F, 1, 0), cv2.Sobel(slope, cv2.CV_32F, 0, 1)])
    outline = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0][:, 0]
    limits = np.array([width, height]) - 1
    free = outline[np.all((outline > _STEP_ACROSS) & (outline < limits - _STEP_ACROSS), axis=1)]
    if not len(free):
        return 0.0
    across = normal[free[:, 1], free[:, 0]]
    across *= _STEP_ACROSS / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    inside, outside = (np.rint(np.clip(free + way * across, 0, limits)).astype(int) for way in (1, -1))
    lab = cv2.GaussianBlur(_lab(small), (0, 0), 1.0)
    change = np.linalg.norm(lab[inside[:, 1], inside[:, 0]] - lab[outside[:, 1], outside[:, 0]], axis=1)
    return float(np.mean(change > MIN_EDGE))


def _softened(shape: Pixels) -> Plane:
    grown = cv2.dilate(shape, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    return np.asarray(cv2.GaussianBlur(grown.astype(np.float32) / 255.0, (0, 0), WORK_WIDTH / 160), dtype=np.float32)


def _centre(shape: Pixels) -> tuple[float, float]:
    height, width = shape.shape
    rows, columns = np.nonzero(shape)
    return ((float(columns.mean()) + 0.5 - width / 2) / height, (float(rows.mean()) + 0.5 - height / 2) / height)
