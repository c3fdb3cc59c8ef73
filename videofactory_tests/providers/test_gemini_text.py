"""Gemini's text: what is sent, what is billed, and what each documented error and blocked answer means."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
    Passing,
    Refused,
)
from videofactory.providers.gemini import NO_TO_CONTENT, GeminiText
from videofactory.providers.roles import Payload
from videofactory.providers.text import Question, Turn
from videofactory_tests.providers.google_scenes import KEY, Google, running, sold
from videofactory_tests.twin import media

TEXT = r"/gemini/v1beta/models/.*:generateContent"
MODEL = sold("director", "gemini")
SCHEMA = {"type": "object", "required": ["ok"], "properties": {"ok": {"type": "boolean"}}}
QUESTION = Question(
    system="You look closely.",
    turns=(Turn("user", "One red boat?"), Turn("model", '{"ok": 1}'), Turn("user", "ok must be a boolean.")),
    schema=SCHEMA,
    tokens=2000,
    pictures=(Payload(media.picture(width=32, height=18), "image/png"),),
)
FAILURES = [
    "MAX_TOKENS",
    "LANGUAGE",
    "MALFORMED_FUNCTION_CALL",
    "MALFORMED_RESPONSE",
    "UNEXPECTED_TOOL_CALL",
    "TOO_MANY_TOOL_CALLS",
]
FAILURES += ["MISSING_THOUGHT_SIGNATURE", "IMAGE_OTHER", "NO_IMAGE", "CONTINUATION", "OTHER", "SOMETHING_NEW"]
BLOCKS = ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK"]
USED = {"promptTokenCount": 1_000_000, "candidatesTokenCount": 400_000, "thoughtsTokenCount": 600_000}
BILLED = Decimal("4.50")


@pytest.fixture
def google() -> Iterator[Google]:
    with running() as google:
        yield google


def envelope(code: int, status: str, message: str = "said so", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"error": {"code": code, "message": message, "status": status, **more}}


def asked(google: Google, body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Exception:  # noqa: ANN401
    google.say("POST", TEXT, body, status=status, headers=headers)
    with pytest.raises(FactoryError) as caught:
        GeminiText(MODEL, google.gemini()).ask(QUESTION)
    assert google.asked("test.said") == 1, "a submit is never repeated by the adapter"
    assert KEY not in str(caught.value)
    return caught.value


def test_a_question_is_answered_in_the_schema_by_one_request(google: Google) -> None:
    reply = GeminiText(MODEL, google.gemini()).ask(QUESTION)
    assert isinstance(json.loads(reply.text), dict)
    assert google.paid("gemini") == 1
    assert reply.sent > 0
    assert reply.made > 8, "thoughts are billed as output"
    sent = google.sent()
    assert sent["systemInstruction"] == {"parts": [{"text": "You look closely."}]}
    assert [turn["role"] for turn in sent["contents"]] == ["user", "model", "user"]
    assert ["inlineData" in part for part in sent["contents"][0]["parts"]] == [True, False]
    assert sent["generationConfig"] == {
        "responseMimeType": "application/json",
        "responseJsonSchema": SCHEMA,
        "maxOutputTokens": 2000,
        "thinkingConfig": {"thinkingLevel": "LOW"},
    }


def test_thoughts_are_no_part_of_the_answer(google: Google) -> None:
    parts = [{"text": "hm", "thought": True}, {"text": '{"ok": '}, {"text": "true}"}]
    google.say("POST", TEXT, {"candidates": [{"finishReason": "STOP", "content": {"parts": parts}}], "usageMetadata": USED})
    reply = GeminiText(MODEL, google.gemini()).ask(QUESTION)
    assert (reply.text, reply.sent, reply.made) == ('{"ok": true}', 1_000_000, 1_000_000)


@pytest.mark.parametrize("reason", BLOCKS)
def test_a_blocked_prompt_is_a_refusal_in_the_engines_words(google: Google, reason: str) -> None:
    google.misbehave("gemini.text", "refuse", words=f"prompt {reason}")
    with pytest.raises(Refused, match=reason):
        GeminiText(MODEL, google.gemini()).ask(QUESTION)


@pytest.mark.parametrize("reason", sorted(NO_TO_CONTENT))
def test_a_blocked_answer_is_a_refusal_and_billed(google: Google, reason: str) -> None:
    error = asked(google, {"candidates": [{"finishReason": reason, "finishMessage": "too close"}], "usageMetadata": USED})
    assert isinstance(error, Refused)
    assert f"{reason}. too close" in str(error)
    assert error.cost_usd == BILLED


@pytest.mark.parametrize("reason", FAILURES)
def test_a_cut_or_spoilt_answer_is_a_failure_of_the_engine_and_billed(google: Google, reason: str) -> None:
    content = {"parts": [{"text": '{"ok": '}]}
    error = asked(google, {"candidates": [{"finishReason": reason, "content": content}], "usageMetadata": USED})
    assert type(error) is EngineFailed
    assert reason in str(error)
    assert error.cost_usd == BILLED


def test_a_limited_account_is_our_fault(google: Google) -> None:
    assert isinstance(asked(google, {"candidates": [{"finishReason": "PUP_LIMITED_DISABLED"}]}), EngineRejected)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"candidates": []},
        {"candidates": [{"finishReason": "STOP"}]},
        {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": " \n"}]}}]},
        {"candidates": [{"finishReason": "STOP", "content": {"parts": [{"text": "hm", "thought": True}]}}]},
    ],
)
def test_a_blank_answer_is_a_failure_of_the_engine(google: Google, body: dict[str, Any]) -> None:
    assert type(asked(google, body)) is EngineFailed


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "INVALID_ARGUMENT", EngineRejected),
        (400, "FAILED_PRECONDITION", EngineRejected),
        (401, "UNAUTHENTICATED", EngineRejected),
        (403, "PERMISSION_DENIED", EngineRejected),
        (404, "NOT_FOUND", EngineRejected),
        (429, "RESOURCE_EXHAUSTED", Busy),
        (408, "DEADLINE_EXCEEDED", Passing),
        (500, "INTERNAL", Passing),
        (503, "UNAVAILABLE", Passing),
        (504, "DEADLINE_EXCEEDED", Passing),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_each_documented_error_has_its_meaning(
    google: Google,
    status: int,
    code: str,
    kind: type[FactoryError],
    listed: bool,  # noqa: FBT001 - a parameter of pytest
) -> None:
    body = envelope(status, code)
    error = asked(google, [body] if listed else body, status=status)
    assert type(error) is kind
    assert f"{code}: said so" in str(error)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_an_error_that_is_not_googles_own_proves_nothing(google: Google, status: int) -> None:
    assert type(asked(google, b"<html>bad gateway</html>", status=status)) is OutcomeUnknown


def test_the_wait_google_asks_for_is_kept(google: Google) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure"}, {"retryDelay": "37.5s"}]
    error = asked(google, envelope(429, "RESOURCE_EXHAUSTED", details=details), status=429)
    assert isinstance(error, Busy)
    assert error.retry_after == 37.5


def test_the_wait_may_stand_in_the_header(google: Google) -> None:
    error = asked(google, envelope(429, "RESOURCE_EXHAUSTED"), status=429, headers={"Retry-After": "7"})
    assert isinstance(error, Busy)
    assert error.retry_after == 7


def test_a_spending_limit_that_names_no_wait_is_no_rate_limit(google: Google) -> None:
    words = "Your project has exceeded its monthly spending cap."
    assert type(asked(google, envelope(429, "RESOURCE_EXHAUSTED", words), status=429)) is EngineRejected


def test_a_spending_limit_that_passes_is_waited_for(google: Google) -> None:
    said = envelope(429, "RESOURCE_EXHAUSTED", "The spend limit of 10 minutes is reached.", details=[{"retryDelay": "90s"}])
    assert type(asked(google, said, status=429)) is Busy


def test_a_wrong_key_is_our_fault_and_stands_in_no_message(google: Google) -> None:
    key = "AIza-not-the-key"
    google.say("POST", TEXT, envelope(403, "PERMISSION_DENIED", f"Consumer 'api_key:{key}' has been suspended."), status=403)
    with pytest.raises(EngineRejected, match=r"api_key:\*\*\*") as caught:
        GeminiText(MODEL, google.gemini(key=key)).ask(QUESTION)
    assert key not in str(caught.value)


def test_the_service_knows_a_wrong_key(google: Google) -> None:
    with pytest.raises(EngineRejected, match="API key not valid"):
        GeminiText(MODEL, google.gemini(key="other")).ask(QUESTION)
    assert google.paid() == 0


@pytest.mark.parametrize(("fault", "paid"), [("cut_before", 0), ("cut_after", 1), ("invalid_json", 1)])
def test_an_answer_that_is_lost_or_unreadable_proves_nothing(google: Google, fault: str, paid: int) -> None:
    google.misbehave("gemini.text", fault)
    with pytest.raises(OutcomeUnknown):
        GeminiText(MODEL, google.gemini()).ask(QUESTION)
    assert google.paid() == paid
