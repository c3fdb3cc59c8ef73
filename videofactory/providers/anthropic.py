"""Anthropic: direction and analysis by the Messages API, with answers held to a JSON Schema by the service.

API version 2026-10-21: no sampling parameters. Nothing can be looked up afterwards: a lost answer is booked and asked for again.
"""

import base64
from typing import Any

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, Passing, Refused
from videofactory.providers.account import Account
from videofactory.providers.direction import TextAnalyst, TextDirector
from videofactory.providers.direction.asking import most_sent
from videofactory.providers.direction.line import billed, carried
from videofactory.providers.http import Answer, Http
from videofactory.providers.registry import Model
from videofactory.providers.text import Question, Reply, TextModel, Turn

VERSION = "2026-10-21"
FINISHED = frozenset(["end_turn", "stop_sequence"])
MONEY_LIMITS = frozenset(["enforced_spend_limit_reached", "contract_spend_limit_reached"])
OVERLOADED = frozenset([503, 529])
"""Answers that say that nothing was done."""
SENT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
ROLES = {"user": "user", "model": "assistant"}


class AnthropicDirector(TextDirector):
    """Directs with a Claude model."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._text = AnthropicText(sold, http=_line(account))

    def text_model(self) -> TextModel:
        """Claude."""
        return self._text


class AnthropicAnalyst(TextAnalyst):
    """Reads brand images with a Claude model."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._text = AnthropicText(sold, http=_line(account))

    def text_model(self) -> TextModel:
        """Claude."""
        return self._text


class AnthropicText(TextModel):
    """`POST /v1/messages`."""

    def __init__(self, sold: Model, *, http: Http) -> None:
        self._sold = sold
        self._http = http

    def ask(self, question: Question) -> Reply:
        """See `TextModel.ask`."""
        said = carried(self._http, "/v1/messages", body=_body(question, model=self._sold.id))
        usage = said.get("usage") or {}
        reply = Reply(
            text="".join(block.get("text", "") for block in said.get("content") or [] if block.get("type") == "text"),
            sent=sum(usage.get(name) or 0 for name in SENT) if usage else most_sent(question),
            made=usage.get("output_tokens", question.tokens),
        )
        error = _stopped(said, text=reply.text)
        if error is not None:
            raise billed(error, cost=self._sold.tokens(sent=reply.sent, made=reply.made))
        return reply


def _line(account: Account) -> Http:
    headers = {"x-api-key": account.key("ANTHROPIC_API_KEY"), "anthropic-version": VERSION}
    return account.http(auth=lambda: headers, reading=_reading)


def _body(question: Question, *, model: str) -> dict[str, Any]:
    return {
        "model": model,
        "max_tokens": question.tokens,
        "system": question.system,
        "messages": [_message(turn, question=question, first=number == 0) for number, turn in enumerate(question.turns)],
        "output_config": {"format": {"type": "json_schema", "schema": question.schema}},
    }


def _message(turn: Turn, *, question: Question, first: bool) -> dict[str, Any]:
    pictures = [
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": picture.media_type,
                "data": base64.b64encode(picture.content).decode(),
            },
        }
        for picture in (question.pictures if first else ())
    ]
    return {"role": ROLES[turn.who], "content": [*pictures, {"type": "text", "text": turn.text}]}


def _stopped(said: dict[str, Any], *, text: str) -> FactoryError | None:
    """Why an answer that came with 200 is no answer; `None` for one that is."""
    reason = said.get("stop_reason")
    if reason == "refusal":
        details = said.get("stop_details") or {}
        words = details.get("explanation") or details.get("category") or "it gave no reason"
        return Refused(f"Claude refuses the content: {words}", remedy="Change the words of the brief.")
    if reason in {"max_tokens", "model_context_window_exceeded"}:
        return EngineFailed(f"Claude's answer was cut ({reason}).", remedy="Shorten the brief, or ask for fewer scenes.")
    if reason not in FINISHED or not text.strip():
        return EngineFailed(f"Claude gave no answer in words ({reason}).", remedy="Run the step again.")
    return None


def _reading(answer: Answer) -> FactoryError | None:
    """By `details.error_code` before the status: two of the 429 are limits of money that no waiting lifts."""
    error = _error(answer)
    words = f"{error.get('type', answer.status)}: {error.get('message', 'no words')}"
    code = (error.get("details") or {}).get("error_code", "")
    if code in MONEY_LIMITS:
        return EngineRejected(f"Anthropic's spend limit is reached ({code}).", remedy="Raise it in the Anthropic console.")
    if answer.status in OVERLOADED:
        return Passing(f"Anthropic has no room now ({answer.status} {words}).", retry_after=answer.retry_after)
    if "content filtering policy" in words:  # as long known, on no page we have
        return Refused(f"Anthropic refuses the content: {error['message']}", remedy="Change the words of the brief.")
    return None


def _error(answer: Answer) -> dict[str, Any]:
    """The service's own error object, empty where the answer has none (a proxy's page)."""
    try:
        said = answer.json()
    except EngineFailed:
        return {}
    error = said.get("error") if isinstance(said, dict) else None
    return error if isinstance(error, dict) else {}
