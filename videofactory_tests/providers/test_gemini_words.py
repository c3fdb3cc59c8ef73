"""Gemini as analyst and director at the twin, and the models Google has retired."""

from collections.abc import Iterator
from datetime import date

import pytest

from videofactory.domain.brand import BrandAnalysis
from videofactory.domain.errors import EngineFailed, EngineRejected, Refused
from videofactory.providers.gemini_words import GeminiAnalyst, GeminiDirector
from videofactory.providers.registry import registry
from videofactory_tests.providers.direction.material import COFFEE, IMAGE, rewrite_in, rewrite_request, script_in, script_request
from videofactory_tests.providers.google_scenes import TODAY, TOKEN, Google, running, sold


@pytest.fixture
def google() -> Iterator[Google]:
    with running() as google:
        yield google


@pytest.fixture
def director(google: Google) -> GeminiDirector:
    return GeminiDirector(sold("director", "gemini"), account=google.gemini())


def test_a_script_is_written_for_less_than_its_price(google: Google, director: GeminiDirector) -> None:
    receipt = director.submit(script_request(), shelf=lambda _: COFFEE, token=TOKEN)
    assert len(script_in(receipt).scenes) == 4
    assert receipt.cost_usd is not None
    assert 0 < receipt.cost_usd < director.price(script_request())
    assert google.paid("gemini") == 1


def test_a_scene_is_rewritten(google: Google, director: GeminiDirector) -> None:
    assert rewrite_in(director.submit(rewrite_request(), shelf=lambda _: COFFEE, token=TOKEN)).prompt
    assert google.paid("gemini") == 1


def test_a_brand_image_is_shown_and_read(google: Google) -> None:
    analyst = GeminiAnalyst(sold("analyst", "gemini"), account=google.gemini())
    receipt = analyst.submit(IMAGE, shelf=lambda _: COFFEE, token=TOKEN)
    assert BrandAnalysis.model_validate_json(receipt.files["analysis"].content).palette
    assert receipt.cost_usd is not None
    assert 0 < receipt.cost_usd < analyst.price(IMAGE)
    assert "inlineData" in google.sent()["contents"][0]["parts"][0]


def test_a_refused_script_is_a_refusal(google: Google, director: GeminiDirector) -> None:
    google.misbehave("gemini.text", "refuse", words="prompt PROHIBITED_CONTENT")
    with pytest.raises(Refused, match="PROHIBITED_CONTENT"):
        director.submit(script_request(), shelf=lambda _: COFFEE, token=TOKEN)


def test_a_cut_script_is_billed_by_its_tokens(google: Google, director: GeminiDirector) -> None:
    google.misbehave("gemini.text", "fail", words="answer MAX_TOKENS")
    with pytest.raises(EngineFailed, match="MAX_TOKENS") as caught:
        director.submit(script_request(), shelf=lambda _: COFFEE, token=TOKEN)
    assert caught.value.cost_usd


@pytest.mark.parametrize(
    "name",
    [
        "gemini-2.5-pro",
        "gemini-2.5-flash",
        "gemini-2.5-flash-lite",
        "gemini-2.5-flash-image",
        "gemini-omni-flash-preview",
        "veo-3.1-generate-preview",
        "veo-3.1-fast-generate-preview",
        "veo-3.1-lite-generate-preview",
    ],
)
def test_what_google_has_retired_is_refused_with_a_living_successor(name: str) -> None:
    retired = [model for model in registry().models if model.id == name]
    assert retired
    for model in retired:
        with pytest.raises(EngineRejected, match="ended on"):
            model.require_served(TODAY)
        successor = registry().find(model.role, model.successor)
        assert successor is not None
        successor.require_served(TODAY)


def test_veo_left_the_gemini_api_on_its_day() -> None:
    model = sold("video", "veo-3.1-generate-preview")
    assert (model.retired(date(2026, 10, 21)), model.retired(date(2026, 10, 22))) == (False, True)
