"""Artifacts: stored once, by their bytes; damage is noticed when they are read, and mended when they are put again."""

from pathlib import Path

import pytest

from videofactory.domain.errors import StoreDamaged
from videofactory.domain.footage import Artifact
from videofactory.store.artifacts import ENDINGS, Artifacts, artifact_name
from videofactory.store.folder import Folder

PICTURE = b"\x89PNG picture"


class CountingFolder(Folder):
    """A folder that counts what is written into it."""

    written = 0

    def put(self, name: str, content: bytes) -> None:
        """Count."""
        self.written += 1
        super().put(name, content)

    def put_file(self, name: str, source: Path) -> None:
        """Count."""
        self.written += 1
        super().put_file(name, source)


def _flip(path: Path, *, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_the_same_bytes_are_stored_once_whichever_way_they_come(tmp_path: Path) -> None:
    folder = CountingFolder(tmp_path / "store")
    source = tmp_path / "picture.png"
    source.write_bytes(PICTURE)
    first = Artifacts(folder).put(PICTURE, media_type="image/png")
    assert Artifacts(folder).put(PICTURE, media_type="image/png") == first
    assert Artifacts(folder).put_file(source, media_type="image/png") == first
    assert folder.written == 1
    assert folder.names("artifacts/") == [artifact_name(first)]
    assert Artifacts(folder).read(first) == PICTURE
    assert first.size == len(PICTURE)


def test_files_larger_than_one_read_keep_their_name_and_bytes(artifacts: Artifacts, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(bytes(range(256)) * 5000)
    kept = artifacts.put_file(source, media_type="video/mp4")
    assert artifacts.put(source.read_bytes(), media_type="video/mp4") == kept
    assert artifacts.path(kept).suffix == ".mp4"
    assert artifacts.path(kept).read_bytes() == source.read_bytes()


def test_each_kind_has_its_ending_and_unknown_ones_have_one_too() -> None:
    names = {kind: artifact_name(Artifact(sha256="ab" * 32, media_type=kind, size=0)) for kind in (*ENDINGS, "font/woff2")}
    assert names["image/png"] == f"artifacts/ab/{'ab' * 32}.png"
    assert names["font/woff2"].endswith(".bin")
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("read_before", [False, True])
def test_a_flipped_bit_is_noticed(artifacts: Artifacts, *, read_before: bool) -> None:
    kept = artifacts.put(PICTURE, media_type="image/png")
    path = artifacts.path(kept)
    reader = artifacts if read_before else Artifacts(artifacts._blobs)
    _flip(path, at=5)
    with pytest.raises(StoreDamaged, match=r"does not hold the bytes.*Delete the file"):
        reader.read(kept)
    assert not reader.has(kept)


def test_a_cut_file_and_a_missing_one_are_noticed(artifacts: Artifacts) -> None:
    kept = artifacts.put(PICTURE, media_type="image/png")
    path = artifacts.path(kept)
    path.write_bytes(PICTURE[:-1])
    with pytest.raises(StoreDamaged, match="does not hold"):
        artifacts.path(kept)
    path.unlink()
    with pytest.raises(StoreDamaged, match=r"not in the store\. Restore"):
        artifacts.path(kept)
    assert not artifacts.has(kept)


def test_one_sound_copy_does_not_vouch_for_another(artifacts: Artifacts) -> None:
    sound = artifacts.put(PICTURE, media_type="image/png")
    other = artifacts.put(PICTURE, media_type="image/jpeg")
    _flip(artifacts.path(other), at=0)
    assert artifacts.has(sound)
    assert not artifacts.has(other)


@pytest.mark.parametrize("by_file", [False, True])
def test_putting_again_heals(artifacts: Artifacts, tmp_path: Path, *, by_file: bool) -> None:
    kept = artifacts.put(PICTURE, media_type="image/png")
    _flip(artifacts.path(kept), at=3)
    if by_file:
        source = tmp_path / "again.png"
        source.write_bytes(PICTURE)
        artifacts.put_file(source, media_type="image/png")
    else:
        artifacts.put(PICTURE, media_type="image/png")
    assert artifacts.read(kept) == PICTURE
