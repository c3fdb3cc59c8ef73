"""Notion's webhooks: which addresses listen, which events were heard, and where a look is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notion_hooks",
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("bot", sa.Text, nullable=False),
        sa.Column("open_until", sa.Text),
        sa.Column("heard_at", sa.Text),
        sa.PrimaryKeyConstraint("place", name="pk_notion_hooks"),
    )
    op.create_table(
        "notion_events",
        sa.Column("hook", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("hook", "event", name="pk_notion_events"),
    )
    op.create_index("ix_notion_events_at", "notion_events", ["at"])
    op.create_table(
        "notion_nudges",
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("mark", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_notion_nudges"),
    )


def downgrade() -> None:
    for table in ("notion_nudges", "notion_events", "notion_hooks"):
        op.drop_table(table)
