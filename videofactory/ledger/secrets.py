"""The keys of engines that belong to one channel, encrypted at rest: set, used, removed, encrypted anew.

A key's plain value leaves through `all` alone, for the account an engine is called with; it is in no row, log line or error.
Keys from the environment are the settings' (`videofactory.settings`); which of the two is used is decided in `studio.casting`.
"""

import json

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Connection, delete, insert, select, update

from videofactory.domain.errors import Lasting, NotFound
from videofactory.domain.value import Value
from videofactory.ledger.audit import Audit
from videofactory.ledger.database import Database
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.tables import secrets


class Secret(Value):
    """That a channel has a key of this name, who set it and when; not the key."""

    channel: str
    name: str
    set_by: str
    set_at: str


class Secrets:
    """Encrypted keys in the ledger. Every change is in the audit log."""

    def __init__(self, database: Database, *, audit: Audit, keyring: Keyring) -> None:
        self._database = database
        self._audit = audit
        self._keyring = keyring

    def set(self, channel: str, name: str, value: str, *, who: str) -> None:
        """Keep the channel's key of this name, in place of one it had. Makes the master key if this is the first secret of all.

        Raises `Lasting` without a master key, and when the newest one is not among those the other secrets are encrypted with:
        a machine with a home of its own would otherwise begin a second set that the first cannot read.
        """
        with self._database.write() as connection:
            others = self._rows(connection)
            if not others:
                self._keyring.begin()
            fernet = self._keyring.opened()
            for row in others[:1]:
                self._decrypted(fernet, *row)
            connection.execute(delete(secrets).where(_of(channel, name)))
            token = _encrypted(fernet, channel, name, value)
            new = {"channel": channel, "name": name, "token": token, "set_by": who, "set_at": self._database.stamp()}
            connection.execute(insert(secrets).values(new))
            self._note("key set", channel, name, who=who, within=connection)

    def all(self, channel: str) -> dict[str, str]:
        """The channel's keys by name. Raises `Lasting` when one cannot be decrypted: a film never goes on with fewer keys."""
        with self._database.read() as connection:
            rows = self._rows(connection, channel)
        if not rows:
            return {}
        fernet = self._keyring.opened()
        return {name: self._decrypted(fernet, channel, name, token) for _, name, token in rows}

    def names(self) -> list[Secret]:
        """Which keys are set, by channel and name."""
        columns = secrets.c.channel, secrets.c.name, secrets.c.set_by, secrets.c.set_at
        with self._database.read() as connection:
            found = connection.execute(select(*columns).order_by(secrets.c.channel, secrets.c.name)).mappings()
            return [Secret.model_validate(dict(row)) for row in found]

    def remove(self, channel: str, name: str, *, who: str) -> None:
        """Forget the channel's key; needs no master key. Raises `NotFound`."""
        with self._database.write() as connection:
            if connection.execute(delete(secrets).where(_of(channel, name))).rowcount == 0:
                raise NotFound(
                    f"{channel} has no key {name} of its own.", remedy="'videofactory keys list' shows those there are."
                )
            self._note("key removed", channel, name, who=who, within=connection)

    def rotate(self, *, who: str) -> int:
        """Encrypt all secrets anew with the newest master key, which is made here where the file holds it; how many there are.

        Older master keys are left where they are: backups of the ledger need them. Raises `Lasting`, and changes nothing, when
        one secret cannot be decrypted.
        """
        with self._database.write() as connection:
            rows = self._rows(connection)
            before = self._keyring.opened() if rows else None
            plain = [(channel, name, self._decrypted(before, channel, name, token)) for channel, name, token in rows if before]
            made = self._keyring.renew() if rows else False
            for channel, name, value in plain:
                token = _encrypted(self._keyring.opened(), channel, name, value)
                connection.execute(update(secrets).where(_of(channel, name)).values(token=token))
            detail = {"secrets": len(plain), "new master key": made}
            self._audit.note("keys encrypted anew", who=who, detail=detail, within=connection)
            return len(plain)

    def _rows(self, connection: Connection, channel: str | None = None) -> list[tuple[str, str, str]]:
        query = select(secrets.c.channel, secrets.c.name, secrets.c.token).order_by(secrets.c.channel, secrets.c.name)
        if channel is not None:
            query = query.where(secrets.c.channel == channel)
        return [(row.channel, row.name, row.token) for row in connection.execute(query)]

    def _decrypted(self, fernet: MultiFernet, channel: str, name: str, token: str) -> str:
        try:
            *place, value = json.loads(fernet.decrypt(token.encode()))
        except InvalidToken:
            place, value = [], ""
        if place != [channel, name]:
            raise Lasting(
                f"The key {name} of {channel} cannot be decrypted: it was encrypted with another master key, or is damaged.",
                remedy=(
                    "Put the master key it was encrypted with into VIDEOFACTORY_SECRET_KEY (newest,older) or secret.key;"
                    f" or set it anew: 'videofactory keys remove {channel} {name}', then 'keys set'."
                ),
            )
        return str(value)

    def _note(self, what: str, channel: str, name: str, *, who: str, within: Connection) -> None:
        self._audit.note(what, who=who, detail={"channel": channel, "name": name}, within=within)


def _encrypted(fernet: MultiFernet, channel: str, name: str, value: str) -> str:
    """Sealed together with its place, so that a row copied to another channel does not open there."""
    return fernet.encrypt(json.dumps([channel, name, value]).encode()).decode()


def _of(channel: str, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's condition, whose type says nothing
    return (secrets.c.channel == channel) & (secrets.c.name == name)
