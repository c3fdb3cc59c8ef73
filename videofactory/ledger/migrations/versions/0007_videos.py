"""Videos: what YouTube was told of a film since its upload, and who took it off and why."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "videos",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("film", sa.Text, nullable=False),
        sa.Column("contents", sa.Text, nullable=False),
        sa.Column("opening", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("who", sa.Text),
        sa.Column("entries", sa.Integer),
        sa.Column("asked_at", sa.Text),
        sa.Column("done_at", sa.Text),
        sa.Column("was_open", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("again_at", sa.Text),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_videos_project"),
        sa.PrimaryKeyConstraint("project", "film", name="pk_videos"),
    )


def downgrade() -> None:
    op.drop_table("videos")
