"""The composer's paper: from a mood, a length and a seed to the notes of a small piece in one key.

Form: a quiet beginning, a build, a turn to the second progression, and an ending on the tonic. Nothing sounds here; how notes
sound is `instruments`, how they are mixed is `orchestra`. Which words mean which mood is `providers.embedded.music`.
"""

from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from videofactory.domain.value import Value

Mode = Literal["major", "minor", "dorian", "mixolydian", "lydian"]
Part = Literal["pad", "strings", "piano", "pluck", "bells", "bass", "kick", "hat", "clap"]
Degree = Annotated[int, Field(ge=1, le=7)]
SCALES: dict[Mode, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
}
"""Semitones above the tonic."""
DRUMS: tuple[Part, ...] = ("kick", "hat", "clap")
BEATS = 4
EIGHTHS = 8
_PAD_LOW, _PAD_HIGH = 52, 72
_LEAD_LOW = 62
_BASS_LOW = 36
_SPARSE, _FULL, _FULLER = 0.4, 0.5, 0.6
"""Intensities from which the bass moves, the lead and the drums play in full, and the tune is heard."""
_TURN = (2, 4)
"""The third of every four rounds of chords is the turn."""
_FORM_FROM = 4
"""Bars from which a piece has a cadence and sections; shorter ones only rest on their tonic."""


class Mood(Value):
    """What a mood sounds like.

    `tonics` are MIDI pitch classes (0 = C) to choose from; `progressions` chord degrees, one a bar: the first is home, the last
    is the turn; `cadence` leads to the final tonic. Patterns have one character per eighth: for `lead` the index of a chord
    tone, for the others `x`; a dot rests. `brightness` (Hz) is where the pad's harmonics fade; `room` seconds to −60 dB.
    """

    words: tuple[str, ...]
    tonics: tuple[Annotated[int, Field(ge=0, le=11)], ...]
    mode: Mode
    bpm: Annotated[float, Field(ge=40, le=180)]
    progressions: tuple[tuple[Degree, ...], ...] = Field(min_length=1)
    cadence: tuple[Degree, ...] = (4, 5)
    bed: Literal["pad", "strings"] = "pad"
    lead: Literal["piano", "pluck", "bells"] = "piano"
    patterns: tuple[Annotated[str, Field(pattern=r"^[0-6.]{8}$")], ...] = Field(min_length=1)
    melody: bool = False
    sevenths: bool = False
    bass: Annotated[str, Field(pattern=r"^[x.]{8}$")] = "x......."
    kick: Annotated[str, Field(pattern=r"^[x.]{8}$")] = "........"
    hat: Annotated[str, Field(pattern=r"^[x.]{8}$")] = "........"
    clap: Annotated[str, Field(pattern=r"^[x.]{8}$")] = "........"
    brightness: float = 1200.0
    room: float = 2.2


class Note(NamedTuple):
    """One note: who plays it, MIDI pitch (0 for drums), start and length in eighths from the beginning, velocity 0..1."""

    part: Part
    midi: int
    start: int
    eighths: int
    velocity: float


