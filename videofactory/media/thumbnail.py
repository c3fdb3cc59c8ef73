"""The thumbnail: the film's best picture with the title large over it, in the channel's look.

Text is drawn by the same means as in the film (`titles`), so that every script works here too.
"""

import io
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from videofactory.domain.errors import InvalidInput, MediaBroken, Problem
from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Look, Timeline
from videofactory.media import ffmpeg, fonts, graph, titles
from videofactory.media.titles.behind import behind

LONG_SIDE = 1280
"""Pixels: YouTube asks for 1280x720; other aspect ratios get the same longer side."""
MAX_BYTES = 2_000_000
"""YouTube refuses thumbnails above 2 MB."""
_CANDIDATES = 24
_JUDGED_WIDTH = 320
_QUALITIES = (92, 86, 78, 68, 55)
_HASLER = 0.3
"""Weight of mean against spread in Hasler and Süsstrunk's measure of colourfulness."""


def thumbnail(film: Path, *, timeline: Timeline, title: str, out: Path) -> None:
    """Write a JPEG of at most 2 MB, 1280 pixels long, with the title over the film's sharpest and most colourful picture.

    Pictures with burnt-in text are avoided as long as there are others; the title covers no face where it can be helped.
    Raises `MediaBroken` when the film does not decode, `InvalidInput` for a title that no installed font has signs for.
    """
    _require_letters(title, timeline.look)
    picture = _best(film, _moments(timeline), fps=timeline.frame.fps)
    size = thumbnail_frame(timeline.frame)
    scaled = np.asarray(cv2.resize(picture, (size.width, size.height), interpolation=cv2.INTER_AREA), np.uint8)
    with tempfile.TemporaryDirectory(prefix="thumbnail-") as folder:
        drawn = _lettered(scaled, timeline, title, size, Path(folder))
    tries = (_jpeg(drawn, quality) for quality in _QUALITIES)
    data = next((data for data in tries if len(data) <= MAX_BYTES), b"")
    if not data:
        raise MediaBroken("The thumbnail is above 2 MB at every quality.", remedy="Choose another picture.")
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(data)
    part.replace(out)


def thumbnail_frame(frame: Frame) -> Frame:
    """The thumbnail's format for a film's: the same shape, its longer side 1280 pixels."""
    scale = LONG_SIDE / max(frame.width, frame.height)
    width, height = (round(side * scale / 2) * 2 for side in (frame.width, frame.height))
    return Frame(width=width, height=height, fps=1)


def _require_letters(title: str, look: Look) -> None:
    missing = fonts.undrawn(title, family=look.heading_font, language=look.language)
    if missing:
        remedy = "no installed font has these signs: write the film's title otherwise, or give the channel a font that has them"
        raise InvalidInput([Problem(file="thumbnail", field="title", value=" ".join(missing), remedy=remedy)])


def _moments(timeline: Timeline) -> list[int]:
    """Film frames to look at: evenly spread, away from transitions and text where that leaves any."""
    frames = sorted({round((number + 0.5) * timeline.frames / _CANDIDATES) for number in range(_CANDIDATES)})
    frames += [shot.start + shot.overlap + 2 for shot in timeline.shots if shot.overlap + 2 < shot.frames]
    inside = sorted({min(at, timeline.frames - 1) for at in frames if not _in_transition(timeline, at)})
    clean = [at for at in inside if not titles.burnt(timeline, start=at, stop=at + 1)]
    return clean or inside or [timeline.frames // 2]


def _in_transition(timeline: Timeline, at: int) -> bool:
    return any(shot.start <= at < shot.start + shot.overlap for shot in timeline.shots)


def _best(film: Path, moments: Sequence[int], *, fps: int) -> NDArray[np.uint8]:
    """The picture that appeals most, the earliest among equals.

    They are judged one by one and let go: all held, they would take more memory the more scenes a film has.
    """
    best, highest = None, -math.inf
    try:
        with av.open(str(film)) as container:
            for moment in moments:
                picture = _at(container, moment, fps=fps)
                if picture is not None and (appeal := _appeal(picture)) > highest:
                    best, highest = picture, appeal
                del picture
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise MediaBroken(f"{film.name} does not decode: {error}", remedy="Cut the film again.") from error
    if best is None:
        raise MediaBroken(f"{film.name} has no picture at {list(moments)}.", remedy="Cut the film again.")
    return best


def _at(container: av.container.InputContainer, moment: int, *, fps: int) -> NDArray[np.uint8] | None:
    """The film frame of this number: the first one later than half a frame before it.

    Where pieces were joined a frame may come a trifle early: the one behind it was taken then, with a caption just begun.
    """
    stream = container.streams.video[0]
    if stream.time_base is None:
        return None
    wanted = round((moment - 0.5) / fps / stream.time_base)
    container.seek(wanted, stream=stream, backward=True)
    for picture in container.decode(stream):
        if picture.pts is not None and picture.pts >= wanted:
            return np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
    return None


def _appeal(picture: NDArray[np.uint8]) -> float:
    """Sharpness times colourfulness, less for pictures that are nearly black or white."""
    height = round(picture.shape[0] * _JUDGED_WIDTH / picture.shape[1])
    small = cv2.resize(picture, (_JUDGED_WIDTH, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    grey = small.mean(axis=2)
    sharp = float(np.log1p(np.asarray(cv2.Laplacian(grey, cv2.CV_32F)).var()))
    warm, cold = small[..., 0] - small[..., 1], (small[..., 0] + small[..., 1]) / 2 - small[..., 2]
    spread, mean = np.hypot(warm.std(), cold.std()), np.hypot(warm.mean(), cold.mean())
    exposed = 1.0 - abs(float(grey.mean()) / 255 - 0.5)
    return sharp * (10 + float(spread + _HASLER * mean)) * exposed


def _lettered(picture: NDArray[np.uint8], timeline: Timeline, title: str, size: Frame, folder: Path) -> NDArray[np.uint8]:
    """The picture with the title drawn by libass."""
    (folder / "fonts").mkdir()
    text = titles.poster(title, frame=size, look=timeline.look, behind=behind([picture]))
    (folder / "text.ass").write_text(text, encoding="utf-8")
    titles.write_poster_fonts(title, look=timeline.look, folder=folder / "fonts")
    shown = graph.raw_pictures(width=size.width, height=size.height, fps=1, pixels="rgb24").filter("setparams", range="pc")
    raw: graph.Options = {"format": "rawvideo", "pix_fmt": "rgb24", "frames:v": 1}
    drawn = graph.output(titles.burn_in(shown), to="title.rgb", options=raw, exact=False)
    ffmpeg.run_graph(drawn, purpose="draw the thumbnail's title", frames=[picture.tobytes()], cwd=folder)
    return np.fromfile(folder / "title.rgb", np.uint8).reshape(size.height, size.width, 3)


def _jpeg(picture: NDArray[np.uint8], quality: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=0)
    return buffer.getvalue()
