"""The embedded voice: espeak-ng, mastered, with the times of the written words. Free, offline, the same bytes every time.

The binding is `espeak`; what is said for what is written is `spoken_text`; times are `word_times`; tone is `media.synth.speech`.
"""

import json

import numpy as np

from videofactory.domain.errors import EngineFailed
from videofactory.domain.footage import Word
from videofactory.media.synth.level import FRAME
from videofactory.media.synth.speech import LEAD_IN, TAIL, mastered, silence, sounding, trimmed
from videofactory.media.synth.wav import RATE, wav_bytes
from videofactory.media.written_words import written_words
from videofactory.providers.embedded import espeak
from videofactory.providers.embedded.spoken_text import speakable, spoken
from videofactory.providers.embedded.word_times import begun, shared, timed
from videofactory.providers.roles import Delivered, Payload, Receipt, Shelf, SpeechRequest, Voice

WORDS_PER_MINUTE = 150
"""Speed at rate 1: the middle of what narrators read at, and with pauses below the 3.2 words/s a scene may hold (SPEC 4)."""
DEFAULT_VARIANT = "Michael"
SLOWEST, FASTEST = 0.5, 2.0
"""Rates a channel may ask for (`VoiceChoice.rate`)."""
_NEAREST = {
    "en": "en-us",
    "zh": "cmn",
    "zh-hk": "yue",
    "zh-mo": "yue",
    "no": "nb",
    "iw": "he",
    "in": "id",
    "tl": "id",
    "pt-pt": "pt",
}
"""Tags people write, and the espeak-ng voice that is meant."""
_SILENT_WORD = 0.3
"""Seconds of silence given to each word of a text that has nothing to say."""


class EmbeddedVoice(Voice):
    """Speaks with espeak-ng. `voice` is a variant (`f3`), a language (`en-gb`) or both (`en-gb+f3`); empty: a calm narrator."""

    id = "embedded"
    model = "embedded-voice-1"
    resend_is_free = True

    def submit(self, request: SpeechRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing to fetch or to find again
        """Speak. Raises `EngineFailed` for a language, voice or rate that espeak-ng does not have."""
        manner = espeak.Manner(voice=voice_name(request.language, voice=request.voice), words_per_minute=speed(request.rate))
        wav, words = _said(request, manner) if speakable(request.text) else _unsaid(request.text)
        content = json.dumps([word.model_dump() for word in words], ensure_ascii=False).encode()
        return Delivered(files={"speech": Payload(wav, "audio/wav"), "words": Payload(content, "application/json")})


def voice_name(language: str, *, voice: str) -> str:
    """The espeak-ng voice for a language tag and a channel's voice id. Raises `EngineFailed` naming what does not exist."""
    first, _, second = voice.strip().lower().partition("+")
    if first in espeak.variants() and not second:
        first, second = "", first
    variant = second or DEFAULT_VARIANT.lower()
    if variant not in espeak.variants():
        message = f"The embedded voice has no variant {variant!r} (asked for as voice {voice!r})."
        raise EngineFailed(message, remedy=f"Set engines.voice.id to one of: {', '.join(sorted(espeak.variants()))}.")
    return f"{_language(first or language, voice=voice)}+{espeak.variants()[variant]}"


def _language(tag: str, *, voice: str) -> str:
    """The espeak-ng voice for a tag: itself, then without its last parts one by one."""
    asked = tag.lower().replace("_", "-")
    parts = asked.split("-")
    for count in range(len(parts), 0, -1):
        shorter = "-".join(parts[:count])
        nearest = _NEAREST.get(shorter, shorter)
        if nearest in espeak.languages():
            return espeak.languages()[nearest]
    message = f"The embedded voice does not speak {asked!r} (language of the narration, voice {voice!r})."
    remedy = "Set the channel's language or engines.voice.id to one of these, or choose another voice engine: "
    raise EngineFailed(message, remedy=remedy + ", ".join(espeak.languages()) + ".")


def speed(rate: float) -> int:
    """Words a minute for a rate. Raises `EngineFailed` outside `SLOWEST`..`FASTEST`."""
    if not SLOWEST <= rate <= FASTEST:
        message = f"The embedded voice cannot speak at rate {rate}."
        raise EngineFailed(message, remedy=f"Set engines.voice.rate between {SLOWEST} and {FASTEST}; 1 is normal.")
    return max(round(WORDS_PER_MINUTE * rate), espeak.SLOWEST_WPM)


def _said(request: SpeechRequest, manner: espeak.Manner) -> tuple[bytes, list[Word]]:
    said = spoken(request.text, pronunciation=request.pronunciation)
    raw = espeak.speak(said.text, manner=manner)
    signal, cut = trimmed(mastered(raw.samples, rate=raw.rate))
    seconds = len(signal) / RATE
    last = len(said.origin) - 1
    events = [
        (said.origin[min(event.position, last)], min(max(event.sample / raw.rate - cut, LEAD_IN), seconds - TAIL))
        for event in raw.words
    ]
    words = written_words(request.text)
    starts = shared(begun(words, events=events), words=words, seconds=seconds)
    return wav_bytes(signal), timed(words, starts=starts, sounds=sounding(signal), frame=FRAME / RATE, seconds=seconds)


def _unsaid(text: str) -> tuple[bytes, list[Word]]:
    """Silence for a text of signs only, its words spread over it."""
    words = written_words(text)
    seconds = LEAD_IN + _SILENT_WORD * len(words) + TAIL
    starts = LEAD_IN + _SILENT_WORD * np.arange(len(words) + 1)
    return wav_bytes(silence(seconds)), [
        Word(text=word.text, start=round(float(start), 3), end=round(float(end), 3))
        for word, start, end in zip(words, starts[:-1], starts[1:], strict=True)
    ]
