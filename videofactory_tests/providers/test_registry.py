"""The registry as data: complete, dated, consistent with itself and with the settings, and strict about what has ended."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any, get_args

import pytest

from videofactory.domain.errors import EngineRejected
from videofactory.domain.money import MILLIONTH
from videofactory.providers.adapter import Adapter
from videofactory.providers.notion.client import TOKEN as NOTION_TOKEN
from videofactory.providers.registry import Model, Price, Provider, Unit, lines, parsed, registry
from videofactory.providers.roles import (
    Analyst,
    Composer,
    Director,
    Role,
    SoundEngine,
    StillEngine,
    VideoEngine,
    Voice,
)
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET
from videofactory.settings import KEYS, PREFIX, PROVIDERS, load_settings

MODELS = registry().models
VIDEO = [model for model in MODELS if model.role == "video"]
CLASSES: dict[Role, Any] = {
    "analyst": Analyst,
    "director": Director,
    "stills": StillEngine,
    "video": VideoEngine,
    "voice": Voice,
    "effects": SoundEngine,
    "music": Composer,
}
SOLD = Model(
    id="kiln-2",
    provider="kiln",
    engine="kiln",
    role="video",
    adapter="",
    prices=(
        Price(per="second", usd=Decimal("0.05"), size="720p", audio=False),
        Price(per="second", usd=Decimal("0.0700005"), size="720p"),
        Price(per="million_input_tokens", usd=Decimal(2), above=1000),
        Price(per="million_input_tokens", usd=Decimal(1)),
        Price(per="million_output_tokens", usd=Decimal(3)),
        Price(per="call", usd=Decimal("1.5"), seconds=5),
    ),
    prices_read=date(2026, 11, 20),
    prices_source="invented",
    lengths=(4, 6.5, 8),
    sizes=("720p", "1920x1080", "4k"),
    sunset=date(2026, 11, 20),
    successor="kiln-3",
)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.role}-{model.id}")
each_video = pytest.mark.parametrize("model", VIDEO, ids=lambda model: model.id)
each_provider = pytest.mark.parametrize("provider", registry().providers.values(), ids=lambda provider: provider.id)


@each_model
def test_a_price_has_its_date_and_its_source(model: Model) -> None:
    assert date(2026, 1, 1) <= model.prices_read <= date(2026, 11, 21)
    assert model.prices_source.strip()
    assert all(price.usd > 0 for price in model.prices)
    if not model.prices:
        assert "none" in model.prices_source or model.note, "an unknown price says why"


@each_model
def test_an_adapter_is_there_and_fills_its_role(model: Model) -> None:
    module, _, name = model.adapter.partition(":")
    adapter = getattr(import_module(module), name)
    assert issubclass(adapter, Adapter)
    assert issubclass(adapter, CLASSES[model.role])


@each_model
def test_a_successor_is_sold_in_the_same_role_and_outlives_it(model: Model) -> None:
    if not model.successor:
        return
    followers = [other for other in registry().of_role(model.role) if other.id == model.successor]
    assert len(followers) == 1
    if model.sunset is not None:
        assert not followers[0].retired(model.sunset)


@each_model
def test_the_keys_a_model_needs_are_a_set_its_provider_knows(model: Model) -> None:
    assert not model.keys or model.keys in registry().providers[model.provider].keys


@each_video
def test_a_video_model_says_its_lengths_and_sizes_in_rising_order(model: Model) -> None:
    assert model.lengths == tuple(sorted(set(model.lengths)))
    assert model.lengths[0] > 0
    sides = [lines(size) for size in model.sizes]
    assert sides == sorted(sides)
    assert sides[0] > 0


@each_video
def test_every_size_and_length_of_a_video_model_has_a_price(model: Model) -> None:
    if not model.prices:
        return
    unit = model.prices[0].per
    for size in model.sizes:
        for length in model.lengths:
            assert model.cost(1, per=unit, size=size, audio=False, seconds=length) > 0
            if "native_audio" in model.can:
                assert model.cost(1, per=unit, size=size, audio=True, seconds=length) > 0


@each_video
def test_a_price_is_for_a_size_and_a_length_that_is_sold(model: Model) -> None:
    assert {price.size for price in model.prices} <= {*model.sizes, ""}
    assert {price.seconds for price in model.prices} <= {*model.lengths, None}


def test_each_engine_has_one_default_model_for_each_set_of_keys_in_each_role() -> None:
    models = [model for model in MODELS if model.default]
    counted = Counter((model.engine, model.role, model.keys) for model in models)
    assert {engine: number for engine, number in counted.items() if number > 1} == {}
    assert {(model.engine, model.role) for model in MODELS} == {(model.engine, model.role) for model in models}


def test_a_second_default_is_for_who_has_only_the_other_keys() -> None:
    """Only where an engine's first default asks for one of several sets of keys, a second one may stand behind it."""
    for engine, role in {(model.engine, model.role) for model in MODELS}:
        defaults = [model for model in registry().of_role(role) if model.engine == engine and model.default]
        assert len(defaults) == 1 or (defaults[0].keys and len(registry().providers[defaults[0].provider].keys) > 1)


