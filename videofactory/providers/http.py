"""The one HTTP layer of all adapters: httpx, and the rules of what may be repeated.

Reading (GET, and what an adapter calls `safe`) is repeated here. A submit never is: the purchase door alone sends again. What
went wrong comes out as an error of `domain.errors` that says how certain it is that nothing was accepted:

    before the request left (no connection)     Passing            nothing was accepted
    429                                         Busy               nothing was accepted; with the wait asked for
    408, 409, 5xx, a line that broke            OutcomeUnknown     a submit may have been accepted (Passing when only reading)
    400, 401, 402, 403, 404, 413, 422 …         EngineRejected     our request or account is at fault

An adapter's own reading of error bodies comes first (`ErrorReading`). Keys never stand in a message.
"""

import copy
import json
import math
import re
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from videofactory.domain.errors import AnswerUnreadable, Busy, EngineRejected, FactoryError, OutcomeUnknown, Passing

NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
"""What httpx raises before a byte of the request has left."""
READ_TRIES = 3
READ_WAIT = 1.0
"""Seconds before the first repetition of a reading; doubled each time."""
PATIENT = 5.0
"""The longest wait between two readings; who asks for more gets `Busy`, and the caller waits."""
LAST = 2.0
"""Seconds a request has that begins just before its caller's time is over."""
SAID = 600
"""Characters of an engine's own words that are kept."""
HIDDEN = "***"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, headers (any case), body."""

    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace").strip()

    def json(self) -> Any:  # noqa: ANN401 - whatever the service says
        """The body as JSON (leading blank lines are allowed), halves of letters as `?`. Raises `AnswerUnreadable`."""
        try:
            said = json.loads(self.text)
            return _whole_letters(said) if _HALF.search(self.text) else said
        except ValueError as error:
            raise AnswerUnreadable(f"The engine answered with something that is no JSON: {self.text[:SAID]!r}.") from error

    @property
    def retry_after(self) -> float | None:
        """The wait asked for, in seconds: `Retry-After` in seconds or as a date, `retry-after-ms`."""
        milliseconds = self.headers.get("retry-after-ms", "")
        if milliseconds.replace(".", "", 1).isdigit():
            return float(milliseconds) / 1000
        text = self.headers.get("retry-after", "").strip()
        if text.replace(".", "", 1).isdigit():
            return float(text)
        try:
            return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
        except (TypeError, ValueError):
            return None


_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half of a pair, or a whole pair: services written in JavaScript may cut a letter of two units in the middle."""


