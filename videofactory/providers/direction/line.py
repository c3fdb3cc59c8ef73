"""Carrying one question over HTTP: the answer as a JSON object, or an error that says how certain it is that nothing was paid."""

from decimal import Decimal
from typing import Any, TypeVar

from videofactory.domain.errors import EngineFailed, FactoryError, OutcomeUnknown
from videofactory.providers.http import Http

ErrorT = TypeVar("ErrorT", bound=FactoryError)
PATIENCE = 600.0
"""Seconds without a byte until a line counts as broken: services hold it open while a question waits for its turn."""


def carried(http: Http, path: str, *, body: dict[str, Any]) -> dict[str, Any]:
    """The service's answer. Raises as `Http.submit`, and `OutcomeUnknown` for one that cannot be read: it was made and billed."""
    answer = http.submit(path, json=body, seconds=PATIENCE)
    try:
        said = answer.json()
    except EngineFailed as error:
        raise OutcomeUnknown(f"The answer arrived broken: {error}") from error
    if not isinstance(said, dict):
        raise OutcomeUnknown(f"The answer is no JSON object: {answer.text[:200]!r}.")
    return said


def billed(error: ErrorT, *, cost: Decimal) -> ErrorT:
    """The error of an answer that is no use and is billed all the same, with what it cost in US dollars."""
    error.cost_usd = cost
    return error
