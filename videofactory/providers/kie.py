"""KIE.ai, an aggregator that sells Kling's models: one call makes a task, one reads it. Pictures are uploaded first.

An error is a `code` in the body, often of an HTTP 200. There is no look-up by our own id: after a lost answer only the callback,
which carries our token, tells the task.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.domain.footage import Artifact
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of, unmet
from videofactory.providers.http import SAID, Answer
from videofactory.providers.kling_request import fitted_prompt, picture
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, VideoRequest

FIRST_WAIT, NEXT_WAIT = 5.0, 10.0
"""Seconds; the page suggests 2 to 3 s at first, 5 to 10 s later, and allows 10 readings a second for one key."""
MODES = {"720p": "std", "1080p": "pro", "4k": "4K"}
"""KIE's names for the sizes."""
DONE = 200
CODES: Mapping[int, tuple[type[FactoryError], str]] = {
    400: (EngineRejected, "Look at the request with 'videofactory calls show'."),
    401: (EngineRejected, "Check the key: 'videofactory keys list' says which one is used."),
    402: (EngineRejected, "The account has no credits left: buy some, then run the step again."),
    404: (EngineRejected, "KIE does not know this model or task."),
    422: (EngineRejected, "Look at the request with 'videofactory calls show'."),
    429: (Busy, ""),
    433: (EngineRejected, "The key has reached its own limit: raise it in KIE's console."),
    455: (Passing, "KIE is under maintenance."),
    500: (OutcomeUnknown, ""),
    501: (EngineFailed, "Try again, or choose another engine."),
    505: (EngineRejected, "KIE has switched this model off: choose another engine."),
}
REFUSED = 422
"""The code of a task that failed because its prompt was blocked."""


def reading(answer: Answer) -> FactoryError | None:
    """What an answer with a KIE code means; `None` where it has none we know."""
    code, message = envelope(answer)
    known = CODES.get(code)
    if known is None:
        return None
    kind, remedy = known
    words = f"KIE answered {answer.status}, code {code}: {message}."
    if issubclass(kind, Passing):
        return kind(words, remedy=remedy, retry_after=answer.retry_after)
    return kind(words, remedy=remedy)


def envelope(answer: Answer) -> tuple[int, str]:
    """Code (a number, or a number as text) and message; code -1 where the body is none of KIE's."""
    try:
        body = answer.json()
        return int(body["code"]), str(body.get("msg") or "")[:SAID]
    except (EngineFailed, ValueError, TypeError, KeyError):
        return -1, answer.text[:SAID]


def contents(answer: Answer) -> dict[str, Any]:
    """The `data` of a successful answer. Raises as `reading` says, `OutcomeUnknown` for what cannot be understood."""
    code, message = envelope(answer)
    data = answer.json().get("data") if code == DONE else None
    if isinstance(data, dict):
        return data
    raise reading(answer) or OutcomeUnknown(f"KIE answered {answer.status} with something we do not understand: {message!r}.")


class KieVideo(VideoAdapter):
    """Kling's video through KIE.ai: first and last frame, 3 to 15 s. A lost answer cannot be looked up (`find`)."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = account.http(auth=self._auth, reading=reading)
        self._uploads = account.http(auth=self._auth, reading=reading, base="kie_upload")

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """See `Engine.submit`. The pictures go first, at no cost; `token` travels in the callback's address, if there is one."""
        prompt, cuts = fitted_prompt(request)
        frames = [request.first_frame, *([request.last_frame] if request.last_frame else [])]
        body = {
            "model": self.sold.id,
            **({"callBackUrl": self._callback(token)} if self.account.callback else {}),
            "input": self._input(request, prompt=prompt, urls=[self._upload(frame, shelf=shelf) for frame in frames]),
        }
        task_id = str(contents(self._http.submit("/api/v1/jobs/createTask", json=body)).get("taskId") or "")
        if not task_id:
            raise OutcomeUnknown("KIE took the request, and its answer names no task.")
        self._remarks[task_id] = cuts + unmet(self.sold, request)
        return Pending(task_id, wait=FIRST_WAIT)

    def job_named(self, report: Mapping[str, Any]) -> str:
        """See `Engine.job_named`."""
        return str((report.get("data") or {}).get("task_id") or report.get("taskId") or "")

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`. Raises `Refused` or `EngineFailed` only for the task's own failure."""
        try:
            task = contents(self._http.get("/api/v1/jobs/recordInfo", params={"taskId": external_id}))
        except Passing:
            raise
        except FactoryError as error:  # that a query fails says nothing of the job
            raise Passing(error.message, remedy=error.remedy) from error
        state = task.get("state")
        if state in {"waiting", "queuing", "generating"}:
            return Pending(external_id, wait=NEXT_WAIT)
        if state == "fail":
            raise _failure(task)
        link = _link(task)
        if state != "success" or not link:
            raise Passing(f"KIE's task {external_id} is {state!r} without a clip; it is asked again.")
        return Delivered(links={"clip": Link(link, "video/mp4")}, remarks=self._remarks.pop(external_id, ()))

    def _auth(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.account.key('KIE_API_KEY')}"}

    def _callback(self, token: str) -> str:
        address = self.account.callback
        return f"{address}{'&' if '?' in address else '?'}token={quote(token, safe='')}"

    def _input(self, request: VideoRequest, *, prompt: str, urls: list[str]) -> dict[str, Any]:
        return {
            "prompt": prompt,
            "image_urls": urls,
            "sound": request.own_sound,
            "duration": f"{self.sold_seconds(request.seconds):g}",
            "aspect_ratio": aspect_of(request.width, request.height),
            "mode": MODES[self.size(request)],
            "multi_shots": False,
            "multi_prompt": [],
        }

    def _upload(self, frame: Artifact, *, shelf: Shelf) -> str:
        """A public address of the picture. Costs nothing, so whatever fails here, nothing was bought."""
        file = picture(shelf(frame))
        name = f"{frame.sha256[:32]}.{'png' if file.media_type == 'image/png' else 'jpg'}"
        try:
            answer = self._uploads.safe(
                "POST",
                "/api/file-stream-upload",
                seconds=120.0,
                files={"file": (name, file.content, file.media_type)},
                data={"uploadPath": "videofactory", "fileName": name},
            )
            return str(contents(answer)["downloadUrl"])
        except OutcomeUnknown as error:
            raise Passing(error.message) from error
        except KeyError as error:
            raise Passing("KIE took a picture, and its answer has no address of it.") from error


def _failure(task: Mapping[str, Any]) -> FactoryError:
    code, words = str(task.get("failCode") or ""), str(task.get("failMsg") or "failed")
    if code == str(REFUSED):
        return Refused(f"KIE says: {words}.", remedy="Rewrite the scene's picture, or choose another engine.")
    return EngineFailed(f"KIE says: {words} (code {code or 'none'}).", remedy="Try again, or choose another engine.")


def _link(task: Mapping[str, Any]) -> str:
    """The clip's address; `resultJson` is JSON within a text."""
    try:
        return str(json.loads(task.get("resultJson") or "{}")["resultUrls"][0])
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
