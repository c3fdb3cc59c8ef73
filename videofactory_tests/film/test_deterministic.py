"""Deterministic mode (SPEC 14): the same bytes from every run, the golden ones where versions are the same; no network."""

import json
from pathlib import Path

import pytest

from videofactory.domain.errors import InvalidInput
from videofactory_tests.film.golden import FILE, Made, made_in, versions
from videofactory_tests.film.line import Line


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One run, with two scenes at a time."""
    return made_in(tmp_path_factory.mktemp("first") / "home", PYTHONHASHSEED="1", VIDEOFACTORY_SCENE_WORKERS="2")


def test_two_runs_in_two_homes_give_the_same_bytes(first: Made, tmp_path: Path) -> None:
    """Also with one scene at a time, and with another order of sets and dictionaries' hashes."""
    second = made_in(tmp_path / "elsewhere" / "home", PYTHONHASHSEED="2", VIDEOFACTORY_SCENE_WORKERS="1")
    assert set(first.artifacts) ^ set(second.artifacts) == set()
    assert first.film == second.film


def test_the_film_is_the_golden_one(first: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    golden = json.loads(FILE.read_text(encoding="utf-8"))
    here = versions()
    differing = sorted(name for name in here | golden["versions"] if here.get(name) != golden["versions"].get(name))
    if differing:
        with capsys.disabled():
            print(f"\ngolden film: other {', '.join(differing)} than in {FILE.name}; two runs are compared instead")  # noqa: T201
        golden = made_in(tmp_path / "home")._asdict()
    assert first.film == golden["film"], "wanted? then run: python -m videofactory_tests.film.golden"
    assert list(first.artifacts) == list(golden["artifacts"])


def test_nothing_is_fetched(tmp_path: Path) -> None:
    line = Line.at(tmp_path / "home", VIDEOFACTORY_DETERMINISTIC="1")
    project = line.take_in(images=["https://example.org/cup.png"])
    with pytest.raises(InvalidInput, match="nothing is fetched in deterministic mode"):
        line.develop(project)
