"""No key stands where others look: not in the ledger's rows or bytes, the audit log, an error, a log line, or a value's repr."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from videofactory.domain.errors import FactoryError, Lasting
from videofactory.domain.footage import Artifact
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.tables import metadata
from videofactory.providers.account import Account
from videofactory.providers.http import SAID
from videofactory.providers.kling import KlingVideo
from videofactory.providers.roles import VideoRequest
from videofactory.settings import load_settings
from videofactory.store.artifacts import Artifacts
from videofactory.studio.purchase import Door
from videofactory_tests.core import no_sleep, take_in
from videofactory_tests.providers.kling_scenes import model
from videofactory_tests.twin import media

pytestmark = pytest.mark.both_ledgers

KEY = "sk-harbour-1234567890-abcdefghij"
PIECE = KEY[:20]
"""So much of a key is as good as the key; errors quote only the beginning of an answer."""
MASTER = Fernet.generate_key().decode()


@pytest.fixture
def ledger(ledger_url: str) -> Ledger:
    """A ledger in which a channel has a key of its own."""
    ledger = open_ledger(ledger_url, keyring=Keyring(keys=(MASTER,)))
    ledger.secrets.set("harbour", "KLING_API_KEY", KEY, who="ada")
    return ledger


def _kept(ledger: Ledger, folder: Path) -> Iterator[str]:
    """All that is in the ledger: every row of every table, and the bytes of its files."""
    with ledger.database.read() as connection:
        for table in metadata.sorted_tables:
            yield from (repr(row) for row in connection.execute(select(table)))
    for file in folder.glob("ledger.db*"):
        yield file.read_bytes().decode("latin-1")


def _told(error: BaseException | None) -> Iterator[str]:
    """What an error says, and the errors it came from."""
    while error is not None:
        yield f"{error!s} {error!r} {vars(error)}"
        error = error.__cause__ or error.__context__


def _rejects(request: httpx.Request) -> httpx.Response:
    assert KEY in request.headers["Authorization"]
    return httpx.Response(401, json={"code": 1000, "message": f"The key {KEY} is not known.", "request_id": "1"})


def _quotes_at_length(request: httpx.Request) -> httpx.Response:
    words = "x" * (SAID - len(PIECE)) + request.headers["Authorization"].removeprefix("Bearer ")
    return httpx.Response(403, text=words)


@pytest.mark.parametrize("service", [_rejects, _quotes_at_length])
def test_a_key_that_is_refused_and_repeated_is_kept_and_told_nowhere(
    ledger: Ledger,
    artifacts: Artifacts,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    service: Callable[[httpx.Request], httpx.Response],
) -> None:
    caplog.set_level(logging.DEBUG)
    keys = ledger.secrets.all("harbour")
    assert keys == {"KLING_API_KEY": KEY}
    bases = {"kling": "https://kling.invalid"}
    account = Account("kling", bases=bases, keys=keys, transport=httpx.MockTransport(service))
    frame = _frame(artifacts, tmp_path)
    request = VideoRequest(prompt="steam over a cup.", first_frame=frame, seconds=5, width=1280, height=720)
    engine = KlingVideo(model("kling", "kling"), account=account)
    with pytest.raises(FactoryError) as caught:
        Door(ledger, artifacts=artifacts, sleep=no_sleep).buy(engine, request, role="video", project=take_in(ledger))
    [call] = ledger.calls.of_project()
    assert call.sent_at is not None
    shown = [repr(account), account.identity, engine.identity, repr(call), caplog.text, *_told(caught.value)]
    for text in (*shown, *_kept(ledger, tmp_path)):
        assert PIECE not in text
        assert MASTER not in text


def test_a_key_that_cannot_be_decrypted_is_told_nowhere(ledger: Ledger, ledger_url: str, tmp_path: Path) -> None:
    other = Fernet.generate_key().decode()
    with pytest.raises(Lasting) as caught:
        open_ledger(ledger_url, keyring=Keyring(keys=(other,))).secrets.all("harbour")
    for text in (*_told(caught.value), *_kept(ledger, tmp_path)):
        assert not [key for key in (PIECE, MASTER, other) if key in text]


def test_settings_show_no_key(tmp_path: Path) -> None:
    told = {"FAL_KEY": KEY, "VIDEOFACTORY_SECRET_KEY": MASTER}
    settings = load_settings(told, home=tmp_path, env_file=tmp_path / ".env")
    shown = f"{settings} {settings!r} {Keyring(settings.secret_keys, file=settings.secret_file)!r}"
    assert KEY not in shown
    assert MASTER not in shown


def _frame(artifacts: Artifacts, folder: Path) -> Artifact:
    path = folder / "frame.png"
    path.write_bytes(media.picture(width=640, height=360, seed=1))
    return artifacts.put_file(path, media_type="image/png")
