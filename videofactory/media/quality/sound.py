"""The sound judged: there when asked, as loud as asked, not clipped, in step with the picture."""

from collections.abc import Iterator

from videofactory.media.quality.decoding import Decoded, Heard
from videofactory.media.quality.limits import limits
from videofactory.media.quality.report import Finding


def sound_measures(seen: Decoded, *, fps: int) -> dict[str, float | str]:
    """Figures of the sound; empty without sound."""
    heard = seen.heard
    if heard is None:
        return {}
    start, end = drifts(seen, heard=heard, fps=fps)
    return {
        "integrated_lufs": round(heard.integrated, 2),
        "true_peak_dbtp": round(heard.true_peak, 2),
        "sample_peak_dbfs": round(heard.peak, 2),
        "clipped_samples": float(heard.clipped),
        "sound_seconds": round(heard.end - heard.start, 4),
        "sound_starts_late_ms": round(start * 1000, 1) + 0.0,
        "sound_ends_late_ms": round(end * 1000, 1) + 0.0,
    }


def drifts(seen: Decoded, *, heard: Heard, fps: int) -> tuple[float, float]:
    """How much later than the picture the sound starts and ends (seconds; negative: earlier)."""
    if not seen.times:
        return 0.0, 0.0
    return heard.start - seen.times[0], heard.end - (seen.times[-1] + 1 / fps)


def sound_findings(seen: Decoded, *, expects_sound: bool, fps: int) -> Iterator[Finding]:
    """All findings of the sound. A film that is to be silent may carry a silent track."""
    heard = seen.heard
    audible = heard is not None and heard.peak > limits().sound.silent_peak_dbfs
    if audible and not expects_sound:
        yield _unasked(heard.peak if heard else 0.0)
    elif expects_sound and not audible:
        yield _silent(heard)
    if heard is None:
        return
    if audible and expects_sound:
        yield from _loudness(heard)
        yield from _peaks(heard)
    yield from _sync(seen, heard=heard, fps=fps)


def _unasked(peak: float) -> Finding:
    return Finding(
        check="sound_unasked",
        at=None,
        measure=round(peak, 2),
        limit=limits().sound.silent_peak_dbfs,
        words=f"It has sound (peak {peak:.1f} dBFS) where none was asked.",
    )


def _silent(heard: Heard | None) -> Finding:
    where = "it has no sound track" if heard is None else f"its sound never rises above {heard.peak:.1f} dBFS"
    return Finding(
        check="silence",
        at=None,
        measure="no sound" if heard is None else round(heard.peak, 2),
        limit=limits().sound.silent_peak_dbfs,
        words=f"The film is silent, {where}, and its timeline has sound.",
    )


def _loudness(heard: Heard) -> Iterator[Finding]:
    wanted, tolerance = limits().sound.integrated_lufs, limits().sound.integrated_tolerance_lu
    if abs(heard.integrated - wanted) > tolerance:
        direction = "loud" if heard.integrated > wanted else "quiet"
        yield Finding(
            check="loudness",
            at=None,
            measure=round(heard.integrated, 2),
            limit=wanted,
            words=f"It is too {direction}: {heard.integrated:.2f} LUFS integrated ({wanted:g} ±{tolerance:g} wanted).",
        )


def _peaks(heard: Heard) -> Iterator[Finding]:
    sound = limits().sound
    if heard.true_peak > sound.true_peak_dbtp + sound.peak_rounding_db:
        yield Finding(
            check="true_peak",
            at=None,
            measure=round(heard.true_peak, 2),
            limit=sound.true_peak_dbtp,
            words=f"Its true peak is {heard.true_peak:.2f} dBTP (at most {sound.true_peak_dbtp:g}).",
        )
    if heard.clipped > sound.clipped_samples:
        yield Finding(
            check="clipping",
            at=None,
            measure=float(heard.clipped),
            limit=float(sound.clipped_samples),
            words=f"{heard.clipped} samples stand at full scale: the sound is clipped.",
        )


def _sync(seen: Decoded, *, heard: Heard, fps: int) -> Iterator[Finding]:
    allowed = limits().sync.drift_seconds
    start, end = drifts(seen, heard=heard, fps=fps)
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
