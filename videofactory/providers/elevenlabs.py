"""What ElevenLabs' engines share: the line with its key, its errors understood, its MP3 made the factory's WAV.

Its answers are the sound itself, paid when they arrive, and (but for speech) kept nowhere. MP3 is asked for because every plan
may have it, and it is decoded in memory, so that a full disk cannot lose what was paid for.
"""

import io
import wave
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, Refused
from videofactory.media.synth.wav import RATE
from videofactory.providers.account import Account
from videofactory.providers.http import SAID, Answer, Http

KEY = "ELEVENLABS_API_KEY"
FORMAT = "mp3_44100_128"
"""The default of speech and effects: no plan is without it."""
PATIENCE = 120.0
"""Seconds one call may take: it answers when the sound is made."""
BROKE_OFF = 0.5
"""Seconds a sound may be shorter than asked for before it is worth a remark."""
Samples = NDArray[np.int16]
_CONTENT = {"bad_prompt", "bad_composition_plan"}
_MONEY = {"insufficient_credits", "quota_exceeded", "payment_required"}
_OURS = {400, 401, 402, 403, 404, 413, 422}
_BUSY = 429
_REMEDIES = {
    "voice_not_found": "Set engines.voice.id in the channel's file to a voice of this account.",
    "voice_access_denied": "Set engines.voice.id in the channel's file to a voice this account may use.",
    "text_too_long": "Shorten the scene's narration.",
    "subscription_required": "This needs a larger plan at ElevenLabs; upgrade it, or choose another engine.",
    "feature_not_available": "This needs a larger plan at ElevenLabs; upgrade it, or choose another engine.",
    "401": "Check the key: 'videofactory keys list' says which one is used.",
    "402": "The account is out of credits: top it up, then run the step again.",
    "403": "The key may not do this: check its rights at ElevenLabs.",
}


class Complaint(NamedTuple):
    """An error as ElevenLabs words it: its code (empty where it gives none), its message, the prompt it would take instead."""

    code: str
    words: str
    suggestion: str


def line(account: Account) -> Http:
    """The line to ElevenLabs."""
    key = account.key(KEY)
    return account.http(auth=lambda: {"xi-api-key": key}, reading=reading)


def reading(answer: Answer) -> FactoryError | None:
    """What an error of ElevenLabs means, by its code before its status."""
    said = complaint(answer)
    words = f"elevenlabs answered {answer.status}{f' {said.code}' if said.code else ''}: {said.words[:SAID] or 'nothing'}"
    if said.code in _CONTENT:
        advice = f"ElevenLabs would take: {said.suggestion}" if said.suggestion else "Ask for something else."
        return Refused(words, remedy=advice)
    if said.code in _MONEY:
        return EngineRejected(words, remedy=_REMEDIES["402"])
    if answer.status == _BUSY:
        return Busy(words, retry_after=answer.retry_after)
    if answer.status in _OURS:
        other = _REMEDIES.get(str(answer.status), "Look at the request with 'videofactory calls show'.")
        return EngineRejected(words, remedy=_REMEDIES.get(said.code, other))
    return None


def complaint(answer: Answer) -> Complaint:
    """The error in an answer, in any of the shapes ElevenLabs uses: an object with a code, a list of fields, plain text."""
    try:
        body = answer.json()
    except EngineFailed:
        return Complaint("", answer.text, "")
    detail = body.get("detail", body) if isinstance(body, dict) else body
    if isinstance(detail, list):
        return Complaint("", "; ".join(_field(entry) for entry in detail), "")
    if not isinstance(detail, dict):
        return Complaint("", str(detail), "")
    data = detail.get("data")
    more = {**detail, **(data if isinstance(data, dict) else {})}
    suggestion = more.get("prompt_suggestion") or more.get("composition_plan_suggestion") or ""
    code = detail.get("code") or detail.get("status") or ""
    return Complaint(str(code), str(detail.get("message") or ""), str(suggestion))


def _field(entry: Any) -> str:  # noqa: ANN401 - whatever the service says
    if not isinstance(entry, Mapping):
        return str(entry)
    return f"{'.'.join(str(part) for part in entry.get('loc') or ())}: {entry.get('msg', '')}"


def decoded(content: bytes, *, channels: Literal[1, 2], paid: Decimal) -> Samples:
    """Sound as samples (n, channels) of 16 bits at the factory's rate.

    Raises `EngineFailed`, with what was `paid` in US dollars for nothing, when it does not decode.
    """
    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            resampler = av.AudioResampler(format="s16", layout="mono" if channels == 1 else "stereo", rate=RATE)
            frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
            frames += resampler.resample(None)
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        raise useless(f"ElevenLabs delivered {len(content)} bytes that are no sound ({error}).", paid=paid) from error
    blocks = [np.asarray(frame.to_ndarray(), np.int16).reshape(-1, channels) for frame in frames]
    if not blocks:
        raise useless("ElevenLabs delivered a sound file without any sound.", paid=paid)
    return np.concatenate(blocks)


def useless(message: str, *, paid: Decimal) -> EngineFailed:
    """The error for an answer that was paid for and is no use."""
    error = EngineFailed(message, remedy="It was paid for; try again, or choose another engine.")
    error.cost_usd = paid
    return error


def wav_of(samples: Samples) -> bytes:
    """Samples (n, channels) as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(samples.shape[1])
        out.setsampwidth(samples.itemsize)
        out.setframerate(RATE)
        out.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def fitted(samples: Samples, *, seconds: float) -> tuple[Samples, tuple[str, ...]]:
    """The first `seconds` of a sound, and a remark where it is clearly shorter: nothing is made up."""
    made = len(samples) / RATE
    if made < seconds - BROKE_OFF:
        return samples, (f"ElevenLabs made {made:.1f} of {seconds:g} s.",)
    return samples[: round(seconds * RATE)], ()
