"""The sound judged: there when asked, as loud as asked, not clipped, no clicks, both sides alike, in step with the picture."""

from collections.abc import Iterator, Sequence

from videofactory.media.quality import levels
from videofactory.media.quality.decoding import Heard
from videofactory.media.quality.levels import Levels
from videofactory.media.quality.limits import Platform, limits
from videofactory.media.quality.picture import Seen
from videofactory.media.quality.report import Finding

_SHOWN_CLICKS = 5
_STEREO = 2
Spans = Sequence[tuple[float, float]]


def sound_measures(seen: Seen) -> dict[str, float | str]:
    """Figures of the sound; empty without sound."""
    heard = seen.heard
    if heard is None:
        return {}
    start, end = drifts(seen, heard=heard)
    level = levels.levels(heard)
    sides = {
        "left_louder_db": round(levels.balance(heard.figures), 2) + 0.0,
        "most_lost_in_mono_db": round(levels.mono_losses(heard)[0], 2) + 0.0,
    }
    return {
        "integrated_lufs": round(level.integrated, 2),
        "true_peak_dbtp": round(level.true_peak, 2),
        "sample_peak_dbfs": round(level.peak, 2),
        "clipped_samples": float(level.clipped),
        "clicks": float(len(heard.figures.clicks)),
        **(sides if heard.figures.sides == _STEREO else {}),
        "sound_seconds": round(heard.end - heard.start, 4),
        "sound_starts_late_ms": round(start * 1000, 1) + 0.0,
        "sound_ends_late_ms": round(end * 1000, 1) + 0.0,
    }


def drifts(seen: Seen, *, heard: Heard) -> tuple[float, float]:
    """How much later than the picture the sound starts and ends (seconds; negative: earlier)."""
    if not seen.times.size:
        return 0.0, 0.0
    return heard.start - float(seen.times[0]), heard.end - seen.end


def sound_findings(seen: Seen, *, expects_sound: bool, platform: Platform, narration: Spans = ()) -> Iterator[Finding]:
    """All findings of the sound; `narration`: when somebody is to speak. A film that is to be silent may carry a silent track."""
    heard = seen.heard
    level = levels.levels(heard) if heard else None
    audible = level is not None and level.peak > limits().sound.silent_peak_dbfs
    if audible and not expects_sound:
        yield _unasked(level.peak if level else 0.0)
    elif expects_sound and not audible:
        yield _silent(level)
    if heard is None or level is None:
        return
    if audible and expects_sound:
        yield from _loudness(level, platform)
        yield from _peaks(level, platform)
        yield from _clicks(heard)
        yield from _sides(heard)
        yield from _gaps(heard, narration)
    yield from _sync(seen, heard=heard)


def _unasked(peak: float) -> Finding:
    return Finding(
        check="sound_unasked",
        at=None,
        measure=round(peak, 2),
        limit=limits().sound.silent_peak_dbfs,
        words=f"It has sound (peak {peak:.1f} dBFS) where none was asked.",
    )


def _silent(level: Levels | None) -> Finding:
    where = "it has no sound track" if level is None else f"its sound never rises above {level.peak:.1f} dBFS"
    return Finding(
        check="silence",
        at=None,
        measure="no sound" if level is None else round(level.peak, 2),
        limit=limits().sound.silent_peak_dbfs,
        words=f"The film is silent, {where}, and its timeline has sound.",
    )


def _loudness(level: Levels, platform: Platform) -> Iterator[Finding]:
    wanted, tolerance = platform.integrated_lufs, platform.integrated_tolerance_lu
    if abs(level.integrated - wanted) > tolerance:
        direction = "loud" if level.integrated > wanted else "quiet"
        yield Finding(
            check="loudness",
            at=None,
            measure=round(level.integrated, 2),
            limit=wanted,
            words=f"It is too {direction}: {level.integrated:.2f} LUFS integrated ({wanted:g} ±{tolerance:g} wanted).",
        )


def _peaks(level: Levels, platform: Platform) -> Iterator[Finding]:
    sound = limits().sound
    if level.true_peak > platform.true_peak_dbtp + sound.peak_rounding_db:
        yield Finding(
            check="true_peak",
            at=round(level.true_peak_at, 1),
            measure=round(level.true_peak, 2),
            limit=platform.true_peak_dbtp,
            words=f"Its true peak is {level.true_peak:.2f} dBTP at {level.true_peak_at:.1f} s "
            f"(at most {platform.true_peak_dbtp:g}).",
        )
    if level.clipped > sound.clipped_samples:
        yield Finding(
            check="clipping",
            at=level.clipped_at,
            measure=float(level.clipped),
            limit=float(sound.clipped_samples),
            words=f"{level.clipped} samples stand at full scale: the sound is clipped.",
        )


def _clicks(heard: Heard) -> Iterator[Finding]:
    rows = sorted(heard.figures.clicks.tolist(), key=lambda row: -row[1])[:_SHOWN_CLICKS]
    for second, ratio, level in sorted(rows):
        at = heard.start + second
        yield Finding(
            check="clicks",
            at=round(at, 3),
            measure=round(ratio, 1),
            limit=limits().sound.click_ratio,
            words=f"The sound clicks at {at:.3f} s: a jump of {levels.decibels(level):.0f} dBFS, "
            f"{ratio:.0f} times what is around it.",
        )


def _sides(heard: Heard) -> Iterator[Finding]:
    """One side louder than the other, and sides that cancel one another."""
    if heard.figures.sides != _STEREO:
        return
    louder, sound = levels.balance(heard.figures), limits().sound
    if abs(louder) > sound.balance_db:
        sides = ("left", "right") if louder > 0 else ("right", "left")
        yield Finding(
            check="balance",
            at=None,
            measure=round(louder, 2),
            limit=sound.balance_db,
            words=f"Its {sides[0]} side is {abs(louder):.1f} dB louder than its {sides[1]} (at most {sound.balance_db:g}).",
        )
    loss, at = levels.mono_losses(heard)
    if loss > sound.mono_loss_db:
        yield Finding(
            check="phase",
            at=round(at, 1),
            measure=round(loss, 2),
            limit=sound.mono_loss_db,
            words=f"Its sides cancel one another from {at:.1f} s: {loss:.1f} dB are lost in mono "
            f"(at most {sound.mono_loss_db:g}).",
        )


def _gaps(heard: Heard, narration: Spans) -> Iterator[Finding]:
    allowed = limits().sound.speech_gap_seconds
    for start, end in narration:
        for begin, stop in levels.silences(heard, start=start, end=end):
            if stop - begin > allowed + 1e-6:
                yield Finding(
                    check="speech_gap",
                    at=round(begin, 1),
                    measure=round(stop - begin, 1),
                    limit=allowed,
                    words=f"Nothing is heard for {stop - begin:.1f} s from {begin:.1f} s, where somebody is to speak "
                    f"(at most {allowed:g}).",
                )


def _sync(seen: Seen, *, heard: Heard) -> Iterator[Finding]:
    allowed = limits().sync.drift_seconds
    start, end = drifts(seen, heard=heard)
    for name, drift, at in (("starts", start, heard.start), ("ends", end, heard.end)):
        if abs(drift) > allowed:
            yield Finding(
                check="sync",
                at=round(at, 3),
                measure=round(drift, 4),
                limit=allowed,
                words=f"The sound {name} {abs(drift) * 1000:.0f} ms {'after' if drift > 0 else 'before'} the picture "
                f"(at most {allowed * 1000:.0f} ms apart).",
            )
