"""The query log: who read which columns of which line, by day; and since when an input reads its line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "reads",
        sa.Column("line", sa.Text(), nullable=False, primary_key=True),
        sa.Column("environment", sa.Text(), nullable=False, primary_key=True),
        sa.Column("who", sa.Text(), nullable=False, primary_key=True),
        sa.Column("door", sa.Text(), nullable=False, primary_key=True),
        sa.Column("day", sa.BigInteger(), nullable=False, primary_key=True, autoincrement=False),
        sa.Column("columns_digest", sa.Text(), nullable=False, primary_key=True),
        sa.Column("columns_json", sa.Text(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("sql_digest", sa.Text(), nullable=False),
        sa.Column("sql_text", sa.Text(), nullable=False),
    )
    op.create_index("reads_day", "reads", ["day"])
    op.add_column("input_lines", sa.Column("since", sa.BigInteger(), nullable=False, server_default="0"))
