"""The financial firewall: purses, passes through rate limits, circuit breakers, encrypted secrets; who a call was sent to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, default in (("channel", ""), ("identity", ""), ("purses", "[]")):
        op.add_column("calls", sa.Column(name, sa.Text, nullable=False, server_default=default))
    op.create_table(
        "purses",
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("reserved_usd", sa.BigInteger, nullable=False),
        sa.Column("spent_usd", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("scope", "name", name="pk_purses"),
    )
    op.create_table(
        "passes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_passes"),
    )
    op.create_index("ix_passes_gate_at", "passes", ["gate", "at"])
    op.create_table(
        "breakers",
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("failures", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text),
        sa.Column("trial_at", sa.Text),
        sa.PrimaryKeyConstraint("engine", name="pk_breakers"),
    )
    op.create_table(
        "secrets",
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("channel", "name", name="pk_secrets"),
    )


def downgrade() -> None:
    for table in ("secrets", "breakers", "passes", "purses"):
        op.drop_table(table)
    with op.batch_alter_table("calls") as calls:
        for name in ("purses", "identity", "channel"):
            calls.drop_column(name)
