"""fal.ai as documented: the queue, its results, uploads, and the list of finished requests.

A job told to `refuse` ends with `content_policy_violation`, or, where its words are `nsfw`, with a black picture that is marked
unsafe. A job told to `fail` ends with the kind of error its words name (`generation_timeout` …; else `internal_server_error`).
"""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from videofactory_tests.twin import media
from videofactory_tests.twin.server import Asked, Route, Said
from videofactory_tests.twin.world import Job, World

PLATFORM = {
    "request_timeout": 504,
    "startup_timeout": 504,
    "runner_scheduling_failure": 503,
    "runner_connection_timeout": 503,
    "runner_disconnected": 503,
    "runner_connection_refused": 503,
    "runner_connection_error": 503,
    "runner_incomplete_response": 502,
    "runner_server_error": 500,
    "client_disconnected": 499,
    "client_cancelled": 499,
    "bad_request": 400,
    "internal_error": 500,
}
"""Kinds of the platform's errors, with their status."""
MODEL = {
    "content_policy_violation": 422,
    "file_download_error": 422,
    "image_too_small": 422,
    "image_too_large": 422,
    "no_media_generated": 422,
    "generation_timeout": 504,
    "internal_server_error": 500,
    "downstream_service_error": 500,
    "downstream_service_unavailable": 500,
}
"""Kinds of the models' errors, with their status."""
VEO = {
    "duration": ("8s", "6s", "4s"),
    "aspect_ratio": ("auto", "16:9", "9:16"),
    "resolution": ("720p", "1080p", "4k"),
    "generate_audio": (True, False),
}
"""What Veo's endpoints take, the default first."""
PICTURES = ("image_url", "start_image_url")
SHORT_SIDE = 180
"""Pixels of a clip's shorter side."""


