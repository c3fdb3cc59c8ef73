"""A small picture of the moment a finding speaks of, for who looks at the check: JPEG, a few kilobytes."""

from collections.abc import Iterator
from pathlib import Path

import av
import av.error
import cv2
import numpy as np

from videofactory.media.quality.report import Finding

MAX_BYTES = 8_000
_LONGER = 240
_QUALITIES = (75, 60, 45, 30, 15)


def small_picture(film: Path, *, at: float) -> bytes | None:
    """The picture shown at this second (the last one after the end), 240 pixels long, at most 8 kB; `None` where none decodes."""
    try:
        with av.open(str(film)) as container:
            stream = container.streams.video[0]
            container.seek(max(0, int(at * av.time_base)))
            shown = None
            for picture in container.decode(stream):
                if shown is not None and (picture.time or 0.0) > at + 1e-6:
                    break
                shown = picture
            return _jpeg(shown) if shown is not None else None
    except (av.error.FFmpegError, OSError, IndexError):
        return None


def shown(findings: tuple[Finding, ...], *, most: int) -> Iterator[int]:
    """Which findings (by number) to show: those with a time, first one of each check, then others, at most so many."""
    timed = [number for number, finding in enumerate(findings) if finding.at is not None]
    firsts = {findings[number].check: number for number in reversed(timed)}
    others = [number for number in timed if number not in firsts.values()]
    yield from sorted([*sorted(firsts.values()), *others][:most])


def _jpeg(picture: av.VideoFrame) -> bytes:
    scale = _LONGER / max(picture.width, picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = cv2.resize(picture.to_ndarray(format="bgr24"), size, interpolation=cv2.INTER_AREA)
    tries = (np.asarray(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]) for quality in _QUALITIES)
    data = next((data for data in tries if data.size <= MAX_BYTES), None)
    return data.tobytes() if data is not None else b""
