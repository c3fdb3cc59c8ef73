"""Luma's Agents API (ray-3.2): pictures in motion. Frames travel inside the request, so nothing is uploaded.

A lost answer cannot be looked up: no list, no id of ours. So what may have been accepted stays unknown, also an answer that says
yes and cannot be read. The older API is `luma_dream_machine`.
"""

import base64
from decimal import Decimal
from typing import Any

from videofactory.domain.errors import (
    EngineFailed,
    FactoryError,
    OutcomeUnknown,
    Passing,
    Refused,
)
from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of, unmet
from videofactory.providers.http import Answer
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, VideoRequest

PATH = "/v1/generations"
WAIT = 5.0
"""Seconds between two looks at a job: the longest of the 2 to 5 that Luma advises."""
GRID = 24
"""Frames per second of the grid that keyframes are pinned to."""
FRAMED = 5.0
"""Seconds of the clips that take a start and an end frame by name; longer ones take keyframes."""
_REMEDIES = {"budget_exhausted": "Raise the budget of the Luma account, then run the step again."}


class LumaVideo(VideoAdapter):
    """Moves pictures with ray-3.2. No seed, no sound, no references: what it cannot do is not in its `can`."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = account.http(auth=lambda: {"Authorization": f"Bearer {account.key('LUMA_API_KEY')}"})

    def price(self, request: VideoRequest) -> Decimal:
        """Luma sells by the clip: by its size and length. Raises `EngineRejected` for what it does not sell."""
        return self.sold.cost(1, per="call", size=self.size(request), seconds=self.sold_seconds(request.seconds))

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """See `Engine.submit`. Our id goes along for people: support finds it as a request id, usage reports as a user's."""
        seconds = self.sold_seconds(request.seconds)
        video = {"resolution": self.size(request), "duration": f"{seconds:g}s", **_frames(request, shelf=shelf, seconds=seconds)}
        body = {
            "model": self.model,
            "type": "video",
            "prompt": request.prompt,
            "aspect_ratio": aspect_of(request.width, request.height),
            "video": video,
            "user_id": token,
        }
        answer = self._http.submit(PATH, json=body, headers={"X-Request-Id": token})
        job = str(job_of(answer, unread=OutcomeUnknown)["id"])
        self._remarks[job] = unmet(self.sold, request)
        return Pending(job, wait=WAIT)

    def poll(self, external_id: str) -> Receipt:
        """How the job goes; each look at a finished one brings a fresh link, good for an hour."""
        job = job_of(self._http.get(f"{PATH}/{external_id}"), unread=Passing)
        if job["state"] == "failed":
            raise _failure(job)
        if job["state"] != "completed":
            return Pending(external_id, wait=WAIT)
        clips = [output["url"] for output in job.get("output") or () if output.get("type") == "video" and output.get("url")]
        if not clips:
            raise EngineFailed(f"Luma says that job {external_id} is completed, and gives no video.")
        return Delivered(links={"clip": Link(clips[0], "video/mp4")}, remarks=self._remarks.get(external_id, ()))

    def find(self, sought: Sought) -> Receipt | None:
        """Never an answer: raises `OutcomeUnknown` with what a person can ask Luma for."""
        raise OutcomeUnknown(
            "Luma's Agents API has no list of jobs and no id of ours.",
            remedy=f"Its usage report shows charges of user {sought.token}; its support can find request id {sought.token}.",
        )


def job_of(answer: Answer, *, unread: type[FactoryError]) -> dict[str, Any]:
    """The job in an answer: has at least `id` and `state`. Raises `unread` when it is none: a yes that nobody could read."""
    try:
        job = answer.json()
    except EngineFailed as error:
        raise unread(f"Luma answered {answer.status}, and the answer cannot be read: {error.message}") from error
    if not isinstance(job, dict) or not job.get("id") or not job.get("state"):
        raise unread(f"Luma answered {answer.status}, and the answer names no job: {answer.text[:200]!r}")
    return job


def _frames(request: VideoRequest, *, shelf: Shelf, seconds: float) -> dict[str, Any]:
    """The first and last picture; clips of 10 s take them only as keyframes, pinned to the first and last frame of the grid."""
    first = _inline(request.first_frame, shelf=shelf)
    last = _inline(request.last_frame, shelf=shelf) if request.last_frame is not None else None
    if seconds <= FRAMED:
        return {"start_frame": first, **({"end_frame": last} if last else {})}
    pinned = [(first, 0), *([(last, round(seconds * GRID))] if last else [])]
    return {"keyframes": [picture for picture, _ in pinned], "keyframe_indexes": [index for _, index in pinned]}


def _inline(picture: Artifact, *, shelf: Shelf) -> dict[str, str]:
    return {"data": base64.b64encode(shelf(picture).read_bytes()).decode(), "media_type": picture.media_type}


def _failure(job: dict[str, Any]) -> FactoryError:
    """The error for a failed job. A `rate_limited` one has ended too: it is the engine's failure, there is no job to wait for."""
    code = str(job.get("failure_code") or "generation_failed")
    words = f"Luma ended job {job['id']} with {code}: {job.get('failure_reason') or 'no reason given'}"
    if code == "content_moderated":
        return Refused(words, remedy="Rewrite the scene, or choose another engine.")
    return EngineFailed(words, remedy=_REMEDIES.get(code, "Look at the request with 'videofactory calls show'."))
