"""KIE.ai in the twin: uploads, createTask, recordInfo; every error is a `code` in the body of an HTTP 200 (see `say`)."""

import json
from collections.abc import Callable
from typing import Any

from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

STATES = {"queued": "waiting", "running": "generating", "done": "success", "failed": "fail", "refused": "fail"}
MODELS = ("kling-3.0/video",)


class Wrong(Exception):
    """The request is answered with this code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def say(world: World, operation: str, code: int, message: str = "the twin was told to", *, times: int = 1) -> None:
    """Answer the next requests of this operation with a code, and take nothing in."""
    vars(world).setdefault("kie_says", []).extend([(operation, code, message)] * times)


def routes(world: World) -> list[Route]:
    """The Market's jobs, and the uploads of their pictures."""
    table: list[tuple[str, str, str, Callable[[World, Asked], Any]]] = [
        ("POST", r"/kie/api/v1/jobs/createTask", "kie.submit", _submit),
        ("GET", r"/kie/api/v1/jobs/recordInfo", "kie.poll", _query),
        ("POST", r"/kie_upload/api/file-stream-upload", "kie.upload", _upload),
    ]
    return [Route(method, pattern, name, _guarded(world, name, handle)) for method, pattern, name, handle in table]


def _guarded(world: World, operation: str, handle: Callable[[World, Asked], Any]) -> Callable[[Asked], Said]:
    def answer(asked: Asked) -> Said:
        try:
            _check_told(world, operation)
            if asked.headers.get("Authorization") != f"Bearer {world.keys.get('KIE_API_KEY', 'twin-KIE_API_KEY')}":
                raise Wrong(401, "You do not have access permissions")  # noqa: TRY301 - one shape of errors, made in one place
            data = handle(world, asked)
        except Wrong as wrong:
            code: Any = str(wrong.code) if operation == "kie.submit" else wrong.code  # the schemas differ so
            return Said({"code": code, "msg": str(wrong), "data": None}, 200, {"Retry-After": "0"})
        return Said({"success": True, "code": 200, "msg": "success", "data": data})

    return answer


def _check_told(world: World, operation: str) -> None:
    told: list[tuple[str, int, str]] = vars(world).get("kie_says", [])
    for index, (name, code, message) in enumerate(told):
        if name == operation:
            del told[index]
            raise Wrong(code, message)


def _upload(world: World, asked: Asked) -> dict[str, Any]:
    form = asked.form()
    if "file" not in form or not form.get("uploadPath"):
        raise Wrong(422, "file and uploadPath are required")
    name = form["fileName"].decode()
    kind = "image/png" if name.endswith(".png") else "image/jpeg"
    return {"fileName": name, "downloadUrl": world.link(form["file"], kind), "fileSize": len(form["file"]), "mimeType": kind}


def _submit(world: World, asked: Asked) -> dict[str, Any]:
    body = asked.json()
    if body.get("model") not in MODELS:
        raise Wrong(404, "model not found")
    wish = body.get("input", {})
    lost = {"prompt", "sound", "duration", "aspect_ratio", "mode", "multi_shots", "multi_prompt"} - set(wish)
    if lost or wish["duration"] not in {str(number) for number in range(3, 16)} or wish["mode"] not in {"std", "pro", "4K"}:
        raise Wrong(422, f"validation failed: {sorted(lost)}")
    files = [str(url).rsplit("/files/", maxsplit=1)[-1] for url in wish.get("image_urls", ())]
    if not 1 <= len(files) <= 2 or any(name not in world.files for name in files):
        raise Wrong(422, "image_urls cannot be fetched")
    return {"taskId": world.new_job("kie.submit", body, seconds=float(wish["duration"])).id}


def _query(world: World, asked: Asked) -> dict[str, Any]:
    task = asked.query.get("taskId")
    if not task:
        raise Wrong(400, "taskId is required")
    job = world.jobs.get(task)
    if job is None:
        raise Wrong(404, "task not found")
    return _told(world, job)


def _told(world: World, job: Job) -> dict[str, Any]:
    result = json.dumps({"resultUrls": [world.clip_link(job)]}) if job.state == "done" else ""
    failure = {"failed": ("501", "generation failed"), "refused": ("422", "the prompt was blocked")}.get(job.state, ("", ""))
    return {
        "taskId": job.id,
        "model": job.request["model"],
        "state": STATES[job.state],
        "param": json.dumps(job.request),
        "resultJson": result,
        "failCode": failure[0],
        "failMsg": (job.words or failure[1]) if failure[0] else "",
    }
