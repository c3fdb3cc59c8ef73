"""What only S3 can do wrong: broken lines, an overrun bucket, a closed door, and copies on a machine."""

import hashlib
import io
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from botocore.response import StreamingBody

from videofactory.domain.errors import Lasting, StoreAway, StoreDamaged
from videofactory.store.artifacts import Artifacts, artifact_name
from videofactory.store.cache import IN_USE, Cache
from videofactory.store.s3 import LONGEST_LINK, S3, _copy
from videofactory_tests.processes import at_once, child
from videofactory_tests.store.bucket import CREDENTIALS, Service
from videofactory_tests.store.places import S3Place

FILM = bytes(range(256)) * 400
NAME = "artifacts/ab/film.mp4"


def _cached(place: S3Place) -> list[str]:
    return sorted(path.name for path in (place.cache / "artifacts").rglob("*") if path.is_file())


def test_an_artifact_is_fetched_once(bucket: S3Place, service: Service) -> None:
    kept = Artifacts(bucket.elsewhere()).put(FILM, media_type="video/mp4")
    for _ in range(2):
        assert Artifacts(bucket.blobs()).read(kept) == FILM
    assert service.asked["GET"] == 1


def test_what_this_machine_put_as_a_file_is_not_fetched(bucket: S3Place, service: Service, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(FILM)
    artifacts = Artifacts(bucket.blobs())
    assert artifacts.read(artifacts.put_file(source, media_type="video/mp4")) == FILM
    assert service.asked["GET"] == 0


def _read(blobs_of: tuple[str, str, str, Path], number: int) -> str:
    del number
    os.environ.update(CREDENTIALS)  # this process was forked before the test set them
    url, name, prefix, cache = blobs_of
    place = S3(name, prefix=prefix, cache=Cache(cache, limit=10**9), endpoint_url=url)
    path = place.local(NAME)
    assert path is not None
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_processes_that_want_the_same_artifact_share_one_download(bucket: S3Place, service: Service) -> None:
    content = FILM * 100
    bucket.elsewhere().put(NAME, content)
    given = at_once(3, _read, (service.url, bucket.bucket, bucket.prefix, bucket.cache))
    assert given == [hashlib.sha256(content).hexdigest()] * 3
    assert service.asked["GET"] == 1
    assert list((bucket.cache / "incoming").glob("*.part")) == []


@pytest.mark.parametrize("fault", ["cut", "spoilt"])
def test_an_answer_that_breaks_off_is_read_again(bucket: S3Place, service: Service, fault: str) -> None:
    kept = Artifacts(bucket.elsewhere()).put(FILM, media_type="video/mp4")
    service.faults.append(("GET", fault))
    assert Artifacts(bucket.blobs()).read(kept) == FILM
    assert service.asked["GET"] == 2
    service.faults.append(("GET", fault))
    assert bucket.blobs().get(artifact_name(kept)) == FILM


def test_a_second_reading_leaves_nothing_of_the_first() -> None:
    part = io.BytesIO(b"half of something longer")
    _copy(StreamingBody(io.BytesIO(b"whole"), 5), part)
    assert part.getvalue() == b"whole"


def test_answers_that_always_break_off_are_an_error_and_leave_nothing(bucket: S3Place, service: Service) -> None:
    kept = Artifacts(bucket.elsewhere()).put(FILM, media_type="video/mp4")
    service.faults.extend([("GET", "cut")] * 3)
    with pytest.raises(StoreAway, match="out of reach"):
        Artifacts(bucket.blobs()).read(kept)
    assert _cached(bucket) == []
    assert list((bucket.cache / "incoming").glob("*.part")) == []


def test_a_bad_copy_is_noticed_and_fetched_again(bucket: S3Place, service: Service) -> None:
    kept = Artifacts(bucket.elsewhere()).put(FILM, media_type="video/mp4")
    artifacts = Artifacts(bucket.blobs())
    artifacts.path(kept).write_bytes(FILM[:-1])
    assert artifacts.read(kept) == FILM
    assert service.asked["GET"] == 2


def test_a_copy_that_cannot_be_fetched_again_is_not_kept(bucket: S3Place) -> None:
    kept = Artifacts(bucket.elsewhere()).put(FILM, media_type="video/mp4")
    artifacts = Artifacts(bucket.blobs())
    artifacts.path(kept).write_bytes(FILM[:-1])
    bucket.lose(artifact_name(kept))
    with pytest.raises(StoreDamaged, match=r"s3://factory-\d+/shop/one/artifacts/.* does not hold"):
        artifacts.path(kept)
    assert _cached(bucket) == []


def test_an_overrun_bucket_is_asked_again(bucket: S3Place, service: Service) -> None:
    blobs = bucket.blobs(attempts=2)
    service.faults.append(("PUT", "SlowDown"))
    blobs.put("values/a.json", b"1")
    assert blobs.get("values/a.json") == b"1"
    assert service.asked["PUT"] == 2


@pytest.mark.parametrize("code", ["SlowDown", "InternalError"])
def test_a_bucket_that_stays_overrun_is_away_for_now(bucket: S3Place, service: Service, code: str) -> None:
    service.faults.append(("PUT", code))
    with pytest.raises(StoreAway, match=code):
        bucket.blobs(attempts=1).put("values/a.json", b"1")
    assert bucket.blobs().get("values/a.json") is None


def test_a_service_that_is_not_there_is_away_for_now(bucket: S3Place) -> None:
    nobody = S3("a-bucket", cache=Cache(bucket.cache, limit=1), endpoint_url="http://127.0.0.1:9", attempts=1)
    with pytest.raises(StoreAway, match="out of reach"):
        nobody.get("values/a.json")


def test_a_closed_door_is_lasting_and_says_what_to_allow(bucket: S3Place, service: Service) -> None:
    service.faults.append(("GET", "AccessDenied"))
    with pytest.raises(Lasting, match=r"AccessDenied.*s3:ListBucket"):
        bucket.blobs().get("values/a.json")


def test_without_credentials_nothing_is_guessed(bucket: S3Place, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = bucket.blobs()
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(Lasting, match=r"[Cc]redentials.*Check the credentials"):
        blobs.get("values/a.json")
    with pytest.raises(Lasting, match=r"[Cc]redentials"):
        blobs.link("values/a.json", seconds=5)


@pytest.mark.parametrize("how", ["put", "put_file", "get", "local", "names"])
def test_a_missing_bucket_is_lasting(bucket: S3Place, tmp_path: Path, how: str) -> None:
    blobs = S3("no-such-bucket", cache=Cache(bucket.cache, limit=1), endpoint_url=bucket.service.url)
    source = tmp_path / "source"
    source.write_bytes(b"1")
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: blobs.put("a", b"1"),
        "put_file": lambda: blobs.put_file("a", source),
        "get": lambda: blobs.get("a"),
        "local": lambda: blobs.local("a"),
        "names": lambda: blobs.names("a"),
    }
    with pytest.raises(Lasting, match=r"no bucket 'no-such-bucket'.*VIDEOFACTORY_STORE_URL"):
        calls[how]()


def test_large_files_go_up_in_pieces(bucket: S3Place, service: Service, tmp_path: Path) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(os.urandom(1 << 20) * 17)
    kept = Artifacts(bucket.elsewhere()).put_file(source, media_type="video/mp4")
    assert service.asked["POST"] == 2  # begun and completed
    assert service.asked["PUT"] == 2
    assert Artifacts(bucket.blobs()).path(kept).stat().st_size == 17 << 20


def test_more_names_than_one_answer_holds(bucket: S3Place) -> None:
    for number in range(1003):
        bucket.service.fill(bucket.bucket, f"{bucket.prefix}/values/{number:04}.json")
    assert bucket.blobs().names("values/") == [f"values/{number:04}.json" for number in range(1003)]


def test_two_prefixes_of_a_bucket_do_not_meet(bucket: S3Place) -> None:
    other = S3(bucket.bucket, cache=Cache(bucket.cache, limit=1), endpoint_url=bucket.service.url)
    bucket.blobs().put("values/a.json", b"1")
    assert other.get("values/a.json") is None
    assert other.names("") == ["shop/one/values/a.json"]


def test_a_direct_link_dies(bucket: S3Place, service: Service) -> None:
    blobs = bucket.blobs()
    blobs.put(NAME, FILM)
    link = blobs.link(NAME, seconds=60)
    assert link is not None
    service.ahead = timedelta(seconds=55)
    assert httpx.get(link).content == FILM
    service.ahead = timedelta(seconds=65)
    assert httpx.get(link).status_code == 403


@pytest.mark.parametrize("seconds", [0, -1, LONGEST_LINK + 1])
def test_a_direct_link_is_short_lived(bucket: S3Place, seconds: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 3600"):
        bucket.blobs().link(NAME, seconds=seconds)


def _fetch_half(cache: Path, mark: Path) -> None:
    def fill(part: object) -> None:
        part.write(b"half")  # type: ignore[attr-defined]
        part.flush()  # type: ignore[attr-defined]
        mark.touch()
        time.sleep(600)

    Cache(cache, limit=10**9).fetch(NAME, fill)


def test_a_download_killed_half_way_blocks_nobody_and_is_swept(bucket: S3Place, tmp_path: Path) -> None:
    bucket.elsewhere().put(NAME, FILM)
    with child(_fetch_half, bucket.cache, tmp_path / "mark", until=tmp_path / "mark"):
        assert _cached(bucket) == []
        assert bucket.blobs().sweep() == 0
    copy = bucket.blobs().local(NAME)
    assert copy is not None
    assert copy.read_bytes() == FILM
    assert bucket.blobs().sweep() == 1
    assert _cached(bucket) == ["film.mp4"]


def _aged(place: S3Place, *, hours: dict[str, float]) -> None:
    for path in (place.cache / "artifacts").rglob("*"):
        if path.stem in hours:
            used = time.time() - hours[path.stem] * IN_USE
            os.utime(path, (used, path.stat().st_mtime))


def test_the_copies_longest_out_of_use_go_first(bucket: S3Place) -> None:
    blobs = bucket.blobs(limit=250)
    for name in ("one", "two", "three"):
        blobs.put(f"artifacts/ab/{name}.png", b"x" * 100)
        blobs.local(f"artifacts/ab/{name}.png")
    assert _cached(bucket) == ["one.png", "three.png", "two.png"]  # all in use: the limit waits
    _aged(bucket, hours={"one": 2, "two": 3, "three": 1.5})
    blobs.local("artifacts/ab/two.png")
    blobs.put("artifacts/ab/four.png", b"x" * 100)
    blobs.local("artifacts/ab/four.png")
    assert _cached(bucket) == ["four.png", "two.png"]
    assert blobs.get("artifacts/ab/one.png") == b"x" * 100  # only the copy went


def test_using_a_copy_does_not_make_it_look_changed(bucket: S3Place) -> None:
    blobs = bucket.blobs()
    blobs.put(NAME, FILM)
    first = blobs.local(NAME)
    assert first is not None
    os.utime(first, (1, 1))
    again = blobs.local(NAME)
    assert again is not None
    assert again.stat().st_mtime == 1
    assert again.stat().st_atime > time.time() - 60
