"""What all Google adapters share: how errors read, how an answer of generateContent is opened, and text by it.

Pictures by the same call are `gemini_stills`, video `gemini_video` and `veo`, direction and analysis `gemini_words`.
"""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    NotFound,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.domain.script import Camera
from videofactory.providers.account import Account
from videofactory.providers.http import HIDDEN, SAID, Answer, ErrorReading, Http
from videofactory.providers.registry import Model
from videofactory.providers.text import Question, Reply, TextModel, Turn

Told = Mapping[str, Any]
"""A JSON object of the service."""
ASK_AGAIN = 60.0
"""Seconds until a job is asked for again after a look-up that was not allowed: a person may have to mend the key first."""
FAILED_UNCHARGED = {408, 500, 502, 503, 504}
"""Google does not charge a generateContent that fails with an error of these (ai.google.dev, billing questions)."""
POLICY = re.compile(
    r"safety|polic(y|ies)|prohibited|responsible ai|usage guidelines|sensitive (words|content)|blocked by|violat", re.IGNORECASE
)
"""Words by which Google says no to content where no field says so."""
SPENT = re.compile(r"spend(ing)?[ -](cap|limit)|prepa(id|y)\w*|credits? (are|is|have been) (depleted|exhausted)", re.IGNORECASE)
"""Words of a 429 that no waiting mends; the page says only that spend caps come as 429, so a wait that is told goes first."""
NO_TO_CONTENT = {
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
    "MODEL_ARMOR",
    "JAILBREAK",
    "ESCALATION",
}
"""Reasons to finish that are a no to the content; all others but STOP are failures."""
_MOVES = {
    Camera.STATIC: "Locked-off camera, no camera movement.",
    Camera.PUSH_IN: "Slow push-in.",
    Camera.PULL_OUT: "Slow pull-out.",
    Camera.PAN_LEFT: "Slow pan to the left.",
    Camera.PAN_RIGHT: "Slow pan to the right.",
    Camera.TILT_UP: "Slow tilt up.",
    Camera.TILT_DOWN: "Slow tilt down.",
    Camera.ORBIT: "Slow orbit around the subject.",
}
_REMEDIES = {
    400: "Look at the request with 'videofactory calls show'; a wrong key and a closed region are reported this way too.",
    401: "Check the key: 'videofactory keys list' says which one is used.",
    403: "The key may not do this: check its rights and its billing at Google.",
    404: "The model is retired or unknown: 'videofactory engines' names what is served.",
}


def gemini_http(account: Account, *, reading: ErrorReading) -> Http:
    """The line to the Gemini API with its key."""
    return account.http(auth=lambda: {"x-goog-api-key": account.key("GEMINI_API_KEY")}, reading=reading)


def submit_reading(account: Account, *, failed_is_free: bool = False) -> ErrorReading:
    """How an answer to a submit reads, in both envelopes: numeric `{"code": 400, "status": …}` and `{"code": "not_found"}`.

    `failed_is_free`: a failure in Google's own envelope cost nothing and left nothing (`Passing`); elsewhere it proves nothing.
    """

    def read(answer: Answer) -> FactoryError | None:
        error = _envelope(answer)
        words = _words(account, f"{account.provider} answered {answer.status}: {_said(error) or answer.text[:SAID] or 'nothing'}")
        if answer.status == 429:  # noqa: PLR2004 - an HTTP status
            return _full(words, answer=answer, error=error)
        if answer.status in {408, 409} or answer.status >= 500:  # noqa: PLR2004 - HTTP statuses
            known = failed_is_free and answer.status in FAILED_UNCHARGED and bool(_code(error))
            return Passing(words, retry_after=_wait(answer, error)) if known else OutcomeUnknown(words)
        if answer.status in {400, 422} and POLICY.search(str(error.get("message", ""))):
            return Refused(words, remedy="Rewrite the scene's prompt, or choose another engine.")
        return EngineRejected(words, remedy=_REMEDIES.get(answer.status, _REMEDIES[400]))

    return read


