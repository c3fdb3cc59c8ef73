"""The ledger's first tables: projects, calls, reviews, milestones, workers, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _projects()
    _calls()
    _reviews()
    _runs()
    _audit()


def downgrade() -> None:
    for table in ("audit", "workers", "milestones", "reviews", "calls", "projects"):
        op.drop_table(table)


def _project(*, primary: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column("project", sa.Text, primary_key=primary, nullable=nullable)


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("source_kind", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("brief", sa.Text, nullable=False),
        sa.Column("brief_version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("cancelled_at", sa.Text),
        sa.PrimaryKeyConstraint("key", name="pk_projects"),
        sa.UniqueConstraint("channel", "source_kind", "source_id", name="uq_projects_channel_source_kind_source_id"),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        _project(),
        sa.Column("scene", sa.Text),
        sa.Column("take", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("reserved_usd", sa.BigInteger, nullable=False),
        sa.Column("cost_usd", sa.BigInteger),
        sa.Column("owner", sa.Text),
        sa.Column("beat_at", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("sent_at", sa.Text),
        sa.Column("settled_at", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("fingerprint", name="uq_calls_fingerprint"),
        sa.UniqueConstraint("token", name="uq_calls_token"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_calls_project"),
    )
    op.create_index("ix_calls_project_scene", "calls", ["project", "scene"])
    op.create_index("ix_calls_state", "calls", ["state"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        _project(),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("scene", sa.Text),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("project", "number", name="pk_reviews"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_reviews_project"),
    )


def _runs() -> None:
    op.create_table(
        "milestones",
        _project(),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("project", "stage", name="pk_milestones"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_milestones_project"),
    )
    op.create_table(
        "workers",
        sa.Column("run_id", sa.Text, nullable=False),
        _project(),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.PrimaryKeyConstraint("run_id", name="pk_workers"),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name="fk_workers_project"),
    )
    op.create_index("ix_workers_project", "workers", ["project"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        _project(nullable=True),
        sa.Column("scene", sa.Text),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_project", "audit", ["project"])