def test_a_name_means_one_model_of_a_role() -> None:
    counted = Counter((model.id, model.role) for model in MODELS)
    assert [name for name, number in counted.items() if number > 1] == []
    assert {model.id for model in MODELS} & {model.engine for model in MODELS} == set()


@each_provider
def test_a_provider_can_be_led_elsewhere_and_its_keys_are_known(provider: Provider) -> None:
    assert provider.id in provider.bases, "its main address bears its own name"
    told = {f"{PREFIX}{name.upper()}_BASE_URL": f"http://127.0.0.1:9/{name}" for name in provider.bases}
    assert {name.upper() for name in provider.bases} <= set(PROVIDERS)
    assert load_settings(told).base_urls == {name: f"http://127.0.0.1:9/{name}" for name in provider.bases}
    assert all(url.startswith("https://") for url in provider.bases.values())
    assert {name for names in provider.keys for name in names} <= set(KEYS)
    assert all(provider.keys)


def test_every_key_of_the_settings_opens_somebody() -> None:
    opening = {name for provider in registry().providers.values() for names in provider.keys for name in names}
    assert opening | {NOTION_TOKEN, CLIENT_ID, CLIENT_SECRET} == set(KEYS)


def test_a_base_address_belongs_to_one_provider() -> None:
    names = [name for provider in registry().providers.values() for name in provider.bases]
    assert len(names) == len(set(names))


def test_who_has_ended_is_refused_in_words_from_that_day_on() -> None:
    assert SOLD.sunset is not None
    SOLD.require_served(SOLD.sunset - timedelta(days=1))
    with pytest.raises(EngineRejected, match=r"kiln-2 ended on 2026-11-20\. Use kiln-3 instead\."):
        SOLD.require_served(SOLD.sunset)
    with pytest.raises(EngineRejected, match="It has no successor"):
        SOLD.model_copy(update={"successor": ""}).require_served(SOLD.sunset)
    SOLD.model_copy(update={"sunset": None}).require_served(date(2100, 1, 1))


def test_the_first_price_that_fits_counts_and_is_rounded_up_to_a_millionth() -> None:
    assert SOLD.cost(3, per="second", size="720p", audio=False) == Decimal("0.15")
    assert SOLD.cost(1, per="second", size="720p", audio=True) == Decimal("0.070001")
    assert SOLD.cost(1, per="call", seconds=5) == Decimal("1.5")
    assert SOLD.cost(Decimal("0.1"), per="call", seconds=5).as_tuple().exponent == MILLIONTH.as_tuple().exponent


def test_more_tokens_than_a_limit_are_dearer() -> None:
    assert SOLD.tokens(sent=1000, made=1_000_000) == Decimal("3.001")
    assert SOLD.tokens(sent=1001, made=0) == Decimal("0.002002")


@pytest.mark.parametrize("asked", [{"size": "4k"}, {"size": "720p", "audio": True, "per": "call"}, {"per": "minute"}])
def test_an_unknown_price_is_refused_with_the_place_to_add_it(asked: dict[str, object]) -> None:
    with pytest.raises(EngineRejected, match=r"no price of kiln-2 .*data/engines/kiln\.toml"):
        SOLD.cost(1, **{"per": "second", **asked})  # type: ignore[arg-type]


def test_the_size_and_the_length_sold_are_the_least_that_do() -> None:
    assert [SOLD.size_for(side) for side in (100, 720, 721, 1080, 2000, 9000)] == [
        *("720p", "720p", "1920x1080", "1920x1080", "4k", "4k"),
    ]
    assert [SOLD.length_for(seconds) for seconds in (1, 4, 4.1, 6.5, 8)] == [4, 4, 6.5, 6.5, 8]
    with pytest.raises(EngineRejected, match=r"clips up to 8 s; 8\.1 s"):
        SOLD.length_for(8.1)


def test_a_registry_that_names_what_is_not_known_is_refused() -> None:
    text = '[provider]\nid="kiln"\nname="Kiln"\nbases={kiln="https://kiln"}\nkeys=[["K"]]\n[[model]]\nid="a"\ncan=["flight"]\n'
    with pytest.raises(ValueError, match="flight"):
        parsed([text])


def test_every_unit_can_be_sold() -> None:
    assert {price.per for model in MODELS for price in model.prices} <= set(get_args(Unit))
