"""A few pictures of a film as it will show them, before any text is drawn: small RGB, for looking at and measuring."""

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Timeline
from videofactory.media.cut.encode import composed
from videofactory.media.cut.plan import Stretch

LONGEST = 640
"""Pixels of the longer side."""


def samples(timeline: Timeline, *, at: Sequence[int], shelf: Callable[[Artifact], Path]) -> list[NDArray[np.uint8]]:
    """The pictures at these film frames. Raises `MediaBroken` for clips that do not decode or are too short."""
    scale = min(1.0, LONGEST / max(timeline.frame.width, timeline.frame.height))
    width, height = (max(2, round(side * scale)) for side in (timeline.frame.width, timeline.frame.height))
    found = []
    for number in at:
        (planes,) = composed(timeline, Stretch(number, number + 1, ""), shelf=shelf)
        picture = av.VideoFrame.from_ndarray(planes, format="yuv420p").reformat(
            width=width, height=height, format="rgb24", interpolation=Interpolation.AREA,
            src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG,
        )  # fmt: skip
        found.append(np.asarray(picture.to_ndarray(), np.uint8))
    return found
