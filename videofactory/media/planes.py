"""A picture of 8-bit 4:2:0 as its three planes: luma, then both chroma planes at half its size. Views, never copies."""

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from videofactory.domain.timeline import Area

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]


def of_frame(picture: VideoFrame) -> Planes:
    """The planes of a yuv420p frame without the padding behind their rows. To be written to only after `make_writable`."""
    luma, blue, red = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in picture.planes
    )
    return luma, blue, red


def of_rows(picture: Plane) -> Planes:
    """The planes of a picture packed into height·3/2 rows, as raw `yuv420p` lies in memory."""
    rows, width = picture.shape
    height = rows * 2 // 3
    blue, red = picture[height:].reshape(2, height // 2, width // 2)
    return picture[:height], blue, red


def area_of(planes: Planes, area: Area) -> Planes:
    """An area of a picture."""
    luma, blue, red = planes
    rows, columns = slice(area.top // 2, area.bottom // 2), slice(area.left // 2, area.right // 2)
    return luma[area.top : area.bottom, area.left : area.right], blue[rows, columns], red[rows, columns]
