"""Values are replaced, products are found again by what they were made from."""

from pathlib import Path

from videofactory.domain.footage import Artifact
from videofactory.domain.money import Usd, usd
from videofactory.domain.value import Value
from videofactory.store.blobs import Blobs
from videofactory.store.folder import Folder
from videofactory.store.values import Products, Values
from videofactory_tests.store.places import Place

KEY = "ab" * 32


class _Thing(Value):
    name: str
    cost: Usd
    sizes: tuple[int, ...] = ()


THING = _Thing(name="Ñandú ☕ مرحبا", cost=usd("0.000001"), sizes=(1, 2))


def test_a_value_comes_back_equal_and_is_replaced(blobs: Blobs, place: Place) -> None:
    values = Values(blobs)
    assert values.read("brief", "harbour-one-abcdef", _Thing) is None
    values.write("brief", "harbour-one-abcdef", THING)
    assert values.read("brief", "harbour-one-abcdef", _Thing) == THING
    values.write("brief", "harbour-one-abcdef", THING.model_copy(update={"name": "b"}))
    assert Values(place.elsewhere()).read("brief", "harbour-one-abcdef", _Thing) == THING.model_copy(update={"name": "b"})


def test_values_are_kept_by_asset_and_project(blobs: Blobs) -> None:
    values = Values(blobs)
    values.write("brief", "one", THING)
    values.write_text("brief", "two", THING.model_copy(update={"name": "two"}).model_dump_json())
    values.write("script", "one", THING.model_copy(update={"name": "script"}))
    names = [values.read(asset, project, _Thing) for asset, project in (("brief", "one"), ("brief", "two"), ("script", "one"))]
    assert [value.name for value in names if value] == [THING.name, "two", "script"]
    assert values.read("script", "two", _Thing) is None


def test_a_product_is_found_by_kind_and_fingerprint(blobs: Blobs) -> None:
    products = Products(blobs)
    film = Artifact(sha256="cd" * 32, media_type="video/mp4", size=5)
    assert products.find("stretch", KEY) is None
    record = products.keep("stretch", KEY, files={"file": film}, facts={"frames": 30})
    assert products.find("stretch", KEY) == record == {"files": {"file": film.model_dump()}, "facts": {"frames": 30}}
    assert products.find("mix", KEY) is None
    assert products.find("stretch", "0" + KEY[1:]) is None


def test_equal_products_are_equal_files(blobs: Blobs, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    Products(blobs).keep("mix", KEY, files={}, facts={"a": 1, "b": 2})
    Products(other).keep("mix", KEY, files={}, facts={"b": 2, "a": 1})
    [name] = blobs.names("products/")
    assert blobs.get(name) == other.get(name)
