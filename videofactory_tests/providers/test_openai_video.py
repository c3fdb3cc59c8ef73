"""What holds of OpenAI's video API: first frames of the clip's size, money limits known as such, lost jobs found by list."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from PIL import Image

from videofactory.domain.errors import (
    Busy,
    EngineFailed,
    EngineRejected,
    FactoryError,
    MediaBroken,
    OutcomeUnknown,
    Passing,
    Refused,
    StillRunning,
)
from videofactory.providers.account import Account
from videofactory.providers.openai_video import OpenAIVideo
from videofactory.providers.registry import Model
from videofactory_tests.providers.fal_scenes import (
    TOKEN,
    Services,
    delivered,
    pending,
    running,
    shelf_in,
    sold,
    sought,
    video_request,
)

KEYS = {"OPENAI_API_KEY": "twin-OPENAI_API_KEY"}
SORA = sold("sora-2", file="openai.toml")
PRO = sold("sora-2-pro", file="openai.toml")
SIZES = ((1280, 720), (1820, 1024), (1080, 1920))


@pytest.fixture
def twin() -> Iterator[Services]:
    with running() as twin:
        yield twin


@pytest.fixture
def engine(twin: Services) -> OpenAIVideo:
    return at(twin)


def at(twin: Services) -> OpenAIVideo:
    bases = {"openai": twin.base("openai") + "/v1"}
    return OpenAIVideo(SORA, account=Account("openai", bases, KEYS, transport=twin.line))


def answering(status: int, body: object = None, *, headers: dict[str, str] | None = None) -> OpenAIVideo:
    def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=body or {}, headers={"Retry-After": "0", **(headers or {})})

    account = Account("openai", {"openai": "https://api.openai.com/v1"}, KEYS, transport=httpx.MockTransport(handle))
    return OpenAIVideo(SORA, account=account)


def failure_of(act: Callable[[], object]) -> FactoryError:
    with pytest.raises(FactoryError) as caught:
        act()
    return caught.value


def error(code: str, *, kind: str = "invalid_request_error") -> dict[str, object]:
    return {"error": {"message": "the service's words", "type": kind, "param": None, "code": code}}


def listed(*jobs: dict[str, object]) -> dict[str, object]:
    return {"object": "list", "data": list(jobs), "has_more": False}


def test_a_clip_is_asked_for_with_a_first_frame_of_its_own_size(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    receipt = engine.submit(video_request(), shelf=shelf_in(tmp_path, width=500, height=400), token=TOKEN)
    made = delivered(engine.poll(pending(receipt).external_id))
    link = made.links["clip"]
    assert next(iter(twin.world.jobs.values())).request == {
        "model": "sora-2",
        "prompt": "steam rises",
        "seconds": "8",
        "size": "1280x720",
    }
    assert httpx.get(link.url, headers=dict(link.headers)).content[4:8] == b"ftyp"
    assert httpx.get(link.url).status_code == 401
    assert "twin-OPENAI_API_KEY" not in repr(made)


def test_a_portrait_is_the_size_turned(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    engine.submit(video_request(width=1080, height=1920), shelf=shelf_in(tmp_path), token=TOKEN)
    assert next(iter(twin.world.jobs.values())).request["size"] == "720x1280"


def test_a_format_that_is_not_sold_is_refused_before_anything_is_sent(
    twin: Services, engine: OpenAIVideo, tmp_path: Path
) -> None:
    with pytest.raises(EngineRejected, match="not 1:1"):
        engine.submit(video_request(width=1080, height=1080), shelf=shelf_in(tmp_path), token=TOKEN)
    assert twin.asked("openai.submit") == 0


def test_a_broken_picture_is_told_before_anything_is_sent(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    with pytest.raises(MediaBroken):
        engine.submit(video_request(), shelf=lambda _: path, token=TOKEN)
    assert twin.paid() == 0


def test_the_picture_is_a_png_in_a_form(tmp_path: Path) -> None:
    forms: list[bytes] = []

    def handle(asked: httpx.Request) -> httpx.Response:
        forms.append(asked.read())
        return httpx.Response(200, json={"id": "video_1"})

    account = Account("openai", {"openai": "https://api.openai.com/v1"}, KEYS, transport=httpx.MockTransport(handle))
    path = tmp_path / "frame.webp"
    Image.new("RGBA", (64, 64)).save(path, format="WEBP")
    OpenAIVideo(PRO, account=account).submit(video_request(), shelf=lambda _: path, token=TOKEN)
    picture = Image.open(io.BytesIO(forms[0][forms[0].index(b"\x89PNG") :]))
    assert (picture.format, picture.size) == ("PNG", (1920, 1080))


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (400, error("invalid_value"), EngineRejected),
        (400, error("content_policy_violation"), Refused),
        (400, error("moderation_blocked"), Refused),
        (401, error("invalid_api_key"), EngineRejected),
        (403, error("permission"), EngineRejected),
        (404, error("not_found"), EngineRejected),
        (422, error("invalid_value"), EngineRejected),
        (429, error("rate_limit_exceeded"), Busy),
        (429, error("insufficient_quota", kind="insufficient_quota"), EngineRejected),
        (429, error("", kind="insufficient_quota"), EngineRejected),
        (429, error("credits_used_up", kind="insufficient_quota"), EngineRejected),
        (400, error("billing_hard_limit_reached"), EngineRejected),
        (408, {}, OutcomeUnknown),
        (409, {}, OutcomeUnknown),
        (500, error("server_error"), OutcomeUnknown),
        (503, {}, OutcomeUnknown),
        (200, {"status": "queued"}, OutcomeUnknown),
        (200, ["odd"], OutcomeUnknown),
    ],
)
def test_an_error_in_answer_to_a_submit_says_how_certain_it_is(
    status: int, body: object, fault: type[FactoryError], tmp_path: Path
) -> None:
    engine = answering(status, body)
    caught = failure_of(lambda: engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN))
    assert type(caught) is fault


def test_the_money_limit_that_looks_like_a_rate_limit_says_what_to_do(engine: OpenAIVideo, tmp_path: Path) -> None:
    request = video_request(prompt="[quota] steam")
    caught = failure_of(lambda: engine.submit(request, shelf=shelf_in(tmp_path), token=TOKEN))
    assert type(caught) is EngineRejected
    assert "waiting does not help" in str(caught)


def test_a_rate_limit_carries_its_wait(tmp_path: Path) -> None:
    engine = answering(429, error("rate_limit_exceeded"), headers={"retry-after-ms": "2500"})
    caught = failure_of(lambda: engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN))
    assert isinstance(caught, Busy)
    assert caught.retry_after == 2.5


def test_half_an_answer_to_a_submit_is_an_unknown_outcome(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    for kind in ("invalid_json", "cut_after", "cut_before"):
        twin.misbehave("openai.submit", kind)
        caught = failure_of(lambda: engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN))
        assert type(caught) is OutcomeUnknown
    assert twin.asked("openai.submit") == 3


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (401, error("invalid_api_key"), StillRunning),
        (403, error("permission"), StillRunning),
        (404, error("not_found"), EngineRejected),
        (429, error("rate_limit_exceeded"), Busy),
        (500, {}, Passing),
        (200, ["odd"], Passing),
    ],
)
def test_a_question_that_fails_leaves_a_paid_job_open(status: int, body: object, fault: type[FactoryError]) -> None:
    assert type(failure_of(lambda: answering(status, body).poll("video_1"))) is fault


def test_a_job_waits_while_it_waits_or_runs(tmp_path: Path) -> None:
    with running(render_seconds=60) as twin:
        engine = at(twin)
        receipt = engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN)
        assert engine.poll(receipt.external_id) == receipt
        twin.world.jobs[receipt.external_id].created -= 40
        assert engine.poll(receipt.external_id) == receipt
        assert 10 <= receipt.wait <= 20


def test_a_failed_job_ends_in_the_services_own_words(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    for kind, fault in (("refuse", Refused), ("fail", EngineFailed)):
        twin.misbehave("openai.submit", kind, words="a face was seen")
        receipt = engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN)
        caught = failure_of(lambda job=receipt.external_id: engine.poll(job))  # type: ignore[misc]
        assert type(caught) is fault
        assert "a face was seen" in str(caught)


def test_an_expired_job_is_a_failure() -> None:
    assert type(failure_of(lambda: answering(200, {"id": "video_1", "status": "expired"}).poll("video_1"))) is EngineFailed


def test_a_lost_job_is_found_by_prompt_and_time(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    engine.submit(video_request(prompt="another"), shelf=shelf, token=TOKEN)
    twin.misbehave("openai.submit", "cut_after")
    failure_of(lambda: engine.submit(video_request(), shelf=shelf, token=TOKEN))
    found = pending(engine.find(sought(video_request())))
    assert twin.world.jobs[found.external_id].request["prompt"] == "steam rises"
    assert delivered(engine.poll(found.external_id)).links
    assert twin.paid() == 2


def test_the_list_is_read_back_to_the_time_of_sending(twin: Services, engine: OpenAIVideo, tmp_path: Path) -> None:
    receipt = engine.submit(video_request(), shelf=shelf_in(tmp_path), token=TOKEN)
    shown = dict(twin.world.jobs[receipt.external_id].request)
    for _ in range(100):
        twin.world.new_job("openai.submit", shown | {"prompt": "later"})
    assert pending(engine.find(sought(video_request()))).external_id == receipt.external_id
    assert twin.asked("openai.list") == 2


@pytest.mark.parametrize("moments", [[], [0, 0], [-7200], [7200]])
def test_unless_one_job_fits_nothing_is_believed(moments: list[int]) -> None:
    wanted = {"model": "sora-2", "prompt": "steam rises", "seconds": "8", "size": "1280x720"}
    now = datetime.now(UTC)
    jobs = [
        wanted | {"id": f"video_{number}", "created_at": int((now + timedelta(seconds=moment)).timestamp())}
        for number, moment in enumerate(moments)
    ]
    caught = failure_of(lambda: answering(200, listed(*jobs)).find(sought(video_request())))
    assert type(caught) is OutcomeUnknown


@pytest.mark.parametrize(("status", "fault"), [(404, OutcomeUnknown), (401, StillRunning), (503, Passing)])
def test_a_list_that_cannot_be_read_proves_nothing(status: int, fault: type[FactoryError]) -> None:
    assert type(failure_of(lambda: answering(status).find(sought(video_request())))) is fault


@pytest.mark.parametrize("model", [SORA, PRO])
def test_openais_own_models_have_ended_without_a_successor(model: Model) -> None:
    model.require_served(date(2026, 9, 23))
    with pytest.raises(EngineRejected, match="no successor"):
        model.require_served(date(2026, 9, 24))


def test_each_size_has_its_price() -> None:
    account = Account("openai", {"openai": "https://api.openai.com/v1"}, KEYS)
    engine = OpenAIVideo(PRO, account=account)
    prices = [engine.price(video_request(seconds=4.0, width=width, height=height)) for width, height in SIZES]
    assert prices == [Decimal("1.200000"), Decimal("2.000000"), Decimal("2.800000")]
