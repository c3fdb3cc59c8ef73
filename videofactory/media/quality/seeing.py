"""The pictures of a piece, decoded in full and measured one by one: blackness, brightness by cells, saturated red.

Damage is noticed by the decoder's own strict mode; what a player would show all the same is decoded again, leniently.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.figures import PictureFigures
from videofactory.media.quality.limits import limits
from videofactory.media.quality.tracks import Packet, Piece, run_of

_STRICT = {"err_detect": "crccheck+bitstream+buffer+explode"}
_PLAIN = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})
"""Formats whose planes can be read as they are: eight bits, luma first."""
_FULL_RANGE = 2
_NEUTRAL = 128
_LINES = 10
"""Of a plane for each row of its small picture, from which it is large."""
_RED_AT_LEAST = 150
"""Of 255: a saturated red has more Cr than this, whatever its brightness: pictures without any are not looked at further."""
_GAMMA = 2.4
"""Of the display that relative luminance is measured on (ITU-R BT.1886)."""
Plane = NDArray[np.uint8]


def see(path: Path, pieces: Sequence[Piece], *, threads: int) -> Iterator[tuple[Piece, PictureFigures, bool]]:
    """The figures of these pieces (in order), and of each whether it decoded without a complaint. `threads`: 0 for all."""
    if not pieces:
        return
    with av.open(str(path)) as container:
        reader = _Reader(container, threads=threads, options=_STRICT)
        for piece in pieces:
            figures = reader.figures(piece)
            if reader.complaints:
                reader.complaints = 0
                with av.open(str(path)) as again:
                    yield piece, _Reader(again, threads=threads, options={}).figures(piece), False
            else:
                yield piece, figures, True


class _Reader:
    """Decodes pieces of one opened film."""

    def __init__(self, container: av.container.InputContainer, *, threads: int, options: dict[str, str]) -> None:
        self._container = container
        self._stream = container.streams.video[0]
        self._stream.codec_context.thread_count = threads
        self._stream.codec_context.thread_type = "AUTO"
        self._stream.codec_context.options = options
        self.complaints = 0

    def figures(self, piece: Piece) -> PictureFigures:
        """Measure the pictures of one piece."""
        rows, columns, _ = _sizes(self._stream.codec_context.width, self._stream.codec_context.height)
        ticks: list[int] = []
        black: list[float] = []
        grid: list[Plane] = []
        red: list[Plane] = []
        for picture in self._pictures(piece):
            ticks.append(int(picture.pts or 0) - piece.time)
            share, cells, reds = _measured(picture)
            black.append(share)
            grid.append(cells)
            red.append(reds)
        empty = np.zeros((0, rows, columns), np.uint8), np.zeros((0, -(-rows * columns // 8)), np.uint8)
        return PictureFigures(
            np.array(ticks, np.int64),
            np.array(black, np.float32),
            np.stack(grid) if grid else empty[0],
            np.stack(red) if red else empty[1],
        )

    def _pictures(self, piece: Piece) -> Iterator[av.VideoFrame]:
        for packet in self._packets(piece):
            try:
                for picture in self._stream.codec_context.decode(packet):
                    self.complaints += picture.is_corrupt
                    yield picture
            except av.error.FFmpegError:
                self.complaints += 1
        self._stream.codec_context.flush_buffers()

    def _packets(self, piece: Piece) -> Iterator[Packet | None]:
        missing = yield from run_of(self._container, self._stream, clock=piece.clock, count=piece.stop - piece.first)
        self.complaints += missing  # not in one: the count goes on while packets are read


def _measured(picture: av.VideoFrame) -> tuple[float, Plane, Plane]:
    if picture.format.name not in _PLAIN:
        picture = picture.reformat(format="yuv420p")
    full = picture.color_range == _FULL_RANGE or picture.format.name.startswith("yuvj")
    rows, columns, size = _sizes(picture.width, picture.height)
    luma, blue, red = (_plane(plane, rows=wanted) for plane, wanted in zip(picture.planes, (size[1], rows, rows), strict=True))
    small = np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)
    share = float(np.count_nonzero(small < _black_below(full=full))) / small.size
    cells = _stretched(full=full)[_cells(small, rows, columns)]
    reds = _cells(red, rows, columns)
    if int(reds.max()) < _RED_AT_LEAST:
        return share, cells, np.zeros(-(-cells.size // 8), np.uint8)
    return share, cells, np.packbits(_saturated(cells, _cells(blue, rows, columns), reds, full=full))


def _cells(plane: Plane, rows: int, columns: int) -> Plane:
    return np.asarray(cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)


def _plane(plane: av.video.plane.VideoPlane, *, rows: int) -> Plane:
    """A plane that is to become so many rows; of a large one every second line: its mean is the same, read in half the time."""
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    skipped = 2 if plane.height % (2 * rows) == 0 and plane.height >= _LINES * rows else 1
    return lines[: plane.height : skipped, : plane.width]


@cache
def _sizes(width: int, height: int) -> tuple[int, int, tuple[int, int]]:
    """Rows and columns of the grid, and width and height of the small picture."""
    how, longer = limits().detection, max(width, height)
    columns, rows = (max(1, round(how.cells * side / longer)) for side in (width, height))
    return rows, columns, (max(1, round(how.width * width / longer)), max(1, round(how.width * height / longer)))


@cache
def _black_below(*, full: bool) -> float:
    share = limits().detection.black_pixel_level
    return share * 255 if full else 16 + share * 219


@cache
def _stretched(*, full: bool) -> Plane:
    """From the levels of a file to 0 … 255."""
    levels = np.arange(256, dtype=np.float64)
    return np.clip(levels if full else (levels - 16) * 255 / 219, 0, 255).round().astype(np.uint8)


def _saturated(cells: Plane, blue: Plane, red: Plane, *, full: bool) -> NDArray[np.bool_]:
    """Which cells are saturated red: R / (R + G + B) at least the limit, in linear light (WCAG 2.3.1, BT.709)."""
    scale = 255.0 if full else 224.0
    luma, cb, cr = cells / 255.0, (blue - float(_NEUTRAL)) / scale, (red - float(_NEUTRAL)) / scale
    signals = (luma + 1.5748 * cr, luma - 0.1873 * cb - 0.4681 * cr, luma + 1.8556 * cb)
    lights = [np.clip(signal, 0, 1) ** _GAMMA for signal in signals]
    return np.asarray(lights[0] >= limits().detection.red_share * np.maximum(sum(lights), 1e-3))
