"""The Gemini API as documented: generateContent for text and pictures, Omni video through interactions, its files.

Operations: `gemini.text`, `gemini.still` (paid, synchronous), `gemini.submit` (paid), `gemini.poll`, `gemini.file`,
`gemini.download`. Words of a fault `refuse` or `fail` may name a documented reason (`prompt SAFETY`, `answer MAX_TOKENS`). A test
may write `inline`, `PROCESSING` or `FAILED` into a video job's `words` to choose how its result lies there.
"""

import base64
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from videofactory_tests.twin import media
from videofactory_tests.twin.answers import answer_for
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

MODELS = r"/gemini/v1beta/models/([\w.-]+):generateContent"
IMAGE_MODELS = r"/gemini/v1beta/models/([\w.-]*(?:image|banana)[\w.-]*):generateContent"
RETIRED = ("gemini-2.5-", "veo-", "gemini-omni-flash-preview")
OMNI = {"gemini-omni-1.2-flash": 15, "gemini-omni-1.1-flash": 10}
TASKS = {"text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale", None}
STATES = {"queued": "queued", "running": "in_progress", "done": "completed", "failed": "failed", "refused": "failed"}
SIDE = {"1K": 96, "2K": 192, "4K": 384}
"""Pixels of the twin's pictures: shapes and proportions are the service's, the sizes are not."""
Handle = Callable[[Asked], Said]
CONTRACT = {
    "director.submit": "gemini.text",
    "director.poll": "",
    "analyst.submit": "gemini.text",
    "analyst.poll": "",
    "stills.submit": "gemini.still",
    "stills.poll": "",
}
"""What the contract of all adapters finds under other names here."""


def routes(world: World) -> list[Route]:
    """Everything below `/gemini`."""
    service = _Service(world)
    return [
        Route("POST", IMAGE_MODELS, "gemini.still", service.open(service.still)),
        Route("POST", MODELS, "gemini.text", service.open(service.text)),
        Route("POST", r"/gemini/v1beta/interactions", "gemini.submit", service.open(service.interact)),
        Route("GET", r"/gemini/v1beta/interactions/([\w.-]+)", "gemini.poll", service.open(service.interaction)),
        Route("GET", r"/gemini/v1beta/files/([\w-]+)", "gemini.file", service.open(service.file)),
        Route("GET", r"/gemini/v1beta/files/([\w-]+):download", "gemini.download", service.open(service.download)),
    ]


def refused(status: int, code: str, message: str, **details: Any) -> Said:  # noqa: ANN401 - whatever Google adds
    """An error in the numeric envelope."""
    added = {"details": [details]} if details else {}
    return Said({"error": {"code": status, "message": message, "status": code, **added}}, status)


