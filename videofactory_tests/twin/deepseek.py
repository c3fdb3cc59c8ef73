"""DeepSeek as documented: chat completions in JSON mode. Nothing is enforced; a blank answer is possible.

Faults of a job: `refuse` (content_filter), `truncated` (length), `never` (insufficient_system_resource), `black` (blank text),
`corrupt` (no JSON), `wrong_length` (an answer that breaks the rules), `fail` (an error of the status that opens its words).
"""

import json
from typing import Any

from videofactory_tests.twin.answers import answer_for, spoilt
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import World

MODELS = {"deepseek-flash", "deepseek-v4-pro"}
REASONS = {"refuse": "content_filter", "truncated": "length", "never": "insufficient_system_resource"}
KEY = "DEEPSEEK_API_KEY"
CONTRACT = {"fails": "truncated", "refusal": "content_filter"}
"""For the contract of all adapters: an answer that was cut is its failed job; its filter has no words of its own."""


def routes(world: World) -> list[Route]:
    """Everything DeepSeek answers here."""
    return [Route("POST", r"/deepseek/chat/completions", "deepseek.submit", lambda asked: _completion(world, asked))]


def _completion(world: World, asked: Asked) -> Said:
    if asked.headers.get("Authorization") != f"Bearer {world.keys.get(KEY, f'twin-{KEY}')}":
        return _error(401, "Authentication Fails (auth header format should be Bearer sk-...)")
    body = asked.json()
    if wrong := _wrong(body):
        return _error(400, wrong)
    job = world.new_job("deepseek.submit", body)
    if job.fault == "fail":
        del world.jobs[job.id]
        return _error(int(job.words.split()[0]), job.words.partition(" ")[2])
    told = [message["content"] for message in body["messages"] if message["role"] == "user"]
    system = body["messages"][0]["content"]
    text = spoilt(answer_for(system, "\n\n".join(told), _schema(system)), fault=job.fault)
    return Said(b"\n\n" + json.dumps(_said(job.id, body, text=text, reason=REASONS.get(job.fault, "stop"))).encode())


def _wrong(body: dict[str, Any]) -> str:
    if body.get("model") not in MODELS:
        return f"Model Not Exist: {body.get('model')}"
    if not body.get("messages"):
        return "messages: field required"
    words = " ".join(str(message["content"]) for message in body["messages"]).casefold()
    if body.get("response_format") == {"type": "json_object"} and "json" not in words:
        return "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'."
    if body.get("thinking", {"type": "enabled"})["type"] != "disabled":
        return "the twin does not think"
    return ""


def _schema(system: str) -> dict[str, Any]:
    """What the factory wrote after its instructions, where a real model reads it too."""
    start = system.index("JSON Schema:\n") + len("JSON Schema:\n")
    schema: dict[str, Any] = json.JSONDecoder().raw_decode(system[start:])[0]
    return schema


def _said(number: str, body: dict[str, Any], *, text: str, reason: str) -> dict[str, Any]:
    sent, made = len(json.dumps(body["messages"])) // 4, len(text) // 4
    return {
        "id": number,
        "object": "chat.completion",
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made, "prompt_cache_hit_tokens": 0},
    }


def _error(status: int, message: str) -> Said:
    kind = "authentication_error" if status == 401 else "invalid_request_error"
    return Said({"error": {"message": message, "type": kind, "param": None, "code": "invalid_request_error"}}, status=status)
