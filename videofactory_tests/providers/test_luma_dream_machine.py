"""Luma's older API: no price, no first frame; a lost answer is found by the callback address, or stays unknown."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from videofactory.domain.errors import Busy, EngineFailed, EngineRejected, FactoryError, OutcomeUnknown, Passing, Refused
from videofactory.domain.fingerprint import canonical
from videofactory.providers import luma_dream_machine
from videofactory.providers.luma_dream_machine import DreamMachineVideo
from videofactory.providers.registry import Price
from videofactory.providers.roles import Delivered, Pending, Sought
from videofactory_tests.providers.luma_scenes import TOKEN, Pictures, account, request, sold, twin_running
from videofactory_tests.twin.server import Twin

PROVIDER = "luma_dream_machine"
CALLBACK = "https://hooks.example.org/luma?shop=1"


@pytest.fixture
def twin() -> Iterator[Twin]:
    with twin_running() as running:
        yield running


@pytest.fixture
def shelf(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path)


def machine(twin: Twin, *, callback: str = CALLBACK) -> DreamMachineVideo:
    return DreamMachineVideo(sold("luma-dream-machine"), account=account(twin, provider=PROVIDER, callback=callback))


def submitted(engine: DreamMachineVideo, shelf: Pictures, *, token: str = TOKEN, prompt: str = "mist") -> str:
    receipt = engine.submit(request(prompt=prompt), shelf=shelf, token=token)
    assert isinstance(receipt, Pending)
    return receipt.external_id


def sought(*, ago: timedelta = timedelta(0)) -> Sought:
    return Sought(TOKEN, request=canonical(request().model_dump(mode="json")), sent_at=datetime.now(UTC) - ago)


def sent(twin: Twin) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def test_a_job_is_taken_and_brings_a_clip_made_from_words(twin: Twin, shelf: Pictures) -> None:
    engine = machine(twin)
    receipt = engine.poll(submitted(engine, shelf))
    assert isinstance(receipt, Delivered)
    assert receipt.links["clip"].url.startswith(twin.url)
    assert "words alone" in receipt.remarks[0]
    assert sent(twin) == {
        "generation_type": "video",
        "model": "ray-2",
        "prompt": "mist",
        "aspect_ratio": "16:9",
        "duration": "5s",
        "resolution": "720p",
        "callback_url": f"{CALLBACK}&token={TOKEN}",
    }


def test_without_a_public_address_none_is_sent(twin: Twin, shelf: Pictures) -> None:
    submitted(machine(twin, callback=""), shelf)
    assert "callback_url" not in sent(twin)


def test_it_claims_no_first_frame_and_no_price(twin: Twin) -> None:
    assert machine(twin).can == frozenset()
    with pytest.raises(EngineRejected, match="no price of ray-2"):
        machine(twin).price(request())


def test_with_a_price_a_clip_is_priced_by_the_length_sold(twin: Twin) -> None:
    priced = sold("luma-dream-machine").model_copy(
        update={"prices": (Price(per="call", usd=Decimal("0.9"), size="720p", seconds=9),)}
    )
    assert DreamMachineVideo(priced, account=account(twin, provider=PROVIDER)).price(request(seconds=6)) == Decimal("0.9")


def test_a_job_that_is_not_finished_is_pending(twin: Twin, shelf: Pictures) -> None:
    twin.misbehave(f"{PROVIDER}.submit", "never")
    engine = machine(twin)
    job = submitted(engine, shelf)
    assert engine.poll(job) == Pending(job, wait=5.0)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("Frame moderation failed", Refused),
        ("against our usage policy", Refused),
        ("GPU on fire", EngineFailed),
    ],
)
def test_a_failed_job_ends_by_its_words(twin: Twin, shelf: Pictures, words: str, error: type[FactoryError]) -> None:
    twin.misbehave(f"{PROVIDER}.submit", "fail", words=words)
    engine = machine(twin)
    with pytest.raises(error, match=words) as caught:
        engine.poll(submitted(engine, shelf))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, EngineRejected) for status in (400, 401, 402, 403, 404, 422)),
        *((status, OutcomeUnknown) for status in (408, 409, 500, 503)),
        (429, Busy),
    ],
)
def test_every_status_of_a_submit_has_its_meaning(twin: Twin, shelf: Pictures, status: int, error: type[FactoryError]) -> None:
    twin.misbehave(f"{PROVIDER}.submit", "error", value=status)
    with pytest.raises(error) as caught:
        submitted(machine(twin), shelf)
    assert type(caught.value) is error


@pytest.mark.parametrize("kind", ["cut_after", "invalid_json"])
def test_a_job_whose_answer_was_lost_is_found_among_others(twin: Twin, shelf: Pictures, kind: str) -> None:
    engine = machine(twin)
    submitted(engine, shelf, token="another")  # noqa: S106 - an id, no secret
    twin.misbehave(f"{PROVIDER}.submit", kind)
    with pytest.raises(OutcomeUnknown):
        submitted(engine, shelf)
    lost = list(twin.world.jobs)[-1]
    submitted(engine, shelf, token="a third")  # noqa: S106 - an id, no secret
    assert engine.find(sought()) == Pending(lost, wait=0.0)
    assert twin.paid(PROVIDER) == 3


def test_a_request_that_never_arrived_is_proved_absent(twin: Twin, shelf: Pictures) -> None:
    engine = machine(twin)
    submitted(engine, shelf, token="another")  # noqa: S106 - an id, no secret
    assert engine.find(sought()) is None
    assert engine.findable_for == 120


def test_without_a_callback_address_absence_proves_nothing(twin: Twin) -> None:
    with pytest.raises(OutcomeUnknown, match="callback"):
        machine(twin, callback="").find(sought())


def test_a_job_of_the_same_words_sent_before_there_was_an_address_may_be_ours(twin: Twin, shelf: Pictures) -> None:
    submitted(machine(twin, callback=""), shelf)
    with pytest.raises(OutcomeUnknown, match="same words"):
        machine(twin).find(sought())


def test_the_same_words_of_long_ago_are_not_ours(twin: Twin, shelf: Pictures) -> None:
    job = submitted(machine(twin, callback=""), shelf)
    twin.world.jobs[job].created -= 7200
    assert machine(twin).find(sought()) is None


def test_a_job_is_found_on_a_later_page(twin: Twin, shelf: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luma_dream_machine, "PAGE", 2)
    engine = machine(twin)
    job = submitted(engine, shelf)
    for number in range(4):
        submitted(engine, shelf, token=f"later-{number}")
    assert engine.find(sought()) == Pending(job, wait=0.0)
    assert twin.asked(f"{PROVIDER}.list") == 3


def test_a_list_is_read_no_further_than_before_the_sending(twin: Twin, shelf: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luma_dream_machine, "PAGE", 2)
    engine = machine(twin)
    for number in range(6):
        twin.world.jobs[submitted(engine, shelf, token=f"old-{number}")].created -= 7200
    assert engine.find(sought()) is None
    assert twin.asked(f"{PROVIDER}.list") == 1


class OldestFirst(DreamMachineVideo):
    """Dream Machine, listing its oldest jobs first: two long gone, then ours."""

    def _page(self, offset: int) -> dict[str, Any]:
        jobs = [
            {"id": "old", "created_at": "2025-01-01T00:00:00Z", "request": {}},
            {"id": "newer", "created_at": "2025-01-02T00:00:00Z", "request": {}},
            {"id": "ours", "created_at": "2025-01-03T00:00:00Z", "request": {"callback_url": f"https://x.org?token={TOKEN}"}},
        ]
        return {"generations": jobs[offset : offset + 2], "has_more": offset == 0}


def test_a_list_in_another_order_is_read_to_its_end(twin: Twin) -> None:
    engine = OldestFirst(sold("luma-dream-machine"), account=account(twin, provider=PROVIDER, callback=CALLBACK))
    assert engine.find(sought()) == Pending("ours", wait=0.0)


def test_a_list_too_long_to_read_proves_nothing(twin: Twin, shelf: Pictures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luma_dream_machine, "PAGE", 1)
    monkeypatch.setattr(luma_dream_machine, "MOST_PAGES", 2)
    engine = machine(twin)
    for number in range(3):
        submitted(engine, shelf, token=f"other-{number}")
    with pytest.raises(OutcomeUnknown, match="more than 2"):
        engine.find(sought())


def test_half_a_list_is_asked_for_again_later(twin: Twin) -> None:
    twin.misbehave(f"{PROVIDER}.list", "invalid_json")
    with pytest.raises(Passing):
        machine(twin).find(sought())
