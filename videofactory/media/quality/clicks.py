"""Clicks: jumps of the sound within a millisecond that nothing around them explains.

Speech, drums and plucked strings begin sharply too, but something of the kind follows them or came before: a jump counts only
where it stands out of everything within a fortieth of a second on both sides. Limits: `[sound]` of quality.toml.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from videofactory.media.quality.limits import limits

_NEAR, _FAR = 2, 25
"""Milliseconds: what a coder smears of the click itself, and how far round is looked."""


def clicks(samples: NDArray[np.float32], *, rate: int, begin: int, stop: int) -> NDArray[np.float64]:
    """Rows (second from `begin`, ratio to all around, level) of what stands out in the samples [begin, stop) of all channels."""
    block = rate // 1000
    rows = [_found(side, block=block) for side in samples]
    found = np.concatenate(rows) if rows else np.zeros((0, 3))
    at = found[:, 0] * block
    inside = found[(at >= begin) & (at < stop)]
    inside[:, 0] = (inside[:, 0] * block - begin) / rate
    return inside[np.argsort(inside[:, 0], kind="stable")]


def _found(side: NDArray[np.float32], *, block: int) -> NDArray[np.float64]:
    """Rows of block, ratio and level for one channel; blocks are of a millisecond."""
    jumps = np.abs(np.diff(side, 2, prepend=0.0, append=0.0))
    highest = np.pad(jumps, (0, -len(jumps) % block)).reshape(-1, block).max(axis=1, initial=0.0).astype(np.float64)
    around = np.maximum(_around(highest), _around(highest[::-1])[::-1])
    level = highest / 2
    limit = 10 ** (limits().sound.click_dbfs / 20)
    ratio = highest / np.maximum(around, limit / limits().sound.click_ratio)
    at = np.flatnonzero((ratio >= limits().sound.click_ratio) & (level >= limit))
    return np.stack([at.astype(np.float64), ratio[at], level[at]], axis=1)


def _around(highest: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each block the highest of those `_NEAR` to `_FAR` before it; silence stands before the first."""
    padded = np.pad(highest, (_FAR, 0))
    windows = sliding_window_view(padded, _FAR - _NEAR)
    return np.asarray(windows[: len(highest)].max(axis=1))
