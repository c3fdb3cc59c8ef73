"""DeepSeek at the twin: what is sent, and what every status and every end of an answer means for the money."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.domain.script import SceneRewrite
from videofactory.ledger.ledger import Ledger
from videofactory.providers.deepseek import DeepSeekDirector, example_of
from videofactory.providers.direction.script_answer import WrittenScript
from videofactory.providers.direction.shapes import schema_of
from videofactory.providers.registry import registry
from videofactory.providers.roles import Delivered, Message, Payload, RewriteRequest, ScriptRequest
from videofactory.providers.text import Question, Turn
from videofactory.studio.purchase import Door
from videofactory_tests.providers.direction.material import COFFEE, ROSA, rewrite_request, script_in, script_request
from videofactory_tests.providers.text_services import Services, model, running

EXACT = {EngineFailed: (EngineRejected,), Passing: (Busy,)}
"""Classes that a more special one must not stand in for."""


@pytest.fixture
def twin() -> Iterator[Services]:
    with running() as twin:
        yield twin


@pytest.fixture
def director(twin: Services) -> DeepSeekDirector:
    return DeepSeekDirector(model("director", "deepseek"), account=twin.account("deepseek"))


def submitted(director: DeepSeekDirector, request: ScriptRequest | RewriteRequest | None = None) -> Delivered:
    return director.submit(request or script_request(), shelf=lambda _: COFFEE, token="t-1")  # noqa: S106 - our own id for the call


def raised(director: DeepSeekDirector, kind: type[FactoryError]) -> FactoryError:
    with pytest.raises(kind) as caught:
        submitted(director)
    assert not isinstance(caught.value, EXACT.get(kind, ()))
    return caught.value


def sent(twin: Services) -> list[dict[str, Any]]:
    return [job.request for job in twin.world.jobs.values()]


def test_a_script_is_written_for_less_than_its_price(twin: Services, director: DeepSeekDirector) -> None:
    request = script_request(characters={ROSA: "Rosa"})
    receipt = submitted(director, request)
    script = script_in(receipt)
    assert (len(script.scenes), script.seconds) == (4, 20.0)
    assert any(ROSA in scene.prompt for scene in script.scenes)
    assert receipt.cost_usd is not None
    assert 0 < receipt.cost_usd < director.price(request)
    assert twin.paid("deepseek") == 1


def test_it_asks_in_json_mode_without_thinking_with_schema_and_example(twin: Services, director: DeepSeekDirector) -> None:
    submitted(director)
    (body,) = sent(twin)
    assert body["model"] == "deepseek-flash"
    assert body["thinking"] == {"type": "disabled"}
    assert body["response_format"] == {"type": "json_object"}
    assert body["max_tokens"] > 4000
    assert "json" in body["messages"][0]["content"]
    assert '"camera": "static"' in body["messages"][0]["content"]
    assert not {"temperature", "stream"} & set(body)


def test_the_example_is_of_the_schemas_shape() -> None:
    example = example_of(schema_of(WrittenScript))
    assert WrittenScript.model_validate(example).scenes[0].camera.value == "static"


def test_a_conversation_goes_along_turn_by_turn(twin: Services, director: DeepSeekDirector) -> None:
    talk = (
        Message(who="reviewer", text="Warmer."),
        Message(who="director", text="Done."),
        Message(who="reviewer", text="Closer."),
    )
    receipt = submitted(director, rewrite_request(conversation=talk))
    rewrite = SceneRewrite.model_validate_json(receipt.files["rewrite"].content)
    assert ROSA in rewrite.prompt
    assert [message["role"] for message in sent(twin)[0]["messages"]] == ["system", "user", "assistant", "user"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, EngineRejected),
        (401, EngineRejected),
        (402, EngineRejected),
        (422, EngineRejected),
        (429, Busy),
        (500, OutcomeUnknown),
        (503, Passing),
    ],
)
def test_each_row_of_the_error_table(twin: Services, director: DeepSeekDirector, status: int, kind: type[FactoryError]) -> None:
    twin.misbehave("deepseek.submit", "fail", words=f"{status} in its own words")
    raised(director, kind)
    assert twin.asked("deepseek.submit") == 1


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("truncated", EngineFailed, True),
        ("refuse", Refused, True),
        ("never", OutcomeUnknown, True),
        ("black", OutcomeUnknown, True),
        ("cut_after", OutcomeUnknown, False),
        ("invalid_json", OutcomeUnknown, False),
    ],
)
def test_each_way_an_answer_can_end(
    twin: Services,
    director: DeepSeekDirector,
    fault: str,
    kind: type[FactoryError],
    billed: bool,  # noqa: FBT001 - a row
) -> None:
    twin.misbehave("deepseek.submit", fault)
    error = raised(director, kind)
    assert (error.cost_usd is not None) is billed
    assert twin.asked("deepseek.submit") == 1


def test_a_429_says_how_long_to_wait(twin: Services, director: DeepSeekDirector) -> None:
    twin.misbehave("deepseek.submit", "busy", value=7)
    error = raised(director, Busy)
    assert isinstance(error, Busy)
    assert error.retry_after == 7


def test_content_that_the_service_calls_a_risk_is_refused(twin: Services, director: DeepSeekDirector) -> None:
    twin.misbehave("deepseek.submit", "fail", words="400 Content Exists Risk")
    raised(director, Refused)


@pytest.mark.parametrize("fault", ["corrupt", "wrong_length"])
def test_an_answer_that_breaks_the_rules_is_repaired_once(twin: Services, director: DeepSeekDirector, fault: str) -> None:
    twin.misbehave("deepseek.submit", fault)
    receipt = submitted(director)
    assert len(script_in(receipt).scenes) == 4
    assert twin.paid("deepseek") == 2
    assert receipt.cost_usd is not None
    assert receipt.cost_usd < director.price(script_request())
    assert len(sent(twin)[1]["messages"]) == 4


def test_an_answer_that_still_breaks_the_rules_fails_after_two_questions(twin: Services, director: DeepSeekDirector) -> None:
    twin.misbehave("deepseek.submit", "wrong_length", times=5)
    error = raised(director, EngineFailed)
    assert error.cost_usd is not None
    assert twin.paid("deepseek") == 2


def test_a_wrong_key_is_told_without_the_key(twin: Services) -> None:
    wrong = DeepSeekDirector(model("director", "deepseek"), account=twin.account("deepseek", key="sk-wrong-0815"))
    error = raised(wrong, EngineRejected)
    assert "sk-wrong-0815" not in str(error)
    assert twin.paid() == 0


def test_pictures_are_refused_before_anything_is_sent(twin: Services, director: DeepSeekDirector) -> None:
    question = Question("", (Turn("user", "?"),), {"type": "object", "properties": {}}, 10, (Payload(b"", "image/jpeg"),))
    with pytest.raises(EngineRejected, match="without pictures"):
        director.text_model().ask(question)
    assert twin.asked("deepseek.submit") == 0


def test_a_retired_name_is_refused_for_free() -> None:
    with pytest.raises(EngineRejected, match="Use deepseek-flash instead"):
        model("director", "deepseek-v4-flash").require_served(date(2026, 11, 20))


def test_every_model_can_be_sent_again_and_has_a_price() -> None:
    for sold in registry().models:
        if sold.provider == "deepseek":
            assert sold.resend
            assert sold.tokens(sent=1_000_000, made=1_000_000) > 0


def test_the_shelf_is_never_asked_for_a_file(director: DeepSeekDirector) -> None:
    def empty(_: object) -> Path:
        raise AssertionError

    assert director.submit(script_request(), shelf=empty, token="t-1").files  # noqa: S106 - our own id for the call


def test_a_blank_answer_is_booked_and_asked_for_again(
    twin: Services, director: DeepSeekDirector, door: Door, project: str
) -> None:
    twin.misbehave("deepseek.submit", "black")
    bought = door.buy(director, script_request(), role="director", project=project)
    assert twin.paid("deepseek") == 2
    assert bought.call.cost_usd is not None
    assert bought.call.cost_usd > director.price(script_request())


def test_an_answer_that_is_no_use_is_booked_at_what_it_cost(
    twin: Services, director: DeepSeekDirector, door: Door, ledger: Ledger, project: str
) -> None:
    twin.misbehave("deepseek.submit", "wrong_length", times=2)
    with pytest.raises(EngineFailed):
        door.buy(director, script_request(), role="director", project=project)
    (call,) = ledger.calls.of_project(project)
    assert (call.state, call.cost_usd is not None and call.cost_usd > 0) == ("failed", True)


def test_the_same_question_is_paid_once(twin: Services, director: DeepSeekDirector, door: Door, project: str) -> None:
    first, second = (door.buy(director, script_request(), role="director", project=project) for _ in range(2))
    assert first.files == second.files
    assert twin.paid("deepseek") == 1
