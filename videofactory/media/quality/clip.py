"""One normalised clip, measured before it may enter the cut: the checks of `scene_clips`."""

from collections.abc import Iterator
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.media.quality import coding, decoding, delivery, picture
from videofactory.media.quality.film import unreadable
from videofactory.media.quality.report import FilmReport, Finding


def measure_clip(
    clip: Path, *, frame: Frame, seconds: float, own_sound: bool = False, may_stand_still: bool = False
) -> FilmReport:
    """Measure a clip against what was asked of its engine: it decodes, size, rate, length, not black, not frozen, no sound.

    `own_sound` allows a sound track; `may_stand_still` allows a picture that does not move (a static camera).
    A bad clip gives findings, never an error.
    """
    try:
        coded = coding.coding(clip)
    except MediaBroken as error:
        return FilmReport(findings=(unreadable(str(error)),), measures={})
    if coded.video is None:
        return FilmReport(findings=(unreadable(f"{clip.name} has no picture."),), measures={})
    seen = picture.Seen(decoding.decode(clip, sample_rate=None), fps=frame.fps)
    findings = (
        *picture.complaint_findings(seen),
        *picture.length_findings(seen, frames=round(seconds * frame.fps)),
        *picture.rhythm_findings(seen, fps=frame.fps),
        *delivery.size_findings(coded.video, frame=frame),
        *delivery.rate_findings(coded.video, frame=frame),
        *picture.black_findings(seen),
        *(() if may_stand_still else _still(seen)),
        *(() if own_sound else _sound(coded.audio)),
    )
    measures = {**picture.picture_measures(seen), **delivery.video_measures(coded.video), **delivery.audio_measures(coded.audio)}
    return FilmReport(findings=findings, measures=measures)


def _still(seen: picture.Seen) -> Iterator[Finding]:
    """Still for too long, or, in a short clip, from its first frame to its last."""
    found = tuple(picture.frozen_findings(seen))
    yield from found
    whole = float(seen.times[-1] - seen.times[0]) if seen.times.size else 0.0
    stretch = max(seen.frozen, key=lambda candidate: candidate.seconds, default=None)
    if stretch is not None and not found and stretch.seconds >= whole > 0:
        yield Finding(
            check="frozen",
            at=stretch.start,
            measure=round(stretch.seconds, 3),
            limit=round(whole, 3),
            words=f"Nothing moves in the whole clip of {stretch.seconds:.2f} s.",
        )


def _sound(audio: coding.AudioCoding | None) -> Iterator[Finding]:
    if audio is not None:
        yield Finding(
            check="sound_unasked", at=None, measure=audio.codec, limit="no sound", words="It has sound where none was asked."
        )