class _Service:
    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, handle: Handle) -> Handle:
        """Only for who has the key; a wrong one is reported as 400, as the service does."""

        def checked(asked: Asked) -> Said:
            key = asked.headers.get("x-goog-api-key", "")
            if not key:
                return refused(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers.")
            if key != self.world.keys.get("GEMINI_API_KEY", "twin-GEMINI_API_KEY"):
                message = "API key not valid. Please pass a valid API key."
                return refused(400, "INVALID_ARGUMENT", message, reason="API_KEY_INVALID")
            return handle(asked)

        return checked

    def text(self, asked: Asked) -> Said:
        """One answer in JSON that fits the schema."""
        body, model = asked.json(), asked.words[0]
        wrong = _wrong_content(model, body) or _wrong_schema(body)
        if wrong:
            return wrong
        job = self.world.new_job("gemini.text", body)
        system = "".join(part["text"] for part in body.get("systemInstruction", {}).get("parts", []))
        user = "\n".join(
            part["text"] for turn in body["contents"] if turn["role"] == "user" for part in turn["parts"] if "text" in part
        )
        answer = answer_for(system, user, body["generationConfig"]["responseJsonSchema"])
        parts = [{"text": "Let me think.", "thought": True}, {"text": answer[:20]}, {"text": answer[20:]}]
        return _content(job, parts, model=model, sent=len(system + user) // 4 + 1, made=len(answer) // 4 + 1)

    def still(self, asked: Asked) -> Said:
        """One picture in the shape asked for."""
        body, model = asked.json(), asked.words[0]
        wrong = _wrong_content(model, body)
        settings = body.get("generationConfig", {})
        shape = settings.get("imageConfig", {})
        if wrong or "IMAGE" not in settings.get("responseModalities", []) or shape.get("imageSize", "1K") not in SIDE:
            return wrong or refused(400, "INVALID_ARGUMENT", "Invalid value at 'generation_config.image_config.image_size'.")
        job = self.world.new_job("gemini.still", body)
        across, down = map(int, shape.get("aspectRatio", "1:1").split(":"))
        side = SIDE[shape.get("imageSize", "1K")]
        kind = "image/jpeg" if job.words == "image/jpeg" else "image/png"
        content = media.picture(
            width=side * across // min(across, down), height=side * down // min(across, down), media_type=kind
        )
        content = content[: len(content) // 2] if job.fault == "truncated" else content
        content = content[:64] + bytes(len(content) - 64) if job.fault == "corrupt" else content
        parts = [{"text": "Here it is."}, {"inlineData": {"mimeType": kind, "data": _base64(content)}}]
        return _content(job, parts, model=model, sent=300, made=1120)

    def interact(self, asked: Asked) -> Said:
        """A video job in the background."""
        body = asked.json()
        wrong = _wrong_interaction(body)
        if wrong:
            return wrong
        shape = body["response_format"]
        width, height = (320, 180) if shape.get("aspect_ratio", "16:9") == "16:9" else (180, 320)
        job = self.world.new_job("gemini.submit", body, seconds=float(shape["duration"][:-1]), width=width, height=height)
        return Said(_told(job) | {"status": "in_progress"})

    def interaction(self, asked: Asked) -> Said:
        """How the job goes."""
        job = self._job(asked.words[0])
        if job is None:
            return Said({"error": {"code": "not_found", "message": "Interaction not found."}}, 404)
        job.polls += 1
        told = _told(job) | {"status": STATES[job.state]}
        if job.state == "done":
            return Said(told | {"steps": [{"type": "model_output", "content": [self._video(job)]}]})
        if job.state == "refused":
            error = {"code": 3, "message": job.words or "The output was blocked by our safety filters."}
            return Said(told | {"steps": [{"type": "model_output", "error": error}]})
        if job.state == "failed":
            return Said(told | {"errors": [{"code": "internal", "message": job.words or "Video generation failed."}]})
        return Said(told)

    def file(self, asked: Asked) -> Said:
        """The file of a result, perhaps still at work."""
        job = self._job(asked.words[0])
        if job is None:
            return refused(403, "PERMISSION_DENIED", "You do not have permission to access the File or it may not exist.")
        state = job.words if job.words in {"PROCESSING", "FAILED"} else "ACTIVE"
        return Said({"name": f"files/{job.id}", "state": state, "mimeType": "video/mp4", "source": "GENERATED"})

    def download(self, asked: Asked) -> Said:
        """Where the bytes lie: the service redirects."""
        job = self._job(asked.words[0])
        if job is None or asked.query.get("alt") != "media":
            return refused(404, "NOT_FOUND", "Requested entity was not found.")
        return Said(b"", HTTPStatus.FOUND, {"Location": self.world.clip_link(job)})

    def _video(self, job: Job) -> dict[str, str]:
        if job.words == "inline":
            content = media.clip(seconds=job.seconds, width=job.width, height=job.height)
            return {"type": "video", "mime_type": "video/mp4", "data": _base64(content)}
        uri = f"{self.world.base_url}/gemini/v1beta/files/{job.id}:download?alt=media"
        return {"type": "video", "mime_type": "video/mp4", "uri": uri}

    def _job(self, name: str) -> Job | None:
        job = self.world.jobs.get(name)
        return job if job and job.operation == "gemini.submit" else None


def _told(job: Job) -> dict[str, Any]:
    return {"id": job.id, "model": job.request["model"], "labels": job.request.get("labels", {}), "steps": []}


def _content(job: Job, parts: Sequence[object], *, model: str, sent: int, made: int) -> Said:
    used = {"promptTokenCount": sent, "candidatesTokenCount": made, "thoughtsTokenCount": 8}
    told: dict[str, Any] = {"usageMetadata": used, "modelVersion": model, "responseId": job.id}
    where, _, reason = job.words.partition(" ")
    if job.fault == "refuse" and where != "answer":
        return Said(told | {"promptFeedback": {"blockReason": reason or "SAFETY"}})
    if job.fault in {"refuse", "fail"}:
        return Said(told | {"candidates": [{"index": 0, "finishReason": reason or "OTHER"}]})
    return Said(told | {"candidates": [{"index": 0, "finishReason": "STOP", "content": {"role": "model", "parts": parts}}]})


def _wrong_content(model: str, body: dict[str, Any]) -> Said | None:
    if model.startswith(RETIRED):
        return refused(404, "NOT_FOUND", f"models/{model} is no longer available.")
    contents = body.get("contents") or []
    if not contents or any(turn.get("role") not in {"user", "model"} or not turn.get("parts") for turn in contents):
        return refused(400, "INVALID_ARGUMENT", "contents are not specified")
    for part in (part for turn in contents for part in turn["parts"] if "inlineData" in part):
        if not part["inlineData"].get("mimeType") or not _decodes(part["inlineData"].get("data", "")):
            return refused(400, "INVALID_ARGUMENT", "Unable to process input image.")
    return None


def _wrong_schema(body: dict[str, Any]) -> Said | None:
    settings = body.get("generationConfig", {})
    level = settings.get("thinkingConfig", {}).get("thinkingLevel", "LOW")
    if settings.get("responseMimeType") != "application/json" or not isinstance(settings.get("responseJsonSchema"), dict):
        return refused(400, "INVALID_ARGUMENT", "response_json_schema needs response_mime_type application/json")
    if level not in {"LOW", "MEDIUM", "HIGH", "XHIGH"} or not settings.get("maxOutputTokens"):
        return refused(400, "INVALID_ARGUMENT", f"Thinking level {level} is not supported for this model.")
    return None


def _wrong_interaction(body: dict[str, Any]) -> Said | None:
    model, shape = body.get("model", ""), body.get("response_format", {})
    if model not in OMNI:
        return Said({"error": {"code": "not_found", "message": f"Model {model} is no longer available."}}, 404)
    length = str(shape.get("duration", "")).removesuffix("s")
    task = body.get("generation_config", {}).get("video_config", {}).get("task")
    pictures = [piece for piece in body.get("input", []) if piece["type"] == "image"]
    fits = (
        length.isdigit()
        and 3 <= int(length) <= OMNI[model]
        and shape.get("type") == "video"
        and shape.get("aspect_ratio", "16:9") in {"16:9", "9:16"}
        and shape.get("resolution", "720p") in {"360p", "720p", "1080p", "4k"}
        and task in TASKS
        and (task != "image_to_video" or 1 <= len(pictures) <= 2)
        and all(_decodes(picture["data"]) and picture["mime_type"] for picture in pictures)
        and any(piece["type"] == "text" and piece["text"] for piece in body.get("input", []))
        and (body.get("store", True) or not body.get("background"))
        and "negative_prompt" not in json.dumps(body)
    )
    return None if fits else Said({"error": {"code": "invalid_request", "message": "The request is not valid."}}, 400)


def _decodes(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
