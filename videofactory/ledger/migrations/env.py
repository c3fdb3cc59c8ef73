"""Alembic's entry: runs the migrations on the connection that `ledger.database` hands over, in its transaction."""

from alembic import context

from videofactory.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
