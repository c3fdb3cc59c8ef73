"""Clips as engines, cameras and editors deliver them, made by FFmpeg in a moment: every picture tells its number and its colours.

A picture has four patches of known colours, and in its middle a row of eight cells: its number in black and white, the highest
bit at the left. So a fitted clip can be asked what it shows, which way up, in which colours, and in which order.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from videofactory.media import ffmpeg

BITS = 8
PATCHES = ((0xC0, 0x30, 0x20), (0x20, 0xA0, 0x40), (0x28, 0x40, 0xC8), (0x80, 0x80, 0x80))
"""Top left, top right, bottom left, bottom right."""
LOSSLESS = ("-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-threads", "1")
QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "8", "-threads", "1")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "10", "-b:v", "0")
BT709 = "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p"
TAGGED = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_CELL_HEIGHT = 0.12
_STRIP = 0.5
"""The row of cells takes this share of the width, in the middle."""

Picture = NDArray[np.uint8]


def pictures(numbers: Sequence[int], *, width: int, height: int) -> Iterator[bytes]:
    """Raw RGB pictures with these numbers."""
    ground = np.empty((height, width, 3), np.uint8)
    top, left = height // 2, width // 2
    ground[:top, :left], ground[:top, left:], ground[top:, :left], ground[top:, left:] = PATCHES
    cells = np.linspace(width * (1 - _STRIP) / 2, width * (1 + _STRIP) / 2, BITS + 1).round().astype(int)
    rows = slice(round(height * (0.5 - _CELL_HEIGHT)), round(height * (0.5 + _CELL_HEIGHT)))
    for number in numbers:
        picture = ground.copy()
        for bit, (start, stop) in enumerate(pairwise(cells)):
            picture[rows, start:stop] = 235 if number >> (BITS - 1 - bit) & 1 else 16
        yield picture.tobytes()


def clip(
    out: Path,
    *,
    numbers: Sequence[int] = tuple(range(30)),
    rate: str = "30",
    size: tuple[int, int] = (320, 180),
    look: str = f"{BT709},{TAGGED}",
    coding: Sequence[str] = LOSSLESS,
    sound: Sequence[str] = (),
    ending: Sequence[str] = (),
) -> Path:
    """Write a clip. `sound` are FFmpeg's arguments for its input and coding, `ending` those just before the file's name."""
    width, height = size
    raw = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{width}x{height}", "-framerate", rate, "-i", "-"]
    heard = [*sound[: sound.index("-c:a")]] if sound else []
    coded = [*sound[sound.index("-c:a") :]] if sound else []
    arguments: list[str | Path] = [*raw, *heard, "-vf", look, *coding, *coded, *ending, out]
    ffmpeg.run(arguments, purpose=f"make {out.name} for a test", frames=pictures(numbers, width=width, height=height))
    return out


def seen(path: Path) -> list[Picture]:
    """All pictures, in RGB, as a BT.709 player shows them."""
    with av.open(str(path)) as container:
        return [
            frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray().astype(np.uint8)
            for frame in container.decode(video=0)
        ]


def number(picture: Picture, *, strip: float = _STRIP) -> int:
    """The number a picture shows, its row of cells being this share of the picture's width."""
    height, width = picture.shape[:2]
    row = picture[height // 2 - 2 : height // 2 + 2].mean(axis=(0, 2))
    places = width * (1 - strip) / 2 + width * strip * (np.arange(BITS) + 0.5) / BITS
    return sum(1 << (BITS - 1 - bit) for bit, place in enumerate(places) if row[round(float(place))] > 128)


def patches(picture: Picture) -> NDArray[np.float64]:
    """The mean colours of the four patches, in the order of `PATCHES`."""
    height, width = picture.shape[:2]
    tall, wide = height // 10, width // 14
    rows, columns = (height // 6, height * 5 // 6), (width // 6, width * 5 // 6)
    return np.array([picture[y - tall : y + tall, x - wide : x + wide].mean(axis=(0, 1)) for y in rows for x in columns])


def colour_error(picture: Picture) -> float:
    """How far the worst patch is from its colour, in levels of 255."""
    return float(np.abs(patches(picture) - PATCHES).max())


def combing(picture: Picture) -> float:
    """How much neighbouring rows differ inside the row of cells, in levels: interlaced pictures are like a comb there."""
    height, width = picture.shape[:2]
    cells = picture[round(height * 0.42) : round(height * 0.58), width // 4 : width * 3 // 4].mean(axis=2)
    return float(np.abs(np.diff(cells, axis=0)).mean())


def click(path: Path) -> float:
    """Seconds at which the loudest moment of the first sound track is heard, counted in samples: gaps are lost, as in a mixer."""
    moments = []
    begun: float | None = None
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            loudness = np.abs(frame.to_ndarray().astype(float)).reshape(
                1 if frame.format.is_packed else frame.layout.nb_channels, -1
            )
            at = int(loudness.max(axis=0).argmax()) // (frame.layout.nb_channels if frame.format.is_packed else 1)
            begun = float((frame.pts or 0) * (frame.time_base or 0)) if begun is None else begun
            moments.append((float(loudness.max()), begun + at / frame.sample_rate))
            begun += frame.samples / frame.sample_rate
    return max(moments)[1]
