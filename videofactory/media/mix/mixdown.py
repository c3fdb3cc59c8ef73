"""From a timeline's cues to the film's sound track: stems at their levels, ducked, faded, brought to −14 LUFS."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from videofactory.domain.errors import MediaBroken
from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Timeline
from videofactory.media.mix import dynamics, loudness, sound
from videofactory.media.mix.loudness import SILENCE, Loudness
from videofactory.media.mix.sound import RATE, Signal, gain

MIXING = 1
"""Part of a mix's fingerprint: raise it whenever equal cues would sound different."""
TARGET = -14.0
PEAK = -1.0
"""Integrated loudness in LUFS and highest true peak in dBTP of the encoded track (SPEC section 8)."""
_AIM = -1.5
"""dBTP the limiter starts from: AAC adds overshoots of some tenths of a dB."""
_NARRATION, _MUSIC, _EFFECT = -16.0, -20.0, -20.0
"""LUFS that a cue of 0 dB has, whatever the engine delivered: speech in front, music under it even before ducking."""
_MOST_BOOST = 24.0
"""dB: more than this would lift noise, not sound."""
_ROUNDS = 6
_CLOSE = 0.1
_FLATTEST = 0.2
"""The limiter eats gain: of 1 dB more, as little as this much LU is left for spiky sound."""
_CLICK = RATE * 5 // 1000
"""Samples over which a sound that is cut off fades, so that it does not click."""
_FADE_IN, _FADE_OUT = 0.8, 2.0
_LOOP = 1.0
"""Seconds over which music that begins again is crossfaded with its end."""

Shelf = Callable[[Artifact], Path]


def mix(timeline: Timeline, *, shelf: Shelf, out: Path) -> Loudness:
    """Write the film's sound (AAC 48 kHz stereo, exactly the film's length) and return what was measured of the encoded file.

    −14 ±0.5 LUFS and at most −1 dBTP; a film without any sound is silent (`Loudness(SILENCE, -inf)`). Raises `MediaBroken`
    for sounds that do not decode, and when loudness and peak cannot both be met.
    """
    dry = mixed(timeline, shelf=shelf)
    level = loudness.integrated(loudness.powers(dry))
    if level <= SILENCE:
        sound.write(sound.silence(len(dry)), out=out)
        return loudness.measure(sound.silence(len(dry)))
    boost = step = TARGET - level
    before, ceiling = level, _AIM
    for _ in range(_ROUNDS):
        sound.write(dynamics.limited(dry * np.float32(gain(boost)), ceiling=ceiling), out=out)
        reached = loudness.measure(sound.read(out)[: len(dry)])
        if abs(reached.integrated - TARGET) <= _CLOSE and reached.true_peak <= PEAK - _CLOSE:
            return reached
        slope = (reached.integrated - before) / step if step else 1.0
        before, step = reached.integrated, (TARGET - reached.integrated) / min(1.0, max(_FLATTEST, slope))
        boost += step
        ceiling -= max(0.0, reached.true_peak - PEAK + 2 * _CLOSE)
    if abs(reached.integrated - TARGET) <= 5 * _CLOSE and reached.true_peak <= PEAK:
        return reached
    raise MediaBroken(
        f"The mix reaches {reached.integrated:.1f} LUFS at {reached.true_peak:.1f} dBTP, not {TARGET} at {PEAK}.",
        remedy="Its sounds are too short or too spiky: check the effects, or add music.",
    )


def mixed(timeline: Timeline, *, shelf: Shelf) -> Signal:
    """All cues together, ducked and faded at the film's ends, at no particular loudness."""
    total = round(timeline.seconds * RATE)
    speech = _stem(timeline.narration, total, shelf, _NARRATION)
    music = _stem(timeline.music, total, shelf, _MUSIC, looped=True)
    effects = _stem(timeline.effects, total, shelf, _EFFECT)
    if timeline.narration and timeline.music:
        music *= dynamics.ducking(speech)[:, None]
    return speech + effects + _faded(music, round(_FADE_IN * RATE), round(_FADE_OUT * RATE))


def _stem(cues: Iterable[Cue], total: int, shelf: Shelf, level: float, *, looped: bool = False) -> Signal:
    stem = sound.silence(total)
    for cue in cues:
        start = round(cue.start * RATE)
        room = min(total - start, round(cue.seconds * RATE))
        if room <= 0:
            continue
        piece = _levelled(sound.read(shelf(cue.artifact)), level)
        piece = _repeated(piece, room) if looped else piece
        cut_off = len(piece) > room
        piece = _faded(piece[:room], 0, _CLICK) if cut_off else piece
        stem[start : start + len(piece)] += piece * np.float32(gain(cue.gain))
    return stem


def _levelled(signal: Signal, level: float) -> Signal:
    """The signal at this loudness: by its gated loudness, or for short sounds by their loudest moment."""
    powers = loudness.powers(signal)
    found = max(loudness.integrated(powers), loudness.loudest(powers) if len(signal) < 3 * RATE else SILENCE)
    if found <= SILENCE:
        return signal
    return np.asarray(signal * gain(min(level - found, _MOST_BOOST)), np.float32)


def _repeated(signal: Signal, room: int) -> Signal:
    """The signal again and again until it fills the room, each time crossfaded at equal power."""
    lap = min(round(_LOOP * RATE), len(signal) // 4)
    if len(signal) >= room or lap == 0:
        return signal
    rise = np.sqrt(np.linspace(0, 1, lap, dtype=np.float32))[:, None]
    out = sound.silence(room + len(signal))
    at = 0
    while at < room:
        piece = signal.copy()
        if at:
            piece[:lap] *= rise
        piece[-lap:] *= rise[::-1]
        out[at : at + len(piece)] += piece
        at += len(signal) - lap
    return out[:room]


def _faded(signal: Signal, fade_in: int, fade_out: int) -> Signal:
    """Fades at both ends, each over at most a quarter of the whole (a cut-off shorter than that fades over all of it)."""
    out = signal.copy()
    first, last = (min(samples, len(out) // 4) for samples in (fade_in, fade_out))
    if first:
        out[:first] *= np.linspace(0, 1, first, dtype=np.float32)[:, None]
    if last:
        out[-last:] *= np.linspace(1, 0, last, dtype=np.float32)[:, None]
    return out
