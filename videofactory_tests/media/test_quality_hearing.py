"""What is wrong with a sound beside its loudness: clicks, one side louder, sides that cancel, silence where somebody speaks."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from videofactory.media import ffmpeg
from videofactory.media.quality import decoding, levels
from videofactory.media.quality.film import measured
from videofactory.media.quality.plan import Plan
from videofactory.media.quality.report import FilmReport
from videofactory_tests.media.films import FRAME, FRAMES, LOUDNESS, VOICE, film

RATE = 48_000
SECONDS = 3.0
Mono = NDArray[np.float32]


def listen(path: Path, sound: str, *, narration: tuple[tuple[float, float], ...] = ()) -> FilmReport:
    return measured(film(path / "film.mp4", sound=sound), plan=Plan(FRAME, FRAMES, narration=narration))


def checks(report: FilmReport) -> set[str]:
    return {finding.check for finding in report.findings}


def clicks_of(folder: Path, samples: Mono) -> list[float]:
    """When clicks are found in a sound that went through the film's own coder."""
    out = folder / "sound.m4a"
    arguments: list[str | Path] = [
        "-f",
        "f32le",
        "-ar",
        str(RATE),
        "-ac",
        "1",
        "-i",
        "-",
        "-ac",
        "2",
        "-c:a",
        "aac",
        "-b:a",
        "192k",
        out,
    ]
    ffmpeg.run(arguments, purpose="encode a sound for a test", frames=[samples.astype(np.float32).tobytes()])
    heard = decoding.decode(out, sample_rate=RATE).heard
    assert heard is not None
    return [round(float(row[0]), 2) for row in heard.figures.clicks if row[0] >= 0]


def seconds(length: float = SECONDS) -> NDArray[np.float64]:
    return np.arange(round(length * RATE)) / RATE


def bursts(*, every: float, decay: float, pitch: float | None) -> Mono:
    """A short sound again and again: noise, or a tone, that begins at once and dies away."""
    phase = seconds() % every
    carrier = np.random.default_rng(5).standard_normal(phase.size) if pitch is None else np.sin(2 * np.pi * pitch * phase)
    return np.asarray(0.4 * carrier * np.exp(-phase / decay), np.float32)


def tone(pitch: float = 220.0) -> Mono:
    return np.asarray(0.3 * np.sin(2 * np.pi * pitch * seconds()), np.float32)


@pytest.mark.parametrize("break_at", [1.0, 1.7, 2.5])
def test_a_single_sample_that_jumps_is_a_click(break_at: float, tmp_path: Path) -> None:
    broken = tone()
    broken[round(break_at * RATE)] += 0.4
    assert set(clicks_of(tmp_path, broken)) == {break_at}


def test_a_bad_splice_and_a_short_dropout_are_clicks(tmp_path: Path) -> None:
    spliced = np.concatenate([tone()[: RATE + 55], -tone()[RATE + 55 :]])
    assert set(clicks_of(tmp_path, spliced)) == {1.0}
    dropped = tone()
    dropped[RATE + 55 : RATE + 103] = 0
    assert set(clicks_of(tmp_path, dropped)) == {1.0}


def music(loudness: float = 0.8) -> Mono:
    """Strings in thirds over a beaten drum; the highest sample is so loud."""
    strings = [np.sin(2 * np.pi * pitch * seconds() + pitch) / number for number, pitch in enumerate(range(110, 4000, 137), 1)]
    played = sum(strings, 0.5 * bursts(every=0.45, decay=0.05, pitch=None))
    return np.asarray(loudness * played / np.abs(played).max(), np.float32)


@pytest.mark.parametrize("loudness", [0.8, 0.2, 0.05])
def test_clicks_are_found_under_music_however_loud(loudness: float, tmp_path: Path) -> None:
    clicked = music(loudness)
    clicked[[round(at * RATE) for at in (1.12, 2.5)]] += 0.1
    assert clicks_of(tmp_path, clicked) == [1.12, 2.5], "what both sides have is one click"
    assert clicks_of(tmp_path, music(loudness)) == []


def test_a_join_that_does_not_fit_is_heard_through_music(tmp_path: Path) -> None:
    whole = music()
    joined = np.concatenate([whole[: 2 * RATE], -whole[2 * RATE :]])
    assert clicks_of(tmp_path, joined) == [2.0]


