"""Kling's current generation, at the twin: what is sent, what comes back, and what each of its error codes means."""

import base64
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

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
)
from videofactory.providers.kling import CODES, SUBMIT_SECONDS, KlingVideo
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

KEYS = key_of("KLING_API_KEY")
MEANINGS = {
    **dict.fromkeys((1000, 1001, 1002, 1003, 1004, 1100, 1101, 1102, 1103, 1200, 1201, 1202, 1203, 1304), EngineRejected),
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
def kling(twin: Services) -> KlingVideo:
    return engine(twin)


def engine(twin: Services, name: str = "kling", *, key: str = "twin-KLING_API_KEY") -> KlingVideo:
    return KlingVideo(model("kling", name), account=twin.account("kling", keys={"KLING_API_KEY": key}))


def sent(twin: Services) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def test_a_clip_is_bought_polled_and_lies_behind_a_link(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    clip = httpx.get(delivered.links["clip"].url).content
    assert clip[4:8] == b"ftyp"
    assert delivered.remarks == ()
    assert twin.paid("kling") == 1


def test_the_request_is_what_the_page_says(twin: Services, kling: KlingVideo, shelf: Shelf, tmp_path: Path) -> None:
    kling.submit(BOTH_FRAMES, shelf=shelf, token=TOKEN)
    body = sent(twin)
    assert [part["type"] for part in body["contents"]] == ["prompt", "first_frame", "last_frame"]
    assert body["contents"][0]["text"] == "steam over a cup. Camera: slow push in."
    assert base64.b64decode(body["contents"][1]["url"]) == (tmp_path / "11111111.png").read_bytes()
    assert base64.b64decode(body["contents"][2]["url"]) == (tmp_path / "22222222.png").read_bytes()
    assert body["settings"] == {"resolution": "720p", "duration": 5, "audio": "off", "multi_shot": False}
    assert body["options"] == {"external_task_id": TOKEN}


def test_a_task_at_work_is_pending(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "never")
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    assert kling.poll(receipt.external_id) == Pending(receipt.external_id, wait=5.0)


@pytest.mark.parametrize(
    ("height", "own_sound", "size", "price"),
    [(720, False, "720p", "0.42"), (720, True, "720p", "0.63"), (1080, False, "1080p", "0.56"), (2160, False, "4k", "2.1")],
)
def test_size_and_sound_are_bought_at_their_price(
    twin: Services,
    kling: KlingVideo,
    shelf: Shelf,
    height: int,
    own_sound: bool,  # noqa: FBT001 - a column of the table
    size: str,
    price: str,
) -> None:
    scene = changed(SCENE, width=height * 16 // 9, height=height, own_sound=own_sound)
    assert kling.price(scene) == Decimal(price)
    kling.submit(scene, shelf=shelf, token=TOKEN)
    assert sent(twin)["settings"]["resolution"] == size
    assert sent(twin)["settings"]["audio"] == ("native" if own_sound else "off")


def test_lengths_are_whole_seconds_from_3_to_15(kling: KlingVideo) -> None:
    assert [kling.sold_seconds(seconds) for seconds in (1.0, 3.2, 15.0)] == [3.0, 4.0, 15.0]
    with pytest.raises(EngineRejected, match=r"up to 15 s; 15.5 s are needed"):
        kling.sold_seconds(15.5)


def test_a_model_that_takes_no_last_frame_is_given_none_and_says_so(twin: Services, shelf: Shelf) -> None:
    turbo = engine(twin, "kling-3.0-turbo")
    receipt = turbo.submit(BOTH_FRAMES, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    assert [part["type"] for part in sent(twin)["contents"]] == ["prompt", "first_frame"]
    assert sent(twin)["settings"] == {"resolution": "720p", "duration": 5}
    delivered = turbo.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.remarks == ("kling-3.0-turbo makes no use of a last frame: it was left out.",)


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_each_code_of_a_submit_has_its_meaning_and_nothing_is_paid(
    twin: Services, kling: KlingVideo, shelf: Shelf, code: int
) -> None:
    service.say(twin.world, "kling.submit", code, "in Kling's words")
    with pytest.raises(FactoryError, match="in Kling's words") as caught:
        kling.submit(SCENE, shelf=shelf, token=TOKEN)
    meaning = MEANINGS[code]
    assert isinstance(caught.value, meaning)
    assert meaning is not Passing or not isinstance(caught.value, Busy)
    assert twin.asked("kling.submit") == 1
    assert twin.paid() == 0


def test_the_table_of_codes_is_whole() -> None:
    assert set(CODES) == set(MEANINGS)
    assert all(CODES[code][0] is meaning for code, meaning in MEANINGS.items())


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_no_code_of_a_query_ends_a_job(twin: Services, kling: KlingVideo, shelf: Shelf, code: int) -> None:
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    service.say(twin.world, "kling.poll", code, times=3)
    with pytest.raises(Passing):
        kling.poll(receipt.external_id)


def test_a_code_within_http_200_is_an_error_too(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    service.say(twin.world, "kling.submit", 7777, "what nobody documented")
    with pytest.raises(OutcomeUnknown, match="what nobody documented"):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)


def test_a_known_code_within_http_200_keeps_its_meaning(shelf: Shelf) -> None:
    body = {"code": 1301, "message": "not this", "request_id": "r"}
    kling = KlingVideo(model("kling", "kling"), account=saying("kling", body, keys=KEYS))
    with pytest.raises(Refused, match="not this"):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)


def test_a_wrong_key_is_our_fault(twin: Services, shelf: Shelf) -> None:
    with pytest.raises(EngineRejected, match=r"code 1002: api key not found.*keys list"):
        engine(twin, key="wrong").submit(SCENE, shelf=shelf, token=TOKEN)


def test_an_answer_that_was_cut_is_found_by_our_id_and_delivered(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "cut_after")
    with pytest.raises(OutcomeUnknown):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)
    found = kling.find(SOUGHT)
    assert found == Pending(next(iter(twin.world.jobs)), wait=0.0)
    assert isinstance(kling.poll(found.external_id), Delivered)
    assert twin.paid() == 1


def test_an_answer_that_is_no_json_leaves_the_outcome_open(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "invalid_json")
    with pytest.raises(OutcomeUnknown):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert kling.find(SOUGHT) is not None


def test_a_query_that_is_no_json_is_asked_again(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    twin.misbehave("kling.poll", "invalid_json")
    with pytest.raises(Passing):
        kling.poll(receipt.external_id)


def test_a_request_that_never_arrived_is_proven_absent(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    twin.misbehave("kling.submit", "cut_before")
    with pytest.raises(OutcomeUnknown):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert kling.find(SOUGHT) is None
    assert kling.findable_for > SUBMIT_SECONDS


def test_absence_may_also_be_told_by_a_code(twin: Services, kling: KlingVideo) -> None:
    service.say(twin.world, "kling.poll", 1203)
    assert kling.find(SOUGHT) is None


def test_our_id_may_become_visible_later(twin: Services, kling: KlingVideo, shelf: Shelf) -> None:
    vars(twin.world)["hidden_seconds"] = 60.0
    kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert kling.find(SOUGHT) is None  # which is why the purchase door asks again for `findable_for` seconds
    vars(twin.world)["hidden_seconds"] = 0.0
    assert kling.find(SOUGHT) is not None


def test_a_failed_look_up_proves_nothing(twin: Services, kling: KlingVideo) -> None:
    service.say(twin.world, "kling.poll", 1002)
    with pytest.raises(Passing, match="code 1002"):
        kling.find(SOUGHT)


def test_a_list_of_other_tasks_proves_nothing() -> None:
    other = {"id": "1", "external_id": "someone-else", "status": "succeeded"}
    kling = KlingVideo(model("kling", "kling"), account=saying("kling", {"code": 0, "data": [other]}, keys=KEYS))
    with pytest.raises(OutcomeUnknown, match="only others"):
        kling.find(SOUGHT)
    with pytest.raises(Passing, match="does not show the task 2"):
        kling.poll("2")


def test_a_missing_list_proves_nothing() -> None:
    kling = KlingVideo(model("kling", "kling"), account=saying("kling", {"code": 0, "data": None}, keys=KEYS))
    with pytest.raises(Passing, match="is no list"):
        kling.find(SOUGHT)


def test_a_submit_whose_answer_names_no_task_leaves_the_outcome_open(shelf: Shelf) -> None:
    kling = KlingVideo(model("kling", "kling"), account=saying("kling", {"code": 0, "data": {}}, keys=KEYS))
    with pytest.raises(OutcomeUnknown, match="names no task"):
        kling.submit(SCENE, shelf=shelf, token=TOKEN)


@pytest.mark.parametrize("task", [{"status": "succeeded", "outputs": []}, {"status": "paused"}])
def test_a_status_nobody_documented_is_asked_again(task: dict[str, Any]) -> None:
    body = {"code": 0, "data": [{"id": "1", **task}]}
    with pytest.raises(Passing, match="without a clip"):
        KlingVideo(model("kling", "kling"), account=saying("kling", body, keys=KEYS)).poll("1")


@pytest.mark.parametrize(("fault", "error"), [("refuse", Refused), ("fail", EngineFailed)])
def test_a_failed_task_is_told_in_klings_words(
    twin: Services, kling: KlingVideo, shelf: Shelf, fault: str, error: type[FactoryError]
) -> None:
    words = {"refuse": "Failure to pass the risk control system", "fail": "Internal rendering error"}[fault]
    twin.misbehave("kling.submit", fault)
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    with pytest.raises(error, match=words) as caught:
        kling.poll(receipt.external_id)
    assert not isinstance(caught.value, EngineRejected)


@pytest.mark.parametrize(
    ("billing", "cost"),
    [
        ([{"charge_type": "cash", "amount": "0.40", "currency": "USD"}], Decimal("0.40")),
        ([{"charge_type": "cash", "amount": "0.4", "currency": "USD"}] * 2, Decimal("0.8")),
        ([{"charge_type": "cash", "amount": "3.0", "currency": "CNY"}], None),
        ([{"charge_type": "cash", "amount": "3.0"}], None),
        ([{"charge_type": "unit", "amount": "3.0", "currency": "USD"}], None),
        ([{"charge_type": "unit", "amount": "3.0", "package_type": "video"}], None),
        ([{"charge_type": "cash", "amount": "0.4", "currency": "USD"}, {"charge_type": "unit", "amount": "1"}], None),
        ([{"charge_type": "cash", "amount": "some", "currency": "USD"}], None),
        ([], None),
    ],
)
def test_only_dollars_are_booked_as_the_actual_cost(
    twin: Services, kling: KlingVideo, shelf: Shelf, billing: list[dict[str, str]], cost: Decimal | None
) -> None:
    service.charge(twin.world, *billing)
    receipt = kling.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    delivered = kling.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert delivered.cost_usd == cost
