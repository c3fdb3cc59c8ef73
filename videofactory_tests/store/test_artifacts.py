"""Artifacts: stored once, by their bytes; damage is noticed when they are read, and mended when they are put again."""

from pathlib import Path

import pytest

from videofactory.domain.errors import StoreDamaged
from videofactory.domain.footage import Artifact
from videofactory.store.artifacts import ENDINGS, Artifacts, artifact_name
from videofactory.store.blobs import Blobs
from videofactory_tests.store.places import FolderPlace, Place

PICTURE = b"\x89PNG picture"


def _flipped(content: bytes, *, at: int) -> bytes:
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def test_the_same_bytes_are_stored_once_whichever_way_they_come(blobs: Blobs, place: Place, tmp_path: Path) -> None:
    source = tmp_path / "picture.png"
    source.write_bytes(PICTURE)
    first = Artifacts(blobs).put(PICTURE, media_type="image/png")
    written = place.written(artifact_name(first))
    assert Artifacts(blobs).put(PICTURE, media_type="image/png") == first
    assert Artifacts(blobs).put_file(source, media_type="image/png") == first
    assert Artifacts(place.elsewhere()).put_file(source, media_type="image/png") == first
    assert place.written(artifact_name(first)) == written
    assert blobs.names("artifacts/") == [artifact_name(first)]
    assert Artifacts(blobs).read(first) == PICTURE
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
def test_a_flipped_bit_is_noticed(place: Place, *, read_before: bool) -> None:
    artifacts = Artifacts(place.blobs())
    kept = artifacts.put(PICTURE, media_type="image/png")
    reader = Artifacts(place.elsewhere())
    if read_before and isinstance(place, FolderPlace):  # a machine that has a sound copy goes on with it
        reader.read(kept)
    place.spoil(artifact_name(kept), _flipped(PICTURE, at=5))
    with pytest.raises(StoreDamaged, match=r"does not hold the bytes.*Delete the file") as caught:
        reader.read(kept)
    assert place.blobs().place(artifact_name(kept)) in str(caught.value)
    assert not reader.has(kept)


def test_a_cut_file_and_a_missing_one_are_noticed(place: Place) -> None:
    kept = Artifacts(place.blobs()).put(PICTURE, media_type="image/png")
    reader = Artifacts(place.elsewhere())
    place.spoil(artifact_name(kept), PICTURE[:-1])
    with pytest.raises(StoreDamaged, match="does not hold"):
        reader.path(kept)
    place.lose(artifact_name(kept))
    with pytest.raises(StoreDamaged):
        reader.path(kept)
    with pytest.raises(StoreDamaged, match=r"not in the store\. Restore"):
        reader.path(kept)
    assert not reader.has(kept)


def test_one_sound_copy_does_not_vouch_for_another(place: Place) -> None:
    artifacts = Artifacts(place.blobs())
    sound = artifacts.put(PICTURE, media_type="image/png")
    other = artifacts.put(PICTURE, media_type="image/jpeg")
    place.spoil(artifact_name(other), _flipped(PICTURE, at=0))
    assert artifacts.has(sound)
    assert not artifacts.has(other)


@pytest.mark.parametrize("by_file", [False, True])
@pytest.mark.parametrize("harm", ["spoilt", "lost"])
def test_putting_again_heals(place: Place, tmp_path: Path, *, harm: str, by_file: bool) -> None:
    artifacts = Artifacts(place.blobs())
    kept = artifacts.put(PICTURE, media_type="image/png")
    if harm == "lost":
        assert artifacts.read(kept) == PICTURE  # a copy on this machine must not hide that the others have none
        place.lose(artifact_name(kept))
    else:
        place.spoil(artifact_name(kept), _flipped(PICTURE, at=3))
    if by_file:
        source = tmp_path / "again.png"
        source.write_bytes(PICTURE)
        artifacts.put_file(source, media_type="image/png")
    else:
        artifacts.put(PICTURE, media_type="image/png")
    assert artifacts.read(kept) == PICTURE
    assert Artifacts(place.elsewhere()).read(kept) == PICTURE