def look_up_reading(account: Account) -> ErrorReading:
    """How an answer to a look-up of a paid job reads: it never says anything about the job, only that we did not see it.

    404 is `NotFound`: a job just made has been seen to be 'not found' for hours, so who asks must not take it as proof.
    """

    def read(answer: Answer) -> FactoryError | None:
        error = _envelope(answer)
        words = _words(
            account, f"{account.provider} answered a look-up with {answer.status}: {_said(error) or answer.text[:SAID]}"
        )
        if answer.status == 404:  # noqa: PLR2004 - an HTTP status
            return NotFound(words)
        if answer.status == 429:  # noqa: PLR2004 - an HTTP status
            return Busy(words, retry_after=_wait(answer, error))
        if 400 <= answer.status < 500 and answer.status not in {408, 409}:  # noqa: PLR2004 - HTTP statuses
            remedy = f"{_REMEDIES.get(answer.status, _REMEDIES[400])} The job goes on and is asked for again."
            return StillRunning(words, remedy=remedy, retry_after=ASK_AGAIN)
        return None

    return read


def told_by(answer: Answer) -> Told:
    """The JSON object of an answer to a submit. What cannot be read may have been accepted: raises `OutcomeUnknown`."""
    try:
        told = answer.json()
    except EngineFailed as error:
        raise OutcomeUnknown(f"A request was answered {answer.status}, but unreadably: {error.message}") from error
    if not isinstance(told, dict):
        raise OutcomeUnknown(f"A request was answered {answer.status}, but with no JSON object: {answer.text[:SAID]!r}.")
    return told


def seen(answer: Answer) -> Told:
    """The JSON object of an answer to a look-up. What cannot be read says nothing about the job: raises `Passing`."""
    try:
        told = answer.json()
    except EngineFailed as error:
        raise Passing(f"A look-up was answered unreadably: {error.message}") from error
    if not isinstance(told, dict):
        raise Passing(f"A look-up was answered with no JSON object: {answer.text[:SAID]!r}.")
    return told


def failure_of(error: Told, *, who: str) -> FactoryError:
    """A failed job's own error (`google.rpc.Status`, or code and message): `Refused` for the content, else `EngineFailed`."""
    words = f"{who} failed: {_said(error) or 'without a word'}"
    if POLICY.search(f"{error.get('code', '')} {error.get('message', '')}".replace("_", " ")):
        return Refused(words, remedy="Rewrite the scene's prompt, or choose another engine.")
    if _code(error) in {"3", "7", "9", "16", "INVALID_ARGUMENT", "PERMISSION_DENIED", "FAILED_PRECONDITION", "UNAUTHENTICATED"}:
        return EngineRejected(words, remedy="Look at the request with 'videofactory calls show'.")
    return EngineFailed(words, remedy="Make the scene again, or choose another engine.")


def generated(told: Told, *, model: str) -> list[Told]:
    """The parts of generateContent's answer without its thoughts.

    Raises `Refused` for a blocked prompt or answer, `EngineFailed` for one that was cut or is missing.
    """
    blocked = _dict(told.get("promptFeedback")).get("blockReason")
    candidates = told.get("candidates") or []
    if blocked or not candidates:
        if blocked:
            said = _dict(told["promptFeedback"]).get("blockReasonMessage", "")
            raise Refused(f"{model} blocked the prompt: {blocked}. {said}".strip(), remedy="Rewrite the text it was asked with.")
        raise EngineFailed(f"{model} answered without a candidate.", remedy="Run the step again.")
    first = _dict(candidates[0])
    reason = str(first.get("finishReason") or "STOP")
    if reason != "STOP":
        raise _unfinished(reason, said=str(first.get("finishMessage", "")), model=model)
    parts = _dict(first.get("content")).get("parts") or []
    return [part for part in parts if isinstance(part, dict) and not part.get("thought")]


def inline(path: Path, media_type: str) -> dict[str, Any]:
    """A part of `contents` that holds a file's bytes."""
    return {"inlineData": {"mimeType": media_type, "data": in_base64(path.read_bytes())}}


def in_base64(content: bytes) -> str:
    """Bytes as standard base64 text."""
    return base64.b64encode(content).decode()


