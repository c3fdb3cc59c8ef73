"""Kling's own API, current generation: the model's id in the path, one API key, look-up by our own id, cost in the result.

Also what both of its generations share: the table of error codes, and how a task is understood. The older generation is in
`kling_legacy`. Kling's HTTP status does not tell errors apart (an empty account is a 429), its `code` does.

What a query says of itself (a wrong key, a busy line) never ends a job: only the task's own status does.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.domain.money import ZERO, usd
from videofactory.providers.account import Account
from videofactory.providers.adapter import VideoAdapter, unmet
from videofactory.providers.http import SAID, Answer, Http
from videofactory.providers.kling_request import fitted_prompt, picture
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, Link, Pending, Receipt, Shelf, Sought, VideoRequest

SUBMIT_SECONDS = 120.0
"""The pictures travel within the request."""
FIRST_WAIT, NEXT_WAIT = 10.0, 5.0
"""Seconds until a new task is asked about, and between two questions: queries are free and take no slot."""
FINDABLE = SUBMIT_SECONDS + 60.0
"""Seconds: how soon our id becomes visible is not documented."""
CODES: Mapping[int, tuple[type[FactoryError], str]] = {
    **dict.fromkeys((1000, 1001, 1002), (EngineRejected, "Check the key: 'videofactory keys list' says which one is used.")),
    1003: (EngineRejected, "The key is not valid yet: set this machine's clock, or look at the key in Kling's console."),
    1004: (EngineRejected, "The key has expired: make a new one in Kling's console."),
    1100: (EngineRejected, "Kling calls the account abnormal: look at its console."),
    **dict.fromkeys((1101, 1102), (EngineRejected, "The account is out of money: buy a resource pack, then run the step again.")),
    1103: (EngineRejected, "The account may not use this model: look at Kling's console."),
    **dict.fromkeys((1200, 1201, 1202), (EngineRejected, "Look at the request with 'videofactory calls show'.")),
    1203: (EngineRejected, "Kling does not know this model: choose another one."),
    **dict.fromkeys((1300, 1301), (Refused, "Rewrite the scene's picture, or choose another engine.")),
    **dict.fromkeys((1302, 1303), (Busy, "")),
    1304: (EngineRejected, "This machine's address is not on the account's allow list."),
    5000: (OutcomeUnknown, ""),
    5001: (Passing, "Kling is under maintenance."),
    5002: (OutcomeUnknown, ""),
}
POLICY_WORDS = ("risk control", "polic", "sensitive", "violat", "prohibited", "moderation")
"""A failed task has no code; these stand in its message when its content is the reason."""


class NoSuchThing(EngineRejected):
    """Kling does not know what was asked for: a task (in a look-up), or a model (in a submit)."""


def reading(answer: Answer) -> FactoryError | None:
    """What an answer with a Kling code means; `None` where it has none we know."""
    code, message, request_id = envelope(answer)
    known = CODES.get(code)
    if known is None:
        return None
    kind, remedy = known
    words = f"Kling answered {answer.status}, code {code}: {message} (its request {request_id})."
    if code == 1203 or (code == 1201 and "not found" in message.lower()):  # noqa: PLR2004 - the table's codes
        return NoSuchThing(words, remedy=remedy)
    if issubclass(kind, Passing):
        return kind(words, remedy=remedy, retry_after=answer.retry_after)
    return kind(words, remedy=remedy)


def envelope(answer: Answer) -> tuple[int, str, str]:
    """Code, message and Kling's own number of the request; code -1 where the body is none of Kling's."""
    try:
        body = answer.json()
    except EngineFailed:
        return -1, answer.text[:SAID], ""
    if not isinstance(body, dict) or not isinstance(body.get("code"), int):
        return -1, answer.text[:SAID], ""
    return body["code"], str(body.get("message", ""))[:SAID], str(body.get("request_id", ""))


def contents(answer: Answer) -> Any:  # noqa: ANN401 - as the page of the call has it
    """The `data` of a successful answer. Raises as `reading` says, `OutcomeUnknown` for what cannot be understood."""
    code, message, _ = envelope(answer)
    if code == 0:
        return answer.json().get("data")
    unclear = OutcomeUnknown(f"Kling answered {answer.status} with something we do not understand: {message!r}.")
    raise reading(answer) or unclear


def asked(http: Http, path: str, **request: Any) -> Any:  # noqa: ANN401 - httpx's own arguments, Kling's own data
    """The `data` of a query. Raises `NoSuchThing`, else `Passing`: that a query fails says nothing of the job."""
    try:
        return contents(http.get(path, **request))
    except (NoSuchThing, Passing):
        raise
    except FactoryError as error:
        raise Passing(error.message, remedy=error.remedy) from error


@dataclass(frozen=True)
class Task:
    """A task in the words of either generation; `cost` in US dollars, `None` where Kling says it in units of a pack."""

    id: str
    status: str
    words: str
    url: str
    cost: Decimal | None = None


def receipt_of(task: Task, *, remarks: tuple[str, ...]) -> Receipt:
    """What a task's status means to who bought it. Raises `Refused` or `EngineFailed` for a failed one, with Kling's words."""
    if task.status in {"submitted", "processing"}:
        return Pending(task.id, wait=NEXT_WAIT)
    if task.status in {"succeeded", "succeed"} and task.url:
        return Delivered(links={"clip": Link(task.url, "video/mp4")}, cost_usd=task.cost, remarks=remarks)
    if task.status == "failed":
        refused = any(word in task.words.lower() for word in POLICY_WORDS)
        charged = f" It charged {task.cost} US dollars." if task.cost else ""
        kind = Refused if refused else EngineFailed
        ended = kind(f"Kling says: {task.words or 'failed'}.{charged}", remedy="Rewrite the scene, or choose another engine.")
        ended.cost_usd = task.cost
        raise ended
    raise Passing(f"Kling's task {task.id} is {task.status!r} without a clip; it is asked again.")


def invisible(external_id: str) -> Passing:
    """The error for a task that Kling took and does not show."""
    remedy = "It is asked again; if it stays so, look for the task in Kling's console and settle the call by hand."
    return Passing(f"Kling does not show the task {external_id}.", remedy=remedy)


def bare(path_of: Shelf, request: VideoRequest) -> tuple[str, str]:
    """First and last picture as bare base64, without `data:` in front; the last is empty where there is none."""
    wanted = (request.first_frame, request.last_frame)
    return tuple(  # type: ignore[return-value]
        base64.b64encode(picture(path_of(frame)).content).decode() if frame else "" for frame in wanted
    )


class KlingVideo(VideoAdapter):
    """Video of the current generation: first and (kling-3.0) last frame, up to 15 s, silent or with a sound of its own."""

    findable_for = FINDABLE

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = account.http(auth=self._auth, reading=reading)

    def submit(self, request: VideoRequest, *, shelf: Shelf, token: str) -> Receipt:
        """See `Engine.submit`; `token` is Kling's external id, by which a lost request is found again."""
        prompt, cuts = fitted_prompt(request)
        body = {
            "contents": self._contents(request, prompt=prompt, shelf=shelf),
            "settings": self._settings(request),
            "options": {"external_task_id": token},
        }
        data = contents(self._http.submit(f"/image-to-video/{self.sold.id}", json=body, seconds=SUBMIT_SECONDS))
        task_id = str(data.get("id") or "") if isinstance(data, dict) else ""
        if not task_id:
            raise OutcomeUnknown("Kling took the request, and its answer names no task.")
        self._remarks[task_id] = cuts + unmet(self.sold, request)
        return Pending(task_id, wait=FIRST_WAIT)

    def poll(self, external_id: str) -> Receipt:
        """See `Engine.poll`. Raises `Refused` or `EngineFailed` only for the task's own failure."""
        tasks = [entry for entry in self._tasks("task_ids", external_id) if str(entry.get("id")) == external_id]
        if not tasks:
            raise invisible(external_id)
        receipt = receipt_of(_task(tasks[0]), remarks=self._remarks.get(external_id, ()))
        if isinstance(receipt, Delivered):
            self._remarks.pop(external_id, None)
        return receipt

    def find(self, sought: Sought) -> Receipt | None:
        """See `Engine.find`: exact, by our own id. An empty list proves that Kling has no such task (yet: `findable_for`)."""
        tasks = self._tasks("external_task_ids", sought.token)
        mine = [entry for entry in tasks if entry.get("external_id") == sought.token]
        if tasks and not mine:
            raise OutcomeUnknown("Kling was asked for our task and named only others.")
        return Pending(str(mine[0]["id"]), wait=0.0) if mine else None

    def _tasks(self, key: str, name: str) -> list[dict[str, Any]]:
        try:
            data = asked(self._http, "/tasks", params={key: name})
        except NoSuchThing:
            return []
        if not isinstance(data, list):
            raise Passing("Kling's list of tasks is no list; it is asked again.")
        return data

    def _auth(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.account.key('KLING_API_KEY')}"}

    def _contents(self, request: VideoRequest, *, prompt: str, shelf: Shelf) -> list[dict[str, str]]:
        if "last_frame" not in self.can:
            request = request.model_copy(update={"last_frame": None})
        first, last = bare(shelf, request)
        frames = [{"type": "first_frame", "url": first}, {"type": "last_frame", "url": last}]
        return [{"type": "prompt", "text": prompt}, *(frame for frame in frames if frame["url"])]

    def _settings(self, request: VideoRequest) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "resolution": self.size(request),
            "duration": int(self.sold_seconds(request.seconds)),
        }
        if any(price.audio is not None for price in self.sold.prices):  # a model that sells silence and sound at two prices
            settings |= {"audio": "native" if request.own_sound else "off", "multi_shot": False}
        return settings


def _task(entry: Mapping[str, Any]) -> Task:
    videos = [output for output in entry.get("outputs") or () if output.get("type") == "video"]
    return Task(
        id=str(entry["id"]),
        status=str(entry.get("status")),
        words=str(entry.get("message") or ""),
        url=str(videos[0].get("url") or "") if videos else "",
        cost=_cost(entry.get("billing") or ()),
    )


def _cost(billing: Any) -> Decimal | None:  # noqa: ANN401 - as Kling sends it
    """The sum of what was charged in US dollars; `None` where any of it is in units (a pack's price is ours alone) or unclear."""
    rows = list(billing)
    if not rows or any(row.get("charge_type") != "cash" or row.get("currency") != "USD" for row in rows):
        return None
    try:
        return sum((usd(Decimal(str(row.get("amount")))) for row in rows), ZERO)
    except (InvalidOperation, ValueError):
        return None
