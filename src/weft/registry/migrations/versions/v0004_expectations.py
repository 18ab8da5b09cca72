"""Whose expectation a check result is of: a consumer's, or, where it is empty, the table's own contract's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("check_results", sa.Column("consumer", sa.Text(), nullable=False, server_default=""))
