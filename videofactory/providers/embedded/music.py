"""The embedded composer: the prompt's words choose a mood, and a small piece is written in its key and played.

Moods are data (`data/music.toml`); the notes are `media.synth.score`, their sound `media.synth.orchestra`.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

from videofactory.domain.errors import EngineFailed
from videofactory.domain.fingerprint import seed_of
from videofactory.media.synth.orchestra import Hall, performed
from videofactory.media.synth.score import Mood, Score, composed
from videofactory.providers.roles import Composer, Delivered, MusicRequest, Payload, Receipt, Shelf

SHORTEST, LONGEST = 1.0, 660.0
"""Seconds: from a jingle to the longest film (600 s) with some air."""
_DEFAULT = "default"
_NOTES = ("C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B")


class EmbeddedMusic(Composer):
    """Composes and plays a bed in the mood of the prompt; the seed chooses key, figure and tune."""

    id = "embedded"
    model = "embedded-music-1"
    resend_is_free = True

    def submit(self, request: MusicRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing to fetch or to find again
        """Compose: 48 kHz stereo of exactly `seconds`. Raises `EngineFailed` for lengths it does not write."""
        if not SHORTEST <= request.seconds <= LONGEST:
            message = f"The embedded composer cannot write a piece of {request.seconds} s."
            raise EngineFailed(message, remedy=f"Ask for {SHORTEST:.0f} to {LONGEST:.0f} s.")
        name = mood_of(request.prompt)
        score = written(request)
        wav = performed(score, seconds=request.seconds, hall=Hall(moods()[name].brightness, moods()[name].room))
        remark = f"{name}, {_NOTES[score.tonic]} {score.mode}, {score.bpm:.0f} beats a minute, {score.bars} bars"
        return Delivered(files={"music": Payload(wav, "audio/wav")}, remarks=(remark,))


def written(request: MusicRequest) -> Score:
    """The score of a request, before it is played."""
    mood = moods()[mood_of(request.prompt)]
    return composed(mood, seconds=request.seconds, seed=seed_of("music", request.prompt, request.seed))


@cache
def moods() -> dict[str, Mood]:
    """All moods by name, in the order of the data file."""
    return {name: Mood.model_validate({key: entry[key] for key in entry if key != _DEFAULT}) for name, entry in _data().items()}


@cache
def _data() -> dict[str, dict[str, object]]:
    return tomllib.loads(files("videofactory").joinpath("data/music.toml").read_text(encoding="utf-8"))


def mood_of(prompt: str) -> str:
    """The mood whose words the prompt names most often, the first of the file among equals; the default where it names none."""
    counts = {name: _count(prompt.lower(), mood.words) for name, mood in moods().items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else next(name for name, entry in _data().items() if entry.get(_DEFAULT))


def _count(prompt: str, words: tuple[str, ...]) -> int:
    return sum(len(re.findall(rf"\b{re.escape(word)}", prompt)) for word in words)
