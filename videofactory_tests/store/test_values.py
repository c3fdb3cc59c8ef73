"""Values are replaced, products are found again by what they were made from."""

from pathlib import Path

from videofactory.domain.money import Usd, usd
from videofactory.domain.value import Value
from videofactory.store.artifacts import Artifacts
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
    artifacts = Artifacts(blobs)
    products = Products(blobs, artifacts=artifacts)
    film = artifacts.put(b"film", media_type="video/mp4")
    assert products.find("stretch", KEY) is None
    record = products.keep("stretch", KEY, files={"file": film}, facts={"frames": 30})
    assert products.find("stretch", KEY) == record == {"files": {"file": film.model_dump()}, "facts": {"frames": 30}}
    assert products.find("mix", KEY) is None
    assert products.find("stretch", "0" + KEY[1:]) is None


def test_a_product_that_lost_one_of_its_files_is_not_found_until_it_is_there_again(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    artifacts = Artifacts(store)
    products = Products(store, artifacts=artifacts)
    files = {name: artifacts.put(name.encode(), media_type="image/jpeg") for name in ("thumbnail", "sheet")}
    record = products.keep("extras", KEY, files=files, facts={})
    assert products.find("extras", KEY) == record
    path = artifacts.path(files["sheet"])
    path.write_bytes(b"shee!")
    assert products.find("extras", KEY) is None
    path.unlink()
    assert products.find("extras", KEY) is None
    artifacts.put(b"sheet", media_type="image/jpeg")
    assert products.find("extras", KEY) == record


def test_equal_products_are_equal_files(blobs: Blobs, tmp_path: Path) -> None:
    other = Folder(tmp_path / "other")
    for store, facts in ((blobs, {"a": 1, "b": 2}), (other, {"b": 2, "a": 1})):
        Products(store, artifacts=Artifacts(store)).keep("mix", KEY, files={}, facts=facts)
    [name] = blobs.names("products/")
    assert blobs.get(name) == other.get(name)
