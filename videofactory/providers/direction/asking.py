"""Asking a text model: once, and once more where the answer cannot be used; and the most both can cost.

A token is never less than one byte of UTF-8 (the services' tokenisers cut bytes), so no text has more tokens than bytes. That is
several times what is mostly billed; the rest of a reservation is given back when the call is settled.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from videofactory.domain.errors import EngineFailed, FactoryError, OutcomeUnknown, Passing
from videofactory.providers.direction.prompts import prompt
from videofactory.providers.direction.shapes import Unfit
from videofactory.providers.registry import Model
from videofactory.providers.text import Question, Reply, TextModel, Turn

PartT = TypeVar("PartT")
PICTURE_TOKENS = 4000
"""The most a picture of `analysis.LONGEST_SIDE` pixels counts at any service, with room to spare."""
FRAME_TOKENS = 1500
"""What a service may add of its own around one question: roles, the wording by which it enforces a schema."""
REPAIR_BYTES = 6000
"""The longest list of problems that is sent back."""


def answered(
    model: TextModel, question: Question, *, read: Callable[[str], PartT], sold: Model
) -> tuple[PartT, Decimal, tuple[str, ...]]:
    """The answer, read and fit for use, what it cost in US dollars, and a remark where it had to be repaired.

    `read` raises `Unfit`. Raises `EngineFailed` when the second answer is unfit too, and what the model raises; an error that
    comes after something was paid carries it as `cost_usd`.
    """
    first = model.ask(question)
    paid = sold.tokens(sent=first.sent, made=first.made)
    try:
        return read(first.text), paid, ()
    except Unfit as unfit:
        problems = unfit.problems
    second = _asked_again(model, _repair(question, reply=first, problems=problems), paid=paid)
    paid += sold.tokens(sent=second.sent, made=second.made)
    try:
        return read(second.text), paid, (f"The first answer was repaired: {'; '.join(problems)}",)
    except Unfit as unfit:
        error = EngineFailed(
            f"{sold.id}'s answer breaks the rules, and asked once more it still does: {'; '.join(unfit.problems)}",
            remedy="Run the step again for a new answer, or name another engine in the channel's file.",
        )
        error.cost_usd = paid
        raise error from unfit


def _asked_again(model: TextModel, question: Question, *, paid: Decimal) -> Reply:
    """The second answer. A line that is only busy now still leaves the first answer paid, so nothing is certain any more."""
    try:
        return model.ask(question)
    except Passing as error:
        raise OutcomeUnknown(f"The first answer was paid, the question to repair it did not get through: {error}") from error
    except FactoryError as error:
        error.cost_usd = paid + (error.cost_usd or Decimal(0))
        raise


def _repair(question: Question, *, reply: Reply, problems: tuple[str, ...]) -> Question:
    listed = "\n".join(f"- {problem}" for problem in problems).encode(errors="replace")[:REPAIR_BYTES].decode(errors="ignore")
    said = Turn("model", reply.text.strip() or "{}")
    return replace(question, turns=(*question.turns, said, Turn("user", f"{prompt('repair').text}\n\n{listed}")))


def most_sent(question: Question, *, pictures: int | None = None) -> int:
    """The most input tokens a question can count; the schema thrice, for services that are told it with an example."""
    texts = [question.system, *(turn.text for turn in question.turns), *(3 * [json.dumps(question.schema)])]
    number = len(question.pictures) if pictures is None else pictures
    return sum(len(text.encode()) for text in texts) + number * PICTURE_TOKENS + FRAME_TOKENS


def most_cost(question: Question, *, sold: Model, pictures: int = 0) -> Decimal:
    """The most a question can cost in US dollars, with the one that repairs its answer."""
    sent = most_sent(question, pictures=pictures)
    again = sent + question.tokens + REPAIR_BYTES + len(prompt("repair").text.encode()) + FRAME_TOKENS
    return sold.tokens(sent=sent, made=question.tokens) + sold.tokens(sent=again, made=question.tokens)
