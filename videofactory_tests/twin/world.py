"""What all providers of the twin share: jobs that take a while and cost money, faults that were ordered, files to fetch.

A fault is ordered for an operation (`kling.submit`, `fal.poll` …) and strikes so many times, in order. Those of the line
(latency, busy, error, cut_before, cut_after, invalid_json) are done by the server for every route. Those of a job (never, fail,
refuse, dead_link, truncated, corrupt, wrong_length, black) are ordered for the submit's operation and stick to the job it makes.
"""

import itertools
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from videofactory_tests.twin import media

LineFault = Literal["latency", "busy", "error", "cut_before", "cut_after", "invalid_json"]
JobFault = Literal["never", "fail", "refuse", "dead_link", "truncated", "corrupt", "wrong_length", "black"]
JOB_FAULTS = {"never", "fail", "refuse", "dead_link", "truncated", "corrupt", "wrong_length", "black"}


@dataclass
class Fault:
    """`value`: seconds of latency, status of an error, `Retry-After` of a busy answer; `words`: what the engine says."""

    operation: str
    kind: LineFault | JobFault
    times: int = 1
    value: float = 0.0
    words: str = ""


@dataclass
class Job:
    """A paid request. `request` is its JSON as sent, `client_id` our own id where the API takes one."""

    id: str
    provider: str
    operation: str
    request: dict[str, Any]
    created: float
    render_seconds: float
    client_id: str = ""
    fault: str = ""
    words: str = ""
    polls: int = 0
    seconds: float = 5.0
    width: int = 320
    height: int = 180

    @property
    def state(self) -> Literal["queued", "running", "done", "failed", "refused"]:
        """Where the job is now."""
        age = time.time() - self.created
        if self.fault == "never" or age < self.render_seconds:
            return "queued" if age < self.render_seconds / 2 else "running"
        return {"fail": "failed", "refuse": "refused"}.get(self.fault, "done")  # type: ignore[return-value]


@dataclass
class World:
    """Everything the twin knows. Safe for many threads."""

    base_url: str = ""
    render_seconds: float = 0.0
    jobs: dict[str, Job] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    files: dict[str, tuple[bytes, str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, Any] = field(default_factory=dict)
    """What a provider keeps beside jobs, by the provider's name: its routes fill it, tests look in."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def new_job(self, operation: str, request: Mapping[str, Any], *, client_id: str = "", **facts: Any) -> Job:  # noqa: ANN401
        """A job the provider accepted, and so a paid one; `facts`: seconds, width, height. Faults of jobs stick to it."""
        with self.lock:
            fault = self.strike(operation, job=True)
            job = Job(
                id=f"{operation.split('.', maxsplit=1)[0]}-{next(self.numbers):06d}",
                provider=operation.split(".", maxsplit=1)[0],
                operation=operation,
                request=dict(request),
                created=time.time(),
                render_seconds=self.render_seconds,
                client_id=client_id,
                fault=fault.kind if fault else "",
                words=fault.words if fault else "",
                **facts,
            )
            self.jobs[job.id] = job
            return job

    def find(self, provider: str, *, client_id: str) -> Job | None:
        """The provider's job with our own id."""
        with self.lock:
            mine = [job for job in self.jobs.values() if job.provider == provider and job.client_id == client_id]
            return mine[-1] if mine else None

    def strike(self, operation: str, *, job: bool) -> Fault | None:
        """The next fault ordered for this operation, of the line or of the job; it counts as done."""
        with self.lock:
            for fault in self.faults:
                if fault.operation == operation and fault.times > 0 and (fault.kind in JOB_FAULTS) is job:
                    fault.times -= 1
                    return fault
        return None

    def clip_link(self, job: Job) -> str:
        """A link to the finished clip of a job, spoilt as its fault says; a fresh link at each call."""
        seconds = job.seconds / 2 if job.fault == "wrong_length" else job.seconds
        content = media.clip(seconds=seconds, width=job.width, height=job.height, black=job.fault == "black")
        return self.link(content, "video/mp4", job=job)

    def link(self, content: bytes, media_type: str, *, job: Job | None = None) -> str:
        """Where these bytes can be fetched; spoilt as the job's fault says."""
        fault = job.fault if job else ""
        ending = {"video/mp4": "mp4", "image/png": "png", "image/jpeg": "jpg", "audio/mpeg": "mp3"}.get(media_type, "bin")
        with self.lock:
            name = f"{next(self.numbers):06d}.{ending}"
            if fault == "dead_link" and job is not None:
                job.fault = ""  # the next link will live
            if fault == "corrupt":
                content = content[:64] + bytes(len(content) - 64)
            self.files[name] = (content, media_type, fault)
        return f"{self.base_url}/files/{name}"

    def told(self) -> list[dict[str, Any]]:
        """All jobs, for tests."""
        with self.lock:
            return [asdict(job) | {"state": job.state} for job in self.jobs.values()]
