"""How Google's errors read, in both envelopes, for a submit and for a look-up, and what a failed job's own error means.

Numeric `{"error": {"code": 400, "status": "INVALID_ARGUMENT", …}}`, sometimes in a list of one, and lower-case words
`{"error": {"code": "resource_exhausted", …}}`: both are understood everywhere, for gateways mix them.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    NotFound,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.account import Account
from videofactory.providers.http import SAID, Answer, ErrorReading

Told = Mapping[str, Any]
"""A JSON object of the service."""
ASK_AGAIN = 60.0
"""Seconds until a job is asked for again after a look-up that was not allowed: a person may have to mend the key first."""
FAILED_UNCHARGED = {408, 500, 502, 503, 504}
"""Google does not charge a generateContent that fails with an error of these (ai.google.dev, billing questions)."""
POLICY = re.compile(
    r"safety|polic(y|ies)|prohibited|responsible ai|usage guidelines|sensitive (words|content)|blocked by|violat", re.IGNORECASE
)
"""Words by which Google says no to content where no field says so."""
SPENT = re.compile(r"spend(ing)?[ -](cap|limit)|prepa(id|y)\w*|credits? (are|is|have been) (depleted|exhausted)", re.IGNORECASE)
"""Words of a 429 that no waiting mends; the page says only that spend caps come as 429, so a wait that is told goes first."""
_REMEDIES = {
    400: "Look at the request with 'videofactory calls show'; a wrong key and a closed region are reported this way too.",
    401: "Check the key: 'videofactory keys list' says which one is used.",
    403: "The key may not do this: check its rights and its billing at Google.",
    404: "The model is retired or unknown: 'videofactory engines' names what is served.",
}


def submit_reading(account: Account, *, failed_is_free: bool = False) -> ErrorReading:
    """How an answer to a submit reads, in both envelopes: numeric `{"code": 400, "status": …}` and `{"code": "not_found"}`.

    `failed_is_free`: a failure in Google's own envelope cost nothing and left nothing (`Passing`); elsewhere it proves nothing.
    """

    def read(answer: Answer) -> FactoryError | None:
        error = _envelope(answer)
        words = f"{account.provider} answered {answer.status}: {_said(error) or answer.text[:SAID] or 'nothing'}"
        if answer.status == 429:  # noqa: PLR2004 - an HTTP status
            return _full(words, answer=answer, error=error)
        if answer.status in {408, 409} or answer.status >= 500:  # noqa: PLR2004 - HTTP statuses
            known = failed_is_free and answer.status in FAILED_UNCHARGED and bool(_code(error))
            return Passing(words, retry_after=_wait(answer, error)) if known else OutcomeUnknown(words)
        if answer.status in {400, 422} and POLICY.search(str(error.get("message", ""))):
            return Refused(words, remedy="Rewrite the scene's prompt, or choose another engine.")
        return EngineRejected(words, remedy=_REMEDIES.get(answer.status, _REMEDIES[400]))

    return read


def look_up_reading(account: Account) -> ErrorReading:
    """How an answer to a look-up of a paid job reads: it never says anything about the job, only that we did not see it.

    404 is `NotFound`: a job just made has been seen to be 'not found' for hours, so who asks must not take it as proof.
    """

    def read(answer: Answer) -> FactoryError | None:
        error = _envelope(answer)
        words = f"{account.provider} answered a look-up with {answer.status}: {_said(error) or answer.text[:SAID]}"
        if answer.status == 404:  # noqa: PLR2004 - an HTTP status
            return NotFound(words)
        if answer.status == 429:  # noqa: PLR2004 - an HTTP status
            return Busy(words, retry_after=_wait(answer, error))
        if 400 <= answer.status < 500 and answer.status not in {408, 409}:  # noqa: PLR2004 - HTTP statuses
            remedy = f"{_REMEDIES.get(answer.status, _REMEDIES[400])} The job goes on and is asked for again."
            return StillRunning(words, remedy=remedy, retry_after=ASK_AGAIN)
        return None

    return read


def told_by(answer: Answer) -> Told:
    """The JSON object of an answer to a submit. What cannot be read may have been accepted: raises `OutcomeUnknown`."""
    try:
        told = answer.json()
    except EngineFailed as error:
        raise OutcomeUnknown(f"A request was answered {answer.status}, but unreadably: {error.message}") from error
    if not isinstance(told, dict):
        raise OutcomeUnknown(f"A request was answered {answer.status}, but with no JSON object: {answer.text[:SAID]!r}.")
    return told


def seen(answer: Answer) -> Told:
    """The JSON object of an answer to a look-up. What cannot be read says nothing about the job: raises `Passing`."""
    try:
        told = answer.json()
    except EngineFailed as error:
        raise Passing(f"A look-up was answered unreadably: {error.message}") from error
    if not isinstance(told, dict):
        raise Passing(f"A look-up was answered with no JSON object: {answer.text[:SAID]!r}.")
    return told


def failure_of(error: Told, *, who: str) -> FactoryError:
    """A failed job's own error (`google.rpc.Status`, or code and message): `Refused` for the content, else `EngineFailed`.

    Never `EngineRejected`, whatever its code: that would leave the call open for a job that has ended.
    """
    words = f"{who} failed: {_said(error) or 'without a word'}"
    if POLICY.search(f"{error.get('code', '')} {error.get('message', '')}".replace("_", " ")):
        return Refused(words, remedy="Rewrite the scene's prompt, or choose another engine.")
    return EngineFailed(words, remedy="Make the scene again, or choose another engine.")


def piece(value: object) -> Told:
    """The value where it is an object, else an empty one: what Google leaves out is never indexed blindly."""
    return value if isinstance(value, dict) else {}


def _full(words: str, *, answer: Answer, error: Told) -> FactoryError:
    wait = _wait(answer, error)
    if wait is None and SPENT.search(str(error.get("message", ""))):
        return EngineRejected(words, remedy="The account's spending limit is reached: raise it in AI Studio.")
    return Busy(words, retry_after=wait)


def _wait(answer: Answer, error: Told) -> float | None:
    for detail in error.get("details") or []:
        asked = re.fullmatch(r"([\d.]+)s", str(piece(detail).get("retryDelay", "")))
        if asked:
            return float(asked[1])
    return answer.retry_after


def _envelope(answer: Answer) -> Told:
    try:
        told = json.loads(answer.text)
    except ValueError:
        return {}
    told = told[0] if isinstance(told, list) and told else told
    return piece(piece(told).get("error"))


def _code(error: Told) -> str:
    return str(error.get("status") or error.get("code") or "").upper()


def _said(error: Told) -> str:
    return ": ".join(part for part in (_code(error), str(error.get("message") or "")[:SAID]) if part)
