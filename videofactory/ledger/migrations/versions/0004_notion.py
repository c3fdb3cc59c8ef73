"""Notion as the team's desk: the rows it was read from and written to, scene by scene, and how far each channel was read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notion_rows",
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("project", sa.Text),
        sa.Column("read", sa.Text, nullable=False),
        sa.Column("edited", sa.Text, nullable=False),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("again_at", sa.Text),
        sa.Column("looked_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("page", name="pk_notion_rows"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_notion_rows_project"),
    )
    op.create_index("ix_notion_rows_channel", "notion_rows", ["channel"])
    op.create_table(
        "notion_scenes",
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("scene", sa.Text, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("written", sa.Text, nullable=False),
        sa.Column("read", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("project", "scene", name="pk_notion_scenes"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_notion_scenes_project"),
    )
    op.create_index("ix_notion_scenes_page", "notion_scenes", ["page"])
    op.create_table(
        "notion_cursors",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("edited", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_notion_cursors"),
    )


def downgrade() -> None:
    for table in ("notion_cursors", "notion_scenes", "notion_rows"):
        op.drop_table(table)
