"""Fine detail: how sharp a picture is, and where; how noisy; how many edges it has.

Measured with the longer side at most `LONGEST` pixels: about what a brand image gets inside a 1080p frame, so that blur and
noise which disappear by shrinking to that size do not count.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.measure.picture import Picture, Plane, luma, shrink

LONGEST = 1024
TILES = 12
"""Tiles along the longer side; each is judged by itself, because a sharp subject may stand before a blurred ground."""
TILE_CONTRAST = 8.0
"""Tiles whose brightness deviates less (8-bit levels) hold nothing that could be sharp."""
SHARPEST = 0.8
"""Quantile of the tiles' figures that stands for the picture: the sharp part counts, one lucky tile does not."""
SOFTEST_RATIO, CRISPEST_RATIO = 0.03, 0.8
"""Laplacian against contrast at which sharpness is 0 (edges blurred by 3 pixels and more) and 1 (single-pixel detail)."""
LOUDEST_NOISE = 40.0
"""Standard deviation in 8-bit levels at which noise is 1."""
NOISE_TILES = 0.2
"""The calmest fifth of the tiles shows the noise; the others show texture as well."""
ROUNDING = 0.4
"""Deviation that rounding to 8 bits leaves in smooth shading: no detail, so at least this counts as noise."""
DOUBT = 1.5
"""Noise differs over a picture and is found from samples: this much more of its energy is not counted as detail."""
_LAPLACE_NOISE = 20.0
"""Variance that white noise of variance 1 leaves in the 3x3 Laplacian: 4² + 4·1²."""
_NOISE_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
_NOISE_GAIN = 6.0
"""Standard deviation that the mask gives white noise of deviation 1 (Immerkær 1996)."""
_NOISE_TILE = 16
_CLIPPED_LOW, _CLIPPED_HIGH = 16.0, 239.0
_CANNY = (60.0, 150.0)


class Detail(NamedTuple):
    """Sharpness 0..1; noise 0..1; edges: share of pixels on an edge; sharpness a tile (NaN where a tile is empty)."""

    sharpness: float
    noise: float
    edges: float
    tiles: NDArray[np.float64]


def detail(image: Picture) -> Detail:
    """All figures of fine detail."""
    grey = luma(shrink(image, longest=LONGEST))
    deviation = _noise_deviation(grey)
    tiles = _tile_sharpness(grey, deviation=deviation)
    return Detail(_sharpest(tiles), min(1.0, deviation / LOUDEST_NOISE), _edges(grey), tiles)


def sharpness(image: Picture) -> float:
    """How sharp the sharp part of the picture is, 0 (no detail finer than a few pixels) to 1 (single-pixel detail).

    Per tile: the deviation of the Laplacian, less what noise explains, over the deviation of brightness; on a logarithmic
    scale from `SOFTEST_RATIO` to `CRISPEST_RATIO`; then the `SHARPEST` quantile. Size and contrast do not move it much.
    """
    return detail(image).sharpness


def noise(image: Picture) -> float:
    """Grain of the calm parts, 0 (none) to 1 (deviation of `LOUDEST_NOISE` levels and more)."""
    return min(1.0, _noise_deviation(luma(shrink(image, longest=LONGEST))) / LOUDEST_NOISE)


def _noise_deviation(grey: Plane) -> float:
    response = np.abs(cv2.filter2D(grey, -1, _NOISE_MASK)) * np.sqrt(np.pi / 2) / _NOISE_GAIN
    level, found = _blocks(grey, side=_NOISE_TILE), _blocks(np.asarray(response, dtype=np.float32), side=_NOISE_TILE)
    usable = found[(level > _CLIPPED_LOW) & (level < _CLIPPED_HIGH)]
    return float(np.quantile(usable, NOISE_TILES)) if usable.size else 0.0


def _blocks(plane: Plane, *, side: int) -> NDArray[np.float64]:
    height, width = (max(1, length // side) for length in plane.shape)
    return np.asarray(cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float64)


def _tile_sharpness(grey: Plane, *, deviation: float) -> NDArray[np.float64]:
    side = max(8, max(grey.shape) // TILES)
    grain = max(deviation, ROUNDING)
    laplacian = np.asarray(cv2.Laplacian(grey, cv2.CV_32F, ksize=1), dtype=np.float32)
    energy = _blocks(laplacian**2, side=side) - DOUBT * _LAPLACE_NOISE * grain**2
    mean = _blocks(grey, side=side)
    spread = _blocks(grey**2, side=side) - mean**2 - grain**2
    full = spread > max(TILE_CONTRAST, grain) ** 2
    ratio = np.sqrt(np.maximum(energy, 0) / np.maximum(spread, 1e-6))
    return np.where(full, _on_scale(ratio), np.nan)


def _on_scale(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    stops = np.log(np.maximum(ratio, 1e-6) / SOFTEST_RATIO) / np.log(CRISPEST_RATIO / SOFTEST_RATIO)
    return np.asarray(np.clip(stops, 0.0, 1.0), dtype=np.float64)


def _sharpest(tiles: NDArray[np.float64]) -> float:
    full = tiles[~np.isnan(tiles)]
    return float(np.quantile(full, SHARPEST)) if full.size else 0.0


def _edges(grey: Plane) -> float:
    calm = cv2.GaussianBlur(grey, (0, 0), 1.0).clip(0, 255).astype(np.uint8)
    return float(np.count_nonzero(cv2.Canny(calm, *_CANNY)) / calm.size)
