"""Anthropic's Messages API as documented (version 2026-10-21): pictures, JSON held to a schema, its errors with codes.

Faults of a job: `refuse` (stop_reason refusal, its words as the explanation), `truncated` (max_tokens), `never` (pause_turn),
`corrupt` and `wrong_length` (answers that break the rules), `fail` (an error: its words are status, type, code or `-`, message).
"""

import base64
from typing import Any

from videofactory_tests.twin.answers import answer_for, spoilt
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

REASONS = {"refuse": "refusal", "truncated": "max_tokens", "never": "pause_turn"}
SAMPLING = ("temperature", "top_p", "top_k")
KEY = "ANTHROPIC_API_KEY"
CONTRACT = {"fails": "truncated"}
"""For the contract of all adapters: an answer that was cut is its failed job."""


def routes(world: World) -> list[Route]:
    """Everything Anthropic answers here."""
    return [Route("POST", r"/anthropic/v1/messages", "anthropic.submit", lambda asked: _message(world, asked))]


def _message(world: World, asked: Asked) -> Said:
    if asked.headers.get("x-api-key") != world.keys.get(KEY, f"twin-{KEY}"):
        return _error(401, "authentication_error", "invalid x-api-key")
    if asked.headers.get("anthropic-version") != "2026-10-21":
        return _error(400, "invalid_request_error", "anthropic-version: header is required")
    body = asked.json()
    if wrong := _wrong(body):
        return _error(400, "invalid_request_error", wrong)
    job = world.new_job("anthropic.submit", body)
    if job.fault == "fail":
        del world.jobs[job.id]
        status, kind, code, message = job.words.split(maxsplit=3)
        return _error(int(status), kind, message, code="" if code == "-" else code)
    schema = body["output_config"]["format"]["schema"]
    text = spoilt(answer_for(body.get("system", ""), _told(body), schema), fault=job.fault)
    return Said(_said(job, body, text=text))


def _wrong(body: dict[str, Any]) -> str:
    missing = [name for name in ("model", "max_tokens", "messages") if name not in body]
    if missing:
        return f"{missing[0]}: Field required"
    if banned := [name for name in SAMPLING if name in body]:
        return f"{banned[0]}: not supported in this version"
    if [message["role"] for message in body["messages"]] != [*(("user", "assistant") * len(body["messages"]))][
        : len(body["messages"])
    ]:
        return "messages: roles must alternate between user and assistant"
    schema = body["output_config"]["format"]["schema"]
    return "" if _strict(schema) else "output_config.format.schema: additionalProperties must be false"


def _strict(schema: dict[str, Any]) -> bool:
    if schema.get("type") == "array":
        return _strict(schema["items"])
    if schema.get("type") != "object":
        return True
    parts = schema["properties"]
    return (
        schema.get("additionalProperties") is False
        and set(schema["required"]) == set(parts)
        and all(map(_strict, parts.values()))
    )


def _told(body: dict[str, Any]) -> str:
    """The words of the user's turns; pictures must be what they say they are."""
    told = []
    for message in body["messages"]:
        for block in message["content"]:
            if block["type"] == "image":
                assert base64.b64decode(block["source"]["data"]).startswith(b"\xff\xd8")
            elif message["role"] == "user":
                told.append(block["text"])
    return "\n\n".join(told)


def _said(job: Job, body: dict[str, Any], *, text: str) -> dict[str, Any]:
    reason = REASONS.get(job.fault, "end_turn")
    stop: dict[str, Any] = {"stop_reason": reason, "stop_sequence": None}
    if reason == "refusal":
        stop["stop_details"] = {"type": "refusal", "category": "cyber", "explanation": job.words}
    words = len(body.get("system", "")) + len(_told(body))
    return {
        "id": f"msg_{job.id}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [{"type": "thinking", "thinking": "Let me see."}, {"type": "text", "text": text}],
        "usage": {"input_tokens": words // 4 + 1500, "output_tokens": len(text) // 4, "cache_read_input_tokens": 0},
        **stop,
    }


def _error(status: int, kind: str, message: str, *, code: str = "") -> Said:
    error = {"type": kind, "message": message} | ({"details": {"error_code": code}} if code else {})
    headers = {"Retry-After": "7"} if status in {429, 529} else {}
    return Said({"type": "error", "error": error, "request_id": "req_twin"}, status=status, headers=headers)
