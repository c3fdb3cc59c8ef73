"""Anthropic at the twin: what is sent, and what every error and every stop reason means for the money."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.providers.anthropic import AnthropicAnalyst, AnthropicDirector
from videofactory.providers.registry import registry
from videofactory.providers.roles import Delivered
from videofactory_tests.providers.direction.material import (
    COFFEE,
    IMAGE,
    rewrite_in,
    rewrite_request,
    script_in,
    script_request,
)
from videofactory_tests.providers.text_services import Services, model, running

EXACT = {EngineFailed: (EngineRejected,), Passing: (Busy,)}
"""Classes that a more special one must not stand in for."""
ERRORS: list[tuple[str, type[FactoryError]]] = [
    ("400 invalid_request_error - max_tokens: must be at least 1", EngineRejected),
    ("400 invalid_request_error organization_on_hold your organization is on hold", EngineRejected),
    ("400 invalid_request_error - Output blocked by content filtering policy", Refused),
    ("401 authentication_error - invalid x-api-key", EngineRejected),
    ("402 billing_error linked_organization_billing_unavailable no billing", EngineRejected),
    ("402 billing_error linked_organization_spend_limit_reached limit", EngineRejected),
    ("403 permission_error - not yours", EngineRejected),
    ("404 not_found_error - model: claude-0", EngineRejected),
    ("409 conflict_error - try again", OutcomeUnknown),
    ("413 request_too_large request_body_too_large_after_decoding too large", EngineRejected),
    ("422 invalid_request_error - unprocessable", EngineRejected),
    ("429 rate_limit_error - slow down", Busy),
    ("429 rate_limit_error ramp_limit_exceeded slow down", Busy),
    ("429 rate_limit_error enforced_spend_limit_reached monthly limit", EngineRejected),
    ("429 rate_limit_error contract_spend_limit_reached contract limit", EngineRejected),
    ("500 api_error - internal", OutcomeUnknown),
    ("503 api_error cmek_key_unreachable no key", Passing),
    ("504 timeout_error - took too long", OutcomeUnknown),
    ("529 overloaded_error - overloaded", Passing),
]


@pytest.fixture
def twin() -> Iterator[Services]:
    with running() as twin:
        yield twin


@pytest.fixture
def director(twin: Services) -> AnthropicDirector:
    return AnthropicDirector(model("director", "anthropic"), account=twin.account("anthropic"))


@pytest.fixture
def analyst(twin: Services) -> AnthropicAnalyst:
    return AnthropicAnalyst(model("analyst", "anthropic"), account=twin.account("anthropic"))


def submitted(director: AnthropicDirector) -> Delivered:
    return director.submit(script_request(), shelf=lambda _: COFFEE, token="t-1")  # noqa: S106 - our own id for the call, no secret


def raised(director: AnthropicDirector, kind: type[FactoryError]) -> FactoryError:
    with pytest.raises(kind) as caught:
        submitted(director)
    assert not isinstance(caught.value, EXACT.get(kind, ()))
    return caught.value


def sent(twin: Services) -> list[dict[str, Any]]:
    return [job.request for job in twin.world.jobs.values()]


def test_a_script_is_written_for_less_than_its_price(twin: Services, director: AnthropicDirector) -> None:
    receipt = submitted(director)
    assert len(script_in(receipt).scenes) == 4
    assert receipt.cost_usd is not None
    assert 0 < receipt.cost_usd < director.price(script_request())
    assert twin.paid("anthropic") == 1


def test_it_asks_for_a_schema_and_sends_no_sampling(twin: Services, director: AnthropicDirector) -> None:
    submitted(director)
    (body,) = sent(twin)
    assert body["model"] == "claude-haiku-5-5"
    assert body["output_config"]["format"]["type"] == "json_schema"
    assert set(body) == {"model", "max_tokens", "system", "messages", "output_config"}


def test_a_scene_is_rewritten(twin: Services, director: AnthropicDirector) -> None:
    receipt = director.submit(rewrite_request(light="red"), shelf=lambda _: COFFEE, token="t-1")  # noqa: S106 - our own id
    assert "wooden table" in rewrite_in(receipt).prompt
    assert twin.paid("anthropic") == 1


def test_a_brand_picture_is_read(twin: Services, analyst: AnthropicAnalyst) -> None:
    receipt = analyst.submit(IMAGE, shelf=lambda _: COFFEE, token="t-1")  # noqa: S106 - our own id for the call
    analysis = BrandAnalysis.model_validate_json(receipt.files["analysis"].content)
    assert analysis.subject == "a red espresso cup on a wooden table"
    assert receipt.cost_usd is not None
    assert 0 < receipt.cost_usd < analyst.price(IMAGE)
    picture, words = sent(twin)[0]["messages"][0]["content"]
    assert picture["source"]["media_type"] == "image/jpeg"
    assert words["type"] == "text"


def test_the_repair_shows_the_picture_again_and_ends_with_the_problems(twin: Services, analyst: AnthropicAnalyst) -> None:
    twin.misbehave("anthropic.submit", "wrong_length")
    receipt = analyst.submit(IMAGE, shelf=lambda _: COFFEE, token="t-1")  # noqa: S106 - our own id for the call
    messages = sent(twin)[1]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert [block["type"] for block in messages[0]["content"]] == ["image", "text"]
    assert "subject is empty" in messages[2]["content"][0]["text"]
    assert receipt.cost_usd is not None
    assert receipt.cost_usd < analyst.price(IMAGE)


@pytest.mark.parametrize(("words", "kind"), ERRORS, ids=[words.split(" ", 3)[0] + words.split()[2] for words, _ in ERRORS])
def test_each_row_of_the_error_table(twin: Services, director: AnthropicDirector, words: str, kind: type[FactoryError]) -> None:
    twin.misbehave("anthropic.submit", "fail", words=words)
    raised(director, kind)
    assert twin.asked("anthropic.submit") == 1


@pytest.mark.parametrize("words", ["429 rate_limit_error - slow down", "529 overloaded_error - overloaded"])
def test_the_wait_asked_for_is_told(twin: Services, director: AnthropicDirector, words: str) -> None:
    twin.misbehave("anthropic.submit", "fail", words=words)
    error = raised(director, Busy if words.startswith("429") else Passing)
    assert getattr(error, "retry_after", None) == 7


@pytest.mark.parametrize(
    ("fault", "kind", "billed"),
    [
        ("truncated", EngineFailed, True),
        ("refuse", Refused, True),
        ("never", EngineFailed, True),
        ("cut_after", OutcomeUnknown, False),
        ("invalid_json", OutcomeUnknown, False),
    ],
)
def test_each_way_an_answer_can_end(
    twin: Services,
    director: AnthropicDirector,
    fault: str,
    kind: type[FactoryError],
    billed: bool,  # noqa: FBT001 - a row
) -> None:
    twin.misbehave("anthropic.submit", fault, words="We cannot help with that.")
    error = raised(director, kind)
    assert (error.cost_usd is not None) is billed
    assert twin.asked("anthropic.submit") == 1


def test_a_refusal_carries_the_services_own_words(twin: Services, director: AnthropicDirector) -> None:
    twin.misbehave("anthropic.submit", "refuse", words="This asks for a likeness.")
    assert "This asks for a likeness." in str(raised(director, Refused))


@pytest.mark.parametrize("status", [429, 503, 529])
def test_an_error_page_that_is_not_the_services_own_is_read_by_its_status(
    twin: Services, director: AnthropicDirector, status: int
) -> None:
    twin.misbehave("anthropic.submit", "error", value=status, words="a proxy's page")
    raised(director, Busy if status == 429 else Passing)


def test_a_wrong_key_is_told_without_the_key(twin: Services) -> None:
    wrong = AnthropicDirector(model("director", "anthropic"), account=twin.account("anthropic", key="sk-ant-wrong-0815"))
    assert "sk-ant-wrong-0815" not in str(raised(wrong, EngineRejected))
    assert twin.paid() == 0


def test_a_service_that_cannot_be_reached_took_nothing(twin: Services) -> None:
    account = twin.account("anthropic")
    away = type(account)("anthropic", {"anthropic": "http://127.0.0.1:9"}, account.keys, transport=twin.line)
    raised(AnthropicDirector(model("director", "anthropic"), account=away), Passing)


def test_every_model_can_be_sent_again_and_has_a_price() -> None:
    roles = [sold.role for sold in registry().models if sold.provider == "anthropic"]
    assert set(roles) == {"director", "analyst"}
    for sold in registry().models:
        if sold.provider == "anthropic":
            assert sold.resend
            assert sold.tokens(sent=1_000_000, made=1_000_000) > 0


def test_a_broken_picture_costs_nothing(twin: Services, analyst: AnthropicAnalyst, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with pytest.raises(FactoryError):
        analyst.submit(IMAGE, shelf=lambda _: broken, token="t-1")  # noqa: S106 - our own id for the call
    assert twin.asked("anthropic.submit") == 0
