"""The same tests on a folder and on S3: `place`, `blobs` and `artifacts` here come once as each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from videofactory.store.artifacts import Artifacts
from videofactory.store.blobs import Blobs
from videofactory_tests.store.bucket import CREDENTIALS, Service, serving
from videofactory_tests.store.places import FolderPlace, Place, S3Place


@pytest.fixture(scope="session")
def running_service() -> Iterator[Service]:
    """An S3 service for the whole session."""
    with serving() as service:
        yield service


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys in the environment, and nothing of this machine's own."""
    for name, value in {**CREDENTIALS, "AWS_CONFIG_FILE": str(tmp_path / "none"), "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


@pytest.fixture
def service(running_service: Service, credentials: None) -> Service:
    """The S3 service, well-behaved and with its counts at nought."""
    del credentials
    running_service.faults.clear()
    running_service.asked.clear()
    running_service.ahead *= 0
    return running_service


@pytest.fixture
def bucket(service: Service, tmp_path: Path) -> S3Place:
    """An empty bucket."""
    place = S3Place(service, bucket=f"factory-{next(service.buckets)}", cache=tmp_path / "cache")
    place.client.create_bucket(Bucket=place.bucket)
    service.asked.clear()
    return place


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for blobs, of each kind."""
    if request.param == "folder":
        return FolderPlace(tmp_path / "store")
    given: S3Place = request.getfixturevalue("bucket")
    return given


@pytest.fixture
def blobs(place: Place) -> Blobs:
    """An empty store's blobs, of each kind."""
    return place.blobs()


@pytest.fixture
def artifacts(blobs: Blobs) -> Artifacts:
    """An empty artifact store, on each kind of place."""
    return Artifacts(blobs)
