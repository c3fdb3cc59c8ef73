"""The finished film, measured: all checks of `final_cut`, from the file, in one decoding pass."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption
from videofactory.media.quality import captions as reading
from videofactory.media.quality import coding as headers
from videofactory.media.quality import decoding, delivery, picture, sound
from videofactory.media.quality.report import FilmReport, Finding


def measure_film(
    film: Path,
    *,
    frame: Frame,
    frames: int,
    captions: Sequence[Caption],
    planned_stills: Sequence[tuple[float, float]] = (),
    expects_sound: bool = True,
) -> FilmReport:
    """Measure a master against what was asked of it.

    `frames` is the timeline's length in frames; `planned_stills` the stretches (from, to, in seconds) in which the plan
    holds the picture; `expects_sound` says whether the timeline has any sound. A bad film gives findings, never an error;
    a film that cannot be opened gives one finding, `decode`. About 0.2 s per second of 1080p film on two cores.
    """
    try:
        coded = headers.coding(film)
    except MediaBroken as error:
        return FilmReport(findings=(unreadable(str(error)),), measures={})
    if coded.video is None:
        return FilmReport(findings=(unreadable(f"{film.name} has no picture."),), measures={})
    rate = coded.audio.sample_rate if coded.audio else None
    seen = decoding.decode(film, sample_rate=rate, fps=frame.fps)
    fast = headers.starts_fast(film)
    measures = {
        **picture.picture_measures(seen),
        **sound.sound_measures(seen, fps=frame.fps),
        **reading.caption_measures(captions),
        **delivery.video_measures(coded.video),
        **delivery.audio_measures(coded.audio),
        "faststart": "yes" if fast else "no",
    }
    findings = (
        *_picture(seen, frame=frame, frames=frames, planned=planned_stills),
        *sound.sound_findings(seen, expects_sound=expects_sound, fps=frame.fps),
        *reading.caption_findings(captions, seconds=frames / frame.fps),
        *_coding(coded.video, audio=coded.audio, frame=frame),
        *delivery.faststart_findings(fast=fast),
    )
    return FilmReport(findings=findings, measures=measures)


def unreadable(words: str) -> Finding:
    """The finding for a file of which nothing else can be said."""
    return Finding(check="decode", at=None, measure="cannot be opened", limit="a film", words=words)


def _picture(seen: decoding.Decoded, *, frame: Frame, frames: int, planned: Sequence[tuple[float, float]]) -> Iterator[Finding]:
    yield from picture.complaint_findings(seen)
    yield from picture.length_findings(seen, frames=frames)
    yield from picture.rhythm_findings(seen, fps=frame.fps)
    yield from picture.black_findings(seen)
    yield from picture.frozen_findings(seen, planned=planned)


def _coding(video: headers.VideoCoding, *, audio: headers.AudioCoding | None, frame: Frame) -> Iterator[Finding]:
    yield from delivery.size_findings(video, frame=frame)
    yield from delivery.rate_findings(video, frame=frame)
    yield from delivery.video_findings(video)
    if audio is not None:
        yield from delivery.audio_findings(audio)
