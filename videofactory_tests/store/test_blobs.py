"""Blobs: whatever the place, they come back as they were put, whole or not at all."""

from pathlib import Path

import httpx
import pytest

from videofactory.store.artifacts import Artifacts
from videofactory.store.blobs import Blobs
from videofactory_tests.store.places import Place


def test_blobs_come_back_as_they_were_put(blobs: Blobs, place: Place, tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(b"two")
    blobs.put("a/one.bin", b"one")
    blobs.put_file("a/two.bin", source)
    blobs.put("ab/three.bin", b"")
    for seen in (blobs, place.elsewhere()):
        assert (seen.get("a/one.bin"), seen.get("a/two.bin"), seen.get("ab/three.bin")) == (b"one", b"two", b"")
        copy = seen.local("a/two.bin")
        assert copy is not None
        assert copy.read_bytes() == b"two"
        assert (seen.get("a/none"), seen.local("a/none"), seen.local("a")) == (None, None, None)
        assert (seen.holds("a/two.bin"), seen.holds("a/none"), seen.holds("a")) == (True, False, False)
        assert seen.names("a") == ["a/one.bin", "a/two.bin", "ab/three.bin"]
        assert seen.names("a/") == ["a/one.bin", "a/two.bin"]
        assert seen.names("a/t") == ["a/two.bin"]
        assert seen.names("z/") == []
    assert place.blobs().names("") == ["a/one.bin", "a/two.bin", "ab/three.bin"]


def test_a_blob_is_replaced_for_everybody(blobs: Blobs, place: Place) -> None:
    other = place.elsewhere()
    blobs.put("values/a.json", b"old")
    assert other.local("values/a.json") is not None
    blobs.put("values/a.json", b"new and longer")
    assert other.get("values/a.json") == b"new and longer"
    copy = other.local("values/a.json")
    assert copy is not None
    assert copy.read_bytes() == b"new and longer"


@pytest.mark.parametrize("place", ["folder"], indirect=True)
def test_a_folder_has_no_direct_links(artifacts: Artifacts) -> None:
    assert artifacts.link(artifacts.put(b"film", media_type="video/mp4")) is None


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_a_direct_link_gives_the_artifact_with_its_type(artifacts: Artifacts) -> None:
    link = artifacts.link(artifacts.put(b"film", media_type="video/mp4"))
    assert link is not None
    answer = httpx.get(link)
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"film", "video/mp4")
