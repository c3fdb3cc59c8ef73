"""Moving pictures by the API that OpenAI made for Sora (`/videos`) and that other services speak.

OpenAI itself ended it on 2026-09-24, so the registry's models are refused; the adapter is for a service that speaks the same.
It knows no id of ours: a lost answer is looked up in the list of jobs by prompt and time, and believed only when one job fits.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from videofactory.domain.errors import (
    EngineFailed,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of
from videofactory.providers.fitted_picture import fitted_png
from videofactory.providers.http import SAID, Answer
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, VideoRequest

WAIT = 15.0
"""Seconds between two questions; 10 to 20 are recommended."""
FINDABLE = 300.0
PAGES = 20
PAGE = 100
EARLY = timedelta(minutes=1)
LATE = timedelta(minutes=5)
"""How far a job's own time may lie before and after the moment we sent it, and still be ours."""
KEY_WAIT = 60.0
MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
"""Codes that say that the money is used up, whatever the status."""
POLICY = ("content_policy", "moderation", "safety")
"""What the codes of refusals contain; the codes of failed jobs were never listed officially."""


class OpenAIVideo(VideoAdapter):
    """A video engine behind `/videos`. `sizes` in the registry are landscape (`1280x720`); a portrait is the same size turned."""

    findable_for = FINDABLE

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._base = account.bases["openai"].rstrip("/")
        self._submitting = account.http(auth=self._key, reading=sending)
        self._reading = account.http(auth=self._key, reading=asking)

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Pending:  # noqa: ARG002 - the API takes no id of ours
        """See `Engine.submit`. The first frame is cut to the size asked for: the service takes no other."""
        frame = fitted_png(shelf(request.first_frame).read_bytes(), size=self._sides(request))
        files = {"input_reference": ("first.png", frame, "image/png")}
        answer = self._submitting.submit("/videos", data=self._wanted(request), files=files, seconds=120)
        try:
            return Pending(str(_told(answer)["id"]), wait=WAIT)
        except (KeyError, Passing) as error:
            raise OutcomeUnknown(f"The service took the request, but names no job: {answer.text[:SAID]!r}.") from error

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`. The clip's link needs our key, and lives an hour."""
        job = _told(self._reading.get(f"/videos/{external_id}"))
        state = job.get("status")
        if state == "completed":
            place = f"{self._base}/videos/{external_id}/content?variant=video"
            return Delivered(links={"clip": Link(place, "video/mp4", headers=self._key())})
        if state in {"failed", "expired", "cancelled"}:
            raise verdict(job.get("error") or {"code": state})
        return Pending(external_id, wait=WAIT)

    def find(self, sought: Sought) -> Receipt:
        """The one job of that time with our words, model, length and size."""
        wanted = self._wanted(VideoRequest.model_validate_json(sought.request))
        since, until = (sought.sent_at - EARLY).timestamp(), (sought.sent_at + LATE).timestamp()
        try:
            fitting = [job for job in self._jobs(since) if job["created_at"] <= until and wanted.items() <= job.items()]
        except EngineFailed as error:
            raise OutcomeUnknown(f"The list of jobs cannot be read: {error.message}") from error
        if len(fitting) == 1:
            return Pending(str(fitting[0]["id"]), wait=0)
        raise OutcomeUnknown(
            f"{len(fitting) or 'No'} jobs of that time have our words; that proves nothing.",
            remedy="Look at the service's list of videos, then adopt or release the call.",
        )

    def _jobs(self, since: float) -> Iterator[dict[str, Any]]:
        """The jobs since that time, the newest first."""
        params = {"limit": str(PAGE), "order": "desc"}
        for _ in range(PAGES):
            told = _told(self._reading.get("/videos", params=params))
            jobs = [job for job in told.get("data") or () if isinstance(job.get("created_at"), int | float)]
            yield from (job for job in jobs if job["created_at"] >= since)
            if not told.get("has_more") or not jobs or jobs[-1]["created_at"] < since:
                return
            params["after"] = str(jobs[-1]["id"])

    def _wanted(self, request: VideoRequest) -> dict[str, str]:
        width, height = self._sides(request)
        return {
            "model": self.sold.id,
            "prompt": request.prompt,
            "seconds": f"{self.sold_seconds(request.seconds):g}",
            "size": f"{width}x{height}",
        }

    def _sides(self, request: VideoRequest) -> tuple[int, int]:
        """Width and height as sold. Raises `EngineRejected` for a picture format that is not."""
        aspect = aspect_of(request.width, request.height)
        if aspect not in self.sold.aspects:
            raise EngineRejected(
                f"{self.sold.id} makes {' and '.join(self.sold.aspects)} only, not {aspect}.", remedy="Choose another engine."
            )
        long, short = (int(side) for side in self.size(request).split("x"))
        return (long, short) if aspect == "16:9" else (short, long)

    def _key(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.account.key('OPENAI_API_KEY')}"}


def sending(answer: Answer) -> FactoryError | None:
    """The meaning of an error in answer to a submit, where the body says more than the status."""
    error = _error(answer)
    code, words = code_of(error), error.get("message", "")
    if {code, error.get("type")} & MONEY:
        return EngineRejected(f"{words} ({code})", remedy="Top up the account or raise its limit; waiting does not help.")
    if any(word in code for word in POLICY):
        return Refused(f"The service refuses the content: {words} ({code})")
    return None


def asking(answer: Answer) -> FactoryError | None:
    """The meaning of an error in answer to a reading. A key that does not open a job leaves the job as it is."""
    if answer.status in {401, 403}:
        return StillRunning(
            f"The service does not let us ask for the job ({answer.status}): {_error(answer).get('message', '')}",
            remedy="Check OPENAI_API_KEY: the job is paid and goes on, and is asked for again.",
            retry_after=KEY_WAIT,
        )
    return None


def verdict(error: Mapping[str, Any]) -> FactoryError:
    """How a job ended that brought nothing."""
    code = code_of(error)
    words = f"The service says: {error.get('message') or code} ({code})"
    if any(word in code for word in POLICY):
        return Refused(words)
    return EngineFailed(words, remedy="Take the scene up again, or choose another engine.")


def code_of(error: Mapping[str, Any]) -> str:
    """The code of an error, else its type."""
    return str(error.get("code") or error.get("type") or "no code")


def _error(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except EngineFailed:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _told(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object. Raises `Passing`: an answer that was garbled on its way says nothing of the job."""
    try:
        told = answer.json()
    except EngineFailed as error:
        raise Passing(error.message) from error
    if not isinstance(told, dict):
        raise Passing(f"The service answered with something unexpected: {answer.text[:SAID]!r}.")
    return told
