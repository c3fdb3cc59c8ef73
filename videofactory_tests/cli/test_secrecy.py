"""Keys stand nowhere: a whole run with bought engines, one that is refused with its key repeated, and then every file is read."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory.providers.registry import registry
from videofactory_tests.homes import PROJECT, put_brief, put_home, variables
from videofactory_tests.twin.leading import environment
from videofactory_tests.twin.server import Twin

RUN = "import sys; from videofactory.cli.main import main; main(sys.argv[1:])"
ENGINES = {
    "analyst": "gemini",
    "director": "deepseek",
    "stills": "fal",
    "style": "fal",
    "video": {"default": "kling", "allowed": ["kling"]},
}


@pytest.fixture
def twin() -> Iterator[Twin]:
    """The outside world of this test."""
    with Twin().running() as world:
        yield world


def said_by(home: Path, twin: Twin, *words: str) -> str:
    """All that a command says, run as a process of its own with keys in its environment."""
    told = {**variables(home), **environment(twin)}
    ran = subprocess.run([sys.executable, "-c", RUN, *words], env=told, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    return ran.stdout + ran.stderr


@pytest.mark.timeout(240)
def test_no_key_stands_in_any_file_or_word_of_a_run(tmp_path: Path, twin: Twin) -> None:
    home = put_home(tmp_path / "home", plan="studio", engines=ENGINES)
    words = said_by(home, twin, "new", str(put_brief(tmp_path / "briefs")))
    words += said_by(home, twin, "draft", PROJECT)
    twin.misbehave("kling.submit", "error", times=9, value=401, words="the key twin-KLING_API_KEY is wrong")
    words += said_by(home, twin, "review", PROJECT, "--green", "all")
    words += said_by(home, twin, "produce", PROJECT)
    words += said_by(home, twin, "status", PROJECT, "--json") + said_by(home, twin, "calls", "--json")
    assert twin.asked("kling.submit") > 0
    assert "is wrong" in words
    keys = [f"twin-{name}" for provider in registry().providers.values() for names in provider.keys for name in names]
    files = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert any(name.startswith("dagster/") and name.endswith(".db") for name in files)
    for key in keys:
        assert key not in words
        assert [name for name, content in files.items() if key.encode() in content] == []
