"""Whole factories for tests of the faces: homes with a channel and a brief, drafted and finished ones to copy, and commands.

The drafted and the finished home are made once for all workers of a test run, by the commands a person would use.
"""

import contextlib
import fcntl
import io
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from PIL import Image, ImageFilter

from videofactory.cli.main import main
from videofactory.cli.opening import product_file
from videofactory.settings import load_settings
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.take_in import SETTLED

SMALL = {"VIDEOFACTORY_SHORT_SIDE": "180", "VIDEOFACTORY_FPS": "12", "VIDEOFACTORY_SCENE_WORKERS": "2"}
"""The smallest film the settings allow, at a rate that still shows movement."""
CHANNEL = "harbour"
PROJECT = "harbour-the-first-cup-e71f47"
"""The key of `put_brief`'s brief."""
SCENES = (
    {"narration": "We open at six.", "seconds": 2, "on_screen_text": "Six", "sound": "", "transition": "cut"},
    {"narration": "Warm cups.", "seconds": 2, "sound": "", "transition": "cut"},
    {"narration": "Come in.", "seconds": 2, "sound": "a cup on wood"},
)
PLAIN = {"name": "Harbour Coffee", "language": "en", "captions": {"burn_in": "line"}}


def put_picture(path: Path, *, blur: float = 0) -> None:
    """The sample's brand image, small; blurred by so many pixels."""
    with Image.open(product_file("sample/coffee.png")) as sample:
        image = sample.convert("RGB").resize((480, 320))
    image.filter(ImageFilter.GaussianBlur(blur)).save(path)


def put_home(home: Path, **channel: object) -> Path:
    """A home with one channel, these fields over the plain ones."""
    (home / "channels").mkdir(parents=True, exist_ok=True)
    (home / "channels" / f"{CHANNEL}.yaml").write_text(yaml.safe_dump({**PLAIN, **channel}), encoding="utf-8")
    return home


def put_brief(folder: Path, *, name: str = "first-cup.yaml", blur: float = 0, **fields: object) -> Path:
    """A brief of three short scenes and its picture, long enough in place to be read; fields that are None are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    put_picture(folder / "cup.png", blur=blur)
    plain = {
        "channel": CHANNEL,
        "title": "The first cup",
        "text": "We open at six.",
        "images": ["cup.png"],
        "script": list(SCENES),
    }
    wanted = {key: value for key, value in {**plain, **fields}.items() if value is not None}
    path = folder / name
    path.write_text(yaml.safe_dump(wanted, allow_unicode=True), encoding="utf-8")
    settled = time.time() - 2 * SETTLED
    os.utime(path, (settled, settled))
    return path


def variables(home: Path) -> dict[str, str]:
    """The whole environment of a small factory, for a child process or this one."""
    ours = ("VIDEOFACTORY_", "DAGSTER_")
    rest = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**rest, **SMALL, "VIDEOFACTORY_HOME": str(home), "COLUMNS": "200", "USER": "Ada"}


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, and what it said."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:  # noqa: ANN401 - any JSON value
        """The JSON value on the last line of standard output."""
        return json.loads(self.out.splitlines()[-1])


def command(home: Path, *words: str) -> Answer:
    """Run `videofactory` with these words in this process, on this home; the environment is put back afterwards."""
    said, complained = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, variables(home), clear=True),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(complained),
        pytest.raises(SystemExit) as ended,
    ):
        main(list(words))
    code = ended.value.code
    assert isinstance(code, int)
    return Answer(code, said.getvalue(), complained.getvalue())


def done(home: Path, *words: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value a command answers with `--json`; it must have ended well."""
    answer = command(home, *words, "--json")
    assert answer.code == 0, answer.err
    return answer.value


def studio_of(home: Path) -> Studio:
    """The studio of a home, opened here."""
    return open_studio(load_settings(variables(home), home=home, env_file=home / "no.env"))


def instance_variables(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Make this home the process's own, as `videofactory` does before it starts anything of Dagster."""
    for name, value in {**SMALL, "VIDEOFACTORY_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}.items():
        patch.setenv(name, value)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a channel, and no project; this process's own."""
    folder = put_home(tmp_path / "home")
    instance_variables(folder, monkeypatch)
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's folder with the homes `drafted` and `finished`, for reading only: open databases are not copied."""
    root = tmp_path_factory.getbasetemp()
    shared = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "homes"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "complete").exists():
            _make(shared)
            (shared / "complete").touch()
    return shutil.copytree(shared, tmp_path_factory.mktemp("made") / "homes")


def _make(shared: Path) -> None:
    home = put_home(shared / "finished")
    assert done(home, "new", str(put_brief(shared / "briefs"))) == {"project": PROJECT}
    assert done(home, "draft", PROJECT)["state"] == "in_review"
    shutil.copytree(home, shared / "drafted")
    assert done(home, "review", PROJECT, "--green", "all")["state"] == "producing"
    assert done(home, "produce", PROJECT)["state"] == "final_review"


@pytest.fixture
def finished(made: Path) -> Path:
    """A home whose one project has its film; shared with other tests, so for reading only."""
    return made / "finished"


@pytest.fixture
def drafted_copy(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, and this process's, whose one project waits for lights."""
    return _copied(made / "drafted", tmp_path / "drafted", monkeypatch)


@pytest.fixture
def finished_copy(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own, and this process's, whose one project has its film."""
    return _copied(made / "finished", tmp_path / "finished", monkeypatch)


def _copied(source: Path, target: Path, patch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(source, target)
    instance_variables(target, patch)
    return target
