"""Struck down at any moment and started again: the same film, nothing made twice that was done, nothing left lying about."""

import random
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from videofactory.settings import load_settings
from videofactory.studio.factory import open_studio
from videofactory_tests.film import commands
from videofactory_tests.film.line import Line, environment
from videofactory_tests.film.traces import artifacts, film_file, parts, sha256, unsettled

SEED = 20_260_101
SOAK_KILLS = 20
KILLS_A_ROUND = 3


@dataclass(frozen=True)
class Rehearsal:
    """A command on a home, and what it makes of a copy when nobody disturbs it."""

    home: Path
    project: str
    command: str
    artifacts: frozenset[str]
    film: str | None
    files: int


def rehearse(home: Path, project: str, command: str) -> Rehearsal:
    copy = home.parent / f"{command}-undisturbed" / "home"
    copy.parent.mkdir()
    shutil.copytree(home, copy)
    assert commands.run(copy, command, project) == 0, (copy.parent / "command.log").read_text()
    film = sha256(film_file(copy, project)) if command == "produce" else None
    return Rehearsal(home, project, command, frozenset(artifacts(copy)), film, commands.kept_files(copy))


@pytest.fixture(scope="session")
def drafting(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """`draft` of a project just taken in."""
    line = Line.at(tmp_path_factory.mktemp("drafting") / "home")
    return rehearse(line.home, line.take_in(), "draft")


@pytest.fixture(scope="session")
def producing(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """`produce` of a project whose scenes are green."""
    line = Line.at(tmp_path_factory.mktemp("producing") / "home")
    project = line.take_in()
    line.develop(project)
    line.green(project)
    return rehearse(line.home, project, "produce")


def strike_and_finish(rehearsal: Rehearsal, folder: Path, *, kills: int, rng: random.Random, blow: signal.Signals) -> int:
    """Strike so many times, run to the end, and require the undisturbed result; how many blows fell on a command at work."""
    home = folder / "home"
    shutil.copytree(rehearsal.home, home)
    finished, fell = [], 0
    for _ in range(kills):
        present = commands.kept_files(home)
        moment = rng.randint(min(present, rehearsal.files - 1), rehearsal.files - 1)
        fell += commands.strike(home, rehearsal.command, rehearsal.project, files=moment, rng=rng, blow=blow)
        assert commands.soon(lambda: commands.descendants(home) == []), commands.descendants(home)
        finished.append(commands.Done.of(home))
    assert commands.run(home, rehearsal.command, rehearsal.project) == 0, (folder / "command.log").read_text()[-5000:]
    require_undisturbed(rehearsal, home)
    assert all(before.stands_in(commands.Done.of(home)) for before in finished)
    return fell


def require_undisturbed(rehearsal: Rehearsal, home: Path) -> None:
    assert artifacts(home) == rehearsal.artifacts
    if rehearsal.film is not None:
        assert sha256(film_file(home, rehearsal.project)) == rehearsal.film
    assert parts(home) == []
    assert commands.descendants(home) == []
    ledger = open_studio(load_settings(environment(), home=home)).ledger
    assert unsettled(ledger.calls.of_project()) == []
    assert ledger.runs.alive() == []


def test_a_killed_draft_goes_on(drafting: Rehearsal, tmp_path: Path) -> None:
    assert strike_and_finish(drafting, tmp_path, kills=1, rng=random.Random(SEED), blow=signal.SIGKILL)  # noqa: S311 - a test's moment


def test_a_killed_production_goes_on(producing: Rehearsal, tmp_path: Path) -> None:
    assert strike_and_finish(producing, tmp_path, kills=1, rng=random.Random(SEED), blow=signal.SIGKILL)  # noqa: S311 - a test's moment


def test_an_interrupted_production_goes_on(producing: Rehearsal, tmp_path: Path) -> None:
    assert strike_and_finish(producing, tmp_path, kills=1, rng=random.Random(SEED + 1), blow=signal.SIGINT)  # noqa: S311 - a test's moment


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_twenty_kills_change_nothing(drafting: Rehearsal, producing: Rehearsal, tmp_path: Path) -> None:
    rng = random.Random(SEED)  # noqa: S311 - a test's moments
    fell = rounds = 0
    while fell < SOAK_KILLS:
        rounds += 1
        assert rounds <= SOAK_KILLS, "the blows come too late"
        folder = tmp_path / str(rounds)
        folder.mkdir()
        rehearsal = drafting if rounds % 4 == 0 else producing
        fell += strike_and_finish(rehearsal, folder, kills=KILLS_A_ROUND, rng=rng, blow=signal.SIGKILL)
