"""Keys of channels: encrypted at rest, opened by any master key of the ring, changed as one, and written down without the key."""

import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from videofactory.domain.errors import Lasting, NotFound
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import Ledger, open_ledger
from videofactory.ledger.tables import secrets
from videofactory_tests.processes import at_once

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
KEY = "sk-harbour-1234567890"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the master key is kept."""
    return tmp_path / "home" / "secret.key"


@pytest.fixture
def keyed(ledger_url: str, file: Path) -> Ledger:
    """An empty ledger with a place for a master key."""
    return _open(ledger_url, file=file)


def _open(url: str, *keys: str, file: Path | None = None) -> Ledger:
    return open_ledger(url, keyring=Keyring(keys=keys, file=file))


def _tokens(ledger: Ledger) -> dict[tuple[str, str], str]:
    with ledger.database.read() as connection:
        return {(row.channel, row.name): row.token for row in connection.execute(select(secrets))}


def test_a_channel_gets_back_the_keys_it_was_given(keyed: Ledger) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    keyed.secrets.set("harbour", "KIE_API_KEY", "ключ {}", who="ada")
    keyed.secrets.set("park", "FAL_KEY", "another", who="bo")
    assert keyed.secrets.all("harbour") == {"FAL_KEY": KEY, "KIE_API_KEY": "ключ {}"}
    assert keyed.secrets.all("park") == {"FAL_KEY": "another"}
    assert keyed.secrets.all("nobody") == {}


def test_a_key_set_again_replaces_the_first(keyed: Ledger) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", "first", who="ada")
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="bo")
    assert keyed.secrets.all("harbour") == {"FAL_KEY": KEY}
    assert [(secret.name, secret.set_by) for secret in keyed.secrets.names()] == [("FAL_KEY", "bo")]


def test_what_is_listed_is_who_and_when_but_not_what(keyed: Ledger) -> None:
    for channel in ("park", "harbour"):
        keyed.secrets.set(channel, "FAL_KEY", KEY, who="ada")
    listed = keyed.secrets.names()
    assert [(secret.channel, secret.name, secret.set_by) for secret in listed] == [
        ("harbour", "FAL_KEY", "ada"),
        ("park", "FAL_KEY", "ada"),
    ]
    assert all(secret.set_at for secret in listed)
    assert KEY not in repr(listed)


def test_a_removed_key_is_gone_and_needs_no_master_key(keyed: Ledger, ledger_url: str) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    bare = _open(ledger_url)
    bare.secrets.remove("harbour", "FAL_KEY", who="bo")
    assert bare.secrets.all("harbour") == {}
    with pytest.raises(NotFound, match="harbour has no key FAL_KEY of its own"):
        bare.secrets.remove("harbour", "FAL_KEY", who="bo")


def test_every_change_is_written_down_without_the_key(keyed: Ledger) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    keyed.secrets.rotate(who="bo")
    keyed.secrets.remove("harbour", "FAL_KEY", who="cy")
    lines = keyed.audit.lines()
    assert [(line.who, line.what) for line in lines] == [("ada", "key set"), ("bo", "keys encrypted anew"), ("cy", "key removed")]
    assert json.loads(lines[0].detail) == {"channel": "harbour", "name": "FAL_KEY"}
    assert KEY not in repr(lines)


def test_the_first_secret_makes_a_master_key_for_its_owner_alone(keyed: Ledger, file: Path) -> None:
    assert keyed.secrets.all("harbour") == {}
    assert not file.exists()
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".secret")] == []
    first = file.read_text()
    keyed.secrets.set("harbour", "KIE_API_KEY", KEY, who="ada")
    assert file.read_text() == first


def test_with_a_master_key_in_the_settings_no_file_is_made(ledger_url: str, file: Path) -> None:
    _open(ledger_url, NEW, file=file).secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    assert not file.exists()
    assert _open(ledger_url, NEW).secrets.all("harbour") == {"FAL_KEY": KEY}


def test_the_newest_master_key_encrypts_and_older_ones_still_open(ledger_url: str) -> None:
    _open(ledger_url, OLD).secrets.set("harbour", "FAL_KEY", "old", who="ada")
    both = _open(ledger_url, NEW, OLD)
    both.secrets.set("harbour", "KIE_API_KEY", "new", who="ada")
    assert both.secrets.all("harbour") == {"FAL_KEY": "old", "KIE_API_KEY": "new"}
    Fernet(NEW).decrypt(_tokens(both)["harbour", "KIE_API_KEY"].encode())


def test_after_rotation_the_old_master_key_is_not_needed(ledger_url: str) -> None:
    _open(ledger_url, OLD).secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    _open(ledger_url, OLD).secrets.set("park", "FAL_KEY", "another", who="ada")
    assert _open(ledger_url, NEW, OLD).secrets.rotate(who="bo") == 2
    assert _open(ledger_url, NEW).secrets.all("harbour") == {"FAL_KEY": KEY}
    assert _open(ledger_url, NEW).secrets.all("park") == {"FAL_KEY": "another"}


def test_rotation_with_a_file_makes_a_new_master_key_and_keeps_the_old_for_backups(keyed: Ledger, file: Path) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    first, before = file.read_text().split(), _tokens(keyed)
    assert keyed.secrets.rotate(who="ada") == 1
    newest, *older = file.read_text().split()
    assert older == first
    assert file.stat().st_mode & 0o777 == 0o600
    Fernet(newest).decrypt(_tokens(keyed)["harbour", "FAL_KEY"].encode())
    assert _tokens(keyed) != before
    assert keyed.secrets.all("harbour") == {"FAL_KEY": KEY}


def test_rotation_moves_from_the_file_to_the_settings(keyed: Ledger, ledger_url: str, file: Path) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    before = file.read_text()
    assert _open(ledger_url, NEW, file=file).secrets.rotate(who="ada") == 1
    assert file.read_text() == before
    file.unlink()
    assert _open(ledger_url, NEW, file=file).secrets.all("harbour") == {"FAL_KEY": KEY}


def test_rotating_nothing_makes_nothing(keyed: Ledger, file: Path) -> None:
    assert keyed.secrets.rotate(who="ada") == 0
    assert not file.exists()


def test_a_rotation_that_cannot_read_one_key_changes_none(keyed: Ledger, file: Path) -> None:
    for name in ("FAL_KEY", "KIE_API_KEY"):
        keyed.secrets.set("harbour", name, KEY, who="ada")
    with keyed.database.write() as connection:
        connection.execute(update(secrets).where(secrets.c.name == "KIE_API_KEY").values({"token": "damaged"}))
    before, ring = _tokens(keyed), file.read_text()
    with pytest.raises(Lasting, match="KIE_API_KEY of harbour cannot be decrypted"):
        keyed.secrets.rotate(who="ada")
    assert (_tokens(keyed), file.read_text()) == (before, ring)


def test_without_the_master_key_nothing_opens_and_nothing_is_added(keyed: Ledger, ledger_url: str, file: Path) -> None:
    keyed.secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    elsewhere = _open(ledger_url, file=file.with_name("another.key"))
    for use in (
        lambda: elsewhere.secrets.all("harbour"),
        lambda: elsewhere.secrets.set("park", "FAL_KEY", KEY, who="bo"),
        lambda: elsewhere.secrets.rotate(who="bo"),
    ):
        with pytest.raises(Lasting, match=r"There is no master key .* VIDEOFACTORY_SECRET_KEY is not set, and there is no file"):
            use()
    assert not file.with_name("another.key").exists()


def test_with_a_wrong_master_key_nothing_opens_and_nothing_is_added(ledger_url: str) -> None:
    _open(ledger_url, OLD).secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    wrong = _open(ledger_url, NEW)
    with pytest.raises(Lasting, match=r"FAL_KEY of harbour cannot be decrypted.*VIDEOFACTORY_SECRET_KEY") as caught:
        wrong.secrets.all("harbour")
    with pytest.raises(Lasting, match="cannot be decrypted"):
        wrong.secrets.set("park", "FAL_KEY", KEY, who="bo")
    assert [secret.channel for secret in wrong.secrets.names()] == ["harbour"]
    assert not {KEY, OLD, NEW} & set(str(caught.value).split())


@pytest.mark.parametrize("text", ["not a key", "MTIz", "é" * 43 + "="])
def test_a_file_that_holds_no_keys_is_said_without_them(ledger_url: str, tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret.key"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Lasting, match="holds something that is no Fernet key") as caught:
        _open(ledger_url, file=file).secrets.set("harbour", "FAL_KEY", KEY, who="ada")
    assert text not in str(caught.value)


def test_a_file_that_cannot_be_read_is_said(ledger_url: str, tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Lasting, match=r"secret\.key cannot be read"):
        _open(ledger_url, file=file).secrets.set("harbour", "FAL_KEY", KEY, who="ada")


def test_a_row_copied_to_another_channel_does_not_open_there(keyed: Ledger) -> None:
    for channel in ("harbour", "park"):
        keyed.secrets.set(channel, "FAL_KEY", f"key of {channel}", who="ada")
    stolen = _tokens(keyed)["harbour", "FAL_KEY"]
    with keyed.database.write() as connection:
        connection.execute(update(secrets).where(secrets.c.channel == "park").values(token=stolen))
    with pytest.raises(Lasting, match="FAL_KEY of park cannot be decrypted"):
        keyed.secrets.all("park")


def _set_one(url: str, file: Path, number: int) -> str:
    ledger = _open(url, file=file)
    ledger.secrets.set(f"channel-{number}", "FAL_KEY", f"key {number}", who="ada")
    ledger.secrets.rotate(who="ada")
    return ledger.secrets.all(f"channel-{number}")["FAL_KEY"]


def test_processes_that_begin_and_rotate_at_once_lose_no_key(keyed: Ledger, ledger_url: str, file: Path) -> None:
    assert at_once(4, _set_one, ledger_url, file) == [f"key {number}" for number in range(4)]
    assert [keyed.secrets.all(f"channel-{number}") for number in range(4)] == [
        {"FAL_KEY": f"key {number}"} for number in range(4)
    ]
    assert len(file.read_text().split()) == 5
