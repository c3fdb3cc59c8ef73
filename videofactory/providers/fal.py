"""fal.ai's queue, for every adapter that buys there: send once, ask, read the result, bring input pictures, look up lost answers.

What is sent and what a result means is the adapters' work (`fal_stills`, `fal_video`); what an error means is `fal_errors`.
fal knows no id of ours. A lost answer is looked up in its list of finished requests by what we sent: each adapter says which
entry is its own. That list shows a request some time after it ended, so "not found" proves nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing
from videofactory.providers.account import Account
from videofactory.providers.fal_errors import NO_VERDICT, asking, ended, sending, verdict
from videofactory.providers.http import SAID, Answer
from videofactory.providers.roles import Pending, Sought

HOSTS = ("fal.run", "falrun.com")
"""Whose addresses may be asked with our key, besides the base address itself."""
EARLY = timedelta(minutes=5)
"""How much fal's clock may lag behind ours when a lost request is looked up."""
PAGES = 20
"""Pages of 100 requests that are looked through at most."""
UPLOADED_AS = "videofactory"
"""The names of uploaded pictures begin so, then comes our id for the request: fal keeps the name in the picture's address."""


@dataclass(frozen=True)
class Ended:
    """What an endpoint made, in its own words, and the units fal says it billed (empty: it does not say)."""

    made: Mapping[str, Any]
    units: str = ""


class FalQueue:
    """The queue of one endpoint. `wait` is the pause between two questions, in seconds."""

    def __init__(self, account: Account, *, endpoint: str, wait: float) -> None:
        self._endpoint = endpoint
        self._wait = wait
        self._base = account.bases["fal"].rstrip("/")
        self._callback = account.callback
        self._sending = account.http(auth=lambda: _key(account), reading=sending)
        self._asking = account.http(auth=lambda: _key(account), reading=asking)
        self._ended = account.http(auth=lambda: _key(account), reading=ended)
        self._uploads = account.http(base="fal_rest", auth=lambda: _key(account))
        self._bytes = account.http(base="fal_rest")
        self._list = account.http(base="fal_api", auth=lambda: _key(account))

    def submit(self, wanted: Mapping[str, Any], *, token: str) -> Pending:
        """Send the endpoint's input, once. Raises as `Engine.submit` does."""
        headers = {"X-Fal-No-Retry": "1"}  # the queue's own repetitions, too, could be billed
        answer = self._sending.submit(f"/{self._endpoint}", json=wanted, headers=headers, params=self._reports(token))
        try:
            told = _told(answer)
            return Pending(self._job(str(told["request_id"]), told), wait=self._wait)
        except (KeyError, Passing) as error:
            raise OutcomeUnknown(f"fal took the request, but its answer names no job: {answer.text[:SAID]!r}.") from error

    def ask(self, external_id: str) -> "Pending | Ended":
        """How the job goes: `Pending`, or the result it ended with. Raises how it ended without one."""
        place = self._place(external_id)
        told = _told(self._asking.get(f"{place}/status"))
        if told.get("status") != "COMPLETED":
            return Pending(external_id, wait=self._wait)
        failed = _failed(told)
        if failed is not None and told.get("error_type") in NO_VERDICT:
            raise failed  # in the place of the result, this kind would say nothing
        try:
            answer = self._ended.get(place)
        except Passing:
            if failed is None:
                raise
            raise failed from None
        if failed is not None:
            raise failed
        return Ended(_told(answer), units=answer.headers.get("x-fal-billable-units", ""))

    def upload(self, content: bytes, *, token: str, name: str, media_type: str = "image/png") -> str:
        """The address at which fal can fetch these bytes. Costs nothing, so it may be done again."""
        wanted = {"content_type": media_type, "file_name": f"{UPLOADED_AS}-{token}-{name}"}
        params = {"storage_type": "fal-cdn-v3"}
        told = _told(self._uploads.safe("POST", "/storage/upload/initiate", json=wanted, params=params))
        try:
            place, address = str(told["upload_url"]), str(told["file_url"])
        except KeyError as error:
            raise EngineFailed(f"fal gives no place to upload to: it answered with {', '.join(told) or 'nothing'}.") from error
        self._bytes.safe("PUT", place, content=content, headers={"Content-Type": media_type}, seconds=120)
        return address

    def finished(self, sought: Sought) -> list[dict[str, Any]]:
        """What the endpoint finished of what was sent since shortly before `sought`.

        Raises `OutcomeUnknown` when the key may not read it, `Passing` when the line failed.
        """
        try:
            return list(self._items(sought.sent_at.astimezone(UTC) - EARLY))
        except EngineFailed as error:
            raise OutcomeUnknown(f"fal's list of requests cannot be read: {error.message}") from error

    def found(self, item: Mapping[str, Any]) -> Pending:
        """The receipt of a request from the list."""
        return Pending(self._job(str(item["request_id"]), {}), wait=0)

    def _items(self, since: datetime) -> Iterator[dict[str, Any]]:
        params = {"endpoint_id": self._endpoint, "start": since.isoformat(), "limit": "100", "expand": "payloads"}
        for _ in range(PAGES):
            told = _told(self._list.get("/v1/models/requests/by-endpoint", params=params))
            for item in told.get("items") or ():
                if isinstance(item.get("json_input"), dict) and sent(item) >= since:
                    yield item
            if not told.get("has_more") or not told.get("next_cursor"):
                return
            params["cursor"] = str(told["next_cursor"])

    def _reports(self, token: str) -> dict[str, str]:
        """Where fal reports the job to, with our id: the one way a job is known whose answer was lost before it ended."""
        if not self._callback:
            return {}
        return {"fal_webhook": f"{self._callback}{'&' if '?' in self._callback else '?'}{urlencode({'token': token})}"}

    def _job(self, request_id: str, told: Mapping[str, Any]) -> str:
        """The address of a job's result as fal named it; where it named none of its own, built by its rule.

        The rule: the endpoint's owner and app only, without the rest of its path.
        """
        named = str(told.get("response_url", ""))
        if told.get("status_url") == f"{named}/status" and self._trusted(named):
            return named
        return f"{self._base}/{'/'.join(self._endpoint.split('/')[:2])}/requests/{request_id}"

    def _place(self, external_id: str) -> str:
        """The address of a job: its id as kept, or as a person read it off fal's dashboard."""
        if "/" not in external_id:
            return self._job(external_id, {})
        if not self._trusted(external_id):
            raise EngineRejected(f"{external_id} is no address of fal.", remedy="Give the request's id alone.")
        return external_id

    def _trusted(self, address: str) -> bool:
        if address.startswith(f"{self._base}/"):
            return True
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme == "https" and any(host == name or host.endswith(f".{name}") for name in HOSTS)


