"""Profiles of snapshots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "profiles",
        sa.Column("snapshot", sa.Text(), nullable=False, primary_key=True),
        sa.Column("line_name", sa.Text(), nullable=False),
        sa.Column("profiled_at", sa.BigInteger(), nullable=False),
        sa.Column("value_json", sa.Text(), nullable=False),
    )
    op.create_index("profiles_line_name", "profiles", ["line_name"])
