"""Memory of pictures and sound goes back to the system when it is no longer used, whichever thread held it."""

import ctypes
import sys
from functools import cache

_MMAP_THRESHOLD = -3
"""glibc's M_MMAP_THRESHOLD (mallopt(3))."""
_LARGE = 1 << 20
"""Bytes from which on a block is given back: planes, encoders' frames, blocks of sound."""


@cache
def give_back_large_blocks() -> None:
    """Let glibc map large blocks each by itself. Otherwise it learns to keep them, in a heap for each thread.

    Measured on a cut of two stretches side by side: 289 MiB held afterwards without, 166 with. Elsewhere than on glibc: nothing.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_MMAP_THRESHOLD, _LARGE)
