"""How Alembic is to run the registry's migrations: on the connection it is handed, or written out for a dialect."""

from __future__ import annotations

from alembic import context

attributes = context.config.attributes
version_table = attributes["version_table"]

if context.is_offline_mode():
    context.configure(dialect_name=attributes["dialect"], version_table=version_table)
else:
    context.configure(connection=attributes["connection"], version_table=version_table)

with context.begin_transaction():
    context.run_migrations()
