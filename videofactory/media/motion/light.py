"""Light that lives: a slow soft sweep over the frame and an exposure that breathes by less than one percent. It never flashes.

Both only darken, so that white stays white and nothing leaves the limited range.
"""

import cv2
import numpy as np

from videofactory.media.motion.planes import SOLID, Pixels, Size

SWEEP_DEPTH = 0.045
"""How much darker the frame is away from the sweep."""
BREATH_DEPTH = 0.008
_SWEEP_SECONDS = 7.0
_BREATH_SECONDS = 5.3
_GRID_HEIGHT = 36
_SWEEP_WIDTH = 0.55
"""Standard deviation of the sweep in picture heights: no edge of light is ever seen."""


class Light:
    """The gain of every pixel of a frame; the same seed gives the same light."""

    def __init__(self, *, size: Size, fps: int, seed: int) -> None:
        random = np.random.default_rng([seed, 2])
        self._size, self._fps = size, fps
        self._phase = random.uniform(0.0, 2.0 * np.pi, 2)
        angle = random.uniform(-0.45, 0.45) + np.pi * random.integers(2)
        width = max(round(_GRID_HEIGHT * size.aspect), 8)
        y, x = np.mgrid[0:_GRID_HEIGHT, 0:width] / _GRID_HEIGHT - 0.5
        self._along = (x - (size.aspect - 1.0) / 2.0) * np.cos(angle) + y * np.sin(angle)
        self._span = 0.5 * size.aspect + 0.2

    def gain(self, frame: int) -> Pixels:
        """Factors for the luma of frame number `frame`, in 255ths."""
        time = frame / self._fps
        centre = self._span * np.sin(2.0 * np.pi * time / (2.0 * _SWEEP_SECONDS) + self._phase[0])
        glow = np.exp(-0.5 * ((self._along - centre) / _SWEEP_WIDTH) ** 2)
        breath = 0.5 + 0.5 * np.sin(2.0 * np.pi * time / _BREATH_SECONDS + self._phase[1])
        small = SOLID * (1.0 - SWEEP_DEPTH * (1.0 - glow)) * (1.0 - BREATH_DEPTH * breath)
        large = cv2.resize(small.astype(np.float32), self._size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.convertScaleAbs(large), dtype=np.uint8)
