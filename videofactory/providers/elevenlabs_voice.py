"""ElevenLabs' speech with the times of its words, which are built from the times it gives for each character it was sent.

Brand names are written into the text as the channel's list says them; captions keep the original spelling.
"""

import base64
import binascii
import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from videofactory.domain.errors import EngineFailed, EngineRejected, OutcomeUnknown
from videofactory.domain.footage import Word
from videofactory.media.synth.wav import RATE
from videofactory.providers.account import Account
from videofactory.providers.adapter import Adapter
from videofactory.providers.elevenlabs import FORMAT, PATIENCE, Samples, decoded, line, useless, wav_of
from videofactory.providers.elevenlabs_words import characters, word_times
from videofactory.providers.embedded.spoken_text import Spoken, speakable, spoken
from videofactory.providers.http import Answer
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Payload, Receipt, Shelf, SpeechRequest, Voice

SLOWEST, FASTEST = 0.7, 1.2
"""Speeds that every source calls allowed; newer ones speak of 0.25 to 4."""
_SEEDS = 2**32
_HEARS_THE_LANGUAGE = {"eleven_multilingual_v2"}
"""Models that refuse to be told a language."""
_ISO_639_1 = 2
"""Letters of the only codes of languages it takes."""


class ElevenLabsVoice(Adapter, Voice):
    """Speaks with a voice of the account: `SpeechRequest.voice` is its id, and there is no default."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = line(account)

    def price(self, request: SpeechRequest) -> Decimal:
        """The characters that are sent, counted the dear way (a sign beyond the basic plane as two)."""
        sent = len(_said(request).text.encode("utf-16-le")) // 2
        return self.sold.cost(Decimal(sent) / 1000, per="thousand_characters")

    def submit(self, request: SpeechRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing to fetch or to find again
        """See `Engine.submit`. Raises `EngineRejected` before sending when no voice is named or nothing can be said."""
        said = _said(request)
        self._check(request, said)
        path = f"/v1/text-to-speech/{quote(request.voice.strip(), safe='')}/with-timestamps"
        answer = self._http.submit(path, json=self._body(request, said), params={"output_format": FORMAT}, seconds=PATIENCE)
        samples, words = self._heard(_answered(answer), request=request, said=said)
        content = json.dumps([word.model_dump() for word in words], ensure_ascii=False).encode()
        files = {"speech": Payload(wav_of(samples), "audio/wav"), "words": Payload(content, "application/json")}
        return Delivered(files=files, remarks=_remarks(request.rate))

    def _check(self, request: SpeechRequest, said: Spoken) -> None:
        if not request.voice.strip():
            raise EngineRejected(
                "ElevenLabs was asked to speak without a voice.", remedy="Set engines.voice.id in the channel's file."
            )
        if not speakable(said.text):
            raise EngineRejected(
                f"There is nothing to say in {request.text!r}.", remedy="Write words, or leave the scene's narration empty."
            )

    def _body(self, request: SpeechRequest, said: Spoken) -> dict[str, Any]:
        body: dict[str, Any] = {"text": said.text, "model_id": self.model}
        language = request.language.replace("_", "-").partition("-")[0].lower()
        if len(language) == _ISO_639_1 and self.model not in _HEARS_THE_LANGUAGE:
            body["language_code"] = language
        if request.rate != 1.0:
            body["voice_settings"] = {"speed": _speed(request.rate)}
        if request.seed and "seed" in self.sold.can:
            body["seed"] = request.seed % _SEEDS
        return body

    def _heard(self, answer: dict[str, Any], *, request: SpeechRequest, said: Spoken) -> tuple[Samples, list[Word]]:
        """The sound and its words. Raises `EngineFailed`, with the price, for either that is no use."""
        paid = self.price(request)
        try:
            content = base64.b64decode(str(answer.get("audio_base64") or ""), validate=True)
        except binascii.Error as error:
            raise useless(f"ElevenLabs delivered speech that is no base64 ({error}).", paid=paid) from error
        samples = decoded(content, channels=1, paid=paid)
        try:
            heard = characters(answer.get("alignment"))
            words = word_times(request.text, said=said, heard=heard, seconds=len(samples) / RATE)
        except ValueError as error:
            raise useless(f"ElevenLabs gave no times for the words it spoke: {error}.", paid=paid) from error
        return samples, words


def _said(request: SpeechRequest) -> Spoken:
    return spoken(request.text, pronunciation=request.pronunciation)


def _speed(rate: float) -> float:
    return min(max(rate, SLOWEST), FASTEST)


def _remarks(rate: float) -> tuple[str, ...]:
    if _speed(rate) == rate:
        return ()
    return (f"ElevenLabs speaks at rates from {SLOWEST} to {FASTEST}: it took {_speed(rate)} for {rate}.",)


def _answered(answer: Answer) -> dict[str, Any]:
    """The answer's JSON. Raises `OutcomeUnknown` for half an answer: it was spoken and charged, and is not here."""
    try:
        body = answer.json()
    except EngineFailed as error:
        raise OutcomeUnknown(f"ElevenLabs' answer broke off: {error.message[:200]}") from error
    if not isinstance(body, dict):
        raise OutcomeUnknown(f"ElevenLabs answered with something else than speech: {answer.text[:200]!r}")
    return body
