"""Small pictures for the Dagster UI: contact sheets of stills and films, waveforms of sound. All bounded in bytes.

They are stored in every event for ever, so they are small on purpose; what reviewers look at closely are the files themselves.
"""

import io
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from videofactory.domain.errors import Lasting, MediaBroken
from videofactory.media import fonts
from videofactory.media.measure import load_rgb

PAPER = (250, 250, 249)
INK = (63, 63, 70)
MAT = (228, 228, 231)
WAVE = (82, 82, 91)
WAVE_CORE = (161, 161, 170)
"""Greys: brand colours belong to the pictures shown."""
_CELL = 300
_GUTTER = 12
_LABEL = 15
_QUALITIES = (85, 78, 70, 62, 54)
_SHRINK = 0.85
_SMALLEST_CELL = 48
_SAMPLE_RATE = 16_000
"""Hertz at which sound is read for a waveform: a column of pixels stands for far more samples than that."""


def contact_sheet(pictures: Sequence[Path], *, labels: Sequence[str], columns: int = 4, max_bytes: int = 60_000) -> bytes:
    """A JPEG with the pictures in rows, each with its label below, at most `max_bytes` large.

    Cells have the shape of the first picture; others are fitted in. `labels` has one text for each picture.
    Raises `ValueError` for no pictures or a wrong number of labels, `MediaBroken` for what is no picture.
    """
    return _sheet([_load(path) for path in pictures], labels=labels, columns=columns, max_bytes=max_bytes)


def film_sheet(film: Path, *, count: int = 12, max_bytes: int = 60_000) -> bytes:
    """A contact sheet of `count` frames spread evenly over a film (the middles of equal parts), each with its time.

    Raises `MediaBroken` for what is no film.
    """
    try:
        times, frames = _frames_at(film, count=count)
    except (av.error.FFmpegError, IndexError, OSError) as error:
        raise MediaBroken(f"{film.name} cannot be read as a film: {error}", remedy="Make it again.") from error
    columns = 6 if frames[0].height > frames[0].width else 4
    return _sheet(frames, labels=[_clock(time) for time in times], columns=columns, max_bytes=max_bytes)


def waveform(audio: Path, *, width: int = 800, height: int = 120, max_bytes: int = 40_000) -> bytes:
    """A PNG of the sound over time: peaks as the outline, loudness (RMS) as the core. Works for any file with a sound stream.

    Full height is full scale. Raises `MediaBroken` without sound, `Lasting` when the size asked for cannot fit `max_bytes`.
    """
    peaks, core = _columns(_samples(audio), width=width)
    picture = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(picture)
    middle = (height - 1) / 2
    for levels, colour in ((peaks, WAVE_CORE), (core, WAVE)):
        for column, level in enumerate(levels):
            reach = float(level) * middle
            draw.line([(column, round(middle - reach)), (column, round(middle + reach))], fill=colour)
    buffer = io.BytesIO()
    picture.quantize(8).save(buffer, "PNG", optimize=True)
    if buffer.tell() > max_bytes:
        message = f"A waveform of {width}x{height} takes {buffer.tell()} bytes, more than {max_bytes}."
        raise Lasting(message, remedy="Ask for a smaller one.")
    return buffer.getvalue()


def _load(path: Path) -> Image.Image:
    return Image.fromarray(load_rgb(path, longest=_CELL))


