"""The line to YouTube for one channel: its bearer header, the meaning of errors, and one renewal of a token that ran out."""

from collections.abc import Callable
from typing import Any

from videofactory.domain.errors import EngineFailed, OutcomeUnknown, Passing
from videofactory.providers.account import Account
from videofactory.providers.http import Answer
from videofactory.providers.youtube.errors import AccessExpired, reading

API = "/youtube/v3"
UPLOAD = "/upload/youtube/v3"


class Line:
    """Reading (`read`) is repeated by the HTTP layer, writing is sent once; either once more where the token had run out."""

    def __init__(self, account: Account, *, channel: str, access_token: Callable[[], str], forget: Callable[[], None]) -> None:
        self._forget = forget
        self._http = account.http(
            base="youtube", auth=lambda: {"Authorization": f"Bearer {access_token()}"}, reading=reading(channel)
        )

    def read(self, path: str, *, method: str = "GET", **request: Any) -> Answer:  # noqa: ANN401 - httpx's own arguments
        """A request that may be repeated."""
        return self._with_fresh_token(lambda: self._http.safe(method, path, **request))

    def write(self, path: str, *, method: str = "POST", **request: Any) -> Answer:  # noqa: ANN401 - httpx's own arguments
        """A request that is sent once. Raises `OutcomeUnknown` when it may have been accepted all the same."""
        return self._with_fresh_token(lambda: self._http.submit(path, method=method, **request))

    def once(self, path: str, *, method: str = "POST", **request: Any) -> Answer:  # noqa: ANN401 - httpx's own arguments
        """A request that does no harm when repeated, but takes quota each time: whoever books the quota repeats it.

        Raises `Passing` where it may have been accepted all the same.
        """
        try:
            return self.write(path, method=method, **request)
        except OutcomeUnknown as error:
            raise Passing(error.message, remedy=error.remedy) from error

    def stream(self, path: str, *, seconds: float, request: Callable[[], dict[str, Any]]) -> Answer:
        """A PUT whose body can be read only once, so `request` makes it anew where a token has to be renewed."""
        return self._with_fresh_token(lambda: self._http.submit(path, method="PUT", seconds=seconds, **request()))

    def table(self, path: str, **query: str) -> dict[str, Any]:
        """A JSON object that is read. Raises `EngineFailed` for anything else."""
        return table(self.read(f"{API}{path}", params=query))

    def items(self, path: str, **query: str) -> list[dict[str, Any]]:
        """The `items` of a list's one page."""
        return list(self.table(path, **query).get("items", ()))

    def _with_fresh_token(self, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except AccessExpired:  # certain: nothing was accepted
            self._forget()
        return ask()


def table(answer: Answer) -> dict[str, Any]:
    """The answer as a JSON object. Raises `EngineFailed`."""
    told = answer.json()
    if not isinstance(told, dict):
        raise EngineFailed(f"YouTube answered {answer.status} with something that is no object.")
    return told
