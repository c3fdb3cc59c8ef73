"""Changing the schema with Alembic, on a connection and in a transaction that the caller holds."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from videofactory.domain.errors import Lasting


def to(connection: Connection, revision: str) -> None:
    """Bring the schema up to `head`, or down to an older revision (`base`: no tables).

    Raises `Lasting` for a ledger that a newer version of the product has written.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        if revision == "head":
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)
    except CommandError as error:
        raise Lasting(
            f"The ledger's schema cannot be brought to {revision}: {error}.",
            remedy="It may be a newer version's; run that version, or restore a backup.",
        ) from error


def newest() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
