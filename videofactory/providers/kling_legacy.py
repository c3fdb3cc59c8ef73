"""Kling's own API, older generation: `model_name` in the body, a signed token made of two keys, the status `succeed`.

Its queries take our own id in the path in place of the task's. Error codes and what a task means: `kling`.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from videofactory.domain.errors import EngineRejected, FactoryError, OutcomeUnknown, Passing
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, unmet
from videofactory.providers.http import Answer
from videofactory.providers.kling import (
    FINDABLE,
    FIRST_WAIT,
    SUBMIT_SECONDS,
    NoSuchThing,
    Task,
    asked,
    bare,
    contents,
    envelope,
    invisible,
    reading,
    receipt_of,
)
from videofactory.providers.kling_request import fitted_prompt
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Pending, Receipt, Shelf, Sought, VideoRequest

PATH = "/v1/videos/image2video"
MODES = {"720p": "std", "1080p": "pro"}
"""Kling's names for the sizes."""
LASTS, STARTS_BEFORE = 1800, 5
"""Seconds a signed token is good for, and how long before now it begins, for clocks that differ."""
STALE = {1003, 1004}
"""Codes of a token that is not valid yet, or no longer."""


class StaleToken(Passing):
    """Kling's clock and ours differ, so it did not take our token: nothing was accepted. The next one is signed by its clock."""

    blames_engine = False


class KlingLegacyVideo(VideoAdapter):
    """Video of the older generation: 5 or 10 s, 720p or 1080p, silent; a last frame only in 1080p."""

    findable_for = FINDABLE

    def __init__(self, sold: Model, *, account: Account, clock: Callable[[], float] = time.time) -> None:
        super().__init__(sold, account=account)
        self._clock = clock
        self._behind = 0.0  # seconds Kling's clock is ahead of ours
        self._http = account.http(auth=self._auth, reading=self._reading)

    def size(self, request: VideoRequest) -> str:
        """The largest size for a scene with a last frame, which is made in no other; else see `VideoAdapter.size`."""
        return self.sold.sizes[-1] if self._last_frame(request) else super().size(request)

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """See `Engine.submit`; `token` is Kling's external id, by which a lost request is found again."""
        prompt, cuts = fitted_prompt(request)
        data = contents(self._send(self._body(request, prompt=prompt, shelf=shelf, token=token)))
        task_id = str(data.get("task_id") or "") if isinstance(data, dict) else ""
        if not task_id:
            raise OutcomeUnknown("Kling took the request, and its answer names no task.")
        self._remarks[task_id] = cuts + unmet(self.sold, request)
        return Pending(task_id, wait=FIRST_WAIT)

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`. Raises `Refused` or `EngineFailed` only for the task's own failure."""
        data = self._look(external_id)
        if data is None:
            raise invisible(external_id)
        receipt = receipt_of(_task(data), remarks=self._remarks.get(external_id, ()))
        if isinstance(receipt, Delivered):
            self._remarks.pop(external_id, None)
        return receipt

    def find(self, sought: Sought) -> Receipt | None:
        """See `Engine.find`: exact, by our own id in the path. "Not found" proves that Kling has none (yet: `findable_for`)."""
        data = self._look(sought.token)
        if data is None:
            return None
        if (data.get("task_info") or {}).get("external_task_id") != sought.token:
            raise OutcomeUnknown("Kling was asked for our task and named another.")
        return Pending(str(data["task_id"]), wait=0.0)

    def _look(self, name: str) -> dict[str, Any] | None:
        try:
            data = asked(self._http, f"{PATH}/{quote(name, safe='')}")
        except NoSuchThing:
            return None
        if not isinstance(data, dict) or not data.get("task_id"):
            raise Passing("Kling's answer names no task; it is asked again.")
        return data

    def _send(self, body: Mapping[str, Any]) -> Answer:
        """Send once; once more with a token by Kling's clock where it said that it took none: nothing was accepted."""
        try:
            return self._http.submit(PATH, json=body, seconds=SUBMIT_SECONDS)
        except StaleToken:
            pass
        try:
            return self._http.submit(PATH, json=body, seconds=SUBMIT_SECONDS)
        except StaleToken as error:
            raise EngineRejected(error.message, remedy="Set this machine's clock, and look at the keys.") from error

    def _last_frame(self, request: VideoRequest) -> bool:
        return request.last_frame is not None and "last_frame" in self.can

    def _body(self, request: VideoRequest, *, prompt: str, shelf: Shelf, token: str) -> dict[str, Any]:
        if not self._last_frame(request):
            request = request.model_copy(update={"last_frame": None})
        first, last = bare(shelf, request)
        return {
            "model_name": self.sold.id,
            "prompt": prompt,
            "image": first,
            **({"image_tail": last} if last else {}),
            "mode": MODES[self.size(request)],
            "duration": f"{self.sold_seconds(request.seconds):g}",
            "external_task_id": token,
        }

    def _auth(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._signed() if self._signs else self.account.key('KLING_API_KEY')}"}

    @property
    def _signs(self) -> bool:
        return bool(self.account.keys.get("KLING_ACCESS_KEY") and self.account.keys.get("KLING_SECRET_KEY"))

    def _signed(self) -> str:
        return signed(
            access_key=self.account.key("KLING_ACCESS_KEY"),
            secret_key=self.account.key("KLING_SECRET_KEY"),
            now=self._clock() + self._behind,
        )

    def _reading(self, answer: Answer) -> FactoryError | None:
        code, message, _ = envelope(answer)
        if code not in STALE or not self._signs:
            return reading(answer)
        try:
            self._behind = parsedate_to_datetime(answer.headers.get("date", "")).timestamp() - self._clock()
        except ValueError:
            self._behind = 0.0
        return StaleToken(f"Kling answered {answer.status}, code {code}: {message}.", retry_after=0.0)


def signed(*, access_key: str, secret_key: str, now: float) -> str:
    """A JSON Web Token (HS256) that is good for half an hour from `now` (Unix seconds)."""
    payload = {"iss": access_key, "exp": int(now) + LASTS, "nbf": int(now) - STARTS_BEFORE}
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(payload)}"
    return f"{text}.{_url_safe(hmac.new(secret_key.encode(), text.encode(), hashlib.sha256).digest())}"


def _part(value: Mapping[str, Any]) -> str:
    return _url_safe(json.dumps(value, separators=(",", ":")).encode())


def _url_safe(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _task(data: Mapping[str, Any]) -> Task:
    videos = (data.get("task_result") or {}).get("videos") or ()
    return Task(
        id=str(data["task_id"]),
        status=str(data.get("task_status")),
        words=str(data.get("task_status_msg") or ""),
        url=str(videos[0].get("url") or "") if videos else "",
    )