def looked_up(
    queue: FalQueue, sought: Sought, *, mine: Callable[[Mapping[str, Any]], bool], alike: Callable[[Mapping[str, Any]], bool]
) -> Pending:
    """The job of a request whose answer was lost: the one whose input is surely `mine`, else the only one that is `alike`.

    Raises `OutcomeUnknown` when it is not in the list, which proves nothing, or when several might be it.
    """
    items = queue.finished(sought)
    sure = [item for item in items if mine(item["json_input"])]
    if sure:
        return queue.found(min(sure, key=lambda item: abs(sent(item) - sought.sent_at)))
    like = [item for item in items if alike(item["json_input"]) and abs(sent(item) - sought.sent_at) <= EARLY]
    if len(like) == 1:
        return queue.found(like[0])
    several = f"lists {len(like)} requests that might be it" if like else "does not list it among its finished requests"
    raise OutcomeUnknown(
        f"fal {several}; that proves nothing.", remedy="Look at fal.ai's dashboard, then adopt or release the call."
    )


def sent(item: Mapping[str, Any]) -> datetime:
    """When fal took a request of the list."""
    try:
        moment = datetime.fromisoformat(str(item.get("sent_at", "")))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _key(account: Account) -> dict[str, str]:
    return {"Authorization": f"Key {account.key('FAL_KEY')}"}


def _told(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object. Raises `Passing`: an answer that was garbled on its way says nothing of the job."""
    try:
        told = answer.json()
    except EngineFailed as error:
        raise Passing(error.message) from error
    if not isinstance(told, dict):
        raise Passing(f"fal answered with something unexpected: {answer.text[:SAID]!r}.")
    return told


def _failed(told: Mapping[str, Any]) -> FactoryError | None:
    """How a request failed, by its status: fal calls a failed request COMPLETED, too."""
    kind, words = str(told.get("error_type") or ""), str(told.get("error") or "")
    return verdict(kind, words) if kind or words else None