class Score(NamedTuple):
    """A piece: pitch class of its tonic, mode, number of bars, seconds of one eighth, chords by bar, notes in order of time."""

    tonic: int
    mode: Mode
    bars: int
    eighth: float
    chords: tuple[int, ...]
    notes: tuple[Note, ...]

    @property
    def bpm(self) -> float:
        """Beats a minute after fitting whole bars into the length."""
        return 30.0 / self.eighth

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The pitch classes of the key."""
        return frozenset((self.tonic + step) % 12 for step in SCALES[self.mode])


def composed(mood: Mood, *, seconds: float, seed: int) -> Score:
    """Write a piece of whole bars that lasts exactly `seconds`: the tempo gives way, by a third at most and mostly far less."""
    rng = np.random.default_rng(seed)
    bars = max(round(seconds * mood.bpm / 60 / BEATS), 1)
    tonic = int(rng.choice(mood.tonics))
    chords = _chords(mood, bars=bars)
    pattern = mood.patterns[int(rng.integers(len(mood.patterns)))]
    writer = _Writer(mood=mood, tonic=tonic, chords=chords, pattern=pattern)
    notes = sorted(
        [*writer.bed(), *writer.bass(), *writer.lead(), *writer.melody(rng), *writer.drums()], key=lambda note: note.start
    )
    return Score(tonic, mood.mode, bars, seconds / bars / EIGHTHS, chords, tuple(notes))


def _chords(mood: Mood, *, bars: int) -> tuple[int, ...]:
    """A chord degree for each bar: home, home, turn, home ..., then the cadence and the tonic."""
    ending = (*mood.cadence, 1) if bars >= _FORM_FROM + len(mood.cadence) else (mood.cadence[-1], 1)
    body: list[int] = []
    while len(body) < bars:
        turn, rounds = _TURN
        body.extend(mood.progressions[-1 if len(body) // len(mood.progressions[0]) % rounds == turn else 0])
    return (*body[: max(bars - len(ending), 0)], *ending[-bars:])


def intensity(bar: int, *, bars: int) -> float:
    """How full the piece is in a bar, 0..1: little at first, most at three quarters, little at the end."""
    if bars < _FORM_FROM:
        return 0.5
    if bar == bars - 1:
        return 0.3
    return float(np.interp(bar / (bars - 1), [0, 0.12, 0.45, 0.75, 0.9, 1.0], [0.3, 0.5, 0.75, 1.0, 0.7, 0.4]))


class _Writer(NamedTuple):
    """Writes the parts of one piece."""

    mood: Mood
    tonic: int
    chords: tuple[int, ...]
    pattern: str

    @property
    def bars(self) -> int:
        return len(self.chords)

    def level(self, bar: int) -> float:
        return intensity(bar, bars=self.bars)

    def bed(self) -> list[Note]:
        """Chords held for a bar, each voice moving as little as it can."""
        notes: list[Note] = []
        voices: tuple[int, ...] = ()
        for bar, degree in enumerate(self.chords):
            seventh = self.mood.sevenths and bar < self.bars - 1
            voices = led(voices, classes=chord_classes(self.tonic, mode=self.mood.mode, degree=degree, seventh=seventh))
            velocity = 0.6 + 0.4 * self.level(bar)
            notes.extend(Note(self.mood.bed, midi, bar * EIGHTHS, EIGHTHS, velocity) for midi in voices)
        return notes

    def bass(self) -> list[Note]:
        """Roots in the rhythm of the mood, each held to the next stroke; in the last bar one long tonic."""
        notes: list[Note] = []
        for bar, degree in enumerate(self.chords):
            root = _at_or_above(_BASS_LOW, chord_classes(self.tonic, mode=self.mood.mode, degree=degree, seventh=False)[0])
            quiet = bar == self.bars - 1 or self.level(bar) < _SPARSE
            strokes = [0] if quiet else [place for place, mark in enumerate(self.mood.bass) if mark == "x"]
            ends = [*strokes[1:], EIGHTHS]
            notes.extend(Note("bass", root, bar * EIGHTHS + at, end - at, 0.8) for at, end in zip(strokes, ends, strict=False))
        return notes

    def lead(self) -> list[Note]:
        """The broken chord of the mood, thinner where the piece is quiet; one last chord tone at the end."""
        notes: list[Note] = []
        for bar, degree in enumerate(self.chords):
            ladder = self._ladder(degree)
            level = self.level(bar)
            for place, mark in enumerate(self.pattern):
                if mark == "." or (level < _FULL and place % 4) or (bar == self.bars - 1 and place):
                    continue
                accent = 1.0 if place == 0 else 0.8 if place % 2 == 0 else 0.65
                notes.append(Note(self.mood.lead, ladder[int(mark)], bar * EIGHTHS + place, 4, accent * (0.5 + 0.5 * level)))
        return notes

    def melody(self, rng: np.random.Generator) -> list[Note]:
        """Above it, in the fuller bars, a tune of long notes that steps to the nearest chord tone; it ends on the tonic."""
        if not self.mood.melody or self.bars < _FORM_FROM:
            return []
        notes: list[Note] = []
        now = _at_or_above(_LEAD_LOW + 12, self.tonic)
        for bar, degree in enumerate(self.chords[:-1]):
            if self.level(bar) < _FULLER:
                continue
            for place, eighths in ((0, 3), (3, 5)) if rng.integers(2) else ((0, 4), (4, 4)):
                now = self._nearest(now, degree, rng)
                notes.append(Note(self.mood.lead, now, bar * EIGHTHS + place, eighths, 0.75))
        final = min((_at_or_above(low, self.tonic) for low in (now - 11, now)), key=lambda midi: abs(midi - now))
        return [*notes, Note(self.mood.lead, final, (self.bars - 1) * EIGHTHS, EIGHTHS, 0.7)]

    def drums(self) -> list[Note]:
        """Percussion in the rhythm of the mood, where the piece is full enough."""
        patterns: dict[Part, str] = {"kick": self.mood.kick, "hat": self.mood.hat, "clap": self.mood.clap}
        return [
            Note(part, 0, bar * EIGHTHS + place, 1, (1.0 if place % 4 == 0 else 0.7) * self.level(bar))
            for bar in range(self.bars - 1)
            if self.level(bar) >= _FULL
            for part in DRUMS
            for place, mark in enumerate(patterns[part])
            if mark == "x"
        ]

    def _ladder(self, degree: int) -> list[int]:
        """Seven chord tones upwards from the lead's lowest note."""
        classes = set(chord_classes(self.tonic, mode=self.mood.mode, degree=degree, seventh=self.mood.sevenths))
        return [midi for midi in range(_LEAD_LOW, _LEAD_LOW + 36) if midi % 12 in classes][:7]

    def _nearest(self, now: int, degree: int, rng: np.random.Generator) -> int:
        """Another chord tone close by, drawn back to the middle of the tune's range."""
        classes = chord_classes(self.tonic, mode=self.mood.mode, degree=degree, seventh=False)
        middle = _LEAD_LOW + 16
        near = [midi for midi in range(now - 7, now + 8) if midi % 12 in classes and midi != now]
        return min(near, key=lambda midi: abs(midi - now) + 0.5 * abs(midi - middle) + 3 * float(rng.random()))


