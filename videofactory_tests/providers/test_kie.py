"""KIE.ai at the twin: uploads, tasks, errors within HTTP 200, and what cannot be known after a lost answer."""

from collections.abc import Iterator
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
from videofactory.providers.kie import CODES, KieVideo
from videofactory.providers.roles import Delivered, Pending, Shelf
from videofactory_tests.providers.kling_scenes import (
    BOTH_FRAMES,
    FIRST,
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
from videofactory_tests.twin import kie as service

KEYS = key_of("KIE_API_KEY")
MEANINGS = {
    **dict.fromkeys((400, 401, 402, 404, 422, 433, 505), EngineRejected),
    429: Busy,
    455: Passing,
    500: OutcomeUnknown,
    501: EngineFailed,
}


@pytest.fixture
def twin() -> Iterator[Services]:
    with running() as twin:
        yield twin


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


@pytest.fixture
def kie(twin: Services) -> KieVideo:
    return engine(twin)


def engine(twin: Services, *, callback: str = "") -> KieVideo:
    return KieVideo(model("kie", "kie"), account=twin.account("kie", keys=KEYS, callback=callback))


def told(body: Any) -> KieVideo:  # noqa: ANN401 - any JSON
    return KieVideo(model("kie", "kie"), account=saying("kie", body, keys=KEYS))


def sent(twin: Services) -> dict[str, Any]:
    return next(iter(twin.world.jobs.values())).request


def bought(kie: KieVideo, shelf: Shelf) -> Pending:
    receipt = kie.submit(SCENE, shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    return receipt


def test_a_clip_is_bought_polled_and_lies_behind_a_link(twin: Services, kie: KieVideo, shelf: Shelf) -> None:
    delivered = kie.poll(bought(kie, shelf).external_id)
    assert isinstance(delivered, Delivered)
    assert httpx.get(delivered.links["clip"].url).content[4:8] == b"ftyp"
    assert delivered.cost_usd is None
    assert twin.paid("kie") == 1


def test_the_request_is_what_the_page_says(twin: Services, kie: KieVideo, shelf: Shelf, tmp_path: Path) -> None:
    kie.submit(changed(BOTH_FRAMES, width=1080, height=1920, own_sound=True, seconds=7), shelf=shelf, token=TOKEN)
    wish = sent(twin)["input"]
    pictures = [twin.world.files[url.rsplit("/", 1)[-1]][0] for url in wish.pop("image_urls")]
    assert pictures == [(tmp_path / name).read_bytes() for name in ("11111111.png", "22222222.png")]
    assert wish == {
        "prompt": "steam over a cup. Camera: slow push in.",
        "sound": True,
        "duration": "7",
        "aspect_ratio": "9:16",
        "mode": "pro",
        "multi_shots": False,
        "multi_prompt": [],
    }
    assert "callBackUrl" not in sent(twin)


@pytest.mark.parametrize(
    ("callback", "sent_as"),
    [
        ("https://hooks.test/webhooks/kie", "https://hooks.test/webhooks/kie?token=c0ffee-1"),
        ("https://hooks.test/in?a=b", "https://hooks.test/in?a=b&token=c0ffee-1"),
    ],
)
def test_our_id_travels_in_the_callbacks_address(twin: Services, shelf: Shelf, callback: str, sent_as: str) -> None:
    bought(engine(twin, callback=callback), shelf)
    assert sent(twin)["callBackUrl"] == sent_as


@pytest.mark.parametrize(("height", "mode"), [(720, "std"), (1080, "pro"), (2160, "4K")])
def test_sizes_have_kies_names(twin: Services, kie: KieVideo, shelf: Shelf, height: int, mode: str) -> None:
    kie.submit(changed(SCENE, width=height * 16 // 9, height=height), shelf=shelf, token=TOKEN)
    assert sent(twin)["input"]["mode"] == mode


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_each_code_of_a_submit_has_its_meaning_within_http_200(twin: Services, kie: KieVideo, shelf: Shelf, code: int) -> None:
    service.say(twin.world, "kie.submit", code, "in KIE's words")
    with pytest.raises(FactoryError, match="in KIE's words") as caught:
        bought(kie, shelf)
    assert type(caught.value) is MEANINGS[code]
    assert twin.asked("kie.submit") == 1
    assert twin.paid() == 0


def test_the_table_of_codes_is_whole() -> None:
    assert {code: kind for code, (kind, _) in CODES.items()} == MEANINGS


@pytest.mark.parametrize("code", [*sorted(MEANINGS), 999])
def test_no_code_of_a_query_ends_a_job(twin: Services, kie: KieVideo, shelf: Shelf, code: int) -> None:
    receipt = bought(kie, shelf)
    service.say(twin.world, "kie.poll", code)
    with pytest.raises(Passing):
        kie.poll(receipt.external_id)
    assert isinstance(kie.poll(receipt.external_id), Delivered)


@pytest.mark.parametrize("body", [{"code": 777, "msg": "new"}, {"code": 200, "data": {}}, {"msg": "no code"}, [], {"code": 200}])
def test_a_submit_that_cannot_be_understood_leaves_the_outcome_open(twin: Services, shelf: Shelf, body: Any) -> None:  # noqa: ANN401
    kie = engine(twin)
    kie._http = told(body)._http
    with pytest.raises(OutcomeUnknown):
        bought(kie, shelf)


def test_a_lost_answer_cannot_be_looked_up(twin: Services, kie: KieVideo, shelf: Shelf) -> None:
    twin.misbehave("kie.submit", "cut_after")
    with pytest.raises(OutcomeUnknown):
        bought(kie, shelf)
    assert twin.paid() == 1
    with pytest.raises(OutcomeUnknown):
        kie.find(SOUGHT)


@pytest.mark.parametrize(
    ("code", "error"), [(401, EngineRejected), (402, EngineRejected), (429, Passing), (500, Passing), (777, Passing)]
)
def test_a_failed_upload_buys_nothing(twin: Services, kie: KieVideo, shelf: Shelf, code: int, error: type[FactoryError]) -> None:
    service.say(twin.world, "kie.upload", code)
    with pytest.raises(error):
        bought(kie, shelf)
    assert twin.asked("kie.submit") == 0


def test_an_upload_without_an_address_buys_nothing(shelf: Shelf) -> None:
    with pytest.raises(Passing, match="no address"):
        bought(told({"code": 200, "data": {}}), shelf)


def test_a_wrong_key_is_our_fault(twin: Services, kie: KieVideo, shelf: Shelf) -> None:
    twin.world.keys["KIE_API_KEY"] = "another"
    with pytest.raises(EngineRejected, match=r"code 401.*keys list"):
        bought(kie, shelf)


@pytest.mark.parametrize(
    ("fault", "error", "words"), [("refuse", Refused, "the prompt was blocked"), ("fail", EngineFailed, "generation failed")]
)
def test_a_failed_task_is_told_in_kies_words(
    twin: Services, kie: KieVideo, shelf: Shelf, fault: str, error: type[FactoryError], words: str
) -> None:
    twin.misbehave("kie.submit", fault)
    with pytest.raises(error, match=words):
        kie.poll(bought(kie, shelf).external_id)


@pytest.mark.parametrize("state", ["waiting", "queuing", "generating"])
def test_a_task_at_work_is_pending(state: str) -> None:
    assert told({"code": 200, "data": {"state": state}}).poll("1") == Pending("1", wait=10.0)


@pytest.mark.parametrize("result", ["", "{}", "no json", '{"resultUrls": []}', "[]"])
def test_a_success_without_a_clip_is_asked_again(result: str) -> None:
    with pytest.raises(Passing, match="without a clip"):
        told({"code": 200, "data": {"state": "success", "resultJson": result}}).poll("1")


def test_wishes_it_cannot_follow_are_said(kie: KieVideo, shelf: Shelf) -> None:
    receipt = kie.submit(changed(SCENE, references=(FIRST,), prompt="Steam rises. " * 300), shelf=shelf, token=TOKEN)
    assert isinstance(receipt, Pending)
    delivered = kie.poll(receipt.external_id)
    assert isinstance(delivered, Delivered)
    assert len(delivered.remarks) == 2


def test_nothing_is_bought_at_an_unknown_price(kie: KieVideo) -> None:
    with pytest.raises(EngineRejected, match=r"no price.*kie\.toml"):
        kie.price(SCENE)
