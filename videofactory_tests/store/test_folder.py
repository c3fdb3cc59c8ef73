"""The folder: a blob stands under its name whole or not at all, whenever the process dies."""

import multiprocessing
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory.domain.errors import Lasting
from videofactory.store.folder import Folder
from videofactory_tests.processes import child, kill_when

LARGE = 120_000_000
"""Bytes of a sparse file: long to copy, quick to make."""
DISK = 1_000_000


def _copy_large(root: Path, source: Path) -> None:
    Folder(root).put_file("artifacts/aa/film.mp4", source)


class _Stalled(Folder):
    """A folder whose disk is busy for ever: it stops in the middle of a write."""

    def write_half(self, mark: Path) -> None:
        """Write half a blob, say so, and hang."""

        def fill(part: object) -> None:
            part.write(b"half")  # type: ignore[attr-defined]
            part.flush()  # type: ignore[attr-defined]
            mark.touch()
            signal.pause()

        self.write("values/brief/one.json", fill)


def _write_half(root: Path, mark: Path) -> None:
    _Stalled(root).write_half(mark)


def _parts(root: Path) -> list[Path]:
    return list((root / "incoming").glob("*"))


def test_a_blob_is_replaced_in_one_step(folder: Folder) -> None:
    folder.put("a/one.bin", b"old")
    with (folder.root / "a/one.bin").open("rb") as reader:
        folder.put("a/one.bin", b"new and longer")
        assert reader.read() == b"old"
    assert folder.get("a/one.bin") == b"new and longer"


def test_killed_in_the_middle_of_a_large_file_nothing_stands_under_its_name(tmp_path: Path) -> None:
    source, root = tmp_path / "large", tmp_path / "store"
    with source.open("wb") as stream:
        stream.truncate(LARGE)
    kill_when(_copy_large, root, source, until=root / "incoming")
    target = root / "artifacts/aa/film.mp4"
    assert not target.exists() or target.stat().st_size == LARGE
    Folder(root).sweep()
    assert _parts(root) == []


def test_killed_before_the_end_the_old_blob_stays_and_the_part_is_swept(folder: Folder, tmp_path: Path) -> None:
    folder.put("values/brief/one.json", b"old")
    kill_when(_write_half, folder.root, tmp_path / "mark", until=tmp_path / "mark")
    assert folder.get("values/brief/one.json") == b"old"
    assert len(_parts(folder.root)) == 1
    assert folder.sweep() == 1
    assert _parts(folder.root) == []
    assert folder.names("values/") == ["values/brief/one.json"]


def test_parts_of_living_processes_are_left_alone(folder: Folder, tmp_path: Path) -> None:
    with child(_write_half, folder.root, tmp_path / "mark", until=tmp_path / "mark"):
        assert folder.sweep() == 0
        assert len(_parts(folder.root)) == 1
    assert folder.sweep() == 1


def test_an_interrupt_leaves_no_part(folder: Folder) -> None:
    def interrupted(part: object) -> None:
        del part
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.write("a/one.bin", interrupted)
    assert _parts(folder.root) == []
    assert folder.get("a/one.bin") is None


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:  # noqa: S603 - our own words
        pytest.skip("only root can mount a small disk here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)  # noqa: S603, S607 - our own words


def test_a_full_disk_is_a_clear_error_and_loses_nothing(small_disk: Path) -> None:
    folder = Folder(small_disk)
    folder.put("a/one.bin", b"kept")
    with pytest.raises(Lasting, match=r"disk is full: .*one\.bin was not written\. Free some space"):
        folder.put("a/one.bin", b"x" * 2 * DISK)
    assert folder.get("a/one.bin") == b"kept"
    assert _parts(small_disk) == []
    folder.put("a/two.bin", b"there is room again")


class _FullDevice(Folder):
    """A folder whose parts go to a device that is always full."""

    def fill(self, name: str) -> None:
        """Write to the full device."""

        def onto_full_device(part: object) -> None:
            del part
            with Path("/dev/full").open("wb", buffering=0) as full:
                full.write(b"x")

        self.write(name, onto_full_device)


def test_no_space_is_lasting_on_any_disk(folder: Folder) -> None:
    with pytest.raises(Lasting, match="disk is full"):
        _FullDevice(folder.root).fill("a/one.bin")
    assert folder.names("") == []


def _beyond_the_limit(root: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        Folder(root).put("a/one.bin", b"x" * 10_000)
    except OSError:
        os._exit(7)


def test_other_disk_errors_stay_what_they_are_and_leave_no_part(folder: Folder) -> None:
    process = multiprocessing.get_context("forkserver").Process(target=_beyond_the_limit, args=(folder.root,))
    process.start()
    process.join(60)
    assert process.exitcode == 7
    assert folder.names("") == []
