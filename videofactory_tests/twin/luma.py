"""The twin of Luma's Agents API: `POST /v1/generations`, `GET /v1/generations/{id}`, nothing else; a fresh link at each look.

A job ordered to fail ends with the failure code its words begin with (`budget_exhausted: no more`), else `generation_failed`.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

ASPECTS = {"9:16": (180, 320), "3:4": (180, 240), "1:1": (240, 240), "4:3": (240, 180), "16:9": (320, 180), "21:9": (420, 180)}
"""Small pictures of the right shape."""
LENGTHS = {"5s": 5.0, "10s": 10.0}
SIZES = {"360p", "540p", "720p", "1080p"}
CODES = {
    "content_moderated",
    "generation_failed",
    "budget_exhausted",
    "output_not_found",
    "image_too_large",
    "unsupported_format",
    "corrupt_input",
    "invalid_request",
    "rate_limited",
}
STATES = {"queued": "queued", "running": "processing", "done": "completed", "failed": "failed", "refused": "failed"}


def routes(world: World) -> list[Route]:
    """What it answers."""
    return [
        Route("POST", r"/luma/v1/generations", "luma.submit", lambda asked: _submit(world, asked)),
        Route("GET", r"/luma/v1/generations/([\w.-]+)", "luma.poll", lambda asked: _poll(world, asked)),
    ]


def key_is_wrong(world: World, asked: Asked) -> bool:
    """Whether the key of both of Luma's APIs is not the one the twin knows."""
    key = world.keys.get("LUMA_API_KEY", "twin-LUMA_API_KEY")
    return bool(asked.headers.get("Authorization") != f"Bearer {key}")


def made_at(job: Job) -> str:
    """When a job was made, as Luma writes it."""
    return datetime.fromtimestamp(job.created, UTC).isoformat().replace("+00:00", "Z")


def _submit(world: World, asked: Asked) -> Said:
    if key_is_wrong(world, asked):
        return Said({"detail": "Invalid API key"}, 401)
    body = asked.json()
    problem = _problem(body)
    if problem:
        return Said({"detail": problem}, 422)
    width, height = ASPECTS[body["aspect_ratio"]]
    job = world.new_job("luma.submit", body, seconds=LENGTHS[body["video"]["duration"]], width=width, height=height)
    return Said(_told(world, job, state="queued"), 201)


def _poll(world: World, asked: Asked) -> Said:
    if key_is_wrong(world, asked):
        return Said({"detail": "Invalid API key"}, 401)
    job = world.jobs.get(asked.words[0])
    return Said(_told(world, job, state=STATES[job.state])) if job else Said({"detail": "Generation not found"}, 404)


def _told(world: World, job: Job, *, state: str) -> dict[str, Any]:
    code, reason = _failure(job) if state == "failed" else (None, None)
    output = [{"type": "video", "url": world.clip_link(job)}] if state == "completed" else []
    return {
        "id": job.id,
        "type": "video",
        "model": job.request["model"],
        "state": state,
        "created_at": made_at(job),
        "output": output,
        "failure_code": code,
        "failure_reason": reason,
    }


def _failure(job: Job) -> tuple[str, str]:
    if job.fault == "refuse":
        return "content_moderated", job.words or "The prompt was moderated."
    code, _, reason = job.words.partition(": ")
    return (code, reason or code) if code in CODES else ("generation_failed", job.words or "The generation failed.")


def _problem(body: dict[str, Any]) -> str:
    """The first thing wrong with a request, or nothing."""
    video = body.get("video") or {}
    checks = {
        "prompt": 1 <= len(body.get("prompt") or "") <= 6000,
        "model": body.get("model") == "ray-3.2",
        "type": body.get("type") == "video",
        "aspect_ratio": body.get("aspect_ratio") in ASPECTS,
        "video.resolution": video.get("resolution") in SIZES,
        "video.duration": video.get("duration") in LENGTHS,
        "video": set(video) <= {"resolution", "duration", "start_frame", "end_frame", "keyframes", "keyframe_indexes"},
        "body": set(body) <= {"prompt", "model", "type", "aspect_ratio", "video", "user_id"},
    }
    wrong = next((f"{name} is invalid" for name, right in checks.items() if not right), "")
    return wrong or _frames_problem(video)


def _frames_problem(video: dict[str, Any]) -> str:
    named = [video[name] for name in ("start_frame", "end_frame") if name in video]
    keyed, indexes = video.get("keyframes") or [], video.get("keyframe_indexes") or []
    if named and video["duration"] == "10s":
        return "start_frame and end_frame cannot be used with a duration of 10s"
    if named and keyed:
        return "keyframes cannot be used with start_frame or end_frame"
    last = round(LENGTHS[video["duration"]] * 24)
    if len(keyed) != len(indexes) or any(not 0 <= index <= last for index in indexes):
        return f"keyframe_indexes must name a frame of 0..{last} for each keyframe"
    return next((problem for reference in [*named, *keyed] if (problem := _reference_problem(reference))), "")


def _reference_problem(reference: dict[str, str]) -> str:
    if set(reference) not in ({"url"}, {"data", "media_type"}, {"generation_id"}, {"file_id"}):
        return "a media reference is exactly one of url, data, generation_id, file_id"
    try:
        base64.b64decode(reference.get("data", ""), validate=True)
    except binascii.Error:
        return "data is not base64"
    return ""
