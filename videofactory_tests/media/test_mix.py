"""The mix: loudness and peaks as another meter sees them, ducking, places, lengths, silence."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Timeline
from videofactory.media import ffmpeg, probe
from videofactory.media.mix import Loudness, dynamics, loudness, measure, mix, sound
from videofactory_tests.media.cuts import Shelf, timeline
from videofactory_tests.media.mixes import dry as mixed

TALK = "aevalsrc='0.2*sin(2*PI*200*t)*gt(sin(2*PI*2*t),-0.6)':s=48000"
HUM = "anoisesrc=c=pink:r=48000:a=0.5:seed=3"
BANG = "aevalsrc='0.9*exp(-40*t)*sin(2*PI*70*t)':s=48000"
SECONDS = 6


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("sounds"))


def cue(artifact: Artifact, start: float, seconds: float, gain: float = 0.0) -> Cue:
    return Cue(scene=None, artifact=artifact, start=start, seconds=seconds, gain=gain)


def film(**cues: tuple[Cue, ...]) -> Timeline:
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    return timeline([clip], frames=SECONDS * 30).model_copy(update=cues)


@pytest.fixture(scope="module")
def full(shelf: Shelf) -> Timeline:
    talk, hum, bang = shelf.sound(TALK, seconds=2), shelf.sound(HUM, seconds=2.5), shelf.sound(BANG, seconds=0.4)
    return film(
        narration=(cue(talk, 1, 2),),
        music=(cue(hum, 0, SECONDS, -6),),
        effects=(cue(bang, 4, 0.4, -9),),
    )


def ebur128(path: Path) -> Loudness:
    """What FFmpeg's own meter says."""
    arguments: list[str | Path] = ["-loglevel", "info", "-i", path, "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    log = ffmpeg.run(arguments, purpose="measure")
    found = [float(re.findall(pattern, log)[-1]) for pattern in (r"I:\s+(-?[\d.]+) LUFS", r"Peak:\s+(-?[\d.]+) dBFS")]
    return Loudness(found[0], found[1])


@pytest.mark.parametrize("frames", [12, 13, 20, 31])
def test_a_film_of_a_moment_is_as_loud_as_meters_say(shelf: Shelf, tmp_path: Path, frames: int) -> None:
    """What fills no tenth of a second at its end counts for no meter: counted as half silent, it made such films too loud."""
    talk = shelf.sound("anoisesrc=c=pink:r=48000:a=0.5:seed=3,tremolo=f=4:d=0.7", seconds=2)
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    short = timeline([clip], frames=frames).model_copy(update={"narration": (cue(talk, 0, frames / 30),)})
    told = mix(short, shelf=shelf, out=tmp_path / "mix.m4a")
    heard = ebur128(tmp_path / "mix.m4a")
    assert heard.integrated == pytest.approx(-14, abs=0.4)
    assert told.integrated == pytest.approx(heard.integrated, abs=0.15)


@pytest.mark.parametrize("kinds", [("narration", "music", "effects"), ("narration",), ("music",), ("effects",)])
def test_loudness_and_peak_are_met_as_ffmpeg_measures_them(
    full: Timeline, shelf: Shelf, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    wanted = film(**{kind: getattr(full, kind) for kind in kinds})
    told = mix(wanted, shelf=shelf, out=tmp_path / "mix.m4a")
    heard = ebur128(tmp_path / "mix.m4a")
    assert heard.integrated == pytest.approx(-14, abs=0.4)
    assert heard.true_peak <= -1.0
    assert told.integrated == pytest.approx(heard.integrated, abs=0.15)
    assert told.true_peak == pytest.approx(heard.true_peak, abs=0.3)


def test_the_track_is_as_long_as_the_film_and_the_same_every_time(full: Timeline, shelf: Shelf, tmp_path: Path) -> None:
    for name in ("one.m4a", "two.m4a"):
        mix(full, shelf=shelf, out=tmp_path / name)
    facts = probe.facts(tmp_path / "one.m4a")
    assert facts.audio is not None
    assert (facts.audio.codec, facts.audio.sample_rate, facts.audio.channels) == ("aac", 48000, 2)
    assert facts.seconds == pytest.approx(SECONDS, abs=0.001)
    assert (tmp_path / "one.m4a").read_bytes() == (tmp_path / "two.m4a").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"one.m4a", "two.m4a"}


def test_sounds_are_heard_where_the_timeline_puts_them(shelf: Shelf, tmp_path: Path) -> None:
    beep = shelf.sound("sine=f=1000:r=48000", seconds=0.5)
    mix(film(narration=(cue(beep, 2, 0.5),)), shelf=shelf, out=tmp_path / "mix.m4a")
    loud = np.flatnonzero(np.abs(np.concatenate(list(sound.decoded(tmp_path / "mix.m4a")))[:, 0]) > 0.1)
    assert loud[0] / sound.RATE == pytest.approx(2.0, abs=0.005)
    assert loud[-1] / sound.RATE == pytest.approx(2.5, abs=0.005)


def test_a_film_without_sound_is_silent(shelf: Shelf, tmp_path: Path) -> None:
    assert mix(film(), shelf=shelf, out=tmp_path / "mix.m4a") == Loudness(loudness.SILENCE, -math.inf)
    assert probe.facts(tmp_path / "mix.m4a").seconds == pytest.approx(SECONDS, abs=0.001)


def test_music_goes_down_under_speech_and_comes_back(full: Timeline, shelf: Shelf) -> None:
    speech = mixed(film(narration=full.narration), shelf)
    both = mixed(film(narration=full.narration, music=full.music), shelf)
    alone = mixed(film(music=full.music), shelf)
    ducked = both - speech
    assert level(ducked, 0.8, 0.95) == pytest.approx(level(alone, 0.8, 0.95), abs=0.1)
    assert level(ducked, 2.0, 2.1) == pytest.approx(level(alone, 2.0, 2.1) - dynamics.DUCK, abs=1.0)
    assert level(ducked, 5.2, 5.4) == pytest.approx(level(alone, 5.2, 5.4), abs=0.3)


def level(signal: sound.Signal, start: float, stop: float) -> float:
    piece = signal[int(start * sound.RATE) : int(stop * sound.RATE)]
    return 10 * math.log10(float(np.mean(np.square(piece))))


def test_ducking_is_quick_to_come_and_slow_to_go() -> None:
    speech = sound.silence(3 * sound.RATE)
    speech[sound.RATE : 2 * sound.RATE] = 0.2
    curve = 20 * np.log10(dynamics.ducking(speech))
    assert curve[int(0.99 * sound.RATE)] == 0
    assert curve[int(1.02 * sound.RATE)] == pytest.approx(-6.3, abs=0.6)
    assert curve[int(1.9 * sound.RATE)] == pytest.approx(-10, abs=0.1)
    assert curve[int(2.4 * sound.RATE)] == pytest.approx(-3.7, abs=0.4)


def test_music_is_repeated_until_the_film_ends_and_fades_at_both_ends(full: Timeline, shelf: Shelf) -> None:
    music = mixed(film(music=full.music), shelf)
    middle = level(music, 1.0, 4.0)
    assert all(level(music, at, at + 0.1) > middle - 4 for at in np.arange(1.0, 4.0, 0.1))
    assert level(music, 0, 0.1) < middle - 15
    assert level(music, 5.9, 6.0) < middle - 15


def test_sound_beyond_the_film_is_cut_off(shelf: Shelf) -> None:
    talk = shelf.sound(TALK, seconds=2)
    signal = mixed(film(narration=(cue(talk, 5, 2), cue(talk, 50, 2))), shelf)
    assert len(signal) == SECONDS * sound.RATE


def test_the_limiter_holds_its_ceiling_between_samples_too() -> None:
    times = np.arange(sound.RATE) / sound.RATE
    wave = np.sin(2 * np.pi * sound.RATE / 4 * times + np.pi / 4) * (1 + (times > 0.5))
    signal = np.repeat(wave[:, None], 2, axis=1).astype(np.float32)
    assert 20 * math.log10(float(np.abs(signal).max())) == pytest.approx(3, abs=0.05)
    assert measure(signal).true_peak == pytest.approx(6, abs=0.5)
    held = dynamics.limited(signal, ceiling=-1.5)
    assert measure(held).true_peak <= -1.4
    assert measure(held[: sound.RATE // 4]).true_peak == pytest.approx(-1.5, abs=0.3)


def test_loudness_of_the_reference_tone() -> None:
    """BS.1770: a full-scale 997 Hz sine in one channel is -3.01 LKFS."""
    times = np.arange(4 * sound.RATE) / sound.RATE
    signal = np.zeros((len(times), 2), np.float32)
    signal[:, 0] = np.sin(2 * np.pi * 997 * times)
    assert measure(signal).integrated == pytest.approx(-3.01, abs=0.05)