def from_base64(text: str, *, what: str) -> bytes:
    """Bytes out of an answer's base64. Raises `EngineFailed`."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise EngineFailed(f"{what} is not readable: {error}.", remedy="Make the scene again.") from error


def shot_words(prompt: str, *, camera: Camera, own_sound: bool) -> str:
    """A video model's prompt: the picture, the camera, one shot; silence where the engine would add sound of its own."""
    silence = "" if own_sound else "No dialogue, no music."
    return " ".join(part for part in (prompt.strip(), _MOVES[camera], "Single continuous shot.", silence) if part)


class GeminiText(TextModel):
    """Text by generateContent, with the JSON Schema enforced by the service.

    Thinking counts against `maxOutputTokens`, so it is kept low: an answer cut by long thoughts is paid and useless. `minimal`
    is reported to be rejected by newer models.
    """

    def __init__(self, sold: Model, account: Account) -> None:
        self._model = sold.id
        self._http = gemini_http(account, reading=submit_reading(account, failed_is_free=True))

    def ask(self, question: Question) -> Reply:
        """See `TextModel.ask`."""
        answer = self._http.submit(f"/v1beta/models/{self._model}:generateContent", json=_asked(question), seconds=60.0)
        told = told_by(answer)
        text = "".join(str(part.get("text", "")) for part in generated(told, model=self._model))
        if not text.strip():
            raise EngineFailed(f"{self._model} answered with nothing.", remedy="Run the step again.")
        used = _dict(told.get("usageMetadata"))
        made = int(used.get("candidatesTokenCount") or 0) + int(used.get("thoughtsTokenCount") or 0)
        return Reply(text=text, sent=int(used.get("promptTokenCount") or 0), made=made)


def _asked(question: Question) -> dict[str, Any]:
    pictures = [
        {"inlineData": {"mimeType": picture.media_type, "data": in_base64(picture.content)}} for picture in question.pictures
    ]
    contents = [_turn(turn, pictures=pictures if number == 0 else []) for number, turn in enumerate(question.turns)]
    system = {"systemInstruction": {"parts": [{"text": question.system}]}} if question.system else {}
    return {
        **system,
        "contents": contents,
        "generationConfig": {
            "responseMimeType": "application/json",
            "responseJsonSchema": question.schema,
            "maxOutputTokens": question.tokens,
            "thinkingConfig": {"thinkingLevel": "LOW"},
        },
    }


def _turn(turn: Turn, *, pictures: list[dict[str, Any]]) -> dict[str, Any]:
    return {"role": turn.who, "parts": [*pictures, {"text": turn.text}]}


def _unfinished(reason: str, *, said: str, model: str) -> FactoryError:
    words = f"{model} stopped with {reason}. {said}".strip()
    if reason in NO_TO_CONTENT:
        return Refused(words, remedy="Rewrite the text it was asked with.")
    if reason == "PUP_LIMITED_DISABLED":
        return EngineRejected(words, remedy="Google has limited this account: look at it in AI Studio.")
    if reason == "MAX_TOKENS":
        return EngineFailed(f"{words} The answer is cut.", remedy="Ask for less, or choose another model.")
    return EngineFailed(words, remedy="Run the step again, or choose another engine.")


def _full(words: str, *, answer: Answer, error: Told) -> FactoryError:
    wait = _wait(answer, error)
    if wait is None and SPENT.search(str(error.get("message", ""))):
        return EngineRejected(words, remedy="The account's spending limit is reached: raise it in AI Studio.")
    return Busy(words, retry_after=wait)


def _wait(answer: Answer, error: Told) -> float | None:
    for detail in error.get("details") or []:
        asked = re.fullmatch(r"([\d.]+)s", str(_dict(detail).get("retryDelay", "")))
        if asked:
            return float(asked[1])
    return answer.retry_after


def _envelope(answer: Answer) -> Told:
    try:
        told = json.loads(answer.text)
    except ValueError:
        return {}
    told = told[0] if isinstance(told, list) and told else told
    return _dict(_dict(told).get("error"))


def _code(error: Told) -> str:
    return str(error.get("status") or error.get("code") or "").upper()


def _said(error: Told) -> str:
    return ": ".join(part for part in (_code(error), str(error.get("message") or "")[:SAID]) if part)


def _words(account: Account, text: str) -> str:
    for secret in filter(None, account.keys.values()):
        text = text.replace(secret, HIDDEN)
    return text


def _dict(value: object) -> Told:
    return value if isinstance(value, dict) else {}
