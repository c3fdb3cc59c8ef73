"""What fal.ai's error answers mean, in both shapes it uses.

    a model's own     {"detail": [{"loc", "msg", "type", …}]}
    the platform's    {"detail": "text", "error_type": "…"}, with the header `X-Fal-Error-Type`

`sending` reads the answer to a submit, `asking` that of a job's status, `ended` that of a job's result; `verdict` what a status
says of a failed request. Kinds this build does not know are the engine's failure.
"""

from typing import Any

import httpx

from videofactory.domain.errors import (
    EngineFailed,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.http import SAID, Answer

CLIENT_GONE = 499
"""fal's status of a request whose sender went away or called it off."""
REFUSALS = frozenset({"content_policy_violation"})
OUR_FAULT = frozenset({"bad_request", "file_download_error", "image_too_large", "image_too_small"})
"""Kinds that speak of what we sent."""
NO_VERDICT = frozenset({"internal_error", "client_disconnected"})
"""Kinds that, in answer to a reading, may speak of the reading alone and not of the job."""
UNPAID = "fal does not bill its own failures: take the scene up again, or choose another engine."
OUR_REMEDY = "Look at the request with 'videofactory calls show', mend it, and take the scene up again."
KEY_WAIT = 60.0
"""Seconds before a job is asked for again that the key does not open at present."""


def sending(answer: Answer) -> FactoryError | None:
    """The meaning of an error in answer to a submit; a status that proves nothing is left to the table of `http`."""
    kind, words = said(answer)
    if kind in REFUSALS:
        return Refused(f"fal refuses the content: {words}")
    if answer.status == CLIENT_GONE:
        return OutcomeUnknown(f"fal took our request for called off ({kind or CLIENT_GONE}): {words}")
    if answer.status == httpx.codes.FORBIDDEN and "balance" in words.lower():
        return EngineRejected(f"fal: {words}", remedy="Top up the account at fal.ai, then run the step again.")
    return None


def asking(answer: Answer) -> FactoryError | None:
    """The meaning of an error in answer to a question about a job. A key that does not open it leaves the job as it is."""
    if answer.status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return StillRunning(
            f"fal does not let us ask for the job ({answer.status}): {said(answer)[1]}",
            remedy="Check FAL_KEY: the job is paid and goes on, and is asked for again.",
            retry_after=KEY_WAIT,
        )
    if answer.status == CLIENT_GONE:
        return Passing(f"fal took our question for called off: {said(answer)[1]}", retry_after=answer.retry_after)
    return None


def ended(answer: Answer) -> FactoryError | None:
    """The meaning of an error in the place of a job's result: how the job ended, unless it speaks of the reading alone."""
    kind, words = said(answer)
    speaks_of_job = bool(kind) or answer.status == httpx.codes.UNPROCESSABLE_ENTITY
    if not speaks_of_job or kind in NO_VERDICT:
        return asking(answer)
    return verdict(kind, words, again=answer.headers.get("x-fal-needs-retry", ""))


def verdict(kind: str, words: str, *, again: str = "") -> FactoryError:
    """How a job ended that did not bring a result.

    Our own fault (a picture it could not fetch), too, is `EngineFailed` here: `EngineRejected` would say that our question was
    at fault, and leave the call open.
    """
    text = f"fal: {words or kind} ({kind})" if kind else f"fal: {words}"
    if kind in REFUSALS:
        return Refused(text)
    hint = "fal says that another try may help. " if again.lower() in {"true", "1"} else ""
    return EngineFailed(text, remedy=OUR_REMEDY if kind in OUR_FAULT else hint + UNPAID)


def said(answer: Answer) -> tuple[str, str]:
    """The kind of error, empty where none is named, and fal's words."""
    try:
        body = answer.json()
    except EngineFailed:
        body = {}
    detail = body.get("detail") if isinstance(body, dict) else None
    named = str(answer.headers.get("x-fal-error-type", "") or (body.get("error_type", "") if isinstance(body, dict) else ""))
    if isinstance(detail, list):
        problems = [problem for problem in detail if isinstance(problem, dict)]
        return _kind(problems) or named, "; ".join(_problem(problem) for problem in problems)[:SAID]
    return named, str(detail or answer.text)[:SAID]


def _kind(problems: list[dict[str, Any]]) -> str:
    """The kind that decides: a refusal before all others."""
    kinds = [str(problem.get("type", "")) for problem in problems]
    return next((kind for kind in kinds if kind in REFUSALS), kinds[0] if kinds else "")


def _problem(problem: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in problem.get("loc", ()) if part != "body")
    return f"{place}: {problem.get('msg', '')}" if place else str(problem.get("msg", ""))
