"""The mix works in windows and blocks: they are never heard, and memory does not grow with the film."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from videofactory.domain.errors import Lasting
from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Timeline
from videofactory.media.mix import measure, mix, sound
from videofactory.media.mix.dynamics import AROUND, MEMORY, ducking, limited
from videofactory.media.mix.pieces import Fade, pieces
from videofactory.media.mix.stems import faded
from videofactory.media.tape import Tape
from videofactory_tests.media.cuts import Shelf, timeline
from videofactory_tests.media.mixes import dry
from videofactory_tests.media.weights import MEBIBYTE, allocated, held_by

RATE = sound.RATE
LONG, LONGEST = 40, 600
"""Seconds."""
MOST_ALLOCATED = 60 * MEBIBYTE
"""For a mix of any length: blocks, and the Fourier transforms of the loudness meter, 40 together. Mixed whole, 40 s took 97."""
MOST_HELD = 220 * MEBIBYTE
"""For a process that mixes ten minutes, of which 100 are its libraries."""


def noise(samples: int, *, seed: int = 1) -> sound.Signal:
    """Noise with a spike every now and then, far over full scale."""
    rng = np.random.default_rng(seed)
    signal = (0.2 * rng.standard_normal((samples, 2))).astype(np.float32)
    signal[rng.integers(samples, size=samples // 5000)] *= 9
    return signal


def long_film(seconds: int, shelf: Shelf) -> Timeline:
    """A film full of sound: music through all of it, a word and a bang every two seconds."""
    music = shelf.sound("anoisesrc=c=pink:r=48000:a=0.5:seed=3", seconds=seconds)
    word = shelf.sound("aevalsrc='0.2*sin(2*PI*200*t)*gt(sin(2*PI*2*t),-0.6)':s=48000", seconds=1.5)
    bang = shelf.sound("aevalsrc='0.9*exp(-40*t)*sin(2*PI*70*t)':s=48000", seconds=0.4)
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    starts = range(0, seconds, 2)
    return timeline([clip], frames=seconds * 30).model_copy(
        update={
            "music": (Cue(scene=None, artifact=music, start=0, seconds=seconds, gain=-6),),
            "narration": tuple(Cue(scene=None, artifact=word, start=at + 0.2, seconds=1.5) for at in starts),
            "effects": tuple(Cue(scene=None, artifact=bang, start=at, seconds=0.4, gain=-9) for at in starts),
        }
    )


def mix_a_film_of(seconds: int, folder: Path) -> None:
    """Mix such a film, here and now."""
    shelf = Shelf(folder)
    mix(long_film(seconds, shelf), shelf=shelf, out=folder / "mix.m4a")


def open_files() -> int:
    """How many files this process holds open (always 0 where the system does not say)."""
    listed = Path("/proc/self/fd")
    return len(list(listed.iterdir())) if listed.exists() else 0


@pytest.mark.parametrize("block", [4000, 4801, 50_000])
def test_a_limiter_in_windows_is_the_limiter_of_the_whole(block: int) -> None:
    signal = noise(3 * RATE)
    whole = limited(signal, ceiling=-1.5, boost=3.0)
    parts = []
    for part in sound.spans(len(signal), block=block):
        opens = max(0, part.start - AROUND)
        window = limited(signal[opens : part.stop + AROUND], ceiling=-1.5, boost=3.0)
        parts.append(window[part.start - opens : part.stop - opens])
    assert np.allclose(np.concatenate(parts), whole, atol=1e-6)
    assert measure(whole).true_peak <= -1.4
    assert measure(signal).true_peak > 3


def test_ducking_after_its_run_in_is_the_ducking_of_the_whole() -> None:
    speech = noise(12 * RATE + 17) * np.float32(0.01)
    speech[RATE // 2 : 6 * RATE] *= 50
    whole = ducking(speech)
    for start in (4 * RATE, 5 * RATE + 48 * 7, 6 * RATE, 9 * RATE):
        assert np.allclose(ducking(speech[start - MEMORY :])[MEMORY:], whole[start:], atol=2e-5)
    assert whole.min() < 0.4
    assert whole.max() > 0.9


def test_a_fade_in_windows_is_the_fade_of_the_whole() -> None:
    signal = noise(10_000)
    rise, fall = Fade(start=0, samples=700), Fade(start=1000, samples=9000)
    whole = faded(faded(signal, rise, falling=False), fall, falling=True)
    parts = [
        faded(
            faded(signal[part], Fade(start=-part.start, samples=700), falling=False),
            Fade(start=1000 - part.start, samples=9000),
            falling=True,
        )
        for part in sound.spans(len(signal), block=333)
    ]
    assert np.array_equal(np.concatenate(parts), whole)
    assert np.array_equal(signal, noise(10_000)), "the sound faded is left as it was"


def test_music_repeated_over_many_pieces_has_no_seam(tmp_path: Path) -> None:
    """A steady tone stays steady where pieces meet, and repeats itself exactly."""
    shelf = Shelf(tmp_path)
    tone = shelf.sound("anoisesrc=c=pink:r=48000:a=0.5:seed=3", seconds=2.5)
    seconds, lap = 30, 30_000
    cue = Cue(scene=None, artifact=tone, start=0, seconds=seconds)
    clip = Artifact(sha256="0" * 64, media_type="video/mp4", size=1)
    film = timeline([clip], frames=seconds * 30).model_copy(update={"music": (cue,)})
    bed = dry(film, shelf)
    period = round(2.5 * RATE) - lap
    assert len(pieces(len(bed))) == 3
    assert np.array_equal(bed[period : 2 * period], bed[2 * period : 3 * period])
    assert np.array_equal(bed[period : 3 * period], bed[11 * period : 13 * period])
    assert len(bed) == seconds * RATE
    assert np.abs(bed[-3 * RATE : -RATE]).max() > 0.05


def test_a_tape_is_what_was_laid_on_it(tmp_path: Path) -> None:
    signal = noise(5000)
    with Tape(1000, folder=tmp_path) as tape:
        assert not tape[:].any()
        tape.write(signal, at=500)
        tape.add(signal[:100], at=450)
        assert len(tape) == 5500
        assert np.array_equal(tape[450:500], signal[:50])
        assert np.array_equal(tape[500:550], signal[:50] + signal[50:100])
        assert np.array_equal(tape[550:9999], signal[50:])
        assert tape[5600:].shape == (0, 2)
    with Tape.of((signal[part] for part in sound.spans(5000, block=333)), folder=tmp_path, longest=4000) as tape:
        assert np.array_equal(tape[:], signal[:4000])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_said_while_mixing(tmp_path: Path) -> None:
    with Tape(folder=tmp_path) as tape:
        full = os.open("/dev/full", os.O_RDWR)
        os.dup2(full, tape.fileno())
        os.close(full)
        with pytest.raises(Lasting, match=r"disk is full.*Free some space") as raised:
            tape.write(noise(10), at=0)
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.__cause__.errno == errno.ENOSPC


def test_a_sound_that_breaks_leaves_no_tape_open(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    broken = Cue(scene=None, artifact=shelf.keep(tmp_path / "broken.wav", "audio/wav"), start=0, seconds=1)
    before = open_files()
    film = long_film(2, shelf).model_copy(update={"effects": (broken,)})
    with pytest.raises(Exception, match=r"broken\.wav has no sound that decodes"):
        mix(film, shelf=shelf, out=tmp_path / "mix.m4a")
    assert open_files() == before


def test_a_long_film_is_mixed_within_a_fixed_memory(tmp_path: Path) -> None:
    assert allocated(lambda: mix_a_film_of(LONG, tmp_path)) < MOST_ALLOCATED


@pytest.mark.soak
def test_ten_minutes_are_mixed_within_a_fixed_memory(tmp_path: Path) -> None:
    own = "from pathlib import Path; from videofactory_tests.media.test_mix_in_blocks import mix_a_film_of"
    assert held_by(f"{own}; mix_a_film_of({LONGEST}, Path({str(tmp_path)!r}))") < MOST_HELD
