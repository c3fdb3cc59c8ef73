"""What the composer writes: whole bars, one key, smooth voices, an ending at home."""

import numpy as np
import pytest

from videofactory.media.synth.instruments import hertz, pad
from videofactory.media.synth.score import DRUMS, EIGHTHS, Mood, Score, chord_classes, composed, led
from videofactory.media.synth.wav import RATE

MOOD = Mood(
    words=("test",),
    tonics=(2, 9),
    mode="dorian",
    bpm=100,
    progressions=((1, 4, 6, 7), (3, 4, 5, 1)),
    patterns=("02.4132.", "0...6..."),
    melody=True,
    sevenths=True,
    bass="x..x..x.",
    kick="x...x...",
)
LENGTHS = (1.0, 3.0, 5.5, 30.0, 600.0)


def piece(seconds: float, *, seed: int = 1) -> Score:
    return composed(MOOD, seconds=seconds, seed=seed)


@pytest.mark.parametrize("seconds", LENGTHS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_note_belongs_to_the_key(seconds: float, seed: int) -> None:
    score = piece(seconds, seed=seed)
    pitched = [note for note in score.notes if note.part not in DRUMS]
    assert {note.midi % 12 for note in pitched} <= score.pitch_classes
    assert len(pitched) >= 4
    assert all(30 <= note.midi <= 100 and 0 < note.velocity <= 1 for note in pitched)


@pytest.mark.parametrize("seconds", LENGTHS)
def test_whole_bars_fill_the_length_and_no_note_starts_after_it(seconds: float) -> None:
    score = piece(seconds)
    assert score.bars * EIGHTHS * score.eighth == pytest.approx(seconds)
    assert max(note.start + note.eighths for note in score.notes if note.part == "pad") == score.bars * EIGHTHS
    if seconds > 10:
        assert score.bpm == pytest.approx(MOOD.bpm, rel=0.1)


@pytest.mark.parametrize("seconds", LENGTHS)
def test_it_ends_on_the_tonic(seconds: float) -> None:
    score = piece(seconds)
    last = [note for note in score.notes if note.start >= (score.bars - 1) * EIGHTHS]
    home = chord_classes(score.tonic, mode=score.mode, degree=1, seventh=False)
    assert score.chords[-1] == 1
    assert {note.midi % 12 for note in last if note.part in {"pad", "bass"}} == set(home)
    assert all(note.midi % 12 == score.tonic for note in last if note.part == "bass")


def test_the_form_begins_thin_and_is_fullest_after_the_middle() -> None:
    score = piece(60.0)
    counts = np.bincount([note.start // EIGHTHS for note in score.notes], minlength=score.bars)
    assert counts[0] < 0.7 * counts[round(score.bars * 0.75)]
    assert counts[-1] < 0.7 * counts[round(score.bars * 0.75)]


def test_voices_move_little_from_chord_to_chord() -> None:
    chords = [chord_classes(0, mode="major", degree=degree, seventh=False) for degree in (1, 5, 6, 4, 1)]
    voicing: tuple[int, ...] = ()
    for classes in chords:
        before, voicing = voicing, led(voicing, classes=classes)
        assert {midi % 12 for midi in voicing} == set(classes)
        if before:
            assert max(abs(new - old) for new, old in zip(voicing, before, strict=True)) <= 4


def test_a_pad_sounds_its_pitch_and_its_harmonics_only() -> None:
    sound = pad(69, seconds=4.0, brightness=900)[:, 0]
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    frequencies = np.fft.rfftfreq(len(sound), 1 / RATE)
    assert frequencies[int(np.argmax(power))] == pytest.approx(440, abs=3)
    near = np.abs(frequencies / hertz(69) - np.rint(frequencies / hertz(69))) < 0.02
    assert np.sum(power[near & (frequencies > 400)]) > 0.999 * np.sum(power)
