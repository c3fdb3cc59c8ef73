"""The ledger's tables, as SQLAlchemy Core. The schema is changed by `migrations/` only; a test holds the two against each other.

Money is stored as whole millionths of a US dollar, times as ISO 8601 text in UTC: both mean the same on SQLite and PostgreSQL.
"""

from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Column, Dialect, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator

from videofactory.domain.money import usd

MILLION = 1_000_000
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Money(TypeDecorator[Decimal]):
    """US dollars, kept as an integer number of millionths: exact in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database."""
        return None if value is None else int(usd(value) * MILLION)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database."""
        return None if value is None else usd(Decimal(value) / MILLION)


projects = Table(
    "projects",
    metadata,
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("source_kind", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("brief", Text, nullable=False),
    Column("brief_version", Integer, nullable=False, default=1),
    Column("created_at", Text, nullable=False),
    Column("cancelled_at", Text),
    UniqueConstraint("channel", "source_kind", "source_id"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("token", Text, nullable=False, unique=True),
    Column("project", Text, ForeignKey("projects.key"), nullable=False),
    Column("channel", Text, nullable=False, default=""),
    Column("scene", Text),
    Column("take", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("external_id", Text),
    Column("reserved_usd", Money, nullable=False),
    Column("cost_usd", Money),
    Column("owner", Text),
    Column("beat_at", Text),
    Column("result", Text),
    Column("problem", Text),
    Column("created_at", Text, nullable=False),
    Column("sent_at", Text),
    Column("settled_at", Text),
    Column("identity", Text, nullable=False, default=""),
    Column("purses", Text, nullable=False, default="[]"),
    Index(None, "project", "scene"),
    Index(None, "state"),
)

purses = Table(
    "purses",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("reserved_usd", Money, nullable=False),
    Column("spent_usd", Money, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("gate", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index(None, "gate", "at"),
)

breakers = Table(
    "breakers",
    metadata,
    Column("engine", Text, primary_key=True),
    Column("failures", Text, nullable=False),
    Column("opened_at", Text),
    Column("trial_at", Text),
)

secrets = Table(
    "secrets",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("token", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Text, nullable=False),
)

reviews = Table(
    "reviews",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("scene", Text),
    Column("entry", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", Text, nullable=False),
)

milestones = Table(
    "milestones",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("run_id", Text),
    Column("at", Text, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("project", Text, ForeignKey("projects.key"), nullable=False),
    Column("job", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Index(None, "project"),
)

uploads = Table(
    "uploads",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("film", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("slot", Text),
    Column("publish_at", Text),
    Column("session", Text),
    Column("confirmed", BigInteger, nullable=False),
    Column("video_id", Text),
    Column("steps", Text, nullable=False),
    Column("problem", Text),
    Column("again_at", Text),
    Column("owner", Text),
    Column("beat_at", Text),
    Column("created_at", Text, nullable=False),
    Column("sent_at", Text),
    Column("settled_at", Text),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Index(None, "channel", "slot"),
)

videos = Table(
    "videos",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("film", Text, primary_key=True),
    Column("contents", Text, nullable=False),
    Column("opening", Boolean, nullable=False),
    Column("why", Text),
    Column("who", Text),
    Column("entries", Integer),
    Column("asked_at", Text),
    Column("done_at", Text),
    Column("was_open", Boolean, nullable=False),
    Column("problem", Text),
    Column("again_at", Text),
)

quotas = Table(
    "quotas",
    metadata,
    Column("google_project", Text, primary_key=True),
    Column("bucket", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("used", Integer, nullable=False),
)

notion_rows = Table(
    "notion_rows",
    metadata,
    Column("page", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("project", Text, ForeignKey("projects.key")),
    Column("read", Text, nullable=False),
    Column("edited", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("again_at", Text),
    Column("looked_at", Text, nullable=False),
    Index(None, "channel"),
)

notion_scenes = Table(
    "notion_scenes",
    metadata,
    Column("project", Text, ForeignKey("projects.key"), primary_key=True),
    Column("scene", Text, primary_key=True),
    Column("page", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("read", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index(None, "page"),
)

notion_cursors = Table(
    "notion_cursors",
    metadata,
    Column("source", Text, primary_key=True),
    Column("edited", Text, nullable=False),
)

notion_hooks = Table(
    "notion_hooks",
    metadata,
    Column("place", Text, primary_key=True),
    Column("bot", Text, nullable=False),
    Column("open_until", Text),
    Column("heard_at", Text),
)

notion_events = Table(
    "notion_events",
    metadata,
    Column("hook", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Index(None, "at"),
)

notion_nudges = Table(
    "notion_nudges",
    metadata,
    Column("place", Text, primary_key=True),
    Column("mark", Text, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("place", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("told_at", Text),
    Column("again_at", Text),
    Column("tries", Integer, nullable=False),
    Column("problem", Text),
    Index(None, "told_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("project", Text),
    Column("scene", Text),
    Column("why", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "project"),
)
