"""The example of docs/adding-an-engine.md is an engine: it keeps the contract, and sells through the real door."""

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from videofactory.ledger.ledger import Ledger
from videofactory.providers.registry import parsed
from videofactory.store.artifacts import Artifacts
from videofactory.studio.purchase import Door
from videofactory_tests.providers.contract import test_answers, test_capabilities, test_paying
from videofactory_tests.providers.contract.scenes import SCENE
from videofactory_tests.providers.contract.stage import Case, Services, Stage
from videofactory_tests.twin import media

PAGE = Path(__file__).parents[3] / "docs" / "adding-an-engine.md"
BLOCKS = dict(re.findall(r"^`([\w/]+\.\w+)`:\n\n```\w+\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE))
KEY = "KILN_API_KEY"
RULES = [
    rule
    for module in (test_paying, test_answers, test_capabilities)
    for name, rule in vars(module).items()
    if name.startswith("test_") and list(inspect.signature(rule).parameters) == ["stage"]
]
"""The rules that are one test each; those in several variants are held against the registry only."""


def loaded(path: str, name: str) -> ModuleType:
    """A block of the page as the module it would be."""
    module = ModuleType(name)
    exec(compile(BLOCKS[path], str(PAGE), "exec"), vars(module))  # noqa: S102 - our own page
    return module


@pytest.fixture
def kiln(twin: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The page's engine before the page's twin."""
    for folder in ("videofactory/providers", "videofactory_tests/twin"):
        name = f"{folder.replace('/', '.')}.kiln"
        monkeypatch.setitem(sys.modules, name, loaded(f"{folder}/kiln.py", name))
    routes = sys.modules["videofactory_tests.twin.kiln"].routes(twin.world)
    monkeypatch.setattr(twin, "_routes", [*routes, *twin._routes])
    told = {"base_urls": {"kiln": twin.base("kiln")}, "keys": {KEY: f"twin-{KEY}"}}
    monkeypatch.setattr(twin, "settings", twin.settings.model_copy(update=told))
    catalogue = parsed([BLOCKS["videofactory/data/engines/kiln.toml"]])
    return Stage(Case(catalogue.models[0], (KEY,)), twin=twin, folder=tmp_path, waits=[], catalogue=catalogue)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_it_keeps_the_contract(kiln: Stage, rule: Callable[..., Any]) -> None:
    assert kiln.case.takes_time
    rule(stage=kiln)


def test_an_empty_account_is_no_busy_one(kiln: Stage) -> None:
    """What only this service does has a test of its own, as the page says."""
    kiln.order("submit", "error", value=429, words="no credits")
    with pytest.raises(Exception, match="Buy credits"):
        kiln.send(kiln.engine())


def test_it_sells_through_the_door(kiln: Stage, door: Door, artifacts: Artifacts, ledger: Ledger, project: str) -> None:
    del ledger
    frame = artifacts.put(media.picture(width=640, height=360), media_type="image/png")
    request = SCENE.model_copy(update={"first_frame": frame})

    first = door.buy(kiln.engine(), request, role="video", project=project)
    again = door.buy(kiln.engine(), request, role="video", project=project)

    assert (first.kept, again.kept, kiln.twin.paid()) == (False, True, 1)
    assert b"ftyp" in artifacts.path(first.files["clip"]).read_bytes()[:12]


def test_the_page_has_each_rule_of_money() -> None:
    assert len(RULES) > 15
    assert BLOCKS.keys() == {
        "videofactory/providers/kiln.py",
        "videofactory/data/engines/kiln.toml",
        "videofactory_tests/twin/kiln.py",
    }
