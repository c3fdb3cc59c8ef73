"""What holds at fal's queue: one request sent once, jobs asked for where fal says, every error understood."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.account import Account
from videofactory.providers.fal import Ended, FalQueue, looked_up, sent
from videofactory.providers.roles import Sought
from videofactory_tests.providers.fal_scenes import SCHNELL, TOKEN, account, answering, pending, running
from videofactory_tests.twin.fal import MODEL, PLATFORM

JOB = "https://queue.fal.run/fal-ai/flux/requests/r-1"
OURS = {"bad_request", "file_download_error", "image_too_small", "image_too_large"}


def queue(service: Account) -> FalQueue:
    return FalQueue(service, endpoint=SCHNELL, wait=1.0)


def always(status: int, body: object = "", headers: dict[str, str] | None = None) -> Callable[[httpx.Request], httpx.Response]:
    content = body if isinstance(body, str) else json.dumps(body)
    return lambda _: httpx.Response(status, text=content, headers={"Retry-After": "0", **(headers or {})})


def model_error(kind: str) -> dict[str, object]:
    return {"detail": [{"loc": ["body", "prompt"], "msg": "the service's words", "type": kind, "url": "https://docs.fal.ai"}]}


def job_that(ended: httpx.Response, *, status: dict[str, object] | None = None) -> Account:
    """A service with a job that is COMPLETED, whose result is this answer."""
    told = {"status": "COMPLETED", **(status or {})}
    return answering(lambda asked: httpx.Response(200, json=told) if asked.url.path.endswith("/status") else ended)


def failure_of(act: Callable[[], object]) -> FactoryError:
    with pytest.raises(FactoryError) as caught:
        act()
    return caught.value


def test_a_request_is_sent_once_with_the_key_and_without_the_queues_own_repetitions() -> None:
    seen: list[httpx.Request] = []

    def handle(asked: httpx.Request) -> httpx.Response:
        seen.append(asked)
        return httpx.Response(200, json={"request_id": "r-1", "response_url": JOB, "status_url": f"{JOB}/status"})

    receipt = queue(answering(handle)).submit({"prompt": "a cup"}, token=TOKEN)
    assert receipt.external_id == JOB
    assert [str(asked.url) for asked in seen] == [f"https://queue.fal.run/{SCHNELL}"]
    assert seen[0].headers["x-fal-no-retry"] == "1"
    assert seen[0].headers["authorization"] == "Key id:secret"
    assert "x-fal-store-io" not in seen[0].headers  # switching storage off would switch recovery off


@pytest.mark.parametrize("named", ["https://elsewhere.example/requests/r-1", "http://queue.fal.run.example/r-1", ""])
def test_a_job_at_a_strange_address_is_asked_for_at_fals_own(named: str) -> None:
    answer = {"request_id": "r-1", "response_url": named, "status_url": f"{named}/status"}
    assert queue(answering(always(200, answer))).submit({}, token=TOKEN).external_id == JOB


def test_the_backup_host_is_fals_own() -> None:
    place = JOB.replace("queue.fal.run", "queue.falrun.com")
    answer = {"request_id": "r-1", "response_url": place, "status_url": f"{place}/status"}
    assert queue(answering(always(200, answer))).submit({}, token=TOKEN).external_id == place


def test_the_report_of_a_job_carries_our_id() -> None:
    seen: list[httpx.Request] = []

    def handle(asked: httpx.Request) -> httpx.Response:
        seen.append(asked)
        return httpx.Response(200, json={"request_id": "r-1"})

    plain = answering(handle)
    with_callback = Account("fal", plain.bases, plain.keys, callback="https://us.example/hook", transport=plain.transport)
    queue(with_callback).submit({}, token=TOKEN)
    assert seen[0].url.params["fal_webhook"] == f"https://us.example/hook?token={TOKEN}"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"detail": "bad"}, EngineRejected),
        (401, {"detail": "bad key"}, EngineRejected),
        (403, {"detail": "User is locked. Reason: Exhausted balance."}, EngineRejected),
        (403, {"detail": "no permission"}, EngineRejected),
        (404, {"detail": "no such app"}, EngineRejected),
        (422, model_error("missing"), EngineRejected),
        (422, model_error("content_policy_violation"), Refused),
        (429, {"detail": "concurrent_requests_limit"}, Busy),
        (408, "", OutcomeUnknown),
        (409, "", OutcomeUnknown),
        (499, {"detail": "gone", "error_type": "client_disconnected"}, OutcomeUnknown),
        (500, {"detail": "oh", "error_type": "internal_error"}, OutcomeUnknown),
        (500, model_error("internal_server_error"), OutcomeUnknown),
        (502, "<html>", OutcomeUnknown),
        (503, {"detail": "oh", "error_type": "runner_disconnected"}, OutcomeUnknown),
        (504, {"detail": "late", "error_type": "request_timeout"}, OutcomeUnknown),
        (200, "{half", OutcomeUnknown),
        (200, {"status": "IN_QUEUE"}, OutcomeUnknown),
        (200, [1], OutcomeUnknown),
    ],
)
def test_an_error_in_answer_to_a_submit_says_how_certain_it_is(status: int, body: object, error: type[FactoryError]) -> None:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return always(status, body)(request)

    assert type(failure_of(lambda: queue(answering(handle)).submit({}, token=TOKEN))) is error
    assert len(asked) == 1


def test_an_empty_account_is_told_to_be_topped_up() -> None:
    body = {"detail": "User is locked. Reason: Exhausted balance."}
    error = failure_of(lambda: queue(answering(always(403, body))).submit({}, token=TOKEN))
    assert "Top up" in str(error)


def test_a_busy_answer_carries_its_wait() -> None:
    service = answering(always(429, {"detail": "queue too long"}, {"Retry-After": "7"}))
    error = failure_of(lambda: queue(service).submit({}, token=TOKEN))
    assert isinstance(error, Busy)
    assert error.retry_after == 7


@pytest.mark.parametrize("kind", [*PLATFORM, *MODEL])
def test_every_kind_of_failure_of_a_job_is_understood_from_its_status(kind: str) -> None:
    with running() as twin:
        twin.misbehave("fal.submit", "fail", words=kind)
        line = queue(account(twin))
        receipt = line.submit({"prompt": "a cup", "image_size": {"width": 64, "height": 64}}, token=TOKEN)
        error = failure_of(lambda: line.ask(receipt.external_id))
    assert type(error) is (Refused if kind == "content_policy_violation" else EngineFailed)
    assert kind in str(error)
    assert ("calls show" in str(error)) is (kind in OURS)


@pytest.mark.parametrize("kind", [*PLATFORM, *MODEL])
def test_every_kind_of_failure_of_a_job_is_understood_from_its_result(kind: str) -> None:
    status = (PLATFORM | MODEL)[kind]
    body = model_error(kind) if kind in MODEL else {"detail": "the service's words"}
    headers = {"Retry-After": "0"} | ({"X-Fal-Error-Type": kind} if kind in PLATFORM else {})
    error = failure_of(lambda: queue(job_that(httpx.Response(status, json=body, headers=headers))).ask(JOB))
    passing = dict.fromkeys(("internal_error", "client_disconnected"), Passing)
    assert type(error) is passing.get(kind, Refused if kind == "content_policy_violation" else EngineFailed)
    assert "the service's words" in str(error)


def test_a_failure_without_a_kind_is_told_in_the_status_own_words() -> None:
    status: dict[str, object] = {"error": "the worker fell over"}
    gone = httpx.Response(500, headers={"Retry-After": "0"})
    error = failure_of(lambda: queue(job_that(gone, status=status)).ask(JOB))
    assert type(error) is EngineFailed
    assert "the worker fell over" in str(error)


def test_a_request_that_turned_out_unreadable_ends_its_job() -> None:
    error = failure_of(lambda: queue(job_that(httpx.Response(422, json={"detail": "no such voice"}))).ask(JOB))
    assert type(error) is EngineFailed
    assert "no such voice" in str(error)


def test_a_failed_job_is_no_result_even_if_there_is_one() -> None:
    made = httpx.Response(200, json={"images": []})
    error = failure_of(lambda: queue(job_that(made, status={"error": "late", "error_type": "request_timeout"})).ask(JOB))
    assert "request_timeout" in str(error)


@pytest.mark.parametrize("kind", ["internal_error", "client_disconnected"])
def test_a_kind_that_says_nothing_in_the_place_of_the_result_is_believed_in_the_status(kind: str) -> None:
    with running() as twin:
        twin.misbehave("fal.submit", "fail", words=kind)
        line = queue(account(twin))
        receipt = line.submit({"prompt": "a cup", "image_size": {"width": 64, "height": 64}}, token=TOKEN)
        assert type(failure_of(lambda: line.ask(receipt.external_id))) is EngineFailed
        assert twin.asked("fal.result") == 0


def test_fals_hint_that_another_try_helps_is_passed_on() -> None:
    answer = httpx.Response(500, json=model_error("downstream_service_unavailable"), headers={"X-Fal-Needs-Retry": "true"})
    assert "another try may help" in str(failure_of(lambda: queue(job_that(answer)).ask(JOB)))


def test_a_job_waits_while_it_waits_or_runs() -> None:
    with running(render_seconds=60) as twin:
        line = queue(account(twin))
        receipt = line.submit({"prompt": "a cup", "image_size": {"width": 64, "height": 64}}, token=TOKEN)
        assert line.ask(receipt.external_id) == receipt
        next(iter(twin.world.jobs.values())).created -= 40
        assert line.ask(receipt.external_id) == receipt


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, "", StillRunning),
        (403, "", StillRunning),
        (404, {"status": "NOT_FOUND"}, EngineRejected),
        (429, "", Busy),
        (499, "", Passing),
        (500, "", Passing),
        (200, "{half", Passing),
        (200, "[]", Passing),
    ],
)
def test_a_question_that_fails_leaves_a_paid_job_open(status: int, body: object, error: type[FactoryError]) -> None:
    assert type(failure_of(lambda: queue(answering(always(status, body))).ask(JOB))) is error


def test_a_question_is_repeated_a_submit_is_not() -> None:
    with running() as twin:
        line = queue(account(twin))
        receipt = line.submit({"prompt": "a cup", "image_size": {"width": 64, "height": 64}}, token=TOKEN)
        twin.misbehave("fal.poll", "busy", times=2)
        assert isinstance(line.ask(receipt.external_id), Ended)
        assert twin.asked("fal.poll") == 3
        twin.misbehave("fal.submit", "busy")
        assert isinstance(failure_of(lambda: line.submit({"prompt": "a cup"}, token=TOKEN)), Busy)
        assert twin.asked("fal.submit") == 2


def test_a_person_may_name_a_job_by_its_id_alone() -> None:
    with running() as twin:
        line = queue(account(twin))
        receipt = line.submit({"prompt": "a cup", "image_size": {"width": 64, "height": 64}}, token=TOKEN)
        assert isinstance(line.ask(receipt.external_id.rsplit("/", 1)[-1]), Ended)


def test_our_key_goes_to_fal_alone() -> None:
    seen: list[httpx.Request] = []

    def handle(asked: httpx.Request) -> httpx.Response:
        seen.append(asked)
        return httpx.Response(200, json={})

    assert isinstance(failure_of(lambda: queue(answering(handle)).ask("https://elsewhere.example/requests/1")), EngineRejected)
    assert seen == []


def test_an_upload_is_put_without_the_key_and_may_be_repeated() -> None:
    with running() as twin:
        twin.misbehave("fal.upload", "busy")
        twin.misbehave("fal.put", "busy")
        address = queue(account(twin)).upload(b"bytes", token=TOKEN, name="first.png")
        assert TOKEN in address
        assert httpx.get(address).content == b"bytes"
        assert twin.paid() == 0


def test_an_upload_without_a_place_is_a_clear_failure() -> None:
    error = failure_of(lambda: queue(answering(always(200, {}))).upload(b"bytes", token=TOKEN, name="first.png"))
    assert type(error) is EngineFailed


def item(number: int, **input_: object) -> dict[str, object]:
    return {"request_id": f"r-{number}", "sent_at": datetime.now(UTC).isoformat(), "json_input": input_}


def lost(items: list[dict[str, object]]) -> str:
    """The job that is found in a list for a request with the prompt `a cup`."""
    line = queue(answering(always(200, {"items": items, "has_more": False})))
    seek = Sought(TOKEN, request="{}", sent_at=datetime.now(UTC))
    found = looked_up(line, seek, mine=lambda sent: sent.get("seed") == 7, alike=lambda sent: sent.get("prompt") == "a cup")
    return pending(found).external_id


def test_a_lost_request_is_known_by_its_mark() -> None:
    assert lost([item(1, prompt="a cup"), item(2, prompt="a cup", seed=7)]).endswith("/r-2")


def test_without_a_mark_the_only_one_of_that_time_is_believed() -> None:
    assert lost([item(1, prompt="a cup"), item(2, prompt="a jug")]).endswith("/r-1")


def test_of_two_that_are_alike_none_is_believed() -> None:
    assert isinstance(failure_of(lambda: lost([item(1, prompt="a cup"), item(2, prompt="a cup")])), OutcomeUnknown)


def test_what_was_sent_long_before_or_after_is_not_believed() -> None:
    old = item(1, prompt="a cup") | {"sent_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    new = item(2, prompt="a cup") | {"sent_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    nameless = item(3, prompt="a cup") | {"sent_at": ""}
    assert isinstance(failure_of(lambda: lost([old, new, nameless])), OutcomeUnknown)


def test_a_mark_from_before_the_sending_is_another_requests() -> None:
    old = item(1, seed=7) | {"sent_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()}
    assert isinstance(failure_of(lambda: lost([old])), OutcomeUnknown)


def test_of_two_with_our_mark_the_one_of_that_moment_is_taken() -> None:
    other = item(1, seed=7) | {"sent_at": (datetime.now(UTC) + timedelta(minutes=9)).isoformat()}
    assert lost([other, item(2, seed=7)]).endswith("/r-2")


@pytest.mark.parametrize(("status", "error"), [(403, OutcomeUnknown), (401, OutcomeUnknown), (429, Busy), (503, Passing)])
def test_a_list_that_cannot_be_read_proves_nothing(status: int, error: type[FactoryError]) -> None:
    line = queue(answering(always(status)))
    seek = Sought(TOKEN, request="{}", sent_at=datetime.now(UTC))
    assert type(failure_of(lambda: line.finished(seek))) is error


def test_the_list_is_read_to_its_end() -> None:
    with running() as twin:
        line = queue(account(twin))
        for number in range(101):
            job = twin.world.new_job("fal.submit", {"endpoint": SCHNELL, "prompt": f"{number}"})
            job.created -= 1
        items = line.finished(Sought(TOKEN, request="{}", sent_at=datetime.now(UTC)))
        assert [entry["json_input"]["prompt"] for entry in items] == [f"{number}" for number in range(101)]
        assert twin.asked("fal.list") == 2


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert sent({"sent_at": "2026-11-20T10:00:00"}) == datetime(2026, 11, 20, 10, tzinfo=UTC)