def _frames_at(film: Path, *, count: int) -> tuple[list[float], list[Image.Image]]:
    """Times in the middles of `count` equal parts, and the picture shown at each. No stretch is decoded twice."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        stream.codec_context.skip_frame = "NONREF"  # half the work; at most a frame or two beside the time
        length = float(container.duration or 0) / av.time_base
        times = [length * (number + 0.5) / count for number in range(count)]
        keys = [
            packet.pts * packet.time_base for packet in container.demux(stream) if packet.is_keyframe and packet.pts is not None
        ]
        pictures: list[Image.Image] = []
        for key, group in groupby(times, key=lambda time: max((key for key in keys if key <= time), default=keys[0])):
            pictures += _group(container, stream, key=float(key), times=list(group))
    return times, pictures


def _group(
    container: av.container.InputContainer, stream: av.VideoStream, *, key: float, times: Sequence[float]
) -> list[Image.Image]:
    """For each time, the last frame at or before it, decoding once from the key frame they all hang on."""
    container.seek(round(key * av.time_base), backward=True)
    pictures: list[Image.Image] = []
    shown: av.VideoFrame | None = None
    for frame in container.decode(stream):
        while shown is not None and len(pictures) < len(times) and (frame.time or 0.0) > times[len(pictures)]:
            pictures.append(_small(shown))
        if len(pictures) == len(times):
            return pictures
        shown = frame
    if shown is None:
        raise IndexError(f"no frame at {key:.2f} s")
    return pictures + [_small(shown)] * (len(times) - len(pictures))


def _small(frame: av.VideoFrame) -> Image.Image:
    scale = _CELL / max(frame.width, frame.height)
    width, height = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    return Image.fromarray(frame.reformat(width=width, height=height, format="rgb24", src_colorspace="ITU709").to_ndarray())


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _sheet(pictures: Sequence[Image.Image], *, labels: Sequence[str], columns: int, max_bytes: int) -> bytes:
    """The sheet at the best quality that fits, smaller when no quality does."""
    if not pictures or len(pictures) != len(labels):
        raise ValueError(f"a contact sheet needs pictures, each with a label: {len(pictures)} pictures, {len(labels)} labels")
    cell = _CELL
    while cell >= _SMALLEST_CELL:
        sheet = _draw_sheet(pictures, labels=labels, columns=min(columns, len(pictures)), cell=cell)
        for quality in _QUALITIES:
            content = _jpeg(sheet, quality=quality)
            if len(content) <= max_bytes:
                return content
        cell = int(cell * _SHRINK)
    message = f"A contact sheet of {len(pictures)} pictures does not fit {max_bytes} bytes."
    raise Lasting(message, remedy="Show fewer pictures or allow more bytes.")


def _jpeg(sheet: Image.Image, *, quality: int) -> bytes:
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()


def _draw_sheet(pictures: Sequence[Image.Image], *, labels: Sequence[str], columns: int, cell: int) -> Image.Image:
    first = pictures[0]
    scale = cell / max(first.size)
    width, height = max(1, round(first.width * scale)), max(1, round(first.height * scale))
    text = max(8, round(_LABEL * cell / _CELL))
    step_x, step_y = width + _GUTTER, height + round(text * 1.7) + _GUTTER
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (_GUTTER + columns * step_x, _GUTTER + rows * step_y), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        left, top = _GUTTER + number % columns * step_x, _GUTTER + number // columns * step_y
        sheet.paste(ImageOps.pad(picture, (width, height), Image.Resampling.LANCZOS, color=MAT), (left, top))
        font = _font(text)
        draw.text((left, top + height + round(text * 0.25)), _fitted(label, font=font, width=width), fill=INK, font=font)
    return sheet


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(fonts.find("Inter").path), size)
    font.set_variation_by_axes([14, 500])  # optical size for small text, medium weight
    return font


def _fitted(label: str, *, font: ImageFont.FreeTypeFont, width: int) -> str:
    """One line, cut with an ellipsis where it is wider than its picture."""
    line = " ".join(label.split())
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line + "…") > width:
        line = line[:-1].rstrip()
    return line + "…"


def _samples(audio: Path) -> NDArray[np.float32]:
    """All sound of a file as one channel of floats, -1..1."""
    try:
        with av.open(str(audio)) as container:
            stream = container.streams.audio[0]
            mono = av.AudioResampler(format="flt", layout="mono", rate=_SAMPLE_RATE)
            blocks = [made.to_ndarray()[0] for frame in container.decode(stream) for made in mono.resample(frame)]
            blocks += [made.to_ndarray()[0] for made in mono.resample(None)]
    except (av.error.FFmpegError, IndexError, OSError) as error:
        raise MediaBroken(f"{audio.name} has no sound that can be read: {error}", remedy="Make it again.") from error
    return np.concatenate(blocks) if blocks else np.zeros(1, dtype=np.float32)


def _columns(samples: NDArray[np.float32], *, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Peak and RMS of each of `width` equal parts, 0..1."""
    edges = np.linspace(0, len(samples), width + 1).astype(int)
    parts = [samples[start : max(stop, start + 1)] for start, stop in pairwise(edges)]
    peaks = np.array([np.abs(part).max(initial=0.0) for part in parts], dtype=np.float32)
    cores = np.array([np.sqrt(np.mean(part**2)) if len(part) else 0.0 for part in parts], dtype=np.float32)
    return np.minimum(peaks, 1.0), np.minimum(cores, 1.0)
