"""The moving picture judged: decodes cleanly, right length and rhythm, not black, not frozen beyond plan."""

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from videofactory.media.quality.decoding import Decoded
from videofactory.media.quality.limits import limits
from videofactory.media.quality.report import Finding
from videofactory.media.quality.stillness import Stretch, black_stretches, frozen_stretches, unplanned
from videofactory.media.quality.watched import Cover, Watch

_SHOWN_COMPLAINTS = 3


class Seen:
    """A decoding pass, with what lasts in its pictures. `fps` is how long the last frame stands; `covers` is not watched."""

    def __init__(self, decoded: Decoded, *, fps: int, covers: Sequence[Cover] = ()) -> None:
        self.times: NDArray[np.float64] = decoded.times
        self.complaints = decoded.complaints
        self.pictures = decoded.pictures if decoded.times.size else None
        self.heard = decoded.heard
        self.fps = fps
        self._covers = covers

    @property
    def end(self) -> float:
        """When the last frame is gone."""
        return float(self.times[-1]) + 1 / self.fps if self.times.size else 0.0

    @cached_property
    def black(self) -> tuple[Stretch, ...]:
        """Black stretches."""
        return black_stretches(self.pictures, ends=np.append(self.times, self.end)) if self.pictures else ()

    @cached_property
    def watch(self) -> Watch | None:
        """What is watched of the pictures for movement; `None` without any picture."""
        if self.pictures is None:
            return None
        return Watch(self.pictures.grid, self._covers, numbers=np.rint(self.times * self.fps).astype(np.int64))

    @cached_property
    def frozen(self) -> tuple[Stretch, ...]:
        """Stretches in which nothing moves."""
        return frozen_stretches(self.watch, ends=np.append(self.times, self.end)) if self.watch else ()


def picture_measures(seen: Seen) -> dict[str, float | str]:
    """Figures of the picture as it was decoded."""
    return {
        "frames": float(len(seen.times)),
        "measured_fps": round(measured_rate(seen.times), 4),
        "longest_black_seconds": round(max((stretch.seconds for stretch in seen.black), default=0.0), 3),
        "longest_frozen_seconds": round(max((stretch.seconds for stretch in seen.frozen), default=0.0), 3),
        "decoder_complaints": float(len(seen.complaints)),
    }


def measured_rate(times: NDArray[np.float64]) -> float:
    """Frames per second by the frames' own times; 0 for fewer than two frames."""
    return float((len(times) - 1) / (times[-1] - times[0])) if len(times) > 1 and times[-1] > times[0] else 0.0


def complaint_findings(seen: Seen) -> Iterator[Finding]:
    """A good file decodes without a word."""
    if seen.complaints:
        words = " | ".join(seen.complaints[:_SHOWN_COMPLAINTS])
        yield Finding(
            check="decode",
            at=None,
            measure=float(len(seen.complaints)),
            limit=0.0,
            words=f"The file does not decode cleanly; FFmpeg says: {words}",
        )


def length_findings(seen: Seen, *, frames: int) -> Iterator[Finding]:
    """The decoded frames, counted, against the frames asked for."""
    allowed = limits().picture.length_frames
    if abs(len(seen.times) - frames) > allowed:
        yield Finding(
            check="length",
            at=None,
            measure=float(len(seen.times)),
            limit=float(frames),
            words=f"It has {len(seen.times)} frames where {frames} were asked (at most {allowed} more or fewer).",
        )


def rhythm_findings(seen: Seen, *, fps: int) -> Iterator[Finding]:
    """Frames come at the asked rate, evenly."""
    rate = measured_rate(seen.times)
    if not seen.times.size:
        return
    if len(seen.times) > 1 and abs(rate - fps) > limits().picture.rate_share * fps:
        yield Finding(
            check="rate",
            at=None,
            measure=round(rate, 4),
            limit=float(fps),
            words=f"Its frames come {rate:.3f} times a second; {fps} were asked.",
        )
        return
    yield from _uneven(seen.times, fps=fps)


def _uneven(times: NDArray[np.float64], *, fps: int) -> Iterator[Finding]:
    """The first frame that stands out of its place, if any does."""
    allowed = limits().picture.frame_time_share / fps
    late = times - (times[0] + np.arange(len(times)) / fps)
    for number in np.flatnonzero(np.abs(late) > allowed)[:1]:
        time, out = float(times[number]), float(late[number])
        yield Finding(
            check="frame_times",
            at=round(time, 6),
            measure=round(out, 4),
            limit=round(allowed, 4),
            words=f"Frame {number} stands {out * 1000:.0f} ms out of its place at {time:.2f} s: the rate is not constant.",
        )


def black_findings(seen: Seen) -> Iterator[Finding]:
    """Black stretches longer than the limit."""
    allowed = limits().picture.black_seconds
    for stretch in seen.black:
        if stretch.seconds > allowed + _half_frame(seen):
            yield Finding(
                check="black",
                at=round(stretch.start, 6),
                measure=round(stretch.seconds, 3),
                limit=allowed,
                words=f"The picture is black for {stretch.seconds:.2f} s from {stretch.start:.2f} s (at most {allowed} s).",
            )


def _half_frame(seen: Seen) -> float:
    """Times are printed rounded, stretches are whole frames: half a frame decides nothing wrongly."""
    rate = measured_rate(seen.times)
    return 0.5 / rate if rate else 0.0


def frozen_findings(seen: Seen, *, planned: Sequence[tuple[float, float]] = ()) -> Iterator[Finding]:
    """Still stretches of which more than the limit is not planned (`planned`: from, to, in seconds)."""
    allowed = limits().picture.frozen_seconds
    for stretch in seen.frozen:
        beyond = unplanned(stretch, planned=planned)
        if beyond > allowed + _half_frame(seen):
            yield Finding(
                check="frozen",
                at=round(stretch.start, 6),
                measure=round(beyond, 3),
                limit=allowed,
                words=f"The picture stands still for {stretch.seconds:.2f} s from {stretch.start:.2f} s, "
                f"{beyond:.2f} s of it unplanned (at most {allowed} s).",
            )
