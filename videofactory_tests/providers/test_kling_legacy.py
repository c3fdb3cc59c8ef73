"""Kling's older generation, at the twin: the signed token, `model_name`, our id in the path, the status `succeed`."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
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
from videofactory.providers.kling import SUBMIT_SECONDS
from videofactory.providers.kling_legacy import KlingLegacyVideo, StaleToken, signed
from videofactory.providers.roles import Delivered, Pending, Shelf
from videofactory_tests.providers.kling_scenes import (
    BOTH_FRAMES,
    SCENE,
    SOUGHT,
    TOKEN,
    Services,
    changed,
    key_of,
    model,
    running,
    saying,
    shelf_in,
)
from videofactory_tests.twin import kling as service

BOTH_KEYS = key_of("KLING_ACCESS_KEY", "KLING_SECRET_KEY")
MEANINGS = {
    **dict.fromkeys((1000, 1001, 1002, 1100, 1101, 1102, 1103, 1200, 1201, 1202, 1203, 1304), EngineRejected),
    **dict.fromkeys((1300, 1301), Refused),
    **dict.fromkeys((1302, 1303), Busy),
    5001: Passing,
    **dict.fromkeys((5000, 5002), OutcomeUnknown),
}


@pytest.fixture
def twin() -> Iterator[Services]:
    with running() as twin:
        yield twin


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


@pytest.fixture
def kling(twin: Services) -> KlingLegacyVideo:
    return engine(twin)


def engine(
    twin: Services, name: str = "kling-v2-6", *, keys: dict[str, str] | None = None, ahead: float = 0.0
) -> KlingLegacyVideo:
    account = twin.account("kling", keys=BOTH_KEYS if keys is None else keys)
    return KlingLegacyVideo(model("kling", name), account=account, clock=lambda: time.time() + ahead)


def sent(twin: Services) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def bought(kling: KlingLegacyVideo, shelf: Shelf) -> Pending:
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    return receipt


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_token_is_signed_for_half_an_hour_and_begins_five_seconds_ago() -> None:
    token = signed(access_key="access", secret_key="secret", now=1_800_000_000.9)  # noqa: S106 - a test's
    head, payload, signature = token.split(".")
    assert json.loads(decoded(head)) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(decoded(payload)) == {"iss": "access", "exp": 1_800_001_800, "nbf": 1_799_999_995}
    assert decoded(signature) == hmac.new(b"secret", f"{head}.{payload}".encode(), hashlib.sha256).digest()
    assert "=" not in token


def test_a_clip_is_bought_with_two_keys(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    delivered = kling.poll(bought(kling, shelf).external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.links["clip"].url.endswith(".mp4")
    assert delivered.cost_usd is None
    assert twin.paid("kling") == 1


def test_a_clip_is_bought_with_the_api_key_as_it_is(twin: Services, shelf: Shelf) -> None:
    kling = engine(twin, keys=key_of("KLING_API_KEY"))
    assert isinstance(kling.poll(bought(kling, shelf).external_id), Delivered)


def test_the_request_is_what_the_page_says(twin: Services, kling: KlingLegacyVideo, shelf: Shelf, tmp_path: Path) -> None:
    bought(kling, shelf)
    body = sent(twin)
    assert base64.b64decode(body.pop("image")) == (tmp_path / "11111111.png").read_bytes()
    assert body == {
        "model_name": "kling-v2-6",
        "prompt": "steam over a cup. Camera: slow push in.",
        "mode": "std",
        "duration": "5",
        "external_task_id": TOKEN,
    }


def test_a_last_frame_is_made_and_priced_in_1080p(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    assert kling.price(SCENE) == Decimal("0.21")
    assert kling.price(BOTH_FRAMES) == Decimal("0.35")
    kling.submit(BOTH_FRAMES, shelf=shelf, token=TOKEN)
    assert sent(twin)["mode"] == "pro"
    assert sent(twin)["image_tail"]


def test_a_model_that_takes_no_last_frame_is_given_none_and_says_so(twin: Services, shelf: Shelf) -> None:
    kling = engine(twin, "kling-v2-1")
    receipt = kling.submit(BOTH_FRAMES, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    assert sent(twin)["mode"] == "std"
    assert "image_tail" not in sent(twin)
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.remarks == ("kling-v2-1 makes no use of a last frame: it was left out.",)


def test_own_sound_is_left_out_with_a_remark(kling: KlingLegacyVideo, shelf: Shelf) -> None:
    scene = changed(SCENE, own_sound=True)
    assert kling.price(scene) == Decimal("0.21")
    receipt = kling.submit(scene, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.remarks == ("kling-v2-6 makes no use of a sound of its own: it was left out.",)


def test_five_or_ten_seconds_are_sold(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    assert [kling.sold_seconds(seconds) for seconds in (3.0, 5.0, 5.1)] == [5.0, 5.0, 10.0]
    with pytest.raises(EngineRejected):
        kling.sold_seconds(11)
    kling.submit(changed(SCENE, seconds=10), shelf=shelf, token=TOKEN)
    assert sent(twin)["duration"] == "10"


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_each_code_of_a_submit_has_its_meaning_and_nothing_is_paid(
    twin: Services, kling: KlingLegacyVideo, shelf: Shelf, code: int
) -> None:
    service.say(twin.world, "kling.submit", code, "in Kling's words")
    with pytest.raises(MEANINGS[code], match="in Kling's words"):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert twin.asked("kling.submit") == 1
    assert twin.paid() == 0


@pytest.mark.parametrize("code", [1003, 1004])
def test_a_stale_token_is_signed_anew_once(twin: Services, kling: KlingLegacyVideo, shelf: Shelf, code: int) -> None:
    service.say(twin.world, "kling.submit", code)
    bought(kling, shelf)
    assert twin.asked("kling.submit") == 2
    assert twin.paid() == 1


@pytest.mark.parametrize("code", [1003, 1004])
def test_a_second_stale_token_is_our_fault(twin: Services, kling: KlingLegacyVideo, shelf: Shelf, code: int) -> None:
    service.say(twin.world, "kling.submit", code, times=2)
    with pytest.raises(EngineRejected, match="machine's clock"):
        bought(kling, shelf)
    assert twin.asked("kling.submit") == 2
    assert twin.paid() == 0


@pytest.mark.parametrize("ahead", [600.0, -4000.0])
def test_a_clock_that_is_wrong_is_set_by_klings(twin: Services, shelf: Shelf, ahead: float) -> None:
    kling = engine(twin, ahead=ahead)
    receipt = bought(kling, shelf)
    assert isinstance(kling.poll(receipt.external_id), Delivered)
    assert twin.asked("kling.submit") == 2
    assert twin.asked("kling.poll") == 1
    assert twin.paid() == 1


def test_a_query_with_a_wrong_clock_mends_itself(twin: Services, shelf: Shelf) -> None:
    receipt = bought(engine(twin), shelf)
    assert isinstance(engine(twin, ahead=600.0).poll(receipt.external_id), Delivered)
    assert twin.asked("kling.poll") == 2


def test_a_stale_api_key_is_no_stale_token(twin: Services, shelf: Shelf) -> None:
    service.say(twin.world, "kling.submit", 1004)
    with pytest.raises(EngineRejected, match="has expired"):
        bought(engine(twin, keys=key_of("KLING_API_KEY")), shelf)
    assert twin.asked("kling.submit") == 1


def test_a_wrong_secret_is_our_fault(twin: Services, shelf: Shelf) -> None:
    with pytest.raises(EngineRejected, match="code 1000"):
        bought(engine(twin, keys=BOTH_KEYS | {"KLING_SECRET_KEY": "wrong"}), shelf)


def test_a_stale_token_does_not_blame_the_engine() -> None:
    assert not StaleToken.blames_engine


def test_an_answer_that_was_cut_is_found_by_our_id_and_delivered(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "cut_after")
    with pytest.raises(OutcomeUnknown):
        bought(kling, shelf)
    found = kling.find(SOUGHT)
    assert found == Pending(next(iter(twin.world.jobs)), wait=0.0)
    assert isinstance(kling.poll(found.external_id), Delivered)
    assert twin.paid() == 1


def test_a_request_that_never_arrived_is_proven_absent(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "cut_before")
    with pytest.raises(OutcomeUnknown):
        bought(kling, shelf)
    assert kling.find(SOUGHT) is None
    assert kling.findable_for > SUBMIT_SECONDS


def test_our_id_may_become_visible_later(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    vars(twin.world)["hidden_seconds"] = 60.0
    bought(kling, shelf)
    assert kling.find(SOUGHT) is None
    vars(twin.world)["hidden_seconds"] = 0.0
    assert kling.find(SOUGHT) is not None


@pytest.mark.parametrize(
    ("code", "message"), [(1201, "pageSize is invalid"), (1002, "api key not found"), (1202, "no such method")]
)
def test_a_failed_look_up_proves_nothing(twin: Services, kling: KlingLegacyVideo, code: int, message: str) -> None:
    service.say(twin.world, "kling.poll", code, message)
    with pytest.raises(Passing, match=message):
        kling.find(SOUGHT)


def test_another_task_proves_nothing() -> None:
    body = {"code": 0, "data": {"task_id": "1", "task_status": "succeed", "task_info": {"external_task_id": "other"}}}
    kling = KlingLegacyVideo(model("kling", "kling-v2-6"), account=saying("kling", body, keys=BOTH_KEYS))
    with pytest.raises(OutcomeUnknown, match="named another"):
        kling.find(SOUGHT)


def test_an_answer_without_a_task_proves_nothing(shelf: Shelf) -> None:
    kling = KlingLegacyVideo(model("kling", "kling-v2-6"), account=saying("kling", {"code": 0, "data": []}, keys=BOTH_KEYS))
    with pytest.raises(Passing, match="names no task"):
        kling.find(SOUGHT)
    with pytest.raises(OutcomeUnknown, match="names no task"):
        bought(kling, shelf)


def test_a_task_that_is_not_shown_is_asked_for_again(kling: KlingLegacyVideo) -> None:
    with pytest.raises(Passing, match="does not show the task 42"):
        kling.poll("42")


@pytest.mark.parametrize(("fault", "error"), [("refuse", Refused), ("fail", EngineFailed)])
def test_a_failed_task_is_told_in_klings_words(
    twin: Services, kling: KlingLegacyVideo, shelf: Shelf, fault: str, error: type[FactoryError]
) -> None:
    words = {"refuse": "Failure to pass the risk control system", "fail": "Internal rendering error"}[fault]
    twin.misbehave("kling.submit", fault)
    with pytest.raises(error, match=words):
        kling.poll(bought(kling, shelf).external_id)


def test_a_task_at_work_is_pending(twin: Services, kling: KlingLegacyVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "never")
    receipt = bought(kling, shelf)
    assert kling.poll(receipt.external_id) == Pending(receipt.external_id, wait=5.0)


@pytest.mark.parametrize("name", ["kling-v2-1", "kling-v2-1-master", "kling-v2-master", "kling-v1-6"])
def test_retired_models_name_their_successor_for_free(name: str) -> None:
    retired = model("kling", name)
    assert retired.sunset is not None
    with pytest.raises(EngineRejected, match=f"Use {retired.successor} instead"):
        retired.require_served(retired.sunset)
    assert model("kling", retired.successor).sunset is None
