"""Files a brief may name: below its folder or in the inbox, and nowhere else by whatever road."""

import os
from pathlib import Path, PurePosixPath

import pytest

from videofactory.studio.intake import folders
from videofactory.studio.intake.folders import read_file
from videofactory.studio.intake.pictures import MAX_BYTES
from videofactory.studio.intake.refusal import NotTakenIn


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A brief's folder with a picture, and a secret beside it."""
    (tmp_path / "secret.png").write_bytes(b"secret")
    folder = tmp_path / "briefs"
    (folder / "pictures").mkdir(parents=True)
    (folder / "cup.png").write_bytes(b"cup")
    (folder / "pictures" / "two cups ☕.png").write_bytes(b"cups")
    return folder


def _refusal(source: str, *, base: Path) -> str:
    with pytest.raises(NotTakenIn) as caught:
        read_file(source, base=base)
    return str(caught.value)


def test_files_beside_and_below_the_brief(base: Path) -> None:
    assert read_file("cup.png", base=base) == b"cup"
    assert read_file("./pictures/two cups ☕.png", base=base) == b"cups"
    assert read_file(str(base / "cup.png"), base=base) == b"cup"


def test_a_relative_base(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(base.parent)
    assert read_file("cup.png", base=Path("briefs")) == b"cup"


@pytest.mark.parametrize("source", ["../secret.png", "../../etc/passwd.jpg", "pictures/../../secret.png", "pictures/../cup.png"])
def test_climbing_is_refused(base: Path, source: str) -> None:
    assert ".." in _refusal(source, base=base)


@pytest.mark.parametrize("source", ["/etc/passwd", "//etc/passwd", "/proc/self/environ"])
def test_absolute_paths_elsewhere_are_refused(base: Path, source: str) -> None:
    assert "outside" in _refusal(source, base=base)


@pytest.mark.parametrize("source", ["cup.png\x00.jpg", "cup\n.png", "..\\secret.png", "a\x1b.png", "\ud800.png"])
def test_odd_characters_are_refused(base: Path, source: str) -> None:
    assert "control characters" in _refusal(source, base=base)


def test_links_that_lead_out_are_refused(base: Path) -> None:
    (base / "file.png").symlink_to(base.parent / "secret.png")
    (base / "folder").symlink_to(base.parent)
    (base / "round.png").symlink_to(base / "round.png")
    assert "outside" in _refusal("file.png", base=base)
    assert "outside" in _refusal("folder/secret.png", base=base)
    assert _refusal("round.png", base=base)


def test_links_that_stay_inside_and_the_inbox_are_fine(base: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "cup.png").write_bytes(b"from the inbox")
    (base / "same.png").symlink_to("cup.png")
    (base / "other.png").symlink_to(inbox / "cup.png")
    assert read_file("same.png", base=base) == b"cup"
    assert read_file(str(inbox / "cup.png"), base=base, others=[inbox]) == b"from the inbox"
    assert read_file("other.png", base=base, others=[inbox]) == b"from the inbox"
    assert "outside" in _refusal("other.png", base=base)


def test_what_is_no_file_is_refused(base: Path) -> None:
    os.mkfifo(base / "pipe.png")
    assert "no file" in _refusal("pipe.png", base=base)
    assert "no file" in _refusal("pictures", base=base)
    assert "no such file" in _refusal("none.png", base=base)
    assert "cannot be read" in _refusal("cup.png/more.png", base=base)
    assert _refusal("x" * 5000 + ".png", base=base)
    assert _refusal(".", base=base)
    assert _refusal("", base=base)


def test_reading_stops_after_the_limit(base: Path) -> None:
    (base / "big.png").write_bytes(b"x" * (MAX_BYTES + 1000))
    assert len(read_file("big.png", base=base)) == MAX_BYTES + 1


def _open_handles() -> int:
    table = Path("/proc/self/fd")
    return len(list(table.iterdir())) if table.exists() else 0


def test_no_handle_is_left_open(base: Path) -> None:
    before = _open_handles()
    for source in ("cup.png", "pictures/two cups ☕.png"):
        read_file(source, base=base)
    for source in ("none.png", "pictures/none.png", "cup.png/more.png", "pictures"):
        _refusal(source, base=base)
    assert _open_handles() == before


def test_a_folder_swapped_for_a_link_after_the_check_is_not_followed(base: Path) -> None:
    (base / "folder").symlink_to(base.parent)
    (base / "swapped.png").symlink_to(base.parent / "secret.png")
    for inside in ("folder/secret.png", "swapped.png"):
        with pytest.raises(OSError, match=inside.partition("/")[0]):
            folders._read(base, inside=PurePosixPath(inside))
