"""Alembic migrations of the ledger, up and down."""
