"""Homes for whole films. The finished one is made once a session and copied: each test changes its own."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from videofactory_tests.film.line import Line
from videofactory_tests.film.reviewed import make_reviewed, reviewed_line


@dataclass(frozen=True)
class Finished:
    """A line whose home holds one finished film."""

    line: Line
    project: str


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home with one finished film, and its project; never changed."""
    home = tmp_path_factory.mktemp("finished") / "home"
    return home, make_reviewed(home)


@pytest.fixture
def finished(finished_home: tuple[Path, str], tmp_path: Path) -> Finished:
    """This test's own copy of the finished film's home."""
    original, project = finished_home
    home = tmp_path / "home"
    shutil.copytree(original, home)
    return Finished(reviewed_line(home), project)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An empty home."""
    return Line.at(tmp_path / "home")