def _whole_letters(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The value with each half of a letter, which no UTF-8 can hold, as a question mark."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, dict):
        return {_whole_letters(name): _whole_letters(one) for name, one in value.items()}
    return [_whole_letters(one) for one in value] if isinstance(value, list) else value


ErrorReading = Callable[[Answer], FactoryError | None]
"""How an adapter understands an answer that is no success; `None`: by its status alone."""


def by_status(answer: Answer) -> FactoryError | None:  # noqa: ARG001 - the reading that knows no body
    """The reading of a service whose error bodies say nothing more than their status."""
    return None


def wait_after(error: Exception, *, tries: int, first: float) -> float:
    """Seconds before the next try: what was asked for, else exponential from `first`."""
    asked = getattr(error, "retry_after", None)
    return float(asked) if asked is not None else first * 2 ** (tries - 1)


class Http:
    """One line to one service."""

    def __init__(
        self,
        name: str,
        *,
        base_url: str,
        auth: Callable[[], Mapping[str, str]],
        reading: ErrorReading = by_status,
        secrets: tuple[str, ...] = (),
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._name = name
        self._base = base_url.rstrip("/")
        self._auth = auth
        self._reading = reading
        self._secrets = tuple(secret for secret in secrets if secret)
        self._sleep = sleep
        self._owner: Http | None = None
        limits = httpx.Limits(max_connections=20, max_keepalive_connections=4, keepalive_expiry=15)
        self._client = httpx.Client(transport=transport, limits=limits, follow_redirects=False)
        weakref.finalize(self, self._client.close)

    def led_by(self, auth: Callable[[], Mapping[str, str]]) -> "Http":
        """The same line, over the same connections, with other headers for each request."""
        other = copy.copy(self)
        other._auth, other._owner = auth, self  # noqa: SLF001 - the connections are closed when their owner is gone
        return other

    def get(self, path: str, *, seconds: float = 30.0, **request: Any) -> Answer:  # noqa: ANN401 - httpx's own arguments
        """Read; repeated up to three times when something passing goes wrong. Raises errors of `domain.errors`."""
        return self.safe("GET", path, seconds=seconds, **request)

    def safe(
        self,
        method: str,
        path: str,
        *,
        seconds: float = 30.0,
        until: float = math.inf,
        **request: Any,  # noqa: ANN401 - httpx's own arguments
    ) -> Answer:
        """A request that may be repeated at no cost, whatever its method: a look-up by POST, an upload of input media.

        None begins after `until` (by the monotonic clock), and one under way then has `LAST` more.
        """
        for number in range(1, READ_TRIES + 1):
            try:
                return self._once(method, path, seconds=seconds, until=until, request=request, paid=False)
            except Passing as error:
                wait = wait_after(error, tries=number, first=READ_WAIT)
                if number == READ_TRIES or wait > PATIENT or time.monotonic() + wait >= until:
                    raise
                self._sleep(wait)
        raise AssertionError

    def submit(
        self,
        path: str,
        *,
        seconds: float = 60.0,
        until: float = math.inf,
        method: str = "POST",
        **request: Any,  # noqa: ANN401 - httpx's own arguments
    ) -> Answer:
        """Send a request that may cost money: once. Raises `OutcomeUnknown` when it may have been accepted all the same.

        `expected` (a set of statuses that are answers as good as a success here) goes with any request of this class.
        """
        return self._once(method, path, seconds=seconds, until=until, request=request, paid=True)

    def _once(self, method: str, path: str, *, seconds: float, until: float, request: Mapping[str, Any], paid: bool) -> Answer:
        url = path if path.startswith(("http://", "https://")) else f"{self._base}{path}"
        rest = {**request}
        auth = self._auth()
        headers = {**auth, **rest.pop("headers", {})}
        expected = rest.pop("expected", ())
        seconds = min(seconds, max(until - time.monotonic(), LAST))
        timeout = httpx.Timeout(seconds, connect=min(seconds, 10.0))
        try:
            response = self._client.request(method, url, headers=headers, timeout=timeout, **rest)
        except NOTHING_SENT as error:
            raise Passing(self._words(f"{self._name} cannot be reached: {_kind(error)}.")) from error
        except httpx.HTTPError as error:
            words = self._words(f"The line to {self._name} broke ({_kind(error)}) after the request had left.")
            raise (OutcomeUnknown(words) if paid else Passing(words)) from error
        answer = Answer(response.status_code, response.headers, response.content)
        if response.is_success or response.status_code in expected:
            return answer
        token = auth.get("Authorization", "").rpartition(" ")[2]
        raise self._error(self._without_keys(answer, token), paid=paid)

    def _error(self, answer: Answer, *, paid: bool) -> FactoryError:
        read = self._reading(answer)
        error = self._by_status(answer, paid=paid) if read is None else self._hidden(read)
        if isinstance(error, OutcomeUnknown) and not paid:
            error = Passing(error.message, remedy=error.remedy, retry_after=answer.retry_after)
        return error

    def _by_status(self, answer: Answer, *, paid: bool) -> FactoryError:
        words = self._words(f"{self._name} answered {answer.status}: {answer.text[:SAID] or 'nothing'}")
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            return Busy(words, retry_after=answer.retry_after)
        if answer.status in {408, 409} or answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return OutcomeUnknown(words) if paid else Passing(words, retry_after=answer.retry_after)
        return EngineRejected(words, remedy=_REMEDIES.get(answer.status, "Look at the request with 'videofactory calls show'."))

    def _hidden(self, error: FactoryError) -> FactoryError:
        """The same error without a key in it, whatever the service repeated of what it was sent."""
        error.message = self._words(error.message)
        error.args = tuple(self._words(str(word)) for word in error.args)
        return error

    def _without_keys(self, answer: Answer, token: str) -> Answer:
        """The answer as an adapter may quote it, cut where it likes: a service that refuses a key or token often repeats it."""
        content = answer.content
        for secret in filter(None, (*self._secrets, token)):
            content = content.replace(secret.encode(), HIDDEN.encode())
        return Answer(answer.status, answer.headers, content)

    def _words(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


_REMEDIES = {
    401: "Check the key: 'videofactory keys list' says which one is used.",
    402: "The account is out of money: top it up, then run the step again.",
    403: "The key may not do this: check its rights at the provider.",
}


def _kind(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
