"""A full disk: the error says so, what was made is kept, and once there is space the film is finished without starting over."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory.domain.errors import Lasting
from videofactory_tests.film.commands import Done
from videofactory_tests.film.line import Line
from videofactory_tests.film.traces import artifacts, film_file, parts, unsettled

ROOM = "64m"
MEBIBYTE = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A home whose store lies on a file system of its own."""
    store = tmp_path / "home" / "store"
    store.mkdir(parents=True)
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(store)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603 - fixed words and our own path
        pytest.skip("a file system of a test's own can be mounted by root only")
    yield tmp_path / "home"
    subprocess.run([str(shutil.which("umount")), "-l", str(store)], check=True)  # noqa: S603 - fixed words and our own path


def fill(store: Path, *, leave: int) -> Path:
    """Fill the disk up to so many bytes."""
    ballast = store / "ballast"
    disk = os.statvfs(store)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - leave)
    return ballast


@pytest.mark.parametrize("leave", [64 * 1024, MEBIBYTE // 2])
def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path, leave: int) -> None:
    line = Line.at(small_disk)
    project = line.take_in()
    line.develop(project)
    line.green(project)
    ballast = fill(small_disk / "store", leave=leave)
    with pytest.raises(Lasting, match=r"(?s)disk is full.*Free some space"):
        line.produce(project)
    before, kept = Done.of(small_disk), artifacts(small_disk)
    assert parts(small_disk) == []
    assert not list((small_disk / "films").rglob("*.mp4"))
    ballast.unlink()
    assert line.produce(project).findings == ()
    assert kept <= artifacts(small_disk)
    assert before.stands_in(Done.of(small_disk))
    assert unsettled(line.studio.ledger.calls.of_project()) == []
    assert film_file(small_disk, project)
