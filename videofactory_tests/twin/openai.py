"""The video API that OpenAI made (`/v1/videos`), as it was documented.

A job told to `refuse` fails with code `moderation_blocked`; one told to `fail` with `internal_error`; both in its words.
A submit whose prompt holds `[quota]` is answered with the 429 that no waiting mends, one with `[policy]` with a refusal.
"""

import io
from typing import Any

from PIL import Image

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

STATES = {"queued": "queued", "running": "in_progress", "done": "completed", "failed": "failed", "refused": "failed"}
SIZES = {"720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"}
SECONDS = {"4", "8", "12", "16", "20"}
SHORT_SIDE = 180
"""Pixels of a clip's shorter side."""


class OpenAI:
    """The service."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Its routes."""
        return [
            Route("POST", r"/openai/v1/videos", "openai.submit", self._locked(self.submit)),
            Route("GET", r"/openai/v1/videos", "openai.list", self._locked(self.listed)),
            Route("GET", r"/openai/v1/videos/([\w-]+)", "openai.poll", self._locked(self.poll)),
            Route("GET", r"/openai/v1/videos/([\w-]+)/content", "openai.content", self._locked(self.content)),
        ]

    def _locked(self, handle: Any) -> Any:  # noqa: ANN401 - a handler of routes
        def checked(asked: Asked) -> Said:
            key = self._world.keys.get("OPENAI_API_KEY", "twin-OPENAI_API_KEY")
            if asked.headers.get("Authorization") != f"Bearer {key}":
                return _error(401, "invalid_api_key", "Incorrect API key provided.")
            said: Said = handle(asked)
            return said

        return checked

    def submit(self, asked: Asked) -> Said:
        """Take a multipart form, and check that the picture has the size asked for."""
        form = asked.form()
        wanted = {name: value.decode() for name, value in form.items() if name != "input_reference"}
        wrong = _wrong(wanted, form.get("input_reference"))
        if wrong:
            return wrong
        width, height = (int(side) for side in wanted["size"].split("x"))
        scale = SHORT_SIDE / min(width, height)
        job = self._world.new_job(
            "openai.submit",
            wanted,
            seconds=float(wanted["seconds"]),
            width=round(width * scale / 2) * 2,
            height=round(height * scale / 2) * 2,
        )
        return Said(_shown(job))

    def poll(self, asked: Asked) -> Said:
        """A job as it is now."""
        job = self._world.jobs.get(asked.words[0])
        return Said(_shown(job)) if job else _error(404, "not_found", "No such video.")

    def listed(self, asked: Asked) -> Said:
        """The jobs, the newest first, a page at a time."""
        jobs = [job for job in reversed(self._world.jobs.values()) if job.provider == "openai"]
        after = [job.id for job in jobs].index(asked.query["after"]) + 1 if "after" in asked.query else 0
        limit = int(asked.query.get("limit", 20))
        page = jobs[after : after + limit]
        return Said({"object": "list", "data": [_shown(job) for job in page], "has_more": after + limit < len(jobs)})

    def content(self, asked: Asked) -> Said:
        """The clip's bytes, spoilt as the job's fault says."""
        job = self._world.jobs.get(asked.words[0])
        if job is None or job.state != "done":
            return _error(404, "not_found", "No such video, or it is not finished.")
        if job.fault == "dead_link":
            job.fault = ""
            return _error(404, "expired", "The content has expired.")
        content, media_type, fault = self._world.files[self._world.clip_link(job).rsplit("/", 1)[-1]]
        whole = {"Content-Length": str(len(content))} if fault == "truncated" else {}
        return Said(content[: len(content) // 2] if fault == "truncated" else content, 200, whole, media_type)


def _wrong(wanted: dict[str, str], picture: bytes | None) -> Said | None:
    """The error of a request that cannot be taken."""
    prompt = wanted.get("prompt", "")
    if "[quota]" in prompt:
        return _error(429, "insufficient_quota", "You exceeded your current quota.")
    if "[policy]" in prompt:
        return _error(400, "content_policy_violation", "Your request was rejected by the safety system.")
    if not prompt or wanted.get("size") not in SIZES or wanted.get("seconds") not in SECONDS:
        return _error(400, "invalid_value", "prompt, size or seconds are missing or wrong.")
    if picture is not None:
        with Image.open(io.BytesIO(picture)) as image:
            if "{}x{}".format(*image.size) != wanted["size"]:
                return _error(400, "invalid_value", "Inpaint image must match the requested width and height.")
    return None


def _shown(job: Job) -> dict[str, Any]:
    state = STATES[job.state]
    shown = {name: job.request[name] for name in ("prompt", "model", "seconds", "size")}
    facts = {"id": job.id, "object": "video", "created_at": int(job.created), "status": state, "progress": 0, "error": None}
    if state == "failed":
        refused = job.state == "refused"
        code = "moderation_blocked" if refused else "internal_error"
        facts["error"] = {"code": code, "message": job.words or "The video could not be made."}
    return shown | facts


def _error(status: int, code: str, message: str) -> Said:
    kind = "insufficient_quota" if code == "insufficient_quota" else "invalid_request_error"
    return Said({"error": {"message": message, "type": kind, "param": None, "code": code}}, status)


def routes(world: World) -> list[Route]:
    """The routes of the video API."""
    return OpenAI(world).routes()
