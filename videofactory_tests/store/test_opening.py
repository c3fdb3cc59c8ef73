"""The settings choose the place; a factory whose store is a folder never loads boto3."""

import subprocess
import sys
from pathlib import Path

import pytest

from videofactory.domain.errors import InvalidInput
from videofactory.settings import load_settings
from videofactory.store.folder import Folder
from videofactory.store.opening import open_blobs
from videofactory.store.s3 import S3
from videofactory.studio.factory import open_studio
from videofactory_tests.store.places import S3Place


def _told(home: Path, **variables: str) -> dict[str, str]:
    return {"VIDEOFACTORY_HOME": str(home), **{f"VIDEOFACTORY_{name}": value for name, value in variables.items()}}


def test_without_an_address_the_store_is_the_folder(tmp_path: Path) -> None:
    place = open_blobs("", folder=tmp_path / "store", cache=tmp_path / "cache", cache_bytes=1)
    assert isinstance(place, Folder)
    assert place.root == tmp_path / "store"


def test_two_homes_with_one_bucket_are_one_store(bucket: S3Place, tmp_path: Path) -> None:
    told = {"STORE_URL": f"s3://{bucket.bucket}/films/", "S3_ENDPOINT_URL": bucket.service.url, "CACHE_GB": "1"}
    one, two = (open_studio(load_settings(_told(tmp_path / name, **told))) for name in ("one", "two"))
    kept = one.artifacts.put(b"film", media_type="video/mp4")
    one.values.write_text("brief", "harbour", "{}")
    assert two.artifacts.read(kept) == b"film"
    assert (tmp_path / "two" / "cache" / "artifacts").is_dir()
    assert not (tmp_path / "two" / "store").exists()
    assert S3Place.blobs(bucket).place("a") == f"s3://{bucket.bucket}/shop/one/a"
    keys = [one["Key"] for one in bucket.client.list_objects_v2(Bucket=bucket.bucket)["Contents"]]
    assert keys == [f"films/artifacts/{kept.sha256[:2]}/{kept.sha256}.mp4", "films/values/brief/harbour.json"]


def test_parts_of_dead_downloads_are_removed_when_the_store_is_opened(tmp_path: Path) -> None:
    part = tmp_path / "cache" / "incoming" / "999999999-0.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"half")
    place = open_blobs("s3://bucket/films", folder=tmp_path / "store", cache=tmp_path / "cache", cache_bytes=1)
    assert isinstance(place, S3)
    assert place.place("a/b") == "s3://bucket/films/a/b"
    assert not part.exists()


@pytest.mark.parametrize(
    "url", ["https://bucket/films", "s3://", "s3://Bucket", "s3://ab", "s3://me:secret@bucket", "s3://bucket/a?b"]
)
def test_an_address_that_is_no_bucket_is_said(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidInput, match="VIDEOFACTORY_STORE_URL"):
        load_settings(_told(tmp_path, STORE_URL=url))


def test_a_folder_never_waits_for_boto3() -> None:
    code = "import sys, videofactory.studio.factory; print([name for name in sys.modules if name.startswith('boto')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert found.stdout.strip() == "[]"
