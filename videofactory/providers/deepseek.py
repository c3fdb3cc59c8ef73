"""DeepSeek: direction by chat completions in JSON mode, without thinking, without pictures.

The service enforces no schema, so the schema and an example go along in the instructions. Nothing can be looked up afterwards: an
answer that was lost, or came back blank, is booked and asked for again.
"""

import json
from typing import Any

from videofactory.domain.errors import EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.providers.account import Account
from videofactory.providers.direction import TextDirector
from videofactory.providers.direction.asking import most_sent
from videofactory.providers.direction.line import billed, carried
from videofactory.providers.http import Answer, Http
from videofactory.providers.registry import Model
from videofactory.providers.text import Question, Reply, TextModel

OVERLOADED = 503
BAD_REQUEST = 400
ROLES = {"user": "user", "model": "assistant"}


class DeepSeekDirector(TextDirector):
    """Directs with a DeepSeek model."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        auth = {"Authorization": f"Bearer {account.key('DEEPSEEK_API_KEY')}"}
        self._text = DeepSeekText(sold, http=account.http(auth=lambda: auth, reading=_reading))

    def text_model(self) -> TextModel:
        """DeepSeek."""
        return self._text


class DeepSeekText(TextModel):
    """`POST /chat/completions`."""

    def __init__(self, sold: Model, *, http: Http) -> None:
        self._sold = sold
        self._http = http

    def ask(self, question: Question) -> Reply:
        """See `TextModel.ask`. A blank answer is `OutcomeUnknown`: it is billed, and asking again mostly helps."""
        if question.pictures:
            raise EngineRejected("DeepSeek is sold here without pictures.", remedy="Name another analyst.")
        said = carried(self._http, "/chat/completions", body=_body(question, model=self._sold.id))
        choice = next(iter(said.get("choices") or [{}]))
        usage = said.get("usage") or {}
        reply = Reply(
            text=(choice.get("message") or {}).get("content") or "",
            sent=usage.get("prompt_tokens", most_sent(question)),
            made=usage.get("completion_tokens", question.tokens),
        )
        error = _stopped(choice.get("finish_reason"), text=reply.text)
        if error is not None:
            raise billed(error, cost=self._sold.tokens(sent=reply.sent, made=reply.made))
        return reply


def _body(question: Question, *, model: str) -> dict[str, Any]:
    messages = [{"role": ROLES[turn.who], "content": turn.text} for turn in question.turns]
    return {
        "model": model,
        "thinking": {"type": "disabled"},
        "messages": [{"role": "system", "content": f"{question.system}\n\n{_told(question.schema)}"}, *messages],
        "response_format": {"type": "json_object"},
        "max_tokens": question.tokens,
    }


def _told(schema: dict[str, Any]) -> str:
    """The schema in words, as JSON mode asks for it: the word json, and an example of the shape."""
    example = json.dumps(example_of(schema), ensure_ascii=False)
    return f"Answer with one json object that fits this JSON Schema:\n{json.dumps(schema)}\nIts shape, for example:\n{example}"


def example_of(schema: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the schema describes
    """A smallest value of the schema's shape."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: example_of(field) for name, field in schema["properties"].items()}
    if schema["type"] == "array":
        return [example_of(schema["items"])]
    return {"number": 0.5, "integer": 1, "boolean": True}.get(schema["type"], "…")


def _stopped(reason: str | None, *, text: str) -> FactoryError | None:
    """Why an answer that came with 200 is no answer; `None` for one that is."""
    if reason == "content_filter":
        return Refused("DeepSeek's content filter stopped the answer (content_filter).", remedy="Change the words of the brief.")
    if reason == "length":
        return EngineFailed(
            "DeepSeek's answer was cut at its longest (length).", remedy="Shorten the brief, or ask for fewer scenes."
        )
    if reason == "insufficient_system_resource":
        return OutcomeUnknown("DeepSeek broke its answer off for want of capacity (insufficient_system_resource).")
    if reason != "stop":
        return EngineFailed(f"DeepSeek ended its answer in an unknown way ({reason}).", remedy="Run the step again.")
    return None if text.strip() else OutcomeUnknown("DeepSeek answered blank: its text was no JSON.")


def _reading(answer: Answer) -> FactoryError | None:
    if answer.status == OVERLOADED:
        return Passing(f"DeepSeek is overloaded ({OVERLOADED}).", retry_after=answer.retry_after)
    if answer.status == BAD_REQUEST and "content exists risk" in answer.text.casefold():  # as long known, on no page we have
        return Refused("DeepSeek refuses the content: Content Exists Risk.", remedy="Change the words of the brief.")
    return None
