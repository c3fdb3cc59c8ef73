"""Luma's older API, Dream Machine (ray-2, ray-flash-2): clips from words alone, because it takes pictures by public address only.

A lost answer is found by listing: each job there repeats its request, and with it the callback address that carries our id.
That is a proof of absence only where every call had a callback address; see `DreamMachineVideo.find`.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from videofactory.domain.errors import EngineFailed, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, aspect_of
from videofactory.providers.luma import job_of
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, VideoRequest

PATH = "/dream-machine/v1/generations"
WAIT = 5.0
"""Seconds between two looks at a job."""
TOKEN = "token"  # noqa: S105 - a name in a query, no secret
"""The name under which our id stands in the callback address."""
PAGE = 100
MOST_PAGES = 50
"""Jobs asked for at a time, and pages turned before a look-up is given up."""
MARGIN = timedelta(hours=1)
"""How far before the sending a list is read: more than any two clocks differ."""
_MODERATED = re.compile(r"moderat|polic(y|ies)|prohibited|not allowed", re.IGNORECASE)
"""Words of a content refusal. This API gives its reasons as free text only."""
_FROM_WORDS = "Made from the words alone: this API takes pictures by public address only."


class DreamMachineVideo(VideoAdapter):
    """Makes clips with ray-2 or ray-flash-2."""

    findable_for = 120.0

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = account.http(auth=lambda: {"Authorization": f"Bearer {account.key('LUMA_API_KEY')}"})

    def price(self, request: VideoRequest) -> Decimal:
        """By the clip: by its size and length. Raises `EngineRejected` while the registry has no price."""
        return self.sold.cost(1, per="call", size=self.size(request), seconds=self.sold_seconds(request.seconds))

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - no picture can be sent
        """See `Engine.submit`. Our id stands in the callback address, when the account has one."""
        body = {
            "generation_type": "video",
            "model": self.model,
            "prompt": request.prompt,
            "aspect_ratio": aspect_of(request.width, request.height),
            "duration": f"{self.sold_seconds(request.seconds):g}s",
            "resolution": self.size(request),
        }
        if self.account.callback:
            body["callback_url"] = str(httpx.URL(self.account.callback).copy_merge_params({TOKEN: token}))
        answer = self._http.submit(f"{PATH}/video", json=body)
        return Pending(str(job_of(answer, unread=OutcomeUnknown)["id"]), wait=WAIT)

    def poll(self, external_id: str) -> Receipt:
        """How the job goes."""
        job = job_of(self._http.get(f"{PATH}/{external_id}"), unread=Passing)
        if job["state"] == "failed":
            raise _failure(job)
        if job["state"] != "completed":
            return Pending(external_id, wait=WAIT)
        url = (job.get("assets") or {}).get("video")
        if not url:
            raise EngineFailed(f"Luma says that job {external_id} is completed, and gives no video.")
        return Delivered(links={"clip": Link(str(url), "video/mp4")}, remarks=(_FROM_WORDS,))

    def find(self, sought: Sought) -> Receipt | None:
        """The job whose callback address carries our id; `None` when the list goes back beyond the sending without it.

        Raises `OutcomeUnknown` where that proves nothing: no callback address is set, a job of the same words without one may be
        ours (the address may have been set since), or the list is too long.
        """
        since = sought.sent_at - MARGIN
        prompt = json.loads(sought.request).get("prompt")
        alike = ""
        for job in self._listed(since):
            asked = job.get("request") or {}
            carried = _token_in(asked.get("callback_url"))
            if carried == sought.token:
                return Pending(str(job["id"]), wait=0.0)
            if not carried and asked.get("prompt") == prompt and _created(job) >= since:
                alike = str(job["id"])
        if alike:
            raise OutcomeUnknown(f"Luma's job {alike} has the same words and no callback address: it may be this call.")
        if not self.account.callback:
            raise OutcomeUnknown("Without a callback address a job of Dream Machine carries no id of ours.")
        return None

    def _listed(self, since: datetime) -> Iterator[dict[str, Any]]:
        """The account's jobs: all, or back beyond `since` where they come newest first (which no documentation promises)."""
        latest, falling, offset = datetime.max.replace(tzinfo=UTC), True, 0
        for _ in range(MOST_PAGES):
            page = self._page(offset)
            for job in page["generations"]:
                falling = falling and _created(job) <= latest
                latest = _created(job)
                yield job
            if not page["has_more"] or (falling and latest < since):
                return
            offset += len(page["generations"])
        raise OutcomeUnknown(f"Luma lists more than {offset} jobs; ours was not among them.")

    def _page(self, offset: int) -> dict[str, Any]:
        answer = self._http.get(PATH, params={"limit": PAGE, "offset": offset})
        try:
            page = answer.json()
        except EngineFailed as error:
            raise Passing(error.message) from error
        if not isinstance(page, dict) or not isinstance(page.get("generations"), list) or "has_more" not in page:
            raise Passing(f"Luma's list of jobs cannot be read: {answer.text[:200]!r}")
        return page


def _failure(job: dict[str, Any]) -> FactoryError:
    reason = str(job.get("failure_reason") or "no reason given")
    words = f"Luma ended job {job['id']}: {reason}"
    if _MODERATED.search(reason):
        return Refused(words, remedy="Rewrite the scene, or choose another engine.")
    return EngineFailed(words)


def _token_in(address: object) -> str:
    """Our id in a callback address, or nothing."""
    try:
        return str(httpx.URL(str(address or "")).params.get(TOKEN, ""))
    except httpx.InvalidURL:
        return ""


def _created(job: dict[str, Any]) -> datetime:
    """When a job was made. Raises `OutcomeUnknown` for a list without times: it cannot be read back to a time."""
    try:
        made = datetime.fromisoformat(str(job["created_at"]))
    except (KeyError, ValueError) as error:
        raise OutcomeUnknown(f"Luma's list gives no time for job {job.get('id')}.") from error
    return made if made.tzinfo else made.replace(tzinfo=UTC)