def test_a_sound_that_ends_amid_is_a_click_and_the_end_of_all_sound_is_none(tmp_path: Path) -> None:
    stopped = tone()
    stopped[2 * RATE + 55 :] = 0
    assert clicks_of(tmp_path, stopped) == [2.0]
    assert clicks_of(tmp_path, tone()[: -RATE // 3 + 55]) == []


@pytest.mark.parametrize(
    "sound",
    [
        tone(),
        tone(3000.0),
        bursts(every=0.5, decay=0.03, pitch=None),
        bursts(every=0.25, decay=0.08, pitch=60.0),
        bursts(every=0.4, decay=0.2, pitch=440.0),
        bursts(every=0.01, decay=0.002, pitch=700.0),
        bursts(every=0.04, decay=0.004, pitch=700.0),
        bursts(every=0.5, decay=0.012, pitch=1100.0),
        music(0.3) + bursts(every=0.5, decay=0.02, pitch=80.0) + bursts(every=0.3, decay=0.1, pitch=640.0),
    ],
    ids=[
        "a tone",
        "a high tone",
        "snares",
        "a bass drum",
        "plucked strings",
        "a voice's pulses",
        "a creaking voice",
        "a wood block",
        "drum and strings over music",
    ],
)
def test_what_begins_sharply_is_no_click(sound: Mono, tmp_path: Path) -> None:
    assert clicks_of(tmp_path, sound) == []


def test_a_click_is_a_finding_with_its_time(tmp_path: Path) -> None:
    quiet = f"sine=f=220:r=48000:d=3,aformat=channel_layouts=stereo,volume=14dB,{'anull'}"
    click = "aeval='val(0)+if(eq(n,60000),0.3,0)':c=same"
    found = {finding.check: finding for finding in listen(tmp_path, f"{quiet},{click}").findings}
    assert found["clicks"].at == pytest.approx(1.25, abs=0.003)
    assert float(found["clicks"].measure) > float(found["clicks"].limit)


@pytest.mark.parametrize(
    ("pan", "expected"),
    [
        ("pan=stereo|c0=c0|c1=0.9*c1", set()),
        ("pan=stereo|c0=c0|c1=0.5*c1", {"balance"}),
        ("pan=stereo|c0=0*c0|c1=c1", {"balance"}),
        ("pan=stereo|c0=c0|c1=-1*c0", {"phase"}),
    ],
    ids=["hardly aside", "half as loud", "one side only", "opposed"],
)
def test_both_sides_sound_alike_and_together(pan: str, expected: set[str], tmp_path: Path) -> None:
    assert checks(listen(tmp_path, f"{VOICE},{LOUDNESS},{pan}")) - {"loudness"} == expected


def test_silence_counts_only_where_somebody_is_to_speak(tmp_path: Path) -> None:
    broken = f"{VOICE},{LOUDNESS},volume=0:enable='between(t,0.5,2.75)'"
    found = {f.check: f for f in listen(tmp_path, broken, narration=((0.2, 3.0),)).findings}
    assert found["speech_gap"].at == pytest.approx(0.5, abs=0.11)
    assert found["speech_gap"].measure == pytest.approx(2.2, abs=0.11)
    assert "speech_gap" not in checks(listen(tmp_path, broken))
    assert "speech_gap" not in checks(listen(tmp_path, broken, narration=((0.0, 1.5), (1.5, 3.0))))


def test_loudness_is_gated_as_the_recommendation_says() -> None:
    loud, quiet = [-20.0] * 60, [-60.0] * 60
    assert levels.integrated(np.array(loud)) == pytest.approx(-20.0)
    assert levels.integrated(np.array([*loud, *quiet])) == pytest.approx(-20.0)
    assert levels.integrated(np.full(20, -80.0)) == levels.GATE_LUFS
    assert levels.integrated(np.array([*[-20.0] * 33, *[-26.0] * 30])) == pytest.approx(-22.04, abs=0.02)


def test_loudness_and_peak_are_those_of_a_reference_meter(good_film: Path) -> None:
    said = subprocess.run(  # noqa: S603 - a fixed binary
        [ffmpeg.binary(), "-hide_banner", "-i", str(good_film), "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    summary = said[said.rindex("Summary:") :]
    reference = {key: float(summary.split(f"{key}:")[1].split()[0]) for key in ("I", "Peak")}
    measures = measured(good_film, plan=Plan(FRAME, FRAMES)).measures
    assert measures["integrated_lufs"] == pytest.approx(reference["I"], abs=0.1)
    assert measures["true_peak_dbtp"] == pytest.approx(reference["Peak"], abs=0.1)
