"""The twin of Luma's Dream Machine API: submit, poll, and a list, newest first, of jobs that repeat their requests."""

from typing import Any

from videofactory_tests.twin.luma import ASPECTS, key_is_wrong, made_at
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

PATH = "/luma_dream_machine/dream-machine/v1/generations"
LENGTHS = {"5s": 5.0, "9s": 9.0}
SIZES = {"540p", "720p", "1080p", "4k"}
STATES = {"queued": "queued", "running": "dreaming", "done": "completed", "failed": "failed", "refused": "failed"}
FIELDS = {
    "model",
    "prompt",
    "aspect_ratio",
    "duration",
    "resolution",
    "loop",
    "keyframes",
    "concepts",
    "callback_url",
    "generation_type",
}
MOST = 100
"""Jobs in one page, whatever is asked for."""


def routes(world: World) -> list[Route]:
    """What it answers."""
    return [
        Route("POST", rf"{PATH}(?:/video)?", "luma_dream_machine.submit", lambda asked: _submit(world, asked)),
        Route("GET", PATH, "luma_dream_machine.list", lambda asked: _list(world, asked)),
        Route("GET", rf"{PATH}/([\w.-]+)", "luma_dream_machine.poll", lambda asked: _poll(world, asked)),
    ]


def _submit(world: World, asked: Asked) -> Said:
    if key_is_wrong(world, asked):
        return Said({"detail": "Invalid API key"}, 401)
    body = asked.json()
    problem = _problem(body)
    if problem:
        return Said({"detail": problem}, 400)
    width, height = ASPECTS.get(body.get("aspect_ratio") or "16:9", (180, 420))
    seconds = LENGTHS[body.get("duration") or "5s"]
    job = world.new_job("luma_dream_machine.submit", body, seconds=seconds, width=width, height=height)
    return Said(_told(world, job, state="queued"), 201)


def _list(world: World, asked: Asked) -> Said:
    if key_is_wrong(world, asked):
        return Said({"detail": "Invalid API key"}, 401)
    limit, offset = min(int(asked.query.get("limit", "10")), MOST), int(asked.query.get("offset", "0"))
    with world.lock:
        jobs = [job for job in world.jobs.values() if job.provider == "luma_dream_machine"]
    jobs.sort(key=lambda job: job.created, reverse=True)
    page = [_told(world, job, state=STATES[job.state]) for job in jobs[offset : offset + limit]]
    more = len(jobs) > offset + limit
    return Said({"generations": page, "count": len(jobs), "has_more": more, "limit": limit, "offset": offset})


def _poll(world: World, asked: Asked) -> Said:
    if key_is_wrong(world, asked):
        return Said({"detail": "Invalid API key"}, 401)
    job = world.jobs.get(asked.words[0])
    return Said(_told(world, job, state=STATES[job.state])) if job else Said({"detail": "Generation not found"}, 404)


def _told(world: World, job: Job, *, state: str) -> dict[str, Any]:
    reason = {"refuse": "Content moderated: prompt", "fail": "Generation failed"}.get(job.fault, "")
    return {
        "id": job.id,
        "generation_type": "video",
        "state": state,
        "failure_reason": (job.words or reason) if state == "failed" else None,
        "created_at": made_at(job),
        "assets": {"video": world.clip_link(job)} if state == "completed" else None,
        "model": job.request["model"],
        "request": job.request,
    }


def _problem(body: dict[str, Any]) -> str:
    """The first thing wrong with a request, or nothing."""
    checks = {
        "model": body.get("model") in {"ray-2", "ray-flash-2"},
        "aspect_ratio": body.get("aspect_ratio", "16:9") in {*ASPECTS, "9:21"},
        "duration": body.get("duration", "5s") in LENGTHS,
        "resolution": body.get("resolution", "720p") in SIZES,
        "body": set(body) <= FIELDS,
        "keyframes": all("url" in frame or "id" in frame for frame in (body.get("keyframes") or {}).values()),
    }
    return next((f"{name} is invalid" for name, right in checks.items() if not right), "")
