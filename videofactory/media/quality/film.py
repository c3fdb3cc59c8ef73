"""The finished film, measured: all checks of `final_cut`, from the file, in one decoding pass (`decoding`)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Frame
from videofactory.domain.timeline import Caption, Look, Timeline
from videofactory.media.quality import captions as reading
from videofactory.media.quality import coding as headers
from videofactory.media.quality import decoding, delivery, flashes, picture, repeats, sound
from videofactory.media.quality.figures import Shelf
from videofactory.media.quality.lettering import text_findings
from videofactory.media.quality.limits import platform_of
from videofactory.media.quality.picture import Seen
from videofactory.media.quality.plan import Plan
from videofactory.media.quality.report import FilmReport, Finding
from videofactory.media.quality.watched import caption_covers


def measure_film(
    film: Path,
    *,
    frame: Frame,
    frames: int,
    captions: Sequence[Caption],
    planned_stills: Sequence[tuple[float, float]] = (),
    expects_sound: bool = True,
) -> FilmReport:
    """Measure any film against what was asked of it, without a timeline.

    `frames` is its length in frames; `planned_stills` the stretches (from, to, in seconds) in which the plan holds the picture;
    `expects_sound` says whether there is to be any sound. A bad film gives findings, never an error; a film that cannot be
    opened gives one finding, `decode`. Costs about a fifth more than decoding it: 0.16 s of CPU per second of 1080p30 (measured).
    """
    covers = tuple(caption_covers(captions, frame=frame, look=Look()))
    plan = Plan(frame, frames, tuple(captions), tuple(planned_stills), covers=covers, expects_sound=expects_sound)
    return measured(film, plan=plan)


def measure_cut(film: Path, *, timeline: Timeline, plan: Plan, shelf: Shelf | None = None) -> FilmReport:
    """Measure a master against its timeline (`plan_of`), with its burnt-in text.

    Only those pieces are decoded whose figures `shelf` does not have from an earlier cut.
    """
    report = measured(film, plan=plan, shelf=shelf)
    return report.model_copy(update={"findings": (*report.findings, *text_findings(timeline, shelf=shelf))})


def measured(film: Path, *, plan: Plan, shelf: Shelf | None = None) -> FilmReport:
    """Measure a film against its plan: all that shows in the file."""
    try:
        coded = headers.coding(film)
    except MediaBroken as error:
        return FilmReport(findings=(unreadable(str(error)),), measures={})
    if coded.video is None:
        return FilmReport(findings=(unreadable(f"{film.name} has no picture."),), measures={})
    rate = coded.audio.sample_rate if coded.audio else None
    seen = Seen(
        decoding.decode(film, sample_rate=rate, borders=plan.borders, shelf=shelf), fps=plan.frame.fps, covers=plan.covers
    )
    moving, moved = _movement(seen, plan)
    fast = headers.starts_fast(film)
    measures = {
        **picture.picture_measures(seen),
        **moved,
        **sound.sound_measures(seen),
        **reading.caption_measures(plan.captions),
        **delivery.video_measures(coded.video),
        **delivery.audio_measures(coded.audio),
        "faststart": "yes" if fast else "no",
    }
    findings = (
        *_picture(seen, plan),
        *moving,
        *sound.sound_findings(seen, expects_sound=plan.expects_sound, platform=platform_of(plan.frame), narration=plan.narration),
        *reading.caption_findings(plan.captions, seconds=plan.frames / plan.frame.fps),
        *_coding(coded.video, audio=coded.audio, frame=plan.frame),
        *delivery.faststart_findings(fast=fast),
    )
    return FilmReport(findings=findings, measures=measures)


def unreadable(words: str) -> Finding:
    """The finding for a file of which nothing else can be said."""
    return Finding(check="decode", at=None, measure="cannot be opened", limit="a film", words=words)


def _picture(seen: Seen, plan: Plan) -> Iterator[Finding]:
    yield from picture.complaint_findings(seen)
    yield from picture.length_findings(seen, frames=plan.frames)
    yield from picture.rhythm_findings(seen, fps=plan.frame.fps)
    yield from picture.black_findings(seen)
    yield from picture.frozen_findings(seen, planned=plan.stills)


def _movement(seen: Seen, plan: Plan) -> tuple[list[Finding], dict[str, float | str]]:
    """What moves wrongly from frame to frame: flashes, repeats, gaps; and the figures of it."""
    if seen.pictures is None or seen.watch is None:
        return [], {}
    general, red = (count(seen.pictures, times=seen.times) for count in (flashes.general_flashes, flashes.red_flashes))
    found = repeats.stops(seen.watch, planned=plan.repeats)
    fps = plan.frame.fps
    most, _ = repeats.most_in_a_second(found, frames=len(seen.times), fps=fps)
    findings = [
        *flashes.flash_findings(general, red, allowed=platform_of(plan.frame).flashes_per_second),
        *repeats.repeat_findings(found, times=seen.times, fps=fps),
        *repeats.gap_findings(seen.times, fps=fps),
    ]
    measures = {
        "most_flashes_per_second": general.flashes,
        "most_red_flashes_per_second": red.flashes,
        "most_repeats_per_second": most,
    }
    return findings, {name: float(value) for name, value in measures.items()}


def _coding(video: headers.VideoCoding, *, audio: headers.AudioCoding | None, frame: Frame) -> Iterator[Finding]:
    yield from delivery.size_findings(video, frame=frame)
    yield from delivery.rate_findings(video, frame=frame)
    yield from delivery.video_findings(video)
    if audio is not None:
        yield from delivery.audio_findings(audio)
