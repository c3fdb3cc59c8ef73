"""What the Google adapters share: how an answer of generateContent is opened, the words of a shot, and text.

Errors are `gemini_errors`, pictures by the same call `gemini_stills`, video `gemini_video` and `veo`, direction and analysis
`gemini_words`.
"""

import base64
from pathlib import Path
from typing import Any

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, Refused
from videofactory.domain.script import Camera
from videofactory.providers.account import Account
from videofactory.providers.fitted_picture import seen_picture
from videofactory.providers.gemini_errors import Told, piece, submit_reading, told_by
from videofactory.providers.http import ErrorReading, Http
from videofactory.providers.registry import Model
from videofactory.providers.text import Question, Reply, TextModel, Turn

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


def gemini_http(account: Account, *, reading: ErrorReading) -> Http:
    """The line to the Gemini API with its key."""
    return account.http(auth=lambda: {"x-goog-api-key": account.key("GEMINI_API_KEY")}, reading=reading)


def generated(told: Told, *, model: str) -> list[Told]:
    """The parts of generateContent's answer without its thoughts.

    Raises `Refused` for a blocked prompt or answer, `EngineFailed` for one that was cut or is missing.
    """
    blocked = piece(told.get("promptFeedback")).get("blockReason")
    candidates = told.get("candidates") or []
    if blocked or not candidates:
        if blocked:
            said = piece(told["promptFeedback"]).get("blockReasonMessage", "")
            raise Refused(f"{model} blocked the prompt: {blocked}. {said}".strip(), remedy="Rewrite the text it was asked with.")
        raise EngineFailed(f"{model} answered without a candidate.", remedy="Run the step again.")
    first = piece(candidates[0])
    reason = str(first.get("finishReason") or "STOP")
    if reason != "STOP":
        raise _unfinished(reason, said=str(first.get("finishMessage", "")), model=model)
    parts = piece(first.get("content")).get("parts") or []
    return [part for part in parts if isinstance(part, dict) and not part.get("thought")]


def inline(path: Path, media_type: str) -> dict[str, Any]:
    """A part of `contents` that holds a picture, its transparent places on a ground. Raises `MediaBroken` for what is none."""
    content, sent = seen_picture(path.read_bytes(), media_type=media_type)
    return {"inlineData": {"mimeType": sent, "data": in_base64(content)}}


def in_base64(content: bytes) -> str:
    """Bytes as standard base64 text."""
    return base64.b64encode(content).decode()


def from_base64(text: str, *, what: str, failing: type[FactoryError] = EngineFailed) -> bytes:
    """Bytes out of an answer's base64. Raises `failing` where they cannot be read."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise failing(f"{what} is not readable: {error}.") from error


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
        self._sold = sold
        self._http = gemini_http(account, reading=submit_reading(account, failed_is_free=True))

    def ask(self, question: Question) -> Reply:
        """See `TextModel.ask`. An answer that is no use is billed all the same; its error says how much."""
        answer = self._http.submit(f"/v1beta/models/{self._sold.id}:generateContent", json=_asked(question), seconds=60.0)
        told = told_by(answer)
        used = piece(told.get("usageMetadata"))
        sent = int(used.get("promptTokenCount") or 0)
        made = int(used.get("candidatesTokenCount") or 0) + int(used.get("thoughtsTokenCount") or 0)
        try:
            return Reply(text=self._text(told), sent=sent, made=made)
        except FactoryError as error:
            error.cost_usd = self._sold.tokens(sent=sent, made=made)
            raise

    def _text(self, told: Told) -> str:
        text = "".join(str(part.get("text", "")) for part in generated(told, model=self._sold.id))
        if not text.strip():
            raise EngineFailed(f"{self._sold.id} answered with nothing.", remedy="Run the step again.")
        return text


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
