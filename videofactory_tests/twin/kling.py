"""Kling in the twin, both generations: submit, query by its id or ours, list; every error code by `say`.

`world.hidden_seconds`, where a test sets it, is how long a new task cannot be found by our id.
"""

import base64
import binascii
import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from PIL import Image

from videofactory_tests.twin import media
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

STATUS = {
    **dict.fromkeys((1000, 1001, 1002, 1003, 1004), 401),
    **dict.fromkeys((1100, 1101, 1102, 1302, 1303, 1304), 429),
    1103: 403,
    **dict.fromkeys((1200, 1201, 1300, 1301), 400),
    **dict.fromkeys((1202, 1203), 404),
    5000: 500,
    5001: 503,
    5002: 504,
}
"""The HTTP status Kling sends with each code."""
CURRENT = ("kling-3.0", "kling-3.0-turbo")
LEGACY = ("kling-v2-6", "kling-v2-5-turbo", "kling-v2-1", "kling-v1-6")
STATES = {"queued": "submitted", "running": "processing", "done": "succeeded", "failed": "failed", "refused": "failed"}
SHORT_SIDE = 180
LEAST_SIDE = 300


class Wrong(Exception):
    """The request is answered with this code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def say(world: World, operation: str, code: int, message: str = "the twin was told to", *, times: int = 1) -> None:
    """Answer the next requests of this operation with a code, and take nothing in."""
    vars(world).setdefault("kling_says", []).extend([(operation, code, message)] * times)


def charge(world: World, *billing: dict[str, str]) -> None:
    """What every finished task says of its cost."""
    vars(world)["kling_billing"] = list(billing)


def routes(world: World) -> list[Route]:
    """Both generations."""
    table: list[tuple[str, str, str, Callable[[World, Asked], Any]]] = [
        ("POST", r"/kling/image-to-video/([\w.-]+)", "kling.submit", _submit),
        ("GET", r"/kling/tasks", "kling.poll", _query),
        ("POST", r"/kling/tasks", "kling.list", _list),
        ("POST", r"/kling/v1/videos/image2video", "kling.submit", _submit_legacy),
        ("GET", r"/kling/v1/videos/image2video/([^/]+)", "kling.poll", _query_legacy),
        ("GET", r"/kling/v1/videos/image2video", "kling.list", _list_legacy),
    ]
    return [Route(method, pattern, name, _guarded(world, name, handle)) for method, pattern, name, handle in table]


def _guarded(world: World, operation: str, handle: Callable[[World, Asked], Any]) -> Callable[[Asked], Said]:
    def answer(asked: Asked) -> Said:
        try:
            _check_told(world, operation)
            _check_key(world, asked, legacy="/v1/" in asked.path)
            data = handle(world, asked)
        except Wrong as wrong:
            told = {"code": wrong.code, "message": str(wrong), "request_id": "twin"}
            return Said(told, STATUS.get(wrong.code, 200), {"Retry-After": "0"})
        return Said({"code": 0, "message": "SUCCEED", "request_id": "twin", "data": data})

    return answer


def _check_told(world: World, operation: str) -> None:
    told: list[tuple[str, int, str]] = vars(world).get("kling_says", [])
    for index, (name, code, message) in enumerate(told):
        if name == operation:
            del told[index]
            raise Wrong(code, message)


def _check_key(world: World, asked: Asked, *, legacy: bool) -> None:
    said = asked.headers.get("Authorization", "")
    if not said:
        raise Wrong(1001, "Authorization is empty")
    token = said.removeprefix("Bearer ")
    if token == world.keys.get("KLING_API_KEY", "twin-KLING_API_KEY"):
        return
    if not legacy or token.count(".") != 2:
        raise Wrong(1002, "api key not found")
    _check_token(world, token)


def _check_token(world: World, token: str) -> None:
    secret = world.keys.get("KLING_SECRET_KEY", "twin-KLING_SECRET_KEY")
    text, signature = token.rsplit(".", 1)
    payload = json.loads(_decoded(text.split(".")[1]))
    right = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    if json.loads(_decoded(text.split(".")[0])) != {"alg": "HS256", "typ": "JWT"} or _decoded(signature) != right:
        raise Wrong(1000, "signature verification failed")
    if payload["iss"] != world.keys.get("KLING_ACCESS_KEY", "twin-KLING_ACCESS_KEY"):
        raise Wrong(1002, "access key not found")
    if payload["nbf"] > time.time():
        raise Wrong(1003, "token is not yet valid")
    if payload["exp"] < time.time():
        raise Wrong(1004, "token is expired")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _submit(world: World, asked: Asked) -> dict[str, Any]:
    model, body = asked.words[0], asked.json()
    if model not in CURRENT:
        raise Wrong(1203, f"model {model} does not exist")
    parts = {part.get("type"): part for part in body.get("contents", ())}
    settings, options = body.get("settings", {}), body.get("options", {})
    turbo = model.endswith("turbo")
    known = {"resolution", "duration"} if turbo else {"resolution", "duration", "audio", "multi_shot"}
    _require(set(parts) <= {"prompt", "first_frame"} | (set() if turbo else {"last_frame"}), "contents")
    _require(set(settings) <= known, f"settings {sorted(set(settings) - known)}")
    _require(settings.get("resolution", "720p") in {"720p", "1080p", *(() if turbo else ("4k",))}, "resolution")
    _require(isinstance(settings.get("duration"), int) and 3 <= settings["duration"] <= 15, "duration")
    _require(settings.get("audio", "off") in {"off", "native"}, "audio")
    frames = [parts[name]["url"] for name in ("first_frame", "last_frame") if name in parts]
    _check_prompt(parts.get("prompt", {}).get("text", ""))
    job = _new_job(world, body, client_id=options.get("external_task_id", ""), frames=frames, seconds=settings["duration"])
    told = _told(world, job)
    return {key: told[key] for key in ("id", "status", "create_time", "update_time", "external_id")} | {"status": "submitted"}


def _submit_legacy(world: World, asked: Asked) -> dict[str, Any]:
    body = asked.json()
    if body.get("model_name") not in LEGACY:
        raise Wrong(1203, f"model {body.get('model_name')} does not exist")
    _require(body.get("duration") in {"5", "10"}, "duration")
    _require(body.get("mode") in {"std", "pro"}, "mode")
    _require("image_tail" not in body or body["mode"] == "pro", "image_tail in mode std")
    _check_prompt(body.get("prompt", ""))
    frames = [body[name] for name in ("image", "image_tail") if name in body]
    job = _new_job(world, body, client_id=body.get("external_task_id", ""), frames=frames, seconds=int(body["duration"]))
    told = _told_legacy(world, job)
    return {key: told[key] for key in ("task_id", "task_info", "created_at", "updated_at")} | {"task_status": "submitted"}


def _require(holds: bool, name: str) -> None:  # noqa: FBT001 - the condition is the point
    if not holds:
        raise Wrong(1201, f"{name} is invalid")


def _check_prompt(text: str) -> None:
    _require(0 < len(text) <= 2500, "prompt")


def _new_job(world: World, body: Mapping[str, Any], *, client_id: str, frames: list[str], seconds: int) -> Job:
    _require(bool(frames), "first frame")
    sizes = [_size(frame) for frame in frames]  # each is checked
    width, height = sizes[0]
    scale = SHORT_SIDE / min(width, height)
    size = {"width": round(width * scale), "height": round(height * scale)}
    return world.new_job("kling.submit", body, client_id=client_id, seconds=float(seconds), **size)


def _size(frame: str) -> tuple[int, int]:
    """The size of a picture in bare base64; anything else is an invalid parameter."""
    try:
        with Image.open(io.BytesIO(base64.b64decode(frame, validate=True))) as image:
            size = image.size
    except (binascii.Error, OSError) as error:
        raise Wrong(1201, "image is no bare base64 of a picture") from error
    _require(min(size) >= LEAST_SIDE and max(size) <= 2.5 * min(size), "image size")
    return size


def _query(world: World, asked: Asked) -> list[dict[str, Any]]:
    named = [key for key in ("task_ids", "external_task_ids") if asked.query.get(key)]
    if len(named) != 1:
        raise Wrong(1201, "task_ids or external_task_ids is required")
    names = asked.query[named[0]].split(",")
    jobs = [_by_id(world, name) if named[0] == "task_ids" else _by_ours(world, name) for name in names]
    return [_told(world, job) for job in jobs if job]


def _query_legacy(world: World, asked: Asked) -> dict[str, Any]:
    job = _by_id(world, asked.words[0]) or _by_ours(world, asked.words[0])
    if job is None:
        raise Wrong(1201, "Task not found")
    return _told_legacy(world, job)


def _by_id(world: World, name: str) -> Job | None:
    job = world.jobs.get(name)
    return job if job and job.provider == "kling" else None


def _by_ours(world: World, name: str) -> Job | None:
    job = world.find("kling", client_id=name)
    hidden = float(vars(world).get("hidden_seconds", 0.0))
    return job if job and time.time() - job.created >= hidden else None


def _all(world: World) -> list[Job]:
    with world.lock:
        return [job for job in world.jobs.values() if job.provider == "kling"]


def _list(world: World, asked: Asked) -> dict[str, Any]:
    body = asked.json()
    start, end = int(body.get("start_time") or 0), int(body.get("end_time") or time.time() * 1000)
    jobs = [job for job in _all(world) if start <= job.created * 1000 <= end][: min(int(body.get("limit") or 100), 500)]
    return {"count": len(jobs), "has_more": False, "next_cursor": "", "result": [_told(world, job) for job in jobs]}


def _list_legacy(world: World, asked: Asked) -> list[dict[str, Any]]:
    page, size = int(asked.query.get("pageNum", 1)), int(asked.query.get("pageSize", 30))
    return [_told_legacy(world, job) for job in _all(world)[(page - 1) * size : page * size]]


def _words(job: Job) -> str:
    default = {"refuse": "Failure to pass the risk control system", "fail": "Internal rendering error"}.get(job.fault, "")
    return (job.words or default) if job.state in {"failed", "refused"} else ""


def _times(job: Job) -> tuple[int, int]:
    return int(job.created * 1000), int(time.time() * 1000)


def _told(world: World, job: Job) -> dict[str, Any]:
    created, updated = _times(job)
    told: dict[str, Any] = {
        "id": job.id,
        "status": STATES[job.state],
        "message": _words(job),
        "create_time": created,
        "update_time": updated,
        "external_id": job.client_id,
    }
    if job.state == "done":
        units = [{"charge_type": "unit", "amount": f"{job.seconds * 0.6:.1f}", "package_type": "video"}]
        output = {
            "type": "video",
            "id": f"{job.id}-1",
            "url": _link(world, job),
            "watermark_url": "",
            "duration": f"{job.seconds:g}",
        }
        told |= {"outputs": [output], "billing": vars(world).get("kling_billing", units)}
    return told


def _told_legacy(world: World, job: Job) -> dict[str, Any]:
    created, updated = _times(job)
    told: dict[str, Any] = {
        "task_id": job.id,
        "task_status": "succeed" if job.state == "done" else STATES[job.state],
        "task_status_msg": _words(job),
        "task_info": {"external_task_id": job.client_id},
        "created_at": created,
        "updated_at": updated,
    }
    if job.state == "done":
        video = {"id": f"{job.id}-1", "url": _link(world, job), "duration": f"{job.seconds:g}"}
        told |= {"task_result": {"videos": [video]}, "final_unit_deduction": f"{job.seconds * 0.3:.1f}"}
    return told


def _link(world: World, job: Job) -> str:
    sounds = job.request.get("settings", {}).get("audio") == "native"
    if not sounds or job.fault:
        return world.clip_link(job)
    clip = media.clip(seconds=job.seconds, width=job.width, height=job.height, sound=True)
    return world.link(clip, "video/mp4", job=job)
