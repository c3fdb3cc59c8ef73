"""Tokens for a service account: signed assertions, a token kept until shortly before its end, and clear words when it fails."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from videofactory.domain.errors import EngineRejected, Passing
from videofactory.providers.google_auth import EARLY, LIFE, GoogleAuth, ServiceAccount
from videofactory_tests.providers.google_scenes import Google, running
from videofactory_tests.twin.vertex import PROJECT, service_account_file


@pytest.fixture
def google() -> Iterator[Google]:
    with running() as google:
        yield google


@pytest.fixture
def file(tmp_path: Path, google: Google) -> Path:
    path = service_account_file(tmp_path)
    google.world.keys["GOOGLE_APPLICATION_CREDENTIALS"] = str(path)
    return path


def test_a_rightly_signed_assertion_brings_a_token(google: Google, file: Path) -> None:
    auth = GoogleAuth(google.vertex(file))
    assert auth.headers() == {"Authorization": "Bearer ya29.twin-1"}
    assert auth.project == PROJECT


def test_a_token_is_kept_until_shortly_before_its_end(google: Google, file: Path) -> None:
    present = time.time()
    now = [present - LIFE + 100]
    auth = GoogleAuth(google.vertex(file), now=lambda: now[0])
    first = auth.headers()
    now[0] += 3599 - EARLY - 1
    assert auth.headers() == first
    assert google.asked("google_oauth.token") == 1
    now[0] += 1
    assert auth.headers() != first
    assert google.asked("google_oauth.token") == 2


def test_a_wrong_signature_is_our_fault_and_says_so_in_googles_words(google: Google, file: Path, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    folder = tmp_path / "other"
    folder.mkdir()
    other = service_account_file(folder, private_key=pem)
    assert other != file
    with pytest.raises(EngineRejected, match=r"invalid_grant: Invalid JWT Signature\..*GOOGLE_APPLICATION_CREDENTIALS"):
        GoogleAuth(google.vertex(other)).headers()


def test_a_token_endpoint_out_of_reach_sends_nothing_and_may_be_tried_again(google: Google, file: Path) -> None:
    account = google.vertex(file)
    gone = type(account)("vertex", bases={**account.bases, "google_oauth": "http://127.0.0.1:1"}, keys=account.keys)
    auth = GoogleAuth(gone)
    auth._http._sleep = lambda _: None
    with pytest.raises(Passing, match="cannot be reached"):
        auth.headers()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "FileNotFoundError"),
        ("no json", "JSONDecodeError"),
        ("[]", "TypeError"),
        ('{"client_email": "a@b", "project_id": "p"}', "has no 'private_key'"),
        ('{"private_key": "no key", "client_email": "a@b", "project_id": "p"}', "cannot be used: ValueError"),
        ('{"private_key": 7, "client_email": "a@b", "project_id": "p"}', "AttributeError"),
    ],
)
def test_a_file_that_is_no_service_account_is_named_with_the_remedy(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(EngineRejected, match=words) as caught:
        ServiceAccount.read(path)
    assert "GOOGLE_APPLICATION_CREDENTIALS" in str(caught.value)


def test_the_private_key_stands_in_no_text(google: Google, file: Path) -> None:
    service = ServiceAccount.read(file)
    assert "RSAPrivateKey" not in repr(service)
    assert "PRIVATE" not in repr(google.vertex(file)) + repr(service)
