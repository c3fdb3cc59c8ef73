"""From a timeline's cues to the film's sound track: stems at their levels, ducked, faded, brought to −14 LUFS."""

import math
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from videofactory.domain.errors import MediaBroken
from videofactory.domain.timeline import Timeline
from videofactory.media.mix import dynamics, loudness, sound, stems
from videofactory.media.mix.dynamics import Ducking
from videofactory.media.mix.loudness import SILENCE, Loudness
from videofactory.media.mix.sound import RATE, spans
from videofactory.media.mix.stems import Ends, Shelf
from videofactory.media.tape import Tape

MIXING = 1
"""Part of a mix's fingerprint: raise it whenever equal cues would sound different."""
TARGET = -14.0
PEAK = -1.0
"""Integrated loudness in LUFS and highest true peak in dBTP of the encoded track (SPEC section 8)."""
_AIM = -1.5
"""dBTP the limiter starts from: AAC adds overshoots of some tenths of a dB."""
_NARRATION, _MUSIC, _EFFECT = -16.0, -20.0, -20.0
"""LUFS that a cue of 0 dB has, whatever the engine delivered: speech in front, music under it even before ducking."""
_ROUNDS = 6
_CLOSE = 0.1
_FLATTEST = 0.2
"""The limiter eats gain: of 1 dB more, as little as this much LU is left for spiky sound."""
_FADE_IN, _FADE_OUT = 0.8, 2.0


def mix(timeline: Timeline, *, shelf: Shelf, out: Path) -> Loudness:
    """Write the film's sound (AAC 48 kHz stereo, exactly the film's length) and return what was measured of the encoded file.

    −14 ±0.5 LUFS and at most −1 dBTP; a film without any sound is silent (`Loudness(SILENCE, -inf)`). Raises `MediaBroken`
    for sounds that do not decode, and when loudness and peak cannot both be met.
    """
    folder = out.absolute().parent
    with mixed(timeline, shelf=shelf, folder=folder) as dry:
        level = loudness.integrated(loudness.powers(dry))
        if level <= SILENCE:
            sound.write((sound.silence(part.stop - part.start) for part in spans(len(dry))), out=out)
            return Loudness(SILENCE, -math.inf)
        return _brought_to_level(dry, level=level, out=out)


def _brought_to_level(dry: Tape, *, level: float, out: Path) -> Loudness:
    """Encode as often as it takes until loudness and peak are met in what a player decodes."""
    boost = step = TARGET - level
    before, ceiling = level, _AIM
    for _ in range(_ROUNDS):
        sound.write(dynamics.limited(dry, ceiling=ceiling, boost=boost), out=out)
        with Tape.of(sound.decoded(out), folder=out.absolute().parent, longest=len(dry)) as heard:
            reached = loudness.measure(heard)
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


def mixed(timeline: Timeline, *, shelf: Shelf, folder: Path) -> Tape:
    """All cues together, ducked and faded at the film's ends, at no particular loudness: a tape in `folder`, to be closed."""
    total = round(timeline.seconds * RATE)
    stem = partial(stems.stem, samples=total, shelf=shelf, folder=folder)
    with ExitStack() as unless_done:
        speech = unless_done.enter_context(stem(timeline.narration, level=_NARRATION))
        with stem(timeline.music, level=_MUSIC, looped=True) as music, stem(timeline.effects, level=_EFFECT) as effects:
            ducking = Ducking(speech) if timeline.narration and timeline.music else None
            ends = Ends(total, fade_in=round(_FADE_IN * RATE), fade_out=round(_FADE_OUT * RATE))
            for part in spans(total):
                bed = music[part] * ducking.factors(part.start, part.stop)[:, None] if ducking else music[part]
                speech.write(speech[part] + effects[part] + ends.shaped(bed, at=part.start), at=part.start)
        unless_done.pop_all()
    return speech
