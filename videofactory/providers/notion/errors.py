"""What an answer of Notion's that is no success means, as an error of `domain.errors`, in words an editor understands.

400 …                                    EngineRejected   our request: a property that is gone, a text too long
401 unauthorized                         TokenRefused     the token: wrong, expired or revoked; so is 400 invalid_grant
403 restricted_resource                  EngineRejected   what the connection may do
404 object_not_found                     NotFound         not there, or not shared: Notion does not tell the two apart
409 conflict_error                       Passing          somebody saved at the same moment; nothing was kept
429 rate_limited, 529 service_overload   Busy             with the wait asked for, however long
500, 502, 503, 504                       OutcomeUnknown   a creation may have happened (`Passing` when only reading)
"""

from collections.abc import Mapping
from types import MappingProxyType

import httpx

from videofactory.domain.errors import AnswerUnreadable, Busy, EngineRejected, FactoryError, NotFound, OutcomeUnknown, Passing
from videofactory.providers.http import SAID, Answer

_CHECK = "'videofactory notion check' compares the workspace with the channel file."
REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "validation_error": _CHECK,
        "invalid_json": "This is a fault of ours: please report it with the request id.",
        "invalid_request": "This is a fault of ours: please report it with the request id.",
        "invalid_request_url": f"Look at the ids in the channel file. {_CHECK}",
        "missing_version": "This is a fault of ours: please report it with the request id.",
        "invalid_beta": "This is a fault of ours: please report it with the request id.",
        "invalid_grant": "Connect the workspace again and set the new token: 'videofactory keys set CHANNEL NOTION_TOKEN'.",
        "unauthorized": (
            "The token is wrong, or was revoked: copy it from the connection's settings in Notion and set it:"
            " 'videofactory keys set CHANNEL NOTION_TOKEN'."
        ),
        "restricted_resource": (
            "The connection may not do this: in its settings in Notion, switch on reading, updating and inserting content, and"
            " reading and inserting comments."
        ),
        "object_not_found": (
            "Share the page with the connection: open it in Notion, choose ••• → Connections, and pick the connection. If it is"
            " shared, look at the id in the channel file."
        ),
    }
)
"""What to do next, by Notion's code."""
CERTAIN = {"rate_limited", "service_overload"}
"""Codes that ask for a wait: nothing was done."""
UNKNOWN = {
    "internal_server_error", "bad_gateway", "service_unavailable", "database_connection_unavailable", "gateway_timeout",
}  # fmt: skip


TOKENS = {"unauthorized", "invalid_grant"}
"""Codes that speak of the token."""


class TokenRefused(EngineRejected):
    """Notion does not take the token (any more): a person sets another. Stops the channels that use it only."""


class Overrun(Passing):
    """A query was too much for Notion's own data base; it may manage fewer rows at once. Nothing is changed by a query."""


def reading(answer: Answer) -> FactoryError | None:
    """What this answer means; `None` where the body is none of Notion's (a proxy before it), and the status alone tells."""
    code, words, query = _said(answer)
    if code in CERTAIN or answer.status == httpx.codes.TOO_MANY_REQUESTS:
        return Busy(words, retry_after=answer.retry_after)
    if code == "conflict_error":
        return Passing(words, remedy="Somebody saved at the same moment; it is tried again.", retry_after=answer.retry_after)
    if code in UNKNOWN and query:
        return Overrun(words, retry_after=answer.retry_after)
    if code in UNKNOWN:
        return OutcomeUnknown(words)
    if code == "object_not_found":
        return NotFound(words, remedy=REMEDIES[code])
    rejected = TokenRefused if code in TOKENS else EngineRejected
    return rejected(words, remedy=REMEDIES[code]) if code in REMEDIES else None


def _said(answer: Answer) -> tuple[str, str, bool]:
    """Notion's code (empty where there is none), its words with the request's id, and whether it was a query that failed."""
    try:
        body = answer.json()
        code, message = str(body["code"]), str(body.get("message") or "")
    except (AnswerUnreadable, KeyError, TypeError, AttributeError):
        return "", f"Notion answered {answer.status}: {answer.text[:SAID] or 'nothing'}", False
    details = body.get("additional_data")
    facts = details if isinstance(details, dict) else {}
    number = body.get("request_id") or answer.headers.get("x-notion-request-id")
    extra = ", ".join(str(part) for part in (facts.get("rate_limit_reason"), f"request {number}" if number else "") if part)
    words = f"Notion answered {answer.status} {code}: {message[:SAID]}{f' ({extra})' if extra else ''}"
    return code, words, "query" in str(facts.get("endpoint_name", "")).lower()
