"""The film's sound as a row of pieces, and of each all that decides how it sounds: what is equal sounds the same. Pure.

Pieces are cut at whole frames of AAC that are whole tenths of a second, too. A piece is mixed with some sound before and after it
(its window): coders and filters remember. Times inside a piece are samples from its window's beginning, so a piece may move.
"""

from typing import Literal, NamedTuple

from videofactory.domain.fingerprint import fingerprint
from videofactory.domain.footage import Artifact
from videofactory.domain.timeline import Cue, Timeline
from videofactory.domain.value import Value
from videofactory.media.mix import dynamics
from videofactory.media.mix.aac import FRAME
from videofactory.media.mix.sound import RATE
from videofactory.media.mix.sources import Sources

MIXING = 3
"""Part of a mix's fingerprint: raise it whenever equal cues would sound different."""
PIECE = 450 * FRAME
"""Samples of a piece: 9.6 seconds, the last one from half of it to half more."""
BEFORE, AFTER = 24 * FRAME, 8 * FRAME
"""Samples of a window before and after its piece."""
CLICK = RATE * 5 // 1000
"""Samples over which a sound that begins or ends abruptly is faded, so that it does not click."""
FADE_IN, FADE_OUT = 0.8, 2.0
"""Seconds over which music comes and goes at the film's ends."""
Kind = Literal["narration", "effects", "music", "own"]


class Piece(NamedTuple):
    """Samples [start, stop) of the film, and the window [opens, closes) it is made in."""

    number: int
    start: int
    stop: int
    opens: int
    closes: int

    @property
    def samples(self) -> int:
        """Samples of the piece."""
        return self.stop - self.start

    @property
    def head(self) -> int:
        """Samples of the window before the piece."""
        return self.start - self.opens


class Part(Value):
    """One cue in a window: where it begins and ends there (either may lie outside), gain in dB, speed; whether it repeats.

    An end beyond what can be heard of it is not told truly, so that what comes later changes nothing.
    """

    kind: Kind
    source: Artifact
    start: int
    stop: int
    gain: float
    speed: float
    repeats: bool


class Fade(Value):
    """A fade of the music: where in the window it begins, and over how many samples."""

    start: int
    samples: int


class Excerpt(Value):
    """All that decides how a window sounds: its length, the run-in of speech before it that still ducks, its cues, its fades."""

    samples: int
    head: int
    run_in: int
    parts: tuple[Part, ...]
    rise: Fade | None
    fall: Fade | None

    @property
    def fingerprint(self) -> str:
        """Equal fingerprints mean equal sound."""
        return fingerprint({"version": MIXING, **self.model_dump(mode="json")})


def length(timeline: Timeline) -> int:
    """Samples of the film."""
    return round(timeline.seconds * RATE)


def pieces(samples: int) -> tuple[Piece, ...]:
    """A sound of so many samples, in order."""
    count = max(1, (samples + PIECE // 2) // PIECE)
    starts = [number * PIECE for number in range(count)]
    stops = [*starts[1:], samples]
    return tuple(
        Piece(number, start, stop, opens=max(0, start - BEFORE), closes=min(samples, stop + AFTER))
        for number, (start, stop) in enumerate(zip(starts, stops, strict=True))
    )


def excerpt(timeline: Timeline, piece: Piece, *, sources: Sources) -> Excerpt:
    """What is heard in a piece's window.

    Raises `MediaBroken` for music that does not decode: whether it repeats must be known.
    """
    total = length(timeline)
    beds = any(_overlaps(cue, piece.opens, piece.closes) for cue in (*timeline.music, *timeline.own))
    run_in = piece.opens - max(0, piece.opens - dynamics.MEMORY) // dynamics.STEP * dynamics.STEP if beds else 0
    earliest = {"narration": piece.opens - run_in}
    parts = tuple(
        _part(kind, cue, piece, total=total, sources=sources)
        for kind, cues in _cues(timeline)
        for cue in cues
        if _overlaps(cue, earliest.get(kind, piece.opens), piece.closes)
    )
    fade_in, fade_out = (min(round(fade * RATE), total // 4) for fade in (FADE_IN, FADE_OUT))
    rise = Fade(start=-piece.opens, samples=fade_in) if piece.opens < fade_in else None
    fall = Fade(start=total - fade_out - piece.opens, samples=fade_out) if piece.closes > total - fade_out else None
    bed_fades = {"rise": rise, "fall": fall} if timeline.music else {"rise": None, "fall": None}
    return Excerpt(samples=piece.closes - piece.opens, head=piece.head, run_in=run_in, parts=parts, **bed_fades)


def _overlaps(cue: Cue, start: int, stop: int) -> bool:
    """Whether anything of a cue lies between these samples of the film."""
    begin = round(cue.start * RATE)
    return begin < stop and begin + round(cue.seconds * RATE) > start


def _cues(timeline: Timeline) -> tuple[tuple[Kind, tuple[Cue, ...]], ...]:
    return (
        ("narration", timeline.narration),
        ("effects", timeline.effects),
        ("music", timeline.music),
        ("own", timeline.own),
    )


def _part(kind: Kind, cue: Cue, piece: Piece, *, total: int, sources: Sources) -> Part:
    """A cue as the window has it; it ends with the film."""
    start = round(cue.start * RATE)
    stop = min(total, start + round(cue.seconds * RATE))
    repeats = kind == "music" and stop > start and sources.measured(cue.artifact).samples < stop - start
    heard = piece.closes - piece.opens + 2 * CLICK
    return Part(
        kind=kind,
        source=cue.artifact,
        start=start - piece.opens,
        stop=min(stop - piece.opens, heard),
        gain=cue.gain,
        speed=cue.speed,
        repeats=repeats,
    )
