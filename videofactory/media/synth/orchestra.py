"""From a score to sound: notes placed in blocks of time, put into a room, brought to level. Memory stays bounded.

What is played waits on a tape for its level to be known; in memory are a block, the sounds of the notes, and at the end the
16-bit WAV itself. What is played is `score`; what a note sounds like is `instruments`.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from videofactory.media.synth.instruments import INSTRUMENTS
from videofactory.media.synth.level import block_powers, gain_of, gated_loudness, peak
from videofactory.media.synth.room import Room, impulse_response
from videofactory.media.synth.score import DRUMS, Note, Score
from videofactory.media.synth.wav import RATE, Signal, Stored, wav_of_blocks
from videofactory.media.tape import Tape

TARGET_LUFS = -20.0
CEILING = -3.0
BLOCK = 8 * RATE
"""Music is made in blocks of 8 s."""
_ROOM_LEVEL = {"pad": 0.35, "strings": 0.4, "piano": 0.35, "pluck": 0.35, "bells": 0.5, "bass": 0.05, "kick": 0.05}
_ROOM_LEVEL_OTHERS = 0.2
_FADE_IN = 0.03
_FADE_OUT_LONGEST = 2.5
_FADE_OUT_SHARE = 0.35
_ROOM_SEED = 77


class Hall(NamedTuple):
    """How the mood wants it: where the bed's harmonics fade (Hz), seconds of reverberation to −60 dB."""

    brightness: float
    room: float


def performed(score: Score, *, seconds: float, hall: Hall) -> bytes:
    """The piece as a stereo WAV of exactly `seconds`, about `TARGET_LUFS`, peaks at most `CEILING` dBFS, faded at its end."""
    n = round(seconds * RATE)
    meter = _Meter()
    blocks = meter.heeding(_faded_blocks(_roomed(score, n=n, hall=hall), n=n))
    with Tape.of(blocks, folder=Path(tempfile.gettempdir())) as tape:
        return wav_of_blocks(_at_level(tape, meter.gain()), channels=2)


def _at_level(tape: Tape, gain: float) -> Iterator[Signal]:
    return (tape[begin : begin + BLOCK].astype(np.float64) * gain for begin in range(0, len(tape), BLOCK))


class _Meter:
    """Level and peak of a piece, read while its blocks go by."""

    def __init__(self) -> None:
        self._powers: list[Signal] = []
        self._highest = 0.0

    def heeding(self, blocks: Iterator[Stored]) -> Iterator[Stored]:
        """The same blocks."""
        for block in blocks:
            self._powers.append(block_powers(block))
            self._highest = max(self._highest, peak(block))
            yield block

    def gain(self) -> float:
        """The factor that brings what went by to its loudness, or as near as the ceiling allows."""
        if not self._highest:
            return 1.0
        return min(gain_of(TARGET_LUFS - gated_loudness(np.concatenate(self._powers))), gain_of(CEILING) / self._highest)


def _roomed(score: Score, *, n: int, hall: Hall) -> Iterator[Stored]:
    """Dry and reverberated sound, block by block; what rings over a block's end is carried into the next."""
    response = impulse_response(seconds=hall.room, seed=_ROOM_SEED, brightness=4200, delay=0.018)
    players = _Players(score, hall.brightness)
    room = Room(response, longest=min(BLOCK, n) + players.longest)
    carried = np.zeros((1, 2), dtype=np.float32)
    for begin in range(0, n, BLOCK):
        length = min(BLOCK, n - begin)
        dry, send = players.played(begin, length)
        wet = room.echoed(send)
        total = np.zeros((max(len(wet), len(carried)), 2), dtype=np.float32)
        total[: len(wet)] = wet
        total[: len(dry)] += dry
        total[: len(carried)] += carried
        carried = total[length:]
        yield total[:length]


def _faded_blocks(blocks: Iterator[Stored], *, n: int) -> Iterator[Stored]:
    fade_out = min(round(_FADE_OUT_LONGEST * RATE), round(n * _FADE_OUT_SHARE)) or 1
    fade_in = min(round(_FADE_IN * RATE), n)
    begin = 0
    for block in blocks:
        place = begin + np.arange(len(block))
        rise = np.sin(np.pi / 2 * np.minimum(place / fade_in, 1.0)) ** 2
        fall = np.sin(np.pi / 2 * np.minimum((n - 1 - place) / fade_out, 1.0)) ** 2
        yield (block * (rise * fall)[:, None]).astype(np.float32)
        begin += len(block)


class _Players:
    """The notes of a score by time, and the sound of each different note, made once."""

    def __init__(self, score: Score, brightness: float) -> None:
        self._eighth = score.eighth
        self._brightness = brightness
        self._sounds: dict[tuple[str, int, int], Stored] = {}
        self._notes = [(round(note.start * score.eighth * RATE), note) for note in score.notes]
        self.longest = max(len(self._sound(note)) for _, note in self._notes)

    def played(self, begin: int, length: int) -> tuple[Stored, Stored]:
        """What the notes that start in this block sound like to their ends: dry, and as sent into the room."""
        dry = np.zeros((length + self.longest, 2), dtype=np.float32)
        send = np.zeros_like(dry)
        for start, note in self._notes:
            if begin <= start < begin + length:
                sound = self._sound(note) * np.float32(note.velocity)
                place = slice(start - begin, start - begin + len(sound))
                dry[place] += sound
                send[place] += sound * np.float32(_ROOM_LEVEL.get(note.part, _ROOM_LEVEL_OTHERS))
        return dry, send

    def _sound(self, note: Note) -> Stored:
        key = (note.part, note.midi, 1 if note.part in DRUMS else note.eighths)
        if key not in self._sounds:
            instrument = INSTRUMENTS[note.part]
            sound = instrument(note.midi, seconds=note.eighths * self._eighth, brightness=self._brightness)
            self._sounds[key] = sound.astype(np.float32)
        return self._sounds[key]
