"""One question, one repair, one price that holds both; an answer that stays unfit fails clearly, and what was paid is told."""

from decimal import Decimal

import pytest

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, OutcomeUnknown, Passing, Refused
from videofactory.providers.direction.asking import PICTURE_TOKENS, REPAIR_BYTES, most_sent
from videofactory.providers.direction.questions import analysis_question, script_question
from videofactory.providers.registry import registry
from videofactory_tests.providers.direction.material import (
    IMAGE,
    SOLD,
    PromptedAnalyst,
    PromptedDirector,
    rewrite_request,
    rewritten,
    script_in,
    script_request,
    written,
    written_scene,
)

ONE_ASK = SOLD.tokens(sent=1000, made=500)
BAD = written(written_scene())


def test_a_fit_answer_is_asked_for_once_and_booked_as_used() -> None:
    director = PromptedDirector(written())
    receipt = director.delivered(script_request())
    assert len(director.prompter.asked) == 1
    assert (receipt.cost_usd, receipt.remarks) == (ONE_ASK, ())


def test_an_unfit_answer_is_repaired_by_a_second_question_that_quotes_the_problems() -> None:
    director = PromptedDirector(BAD, written())
    receipt = director.delivered(script_request())
    first, second = director.prompter.asked
    assert len(script_in(receipt).scenes) == 4
    assert second.turns[:-2] == first.turns
    assert (second.turns[-2].who, second.turns[-2].text) == ("model", BAD)
    assert "There are 1 scenes, exactly 4 are asked for" in second.turns[-1].text
    assert (second.system, second.schema, second.tokens) == (first.system, first.schema, first.tokens)
    assert receipt.cost_usd == 2 * ONE_ASK
    assert "repaired" in receipt.remarks[0]


def test_a_second_unfit_answer_fails_with_its_problems_and_what_both_cost() -> None:
    director = PromptedDirector(BAD, written(title=""))
    with pytest.raises(EngineFailed, match="title is empty") as caught:
        director.delivered(script_request())
    assert len(director.prompter.asked) == 2
    assert caught.value.cost_usd == 2 * ONE_ASK
    assert not isinstance(caught.value, EngineRejected)


@pytest.mark.parametrize("error", [Passing("no connection"), Busy("429"), OutcomeUnknown("line broke")])
def test_a_repair_that_does_not_get_through_leaves_the_first_answer_paid(error: Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        PromptedDirector(BAD, error).delivered(script_request())


@pytest.mark.parametrize("error", [Refused("no"), EngineRejected("out of money"), EngineFailed("cut")])
def test_a_repair_that_ends_in_a_no_tells_what_the_first_answer_cost(error: Refused | EngineFailed) -> None:
    with pytest.raises(type(error)) as caught:
        PromptedDirector(BAD, error).delivered(script_request())
    assert caught.value.cost_usd == ONE_ASK


@pytest.mark.parametrize("error", [Passing("no connection"), Busy("429")])
def test_a_first_question_that_does_not_get_through_is_certain_to_cost_nothing(error: Passing) -> None:
    with pytest.raises(Passing) as caught:
        PromptedDirector(error).delivered(script_request())
    assert caught.value.cost_usd is None


def test_a_long_list_of_problems_is_cut() -> None:
    director = PromptedDirector(written(*(written_scene(camera="x" * 300) for _ in range(60))), written())
    director.delivered(script_request())
    repair = director.prompter.asked[1].turns[-1].text.encode()
    assert REPAIR_BYTES < len(repair) < REPAIR_BYTES + 500


def test_half_a_letter_is_sent_back_without_breaking_the_repair() -> None:
    half = written().replace("We open at six.", "We open \\ud83c")
    director = PromptedDirector(half, written())
    assert director.delivered(script_request()).remarks


def test_a_rewrite_is_repaired_too() -> None:
    director = PromptedDirector("no", rewritten())
    assert director.delivered(rewrite_request()).remarks
    assert len(director.prompter.asked) == 2


@pytest.mark.parametrize(
    "text", ["We open at six. " * 50, "朝六時に開店します。" * 500, "🎉☕" * 300, "ကော်ဖီ" * 300, "0f9a" * 900]
)
def test_the_price_holds_both_questions_at_their_longest(text: str) -> None:
    request = script_request(text=text)
    question = script_question(request)
    sent = most_sent(question)
    assert sent >= len(question.system.encode()) + len(text.encode())
    price = PromptedDirector().price(request)
    dearest = SOLD.tokens(sent=sent, made=question.tokens) + SOLD.tokens(sent=sent + question.tokens, made=question.tokens)
    assert price >= dearest
    assert price >= (PromptedDirector(BAD, written()).delivered(script_request()).cost_usd or Decimal(1000))


def test_a_picture_is_part_of_the_price() -> None:
    pictured, plain = PromptedAnalyst().price(IMAGE), PromptedDirector().price(rewrite_request())
    question = analysis_question(IMAGE)
    assert most_sent(question, pictures=1) == most_sent(question) + PICTURE_TOKENS
    assert pictured >= SOLD.tokens(sent=2 * most_sent(question, pictures=1), made=2 * question.tokens)
    assert plain > 0


def test_a_prompt_beyond_the_limit_of_a_models_cheap_price_is_reserved_and_booked_at_the_dear_one() -> None:
    haiku = registry().find("director", "claude-haiku-5-5")
    assert haiku is not None
    assert haiku.tokens(sent=100_000, made=1000) == Decimal("0.0105")
    assert haiku.tokens(sent=100_001, made=1000) == Decimal("0.052501")
