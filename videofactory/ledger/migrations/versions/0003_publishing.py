"""Publishing: uploads of films, and the day's quota of each Google project."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("film", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("slot", sa.Text),
        sa.Column("publish_at", sa.Text),
        sa.Column("session", sa.Text),
        sa.Column("confirmed", sa.BigInteger, nullable=False),
        sa.Column("video_id", sa.Text),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("again_at", sa.Text),
        sa.Column("owner", sa.Text),
        sa.Column("beat_at", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("sent_at", sa.Text),
        sa.Column("settled_at", sa.Text),
        sa.PrimaryKeyConstraint("project", "film", name="pk_uploads"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_uploads_project"),
    )
    op.create_index("ix_uploads_channel_slot", "uploads", ["channel", "slot"])
    op.create_table(
        "quotas",
        sa.Column("google_project", sa.Text, nullable=False),
        sa.Column("bucket", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("used", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("google_project", "bucket", "day", name="pk_quotas"),
    )


def downgrade() -> None:
    for table in ("quotas", "uploads"):
        op.drop_table(table)