class Fal:
    """The service."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Its routes, the narrow ones first."""
        job = r"/fal/([\w.-]+/[\w.-]+)/requests/([\w-]+)"
        return [
            Route("GET", f"{job}/status", "fal.poll", self._locked(self.status)),
            Route("GET", job, "fal.result", self._locked(self.result)),
            Route("POST", r"/fal/([\w.-]+(?:/[\w.-]+)+)", "fal.submit", self._locked(self.submit)),
            Route("POST", r"/fal_rest/storage/upload/initiate", "fal.upload", self._locked(self.initiate)),
            Route("PUT", r"/fal_rest/put/(.+)", "fal.put", self.put),
            Route("GET", r"/fal_api/v1/models/requests/by-endpoint", "fal.list", self._locked(self.listed)),
        ]

    def _locked(self, handle: Any) -> Any:  # noqa: ANN401 - a handler of routes
        def checked(asked: Asked) -> Said:
            if asked.headers.get("Authorization") != f"Key {self._world.keys.get('FAL_KEY', 'twin-FAL_KEY')}":
                return Said({"detail": "Cannot access application. Authentication is required."}, 401)
            said: Said = handle(asked)
            return said

        return checked

    def submit(self, asked: Asked) -> Said:
        """Take a request; what the endpoint cannot read is refused at once."""
        endpoint, wanted = asked.words[0], asked.json()
        wrong = _wrong(endpoint, wanted)
        if wrong:
            return Said({"detail": [{"loc": ["body", name], "msg": "Field required", "type": "missing"} for name in wrong]}, 422)
        width, height = self._size(wanted)
        seconds = float(str(wanted.get("duration", 5)).removesuffix("s"))
        job = self._world.new_job("fal.submit", {**wanted, "endpoint": endpoint}, seconds=seconds, width=width, height=height)
        place = f"{self._world.base_url}/fal/{_app(endpoint)}/requests/{job.id}"
        return Said(
            {
                "request_id": job.id,
                "status": "IN_QUEUE",
                "queue_position": 0,
                "response_url": place,
                "status_url": f"{place}/status",
                "cancel_url": f"{place}/cancel",
            }
        )

    def status(self, asked: Asked) -> Said:
        """202 while it waits or runs; 200 and COMPLETED when it ended, however it ended."""
        job = self._job(asked)
        if job is None:
            return Said({"status": "NOT_FOUND"}, 404)
        if job.state in {"queued", "running"}:
            running = job.state == "running"
            return Said({"status": "IN_PROGRESS", "logs": []} if running else {"status": "IN_QUEUE", "queue_position": 1}, 202)
        done = {"status": "COMPLETED", "logs": [], "metrics": {"inference_time": 1.0}}
        kind = self._kind(job)
        return Said(done | ({"error": job.words or "it went wrong", "error_type": kind} if kind else {}))

    def result(self, asked: Asked) -> Said:
        """The endpoint's bare output, or its error."""
        job = self._job(asked)
        if job is None:
            return Said({"status": "NOT_FOUND"}, 404)
        if job.state in {"queued", "running"}:
            return Said({"detail": "Request is still in progress"}, 400)
        kind = self._kind(job)
        return _error(kind, job.words) if kind else Said(self._made(job))

    def initiate(self, asked: Asked) -> Said:
        """Two addresses for a file: one to put it, one to fetch it."""
        name = f"{next(self._world.numbers):06d}_{asked.json()['file_name']}"
        base = self._world.base_url
        return Said({"upload_url": f"{base}/fal_rest/put/{name}", "file_url": f"{base}/files/{name}"})

    def put(self, asked: Asked) -> Said:
        """Take the bytes of a file. No key is asked for here, and one that is shown is an error."""
        if asked.headers.get("Authorization"):
            return Said({"detail": "only one way of signing is allowed"}, 400)
        self._world.files[asked.words[0]] = (asked.body, asked.headers.get("Content-Type", ""), "")
        return Said({})

    def listed(self, asked: Asked) -> Said:
        """Finished requests of an endpoint, a page at a time."""
        since = datetime.fromisoformat(asked.query["start"])
        jobs = [
            job
            for job in self._world.jobs.values()
            if job.provider == "fal" and job.request["endpoint"] == asked.query["endpoint_id"]
            if job.state not in {"queued", "running"} and datetime.fromtimestamp(job.created, UTC) >= since
        ]
        first, limit = int(asked.query.get("cursor", 0)), int(asked.query.get("limit", 50))
        more = first + limit < len(jobs)
        items = [self._item(job) for job in jobs[first : first + limit]]
        return Said({"items": items, "next_cursor": str(first + limit) if more else None, "has_more": more})

    def _item(self, job: Job) -> dict[str, Any]:
        moment = datetime.fromtimestamp(job.created, UTC).isoformat()
        kind = self._kind(job)
        return {
            "request_id": job.id,
            "endpoint_id": job.request["endpoint"],
            "sent_at": moment,
            "started_at": moment,
            "ended_at": moment,
            "status_code": _status(kind) if kind else 200,
            "duration": 1.0,
            "json_input": {name: value for name, value in job.request.items() if name != "endpoint"},
        }

    def _job(self, asked: Asked) -> Job | None:
        app, number = asked.words
        job = self._world.jobs.get(number)
        return job if job and _app(job.request["endpoint"]) == app else None

    def _kind(self, job: Job) -> str:
        """The kind of error a job ended with; empty for none."""
        if job.state == "refused":
            return "" if job.words == "nsfw" else "content_policy_violation"
        if job.state != "failed":
            return self._unfetched(job)
        return job.words if job.words in PLATFORM | MODEL else "internal_server_error"

    def _unfetched(self, job: Job) -> str:
        """The error of a picture that cannot be fetched at the address given."""
        addresses = [job.request[name] for name in PICTURES if name in job.request]
        known = all(str(address).rsplit("/", 1)[-1] in self._world.files for address in addresses)
        return "" if known else "file_download_error"

    def _size(self, wanted: dict[str, Any]) -> tuple[int, int]:
        if "image_size" in wanted:
            return wanted["image_size"]["width"], wanted["image_size"]["height"]
        address = next(str(wanted[name]) for name in PICTURES if name in wanted)
        content, _, _ = self._world.files.get(address.rsplit("/", 1)[-1], (media.picture(width=320, height=180), "", ""))
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
        if "duration" not in wanted:
            return width, height
        scale = SHORT_SIDE / min(width, height)
        return round(width * scale / 2) * 2, round(height * scale / 2) * 2

    def _made(self, job: Job) -> dict[str, Any]:
        if "video" in job.request["endpoint"]:
            return {"video": {"url": self._world.clip_link(job), "content_type": "video/mp4", "file_name": "output.mp4"}}
        unsafe, seed = job.words == "nsfw", job.request.get("seed", 7)
        content = media.picture(width=job.width, height=job.height, seed=0 if unsafe else seed)
        return {
            "images": [
                {
                    "url": self._world.link(content, "image/png", job=job),
                    "width": job.width,
                    "height": job.height,
                    "content_type": "image/png",
                }
            ],
            "seed": seed,
            "has_nsfw_concepts": [unsafe],
            "prompt": job.request["prompt"],
            "timings": {},
        }


def _wrong(endpoint: str, wanted: dict[str, Any]) -> list[str]:
    """The fields an endpoint needs and was not given."""
    needed = ["prompt"]
    if endpoint.endswith("image-to-image") or "v2.5" in endpoint or "veo3.1" in endpoint:
        needed.append("image_url")
    elif "kling-video" in endpoint:
        needed.append("start_image_url")
    wrong = [name for name in needed if not wanted.get(name)]
    if "veo3.1" in endpoint:
        return wrong + [name for name, known in VEO.items() if wanted.get(name, known[0]) not in known]
    lengths = {"5", "10"} if "v2.5" in endpoint else {str(number) for number in range(3, 16)}
    return wrong + (["duration"] if "duration" in wanted and wanted["duration"] not in lengths else [])


def _app(endpoint: str) -> str:
    return "/".join(endpoint.split("/")[:2])


def _status(kind: str) -> int:
    return (PLATFORM | MODEL)[kind]


def _error(kind: str, words: str) -> Said:
    if kind in PLATFORM:
        return Said({"detail": words, "error_type": kind}, PLATFORM[kind], {"X-Fal-Error-Type": kind})
    return Said({"detail": [{"loc": ["body"], "msg": words or "it went wrong", "type": kind}]}, MODEL[kind])


def routes(world: World) -> list[Route]:
    """The routes of fal.ai."""
    return Fal(world).routes()