def chord_classes(tonic: int, *, mode: Mode, degree: int, seventh: bool) -> tuple[int, ...]:
    """Pitch classes of the chord on a degree of the scale: root, third, fifth, and the seventh where asked for."""
    scale = SCALES[mode]
    return tuple((tonic + scale[(degree - 1 + step) % 7]) % 12 for step in ((0, 2, 4, 6) if seventh else (0, 2, 4)))


def led(before: tuple[int, ...], *, classes: tuple[int, ...]) -> tuple[int, ...]:
    """The voicing of a chord in close position that moves the voices before it least, within the bed's range."""
    voicings = [
        tuple(midi for midi in range(bottom, bottom + 12) if midi % 12 in classes)
        for bottom in range(_PAD_LOW, _PAD_HIGH - 8)
        if bottom % 12 in classes
    ]
    target = before or (57, 60, 64)
    return min(voicings, key=lambda voicing: (_movement(target, voicing), voicing))


def _movement(before: tuple[int, ...], after: tuple[int, ...]) -> int:
    """Semitones all voices move, each to its nearest."""
    return sum(min(abs(old - new) for old in before) for new in after) + sum(
        min(abs(old - new) for new in after) for old in before
    )


def _at_or_above(lowest: int, pitch_class: int) -> int:
    return lowest + (pitch_class - lowest) % 12
