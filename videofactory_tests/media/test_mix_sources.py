"""Sounds as engines deliver them: any rate, any number of sides, damaged, too long or too short; and never a click."""

from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue
from videofactory.media import ffmpeg
from videofactory.media.mix import mix, sound
from videofactory.media.mix.keeping import ForNow
from videofactory.media.mix.sound import RATE, Signal
from videofactory.media.mix.sources import Sources
from videofactory_tests.media.cuts import Shelf
from videofactory_tests.media.mixes import dry
from videofactory_tests.media.test_mix import ebur128, level
from videofactory_tests.media.test_mix_pieces import silent

TONE = "sine=f=440:r=48000:d=3"
ODD = {
    "mono at 22.05 kHz": ("odd.wav", ("-ar", "22050", "-ac", "1")),
    "5.1": ("odd.wav", ("-af", "pan=5.1|c0=c0|c1=c0|c2=c0|c3=0*c0|c4=c0|c5=c0")),
    "8 bit": ("odd.wav", ("-c:a", "pcm_u8")),
    "24 bit at 96 kHz": ("odd.wav", ("-ar", "96000", "-c:a", "pcm_s24le")),
    "MP3 at 44.1 kHz": ("odd.mp3", ("-ar", "44100")),
    "AAC": ("odd.m4a", ("-c:a", "aac")),
    "Opus": ("odd.ogg", ("-c:a", "libopus")),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def made(shelf: Shelf, name: str, *coding: str, source: str = TONE) -> Artifact:
    """A sound of this coding."""
    path = shelf.folder / name
    ffmpeg.run(["-f", "lavfi", "-i", source, *coding, path], purpose="make an odd sound")
    return shelf.keep(path, "audio/wav")


def whole(path: Path, *, start: int = 0) -> Signal:
    return np.concatenate([sound.silence(0), *sound.decoded(path, start=start)])


@pytest.mark.parametrize("odd", ODD)
def test_a_sound_of_any_coding_is_heard_at_its_place_and_level(shelf: Shelf, tmp_path: Path, odd: str) -> None:
    name, coding = ODD[odd]
    cue = Cue(scene=None, artifact=made(shelf, name, *coding), start=9, seconds=3)
    mix(silent(15 * 30, narration=(cue,)), shelf=shelf, out=tmp_path / "mix.m4a")
    assert ebur128(tmp_path / "mix.m4a").integrated == pytest.approx(-14, abs=0.4)
    signal = whole(tmp_path / "mix.m4a")
    loud = np.flatnonzero(np.abs(signal[:, 0]) > 0.05)
    assert loud[0] / RATE == pytest.approx(9, abs=0.03)
    assert loud[-1] / RATE == pytest.approx(12, abs=0.03)
    assert level(signal[:, :1], 10, 11) == pytest.approx(level(signal[:, 1:], 10, 11), abs=0.1)


@pytest.mark.parametrize(("name", "coding"), [("cut.wav", ()), ("cut.mp3", ("-ar", "44100")), ("cut.flac", ())])
def test_of_a_sound_with_a_broken_tail_the_rest_is_heard(shelf: Shelf, name: str, coding: tuple[str, ...]) -> None:
    path = shelf.folder / f"whole-{name}"
    made(shelf, path.name, *coding)
    content = path.read_bytes()
    (shelf.folder / name).write_bytes(content[: len(content) * 9 // 10])
    cut = shelf.keep(shelf.folder / name, "audio/wav")
    signal = dry(silent(4 * 30, narration=(Cue(scene=None, artifact=cut, start=0, seconds=3),)), shelf)
    assert level(signal, 1, 2) > -25
    assert level(signal, 2, 2.5) > -25
    assert not signal[round(2.8 * RATE) :].any()


def test_a_sound_broken_in_the_middle_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    path = shelf.folder / "whole.m4a"
    made(shelf, path.name, "-c:a", "aac")
    content = path.read_bytes()
    middle = len(content) // 2
    broken = shelf.folder / "broken.m4a"
    broken.write_bytes(content[:middle] + bytes(0xA5 ^ at % 251 for at in range(3000)) + content[middle + 3000 :])
    cue = Cue(scene=None, artifact=shelf.keep(broken, "audio/mp4"), start=0, seconds=3)
    with pytest.raises(MediaBroken, match=r"broken\.m4a has no sound that decodes.*Make or fetch it again"):
        mix(silent(4 * 30, narration=(cue,)), shelf=shelf, out=tmp_path / "mix.m4a")
    assert not (tmp_path / "mix.m4a").exists()


@pytest.mark.parametrize("name", ["half.mka", "half.aiff"])
def test_half_a_sound_is_not_passed_off_as_all_of_it(shelf: Shelf, tmp_path: Path, name: str) -> None:
    made(shelf, f"whole-{name}")
    content = (shelf.folder / f"whole-{name}").read_bytes()
    (shelf.folder / name).write_bytes(content[: len(content) // 2])
    cue = Cue(scene=None, artifact=shelf.keep(shelf.folder / name, "audio/wav"), start=0, seconds=3)
    with pytest.raises(MediaBroken, match=r"says 3\.0 s and ends after [01]\.\d.*Make or fetch it again"):
        mix(silent(4 * 30, narration=(cue,)), shelf=shelf, out=tmp_path / "mix.m4a")


def test_a_sound_torn_in_the_middle_is_refused_though_its_stream_tells_no_length(shelf: Shelf) -> None:
    made(shelf, "whole.mka", "-c:a", "aac")
    content = (shelf.folder / "whole.mka").read_bytes()
    middle = len(content) // 2
    (shelf.folder / "torn.mka").write_bytes(
        content[:middle] + bytes(0xA5 ^ at % 251 for at in range(3000)) + content[middle + 3000 :]
    )
    with pytest.raises(MediaBroken, match=r"torn\.mka"):
        whole(shelf.folder / "torn.mka")


def test_a_sound_whose_length_nobody_knew_when_it_was_written_is_whole(shelf: Shelf) -> None:
    """Who streams writes the largest number there is."""
    made(shelf, "known.aiff")
    content = bytearray((shelf.folder / "known.aiff").read_bytes())
    frames = content.index(b"COMM") + 10
    content[frames : frames + 4] = (0x7FFFFFFF).to_bytes(4, "big")
    (shelf.folder / "streamed.aiff").write_bytes(bytes(content))
    assert len(whole(shelf.folder / "streamed.aiff")) == 3 * RATE


@pytest.mark.parametrize("start", [1, 1000, 7 * 1024 + 5, 100_000, 143_999, 144_000, 200_000])
@pytest.mark.parametrize("name", ["any.wav", "any.flac"])
def test_a_sound_is_the_same_from_any_place_on(shelf: Shelf, name: str, start: int) -> None:
    made(shelf, name, source="anoisesrc=c=pink:r=48000:a=0.5:seed=3:d=3")
    path = shelf.folder / name
    assert len(whole(path)) == 3 * RATE
    assert np.array_equal(whole(path, start=start), whole(path)[start:])


def test_sources_are_read_in_any_order_and_opened_again(shelf: Shelf, tmp_path: Path) -> None:
    """More of them than are held at once, forwards, backwards and from the middle."""
    noises = [made(shelf, f"{seed}.wav", source=f"anoisesrc=r=48000:a=0.5:seed={seed}:d=1") for seed in range(30)]
    long = made(shelf, "long.wav", source="anoisesrc=r=48000:a=0.5:seed=99:d=90")
    wholes = {noise.sha256: whole(shelf(noise)) for noise in (*noises, long)}
    with ForNow(folder=tmp_path) as keep, Sources(shelf=shelf, keep=keep, folder=tmp_path) as sources:
        for start, stop in ((80 * RATE, 81 * RATE), (3, 9), (40 * RATE, 41 * RATE), (80 * RATE, 99 * RATE), (0, 20)):
            assert np.array_equal(sources.read(long, start=start, stop=stop), wholes[long.sha256][start:stop])
        for noise in (*noises, *reversed(noises)):
            assert np.array_equal(sources.read(noise, start=99, stop=40_000), wholes[noise.sha256][99:40_000])
            assert sources.measured(noise).samples == RATE


@pytest.mark.parametrize("offset", [0.05, 0.2, -0.6])
def test_a_sound_off_its_middle_line_is_put_onto_it(shelf: Shelf, tmp_path: Path, offset: float) -> None:
    """It took the room that loudness needs: a film with it could not be mixed. The voice is quiet, and rests for a second."""
    talk = "0.06*sin(2*PI*200*t)*pow(sin(PI*t),2)*not(between(t,1,2))"
    voice = made(shelf, "off.wav", "-c:a", "pcm_s24le", source=f"aevalsrc='{talk}+{offset}|{talk}+{offset / 2}':s=48000:d=4")
    music = made(shelf, "music.wav", "-c:a", "pcm_f32le", source=f"aevalsrc='0.3*sin(2*PI*330*t)+{offset}':s=48000:d=2")
    cues = {"narration": (Cue(scene=None, artifact=voice, start=1, seconds=4),)}
    bed = (Cue(scene=None, artifact=music, start=0, seconds=6, gain=-9),)
    mix(silent(6 * 30, **cues), shelf=shelf, out=tmp_path / "mix.m4a")
    assert ebur128(tmp_path / "mix.m4a").integrated == pytest.approx(-14, abs=0.4)
    for signal in (dry(silent(6 * 30, **cues), shelf), dry(silent(6 * 30, music=bed), shelf)):
        assert np.abs(signal.reshape(-1, 4800, 2).mean(axis=1)).max() < 0.003
        assert steps(signal).max() < 0.05


def test_a_beat_that_goes_one_way_only_is_left_as_it_is(shelf: Shelf) -> None:
    beat = made(shelf, "beat.wav", source="aevalsrc='0.8*exp(-30*t)':s=48000:d=1")
    with ForNow(folder=shelf.folder) as keep, Sources(shelf=shelf, keep=keep, folder=shelf.folder) as sources:
        assert sources.measured(beat).offset == (0.0, 0.0)


STEADY = "aevalsrc='0.3*cos(2*PI*50*t)':s=48000:d=3"
"""Begins and ends at full level."""


def steps(signal: Signal) -> Signal:
    """How far each sample is from the one before."""
    return np.abs(np.diff(signal[:, 0], prepend=0.0, append=0.0))


@pytest.mark.parametrize("seconds", [1.0, 2.999, 3.0, 5.0], ids=["cut off", "a moment short", "just so", "longer than it is"])
@pytest.mark.parametrize("kind", ["narration", "effects", "own", "music"])
def test_no_cue_clicks(shelf: Shelf, kind: str, seconds: float) -> None:
    """Music that is too short repeats itself, without a click either."""
    cue = Cue(scene=None, artifact=made(shelf, "steady.wav", source=STEADY), start=3.0, seconds=seconds)
    signal = dry(silent(12 * 30, **{kind: (cue,)}), shelf)
    heard = np.flatnonzero(signal[:, 0])
    assert steps(signal).max() < 0.012 * np.abs(signal).max()
    assert heard[0] / RATE == pytest.approx(3.0, abs=0.001)
    length = seconds if kind == "music" else min(seconds, 3.0)
    assert heard[-1] / RATE == pytest.approx(3.0 + length, abs=0.001)
    assert level(signal, 3.02, 3.0 + length - 0.02) == pytest.approx(level(signal, 3.1, 3.3), abs=1.0)


def test_a_sound_that_begins_in_silence_keeps_its_attack(shelf: Shelf) -> None:
    bang = made(
        shelf, "bang.wav", source="aevalsrc='if(lt(t,0.001),0,0.8*exp(-60*(t-0.001))*cos(2*PI*900*(t-0.001)))':s=48000:d=1"
    )
    signal = dry(silent(3 * 30, effects=(Cue(scene=None, artifact=bang, start=1, seconds=1),)), shelf)
    assert int(np.abs(signal[:, 0]).argmax()) == RATE + 48


def test_a_clips_own_sound_is_as_slow_as_its_picture_and_ducked_under_speech(shelf: Shelf) -> None:
    clip = shelf.folder / "clip.mp4"
    picture = (
        "-f",
        "lavfi",
        "-i",
        "color=s=64x64:r=30:d=4",
        "-f",
        "lavfi",
        "-i",
        "aevalsrc='0.3*sin(2*PI*500*t)*lt(t,3)':s=48000:d=4",
    )
    ffmpeg.run([*picture, "-c:a", "aac", "-shortest", clip], purpose="make a clip with a sound")
    own = Cue(scene=None, artifact=shelf.keep(clip), start=1, seconds=4 / 0.85, speed=0.85)
    alone = dry(silent(8 * 30, own=(own,)), shelf)
    loud = np.flatnonzero(np.abs(alone[:, 0]) > 0.02)
    assert loud[0] / RATE == pytest.approx(1.0, abs=0.05)
    assert loud[-1] / RATE == pytest.approx(1.0 + 3 / 0.85, abs=0.05)
    spectrum = np.abs(np.fft.rfft(alone[2 * RATE : 3 * RATE, 0]))
    assert int(spectrum.argmax()) == pytest.approx(500, abs=3), "slower, not lower"
    speech = made(shelf, "speech.wav", source="aevalsrc='0.2*sin(2*PI*200*t)':s=48000:d=1")
    words = (Cue(scene=None, artifact=speech, start=2, seconds=1),)
    both, said = (dry(silent(8 * 30, narration=words, own=cues), shelf) for cues in ((own,), ()))
    assert level(both - said, 2.5, 2.9) == pytest.approx(level(alone, 2.5, 2.9) - 10, abs=1)
